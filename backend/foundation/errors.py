"""Errors as data: a code, plain Chinese words, the field; told to people as a page, to machines as problem+json."""

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Self

import structlog
from flask import Flask, current_app, jsonify, render_template, request
from pymongo.errors import PyMongoError
from werkzeug.exceptions import HTTPException, TooManyRequests
from werkzeug.wrappers import Response

from backend.foundation import clock
from backend.foundation.limits import limiter
from backend.foundation.text import writable

log = structlog.get_logger()

PROBLEM = "application/problem+json"
PLAIN_WORDS = {
    400: "请求的格式不正确",
    401: "请先登录",
    403: "没有权限",
    404: "没有找到这个页面",
    405: "不支持这种请求方式",
    409: "内容已经有变化，请刷新后再试",
    413: "上传的内容太大",
    415: "不支持这种格式",
    422: "填写的内容有误",
    429: "操作太频繁，请稍后再试",
    500: "系统出了问题，已经记录，请稍后再试",
    503: "系统暂时不可用，请稍后再试",
}


class ChatiError(Exception):
    """Something a caller did cannot be done.

    Args:
        message: plain Chinese, shown to people as it is.
        fields: field name -> what is wrong with it, in Chinese.
    """

    status = HTTPStatus.BAD_REQUEST
    code = "bad_request"
    exit_status = 1  # of a command that it ends

    def __init__(self, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields = dict(fields or {})


class BadInput(ChatiError):
    """A field has a value that cannot be taken."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "bad_input"

    @classmethod
    def of(cls, field: str, message: str) -> Self:
        """Make the error for one field."""
        return cls(message, {field: message})


class NotFound(ChatiError):
    """There is no such thing, or not for this caller."""

    status = HTTPStatus.NOT_FOUND
    code = "not_found"


class Forbidden(ChatiError):
    """The caller may not do this."""

    status = HTTPStatus.FORBIDDEN
    code = "forbidden"


class Conflict(ChatiError):
    """Someone else was faster, or the thing is no longer in a state that allows this."""

    status = HTTPStatus.CONFLICT
    code = "conflict"


class TooLarge(ChatiError):
    """The upload is larger than allowed."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too_large"


# HTTP status -> the code that machines are told with it, whichever part of the software noticed
CODES = {int(kind.status): kind.code for kind in (BadInput, NotFound, Forbidden, Conflict, TooLarge)} | {
    500: "internal",
    503: "unavailable",
}


def init_app(app: Flask) -> None:
    """Answer every error in the caller's form."""
    app.register_error_handler(ChatiError, _chati_error)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(PyMongoError, _database_error)
    app.register_error_handler(Exception, _unexpected)


def http_error(error: HTTPException) -> tuple[Response | str, int, dict]:
    """Answer an HTTP error of Flask, webargs or flask-smorest."""
    data = getattr(error, "data", None) or {}
    messages = data.get("messages") or data.get("errors") or {}
    status = error.code or 500
    headers = {k: v for k, v in error.get_headers() if k.lower() in {"allow", "retry-after", "location"}}
    if isinstance(error, TooManyRequests) and limiter.current_limit:
        headers["Retry-After"] = str(max(1, math.ceil(limiter.current_limit.reset_at - clock.now().timestamp())))
    if status in {301, 302, 303, 307, 308}:
        return error.get_response(), status, headers
    return _answer(
        status,
        code_of(status, error.name),
        PLAIN_WORDS.get(status, error.name),
        _flat(messages),
        headers,
    )


def code_of(status: int, name: str) -> str:
    """Return the code of an HTTP error: our own for its status, else its name.

    Args:
        status: HTTP status.
        name: as HTTP calls it.
    """
    return CODES.get(status) or name.lower().replace(" ", "_")


def problem(status: int, code: str, message: str, fields: Mapping[str, str]) -> Response:
    """Build an RFC 9457 answer.

    Args:
        status: HTTP status.
        code: short name of the error, stable for machines.
        message: plain words.
        fields: field name -> what is wrong with it.
    """
    response = jsonify(problem_body(status, code, message, fields))
    response.mimetype = PROBLEM
    return response


def problem_body(status: int, code: str, message: str, fields: Mapping[str, str]) -> dict[str, Any]:
    """Build what an RFC 9457 answer holds, see `problem`; the API's document shows it as its example."""
    body: dict[str, Any] = {"type": f"urn:chati:{code}", "title": message, "status": status, "code": code}
    if fields:
        body["errors"] = [{"field": writable(field), "message": writable(text)} for field, text in fields.items()]
    return body


def wants_json() -> bool:
    """Tell whether the caller is a machine."""
    return (
        request.path.startswith("/api/")
        or request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html") == "application/json"
    )


def _answer(status: int, code: str, message: str, fields: Mapping[str, str], headers: Mapping | None = None) -> tuple:
    if wants_json():
        return problem(status, code, message, fields), status, dict(headers or {})
    page = render_template("error.html", status=status, message=message, fields=fields)
    return page, status, {"Cache-Control": "no-store", **(headers or {})}


def _chati_error(error: ChatiError) -> tuple:
    return _answer(int(error.status), error.code, error.message, error.fields)


def _database_error(error: PyMongoError) -> tuple:
    log.error("database", error=type(error).__name__)
    return _answer(503, CODES[503], PLAIN_WORDS[503], {}, {"Retry-After": "5"})


def _unexpected(error: Exception) -> tuple:
    if current_app.testing or current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    log.exception("unexpected", endpoint=request.endpoint)
    return _answer(500, CODES[500], PLAIN_WORDS[500], {})


def _flat(messages: Any, prefix: str = "") -> dict[str, str]:
    """Flatten webargs' nested messages into field -> text."""
    if not isinstance(messages, Mapping):
        items = messages if isinstance(messages, (list, tuple)) else [messages]
        return {prefix: ";".join(str(item) for item in items)} if items else {}
    flat: dict[str, str] = {}
    for key, value in messages.items():
        inner = key if prefix in {"", "json", "form", "query", "headers", "files"} else f"{prefix}.{key}"
        flat.update(_flat(value, str(inner)))
    return flat
