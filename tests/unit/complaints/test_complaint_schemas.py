"""Text from outside is stored only when it can be read again."""

import marshmallow as ma
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.complaints.schemas import NewComplaintSchema, plain_text

READABLE = st.text(st.characters(exclude_categories=("Cc", "Cs")))


@given(READABLE)
def test_any_readable_text_is_taken(text):
    plain_text(text)
    text.encode()


@pytest.mark.parametrize("char", ["\0", "\x1b", "\x7f", "\x85", "\ud800"])
def test_a_character_that_cannot_be_read_is_refused(char):
    with pytest.raises(ma.ValidationError):
        plain_text(f"门{char}坏了")


def test_lines_and_tabs_are_kept():
    plain_text("一\n二\r\n三\t四")


@pytest.mark.parametrize("phone", ["02300001234", "+8602300001234", "023-0000-1234", "0000000"])
def test_a_phone_is_taken_as_people_write_it(phone):
    assert NewComplaintSchema().load({"category": "door", "lift_code": "500103", "phone": phone})["phone"] == phone


def test_a_lift_or_a_place_is_enough():
    for where in ({"lift_code": "500103"}, {"place": "云栖苑 3栋"}):
        assert NewComplaintSchema().load({"category": "door", **where})
