"""What somebody outside of every group does: follow a lift or its estate, or answer as the unit that was urged."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from backend.community import access, following, queries, urges
from backend.community.pages import SHOWN, TRIES, know_the_neighbour, own_page
from backend.foundation import forms, uploads
from backend.foundation.errors import BadInput, ChatiError, NotFound
from backend.foundation.limits import limiter
from backend.foundation.permissions import before_check, public
from backend.registry import queries as registry

blueprint = Blueprint("outside", __name__)
before_check(blueprint)(know_the_neighbour)


@blueprint.get("/e/<code>/follow")
@public
def follow(code: str) -> Response:
    """Say how to follow a lift; somebody known follows by one tap."""
    return _follow_page(code)


@blueprint.post("/e/<code>/follow")
@public
@limiter.limit(TRIES)
def change_follow(code: str) -> Response:
    """Follow a lift or its estate, or stop."""
    holder = access.holder_of(request)
    if holder is None:
        raise NotFound("请先从微信或小组的邀请进入")
    target = forms.typed("target")
    if target not in _targets(code):
        raise BadInput.of("target", "请选择电梯或小区")
    (following.unfollow if forms.typed("stop") else following.follow)(target, holder)
    return redirect(url_for("outside.follow", code=code), 303)


@blueprint.get("/urge/<token>")
@public
def asked(token: str) -> Response:
    """Show a unit what it is urged to do, and take its answer without an account."""
    return _asked_page(token)


@blueprint.post("/urge/<token>")
@public
@limiter.limit(TRIES)
def answer(token: str) -> Response:
    """Take the unit's answer, once."""
    try:
        photos = uploads.of_form(forms.draft().id).checked()
        urges.answer(token, forms.typed("text"), forms.day("done_on"), photos)
    except SHOWN as error:
        return _asked_page(token, error)
    return redirect(url_for("outside.asked", token=token), 303)


def _follow_page(code: str) -> Response:
    targets = _targets(code)
    holder = access.holder_of(request)
    followed = set(following.followed_by(holder)) if holder else set()
    return own_page("follow.html", code=code, targets=targets, known=holder is not None, followed=followed)


def _targets(code: str) -> dict[str, str]:
    """Return what may be followed from a lift's page: the lift and its estate, by name."""
    found = registry.estate_of(code)
    targets = {f"lift:{code}": following.target_name(f"lift:{code}")}
    return targets | ({f"estate:{found}": following.target_name(f"estate:{found}")} if found else {})


def _asked_page(token: str, error: ChatiError | None = None) -> Response:
    found, draft = urges.of_token(token), forms.draft().id
    return own_page(
        "asked.html",
        draft=draft,
        kept=uploads.of_form(draft).keep() if error else (),
        urge=queries.shown_urge(found.to_mongo().to_dict()),
        group=queries.name_of(found.group),
        place=registry.title_of(found.lift),
        token=token,
        error=error,
    )
