import re

import pytest

import config
from backend.policy.sources import source


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
