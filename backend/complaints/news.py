"""Who hears of a case: its reporters and those of the cases merged into it, the lift's units, the bureaus."""

from backend.complaints import repair_links, workflow
from backend.complaints.documents import MERGED, Case, Complaint, Reporter
from backend.foundation import outbox
from backend.policy import jurisdictions

# A joiner is answered at once and hears nothing new by it; the others did not ask to hear who joins.
UNTOLD = "join"
FILED = "complaint.file"
FIRST = 1  # the version a case is filed as


def to_reporters(case: Case, action: str, text: str) -> None:
    """Promise the news of a public step to everybody who reported this case or one merged into it, each once.

    Args:
        case: as stored after the step.
        action: what was done.
        text: what is said of it.
    """
    template = FILED if action == "file" else workflow.actions()[action].news if action != UNTOLD else ""
    if not template:
        return
    told = set()
    for number, reporter in _audience(case):
        if reporter.binding and reporter.binding not in told:
            told.add(reporter.binding)
            _enqueue(case, "wechat", reporter.binding, template, text, number=number)


def to_units(case: Case, template: str, text: str) -> None:
    """Promise news to the lift's units, in their inbox and by mail, each with its own link to answer by."""
    for unit in case.units:
        link = repair_links.link(case.number, unit)
        for channel in ("inbox", "email"):
            _enqueue(case, channel, f"org:{unit}", template, text, link=link)


def to_bureaus(case: Case, template: str, text: str, *bureaus: str) -> None:
    """Promise news to the inboxes of bureaus."""
    for bureau in dict.fromkeys(bureaus):
        _enqueue(case, "inbox", bureau, template, text)


def _audience(case: Case) -> list[tuple[str, Reporter]]:
    """List reporters with the number each of them knows."""
    own = [(case.number, reporter) for reporter in case.reporters]
    if case.version == FIRST:
        return own  # nothing can be merged into a case before it is there
    merged = Complaint.objects(links__match={"kind": MERGED, "number": case.number}).only("number", "reporters")
    return own + [(one.number, reporter) for one in merged for reporter in one.reporters]


def _enqueue(case: Case, channel: str, target: str, template: str, text: str, *, number: str = "", **more: str) -> None:
    subject = f"complaint:{case.number}"
    key = f"{subject}:{case.version}:{target}"
    outbox.enqueue(
        key=key if channel == "wechat" else f"{key}:{channel}:{template}",
        channel=channel,
        target=target,
        subject=subject,
        template=template,
        number=number or case.number,
        place=case.place or "",
        category=workflow.category_label(case.category),
        state=workflow.public_state_label(case.state),
        bureau=jurisdictions.bureau(case.jurisdiction).bureau_name,
        text=text,
        at=case.updated_at.isoformat(),
        **more,
    )
