"""Where the pages of groups and followers stand."""

from backend.community import access
from backend.foundation.links import path_to


def follow_url(code: str) -> str:
    """Return the path at which somebody follows a lift, or stops to."""
    return path_to("outside.follow", code=code)


def way_in_url(holder: str) -> str:
    """Return the path by which somebody known from WeChat comes in with a browser; it holds for minutes."""
    return path_to("community.from_chat", token=access.pass_for(holder))


def group_url(group: str) -> str:
    """Return the path of a group's board."""
    return path_to("community.board", group=group)
