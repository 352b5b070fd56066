"""The public card of a lift: its blocks, its page, its usage signs and its place in the API."""

from flask import Flask

from backend.card import blocks, links, pages, promises, queries, rendering, scan, service, verdict
from backend.card.api import CARD
from backend.card.api import blueprint as api_blueprint
from backend.card.documents import Card, Page
from backend.card.front import Front
from backend.card.schemas import card_schema
from backend.delivery import jobs
from backend.foundation import api, bulk
from backend.registry import followers

STALE_SECONDS = 5


def init_app(app: Flask) -> None:
    """Bring the scan page and the door in front of it, the lift API, the card's first block and what templates show."""
    bulk.offer(Card, Page)
    facts = ("lifts", "organisations", "signs")
    blocks.register(
        blocks.Block(
            "identity",
            100,
            queries.identity,
            "card/identity.html",
            reads=facts,
            turns=blocks.never,
            words="登记信息：这台电梯是什么、由谁负责",
        )
    )
    followers.register(followers.LIFTS, "card", service.rebuild)
    followers.register(followers.SIGNS, "card", lambda codes: service.refresh(codes, "signs"))
    app.jinja_env.globals.update(dated=verdict.dated, promises=promises.promises, counts=promises.counts)
    app.jinja_env.globals.update(lift_url=links.lift_url, rule_url=links.rule_url, search_url=links.search_url)
    app.jinja_env.globals.update(privacy_url=links.privacy_url)
    app.extensions[scan.BUILD] = rendering.build_of(app)
    app.register_blueprint(pages.blueprint)
    api.register(app, api_blueprint)
    api.describe_later(app, CARD, card_schema)
    app.wsgi_app = Front(app)  # type: ignore[method-assign]  # Flask's own way
    jobs.every(STALE_SECONDS, "cards.refresh_stale", service.refresh_stale)
