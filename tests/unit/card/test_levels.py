"""The table of verdicts is whole: each level has a word, a colour that every style sheet knows, and a board label."""

import pathlib

import pytest

from backend.card import verdict
from config import load

BACKEND = pathlib.Path(__file__).parents[3] / "backend"
ROWS = load("card")["verdict"]["levels"]
# Where each reader has its colours, and what it colours there.
SHEETS = {
    "templates/public.css": (".{}{{", ".verdict.{}{{"),
    "static/community.css": (".lifts li.{} {{",),
    "static/console.css": (".verdict.{} {{",),
}


@pytest.mark.parametrize("missing", ["text", "label", "css"])
def test_a_level_without_a_word_a_board_label_or_a_colour_is_refused(missing):
    added = {"key": "new", "text": "新", "label": "新", "css": "late"}
    assert next(iter(verdict.table([added, *ROWS]))) == "new"
    with pytest.raises(TypeError, match=missing):
        verdict.table([{name: value for name, value in added.items() if name != missing}, *ROWS])


@pytest.mark.parametrize("level", verdict.levels().values(), ids=lambda level: level.key)
def test_a_level_has_a_word_and_a_label_of_its_own(level):
    others = [other for other in verdict.levels().values() if other != level]
    assert level.text
    assert level.label
    assert level.label not in {other.label for other in others}
    assert level.severity not in {other.severity for other in others}


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("css", sorted({level.css for level in verdict.levels().values()}))
def test_every_style_sheet_knows_every_colour(sheet, css):
    text = (BACKEND / sheet).read_text()
    assert [rule.format(css) for rule in SHEETS[sheet] if rule.format(css) not in text.replace(",", "{")] == []


def test_the_code_and_the_table_know_the_same_levels():
    known = {verdict.VALID, verdict.SOON, verdict.OVERDUE, verdict.MISSING, verdict.FAILED, verdict.OUT}
    assert set(verdict.levels()) == known


def test_the_worst_level_comes_first_and_what_stands_still_last_on_a_board():
    assert list(verdict.levels()) == ["out", "failed", "overdue", "missing", "soon", "valid"]
    assert [level.key for level in verdict.on_a_board()] == ["failed", "overdue", "missing", "soon", "valid", "out"]
