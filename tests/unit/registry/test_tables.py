import contextlib
import csv
import warnings
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.foundation.reading.rows import BadRow, UnusableError
from backend.foundation.tables import as_csv, inert, opened, write

CELL = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=20).map(
    str.strip
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tables")


def rows(path):
    with opened(path) as table:
        return table.heading, [cells for _, cells in table.rows]


@pytest.mark.parametrize("name", ["table.csv", "table.xlsx"])
@settings(max_examples=30, deadline=None)  # a spreadsheet takes a while
@given(row=st.lists(CELL, min_size=3, max_size=3).filter(any))
def test_what_is_written_is_read_back(folder, name, row):
    write(folder / name, "表", ["一", "二", "三"], [row])
    heading, found = rows(folder / name)
    assert heading == ["一", "二", "三"]
    assert found == [row]


def test_a_spreadsheet_leaves_out_what_xml_cannot_hold_and_stays_readable(folder):
    write(folder / "odd.xlsx", "表", ["一"], [["门\x00\x0b\ud800\ufffe\uffff坏"]])
    assert rows(folder / "odd.xlsx")[1] == [["门坏"]]


@given(cell=st.text(st.sampled_from("'=+-@a1\t"), max_size=6))
def test_no_cell_begins_like_a_formula(cell):
    assert not inert(cell).startswith(("=", "+", "-", "@", "\t"))


def test_lines_are_counted_as_an_editor_counts_them(folder):
    path = folder / "lines.csv"
    path.write_text('a,b\n"x\ny",1\n\n2,3\n')
    with opened(path) as table:
        assert [(line, cells) for line, cells in table.rows] == [(2, ["x\ny", "1"]), (5, ["2", "3"])]


def test_a_quote_that_never_closes_costs_the_rows_it_swallows_and_says_so(folder):
    path = folder / "open.csv"
    path.write_text('a,b\n1,2\n"3,4\n5,6\n')
    assert rows(path)[1] == [["1", "2"], BadRow("引号没有配对，第 3 至 4 行没有读")]


def test_after_a_field_beyond_the_limit_reading_goes_on(folder):
    path = folder / "swallow.csv"
    lines = csv.field_size_limit() // 10 + 10
    path.write_text('a,b\n"1,2\n' + "12345,789\n" * lines * 2)
    found = rows(path)[1]
    assert isinstance(found[0], BadRow)
    assert found[-1] == ["12345", "789"]


def test_a_failed_write_leaves_the_old_file(folder):
    path = folder / "kept.csv"
    path.write_text("old")

    def broken():
        yield ["1"]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write(path, "表", ["a"], broken())
    assert path.read_text() == "old"
    assert not path.with_name("kept.csv.part").exists()


def test_a_spreadsheet_that_breaks_off_is_called_damaged(folder):
    path = folder / "cut.xlsx"
    write(path, "表", ["a"], [["1"]])
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(UnusableError, match="损坏"):
        rows(path)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_spreadsheet_with_changed_bytes_is_read_or_refused(folder, data):
    path = folder / "whole.xlsx"
    write(path, "表", ["a", "b"], [["1", "2"]])
    with zipfile.ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    at = data.draw(st.integers(0, len(parts[name]) - 1))
    parts[name] = parts[name][:at] + data.draw(st.binary(max_size=4)) + parts[name][at + 1 :]
    with zipfile.ZipFile(folder / "changed.xlsx", "w") as changed:
        for part, content in parts.items():
            changed.writestr(part, content)
    with contextlib.suppress(UnusableError), warnings.catch_warnings(action="ignore"):
        rows(folder / "changed.xlsx")


@given(content=st.binary(max_size=60) | st.text("救援a,\"\r\n'", max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(folder, content):
    (folder / "any.csv").write_bytes(content)
    with contextlib.suppress(UnusableError):
        rows(folder / "any.csv")


def test_what_is_sent_in_pieces_is_what_a_file_would_hold(folder):
    table = (["一", "二"], [[f"第{n}行", "=1+1"] for n in range(1200)])
    (folder / "sent.csv").write_bytes(b"".join(as_csv(*table)))
    write(folder / "kept.csv", "表", *table)
    assert rows(folder / "sent.csv") == rows(folder / "kept.csv")
    assert len(rows(folder / "sent.csv")[1]) == 1200
