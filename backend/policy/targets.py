"""The yearly targets of the pilots: insurance coverage, rescue platform, pilot districts."""

from collections.abc import Mapping

from backend.policy.findings import Finding, verdict_of
from backend.policy.profiles import pilot
from backend.policy.rules import carries

NAMES = {
    "insurance_percent": "电梯责任保险覆盖率（%）",
    "rescue_platform_percent": "96333应急处置平台覆盖率（%）",
    "maintenance_districts": "改进维保模式试点区县（个）",
    "maintenance_districts_percent": "改进维保模式试点区县覆盖率（%）",
    "inspection_districts": "调整检验检测方式试点区县（个）",
    "inspection_districts_percent": "调整检验检测方式试点区县覆盖率（%）",
}


def percent(part: int, whole: int) -> float:
    """Give a share in percent; nothing of nothing is 0.

    Insurance coverage is lifts with a policy valid today over lifts in use, stopped and scrapped ones left out.
    """
    return 100 * part / whole if whole else 0.0


def years() -> tuple[int, ...]:
    """List the years that have targets."""
    return tuple(row["year"] for row in pilot().data["targets"])


@carries("G-01", "G-02", "G-03")
def attainment(year: int, figures: Mapping[str, float]) -> tuple[Finding, ...]:
    """Compare a year's figures with its targets.

    Args:
        year: a year of years(); others have no targets.
        figures: {metric of NAMES: value}, percentages 0–100; a figure not given is unknown.

    Source: 一（三）.
    """
    found = []
    for row in pilot().data["targets"]:
        if row["year"] != year:
            continue
        for metric in (key for key in row if key in NAMES):
            value, least = figures.get(metric), row[metric]
            reached = None if value is None else value >= least
            words = f"{NAMES[metric]}：{'未统计' if value is None else format(value, 'g')}，目标{least:g}以上"
            evidence = {"metric": metric, "value": value, "at_least": least}
            found.append(Finding(row["rule_id"], "city", str(year), verdict_of(reached), words, evidence))
    return tuple(found)
