"""Complaints: intake, routing, clocks, workflow, the bureau's desk and the resident's pages."""

from flask import Flask

from backend.card import blocks, offers
from backend.card.offers import Offer
from backend.complaints import api, block, checks, desk, links, retention, workflow
from backend.complaints.documents import Complaint
from backend.complaints.life import moving, succession
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
    offers.add(app, offers.LIFT, Offer(100, "complaints/offer.html"))
    offers.add(app, offers.FORGED, Offer(100, "complaints/offer_forged.html"))
    offers.add(app, offers.NO_LIFT, Offer(100, "complaints/offer_without_lift.html"))
    offers.add(app, offers.NO_LIFT, Offer(200, "complaints/offer_progress.html"))
    app.jinja_env.globals.update(
        complaint_categories=workflow.categories,
        report_url=links.report_url,
        trapped_url=links.trapped_url,
        forged_sign_url=links.forged_sign_url,
        progress_url=links.progress_url,
        case_url=links.case_url,
        cases_url=links.cases_url,
    )
    blocks.register(
        blocks.Block(
            "complaints",
            800,
            block.build,
            "complaints/block.html",
            reads=("complaints",),
            turns=block.turns,
            words="投诉举报的件数和最近几件",
        )
    )
    retention.register()
    succession.inherit()
