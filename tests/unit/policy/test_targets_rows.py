"""一（三）: every percentage and every count of the three years, reached exactly and just not."""

import pytest

from backend.policy.targets import NAMES, attainment, percent

TARGETS = [
    pytest.param(2020, "insurance_percent", 40, "G-01", marks=pytest.mark.rule("G-01")),
    pytest.param(2020, "rescue_platform_percent", 100, "G-01", marks=pytest.mark.rule("G-01")),
    pytest.param(2020, "maintenance_districts", 6, "G-01", marks=pytest.mark.rule("G-01")),
    pytest.param(2021, "insurance_percent", 50, "G-02", marks=pytest.mark.rule("G-02")),
    pytest.param(2021, "maintenance_districts", 20, "G-02", marks=pytest.mark.rule("G-02")),
    pytest.param(2021, "inspection_districts", 6, "G-02", marks=pytest.mark.rule("G-02")),
    pytest.param(2022, "insurance_percent", 60, "G-03", marks=pytest.mark.rule("G-03")),
    pytest.param(2022, "maintenance_districts_percent", 100, "G-03", marks=pytest.mark.rule("G-03")),
    pytest.param(2022, "inspection_districts_percent", 50, "G-03", marks=pytest.mark.rule("G-03")),
]


def of(year, metric, value):
    return next(one for one in attainment(year, {metric: value}) if one.evidence["metric"] == metric)


@pytest.mark.parametrize(("year", "metric", "least", "rule_id"), TARGETS)
def test_a_target_is_reached_at_its_number_and_not_just_below(year, metric, least, rule_id):
    assert of(year, metric, least).verdict == "met"
    assert of(year, metric, least - 0.1).verdict == "unmet"
    assert of(year, metric, None).verdict == "unknown"


@pytest.mark.parametrize(("year", "metric", "least", "rule_id"), TARGETS)
def test_a_target_says_its_rule_its_figure_and_its_number(year, metric, least, rule_id):
    found = of(year, metric, 12.5)
    assert (found.rule_id, found.clause, found.scope, found.subject) == (rule_id, "一（三）", "city", str(year))
    assert found.reason == f"{NAMES[metric]}：12.5，目标{least}以上"
    assert found.evidence == {"metric": metric, "value": 12.5, "at_least": least}
    assert of(year, metric, None).reason == f"{NAMES[metric]}：未统计，目标{least}以上"


@pytest.mark.parametrize(("year", "metrics"), [(2019, 0), (2020, 3), (2021, 3), (2022, 3), (2023, 0)])
def test_a_year_has_the_three_targets_of_its_sentence(year, metrics):
    assert len(attainment(year, {})) == metrics


def test_a_share_of_one_is_whole_and_a_third_is_not_rounded():
    assert percent(1, 1) == 100
    assert percent(1, 3) == pytest.approx(33.333, abs=0.001)
    assert percent(0, 7) == 0
