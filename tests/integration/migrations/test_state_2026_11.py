"""The database of November 2026, before an actor's organisation was known: what a later version makes of it."""

import pytest

from backend.foundation import audit
from tests import old_states


@pytest.fixture
def old(context, db, monkeypatch):
    """The state, under the keys of the installation it was taken from."""
    for name in ("data_key", "sign_key"):
        monkeypatch.setitem(context.extensions, f"chati.{name}", old_states.KEY)
    monkeypatch.setattr(context, "secret_key", old_states.KEY)
    old_states.load(db, "state-2026-11")
    return db


def test_the_record_comes_back_as_it_was_sealed(old):
    checked = audit.verify()
    assert checked.ok
    assert checked.sealed > 50
