"""Complaints: intake, routing, clocks, workflow, the bureau's desk and the resident's pages."""

from flask import Flask

from backend.card import blocks
from backend.complaints import (
    api,
    checks,
    desk,
    desk_hidden,
    desk_inbox,
    desk_intake,
    desk_many,
    desk_work,
    pages,
    queries,
    repair_pages,
    retention,
)
from backend.foundation.api import api as json_api
from config import references

references(checks.fit)


def init_app(app: Flask) -> None:
    """Bring the desk, the resident's pages, the JSON routes and the card's block."""
    for part in (desk, desk_work, desk_many, desk_intake, desk_inbox, desk_hidden):
        app.register_blueprint(part.blueprint)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(repair_pages.blueprint)
    json_api.register_blueprint(api.blueprint)
    blocks.register(blocks.Block("complaints", 800, queries.block, "complaints/block.html"))
    retention.register()
