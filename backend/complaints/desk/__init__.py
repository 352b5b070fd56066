"""The bureau's desk: what complaints bring to the workbench."""

from flask import Flask

from backend.complaints.desk import around, cases, hidden, intake, many, today
from backend.complaints.desk.undelivered import undelivered_rows
from backend.console import menu, panels, subjects
from backend.console.menu import Entry
from backend.console.panels import INBOX, TODAY, Panel

SEE = "complaint.see"
LOST = "反映人没有收到这些通知，必要时请电话告知。"
ENTRIES = (
    Entry("complaints", "投诉", "desk.cases", SEE, order=200, shortcut="c"),
    Entry("complaint-new", "代为登记", "desk_intake.form", "complaint.intake", order=210, shortcut="n"),
    Entry("blocked", "屏蔽名单", "desk_hidden.blocked", "complaint.block", order=800),
)
PANELS = (
    Panel("due", "超期和今天到期的投诉", SEE, today.due, order=100, endpoint="desk.cases"),
    Panel("mine", "交我办理的投诉", SEE, today.mine, order=200, endpoint="desk.cases", query={"mine": "1"}),
    Panel("lost", "没有送达的通知", SEE, undelivered_rows, order=300, hint=LOST, places=(TODAY, INBOX)),
)


def init_app(app: Flask) -> None:
    """Bring the desk's pages, their entries in the menu, and what of the cases waits for an officer."""
    for part in (cases, around, many, intake, hidden):
        app.register_blueprint(part.blueprint)
    menu.add(app, *ENTRIES)
    panels.add(app, *PANELS)
    subjects.add(app, "complaint", cases.link)
