"""The pages of neighbours: the way in, board, urging, walks, mediation, invitations, following; the unit's answer."""

import re
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, g, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from backend.accounts.actors import member_id
from backend.card import verdict
from backend.casework import moving, record
from backend.community import access, groups, matters, mediations, observations, queries, urges
from backend.community.access import SEE, Standing
from backend.complaints import workflow as cases
from backend.foundation import clock, forms, uploads
from backend.foundation.errors import BadInput, ChatiError, Conflict, NotFound, TooLarge, wants_json
from backend.foundation.limits import limiter
from backend.foundation.links import absolute
from backend.foundation.permissions import PUBLIC, before_check, permission_of, public, requires
from backend.registry import queries as registry
from config import load

blueprint = Blueprint("community", __name__)
BETWEEN_CODES = re.compile(r"[,、;/]+")
TRIES = "120 per hour"  # a whole building may stand behind one address
SHOWN = (BadInput, Conflict, TooLarge)  # told on the form that was sent, with what was typed


@before_check(blueprint)
def know_the_neighbour() -> Any:
    """Make the member whose browser it is the caller; show whoever is unknown the way in."""
    if current_user.is_authenticated:
        return None
    if caller := access.caller_of(request):
        # A request loader would not do: strong session protection passes it over wherever a form token made a session.
        g._login_user = caller
        return None
    closed = permission_of(current_app.view_functions[request.endpoint or ""]) != PUBLIC
    return redirect(url_for("community.enter")) if closed and not wants_json() else None


@blueprint.get("/community")
@public
def enter() -> Response:
    """Say what a group is, and show somebody known what is theirs."""
    holder = access.holder_of(request)
    return own_page("enter.html", mine=groups.everything_of(holder) if holder else None)


@blueprint.get("/community/in/<token>")
@public
@limiter.limit(TRIES)
def from_chat(token: str) -> Response:
    """Let somebody in whom the chat gave a short-lived pass."""
    holder = access.holder_of_pass(token)
    if holder is None:
        raise NotFound("链接已过期，请在微信里再发一次“小组”")
    return access.remember(redirect(url_for("community.enter"), 303), holder)


@blueprint.get("/community/back/<word>")
@public
@limiter.limit(TRIES)
def come_back(word: str) -> Response:
    """Let somebody known by their browser alone back to their group, whatever browser they come with."""
    found = access.of_way_back(word)
    if found is None:
        raise NotFound("链接不完整或已过期")
    holder, group = found
    return access.remember(redirect(url_for("community.board", group=group), 303), holder)


@blueprint.get("/community/apply")
@public
def application() -> Response:
    """Ask for what a district needs to approve a group."""
    return own_page("apply.html", values={"lifts": request.args.get("lift", "")[:20]}, draft=forms.new_draft())


@blueprint.post("/community/apply")
@public
@limiter.limit(TRIES)
def apply() -> Response:
    """Take an application; the applicant's browser is known from here on."""
    draft = forms.draft()
    holder = access.holder_of(request) or access.holder_by(draft.id)
    try:
        group = groups.apply(
            forms.typed("name"),
            BETWEEN_CODES.sub(" ", unicodedata.normalize("NFKC", forms.typed("lifts"))).split(),
            forms.typed("applicant"),
            holder,
            phone=forms.typed("phone").strip(),
            draft=draft.key,
        )
    except BadInput as error:
        return own_page("apply.html", values=request.form, draft=draft.id, error=error)
    return access.remember(redirect(url_for("community.board", group=group.number), 303), holder)


@blueprint.get("/JOIN/<code>")
@blueprint.get("/join/<code>")
@public
@limiter.limit(TRIES)
def invitation(code: str) -> Response:
    """Ask whoever holds an invitation how to call them."""
    return own_page("join.html", group=groups.invited_to(code), code=code)


@blueprint.post("/join/<code>")
@public
@limiter.limit(TRIES)
def join(code: str) -> Response:
    """Take somebody into the group."""
    holder = access.holder_of(request) or access.new_holder()
    try:
        group = groups.join(code, holder, forms.typed("name"))
    except BadInput as error:
        return own_page("join.html", group=groups.invited_to(code), code=code, error=error)
    return access.remember(redirect(url_for("community.board", group=group.number), 303), holder)


@blueprint.get("/community/<group>")
@requires(SEE)
def board(group: str) -> Response:
    """Show every lift of the group, the worst first."""
    who = _standing(group, SEE)
    if who.group.state != "approved":
        return own_page("waiting.html", who=who, state=matters.GROUP.state_label(who.group.state), back=_way_back(who))
    rows = queries.board(who.group)
    return own_page(
        "board.html",
        who=who,
        rows=rows,
        summary=queries.summary(rows),
        levels=verdict.on_a_board(),
        estates=list(registry.estate_names(who.group.estates).values()),
        history=queries.history(group),
        approved_on=queries.approved_at(group),
        back=_way_back(who),
    )


@blueprint.get("/community/<group>/lift/<code>")
@requires(SEE)
def lift(group: str, code: str) -> Response:
    """Show one lift with what neighbours say and may do."""
    return _lift_page(_standing(group, SEE), code)


@blueprint.post("/community/<group>/lift/<code>/urge")
@requires("group.urge")
@limiter.limit(TRIES)
def urge(group: str, code: str) -> Response:
    """Ask the unit to put something right."""

    def work(who: Standing) -> Response:
        made = urges.urge(
            who,
            code,
            text=forms.typed("text"),
            due=forms.day("due") or clock.today(),
            category=forms.typed("category"),
            unit=forms.typed("unit"),
            draft=forms.draft().key,
        )
        return redirect(url_for("community.urge_page", group=group, urge_id=made.number), 303)

    return _lift_form(group, code, "group.urge", "urge", work)


@blueprint.post("/community/<group>/lift/<code>/walk")
@requires("group.walk")
@limiter.limit(TRIES)
def walk(group: str, code: str) -> Response:
    """Record an inspection walk."""

    def work(who: Standing) -> Response:
        problem = forms.typed("problem") == "1"
        draft = forms.draft()
        photos = uploads.of_form(draft.id).checked()
        observations.walk(who, code, text=forms.typed("text"), problem=problem, photos=photos, draft=draft.key)
        return redirect(url_for("community.lift", group=group, code=code, done="walk"), 303)

    return _lift_form(group, code, "group.walk", "walk", work)


@blueprint.post("/community/<group>/lift/<code>/visit")
@requires("group.walk")
@limiter.limit(TRIES)
def judge_visit(group: str, code: str) -> Response:
    """Take a member's word on whether the maintenance workers came."""

    def work(who: Standing) -> Response:
        observations.judge_visit(who, forms.typed("visit"), forms.typed("came"), forms.typed("note"))
        return redirect(url_for("community.lift", group=group, code=code, done="visit"), 303)

    return _lift_form(group, code, "group.walk", "visit", work)


@blueprint.post("/community/<group>/lift/<code>/mediation")
@requires("group.mediate")
@limiter.limit(TRIES)
def open_mediation(group: str, code: str) -> Response:
    """Open a mediation about a lift."""

    def work(who: Standing) -> Response:
        parties = request.form.getlist("parties")
        topic, draft = forms.typed("topic"), forms.draft().key
        made = mediations.open_mediation(who, code, topic=topic, parties=parties, draft=draft)
        return redirect(url_for("community.mediation", group=group, mediation_id=made.number), 303)

    return _lift_form(group, code, "group.mediate", "mediation", work)


@blueprint.get("/community/<group>/urge/<urge_id>")
@requires(SEE)
def urge_page(group: str, urge_id: str) -> Response:
    """Show an urge and what may be done about it."""
    return _urge_page(_standing(group, SEE), urge_id)


@blueprint.post("/community/<group>/urge/<urge_id>/<action>")
@requires("group.urge")
def move_urge(group: str, urge_id: str, action: str) -> Response:
    """Close an urge, or take it to the bureau."""
    who = _standing(group, "group.urge")
    moves = {"close": urges.close, "escalate": urges.escalate}
    if action not in moves:
        raise NotFound("没有这个操作")
    moves[action](who, urge_id)
    return redirect(url_for("community.urge_page", group=group, urge_id=urge_id), 303)


@blueprint.get("/community/<group>/mediation/<mediation_id>")
@requires(SEE)
def mediation(group: str, mediation_id: str) -> Response:
    """Show a mediation with its record."""
    return _mediation_page(_standing(group, SEE), mediation_id)


@blueprint.post("/community/<group>/mediation/<mediation_id>")
@requires("group.mediate")
def move_mediation(group: str, mediation_id: str) -> Response:
    """Record a meeting, or how the mediation ended."""
    who = _standing(group, "group.mediate")
    try:
        mediations.move(who, mediation_id, forms.typed("action"), forms.typed("text"))
    except BadInput as error:
        return _mediation_page(who, mediation_id, error)
    return redirect(url_for("community.mediation", group=group, mediation_id=mediation_id), 303)


@blueprint.get("/community/<group>/members")
@requires(SEE)
def members(group: str) -> Response:
    """Show who is in the group."""
    return _members_page(_standing(group, SEE))


@blueprint.post("/community/<group>/members")
@requires("group.invite")
def invite(group: str) -> Response:
    """Make an invitation and show it this once."""
    who = _standing(group, "group.invite")
    return _members_page(who, code=groups.invite(who, forms.typed("role") or "member"))


@blueprint.post("/community/<group>/members/<member>/remove")
@requires(SEE)
def remove(group: str, member: str) -> Response:
    """Take somebody out of the group, or leave it."""
    who = _standing(group, SEE)
    groups.remove(who, member)
    left = who.actor.id == member_id(member)
    return redirect(url_for("community.enter") if left else url_for("community.members", group=group), 303)


@blueprint.get("/community/<group>/photos/<photo_id>")
@requires(SEE)
def photo(group: str, photo_id: str) -> Response:
    """Send a photo of the group's own record."""
    who = _standing(group, SEE)
    response = current_app.response_class(queries.photo(who.group.number, photo_id), mimetype="image/jpeg")
    response.cache_control.private, response.cache_control.max_age = True, 3600
    return response


def _way_back(who: Standing) -> str:
    """Return the address of the group for somebody whom no news reaches, empty for everybody else."""
    if not who.holder or access.in_wechat(who.holder):
        return ""
    return absolute(url_for("community.come_back", word=access.way_back_for(who.holder, who.group.number)))


def _standing(group: str, permission: str) -> Standing:
    return access.standing(current_user, group, permission)


def _lift_form(group: str, code: str, permission: str, form: str, work: Callable[[Standing], Response]) -> Response:
    """Do what a form of the lift's page asks; where a field is wrong, show the page again with what was typed."""
    who = _standing(group, permission)
    try:
        return work(who)
    except SHOWN as error:
        return _lift_page(who, code, form, error)


def _lift_page(who: Standing, code: str, form: str = "", error: ChatiError | None = None) -> Response:
    draft = forms.draft().id
    rules = load("community")
    return own_page(
        "lift.html",
        who=who,
        lift=queries.lift(who.group, code),
        form=form,
        error=error,
        draft=draft,
        kept=uploads.of_form(draft).keep() if error else (),
        due=(clock.today() + timedelta(days=rules["urge_days"])).isoformat(),
        first_due=(clock.today() + timedelta(days=1)).isoformat(),
        last_due=(clock.today() + timedelta(days=rules["urge_longest_days"])).isoformat(),
        came=rules["came"],
        parties=rules["parties"],
        units=urges.UNITS,
        categories=cases.categories(),
    )


def _urge_page(who: Standing, urge_id: str) -> Response:
    found = urges.one(urge_id)
    if found.group != who.group.number:
        raise NotFound("没有这件督促")
    moves = moving.offered_now(found, who.actor)
    shown = queries.shown_urge(found.to_mongo().to_dict())
    return own_page("urge.html", who=who, urge=shown, moves=moves, place=registry.title_of(found.lift))


def _mediation_page(who: Standing, mediation_id: str, error: ChatiError | None = None) -> Response:
    found = mediations.one(mediation_id)
    if found.group != who.group.number:
        raise NotFound("没有这次调解")
    return own_page(
        "mediation.html",
        who=who,
        mediation=found,
        state=matters.MEDIATION.state_label(found.state),
        record=record.history(found.number),
        moves=moving.offered_now(found, who.actor),
        place=registry.title_of(found.lift),
        error=error,
    )


def _members_page(who: Standing, code: str = "") -> Response:
    rules = load("community")
    return own_page("members.html", who=who, members=queries.members(who.group.number), code=code, rules=rules)


def own_page(template: str, *, error: ChatiError | None = None, **data: Any) -> Response:
    """Render a page that is about one's own affairs: no shared computer keeps it."""
    html = render_template(f"community/{template}", error=error, **data)
    response = make_response(html, int(error.status) if error else 200)
    response.cache_control.no_store = True
    return response
