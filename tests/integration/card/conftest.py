"""Each test on one day: what a page says of a card holds until midnight."""

import pytest


@pytest.fixture(autouse=True)
def one_day(still_clock):
    """The clock stands still."""
