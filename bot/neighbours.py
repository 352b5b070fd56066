"""What neighbours do in the chat: follow, join their group, see its board, urge, mediate, say whether somebody came."""

from collections.abc import Callable
from datetime import timedelta

from backend.community import access, following, mediations, news, observations, queries, urges
from backend.community import groups as service
from backend.community.access import SEE, Standing
from backend.community.links import way_in_url
from backend.foundation import clock
from backend.foundation.links import absolute
from backend.registry import queries as registry
from backend.upkeep import queries as upkeep
from bot.facts import StoredFacts
from bot.reading import WHICH, hinted
from bot.replies import option, short
from bot.state import Neighbour
from bot.wire import Reply, Text
from config import load

SHOWN = 5
UNNAMED = "微信街坊"


def act(effect: Neighbour, facts: StoredFacts) -> Reply:
    """Do what a neighbour asks and give the answer.

    Args:
        effect: what is asked.
        facts: who asks, and what is known.

    Raises:
        ChatiError: it cannot be done; nothing was.
    """
    return _DO[effect.verb](effect, facts)


def _mine(_: Neighbour, facts: StoredFacts) -> Reply:
    mine = service.everything_of(facts.binding)
    rows = [
        facts.words.say("mine_lift", code=lift["code"], title=short(lift["title"] or ""))
        for lift in mine["lifts"][:SHOWN]
    ]
    rows += [facts.words.say("mine_estate", name=short(estate["name"] or "")) for estate in mine["estates"][:SHOWN]]
    rows += [facts.words.say("mine_group", name=short(group["name"])) for group in mine["groups"][:SHOWN]]
    if mine["groups"]:
        rows.append(option("小组"))
    return Text("\n".join([facts.words.progress(facts.cases()).content, *rows]))


def _follow(kind: str) -> Callable[[Neighbour, StoredFacts], Reply]:
    def follow(effect: Neighbour, facts: StoredFacts) -> Reply:
        name = following.follow(_target(kind, effect.code), facts.binding)
        return facts.words.text("followed", name=short(name), stop=option(_stop(kind, effect.code)))

    return follow


def _unfollow(kind: str) -> Callable[[Neighbour, StoredFacts], Reply]:
    def unfollow(effect: Neighbour, facts: StoredFacts) -> Reply:
        was = following.unfollow(_target(kind, effect.code), facts.binding)
        return facts.words.text("unfollowed" if was else "not_followed")

    return unfollow


def _join(effect: Neighbour, facts: StoredFacts) -> Reply:
    group = service.join(effect.code, facts.binding, effect.words or UNNAMED)
    return facts.words.text("group_joined", name=group.name, board=option("小组"))


def _group(_: Neighbour, facts: StoredFacts) -> Reply:
    groups = [group for group in service.groups_of(facts.binding) if group["state"] == "approved"]
    if not groups:
        return facts.words.text("no_group")
    parts = []
    for one in groups[:SHOWN]:
        who = access.of_holder(facts.binding, one["number"], SEE)
        parts.append(f"{who.group.name}\n{news.digest_text(queries.board(who.group))}")
    link = absolute(way_in_url(facts.binding))
    return facts.words.text("group", boards="\n".join(parts), link=link)


def _urge(effect: Neighbour, facts: StoredFacts) -> Reply:
    made = urges.urge(
        _standing(effect, facts, "group.urge"),
        effect.code,
        text=effect.words,
        due=clock.today() + timedelta(days=load("community")["urge_days"]),
        category=hinted(effect.words),
        draft=f"wechat:{facts.key}",
    )
    return facts.words.text("urged", unit=made.unit_name, due=urges.due_of(made))


def _mediate(effect: Neighbour, facts: StoredFacts) -> Reply:
    made = mediations.open_mediation(
        _standing(effect, facts, "group.mediate"),
        effect.code,
        topic=effect.words,
        parties=list(load("community")["parties"]),
        draft=f"wechat:{facts.key}",
    )
    return facts.words.text(
        "mediating", parties="、".join(party["label"] for party in made.parties), board=option("小组")
    )


def _judge(came: str) -> Callable[[Neighbour, StoredFacts], Reply]:
    def judge(effect: Neighbour, facts: StoredFacts) -> Reply:
        who = _standing(effect, facts, "group.walk")
        visit = upkeep.latest_visit(effect.code)
        observations.judge_visit(who, str(visit["_id"]), came, effect.words)
        said = load("community")["came"][came]
        return facts.words.text("judged", day=clock.local(visit["start"]).date(), said=said)

    return judge


def _standing(effect: Neighbour, facts: StoredFacts, permission: str) -> Standing:
    return access.of_lift(facts.binding, effect.code, permission)


def _target(kind: str, code: str) -> str:
    return f"lift:{code}" if kind == "lift" else f"estate:{registry.estate_of(code)}"


def _stop(kind: str, code: str) -> str:
    return f"取消关注 {code}" if kind == "lift" else f"取消关注小区 {code}"


_DO: dict[str, Callable[[Neighbour, StoredFacts], Reply]] = {
    WHICH: lambda _, facts: facts.words.text("which_lift"),
    "mine": _mine,
    "follow": _follow("lift"),
    "unfollow": _unfollow("lift"),
    "follow_estate": _follow("estate"),
    "unfollow_estate": _unfollow("estate"),
    "join": _join,
    "group": _group,
    "urge": _urge,
    "mediate": _mediate,
    "came": _judge("yes"),
    "absent": _judge("no"),
}
