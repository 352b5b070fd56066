"""A unit that takes the place of another reads its news, and is asked to answer its repairs."""

from collections.abc import Mapping

from backend.accounts.actors import unit_id
from backend.complaints.documents import Complaint, Repair
from backend.complaints.life import news
from backend.complaints.workflow import REPAIR
from backend.delivery import readdressing
from backend.registry import followers
from backend.registry.followers import Succession


def inherit() -> None:
    """Follow the registry's units."""
    followers.inherit(followers.UNITS, "complaints", readdress)
    followers.inherit(followers.LIFTS_OF_UNITS, "complaints", ask_unit)


def readdress(succession: Succession) -> Mapping[str, int]:
    """Send to the unit that takes the place of another what is sent to that one."""
    return readdressing.readdress(unit_id(succession.old), unit_id(succession.new[0]))


def ask_unit(succession: Succession) -> Mapping[str, int]:
    """Send the unit that takes lifts over the links by which it answers the open repairs of these lifts."""
    new = succession.new[0]
    wanted = {"open": True, "lift__in": list(succession.lifts), "units__in": [succession.old, new]}
    for case in (*Repair.objects(**wanted), *Complaint.objects(track=REPAIR, **wanted)):
        news.to_unit(case, new, "repair.opened", succession.text)
    return {}
