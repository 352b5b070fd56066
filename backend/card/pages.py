"""The pages a resident sees of a lift: the scan page, the search, and the rule behind a date."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.card import offers, queries, scan, stored
from backend.card.rendering import HTML
from backend.foundation import clock
from backend.foundation.errors import NotFound
from backend.foundation.permissions import public
from backend.policy import areas
from backend.policy.rules import carries
from backend.policy.sources import source
from backend.registry import search as lift_search
from backend.registry.rows import LiftItem
from config import load
from qr import payload

RESULTS = 20
READABLE = ("/$", "/e/", "/E/", "/rules/", "/privacy", "/static/")
BELOW = ("/e/*/", "/E/*/")  # forms, and the same page once more for every sign
ROBOTS = (
    *("User-agent: *", *(f"Allow: {path}" for path in READABLE)),
    *(*(f"Disallow: {path}" for path in BELOW), "Disallow: /"),
)
blueprint = Blueprint("card", __name__)


@blueprint.get("/")
@public
def home() -> str:
    """Ask for a code or an address."""
    return _search_page("", None)


@blueprint.get("/search")
@public
@carries("P-25")
def search() -> str | Response:
    """Find lifts by any number on the plate, by estate or by address."""
    given = request.args.get("q", "").strip()
    q, read = given[:100], payload.parse(given)
    if not q:
        return redirect(url_for("card.home"))
    if read and read.tag:
        return redirect(url_for("card.scanned", code=read.value, tag=read.tag))
    wanted = read.value if read else q
    items, next_cursor = lift_search.search(wanted, limit=RESULTS, cursor=request.args.get("cursor") or None)
    if len(items) == 1 and items[0]["code"] == wanted:
        return redirect(url_for("card.typed", code=wanted))
    return _search_page(q, items, next_cursor)


@blueprint.get("/privacy")
@public
def privacy() -> str:
    """Tell residents what is kept of them, how long, who sees it and what they may ask for (个人信息保护法)."""
    return render_template("card/privacy.html", retention=load("retention"))


@blueprint.get("/robots.txt")
@public
def robots() -> Response:
    """Let search engines read lifts and rules, and nothing that belongs to somebody."""
    return Response("".join(f"{line}\n" for line in ROBOTS), content_type="text/plain; charset=utf-8")


@blueprint.get("/E/<code>")
@blueprint.get("/e/<code>")
@public
def typed(code: str) -> Response:
    """Show a lift whose code was typed in."""
    return _scan_page(payload.read_code(code) or code, stored.TYPED)


@blueprint.get("/E/<code>/<tag>")
@blueprint.get("/e/<code>/<tag>")
@public
@carries("P-01")
def scanned(code: str, tag: str) -> Response:
    """Show a lift whose usage sign was scanned, and say whether the sign is genuine."""
    return _scan_page(payload.read_code(code) or code, stored.tag(tag))


@blueprint.get("/rules/<rule_id>")
@public
def rule(rule_id: str) -> str:
    """Show the rule behind a date, and how it led to the dates of the lift one comes from."""
    try:
        found = source(rule_id)
    except LookupError as error:
        raise NotFound("没有这条规则") from error
    card = queries.card(request.args.get("e", ""))
    return render_template(
        "card/rule.html",
        source=found,
        code=card["_id"] if card else None,
        title=queries.title(card) if card else None,
        led=[due for due in queries.dues(card) if due.get("rule_id") == rule_id] if card else [],
    )


def _search_page(q: str, items: list[LiftItem] | None, next_cursor: str | None = None) -> str:
    parts = offers.templates(offers.NO_LIFT)
    return render_template(
        "card/search.html",
        q=q,
        items=items,
        next_cursor=next_cursor,
        offers=parts,
        districts=areas.districts(clock.today()),
    )


def _scan_page(code: str, tag: str) -> Response:
    answered = scan.response(code, HTML, tag)
    if answered is None:
        return current_app.make_response(
            (render_template("card/unknown.html", code=code[:20], offers=offers.templates(offers.NO_LIFT)), 404)
        )
    return answered
