"""Lifts in the JSON API: one card, and the search."""

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint

from backend.card import queries
from backend.card.promises import promises
from backend.card.verdict import verdict
from backend.foundation import clock
from backend.foundation.errors import NotFound
from backend.foundation.permissions import public
from backend.registry import queries as registry

blueprint = Blueprint("lifts", __name__, url_prefix="/api/v1/lifts", description="Lifts and their public cards")
MAX_LIMIT = 100


class DatedDueSchema(ma.Schema):
    """A date of the card as of today."""

    kind = ma.fields.String()
    label = ma.fields.String()
    due = ma.fields.Date(allow_none=True)
    days = ma.fields.Integer(allow_none=True)
    state = ma.fields.String()
    reason = ma.fields.String()
    rule_id = ma.fields.String()


class VerdictSchema(ma.Schema):
    """The verdict of today."""

    level = ma.fields.String()
    text = ma.fields.String()
    dues = ma.fields.List(ma.fields.Nested(DatedDueSchema))


class PromiseSchema(ma.Schema):
    """A pledge of the lift's units beside what was measured in the last 12 months; less is better."""

    key = ma.fields.String()
    name = ma.fields.String()
    unit = ma.fields.String()
    pledged = ma.fields.Float()
    actual = ma.fields.Float(allow_none=True)
    state = ma.fields.String()


class CardSchema(ma.Schema):
    """The public card of a lift."""

    code = ma.fields.String()
    title = ma.fields.String()
    verdict = ma.fields.Nested(VerdictSchema)
    promises = ma.fields.List(ma.fields.Nested(PromiseSchema))
    blocks = ma.fields.Dict()
    updated_at = ma.fields.AwareDateTime()


class LiftSchema(ma.Schema):
    """A lift in a list."""

    code = ma.fields.String()
    title = ma.fields.String()
    subtitle = ma.fields.String()


class SearchSchema(ma.Schema):
    """What to search for and which page."""

    q = ma.fields.String(load_default="", validate=ma.validate.Length(max=100))
    limit = ma.fields.Integer(load_default=20, validate=ma.validate.Range(1, MAX_LIMIT))
    cursor = ma.fields.String(load_default=None, validate=ma.validate.Length(max=100))


class LiftsSchema(ma.Schema):
    """One page of lifts; ask again with `next_cursor` until it is null."""

    items = ma.fields.List(ma.fields.Nested(LiftSchema))
    next_cursor = ma.fields.String(allow_none=True)


@blueprint.get("/<code>")
@public
@blueprint.response(200, CardSchema)
def get_card(code: str) -> dict[str, Any]:
    """Get the public card of a lift by its rescue code."""
    card = queries.card(code)
    if card is None:
        raise NotFound("没有这个编号的电梯", {"code": "没有这个编号的电梯"})
    return {
        "code": code,
        "title": queries.title(card),
        "verdict": verdict(card, clock.today()),
        "promises": promises(card),
        "blocks": card["blocks"],
        "updated_at": card["updated_at"],
    }


@blueprint.get("")
@public
@blueprint.arguments(SearchSchema, location="query")
@blueprint.response(200, LiftsSchema)
def find_lifts(args: dict[str, Any]) -> dict[str, Any]:
    """Find lifts by code, device code, registration code, certificate number, estate or address."""
    items, next_cursor = registry.search(args["q"].strip(), limit=args["limit"], cursor=args["cursor"])
    return {"items": items, "next_cursor": next_cursor}
