"""A phone number is one wherever it is given: in a form, by a program, in an imported table."""

import marshmallow as ma
import pytest

from backend.complaints.schemas import NewComplaintSchema
from backend.foundation.errors import BadInput
from backend.foundation.forms import checked_phone
from backend.registry.columns import COLUMNS, CellError, reader
from backend.registry.mapping import Words

NUMBERS = ["96333", "0000000", "02300001234", "+8602300001234", "023-0000-1234", "+86-23-0000-1234"]
NO_NUMBERS = ["12", "call me", "023 oder so", "-0000000", "0000000-", "++8600000000", "٠٠٠٠٠٠٠", "0" * 21]


def in_a_form(text):
    return checked_phone(text)


def by_a_program(text):
    return NewComplaintSchema().fields["phone"].deserialize(text)


def in_a_table(text):
    return reader(COLUMNS["safety_manager_phone"], Words())(text)


READERS = [in_a_form, by_a_program, in_a_table]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_taken_everywhere(read, number):
    assert read(number) == number


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_is_refused_everywhere(read, text):
    with pytest.raises((BadInput, ma.ValidationError, CellError)):
        read(text)


def test_a_number_typed_wide_or_with_blanks_is_the_plain_one():
    assert checked_phone(" １５８ 0000\u00a01234 ") == "15800001234"


def test_no_number_is_none_given():
    assert checked_phone("  ") == ""


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+86-138-0000-1234", "+86-138-0000-1234"),
        ("\u202d138 0000 1234\u202c", "13800001234"),
        ("（023）0000 1234", "023-00001234"),
        ("023—0000–1234", "023-0000-1234"),
        ("023-0000 1234 转 8", "023-00001234转8"),
        ("023-00001234 分机：801", "023-00001234转801"),
        ("023-00001234 ext. 8", "023-00001234转8"),
    ],
)
def test_a_number_as_people_write_it_is_the_one_that_is_dialled(typed, number):
    assert checked_phone(typed) == number


@pytest.mark.parametrize(
    "typed", ["13800001234 13900001234", "13800001234、13900001234", "138 0000 1234 转", "王 13800001234"]
)
def test_what_is_more_than_one_number_or_less_is_refused_and_never_cut(typed):
    with pytest.raises(BadInput) as wrong:
        checked_phone(typed)
    assert list(wrong.value.fields) == ["phone"]
