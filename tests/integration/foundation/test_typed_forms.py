"""What comes in a form is readable, whichever page takes it."""

import pytest

from backend.foundation import database

KINDS = ("application/x-www-form-urlencoded", "multipart/form-data")


def forms(app):
    """Every page that takes a form, with something in each of its places."""
    for rule in app.url_map.iter_rules():
        if "POST" in rule.methods and not rule.rule.startswith("/api/"):
            yield "".join("500101" if dynamic else part for dynamic, part in rule._trace).lstrip("|")


@pytest.mark.parametrize("odd", ["\0", "\x07", "\x1b", "\x85"], ids=["NUL", "BEL", "ESC", "NEL"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_page_refuses_characters_that_nobody_can_read(app, client, odd, kind):
    pages = sorted(set(forms(app)))
    answers = {page: client.post(page, data={"text": f"门{odd}坏"}, content_type=kind).status_code for page in pages}
    assert len(answers) > 20
    assert {page: status for page, status in answers.items() if status not in {404, 422}} == {}
    assert list(answers.values()).count(422) > 20


def test_what_is_refused_is_named_and_changes_nothing(client, db):
    answer = client.post("/report", data={"category": "door", "place": "虚构路 9 号", "description": "门\0坏"})
    assert (answer.status_code, "含有不能识别的字符" in answer.text) == (422, True)
    assert database.collection("complaints").find_one() is None


def test_line_ends_tabs_and_wide_blanks_are_what_people_type(client, db):
    client.post("/report", data={"category": "door", "place": "虚构路 9 号", "description": "门\r\n\t坏　了"})
    assert database.collection("complaints").find_one()["description"] == "门\n\t坏　了"
