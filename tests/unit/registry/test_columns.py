from datetime import date

import pytest
import time_machine

from backend.registry.columns import COLUMNS, CellError, Words, reader, write_cell


def read(field, cell, words=None):
    return reader(COLUMNS[field], words or Words())(cell)


@pytest.mark.parametrize(
    "cell",
    ["2020-01-31", "2020/1/31", "2020.1.31", "2020年1月31日", "20200131", "２０２０-01-31", "2020-01-31 00:00:00"],
)
def test_a_day_may_be_written_in_the_usual_ways(cell):
    assert read("manufactured_on", cell) == date(2020, 1, 31)


@pytest.mark.parametrize("cell", ["2019-02-29", "2020-13-01", "20200230", "2020年0月1日"])
def test_a_day_that_does_not_exist_is_told_from_one_that_cannot_be_read(cell):
    with pytest.raises(CellError, match="没有这一天"):
        read("manufactured_on", cell)


@time_machine.travel("2026-03-01 16:30:00Z")
def test_today_is_the_day_in_shanghai():
    assert read("manufactured_on", "2026-03-02") == date(2026, 3, 2)
    with pytest.raises(CellError, match="将来"):
        read("manufactured_on", "2026-03-03")


@pytest.mark.parametrize("cell", ["nan", "inf", "-inf", "1e9", "一", "0x10"])
def test_only_plain_numbers_in_range_are_numbers(cell):
    with pytest.raises(CellError):
        read("speed", cell)


def test_a_files_own_word_may_stand_for_nothing():
    assert read("status", "-", Words(values={"status": {"-": ""}})) is None


@pytest.mark.parametrize("field", COLUMNS)
def test_an_empty_cell_is_nothing_and_nothing_is_an_empty_cell(field):
    assert read(field, " ") is None
    assert write_cell(COLUMNS[field], None) == ""


def test_every_column_has_a_heading_of_its_own():
    assert len({column.heading for column in COLUMNS.values()}) == len(COLUMNS)


@pytest.mark.parametrize("unit", ["using_unit", "maintenance_unit", "inspection_body"])
def test_a_credit_code_whose_check_digit_is_wrong_is_rejected_with_the_reason(unit):
    read = reader(COLUMNS[f"{unit}.credit_code"], Words())
    assert read("91500103MA5U00001G") == "91500103MA5U00001G"
    with pytest.raises(CellError, match="统一社会信用代码"):
        read("91500103MA5U000012")
