"""The pages on which a resident reports, is told what to do when trapped, and follows a case."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.card import queries as cards
from backend.card.rows import Card
from backend.complaints import links, queries, service, workflow
from backend.complaints.rows import Receipt
from backend.complaints.service import NewComplaint, NewReporter
from backend.foundation import clock, forms, uploads
from backend.foundation.errors import BadInput, ChatiError, NotFound
from backend.foundation.forms import Draft
from backend.foundation.limits import limiter
from backend.foundation.permissions import public
from backend.foundation.uploads import Uploads
from backend.foundation.web import csrf
from backend.incidents import service as incidents
from backend.policy import areas

blueprint = Blueprint("report", __name__)
# Anonymous forms: there is no session whose authority a forged request could borrow, and a resident gets no cookie.
csrf.exempt(blueprint)
NO_CASE = "没有这件投诉，或查询码不对"
ABOUT = {links.SIGN: "电梯上贴的使用标志，扫码后显示不是查梯发出的，可能是伪造。"}
NUMBER_DIGITS = 12
FILED = "chati_filed"  # says for the next page alone that a case was just filed, and nothing of whose it is
FILED_SECONDS = 120


@blueprint.get("/e/<code>/report")
@blueprint.get("/e/<code>/report/<category>")
@public
def form(code: str, category: str = "") -> str:
    """Ask what is wrong with a lift; the button already chose the category, and may have words of its own."""
    words = ABOUT.get(request.args.get("about", ""), "")
    return _form(_card(code), {"category": category, "description": words})


@blueprint.get("/report")
@public
def form_without_code() -> str:
    """Ask what is wrong with a lift that has no code."""
    return _form(None, {})


@blueprint.post("/report")
@blueprint.post("/e/<code>/report")
@public
@limiter.limit(lambda: current_app.config["CHATI"].report_limit)
def submit(code: str | None = None) -> Response | str | tuple[str, int]:
    """File the complaint, or join the open one, and show where it is."""
    card = _card(code) if code else None
    values = {name: request.form.get(name, "") for name in ("category", "description", "phone", "place", "consent")}
    draft = forms.draft("seen")
    values["draft"], photos = draft.id, uploads.of_form(draft.id)
    try:
        receipt = _file_or_join(code, values, draft, photos)
    except SeenNothing as open_case:
        return _form(card, values, offered=open_case.case, kept=photos.keep()), 409
    except ChatiError as error:
        if not error.fields:
            raise
        return _form(card, values, errors=error.fields, kept=photos.keep()), int(error.status)
    return _filed(receipt)


@blueprint.get("/e/<code>/trapped")
@public
def trapped(code: str) -> str:
    """Tell somebody trapped what to do; the call comes first."""
    title, draft = cards.title(_card(code)), forms.new_draft()
    return render_template("complaints/trapped.html", code=code, title=title, draft=draft, recorded=False)


@blueprint.post("/e/<code>/trapped")
@public
@limiter.limit(lambda: current_app.config["CHATI"].report_limit)
def record_trapped(code: str) -> str:
    """Record an emergency beside the call."""
    card = _card(code)
    incidents.open_emergency(code, "web", forms.draft().key, actor=service.resident())
    return render_template("complaints/trapped.html", code=code, title=cards.title(card), recorded=True)


@blueprint.get("/c/<number>")
@public
def progress(number: str) -> Response:
    """Show how a case stands to whoever has its key."""
    key = _key(request.args.get("k", ""))
    case = queries.progress(number, key)
    return _progress(case, key) if case else _look_up(number, wrong=True)


@blueprint.get("/c/<number>/photos/<photo_id>")
@public
def own_photo(number: str, photo_id: str) -> Response:
    """Send a photo to whoever sent it with their report; it is kept nowhere on the way."""
    data = queries.own_photo(number, _key(request.args.get("k", "")), photo_id)
    if data is None:
        raise NotFound("没有这张照片")
    response = current_app.response_class(data, mimetype="image/jpeg")
    response.cache_control.no_store = True
    return response


@blueprint.get("/c")
@public
def look_up() -> Response:
    """Ask for number and key of a case, and lead to it."""
    number, key = request.args.get("number", "").strip(), _key(request.args.get("k", ""))
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", number))
    if len(digits) != NUMBER_DIGITS:
        return _look_up(number, wrong=bool(number))
    half = NUMBER_DIGITS // 2
    return redirect(url_for("report.progress", number=f"{digits[:half]}-{digits[half:]}", k=key or None), 303)


@blueprint.post("/c/<number>/<any(reopen, satisfied, give_identity):action>")
@public
@limiter.limit("10 per hour")
def step(number: str, action: str) -> Response:
    """Take a resident's tap: satisfied or not, or the papers that were asked for."""
    key = _key(request.form.get("k", ""))
    case = queries.progress(number, key)
    if case is None or not case["full"]:
        raise NotFound(NO_CASE)
    details = {name: request.form.get(name, "") for name in ("text", "name", "phone")}
    try:
        service.act(number, action, service.by_key(number, key), case["version"], details)
    except BadInput as error:
        return _progress(case, key, errors=error.fields, typed=details, status=int(error.status))
    return redirect(url_for("report.progress", number=number, k=key), 303)


def _progress(
    case: Mapping[str, Any],
    key: str,
    *,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    filed = FILED in request.cookies
    shown = render_template(
        "complaints/progress.html", case=case, key=key, errors=errors or {}, typed=typed or {}, filed=filed
    )
    response = _own(shown, status)
    if filed:
        response.delete_cookie(FILED, path=url_for("report.progress", number=case["number"]))
    return response


def _filed(receipt: Receipt) -> Response:
    """Lead to a case that was just filed; that it was is said there once, and not when the page is loaded again."""
    number = receipt["number"]
    response = redirect(url_for("report.progress", number=number, k=receipt["query_key"]), 303)
    response.set_cookie(
        FILED,
        "1",
        max_age=FILED_SECONDS,
        path=url_for("report.progress", number=number),
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def _look_up(number: str, *, wrong: bool) -> Response:
    """Show the form for number and key, and where they stand when they were wrong."""
    return _own(render_template("complaints/look_up.html", number=number[:40], wrong=wrong), 404 if wrong else 200)


def _own(shown: str, status: int) -> Response:
    """Send a page about one's own affairs: no shared computer keeps it."""
    response = current_app.make_response((shown, status))
    response.cache_control.no_store = True
    return response


def _key(typed: str) -> str:
    """Return a query key as it was given out, however it was typed or pasted."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", typed)).upper()


class SeenNothing(Exception):
    """The same problem is open on this lift and the reporter was not asked yet whether to join it."""

    def __init__(self, case: Mapping[str, Any]) -> None:
        super().__init__(case["number"])
        self.case = case


def _file_or_join(code: str | None, values: Mapping[str, str], draft: Draft, photos: Uploads) -> Receipt:
    reporter = NewReporter(channel="web", phone=values["phone"] or None)
    if number := request.form.get("join"):
        return service.join(number, reporter, values["description"], draft=draft.key, photos=photos.checked())
    if earlier := service.receipt_of_draft(draft.key):
        return earlier
    similar = queries.similar(code, values["category"], draft.of_page()) if code else None
    if similar and similar["number"] not in request.form.getlist("seen"):
        raise SeenNothing(similar)
    return service.file(
        NewComplaint(
            category=values["category"],
            lift=code,
            place=values["place"],
            description=values["description"],
            photos=photos.checked(),
            reporter=reporter,
            consent_publish=values["consent"] == "1",
        ),
        draft=draft.key,
    )


def _form(
    card: Card | None,
    values: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    offered: Mapping[str, Any] | None = None,
    kept: Sequence[str] = (),
) -> str:
    code = card["_id"] if card else None
    open_cases = queries.open_on_lift(code) if code else []
    return render_template(
        "complaints/form.html",
        code=code,
        title=cards.title(card) if card else "没有救援识别码的电梯",
        bureau=cards.identity_of(card)["bureau"]["name"] if card else None,
        categories=workflow.categories(),
        values={**values, "draft": values.get("draft") or forms.new_draft()},
        errors=errors or {},
        open_cases=open_cases,
        offered=offered,
        kept=kept,
        districts=() if card else areas.districts(clock.today()),
    )


def _card(code: str) -> Card:
    card = cards.card(code)
    if card is None:
        raise NotFound("没有这个救援识别码的电梯")
    return card
