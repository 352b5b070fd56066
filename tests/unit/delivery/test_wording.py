import re

import pytest

from backend.delivery import wording
from backend.foundation.text import MORE, cut_bytes
from config import load

DATA = {
    "number": "261123-482913",
    "place": "龙湖紫都城 3栋 2号梯",
    "category": "异响抖动",
    "state": "不予受理",
    "text": "由电梯现所在地的渝北区市场监督管理局办理",
    "at": "2026-11-23T17:30:00.123000+00:00",
    "channel": "webhook",
}
LONG = DATA | dict.fromkeys(("number", "place", "category", "state", "text"), "电梯很长的话👴🏻é" * 300)
COMPLAINT_TEMPLATES = [
    f"complaint.{action}" for action in ("file", "accept", "refuse", "transfer", "answer", "resolve", "reopen")
]
LIMITS = {"thing": 20, "phrase": 5, "character_string": 32, "time": 20}


@pytest.mark.parametrize("template", COMPLAINT_TEMPLATES)
def test_every_step_of_a_complaint_has_words_for_every_channel(template):
    assert wording.title(template, DATA)
    assert "261123-482913" in wording.text(template, DATA)
    assert wording.fields(template, DATA)["character_string1"] == "261123-482913"


@pytest.mark.parametrize("template", list(load("wording")))
def test_titles_are_written_within_their_limit_and_never_cut(template):
    assert not wording.title(template, DATA).endswith(MORE)


@pytest.mark.parametrize("template", COMPLAINT_TEMPLATES)
def test_long_values_are_cut_to_what_wechat_takes(template):
    fields = wording.fields(template, LONG)
    assert all(0 < len(value) <= LIMITS[name.rstrip("0123456789")] for name, value in fields.items())
    assert len(wording.text(template, LONG).encode()) <= 2048
    assert len(wording.title(template, LONG)) <= 20


@pytest.mark.parametrize("template", COMPLAINT_TEMPLATES)
def test_empty_values_are_never_sent_as_empty_fields(template):
    empty = DATA | dict.fromkeys(("number", "place", "category", "state", "text"), "")
    assert all(wording.fields(template, empty).values())


@pytest.mark.parametrize(
    ("words", "cut"),
    [
        ("十九个字" * 4 + "三个字", "十九个字" * 4 + "三个字"),
        ("二十个字" * 5, "二十个字" * 5),
        ("二十个字" * 5 + "一", "二十个字" * 4 + "二十个…"),
        ("第一行\n第二行\x00", "第一行 第二行"),
        ("", ""),
    ],
)
def test_a_thing_is_one_line_of_twenty_characters(words, cut):
    assert wording.thing(words) == cut


@pytest.mark.parametrize(
    ("words", "cut"), [("不予受理", "不予受理"), ("已受理(第2次)办理中", "已受理第次"), ("ok", "")]
)
def test_a_phrase_is_five_chinese_characters(words, cut):
    assert wording.phrase(words) == cut


@pytest.mark.parametrize(("words", "cut"), [("261123-482913", "261123-482913"), ("编号A", "A"), ("x" * 33, "x" * 32)])
def test_a_character_string_is_32_ascii_characters(words, cut):
    assert wording.character_string(words) == cut


@pytest.mark.parametrize("spare", range(8))
def test_bytes_are_cut_between_characters(spare):
    words = "x" * spare + "梯" * 1000 + "👴" * 100
    cut = cut_bytes(words, 2048)
    assert 2048 - 3 <= len(cut.encode()) <= 2048
    assert words.startswith(cut.removesuffix(MORE))
    assert cut.endswith(MORE)


def test_a_text_that_just_fits_is_left_alone():
    words = "梯" * 682 + "xx"
    assert cut_bytes(words, 2048) == words


def test_times_are_chinese_local_time():
    assert wording.fields("complaint.file", DATA)["time4"] == "2026年11月24日 01:30"


def test_braces_in_what_a_resident_wrote_are_only_words():
    assert "{number.__class__}" in wording.text("complaint.answer", DATA | {"text": "{number.__class__}"})


def test_unknown_wording_is_named():
    with pytest.raises(wording.WordingError, match=re.escape("complaint.explode")):
        wording.text("complaint.explode", DATA)


def test_missing_data_are_named():
    with pytest.raises(wording.WordingError, match=re.escape("complaint.file 的数据缺少 number")):
        wording.text("complaint.file", {})


def test_a_template_without_words_for_wechat_is_named():
    with pytest.raises(wording.WordingError, match=re.escape("outbox.failed 的 wechat")):
        wording.fields("outbox.failed", DATA)


@pytest.mark.parametrize("at", ["", "yesterday", "2026-13-01T00:00:00+00:00"])
def test_an_instant_that_is_none_is_named(at):
    with pytest.raises(wording.WordingError, match="不是时间"):
        wording.fields("complaint.file", DATA | {"at": at})
