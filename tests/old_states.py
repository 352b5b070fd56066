"""Loads a database as an earlier version of Chati left it, for the tests of what makes a later one of it."""

import pathlib

from bson import json_util

DATA = pathlib.Path(__file__).with_name("data")
CANONICAL = json_util.JSONOptions(json_mode=json_util.JSONMode.CANONICAL, tz_aware=True)
KEY = b"0" * 64  # of the installation that the state was taken from


def load(db, name):
    """Fill an empty database with a state, such as `state-2026-11`."""
    for file in sorted((DATA / name).glob("*.json")):
        rows = json_util.loads(file.read_text(encoding="utf-8"), json_options=CANONICAL)
        db[file.stem].insert_many(rows)
