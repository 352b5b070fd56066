"""Quantified service pledges: each must be better than the service before the pilot."""

from collections.abc import Mapping

from backend.policy.findings import MET, UNMET, Finding
from backend.policy.profiles import pilot
from backend.policy.rules import carries


def metrics() -> dict[str, tuple[str, str]]:
    """Give the metrics every pledge must quantify: {key: (name, unit)}; for all of them less is better."""
    return {row["key"]: (row["name"], row["unit"]) for row in pilot().data["pledges"]}


@carries("M-11")
def check(baseline: Mapping[str, float], pledged: Mapping[str, float], *, no_bridging: bool) -> tuple[Finding, ...]:
    """Check the quantified pledges against the service before the pilot.

    Args:
        baseline: {metric: value before the pilot}, in the units of metrics().
        pledged: {metric: pledged value}; metrics beyond the required three are checked too, less is better.
        no_bridging: pledges never to run a lift with a bridged safety circuit.

    Returns:
        One finding for each metric and one for the safety circuit.

    Raises:
        ValueError: a value is no number; the message names the metric.

    Source: 附件1 四（一）2（1）.
    """
    known = metrics()
    keys = [*known, *(key for key in pledged if key not in known)]
    quantified = tuple(_metric(key, known.get(key, (key, ""))[0], baseline.get(key), pledged.get(key)) for key in keys)
    said = "已承诺" if no_bridging else "未承诺"
    circuit = Finding(
        "M-11",
        "application",
        "no_bridging",
        MET if no_bridging else UNMET,
        f"{said}不得将短接安全回路的电梯投入使用",
        {"no_bridging": no_bridging},
    )
    return (*quantified, circuit)


def _metric(key: str, name: str, before: float | None, pledge: float | None) -> Finding:
    """Compare one metric; equal is not better, and without a baseline nothing is shown to be better."""
    for value in (before, pledge):
        if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float))):
            raise ValueError(f"pledges.{key}: a number expected, not {value!r}")
    better = False
    if pledge is None:
        reason = f"{name}：未作量化承诺"
    elif pledge < 0:
        reason = f"{name}：承诺值不能为负"
    elif before is None:
        reason = f"{name}：缺少试点前数据，无法比较"
    else:
        better = pledge < before
        reason = f"{name}：承诺{pledge:g}，试点前{before:g}，{'有所提高' if better else '未优于试点前'}"
    evidence = {"metric": key, "baseline": before, "pledged": pledge}
    return Finding("M-11", "application", key, MET if better else UNMET, reason, evidence)
