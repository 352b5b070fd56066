"""The page of today's work: what waits for somebody, from every slice."""

from flask import Blueprint, Response

from backend.console import panels
from backend.console.shell import actor, page
from backend.foundation.permissions import OWN, requires

blueprint = Blueprint("today", __name__, url_prefix="/today")


@blueprint.get("")
@requires(OWN)
def show() -> Response:
    """Show the panels in which something waits for the caller."""
    return page("console/today.html", panels=panels.filled(panels.TODAY, actor()))
