"""What a group puts on the notice board: one A4 page, the code that leads to the lifts, and the way in."""

from flask import Blueprint, make_response, redirect, render_template, url_for
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from backend.card import verdict
from backend.card.links import search_url
from backend.community import access, groups, pages, queries
from backend.community.access import SEE, Standing
from backend.community.documents import Group
from backend.foundation.errors import NotFound
from backend.foundation.limits import limiter
from backend.foundation.links import absolute
from backend.foundation.permissions import before_check, public, requires
from backend.registry import queries as registry
from config import load
from qr import render

blueprint = Blueprint("notice", __name__)
before_check(blueprint)(pages.know_the_neighbour)


def code_of(path: str) -> Markup:
    """Draw the code of one of our addresses; in capitals it is smaller, so the route must take them."""
    return Markup(render.svg(absolute(path).upper()))  # noqa: S704 - our own drawing of our own address


@blueprint.get("/G/<group>")
@blueprint.get("/g/<group>")
@public
@limiter.limit(pages.TRIES)
def scanned(group: str) -> Response:
    """Lead whoever scans the notice to the estate's lifts, and a member to the board."""
    found = Group.objects(number=group.lower(), state="approved").first()
    if found is None:
        raise NotFound("没有这个小组")
    if current_user.is_authenticated and access.is_member(current_user, found.number):
        return redirect(url_for("community.board", group=found.number))
    return redirect(search_url(next(iter(registry.estate_names(found.estates).values()), found.name)))


@blueprint.get("/community/<group>/notice")
@requires(SEE)
def notice(group: str) -> Response:
    """Show the page for the notice board."""
    return _page(access.standing(current_user, group, "group.urge"))


@blueprint.post("/community/<group>/notice")
@requires("group.invite")
def notice_with_invitation(group: str) -> Response:
    """Show the page for the notice board with a new invitation on it, this once."""
    who = access.standing(current_user, group, "group.invite")
    return _page(who, groups.invite(who))


def _page(who: Standing, code: str = "") -> Response:
    rows = queries.board(who.group)
    html = render_template(
        "community/notice.html",
        who=who,
        rows=rows,
        summary=queries.summary(rows),
        levels=verdict.on_a_board(),
        estates=list(registry.estate_names(who.group.estates).values()),
        code=code,
        rules=load("community"),
    )
    response = make_response(html)
    response.cache_control.no_store = True
    return response
