"""The official letters of a case: written from config/letters.toml at the step that calls for one, then fixed."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from backend.casework import matters
from backend.casework.documents import LETTER, Case, Letter, LetterSeries
from backend.casework.rows import LetterRow
from backend.foundation import clock, database
from backend.policy import jurisdictions
from config import load

UNKNOWN = "——"


def write(case: Case, kind: str, *, by: str, text: str = "", bureau: str | None = None) -> None:
    """Write a letter with the case's facts and dates of this moment; it carries nobody's name or phone.

    What leaves the bureau has a number 文号 (its mark, the year, a count without gaps) and an addressee; a register has
    neither.

    Source: GB/T 9704-2012: 发文字号, 主送机关, 成文日期.

    Args:
        case: as stored after the step.
        kind: a table of config/letters.toml.
        by: id of who takes the step.
        text: what the officer wrote.
        bureau: id of the bureau that signs; the case's own where it names none.
    """
    words = load("letters")[kind]
    facts = _facts(case, text, bureau or case.jurisdiction)
    if "basis" in words:
        facts["basis"] = _basis(case, words)
    letter = Letter(
        case=case.number,
        seq=case.version,
        kind=kind,
        title=words["title"],
        mark=_numbered(bureau or case.jurisdiction, words["mark"], case.updated_at) if "mark" in words else None,
        to=words["to"].format_map(facts) if "to" in words else None,
        paragraphs=[line.format_map(facts) for line in words["paragraphs"]],
        bureau=facts["bureau"],
        at=case.updated_at,
        by=by,
    )
    database.append(letter)


def of(number: str, **kept: str) -> list[LetterRow]:
    """Return the letters of a case in their order.

    Args:
        number: the case.
        kept: facts that stay in the case alone and are filled in when a letter is read, such as `description`.
    """
    letters = database.collection("case_entries").find({"case": number, "type": LETTER}).sort("seq", 1)
    return [_read(letter, kept) for letter in letters]


def _read(letter: Mapping[str, Any], kept: Mapping[str, str]) -> LetterRow:
    return {
        "seq": letter["seq"],
        "kind": letter["kind"],
        "title": letter["title"],
        "mark": letter.get("mark") or "",
        "to": letter.get("to") or "",
        "paragraphs": [_filled(line, kept) for line in letter["paragraphs"]],
        "bureau": letter["bureau"],
        "at": letter["at"],
        "dated": clock.written(letter["at"]),
    }


def _filled(line: str, kept: Mapping[str, str]) -> str:
    for name, words in kept.items():
        line = line.replace(f"{{{name}}}", words or UNKNOWN)
    return line


def _numbered(bureau: str, mark: str, at: datetime) -> str:
    """Give the next number of a bureau's letters of one kind in one year."""
    series = f"{jurisdictions.bureau(bureau).mark}{mark}〔{clock.local(at).year}〕"
    counted = LetterSeries.objects(id=series).modify(upsert=True, new=True, inc__last=1)
    return f"{series}{counted.last}号"


def _basis(case: Case, words: Mapping[str, Any]) -> str:
    """Say what a letter rests on: the decree of the day on which the clock began that the letter goes by."""
    began = [item.started_at for item in case.clocks if item.kind == words["clock"]] or [case.filed_at]
    day = clock.local(max(began)).date()
    rows = (row for row in words["basis"] if row.get("valid_from", date.min) <= day <= row.get("valid_to", date.max))
    return next(rows)["words"]


def _facts(case: Case, text: str, bureau: str) -> dict[str, str]:
    due = {f"due_{item.kind}": clock.written(item.due) for item in case.clocks if not item.met_at}
    own = {
        "number": case.number,
        "place": case.place or UNKNOWN,
        "lift": case.lift or UNKNOWN,
        "bureau": jurisdictions.bureau(bureau).bureau_name,
        "receiver": jurisdictions.bureau(case.jurisdiction).bureau_name,
        "filed": clock.written(case.filed_at),
        "text": text or UNKNOWN,
    }
    return defaultdict(lambda: UNKNOWN, {**own, **due, **matters.of(case).letter_facts(case)})
