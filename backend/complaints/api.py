"""Complaints in the JSON API: file one, follow one."""

from collections.abc import Mapping
from typing import Any, NoReturn

import marshmallow as ma
from flask import Request, current_app, request
from flask_login import current_user
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from backend.accounts.actors import Actor
from backend.complaints import queries, service, workflow
from backend.complaints.intake import for_others
from backend.complaints.rows import FullCase, OutlinedCase
from backend.complaints.schemas import (
    IdempotencySchema,
    NewComplaintSchema,
    ProgressSchema,
    QueryKeyHeaderSchema,
    QueryKeySchema,
    ReceiptSchema,
)
from backend.complaints.service import NewComplaint, NewReporter
from backend.foundation import api, clock
from backend.foundation.api import answer_once
from backend.foundation.errors import BadInput, NotFound
from backend.foundation.limits import limiter
from backend.foundation.permissions import may, public, requires
from backend.foundation.web import csrf

MAX_BODY = 64 * 1024
FOR_CALLER = "complaint.file_for_caller"
ANYBODY = "public"
Progress = OutlinedCase | FullCase


EXAMPLES = {
    "by_code": {"summary": "有编号", "value": {"lift_code": "500103", "category": "door", "description": "门关不上"}},
    "by_place": {
        "summary": "没有编号",
        "value": {"place": "示例小区 3 栋 1 单元", "category": "noise", "consent_publish": True},
    },
}


class JsonParser(FlaskParser):
    """webargs' parser that tells a body which is no JSON, or nests without end, in plain words."""

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        """Read the body.

        Raises:
            UnsupportedMediaType: the body does not say that it is JSON.
            BadInput: it is not JSON, or nested too deeply.
        """
        if not req.is_json:
            raise UnsupportedMediaType
        try:
            return super().load_json(req, schema)
        except (RecursionError, ValueError) as error:  # ValueError: an integer of more digits than Python reads
            raise BadInput.of("json", "请求的内容太深或数字太长") from error

    def _handle_invalid_json_error(self, error: Exception, *_: Any, **__: Any) -> NoReturn:
        raise BadInput.of("json", "请求的内容不是 JSON") from error


class JsonBlueprint(api.Blueprint):
    """A blueprint that reads its arguments with `JsonParser`."""

    ARGUMENTS_PARSER = JsonParser()


blueprint = JsonBlueprint(
    "complaints", __name__, url_prefix="/api/v1/complaints", description="投诉举报：登记一件，查一件的进度"
)
csrf.exempt(blueprint)  # programs have no form token; what a browser could be made to send, anybody may send


@blueprint.before_request
def _limit_body() -> None:
    request.max_content_length = MAX_BODY


@blueprint.post("")
@public
@limiter.limit(lambda: current_app.config["CHATI"].report_limit, exempt_when=lambda: may(FOR_CALLER))
@blueprint.arguments(NewComplaintSchema, description="反映什么", examples=EXAMPLES)
@blueprint.arguments(IdempotencySchema, location="headers")
@blueprint.response(201, ReceiptSchema, description="已登记：编号、查询码、由谁在什么时候前办理")
@blueprint.fails(409, 413, 415, 422, 429)
@blueprint.doc(summary="登记一件", description="带同一个 Idempotency-Key 再发一次，答复和第一次一样，不会重复登记。")
def file(body: dict[str, Any], header: dict[str, Any]) -> dict[str, Any]:
    """File a complaint; the same Idempotency-Key is answered the same and files nothing again."""
    for_caller = may(FOR_CALLER)
    if "channel_order_no" in body and not for_caller:
        raise BadInput.of("channel_order_no", "只有登记的渠道可以填写工单号")
    return _file_once(current_user.actor if for_caller else None, header["key"], body)


@blueprint.get("/<number>", parameters=[api.in_path("number", "编号", "261123-000001")])
@public
@blueprint.arguments(QueryKeyHeaderSchema, location="headers")
@blueprint.arguments(QueryKeySchema, location="query")
@blueprint.response(200, ProgressSchema, description="这件办到哪一步")
@blueprint.fails(404, 422)
@blueprint.doc(summary="查进度", description="只有编号时答复办到哪一步；有查询码时还有内容和经过。")
def follow(header: dict[str, Any], query: dict[str, Any], number: str) -> Progress:
    """Tell how a case stands; with its query key also its history."""
    return _progress(number, header["header_key"] or query["k"])


@blueprint.get("/orders/<order_no>", parameters=[api.in_path("order_no", "渠道自己的工单号", "12345-20261123-0001")])
@requires(FOR_CALLER)
@blueprint.response(200, ProgressSchema, description="这件办到哪一步，有内容和经过")
@blueprint.fails(403, 404)
@blueprint.doc(summary="按工单号查进度", description="渠道用自己的密钥查自己的工单。", security=api.KEY_ONLY)
def follow_order(order_no: str) -> Progress:
    """Tell a hotline how the case goes on that its own order became."""
    number = for_others.number_of_order(current_user.actor.id, order_no)
    return _progress(number, service.query_key(number))


def _progress(number: str, key: str | None) -> Progress:
    case = queries.progress(number, key)
    if case is None:
        raise NotFound("没有这件投诉，或查询码不对")
    return case


def _file_once(hotline: Actor | None, key: str | None, body: dict[str, Any]) -> dict[str, Any]:
    return answer_once(hotline.id if hotline else ANYBODY, key, body, lambda: _file(hotline, body))


def _file(hotline: Actor | None, body: Mapping[str, Any]) -> dict[str, Any]:
    """File and answer in plain JSON values, so that the stored answer reads as the first one."""
    order_no = body.get("channel_order_no")
    new = NewComplaint(
        category=body["category"],
        lift=body.get("lift_code"),
        place=body.get("place"),
        description=body["description"],
        reporter=NewReporter(channel="hotline" if hotline else "api", phone=body.get("phone"), name=body.get("name")),
        consent_publish=body["consent_publish"],
    )
    receipt = for_others.file_order(hotline, order_no, new) if hotline else service.file(new)
    return {
        **receipt,
        "due": clock.iso(receipt["due"]),
        "state_label": workflow.TABLE.state_label(receipt["state"]),
        "category_label": workflow.category_label(receipt["category"]),
        "channel_order_no": order_no,
    }
