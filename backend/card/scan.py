"""The answer to a scan: the stored page, made anew by the first who asks after a change of the card or of the day."""

import time
from datetime import date, datetime

from flask import Response, current_app, request

from backend.card import queries, stored
from backend.card.documents import HOLDS_AT_MOST
from backend.card.rendering import FORMS
from backend.card.stored import TYPED, UNKNOWN, Asked, Stored
from backend.foundation import clock, web

BUILD = "chati.build"
LOOKS = 25
PAUSE_SECONDS = 0.02


def response(code: str, form: str, tag: str = TYPED) -> Response | None:
    """Answer a scan in the encoding that the browser takes, with 304 when it has these words; None: no such lift.

    Args:
        code: rescue code.
        form: `html` or `json`.
        tag: see `Asked`.
    """
    asked = Asked(code, form, tag, web.encoding(request.headers.get("Accept-Encoding", "")))
    found = answer(asked)
    if found is None:
        return None
    if request.if_none_match.contains_weak(found.etag):
        answered = Response(status=304)
    else:
        answered = Response(found.body, content_type=FORMS[form].content_type)
        if asked.encoding:
            answered.content_encoding = asked.encoding
    answered.set_etag(found.etag, weak=True)
    answered.cache_control.no_cache = True
    answered.vary.add("Accept-Encoding")
    return answered


def answer(asked: Asked) -> Stored | None:
    """Give the answer to a scan, never of a card or a day before the question; None where there is no such lift.

    However many ask at once, in however many processes, one of them makes it and the others look again every
    PAUSE_SECONDS. Whoever looked LOOKS times (the maker died, or the card changes all the time) makes one just for
    themselves.
    """
    build, day = current_app.extensions[BUILD], clock.today()
    for _ in range(LOOKS):
        if found := stored.find(asked, build, day):
            return found
        signs = queries.signs(asked.code)
        if signs is None:
            return None
        if asked.tag not in {TYPED, UNKNOWN, *signs}:
            asked = asked._replace(tag=UNKNOWN)
            continue
        if lease := stored.claim(asked, build, day):
            return _make(asked, build, day, lease)
        time.sleep(PAUSE_SECONDS)
    return _make(asked, build, day, None)


def _make(asked: Asked, build: str, day: date, lease: datetime | None) -> Stored | None:
    card = queries.card(asked.code)
    if card is None:
        return None
    form = FORMS[asked.form]
    sign = asked.tag and queries.identity_of(card).get("signs", {}).get(asked.tag, UNKNOWN)
    made = stored.pack(asked, form.make(card, sign, day), card)
    if lease:
        until = min(form.turn(card, day), day + HOLDS_AT_MOST)
        stored.keep(asked, made, lease=lease, build=build, until=until)
    return made
