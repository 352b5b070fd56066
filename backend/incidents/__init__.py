"""The incidents slice: faults, rescues, accidents, and the block that shows them."""

from flask import Flask

from backend.card import blocks
from backend.console import panels, subjects
from backend.console.panels import Panel
from backend.delivery import jobs
from backend.foundation import bulk
from backend.incidents import console, queries, service, succession
from backend.incidents.documents import Accident, Fault, Rescue
from backend.registry import followers

END_SILENT_EVERY_S = 600


def init_app(app: Flask) -> None:
    """Bring the slice's card block, the desk's page of people trapped, and the rule that ends what nobody ends."""
    app.register_blueprint(console.blueprint)
    panels.add(
        app, Panel("rescues", "有人报告被困", console.EMERGENCY, console.waiting, order=50, endpoint="rescues.show")
    )
    subjects.add(app, "rescue", console.link)
    jobs.every(END_SILENT_EVERY_S, "incidents.end_silent", service.end_silent)
    bulk.offer(Accident, Fault, Rescue)
    followers.inherit(followers.UNITS, "incidents", succession.change_unit)
    facts = ("faults", "rescues", "accidents")
    blocks.register(
        blocks.Block(
            "incidents",
            500,
            queries.build,
            "incidents/block.html",
            reads=facts,
            turns=blocks.never,
            words="故障、救援和事故，近 12 个月",
        )
    )
