"""What of the complaints waits for an officer today: what is due, and what was given to them."""

from flask import url_for

from backend.accounts.actors import Actor
from backend.complaints.desk import reads
from backend.complaints.desk.reads import Filters
from backend.complaints.desk.rows import CaseRow
from backend.console.panels import Row
from backend.foundation import clock

SHOWN = 10


def due(officer: Actor) -> list[Row]:
    """Return the cases of the officer's desk that are overdue or due today, the earliest first."""
    return [_row(case) for case in reads.due_by(officer, clock.end_of(clock.today()), SHOWN)]


def mine(officer: Actor) -> list[Row]:
    """Return the open cases that the officer handles, the earliest date first."""
    found, _ = reads.desk_list(officer, Filters(mine=True), limit=SHOWN)
    return [_row(case) for case in found]


def _row(case: CaseRow) -> Row:
    return Row(
        label=case["number"],
        url=url_for("desk.case", number=case["number"]),
        text=" · ".join(filter(None, (case["category_label"], case["place"], case["state_label"]))),
        at=case["due"],
        state="已超期" if case["overdue"] else "",
        late=case["overdue"],
    )
