"""Which form of an answer is sent, by what the header Accept-Encoding says (RFC 9110, 12.5.3)."""

import pytest

from backend.foundation.web import encoding


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", ""),
        ("br, gzip", "br"),
        ("GZIP", "gzip"),
        ("*", "br"),
        ("gzip;q=0", ""),
        ("gzip;q=0.000", ""),
        ("gzip;q=0, *", "br"),
        ("br;q=0, gzip", "gzip"),
        ("*;q=0", ""),
        ("gzip, *;q=0", "gzip"),
        ("identity;q=0", "gzip"),
        ("identity;q=0, gzip;q=0", "br"),
        ("identity;q=0, gzip;q=0, br;q=0", ""),
        ("identity;q=0, *;q=0", ""),
        ("identity, gzip;q=0.5", ""),
        ("identity;q=0.5, gzip", "gzip"),
    ],
)
def test_what_is_refused_is_not_sent_and_what_is_preferred_is(accepted, chosen):
    assert encoding(accepted) == chosen
