"""A credit code is checked and belongs to one organisation; what is none, or a second one's, is taken off."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator

from pymongo.database import Database
from stdnum.cn import uscc

SHAPE = re.compile(r"[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}")
ROLES = ("using_unit", "maintenance_unit", "inspection_body")


def due(db: Database) -> Iterator[str]:
    """Say what would change."""
    for row, code, why in _changes(db):
        yield _line(row, code, why)


def run(db: Database) -> Iterator[str]:
    """Write codes in their one form, or take them off: the organisation stays, provisional, with what hangs on it."""
    for row, code, why in list(_changes(db)):
        change = {"$set": {"credit_code": code}} if code else {"$unset": {"credit_code": ""}}
        if db.organisations.update_one({"_id": row["_id"], "credit_code": row["credit_code"]}, change).modified_count:
            yield _line(row, code, why)


def _changes(db: Database) -> Iterator[tuple[dict, str | None, str]]:
    """Yield each organisation whose code does not stay as it is, with the code it gets, if any, and why."""
    bearers: dict[str, list[dict]] = defaultdict(list)
    for row in db.organisations.find({"credit_code": {"$ne": None}}, {"name": 1, "credit_code": 1}):
        if code := _code(row["credit_code"]):
            bearers[code].append(row)
        else:
            yield row, None, "is no credit code"
    for code, rows in bearers.items():
        first, *others = sorted(rows, key=lambda row: -_lifts(db, row["_id"])) if len(rows) > 1 else rows
        yield from ((row, None, f"is that of {first['_id']} {first['name']}, which has more lifts") for row in others)
        if first["credit_code"] != code:
            yield first, code, "written in its one form"


def _code(text: str) -> str | None:
    code = uscc.compact(unicodedata.normalize("NFKC", text))
    return code if SHAPE.fullmatch(code) and uscc.calc_check_digit(code) == code[-1] else None


def _lifts(db: Database, organisation: str) -> int:
    return db.lifts.count_documents({"$or": [{role: organisation} for role in ROLES]})


def _line(row: dict, code: str | None, why: str) -> str:
    return f"{row['_id']} {row['name']}: {row['credit_code']} {why}{f', {code}' if code else ''}"
