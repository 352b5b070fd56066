"""The official letters of a case: written from config/letters.toml at the step that calls for one, then fixed."""

from typing import Any

from backend.casework.documents import Case, Letter
from backend.complaints import workflow
from backend.foundation import clock, database
from backend.policy import jurisdictions
from config import load

UNKNOWN = "——"
DESCRIPTION = "{description}"  # stays in the case alone, so that redaction and retention need to look in one place


def write(case: Case, kind: str, *, by: str, text: str = "", bureau: str | None = None) -> None:
    """Write a letter with the case's facts and dates of this moment; it carries nobody's name or phone.

    Args:
        case: as stored after the step.
        kind: a table of config/letters.toml.
        by: id of who takes the step.
        text: what the officer wrote.
        bureau: id of the bureau that signs; the case's own where it names none.
    """
    words = load("letters")[kind]
    facts = _facts(case, text, bureau or case.jurisdiction)
    Letter(
        complaint=case.number,
        seq=case.version,
        kind=kind,
        title=words["title"],
        paragraphs=[line.format_map(facts) for line in words["paragraphs"]],
        bureau=facts["bureau"],
        at=case.updated_at,
        by=by,
    ).save(force_insert=True)


def of(number: str) -> list[dict[str, Any]]:
    """Return the letters of a case in their order: seq, kind, title, paragraphs, bureau, at."""
    case = database.collection("complaints").find_one({"_id": number}, {"description": 1}) or {}
    words = case.get("description") or UNKNOWN
    return [
        letter | {"paragraphs": [line.replace(DESCRIPTION, words) for line in letter["paragraphs"]]}
        for letter in database.collection("complaint_letters").find({"complaint": number}).sort("seq", 1)
    ]


def _facts(case: Case, text: str, bureau: str) -> dict[str, str]:
    due = {item.label: clock.local(item.due).strftime("%Y年%m月%d日") for item in case.clocks if not item.met_at}
    return {
        "number": case.number,
        "track": workflow.track_label(case.track),
        "category": workflow.category_label(case.category),
        "place": case.place or UNKNOWN,
        "lift": case.lift or UNKNOWN,
        "bureau": jurisdictions.bureau(bureau).bureau_name,
        "receiver": jurisdictions.bureau(case.jurisdiction).bureau_name,
        "filed": clock.local(case.filed_at).strftime("%Y年%m月%d日"),
        "channel": workflow.channel_label(getattr(case, "channel", UNKNOWN)),
        "description": DESCRIPTION,
        "consent": "同意" if getattr(case, "consent_publish", False) else "不同意",
        "text": text or UNKNOWN,
        "due_accept": due.get("受理", UNKNOWN),
        "due_identity": due.get("补正", UNKNOWN),
        "due_close": due.get("办结", UNKNOWN),
        "due_verify": due.get("核查", UNKNOWN),
    }
