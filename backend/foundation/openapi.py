"""The API's document: who may call, what each field says, how errors look."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import flask_smorest
import marshmallow as ma
from werkzeug.exceptions import HTTPException

from backend.foundation import errors
from backend.foundation.errors import PLAIN_WORDS, PROBLEM, code_of, problem_body
from backend.foundation.wire import said

KEY = "key"
KEY_ONLY: list[dict[str, list[str]]] = [{KEY: []}]
ANYBODY: list[dict[str, list[str]]] = [{}, {KEY: []}]
ANYWHERE = (401, 500, 503)  # what any route may answer
WITH_FIELDS = {409, 422}
ABOUT: dict[str, Any] = {
    "info": {
        "description": "重庆市电梯信息公开与投诉举报的接口。\n\n"
        "- 时间一律是北京时间，形如 `2026-11-25T18:30:00+08:00`；日期形如 `2026-11-25`。\n"
        "- 出错时答复 `application/problem+json`：`title` 是一句中文，`code` 给程序判断，"
        "`errors` 指出哪个字段不对。\n"
        "- 查电梯、登记和查进度不需要密钥；12345 等渠道的密钥由系统管理员在「管理」里发放，只显示一次。\n"
        "- 登记时请带 `Idempotency-Key`，网络中断后可以放心重发。",
        "contact": {"name": "系统管理员"},
    },
    "security": ANYBODY,
    "components": {
        "securitySchemes": {
            KEY: {
                "type": "http",
                "scheme": "bearer",
                "description": "渠道的密钥：`Authorization: Bearer <密钥>`。点 Authorize 填写后，本页的试用会带上它。",
            }
        }
    },
}


def in_path(name: str, words: str, example: str) -> dict[str, Any]:
    """Describe a part of a route's path.

    Args:
        name: as in the route.
        words: plain Chinese.
        example: made-up.
    """
    return {"in": "path", "name": name, "required": True, "description": words, "example": example}


class FieldErrorSchema(ma.Schema):
    """One field and what is wrong with it."""

    field = ma.fields.String(metadata=said("哪个字段", "category"))
    message = ma.fields.String(metadata=said("哪里不对，中文", "必填"))


class ProblemSchema(ma.Schema):
    """RFC 9457 problem."""

    type = ma.fields.String(metadata=said("错误的种类", "urn:chati:bad_input"))
    title = ma.fields.String(metadata=said("出了什么问题，中文", "填写的内容有误"))
    status = ma.fields.Integer(metadata=said("HTTP 状态码", 422))
    code = ma.fields.String(metadata=said("错误的代码，给程序判断", "bad_input"))
    errors = ma.fields.List(ma.fields.Nested(FieldErrorSchema), metadata=said("逐项说明；和字段无关的错误没有这一项"))


class Blueprint(flask_smorest.Blueprint):
    """Routes of the API with the errors that they tell."""

    def fails(self, *statuses: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Document with which errors a route may answer, beside those that any may.

        Args:
            statuses: HTTP statuses.
        """

        def mark(view: Callable[..., Any]) -> Callable[..., Any]:
            for status in (*statuses, *ANYWHERE):
                view = self.alt_response(status, response=HTTPStatus(status).name)(view)
            return view

        return mark


class ChatiApi(flask_smorest.Api):
    """flask-smorest's Api with our error form."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_ERROR_RESPONSE_NAME = "DEFAULT_ERROR"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.later: dict[str, Callable[[], type[ma.Schema]]] = {}
        super().__init__(*args, **kwargs)

    def handle_http_exception(self, error: HTTPException) -> Any:
        """Answer as every other error of Chati."""
        return errors.http_error(error)

    def _openapi_json(self) -> Any:
        while self.later:
            name, make = self.later.popitem()
            self.spec.components.schema(name, schema=make())
        return super()._openapi_json()

    def _register_pagination_header(self) -> None:
        """Leave out what no route of ours uses: our lists page by key."""

    def _register_responses(self) -> None:
        """Describe each error in the words and under the content type with which it is sent."""
        for status in HTTPStatus:
            if status >= HTTPStatus.BAD_REQUEST:
                self.spec.components.response(status.name, _response(status), lazy=True)
        described = {"schema": ProblemSchema, "example": _example(HTTPStatus.BAD_REQUEST)}
        other = {"description": "其他错误，都是这个形式", "content": {PROBLEM: described}}
        self.spec.components.response(self.DEFAULT_ERROR_RESPONSE_NAME, other, lazy=True)


def _response(status: HTTPStatus) -> dict[str, Any]:
    return {
        "description": PLAIN_WORDS.get(status, status.phrase),
        "content": {PROBLEM: {"schema": ProblemSchema, "example": _example(status)}},
    }


def _example(status: HTTPStatus) -> dict[str, Any]:
    fields = {"category": "必填"} if status in WITH_FIELDS else {}
    return problem_body(status, code_of(status, status.phrase), PLAIN_WORDS.get(status, status.phrase), fields)
