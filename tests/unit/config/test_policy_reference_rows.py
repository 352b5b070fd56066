"""Each fault in the regulation's numbers, the deadlines, the bureaus and the item tables that no other test makes."""

import pytest

import config
import wsgi  # noqa: F401 - every slice registers what it asks of its files

PILOT, OLD, NEW = "policies/cq-2020-84.toml", "policies/national-2009.toml", "policies/tsg-2023.toml"
DEADLINES, ITEMS, BUREAUS = "policies/deadlines.toml", "policies/t5002-items.toml", "jurisdictions.toml"
DECISIONS, NONE_YET = "policies/decisions.toml", "# None is in force."


def decision(first, last, months, *districts):
    """Write a decision, the first of the file."""
    return "\n".join(
        (
            "[[decision]]",
            'document = "通知"',
            'rule_id = "C-00"',
            "decided_on = 2027-07-01",
            'kinds = ["test"]',
            f"valid_from = {first}",
            f"valid_to = {last}",
            f"months = {months}",
            f"districts = {list(districts)}",
            NONE_YET,
        )
    )


FAULTS = [
    (PILOT, 'key = "downtime_hours"', 'key = "fault_rate"', "pledges[1 fault_rate].key: each only once, but"),
    (PILOT, "from_years = 0\n", "from_years = 1\n", "inspection.bands: bands from 0 years upwards expected, not [1, 6"),
    (
        PILOT,
        "from_years = 6\n",
        "from_years = 16\n",
        "inspection.bands: bands from 0 years upwards expected, not",
    ),
    (
        PILOT,
        'valid_from = 2020-09-01, valid_to = 2020-10-31, clause = "附件1 五（一）"',
        'valid_from = 2020-11-01, valid_to = 2020-10-31, clause = "附件1 五（一）"',
        "programmes.maintenance.phases[0 准备].valid_to: no day before valid_from (2020-11-01) expected",
    ),
    (
        PILOT,
        'label = "维保试点"\nvalid_from = 2020-09-23',
        'label = "维保试点"\nvalid_from = 2023-01-01',
        "programmes.maintenance.valid_to: no day before valid_from (2023-01-01) expected, not 2022-12-31",
    ),
    (NEW, "[1, 4, 7", "[1, 1, 7", "inspection.fixed_years: years in their order expected, not [1, 1, 7,"),
    (
        OLD,
        "valid_to = 2023-04-01",
        "valid_to = 2023-04-02",
        f"valid_to: the day before {NEW} begins (2023-04-02) expected, not 2023-04-02",
    ),
    (
        OLD,
        "valid_to = 2023-04-01",
        "valid_to = 2023-03-31",
        f"valid_to: the day before {NEW} begins (2023-04-02) expected, not 2023-03-31",
    ),
    (DEADLINES, 'unit = "hours"\n', "", "deadline[3 hazard_report].unit: missing, hazard_report needs it"),
    (
        DEADLINES,
        'reason = "检测发现严重事故隐患，24小时内报告当地市场监管部门"\n',
        "",
        "deadline[3 hazard_report].reason: missing, hazard_report needs it",
    ),
    (
        DEADLINES,
        "month_day = [12, 20]",
        "month_day = [2, 29]",
        "deadline[9 annual_summary].month_day: month and",
    ),
    (DEADLINES, "month_day = [12, 20]", "month_day = [12]", "deadline[9 annual_summary].month_day: month and"),
    (
        DEADLINES,
        "valid_to = 2026-04-14",
        "valid_to = 2026-04-13",
        "deadline[13 complaint_accept].valid_from: the day after the entry before it ends (2026-04-13) expected, not",
    ),
    (
        DEADLINES,
        "valid_to = 2026-04-14",
        "valid_to = 2026-04-15",
        "deadline[13 complaint_accept].valid_from: the day after the entry before it ends (2026-04-15) expected, not",
    ),
    (
        DEADLINES,
        "valid_to = 2026-04-14\n",
        "",
        "deadline[13 complaint_accept].valid_from: the day after the entry before it ends (never)",
    ),
    (
        DEADLINES,
        "valid_from = 2026-04-15\n",
        "valid_from = 2026-04-15\nvalid_to = 2026-04-14\n",
        "deadline[13 complaint_accept].valid_to: no day before valid_from (2026-04-15) expected, not 2026-04-14",
    ),
    (
        BUREAUS,
        'name = "涪陵区"',
        'name = "万州区"',
        "jurisdiction[2 500102].name: each only once, but",
    ),
    (
        BUREAUS,
        "valid_to = 2025-11-05\n",
        "",
        "jurisdiction[5 500105].valid_to: missing, an abolished bureau has a last day and successors",
    ),
    (
        BUREAUS,
        "valid_from = 2025-11-06",
        "valid_from = 2025-11-07",
        "jurisdiction[5 500105].valid_to: the day before 500157 begins (2025-11-07) expected",
    ),
    (
        BUREAUS,
        "valid_from = 2025-11-06",
        "valid_from = 2025-11-06\nvalid_to = 2025-11-05",
        "jurisdiction[27 500157].valid_to: no day before valid_from (2025-11-06) expected, not 2025-11-05",
    ),
    (BUREAUS, 'id = "CQ"\n', 'id = "CQ-X"\n', "jurisdiction: the municipal bureau, id 'CQ', expected"),
    (
        BUREAUS,
        "valid_from = 2025-11-06",
        'valid_from = 2025-11-06\nvalid_to = 2030-01-01\nsuccessors = ["500105"]',
        "jurisdiction[5 500105]: a way to a bureau that answers expected, 500105 → 500157 → 500105 is a circle",
    ),
    (ITEMS, 'code = "HM"', 'code = "TM"', "types: HM, TM, SM, OY in this order expected, not TM, TM, SM, OY"),
    (ITEMS, '  "上、下极限开关",\n', "", "annexes.A.items.SM: 15 items expected, not 14"),
    (ITEMS, '  "主接触器",\n', '  "主接触器",\n  "x",\n', "annexes.D.items.OY: 13 items expected, not 14"),
    (ITEMS, "D-3-12 =", "D-3-13 =", "notes.D-3-13: the code of an item expected"),
    (ITEMS, '"A-1-9"', '"A-0-9"', "focus.门锁装置[0]: the code of an item expected, not 'A-0-9'"),
    (ITEMS, '"A-1-9"', '"A-1-0"', "focus.门锁装置[0]: the code of an item expected, not 'A-1-0'"),
    (ITEMS, '"A-4-4"]', '"A-4-18"]', "focus.制动力[6]: the code of an item expected, not 'A-4-18'"),
    (ITEMS, "days = 15\n", "days = 15\nmonths = 1\n", "types[0 HM].days: days or months expected, one of the two"),
    (ITEMS, "days = 15\n", "", "types[0 HM].days: days or months expected, one of the two"),
    (ITEMS, "months = 12\n", "", "types[3 OY].days: days or months expected, one of the two"),
    (ITEMS, '"A-4-4"]', '"B-1-1"]', "focus.制动力[6]: the code of an item expected, not 'B-1-1'"),
]


FAULTS += [
    (DECISIONS, NONE_YET, decision(*row), f"decision[0 通知].{words}")
    for row, words in (
        (("2027-07-02", "2027-07-01", 1), "valid_to: no day before valid_from (2027-07-02) expected, not 2027-07-01"),
        (("2027-07-01", "2027-07-01", 0), "months: a number of months other than 0 expected"),
        (("2027-07-01", "2027-07-02", -1, "500103", "500999"), "districts[1]: a bureau's id expected, not '500999'"),
    )
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_where_it_stands(damage, told, fault):
    file, old, new, words = fault
    damage(file, old, new)
    assert told().startswith(f"config/{file}: {words}")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (NEW, "[1, 4, 7, 9", "[2, 4, 7, 9"),
        (BUREAUS, "valid_from = 2025-11-06", "valid_from = 2025-11-05"),
        (BUREAUS, "valid_from = 2025-11-06", "valid_from = 2020-01-01"),
        (DEADLINES, "month_day = [12, 20]", "month_day = [1, 31]"),
        (ITEMS, '"A-4-4"]', '"A-4-17"]'),
        (ITEMS, '"A-4-4"]', '"D-4-13"]'),
        (DECISIONS, NONE_YET, decision("2027-07-01", "2027-07-01", 1)),
        (DECISIONS, NONE_YET, decision("2027-07-01", "2027-07-02", -1, "500103", "CQ-WS")),
    ],
)
def test_what_fits_in_another_way_is_no_fault(damage, folder, file, old, new):
    config.check(folder)
    damage(file, old, new)
    config.check.cache_clear()
    config._files.cache_clear()
    config.check(folder)


def test_two_profiles_of_one_id_are_both_told_by_the_first(damage, told):
    damage(OLD, 'id = "national-2009"', 'id = "tsg-2023"')
    assert told() == f"config/{OLD}: id: an id of its own expected, another file says 'tsg-2023', too"
