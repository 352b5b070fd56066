"""Who hears of a case: its reporters and those of the cases merged into it, the lift's units, the bureaus."""

from collections.abc import Sequence

from backend.accounts.actors import unit_id
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


def of_step(case: Case, action: str, text: str) -> None:
    """Promise the news of a public step to everybody who reported this case or one merged into it, each once.

    The bureau's own system hears the same, where one listens.

    Args:
        case: as stored after the step.
        action: what was done.
        text: what is said of it.
    """
    template = FILED if action == "file" else workflow.TABLE.actions[action].news if action not in UNTOLD else ""
    if not template:
        return
    numbers: dict[str, str] = {}
    for number, reporter in _audience(case):
        if reporter.binding:
            numbers.setdefault(reporter.binding, number)
    said = _news(case, template, text)
    outbox.enqueue_all(
        [
            {"key": _key(case, binding), "channel": "wechat", "target": binding, **said, "number": number}
            for binding, number in numbers.items()
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


def _audience(case: Case) -> list[tuple[str, Reporter]]:
    """List reporters with the number each of them knows."""
    own = [(case.number, reporter) for reporter in case.reporters]
    if case.version == FIRST:
        return own  # nothing can be merged into a case before it is there
    merged = Complaint.objects(links__match={"kind": MERGED, "number": case.number}).only("number", "reporters")
    return own + [(one.number, reporter) for one in merged for reporter in one.reporters]


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
