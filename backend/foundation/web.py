"""What every page shares: template filters, form tokens, compression, security headers and rate limits."""

import functools
from datetime import date, datetime
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

from bson import ObjectId
from flask import Flask, Response, current_app, redirect, request
from flask.json.provider import DefaultJSONProvider
from flask_bootstrap import Bootstrap5
from flask_compress import Compress
from flask_wtf import CSRFProtect
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as BaseResponse

from backend.foundation import clock
from backend.foundation.forms import TypedRequest
from backend.foundation.limits import limiter
from config.settings import Settings

csrf = CSRFProtect()

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; script-src 'self'; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'self'; object-src 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
STRICT_TRANSPORT = {"Strict-Transport-Security": "max-age=31536000"}
ENCODINGS = ("br", "gzip")
READING = ("GET", "HEAD", "OPTIONS")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class ChatiJSON(DefaultJSONProvider):
    """JSON with moments as `clock.iso` has them, ISO dates, ids as text and Chinese left readable."""

    ensure_ascii = False
    sort_keys = False

    @staticmethod
    def default(o: Any) -> Any:
        """Turn dates and ids into text."""
        if isinstance(o, datetime):
            return clock.iso(o)
        if isinstance(o, date):
            return o.isoformat()
        if isinstance(o, ObjectId):
            return str(o)
        return DefaultJSONProvider.default(o)


class Compression(Compress):
    """Flask-Compress, which by itself reads `q=0` as one more wish and a stored page's choice another way."""

    def after_request(self, response: Response | None) -> Response:
        """Compress an answer for whoever takes that."""
        chosen = encoding(request.headers.get("Accept-Encoding", ""))
        if response is None or chosen:
            request.environ["HTTP_ACCEPT_ENCODING"] = chosen
            return super().after_request(response)
        response.vary.add("Accept-Encoding")
        return response


def init_app(app: Flask, settings: Settings) -> None:
    """Set up what all pages share.

    Args:
        app: the application.
        settings: `public_url` is used, templates see all.
    """
    app.json = ChatiJSON(app)
    app.config.update(
        COMPRESS_ALGORITHM=list(ENCODINGS),
        COMPRESS_BR_LEVEL=5,
        COMPRESS_MIN_SIZE=500,
        COMPRESS_STREAMS=False,
        BOOTSTRAP_SERVE_LOCAL=True,
        RATELIMIT_HEADERS_ENABLED=False,  # they cost two reads a request; a 429 says when to come back
        WTF_CSRF_TIME_LIMIT=None,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https:"),
    )
    app.before_request(_require_readable)
    csrf.init_app(app)
    limiter.init_app(app)
    Compression(app)
    Bootstrap5(app)
    app.before_request(_without_slash)
    app.after_request(_headers)
    app.jinja_env.globals.update(chati=settings, today=clock.today, now=clock.now)
    app.jinja_env.filters.update(day=day, moment=moment, days_from_today=days_from_today)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def behind_proxies(app: Flask, settings: Settings) -> None:
    """Believe what the trusted proxies say of the caller; call it last, so that all of the application is told.

    Args:
        app: the application.
        settings: `trusted_proxies` is used.
    """
    if hops := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask's own way


@functools.lru_cache(maxsize=256)
def encoding(accepted: str) -> str:
    """Choose how an answer is compressed: `br`, `gzip`, or empty for not at all.

    Args:
        accepted: the header Accept-Encoding, empty where there is none. Who refuses the plain form gets one they did
            not refuse; who refuses every form gets the plain one: a page not sent is no use to anybody.

    Source: RFC 9110, 12.5.3.
    """
    asked = parse_accept_header(accepted, Accept)
    weights = {name.lower(): weight for name, weight in asked}
    best = asked.best_match(ENCODINGS, "")
    if not best and weights.get("identity") == 0 and weights.get("*") != 0:
        return next((name for name in ENCODINGS[::-1] if weights.get(name) != 0), "")
    return "" if best and weights.get("identity", 0) > asked.quality(best) else best


@functools.cache
def headers(*, secure: bool) -> tuple[tuple[str, str], ...]:
    """Return the headers that every answer carries.

    Args:
        secure: whether the caller came by HTTPS.
    """
    return tuple((SECURITY_HEADERS | (STRICT_TRANSPORT if secure else {})).items())


def day(value: str | date | datetime | None) -> str:
    """Show a date as 2026-11-23; nothing as —."""
    if value is None or value == "":
        return "—"
    if isinstance(value, datetime):
        value = clock.local(value)
    return value[:10] if isinstance(value, str) else value.strftime("%Y-%m-%d")


def moment(value: datetime | str | None) -> str:
    """Show an instant as 2026-11-23 09:05 in Shanghai time; nothing as —."""
    if not value:
        return "—"
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return clock.local(value).strftime("%Y-%m-%d %H:%M")


def days_from_today(value: str | date) -> int:
    """Count the days from today to a date; negative when it has passed."""
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    return (value - clock.today()).days


def _require_readable() -> None:
    """Refuse a form with characters that nobody can read, before any page takes a word of it."""
    # Another body is not touched: who looks into it here would keep its route from setting a limit of its own.
    if request.method not in READING and request.mimetype in FORMS:
        cast(TypedRequest, request).require_readable()


def _without_slash() -> BaseResponse | None:
    """Lead an address with a slash too many at its end to the page without it."""
    bare = "/" + request.path.strip("/")
    if request.url_rule is not None or bare == request.path:
        return None
    routes = current_app.create_url_adapter(request)
    if routes is None or not routes.test(bare, request.method):
        return None
    asked = request.query_string.decode("latin-1")
    return redirect(quote(bare) + (f"?{asked}" if asked else ""), HTTPStatus.PERMANENT_REDIRECT)


def _headers(response: Response) -> Response:
    for name, value in headers(secure=request.is_secure):
        response.headers.setdefault(name, value)
    return response
