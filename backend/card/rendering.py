"""Makes the answers to a scan from a card: the page and the JSON, and the day from which a word of them is another."""

import hashlib
import pathlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Flask, jsonify, render_template

import config
from backend.card import blocks, offers, queries
from backend.card.promises import promises
from backend.card.rows import Card, CardDue
from backend.card.schemas import card_schema
from backend.card.stored import UNKNOWN
from backend.card.verdict import VALID, dated, verdict

# The settings that are words of a page; an address or a folder is not, so that the machines of one Chati agree.
WORDED_SETTINGS = ("demo", "rescue_phone", "hotline_phone")
BUILD_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Form:
    """One form of the answer.

    Args:
        content_type: as in the header.
        make: card, state of the scanned sign, local day -> the answer.
        turn: card, local day -> the first day after it on which the answer is another.
    """

    content_type: str
    make: Callable[[Card, str, date], bytes]
    turn: Callable[[Card, date], date]


def build_of(app: Flask) -> str:
    """Return a short hash of all code, templates and configuration: no answer outlives the build that made it."""
    digest = hashlib.sha256()
    for folder in (pathlib.Path(app.root_path), config.ROOT):
        for file in sorted(folder.rglob("*.*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(file.read_bytes())
    settings = app.config["CHATI"]
    digest.update(repr([getattr(settings, name) for name in WORDED_SETTINGS]).encode())
    return digest.hexdigest()[:BUILD_LENGTH]


def _html(card: Card, sign: str, day: date) -> bytes:
    shown = [block for block in blocks.all_blocks() if block.name in card["blocks"]]
    return render_template(
        "card/page.html",
        card=card,
        code=card["_id"],
        title=queries.title(card),
        verdict=verdict(card, day),
        sign=sign,
        today=day,
        identity=queries.identity_of(card),
        offers=offers.templates(offers.LIFT),
        forged=offers.templates(offers.FORGED) if sign == UNKNOWN else [],
        blocks=[(block.name, card["blocks"][block.name]) for block in shown],
        block_templates=[block.template for block in shown],
    ).encode()


def _html_turn(card: Card, day: date) -> date:
    turns = [turn for due in queries.dues(card) for turn in _turns_of(due, day)]
    for block in blocks.all_blocks():
        if block.name in card["blocks"]:
            turns += block.turns(card["blocks"][block.name], day)
    return min(turns, default=date.max)


def _turns_of(due: CardDue, day: date) -> Iterable[date]:
    """Say when the words of a stored date change: while it is far they say so, when it is near or past they count."""
    stands = dated(due, day)
    if stands.due is None:
        return ()
    if stands.state == VALID:
        return (stands.due - timedelta(days=config.load("card")["soon_days"][stands.kind]),)
    return (day + timedelta(days=1),)


def _json(card: Card, _sign: str, day: date) -> bytes:
    answer = {
        "code": card["_id"],
        "title": queries.title(card),
        "verdict": verdict(card, day),
        "promises": promises(card),
        "blocks": card["blocks"],
        "updated_at": card["updated_at"],
    }
    return jsonify(card_schema()().dump(answer)).data


def _json_turn(card: Card, day: date) -> date:
    counts = any(due.due for due in verdict(card, day).dues)
    return day + timedelta(days=1) if counts else date.max


HTML, JSON = "html", "json"
FORMS = {HTML: Form("text/html; charset=utf-8", _html, _html_turn), JSON: Form("application/json", _json, _json_turn)}
