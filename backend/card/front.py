"""The door in front of Flask for scans alone: a stored page that holds leaves without a request being made of it.

It answers as the routes behind it would, header by header, and a test holds it to that; whatever is not a plain scan of
a page that is stored goes on to them.
"""

import re
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from pymongo.errors import PyMongoError
from werkzeug.http import parse_etags

from backend.card import stored
from backend.card.rendering import FORMS, HTML, JSON
from backend.card.scan import BUILD
from backend.card.stored import TYPED, Asked, Stored
from backend.foundation import clock, telemetry, web
from backend.foundation.permissions import PUBLIC, permission_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# The letters of a tag leave out four, so that no other path below a lift's is taken for one.
CODE, TAG = "([0-9A-Za-z-]{1,20})", "([0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{8})"
PATH = re.compile(f"/[eE]/{CODE}(?:/{TAG})?|/api/v1/lifts/{CODE}")
SCANNED, TYPED_IN, PROGRAM = "card.scanned", "card.typed", "lifts.get_card"


class Front:
    """A WSGI application that answers scans and hands everything else on.

    Args:
        app: the application, with all its routes and their permissions.

    Raises:
        ValueError: a route that it stands before is not for everybody.
    """

    def __init__(self, app: Flask) -> None:
        self.app, self.behind = app, app.wsgi_app
        for endpoint in (SCANNED, TYPED_IN, PROGRAM):
            if permission_of(app.view_functions[endpoint]) != PUBLIC:
                raise ValueError(f"{endpoint}: only what anybody may see is answered without asking who it is")

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        started = time.perf_counter()
        scan = _scan(environ)
        if scan is None:
            return self.behind(environ, start_response)
        endpoint, asked = scan
        try:
            found = stored.find(asked, self.app.extensions[BUILD], clock.today())
        except PyMongoError as error:
            return self._failed(error, environ, start_response)
        if found is None:
            return self.behind(environ, start_response)
        status, headers, body = _answer(asked, found, environ)
        start_response(status, headers)
        telemetry.answered(endpoint, environ["REQUEST_METHOD"], int(status[:3]), started)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _failed(
        self, error: PyMongoError, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Say what Flask would, without waiting for the database a second time."""
        with self.app.request_context(environ):
            answered = self.app.finalize_request(self.app.handle_user_exception(error), from_error_handler=True)
        return answered(environ, start_response)


def _scan(environ: "WSGIEnvironment") -> tuple[str, Asked] | None:
    """Read what a plain scan asks for; None for every other request, and for whoever shows a key."""
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or "HTTP_AUTHORIZATION" in environ:
        return None
    path = PATH.fullmatch(environ["PATH_INFO"])
    if path is None:
        return None
    code, tag, programs = path.groups()
    encoding = web.encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
    if programs:
        return PROGRAM, Asked(programs, JSON, TYPED, encoding)
    return (
        (SCANNED, Asked(code, HTML, tag.upper(), encoding)) if tag else (TYPED_IN, Asked(code, HTML, TYPED, encoding))
    )


def _answer(asked: Asked, found: Stored, environ: "WSGIEnvironment") -> tuple[str, list[tuple[str, str]], bytes]:
    headers = [
        ("ETag", f'W/"{found.etag}"'),
        ("Cache-Control", "no-cache"),
        ("Vary", "Accept-Encoding"),
        *web.headers(secure=environ["wsgi.url_scheme"] == "https"),
    ]
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known and parse_etags(known).contains_weak(found.etag):
        return "304 NOT MODIFIED", headers, b""
    if asked.encoding:
        headers.append(("Content-Encoding", asked.encoding))
    headers += [("Content-Type", FORMS[asked.form].content_type), ("Content-Length", str(len(found.body)))]
    return "200 OK", headers, found.body
