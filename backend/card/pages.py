"""The pages a resident sees of a lift: the scan page, the search, and the rule behind a date."""

import functools
import gzip
import hashlib
import pathlib
from dataclasses import dataclass, field
from datetime import date

import brotli
from bson.raw_bson import RawBSONDocument
from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request, url_for

from backend.card import blocks, queries
from backend.card.verdict import verdict
from backend.foundation import clock
from backend.foundation.errors import NotFound
from backend.foundation.permissions import public
from backend.policy.rules import carries
from backend.policy.sources import source
from backend.registry import queries as registry
from config import load

KEPT_PAGES = 2000
ENCODERS = {
    "br": functools.partial(brotli.compress, quality=5),
    "gzip": functools.partial(gzip.compress, compresslevel=6),
}
RESULTS = 20
blueprint = Blueprint("card", __name__)


@dataclass(frozen=True, slots=True)
class Scan:
    """What decides the bytes of a scan page: the card's version, the sign that was scanned, the day, the encoding."""

    code: str
    version: str
    sign: str
    day: date
    encoding: str
    card: RawBSONDocument = field(compare=False, repr=False)


def init_app(app: Flask) -> None:
    """Serve the pages, keeping the latest rendered scan pages in memory."""
    app.extensions["chati.scan_page"] = functools.lru_cache(maxsize=KEPT_PAGES)(_render)
    app.extensions["chati.build"] = _build(pathlib.Path(app.root_path) / app.template_folder)
    app.register_blueprint(blueprint)


@blueprint.get("/")
@public
def home() -> str:
    """Ask for a code or an address."""
    return render_template("card/search.html", q="", items=None, next_cursor=None)


@blueprint.get("/search")
@public
def search() -> str | Response:
    """Find lifts by any number on the plate, by estate or by address."""
    q = request.args.get("q", "").strip()[:100]
    if not q:
        return redirect(url_for("card.home"))
    items, next_cursor = registry.search(q, limit=RESULTS, cursor=request.args.get("cursor") or None)
    if len(items) == 1 and items[0]["code"] == q:
        return redirect(url_for("card.typed", code=q))
    return render_template("card/search.html", q=q, items=items, next_cursor=next_cursor)


@blueprint.get("/e/<code>")
@blueprint.get("/E/<code>")
@public
def typed(code: str) -> Response:
    """Show a lift whose code was typed in."""
    return _scan_page(code, None)


@blueprint.get("/e/<code>/<tag>")
@blueprint.get("/E/<code>/<tag>")
@public
@carries("P-01")
def scanned(code: str, tag: str) -> Response:
    """Show a lift whose usage sign was scanned, and say whether the sign is genuine."""
    return _scan_page(code, tag.upper())


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


def _scan_page(code: str, tag: str | None) -> Response:
    card = queries.raw_card(code)
    if card is None or "identity" not in card["blocks"]:
        return current_app.make_response((render_template("card/unknown.html", code=code[:20]), 404))
    sign = "" if tag is None else card["blocks"]["identity"].get("signs", {}).get(tag, "unknown")
    encoding = request.accept_encodings.best_match(ENCODERS, "")
    # The moment tells apart two cards of one version, as after a register was loaded anew.
    version = f"{card['version']}.{card['updated_at'].timestamp():.3f}"
    scan = Scan(code, version, sign, clock.today(), encoding, card)
    etag = f"{scan.version}-{sign}-{scan.day:%y%m%d}-{current_app.extensions['chati.build']}"
    if request.if_none_match.contains_weak(etag):
        response = Response(status=304)
    else:
        response = Response(current_app.extensions["chati.scan_page"](scan), mimetype="text/html")
        if encoding:
            response.content_encoding = encoding
    response.set_etag(etag, weak=True)
    response.cache_control.no_cache = True
    response.vary.add("Accept-Encoding")
    return response


def _render(scan: Scan) -> bytes:
    card = queries.decoded(scan.card)
    shown = [block for block in blocks.all_blocks() if block.name in card["blocks"]]
    html = render_template(
        "card/page.html",
        card=card,
        code=scan.code,
        title=queries.title(card),
        verdict=verdict(card, scan.day),
        sign=scan.sign,
        today=scan.day,
        categories=load("complaints")["categories"],
        blocks=[(block.name, card["blocks"][block.name]) for block in shown],
        block_templates=[block.template for block in shown],
    ).encode()
    return ENCODERS[scan.encoding](html) if scan.encoding else html


def _build(templates: pathlib.Path) -> str:
    """Return a short hash of all templates and page configuration: a new build must not answer 304 for an old page."""
    digest = hashlib.sha256()
    for file in sorted(templates.rglob("*.*")):
        digest.update(file.read_bytes())
    digest.update(repr((load("card"), load("complaints"))).encode())
    return digest.hexdigest()[:8]
