from hypothesis import given
from hypothesis import strategies as st

from backend.registry.terms import bigrams, identifier, plain, terms_of, text_of, words

CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x4FFF), max_size=12)


@given(CHINESE, CHINESE, CHINESE, st.data())
def test_any_piece_of_a_place_finds_it(address, estate, building, data):
    lift = {"address": address, "estate_name": estate, "building": building}
    text = text_of(lift)
    start = data.draw(st.integers(0, len(text)))
    piece = text[start : data.draw(st.integers(start, len(text)))]
    assert set(bigrams(piece)) <= set(terms_of(lift))


@given(st.text(max_size=30))
def test_the_plain_form_of_a_plain_form_is_itself(text):
    assert plain(plain(text)) == plain(text)


def test_width_case_and_brackets_do_not_matter():
    assert identifier(" 梯11渝a00001（20） ") == "梯11渝A00001(20)"
    assert plain("Ａ座－3 号") == "a座3号"


def test_a_single_character_is_no_word():
    assert words("云 杉里") == ["杉里"]
