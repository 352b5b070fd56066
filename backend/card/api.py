"""Lifts in the JSON API: one card, and the search."""

from typing import Any

from flask import Response

from backend.card import scan
from backend.card.rendering import JSON
from backend.card.schemas import LiftsSchema, SearchSchema
from backend.foundation import api
from backend.foundation.errors import NotFound
from backend.foundation.permissions import public
from backend.registry import search

CARD = "Card"  # its schema is known when all slices have brought their blocks, see `card.init_app`
NO_LIFT = "没有这个救援识别码的电梯"
blueprint = api.Blueprint("lifts", __name__, url_prefix="/api/v1/lifts", description="电梯和它的公开资料")


@blueprint.get("/<code>", parameters=[api.in_path("code", "救援识别码，六位数字", "500103")])
@public
@blueprint.response(200, CARD, description="这台电梯的公开资料，和页面上看到的一样")
@blueprint.alt_response(304, description="资料没有变化：If-None-Match 中的 ETag 还有效")
@blueprint.fails(404)
@blueprint.doc(summary="查一台电梯", description="答复带 ETag，下一次放在 If-None-Match 里，没有变化时答复 304。")
def get_card(code: str) -> Response:
    """Get the public card of a lift by its rescue code."""
    answered = scan.response(code, JSON)
    if answered is None:
        raise NotFound(NO_LIFT, {"code": NO_LIFT})
    return answered


@blueprint.get("")
@public
@blueprint.arguments(SearchSchema, location="query")
@blueprint.response(200, LiftsSchema, description="找到的电梯")
@blueprint.fails(422)
@blueprint.doc(summary="找电梯", description="一页一页地取：把 next_cursor 作为 cursor 再问，直到它为 null。")
def find_lifts(args: dict[str, Any]) -> dict[str, Any]:
    """Find lifts by code, device code, registration code, certificate number, estate or address."""
    items, next_cursor = search.search(args["q"].strip(), limit=args["limit"], cursor=args["cursor"])
    return {"items": items, "next_cursor": next_cursor}
