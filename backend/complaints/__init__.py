"""Complaints: intake, routing, clocks, workflow, the bureau's desk and the resident's pages."""

from flask import Flask

from backend.card import blocks
from backend.complaints import api, checks, desk, queries, retention
from backend.complaints.documents import Complaint
from backend.complaints.life import moving
from backend.complaints.repairs import pages as repair_pages
from backend.complaints.resident import pages
from backend.foundation import api as json_api
from backend.foundation import bulk
from config import references

references(checks.fit)
moving.register()


def init_app(app: Flask) -> None:
    """Bring the desk, the resident's pages, the JSON routes and the card's block."""
    bulk.offer(Complaint)
    desk.init_app(app)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(repair_pages.blueprint)
    json_api.register(app, api.blueprint)
    blocks.register(
        blocks.Block(
            "complaints", 800, queries.block, "complaints/block.html", reads=("complaints",), turns=queries.block_turns
        )
    )
    retention.register()
