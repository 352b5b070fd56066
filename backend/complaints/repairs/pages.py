"""The page on which a using or maintenance unit takes a repair and says what it did, by the link it was sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.accounts import actors
from backend.accounts.actors import Actor
from backend.casework import attachments, moving, record
from backend.casework.moving import Situation
from backend.casework.workflow import UNIT
from backend.complaints import links, numbers, queries, service, workflow
from backend.complaints.numbers import REPAIR_MARK
from backend.foundation import forms, uploads
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, ChatiError, Conflict, NotFound, TooLarge
from backend.foundation.limits import limiter
from backend.foundation.permissions import public
from backend.foundation.photos import CleanPhoto
from backend.foundation.web import csrf
from backend.registry import queries as registry
from backend.registry import units

blueprint = Blueprint("repair", __name__)
# The link itself is the authority and no cookie is: a forged request could borrow nothing.
csrf.exempt(blueprint)
TRIES = "120 per hour"  # a maintenance unit answers for many lifts from one address
MAX_WORDS = 500
# All that is read of a case: neither its reporters, nor their words, nor a place that they may have typed.
FIELDS = ("track", "category", "lift", "state", "open", "clocks", "version")
STATES = {"filed": "待接单", "accepted": "处理中"}
# Lead to the page and nowhere else: not into a search index, a shared computer's cache or another site's log.
HEADERS = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


@blueprint.get("/repair/<token>")
@public
def show(token: str) -> Response:
    """Show a unit what is to be repaired, by when, and what was done so far."""
    return _page(token)


@blueprint.post("/repair/<token>/<any(take, fix):action>")
@public
@limiter.limit(TRIES)
def answer(token: str, action: str) -> Response:
    """Take the repair, or the unit's words and photos of how it was fixed."""
    number, unit = _opened(token)
    _case(number, unit)  # a unit that the case is no longer sent to reads so before anything else is wrong
    try:
        _answer(number, service.unit(unit), action)
    except (BadInput, Conflict, TooLarge) as error:
        return _page(token, error)
    return redirect(url_for("repair.show", token=token), 303)


def _answer(number: str, unit: Actor, action: str) -> None:
    version = request.form.get("version", type=int, default=0)
    if action == "take":
        service.act(number, action, unit, version, {})
        return
    text = request.form.get("text", "").strip()
    if len(text) > MAX_WORDS:
        raise BadInput.of("text", f"修复情况最多 {MAX_WORDS} 个字")
    _fix(number, unit, version, text, uploads.of_form(forms.draft().id).checked())


@transactional
def _fix(number: str, unit: Actor, version: int, text: str, photos: Sequence[CleanPhoto]) -> None:
    """Close the repair; its photos lie with the complaint's attachments, for whoever sees the complaint."""
    case = service.act(number, "fix", unit, version, {"text": text})
    complaint = f"complaint:{number.removeprefix(REPAIR_MARK)}"
    for n, photo in enumerate(photos, 1):
        name = f"{number}-{case.version}-{n}.jpg"
        attachments.attach(complaint, unit, name, photo.data, note="单位的修复照片", lift=case.lift)


def _opened(token: str) -> tuple[str, str]:
    """Return the number and the unit of a link; those of a merged unit are its successor's."""
    number, unit = links.opened(token)
    return number, units.present(unit)


def _case(number: str, unit: str) -> dict[str, Any]:
    case = numbers.stored(number, {"units": unit}, FIELDS)
    if case is None:
        raise NotFound("这件报修已不由贵单位处理")
    return case


def _shown(case: Mapping[str, Any], unit: Actor) -> dict[str, Any]:
    """Return what a unit reads of its repair."""
    situation = Situation(case["track"], case["state"], frozenset({UNIT}))
    running = queries.running_clock(case)
    return {
        "number": case["_id"],
        "version": case["version"],
        "lift": case["lift"],
        "title": registry.title_of(case["lift"]),
        "category": workflow.category_label(case["category"]),
        "state": STATES.get(case["state"]) or workflow.public_state_label(case["state"]),
        "open": case["open"],
        "reporter_reads": not workflow.TABLE.tracks[case["track"]].part,
        "clock": running or case["clocks"][-1],
        "late": queries.is_overdue(running.get("due")),
        "moves": [move.action for move in moving.offered(workflow.TABLE, situation, unit.permissions)],
        "history": _history(case["_id"]),
    }


def _history(number: str) -> list[dict[str, Any]]:
    """Return what was done: words of the units and of who sent a repair back to them, of all others the step alone."""
    return [
        {
            "at": entry["at"],
            "label": workflow.TABLE.action_label(entry["action"]),
            "by": _by(entry),
            "text": entry.get("text") if entry["action"] == "send_back" or _of_unit(entry) else None,
        }
        for entry in record.history(number)
        if entry["public"] or entry["action"] == "send_back"
    ]


def _by(entry: Mapping[str, Any]) -> str:
    if _of_unit(entry):
        return entry["actor_label"]
    return queries.RESIDENT_LABEL if actors.is_of(actors.RESIDENT, entry["actor"]) else queries.OFFICE_LABEL


def _of_unit(entry: Mapping[str, Any]) -> bool:
    return actors.is_of(actors.UNIT, entry["actor"])


def _page(token: str, error: ChatiError | None = None) -> Response:
    number, organisation = _opened(token)
    case, unit, draft = _case(number, organisation), service.unit(organisation), forms.draft().id
    shown = render_template(
        "complaints/repair.html",
        repair=_shown(case, unit),
        unit=unit.label,
        token=token,
        error=error,
        draft=draft,
        kept=uploads.of_form(draft).keep() if error else (),
        typed=request.form.get("text", "") if error else "",
        max_words=MAX_WORDS,
    )
    response = make_response(shown, int(error.status) if error else 200)
    response.headers.update(HEADERS)
    return response
