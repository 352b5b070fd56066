"""Who hears of a case: its reporters and those of the cases merged into it, the lift's units, the bureaus."""

from collections.abc import Sequence

from backend.accounts.actors import RESIDENT, Actor, unit_id
from backend.casework.documents import FIRST, MERGED, Case
from backend.casework.workflow import SUCCEED
from backend.complaints import links as repair_links
from backend.complaints import workflow
from backend.complaints.documents import Complaint, Reporter
from backend.delivery import reach
from backend.foundation import clock, outbox
from backend.policy import jurisdictions

# A joiner is answered at once and hears nothing new by it; the others did not ask to hear who joins. Nothing is to be
# done about an estate, unit or bureau that becomes another.
UNTOLD = ("join", SUCCEED)
FILED = "complaint.file"
OTHERS = "详情只告诉最先反映的人，公开的内容凭编号和查询码查看"


def of_step(case: Case, action: str, text: str, actor: Actor) -> None:
    """Promise the news of a public step to everybody who reported this case or one merged into it, each once.

    Whoever did it is spared. What an officer says to whoever filed the case is not read out to those who joined it, nor
    what one reporter says to the others.

    The bureau's own system hears the same, where one listens.

    Args:
        case: as stored after the step.
        action: what was done.
        text: what is said of it.
        actor: who did it.
    """
    template = FILED if action == "file" else workflow.TABLE.actions[action].news if action not in UNTOLD else ""
    if not template:
        return
    said = _news(case, template, text)
    outbox.enqueue_all(
        [
            {"key": _key(case, binding), "channel": "wechat", "target": binding, **said, **theirs}
            for binding, theirs in _heard(case, text, actor).items()
        ]
    )
    _promise(case, case.jurisdiction, template, text, by=("webhook",))


def to_units(case: Case, template: str, text: str) -> None:
    """Promise news to the lift's units, by each channel they have, with a link of their own to answer by."""
    for unit in case.units:
        to_unit(case, unit, template, text)


def to_unit(case: Case, unit: str, template: str, text: str) -> None:
    """Promise news to one unit of the lift, see `to_units`."""
    _promise(case, unit_id(unit), template, text, link=repair_links.link(case.number, unit))


def to_bureaus(case: Case, template: str, text: str, *bureaus: str) -> None:
    """Promise news to bureaus, by each channel they have."""
    for bureau in dict.fromkeys(bureaus):
        _promise(case, bureau, template, text)


def _promise(
    case: Case, target: str, template: str, text: str, by: Sequence[str] = reach.CHANNELS, **more: str
) -> None:
    reach.promise(target, key=_key(case, target), by=by, **_news(case, template, text), **more)


def to_desk(case: Case, template: str, text: str) -> None:
    """Promise news to the bureau that leads a case, and to whoever handles it there."""
    to_bureaus(case, template, text, case.jurisdiction)
    if case.assignee:
        _promise(case, case.assignee, template, text, by=("inbox",))


def _heard(case: Case, text: str, actor: Actor) -> dict[str, dict[str, str]]:
    """Return who hears of a step by binding, with the number that each knows and the words that are theirs to read."""
    heard: dict[str, dict[str, str]] = {}
    for number, reporter, first in _audience(case):
        if reporter.binding and not (actor.reporter == reporter.id and case.version > FIRST):
            theirs = (first and actor.kind != RESIDENT) or case.version == FIRST
            heard.setdefault(reporter.binding, {"number": number, "text": text if theirs else OTHERS})
    return heard


def _audience(case: Case) -> list[tuple[str, Reporter, bool]]:
    """List reporters with the number each of them knows, and whether they filed it."""
    cases = [case]
    if case.version > FIRST:  # nothing can be merged into a case before it is there
        cases += Complaint.objects(links__match={"kind": MERGED, "number": case.number}).only("number", "reporters")
    return [(one.number, reporter, not place) for one in cases for place, reporter in enumerate(one.reporters)]


def _key(case: Case, target: str) -> str:
    return f"complaint:{case.number}:{case.version}:{target}"


def _news(case: Case, template: str, text: str) -> dict[str, str]:
    return {
        "subject": f"complaint:{case.number}",
        "template": template,
        "number": case.number,
        "place": case.place or "",
        "category": workflow.category_label(case.category),
        "state": workflow.public_state_label(case.state),
        "bureau": jurisdictions.bureau(case.jurisdiction).bureau_name,
        "text": text,
        "at": clock.iso(case.updated_at),
    }
