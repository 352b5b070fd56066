"""How often someone must come to the lift: 3, 2 or 1 months when labelled, the T5002 rhythm otherwise."""

import functools
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import config
from backend.policy.dates import add_months
from backend.policy.due import Due
from backend.policy.profiles import Profile
from backend.policy.rules import carries
from config import About, ConfigError, Files, references

T5002 = "policies/t5002-items"
VISIT_TYPES = ("HM", "TM", "SM", "OY")  # narrow to wide: tables are cumulative
CONTRACTS = ("full", "other")  # 全包维保 or 大包维保; any other


@dataclass(frozen=True, slots=True)
class Interval:
    """The longest time between two on-site visits; months or days, the other is 0."""

    months: int
    days: int
    reason: str
    clause: str
    rule_id: str
    profile: str

    def after(self, day: date) -> date:
        """Give the last day in time; months clamp to the month's end (reading A18)."""
        return add_months(day, self.months) + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the T5002 tables."""

    code: str  # annex-table-number, e.g. A-1-29
    name: str
    note: str


@carries("M-20", "M-21", "M-22")
@functools.cache
def interval(profile: Profile, labelled: bool, *, iot: bool = False, contract: str = "other") -> Interval:
    """Give the longest interval between on-site visits.

    Args:
        profile: what governs the lift's maintenance.
        labelled: carries 维保试点 and has not left the pilot.
        iot: has an IoT safety monitoring system and meets M-03 today; if it does, the IoT
            interval governs whatever the contract (reading A19).
        contract: "full" for 全包维保 or 大包维保, "other" for any other.

    Raises:
        ValueError: another contract.

    Source: 三（一）2; after an exit 附件1 四（三） and TSG T5002.
    """
    if contract not in CONTRACTS:
        raise ValueError(f"contract: unknown {contract!r}, one of {', '.join(CONTRACTS)}")
    basis = "iot" if iot else contract
    rule = next((rule for rule in profile.visits if labelled and rule.basis == basis), None)
    if rule is not None:
        return Interval(rule.months, 0, rule.reason, rule.clause, rule.rule_id, profile.id)
    data = config.load(T5002)
    days = data["types"][0]["days"]
    reason = f"半月维护保养，间隔不超过{days}日 · 未标注维保试点"
    return Interval(0, days, reason, data["document"], data["rule_id"], profile.id)


def next_visit(longest: Interval, last_visit: date | None = None, *, since: date | None = None) -> Due:
    """Give the last day for the next visit; a visit on that day is in time (reading A18).

    Args:
        longest: from interval().
        last_visit: local day on which the last visit was completed.
        since: the day from which this rhythm runs anew: the day an exit takes effect (reading A24),
            or the first day of a contract under which nobody has come yet.

    Raises:
        ValueError: neither day is known.

    Source: 三（一）2, 附件1 四（三）.
    """
    known = [day for day in (last_visit, since) if day is not None]
    if not known:
        raise ValueError("last_visit: needed, or the day from which the rhythm runs")
    return Due(longest.after(max(known)), longest.reason, longest.clause, longest.rule_id, longest.profile)


@carries("M-23", "M-X14")
def next_t5002(last: Mapping[str, date], since: date, profile_id: str) -> tuple[str, Due]:
    """Give the type of the next visit in the T5002 rhythm and its last day.

    Tables are cumulative, so a yearly visit also counts as half-year, quarter and half-month. The
    next visit is of the widest type that could not wait for the visit after it.

    Args:
        last: {HM | TM | SM | OY: day of the last visit of that type}.
        since: the day from which the whole rhythm runs anew (a contract's first day, an exit: reading A24);
            visits before it no longer count. Where nothing began anew, the first visit's day.
        profile_id: the profile to name in the answer.

    Source: TSG T5002-2017 第六条.
    """
    data = config.load(T5002)
    days = {kind["code"]: kind["days"] for kind in data["types"]}
    dues = {}
    newest = since
    for code in reversed(days):  # widest first: what it did, the narrower need not repeat
        newest = max(newest, last.get(code, since))
        dues[code] = newest + timedelta(days=days[code])
    due = min(dues.values())
    wait = due + timedelta(days=days["HM"])
    code = next(code for code, day in dues.items() if day < wait)
    name = next(kind["name"] for kind in data["types"] if kind["code"] == code)
    reason = f"{name}维护保养，间隔不超过{days[code]}日"
    return code, Due(due, reason, data["clause"], data["rule_id"], profile_id)


def items(annex: str, code: str) -> tuple[Item, ...]:
    """List what a visit covers, the narrower tables first.

    Args:
        annex: A traction, D escalators; B and C are known only by their counts.
        code: HM half-month, TM quarter, SM half-year, OY year.

    Raises:
        LookupError: unknown annex or type, or one whose items are not held.

    Source: TSG T5002-2017 第六条, 附件A–D.
    """
    tables = _tables(annex, code)
    held = config.load(T5002)["annexes"][annex].get("items")
    if held is None:
        raise LookupError(f"annex: only the item counts of annex {annex} are held")
    notes = config.load(T5002)["notes"]
    return tuple(
        Item(key, name, notes.get(key, ""))
        for table, kind in enumerate(tables, 1)
        for number, name in enumerate(held[kind], 1)
        for key in (f"{annex}-{table}-{number}",)
    )


def item_count(annex: str, code: str) -> int:
    """Count the items of a visit, for all four annexes.

    Raises:
        LookupError: unknown annex or type.

    Source: TSG T5002-2017 附件A–D.
    """
    counts = config.load(T5002)["annexes"]
    return sum(counts[annex]["counts"][kind] for kind in _tables(annex, code))


@carries("M-25")
def case_is_barred(labelled: bool, follows_plan: bool) -> bool:
    """Tell whether a case for departing from TSG T5002 may not be opened against this lift's unit.

    Source: 附件1 四（二）.
    """
    return labelled and follows_plan


def _tables(annex: str, code: str) -> list[str]:
    """Give the type codes a visit covers, narrow to wide."""
    data = config.load(T5002)
    codes = [kind["code"] for kind in data["types"]]
    if annex not in data["annexes"] or code not in codes:
        raise LookupError(f"items: unknown annex {annex!r} or type {code!r}")
    return [*itertools.takewhile(lambda kind: kind != code, codes), code]


@references
def _tables_are_whole(files: Files) -> Iterator[ConfigError]:
    """The types of visit stand in their order, and a table has the items it counts, each note and focus one of them."""
    about = About(files, T5002)
    types = [code for _, code in about.each("types.*.code")]
    if types != list(VISIT_TYPES):
        yield about.wrong(("types",), f"{', '.join(VISIT_TYPES)} in this order expected, not {', '.join(types)}")
    held = set()
    for (_, annex, _, code), names in about.each("annexes.*.items.*"):
        count = about.data["annexes"][annex]["counts"][code]
        if len(names) != count:
            yield about.wrong(("annexes", annex, "items", code), f"{count} items expected, not {len(names)}")
        held |= {f"{annex}-{VISIT_TYPES.index(code) + 1}-{number}" for number in range(1, len(names) + 1)}
    yield from about.known("focus.*.*", held, "the code of an item")
    for code in about.data["notes"]:
        if code not in held:
            yield about.wrong(("notes", code), "the code of an item expected")
