"""What a list of lifts says of their last inspection and test, so that an existing list fills the card."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from backend.accounts.actors import Actor
from backend.card import service as cards
from backend.foundation import clock, database, events
from backend.inspection.documents import KINDS, TYPES, Examination
from backend.registry import values
from backend.registry.columns import Column
from backend.registry.facts import Facts, Problem, Values

PASSED = {"passed": "合格", "failed": "不合格"}
LISTED = {"inspection": ("periodic", "supervision"), "test": ("self", "entrusted")}  # the usual type first
BODIES = {"inspection": ("inspected_by", "inspection"), "test": ("tested_by", "testing")}


def facts(kind: str) -> Facts:
    """Return the columns of the last inspection or test, and how they are kept.

    An examination in a list is history: whether its body might do it is judged where one is uploaded, not here.

    Args:
        kind: inspection or test.
    """
    word, (role, body) = f"上次{KINDS[kind]}", BODIES[kind]
    own = f"last_{kind}"
    columns = (
        Column(f"{own}.finished_on", f"{word}日期", values.past_day, values.write_day),
        Column(f"{own}.type", f"{word}类型", values.choice({name: TYPES[name] for name in LISTED[kind]})),
        Column(f"{own}.result", f"{word}结论", values.choice(PASSED)),
        Column(f"{own}.problems", f"{word}问题", values.text),
        Column(f"{own}.report_no", f"{word}报告编号", values.number_of),
        Column(f"{own}.next_on", f"下次{KINDS[kind]}日期", values.any_day, values.write_day),
        Column(f"{role}.name", f"{word}机构", values.text),
    )
    return Facts(
        KINDS[kind],
        columns,
        {role: body},
        (f"{own}.finished_on", f"{own}.result"),
        lambda row: _wrong(row, own, role),
        lambda rows: _new(rows, kind),
        lambda rows, by: _keep(rows, kind, by),
    )


def _wrong(row: Values, own: str, role: str) -> Iterator[Problem]:
    finished, result, following = (row.get(f"{own}.{name}") for name in ("finished_on", "result", "next_on"))
    said = [row.get(f"{own}.{name}") for name in ("type", "result", "problems", "report_no")]
    if not finished and any([*said, row.get(f"{role}.name")]):
        yield Problem(f"{own}.finished_on", "没有写日期")
    elif not finished and following:
        yield Problem(f"{own}.next_on", "没有写上一次的日期，这一格没有导入", fatal=False)
    if finished and not result:
        yield Problem(f"{own}.result", "没有写结论，可填：合格、不合格")
    if result == "failed" and not row.get(f"{own}.problems"):
        yield Problem(f"{own}.problems", "不合格的要写明问题")
    if finished and following and following <= finished:
        yield Problem(f"{own}.next_on", "下次日期要晚于这一次")


def _new(rows: Sequence[Values], kind: str) -> list[Values]:
    """Return the rows whose examination is not known: one of that kind, day and result is the same one."""
    own = f"last_{kind}"
    said = [row for row in rows if row.get(f"{own}.finished_on")]
    if not said:
        return []
    known = {
        (one["lift"], one["finished_on"].date(), one["passed"])
        for one in database.collection("examinations").find(
            {"lift": {"$in": [row["code"] for row in said]}, "kind": kind},
            {"lift": 1, "finished_on": 1, "passed": 1},
        )
    }
    return [row for row in said if _key(row, own) not in known]


def _key(row: Values, own: str) -> tuple[str, date, bool]:
    return row["code"], row[f"{own}.finished_on"], row[f"{own}.result"] == "passed"


def _keep(rows: Sequence[Values], kind: str, by: Actor) -> None:
    role, _ = BODIES[kind]
    codes = [row["code"] for row in rows]
    Examination.objects.insert([_examination(row, kind, row.get(role)) for row in rows])
    events.record(f"{kind}.listed", subject="registry", actor=by, lifts=codes)
    cards.refresh(codes, "examinations")


def _examination(row: Mapping[str, Any], kind: str, body: str | None) -> Examination:
    own = f"last_{kind}"
    problems = row.get(f"{own}.problems")
    return Examination(
        lift=row["code"],
        kind=kind,
        type=row.get(f"{own}.type") or LISTED[kind][0],
        body=body,
        finished_on=row[f"{own}.finished_on"],
        uploaded_at=clock.now(),
        passed=row[f"{own}.result"] == "passed",
        report_no=row.get(f"{own}.report_no"),
        problems=[problems] if problems else [],
        next_on=row.get(f"{own}.next_on"),
    )
