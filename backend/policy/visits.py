"""How often someone must come to the lift: 3, 2 or 1 months when labelled, the T5002 rhythm otherwise."""

import functools
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
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
PLAN_CLAUSE, PLAN_RULE = "附件1 四（二）", "M-29"


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

    Source: 三（一）2; after an exit 附件1 四（三）, 特种设备安全监察条例 第三十一条 and TSG T5002.
    """
    if contract not in CONTRACTS:
        raise ValueError(f"contract: unknown {contract!r}, one of {', '.join(CONTRACTS)}")
    basis = "iot" if iot else contract
    rule = next((rule for rule in profile.visits if labelled and rule.basis == basis), None)
    if rule is not None:
        return Interval(rule.months, 0, rule.reason, rule.clause, rule.rule_id, profile.id)
    every = rhythm(profile.id)["HM"]
    why = "试点间隔不适用于此规则" if labelled else "未标注维保试点"
    return replace(every, reason=f"{every.reason} · {why}")


@carries("M-29")
def planned(longest: Interval, *, months: int = 0, days: int = 0) -> Interval:
    """Give the interval that a filed plan sets; the earlier of plan and limit is what falls due.

    Args:
        longest: from interval(), for the basis the lift has.
        months, days: of the plan, one of the two; the other is 0.

    Raises:
        ValueError: the plan is longer than the limit, however the months fall; the message gives the clause.

    Source: 附件1 四（一）2（2）, 四（二）; 三（一）2.
    """
    if months > longest.months or days > _most_days(longest):
        words = f"{months}个月" if months else f"{days}天"
        raise ValueError(f"方案的间隔{words}超过上限：{longest.reason}（{longest.clause}）")
    words = f"按提交的维护保养方案，每{f'{months}个月' if months else f'{days}天'}至少1次"
    return Interval(months, days, words, PLAN_CLAUSE, PLAN_RULE, longest.profile)


def _most_days(longest: Interval) -> int:
    """Count the days of an interval where its months are the longest, as July and August are."""
    starts = (date(2023, month, 1) for month in range(1, 13))
    return max((longest.after(start) - start).days for start in starts)


def next_visit(
    longest: Interval, last_visit: date | None = None, *, since: date | None = None, plan: Interval | None = None
) -> Due:
    """Give the last day for the next visit; a visit on that day is in time (reading A18).

    Args:
        longest: from interval().
        last_visit: local day on which the last visit was completed.
        since: the day from which this rhythm runs anew: the day an exit takes effect (reading A24),
            or the first day of a contract under which nobody has come yet or another unit takes over.
        plan: from planned(); the earlier of plan and limit counts.

    Raises:
        ValueError: neither day is known.

    Source: 三（一）2, 附件1 四（二）, 四（三）.
    """
    known = [day for day in (last_visit, since) if day is not None]
    if not known:
        raise ValueError("last_visit: needed, or the day from which the rhythm runs")
    last = max(known)
    first = min((longest, plan) if plan else (longest,), key=lambda one: one.after(last))
    return Due(first.after(last), first.reason, first.clause, first.rule_id, first.profile)


@functools.cache
def rhythm(profile_id: str) -> dict[str, Interval]:
    """Give how long it may be from a visit of each type to the next: {HM | TM | SM | OY: interval}, narrow to wide.

    Args:
        profile_id: the profile to name in the answer.

    Source: 特种设备安全监察条例 第三十一条; TSG T5002-2017 第六条.
    """
    return {
        row["code"]: Interval(
            row.get("months", 0), row.get("days", 0), row["reason"], row["clause"], row["rule_id"], profile_id
        )
        for row in config.load(T5002)["types"]
    }


@carries("M-23", "M-X14")
def next_t5002(last: Mapping[str, date], since: date, profile_id: str) -> tuple[str, Due]:
    """Give the type of the next visit in the T5002 rhythm and its last day.

    Tables are cumulative, so a yearly visit also counts as half-year, quarter and half-month. The
    next visit is of the widest type that could not wait for the visit after it.

    Args:
        last: {HM | TM | SM | OY: day of the last visit of that type}.
        since: the day from which the whole rhythm runs anew (an exit: reading A24; another unit's first day);
            visits before it no longer count. Where nothing began anew, the first visit's day.
        profile_id: the profile to name in the answer.

    Source: 特种设备安全监察条例 第三十一条; TSG T5002-2017 第六条.
    """
    every = rhythm(profile_id)
    dues = {}
    newest = since
    for code in reversed(every):  # widest first: what it did, the narrower need not repeat
        newest = max(newest, last.get(code, since))
        dues[code] = every[code].after(newest)
    due = min(dues.values())
    wait = every["HM"].after(due)
    code = next(code for code, day in dues.items() if day < wait)
    chosen = every[code]
    return code, Due(due, chosen.reason, chosen.clause, chosen.rule_id, profile_id)


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
    for key, row in about.each("types.*"):
        if ("days" in row) == ("months" in row):
            yield about.wrong((*key, "days"), "days or months expected, one of the two")
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
