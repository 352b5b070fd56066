"""Lifts in the JSON API: one card, and the search."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from backend.card import scan
from backend.card.rendering import JSON
from backend.card.schemas import CardSchema, LiftsSchema, SearchSchema
from backend.foundation.errors import NotFound
from backend.foundation.permissions import public
from backend.registry import queries as registry

blueprint = Blueprint("lifts", __name__, url_prefix="/api/v1/lifts", description="Lifts and their public cards")


@blueprint.get("/<code>")
@public
@blueprint.response(200, CardSchema)
@blueprint.alt_response(304, description="Not changed since the answer whose ETag stands in If-None-Match")
def get_card(code: str) -> Response:
    """Get the public card of a lift by its rescue code."""
    answered = scan.response(code, JSON)
    if answered is None:
        raise NotFound("没有这个编号的电梯", {"code": "没有这个编号的电梯"})
    return answered


@blueprint.get("")
@public
@blueprint.arguments(SearchSchema, location="query")
@blueprint.response(200, LiftsSchema)
def find_lifts(args: dict[str, Any]) -> dict[str, Any]:
    """Find lifts by code, device code, registration code, certificate number, estate or address."""
    items, next_cursor = registry.search(args["q"].strip(), limit=args["limit"], cursor=args["cursor"])
    return {"items": items, "next_cursor": next_cursor}
