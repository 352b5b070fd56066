import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.registry.terms import (
    details_of,
    forms,
    grams,
    identifier,
    is_near,
    numbers,
    place_of,
    plain,
    read,
    terms_of,
    variants,
)

CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x4FFF), max_size=12)


def indexed(text):
    return set(terms_of(text, text, "", ""))


@given(CHINESE, CHINESE, st.data())
def test_any_piece_of_a_place_finds_it(address, estate, data):
    text = place_of({"address": address, "estate_name": estate})
    start = data.draw(st.integers(0, len(text)))
    piece = text[start : data.draw(st.integers(start, len(text)))]
    assert not piece or set(grams(piece)) <= indexed(text)


@given(CHINESE.filter(lambda text: len(plain(text)) > 2), st.data())
def test_a_piece_with_one_character_wrong_missing_or_too_many_finds_it(text, data):
    text = plain(text)
    place, char = data.draw(st.integers(0, len(text) - 1)), data.draw(st.sampled_from("甲乙丙"))
    for end in (place, place + 1):
        for put in ("", char):
            typed = text[:place] + put + text[end:]
            assert any(set(terms) <= indexed(text) for terms in variants(typed))
            assert is_near(typed, text)


@given(st.text(max_size=30))
def test_the_plain_form_of_a_plain_form_is_itself(text):
    assert plain(plain(text)) == plain(text)


def test_width_case_and_brackets_do_not_matter():
    assert identifier(" 梯11渝a00001（20） ") == "梯11渝A00001(20)"
    assert plain("Ａ区－三 号路") == plain("a区三号路")


@pytest.mark.parametrize(
    ("numeral", "number"),
    [("一", 1), ("两", 2), ("十", 10), ("十二", 12), ("二十", 20), ("二十三", 23), ("一百零五", 105), ("二〇", 20)],
)
def test_chinese_numerals_count_like_figures(numeral, number):
    assert read(f"{numeral}号楼").details == {(str(number), "栋")}


@pytest.mark.parametrize("written", ["3栋", "3幢", "3座", "3号楼", "三號樓", "３＃楼", "3#", "第3栋", "3dong"])
def test_a_building_is_one_however_it_is_written(written):
    assert details_of({"building": written}) == {("3", "栋")} == read(written).details


def test_details_are_cut_out_of_the_words():
    assert read("云栖苑3栋2单元 1号电梯").details == {("3", "栋"), ("2", "单元"), ("1", "梯")}
    assert read("云栖苑3栋2单元 1号电梯").words == ("云栖苑",)


def test_a_bare_building_or_number_is_one():
    assert details_of({"building": "3", "inside_number": "2号"}) == {("3", "栋"), ("2", "梯")}


def test_a_number_is_found_within_a_sentence():
    assert numbers("电梯编号500101的") == ["电梯编号500101的", "500101"]
    assert numbers("梯11渝A00001（20）")[0] == "梯11渝A00001(20)"


def test_letters_are_looked_for_as_they_are_and_as_pinyin():
    assert list(forms("yqy")) == [["qy", "yq"], ["~yqy"], ["'qy", "'yq"]]
    assert list(forms("云栖")) == [["云栖"]]
