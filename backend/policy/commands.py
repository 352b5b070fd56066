"""The command line of the rules: `chati policy …`, as text or JSON, each answer with its reason and clause."""

import functools
import json
import pathlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import click

from backend.policy import deadlines, eligibility, exits, inspection, visits
from backend.policy import rules as registry
from backend.policy.authority import authority_for
from backend.policy.dates import SHANGHAI
from backend.policy.deadlines import WorkingDays
from backend.policy.due import Due
from backend.policy.findings import Finding, plain
from backend.policy.jurisdictions import bureau, find
from backend.policy.profiles import PROGRAMMES, Profile, pilot, profile, window

ROOT = pathlib.Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Moment:
    """What the caller knows and the rules do not: the day and the working days."""

    today: Callable[[], date]
    calendar: Callable[[], WorkingDays]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: the result for machines, its lines for people, and what it rests on."""

    result: Any
    lines: Iterable[str]
    reason: str
    clause: str
    rule_id: str
    profile: str = field(default_factory=lambda: pilot().id)
    provisional: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON form."""
        return {
            "result": plain(self.result),
            "reason": self.reason,
            "clause": self.clause,
            "rule_id": self.rule_id,
            "profile": self.profile,
            "provisional": self.provisional,
        }


class Day(click.ParamType):
    """A local date, YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the date or say what is expected."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            return self.fail(f"应为日期 YYYY-MM-DD，不是 {value!r}", param, ctx)


class Governing(click.ParamType):
    """The id of a policy profile."""

    name = "id"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Profile:
        """Find the profile or say which ones there are."""
        try:
            return value if isinstance(value, Profile) else profile(value)
        except LookupError as error:
            return self.fail(str(error), param, ctx)


class Start(click.ParamType):
    """A local date, or a time; without a zone it is Chongqing's."""

    name = "date or time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the date or time, or say what is expected."""
        try:
            if len(value) <= len("2020-10-09"):
                return date.fromisoformat(value)
            moment = datetime.fromisoformat(value)
        except ValueError:
            return self.fail(f"应为日期或 ISO 时刻，不是 {value!r}", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


class EventAt(click.ParamType):
    """An event of the lift, KIND:YYYY-MM-DD."""

    name = "kind:date"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, date]:
        """Read the kind and its day."""
        kind, _, day = value.partition(":")
        if kind not in inspection.EVENTS:
            self.fail(f"应为 {'、'.join(inspection.EVENTS)} 之一，不是 {kind!r}", param, ctx)
        return kind, Day().convert(day, param, ctx)


def group(today: Callable[[], date], calendar: Callable[[], WorkingDays]) -> click.Group:
    """Make the `policy` commands.

    Args:
        today: gives the local day, where --today is not given.
        calendar: gives the working days.
    """
    commands = [_calendar, _deadline, _interval, _authority, _exit, _eligibility, _rules]
    return click.Group(
        "policy",
        commands=commands,
        help="Ask the regulation: dates, intervals, authority, eligibility, exits.",
        context_settings={"obj": Moment(today, calendar)},
    )


def _answers(command: Callable[..., Answer]) -> Callable[..., None]:
    """Print what a command answers, and turn what it could not read into a usage error."""

    @click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
    @click.pass_obj
    @functools.wraps(command)
    def run(at: Moment, as_json: bool, **options: Any) -> None:
        try:
            answer = command(at, **options)
        except (LookupError, ValueError, OverflowError) as error:
            words = str(error.args[0])
            if isinstance(error, OverflowError) or "out of range" in words:
                words = f"days between the years 1 and 9999 and numbers that can be counted with expected: {words}"
            raise click.UsageError(words) from error
        if as_json:
            click.echo(json.dumps(answer.as_dict(), ensure_ascii=False, indent=2))
            return
        for line in answer.lines:
            click.echo(line)
        provisional = " · 暂定" if answer.provisional else ""
        click.echo(f"依据：{answer.reason} · {answer.clause} · {answer.profile}{provisional}")

    return run


profile_option = click.option(
    "--profile", "governing", type=Governing(), default=pilot, help="A profile of config/policies, else the pilot's."
)
programme_option = click.option(
    "--programme", type=click.Choice(PROGRAMMES), default="maintenance", help="Which pilot programme."
)
today_option = click.option("--today", type=Day(), help="The local day to judge from.")
facts_option = click.option(
    "--facts",
    "facts_file",
    type=click.File(encoding="utf-8"),
    required=True,
    help="JSON file, or - for standard input; its keys stand in docs/decisions/003-readings.md.",
)


@click.command("calendar")
@profile_option
@click.option("--origin", type=Day(), required=True, help="Day of the installation supervision inspection.")
@click.option(
    "--event", "events", type=EventAt(), multiple=True, help="modernised:DATE, major-repair:DATE or restart:DATE."
)
@click.option("--last-inspection", type=Day(), help="Day of the last periodic inspection.")
@click.option("--last-test", type=Day(), help="Day of the last test.")
@click.option("--labelled", type=Day(), help="First day of the inspection pilot's label.")
@click.option("--left", type=Day(), help="First day without the pilot, for a lift that was in it.")
@click.option("--estimated", is_flag=True, help="The origin is only the registration date.")
@click.option("--years", type=click.IntRange(1, 100), default=20, show_default=True, help="How far ahead.")
@_answers
def _calendar(_at: Moment, governing: Profile, **options: Any) -> Answer:
    """List the inspections and tests to come."""
    planned = inspection.calendar(governing, **options)
    result = [{"kind": one.kind, "due": one.due, "reason": one.reason, "clause": one.clause} for one in planned]
    names = {"inspection": "检验", "test": "检测"}
    lines = [f"{one.due}  {names[one.kind]}  {one.reason}" for one in planned]
    done = sum(one.kind == "inspection" for one in planned)
    reason = f"{options['years']}年内检验{done}次、检测{len(planned) - done}次"
    return Answer(result, lines, reason, governing.clause, governing.rule_id, governing.id, options["estimated"])


@click.command("deadline")
@click.option("--kind", required=True, help="A key of the catalogue, such as publicity or test_upload.")
@click.option("--start", type=Start(), required=True, help="What starts the clock; a time where hours count.")
@_answers
def _deadline(at: Moment, kind: str, start: date) -> Answer:
    """Compute a deadline of the catalogue."""
    return _due(deadlines.deadline(kind, start, at.calendar()), {"kind": kind})


@click.command("interval")
@profile_option
@click.option("--labelled", is_flag=True, help="The lift carries 维保试点.")
@click.option("--iot", is_flag=True, help="It has an IoT safety monitoring system in order.")
@click.option(
    "--contract",
    type=click.Choice(visits.CONTRACTS),
    default="other",
    show_default=True,
    help="Kind of the maintenance contract.",
)
@click.option("--plan-months", type=click.IntRange(1), help="Interval of the filed plan; the earlier of both counts.")
@click.option("--plan-days", type=click.IntRange(1), help="The same in days.")
@click.option("--last-visit", type=Day(), help="Without it the interval is counted from today.")
@today_option
@_answers
def _interval(
    at: Moment,
    *,
    governing: Profile,
    plan_months: int | None,
    plan_days: int | None,
    last_visit: date | None,
    today: date | None,
    **basis: Any,
) -> Answer:
    """Give the longest interval between on-site visits and the next visit's last day."""
    if plan_months and plan_days:
        raise ValueError("plan: --plan-months or --plan-days, one of the two")
    longest = visits.interval(governing, **basis)
    filed = plan_months or plan_days
    plan = visits.planned(longest, months=plan_months or 0, days=plan_days or 0) if filed else None
    since = last_visit or today or at.today()
    length = {"from": since, "months": longest.months, "days": longest.days}
    return _due(visits.next_visit(longest, since, plan=plan), length)


@click.command("authority")
@programme_option
@click.option("--unit-lifts", type=click.IntRange(0), multiple=True, required=True, help="Once per applicant.")
@click.option("--districts", multiple=True, help="Ids or names, repeated or with commas.")
@today_option
@_answers
def _authority(
    at: Moment, programme: str, unit_lifts: tuple[int, ...], districts: tuple[str, ...], today: date | None
) -> Answer:
    """Find the bureau that accepts an application; without --today as on a day of the pilot."""
    on = today or min(at.today(), window(programme).valid_to)
    areas = [find(name).id for one in districts for name in re.split(r"[\s,，、;；]+", one) if name]
    found = authority_for(programme, unit_lifts, areas, on)
    result = {
        "authority": found.bureaus[0] if len(found.bureaus) == 1 else None,
        "bureaus": found.bureaus,
        "names": [bureau(one).bureau_name for one in found.bureaus],
        "excluded": found.excluded,
    }
    lines = [f"{one}  {bureau(one).bureau_name}" for one in found.bureaus] or ["无受理机关"]
    lines += [f"{one}  {bureau(one).name}的电梯不能申请" for one in found.excluded]
    return Answer(result, lines, found.reason, found.clause, found.rule_id, found.profile)


@click.command("exit")
@programme_option
@facts_option
@today_option
@_answers
def _exit(at: Moment, programme: str, facts_file: Any, today: date | None) -> Answer:
    """Find what speaks for an exit, with the evidence; an official decides."""
    found = exits.findings(programme, _facts(facts_file), today or at.today(), at.calendar())
    reason = f"发现{len(found)}项，由受理机关决定" if found else "未发现退出情形"
    provisional = any(one.evidence.get("provisional") for one in found)
    return _found([one.as_dict() for one in found], found, reason, "四（三）", programme, provisional=provisional)


@click.command("eligibility")
@programme_option
@facts_option
@today_option
@_answers
def _eligibility(at: Moment, programme: str, facts_file: Any, today: date | None) -> Answer:
    """Check the conditions of units and lifts, and a file where one is given; without --today as in the pilot."""
    facts, on = _facts(facts_file), today or min(at.today(), window(programme).valid_to)
    checks = [eligibility.check(programme, facts, on)]
    if "application" in facts:
        checks.append(eligibility.documents(programme, facts, on))
    found = tuple(one for check in checks for one in check.findings)
    outcomes = {check.eligible for check in checks}
    eligible = False if False in outcomes else None if None in outcomes else True
    result = {"eligible": eligible, "findings": [one.as_dict() for one in found]}
    reason = {True: "符合条件", False: "不符合条件", None: "尚有条件待查明"}[eligible]
    return _found(result, found, reason, "二、三", programme)


@click.command("rules")
@_answers
def _rules(_at: Moment) -> Answer:
    """Print the register: each rule, its state, what carries it, what of the product calls that, and its tests."""
    tested = registry.tests(ROOT / "tests") if (ROOT / "pyproject.toml").exists() else {}
    rows = registry.rules()
    result = [{**row, "tests": tested.get(row["id"], [])} for row in rows]
    lines = [
        f"{row['id']:6} {row['state']:10} {row['clause']} · {row['carried_by'] or row['waits_for'] or ''}"
        + (f" <- {row['called_by']}" if row["called_by"] else "")
        + (f" · {len(tested.get(row['id'], ()))} tests" if tested else "")
        for row in rows
    ]
    open_, computed, running = (sum(row["state"] == state for row in rows) for state in registry.STATES)
    reason = f"{len(rows)}条规则：{running}条已在办理中使用，{computed}条只能计算，{open_}条待建"
    return Answer(result, lines, reason, pilot().document, "")


def _facts(facts_file: Any) -> dict[str, Any]:
    """Read the facts, one JSON object."""
    try:
        facts = json.load(facts_file)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"facts: not JSON, {error}") from error
    if not isinstance(facts, dict):
        raise ValueError("facts: one JSON object expected")
    return facts


def _due(due: Due, more: dict[str, Any]) -> Answer:
    """Answer with a Due."""
    result = {"due": due.due, **more}
    return Answer(result, [due.due.isoformat()], due.reason, due.clause, due.rule_id, due.profile, due.provisional)


def _found(
    result: Any,
    found: tuple[Finding, ...],
    reason: str,
    section: str,
    programme: str,
    *,
    provisional: bool = False,
) -> Answer:
    """Answer with findings."""
    annex = PROGRAMMES.index(programme) + 1
    lines = [f"{one.rule_id:6} {one.verdict:8} {one.subject}  {one.reason}" for one in found]
    rule_ids = ", ".join(dict.fromkeys(one.rule_id for one in found))
    return Answer(result, lines, reason, f"附件{annex} {section}", rule_ids, provisional=provisional)
