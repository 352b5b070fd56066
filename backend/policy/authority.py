"""Which bureau an application goes to: the municipal one from 1000 lifts, else the pilot district's."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from backend.policy.jurisdictions import MUNICIPAL, bureau, current, is_pilot
from backend.policy.profiles import pilot, window
from backend.policy.rules import carries


@dataclass(frozen=True, slots=True)
class Authority:
    """The bureaus to apply to, one application each; none means that no bureau may accept it."""

    bureaus: tuple[str, ...]
    excluded: tuple[str, ...]  # districts whose lifts cannot join
    reason: str
    clause: str
    rule_id: str
    profile: str = field(default_factory=lambda: pilot().id)


@carries("M-15", "T-07")
def authority_for(
    programme: str,
    unit_lifts: Sequence[int],
    districts: Iterable[str],
    on: date,
    *,
    extended: date | None = None,
    confirmed: Collection[str] = (),
) -> Authority:
    """Find who accepts an application; outside the programme's time nobody does.

    Args:
        programme: maintenance or inspection; the latter always goes to the municipal bureau.
        unit_lifts: lifts in use that each applicant uses or maintains city-wide; one applicant with
            1000 is enough (reading A10). Count them at submission and keep the number.
        districts: ids of the jurisdictions the lifts lie in; several pilot districts mean one
            application for each (reading A11). A zone that its host supervises counts with the host, and what a
            bureau of the day took over counts with that bureau.
        on: day of submission.
        extended, confirmed: see jurisdictions.is_pilot.

    Raises:
        LookupError: unknown programme or district.
        ValueError: no applicant, or a negative count.

    Source: 附件1 一, 四（一）3; 附件2 一, 四（一）3, readings A10, A11, A31.
    """
    if not unit_lifts or min(unit_lifts) < 0:
        raise ValueError("unit_lifts: a count of 0 or more for each applicant")
    term = window(programme)
    areas = sorted({bureau(area).id for area in districts})
    if not term.holds(on, extended):
        first, last = term.valid_from.isoformat(), term.last(extended).isoformat()
        reason = f"{on.isoformat()}不在{term.name}时间内（{first}至{last}），无受理机关"
        return Authority((), tuple(areas), reason, term.clause, term.rule_id)
    if programme == "inspection":
        reason = "调整检验检测方式试点由市局受理并确认"
        return Authority((MUNICIPAL,), (), reason, "附件2 四（一）3", "T-07")
    rule = pilot().data["authority"]
    limit, words = rule["municipal_from_lifts"], (rule["clause"], rule["rule_id"])
    most = max(unit_lifts)
    if most >= limit:
        reason = f"申请单位使用管理或维护保养电梯{most}台，达到{limit}台（含），向市局申请"
        return Authority((MUNICIPAL,), (), reason, *words)
    answering = {area: current(area, on) for area in areas}
    accepting = {
        area: one
        for area, one in answering.items()
        if is_pilot(area, programme, on, extended=extended, confirmed=confirmed)
    }
    pilots = tuple(sorted(set(accepting.values())))
    excluded = tuple(area for area in areas if area not in accepting)
    if not areas:
        reason = f"申请单位电梯不足{limit}台，没有说明试点电梯所在的区县，无从确定受理机关"
    elif not pilots:
        reason = f"申请单位电梯不足{limit}台，且试点电梯不在市局确认的试点区县内，无受理机关"
    else:
        names = "、".join(bureau(area).bureau_name for area in pilots)
        reason = f"申请单位电梯不足{limit}台，试点电梯在试点区县内，向{names}申请"
    return Authority(pilots, excluded, reason, *words)
