"""What a list of lifts says of their insurance, so that an existing list fills the card."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from backend.accounts.actors import Actor
from backend.card import service as cards
from backend.foundation import clock, database, events
from backend.insurance.documents import INSURANCE_KINDS, InsurancePolicy
from backend.registry import values
from backend.registry.columns import Column
from backend.registry.facts import Facts, Problem, Values

NEEDED = {"insurance.number": "没有写保险单号", "insurer.name": "没有写承保单位", "insurance.end": "没有写保险止期"}


def facts() -> Facts:
    """Return the columns of an insurance policy, and how they are kept."""
    columns = (
        Column("insurance.number", "保险单号", values.number_of),
        Column("insurance.kind", "险种", values.choice(INSURANCE_KINDS)),
        Column("insurance.start", "保险起期", values.any_day, values.write_day),
        Column("insurance.end", "保险止期", values.any_day, values.write_day),
        Column("insurer.name", "承保单位", values.text),
    )
    return Facts("保险", columns, {"insurer": "insurer"}, tuple(NEEDED), _wrong, _new, _keep)


def _wrong(row: Values) -> Iterator[Problem]:
    said = [name for name in row if row[name] and (name.startswith("insurance.") or name == "insurer.name")]
    if said:
        yield from (Problem(name, reason) for name, reason in NEEDED.items() if not row.get(name))
    if row.get("insurance.start") and row.get("insurance.end") and row["insurance.end"] < row["insurance.start"]:
        yield Problem("insurance.end", "保险止期不能早于起期")


def _new(rows: Sequence[Values]) -> list[Values]:
    """Return the rows whose lift is not known to be covered by that policy until that day."""
    said = [row for row in rows if row.get("insurance.number")]
    if not said:
        return []
    found = database.collection("insurance_policies").find({"lifts": {"$in": [row["code"] for row in said]}})
    known = {(one["number"], one["end"].date(), code) for one in found for code in one["lifts"]}
    return [row for row in said if (row["insurance.number"], row["insurance.end"], row["code"]) not in known]


def _keep(rows: Sequence[Values], by: Actor) -> None:
    """Keep each policy once for all lifts of the rows that it covers."""
    covered: dict[tuple[str, str, str, date, date], list[str]] = defaultdict(list)
    for row in rows:
        end = row["insurance.end"]
        start = row.get("insurance.start") or min(clock.today(), end)  # known to run from the day it was told
        kind = row.get("insurance.kind") or "liability"
        covered[row["insurance.number"], kind, row["insurer"], start, end].append(row["code"])
    InsurancePolicy.objects.insert(
        [
            InsurancePolicy(
                number=number, kind=kind, insurer=insurer, lifts=codes, start=start, end=end, recorded_at=clock.now()
            )
            for (number, kind, insurer, start, end), codes in covered.items()
        ]
    )
    codes = [row["code"] for row in rows]
    events.record("insurance.listed", subject="registry", actor=by, lifts=codes)
    cards.refresh(codes, "insurance_policies")
