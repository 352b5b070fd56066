"""Groups and followers go on when an estate becomes another, or another bureau's."""

from collections.abc import Mapping

from pymongo import UpdateOne

from backend.casework import record
from backend.casework.succession import hand_over
from backend.casework.workflow import SUCCEED
from backend.community.documents import Follow, Group
from backend.foundation import clock, database
from backend.policy import jurisdictions
from backend.registry import followers
from backend.registry import queries as registry
from backend.registry.followers import Succession

ALIVE = ("applied", "approved")
LEFT = "因还有别的区县的小区而留在原区县的协调小组"


def inherit() -> None:
    """Follow the registry's estates and areas."""
    followers.inherit(followers.ESTATES, "community", change_estates)
    followers.inherit(followers.AREAS, "community", hand_groups_over)


def change_estates(succession: Succession) -> Mapping[str, int]:
    """Let groups look after, and followers hear of, what takes the place of an estate."""
    groups = list(Group.objects(estates=succession.old))
    for group in groups:
        kept = [estate for estate in group.estates if estate != succession.old]
        group.estates = sorted({*kept, *succession.new})
        record.advance(group)
        record.write_down(group, SUCCEED, group.state, actor=succession.by, text=succession.text)
    return {"协调小组": len(groups), "关注小区的人": _change_follows(succession)}


def hand_groups_over(succession: Succession) -> Mapping[str, int]:
    """Hand over the groups of which all estates are now another bureau's; what they do about lifts goes with these."""
    new, today = succession.new[0], clock.today()
    groups = list(Group.objects(estates__in=list(succession.estates), state__in=ALIVE, jurisdiction__ne=new))
    areas = registry.estate_areas({estate for group in groups for estate in group.estates})
    bureaus = {estate: jurisdictions.current(area, today) for estate, area in areas.items()}
    going = [group for group in groups if {bureaus.get(estate, new) for estate in group.estates} == {new}]
    for group in going:
        hand_over(group, new, succession.by, succession.text)
    return {"协调小组": len(going), LEFT: len(groups) - len(going)}


def _change_follows(succession: Succession) -> int:
    """Let everybody who follows an estate follow what takes its place, since they follow it."""
    store = database.collection_of(Follow)
    old = f"estate:{succession.old}"
    rows = list(store.find({"target": old}))
    writes = [
        UpdateOne(
            {"target": f"estate:{new}", "holder": row["holder"]}, {"$setOnInsert": {"since": row["since"]}}, upsert=True
        )
        for row in rows
        for new in succession.new
    ]
    if writes:
        store.bulk_write(writes, ordered=False)
    if succession.old not in succession.new:
        store.delete_many({"target": old})
    return len(rows)
