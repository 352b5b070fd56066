"""A workbench without any slice beside accounts, and one with something to do in it."""

import pytest

import backend
from backend import accounts, console


@pytest.fixture
def bare(app, db, settings):
    """An application of accounts and console alone, on the database of the whole one."""
    made = backend.create_app(settings, slices=(accounts, console))
    made.testing = True
    return made
