"""The news of a bureau's own cases that did not arrive."""

from flask import url_for

from backend.accounts.actors import Actor
from backend.casework.actors import scope
from backend.complaints.desk import case_view
from backend.complaints.desk.rows import LostRow
from backend.console.panels import Row
from backend.foundation import database, queue

SHOWN = 50
MARK = "complaint:"
LOOKED_AT = 1000  # undelivered news looked through for a bureau's own


def undelivered(officer: Actor) -> list[LostRow]:
    """Return the latest news of the officer's cases that did not arrive."""
    rows = [(row, row["subject"].removeprefix(MARK)) for row in queue.not_arrived(MARK, LOOKED_AT)]
    wanted = {"_id": {"$in": list({number for _, number in rows})}}
    own = {one["_id"] for one in database.collection("complaints").find({"$and": [wanted, scope(officer)]}, {"_id": 1})}
    found: list[LostRow] = [{**case_view.delivery(row), "number": number} for row, number in rows if number in own]
    return found[:SHOWN]


def undelivered_rows(officer: Actor) -> list[Row]:
    """Return the same as the rows of a panel."""
    return [
        Row(
            label=one["number"],
            url=url_for("desk.case", number=one["number"]),
            text=f"{one['what']} · {one['channel']}",
            at=one["at"],
            state=one["state"],
            late=True,
            hint=one["error"],
        )
        for one in undelivered(officer)
    ]
