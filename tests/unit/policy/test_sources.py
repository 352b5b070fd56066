import re

import pytest

import config
from backend.policy.rules import clause_text, register, sentences
from backend.policy.sources import source

LONG = 120  # characters after which a reader no longer sees which sentence is meant


def ids_in_the_policies():
    text = "".join(file.read_text() for file in config.path("policies").glob("*.toml"))
    return sorted(set(re.findall(r'^rule_id = "([^"]+)"', text, re.MULTILINE)))


@pytest.mark.parametrize("rule_id", ids_in_the_policies())
def test_every_rule_that_a_date_can_name_can_be_shown(rule_id):
    assert len(source(rule_id).text) > 10


def test_the_regulation_is_quoted_in_its_own_words():
    assert "每 2 年检验 1 次" in source("C-00").text
    assert source("C-00").verbatim


def test_another_document_is_told_in_ours_and_says_so():
    assert not source("SAMR-121").verbatim


def test_an_unknown_rule_is_refused():
    with pytest.raises(LookupError):
        source("Z-99")


@pytest.mark.parametrize("rule_id", sorted(register()))
def test_a_rules_paragraphs_are_its_clause_whole_whatever_is_marked(rule_id):
    shown = list(source(rule_id).paragraphs())
    lines = [line for line in clause_text(rule_id).splitlines() if line.strip()]
    assert ["".join(words for words, _ in parts) for parts in shown] == lines
    marked = {words for parts in shown for words, meant in parts if meant}
    assert marked == set(sentences(rule_id))


def test_every_long_clause_has_the_sentence_that_is_meant():
    long = {rule_id for rule_id in register() if len(clause_text(rule_id)) > LONG}
    assert long <= {rule_id for rule_id in register() if sentences(rule_id)}


def test_rules_of_one_clause_mean_different_words_of_it():
    assert len({sentences(f"M-2{number}") for number in range(3)}) == 3


def test_what_the_house_set_itself_says_so():
    assert source("HOUSE-REPAIR").house
    assert source("HOUSE-IDENTITY").house
    assert not source("SAMR-121").house
    assert not source("M-20").house
