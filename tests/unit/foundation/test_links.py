"""A token is good for what it was made for, by this installation, for as long as was said."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from backend.foundation import clock
from backend.foundation.links import Token

FOR_EVER = Token("test.answer")
A_MINUTE = Token("test.pass", lambda: 60)


@pytest.fixture(autouse=True)
def _here():
    app = Flask(__name__)
    app.config["SECRET_KEY"] = "k" * 32
    with app.app_context():
        yield


@pytest.mark.parametrize("token", [FOR_EVER, A_MINUTE])
@pytest.mark.parametrize("value", ["u-1", ["R261123-000001", "mu-1"], 7])
def test_a_token_stands_for_what_it_was_made_of(token, value):
    assert token.read(token.make(value)) == value


@pytest.mark.parametrize("other", [Token("test.other"), Token("test.pass"), A_MINUTE])
def test_a_token_for_something_else_is_none(other):
    assert FOR_EVER.read(other.make("u-1")) is None


@pytest.mark.parametrize("given", ["", "x", "InUtMSI.abc", "一"])
def test_what_nobody_made_is_none(given):
    assert FOR_EVER.read(given) is None


def test_a_token_of_another_installation_is_none():
    other = Flask(__name__)
    other.config["SECRET_KEY"] = "o" * 32
    with other.app_context():
        made = FOR_EVER.make("u-1")
    assert FOR_EVER.read(made) is None


def test_a_pass_ends_and_a_key_does_not():
    made = {token: token.make("u-1") for token in (FOR_EVER, A_MINUTE)}
    with time_machine.travel(clock.now() + timedelta(days=400)):
        assert (FOR_EVER.read(made[FOR_EVER]), A_MINUTE.read(made[A_MINUTE])) == ("u-1", None)
