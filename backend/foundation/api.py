"""The JSON API: one flask-smorest Api, problem+json errors, the same answer for the same Idempotency-Key."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import marshmallow as ma
import mongoengine as me
from flask import Flask, render_template, send_from_directory
from swagger_ui_bundle import swagger_ui_path

from backend.foundation import clock, database
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, ChatiError, Conflict
from backend.foundation.openapi import ABOUT, KEY_ONLY, Blueprint, ChatiApi, in_path
from backend.foundation.permissions import public, public_method

__all__ = ["KEY_ONLY", "Blueprint", "answer_once", "describe_later", "in_path", "init_app", "register"]

ROUTES = "chati.api"
KEY_LIFETIME = timedelta(days=7)
MAX_KEY = 128


class StoredAnswer(me.Document):
    """The answer that was given for an Idempotency-Key, given again when the key comes back."""

    meta = {
        "collection": "answers",
        "auto_create_index": False,
        "indexes": [{"fields": ["created_at"], "expireAfterSeconds": int(KEY_LIFETIME.total_seconds())}],
    }

    key = me.StringField(primary_key=True)
    body_hash = me.StringField(required=True)
    answer = me.DictField(required=True)
    created_at = me.DateTimeField(required=True)


def answer_once(
    caller: str, key: str | None, body: Mapping[str, Any], work: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """Do the work once per Idempotency-Key, in a transaction, and give the same answer again for the same key.

    The first time is the rule: an earlier answer is only looked for when the work cannot be done, or not a second time.

    Args:
        caller: who asks; keys of different callers do not meet.
        key: the Idempotency-Key header; None does the work without remembering.
        body: the request, to notice a key used for something else.
        work: makes the answer: a plain dict.

    Raises:
        BadInput: the key is too long.
        Conflict: the key was used for another request.
    """
    if key is None:
        return transactional(work)()
    if not 1 <= len(key) <= MAX_KEY:
        raise BadInput.of("Idempotency-Key", f"Idempotency-Key 的长度应为 1 到 {MAX_KEY}")
    body_hash = hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()
    try:
        return _answer(f"{caller}:{key}", body_hash, work)
    except (ChatiError, me.NotUniqueError):
        stored = StoredAnswer.objects(key=f"{caller}:{key}").first()
        if stored is None:
            raise
    if stored.body_hash != body_hash:
        raise Conflict("这个 Idempotency-Key 已用于另一个请求", {"Idempotency-Key": "已用于另一个请求"})
    return stored.answer


@transactional
def _answer(key: str, body_hash: str, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    answer = work()
    database.append(StoredAnswer(key=key, body_hash=body_hash, answer=answer, created_at=clock.now()))
    return answer


def init_app(app: Flask) -> None:
    """Serve the OpenAPI document at /openapi.json and its page at /docs, with local assets."""
    app.config.update(
        API_TITLE="Chati 查梯",
        API_VERSION="v1",
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS=ABOUT | {"servers": _servers(app.config["CHATI"].public_url)},
    )
    app.extensions[ROUTES] = ChatiApi(app)
    for endpoint, view in app.view_functions.items():
        if endpoint.startswith("api-docs."):
            app.view_functions[endpoint] = public_method(view)

    @app.get("/docs")
    @public
    def docs() -> str:
        return render_template("docs.html")

    @app.get("/docs/<path:name>")
    @public
    def docs_asset(name: str) -> Any:
        return send_from_directory(swagger_ui_path, name)


def register(app: Flask, blueprint: Blueprint) -> None:
    """Put a slice's routes into the JSON API of an application and into its OpenAPI document."""
    app.extensions[ROUTES].register_blueprint(blueprint)


def describe_later(app: Flask, name: str, make: Callable[[], type[ma.Schema]]) -> None:
    """Have a schema of the document made when it is first asked for, because slices yet to come have a part in it.

    Args:
        app: the application.
        name: by which routes name it.
        make: makes it.
    """
    app.extensions[ROUTES].later[name] = make


def _servers(public_url: str) -> list[dict[str, str]]:
    """Name the site that the page came from first: that one a browser may ask."""
    return [{"url": "/", "description": "本站"}, {"url": public_url, "description": "公开的地址"}]
