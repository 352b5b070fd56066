"""The pages of estates and units: found by any name, shown with their history, changed once it is seen what changes."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from backend.accounts import people
from backend.accounts.actors import COMMAND
from backend.console.shell import actor, page
from backend.console.subjects import Link
from backend.directory import changes
from backend.foundation import clock
from backend.foundation.errors import ChatiError
from backend.foundation.permissions import requires
from backend.policy import jurisdictions
from backend.registry import directory, renaming

SEE, CHANGE = "registry.see", "registry.rename"
KINDS = {"estate": "小区", "unit": "单位"}
FIND = {"estate": directory.estates, "unit": directory.units}
SHOW = {"estate": directory.estate, "unit": directory.unit}

blueprint = Blueprint("directory", __name__, url_prefix="/desk/directory")


@blueprint.get("")
@requires(SEE)
def search() -> Response:
    """Find estates or units by words of any name they bear or bore."""
    kind = request.args.get("kind", "")
    kind = kind if kind in KINDS else "estate"
    words = request.args.get("q", "").strip()
    found = FIND[kind](words) if words else []
    return page("directory/search.html", kind=kind, kinds=KINDS, words=words, found=found, limit=directory.FOUND)


@blueprint.get("/<any(estate, unit):kind>/<key>")
@requires(SEE)
def show(kind: str, key: str) -> Response:
    """Show an estate or a unit with its names, lifts and history, and what may be changed."""
    return _shown(kind, key)


@blueprint.post("/<any(estate, unit):kind>/<key>/<action>")
@requires(CHANGE)
def change(kind: str, key: str, action: str) -> Response:
    """Show what a change would do; make it once that was seen."""
    meant = changes.find(kind, action)
    typed = {**request.form.to_dict(), "lifts": request.form.getlist("lifts")}
    more: dict[str, Any] = {"by": actor(), "reason": typed.get("reason", "")}
    try:
        if typed.get("seen"):
            done = changes.made(meant, key, typed, **more)
            return redirect(url_for("directory.show", kind=kind, key=done.id), 303)
        foreseen = changes.tried(meant, key, typed, **more)
    except ChatiError as error:
        return _shown(kind, key, action=action, typed=typed, error=error)
    return page(
        "directory/confirm.html",
        kind=kind,
        key=key,
        action=action,
        label=meant.label,
        said=renaming.summary(foreseen),
        typed={name: value for name, value in typed.items() if name not in {"csrf_token", "lifts"}},
        lifts=typed["lifts"],
    )


def estate_link(key: str) -> Link:
    """Return where an estate is opened."""
    return Link("小区", url_for("directory.show", kind="estate", key=key))


def unit_link(key: str) -> Link:
    """Return where a unit is opened."""
    return Link("单位", url_for("directory.show", kind="unit", key=key))


def _shown(
    kind: str, key: str, *, action: str = "", typed: Mapping[str, Any] | None = None, error: ChatiError | None = None
) -> Response:
    one, names = SHOW[kind](key), people.names() | {COMMAND.id: COMMAND.label}
    offered = {} if one["merged_into"] else changes.CHANGES[kind]
    return page(
        "directory/show.html",
        kind=kind,
        label=KINDS[kind],
        one=one,
        changes={name: each for name, each in offered.items() if name != "code" or not one["code"]},
        bureaus=jurisdictions.all_on(clock.today()),
        names=names,
        failed=action,
        typed=typed or {},
        error=error,
        status=int(error.status) if error else 200,
    )
