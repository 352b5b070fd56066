"""Numbers of the regulation, bureaus and rules that do not fit together are told when Chati starts."""

import pytest

import wsgi  # noqa: F401 - every slice registers what it asks of its files

# As in test_shapes.py.
REFERENCES = {
    "jurisdictions.toml": [
        ('id = "500101"', 'id = "500102"', "jurisdiction[2 500102].id: each only once, but '500102' is there already"),
        (
            '["500157", "500109"]',
            '["500175", "500109"]',
            "jurisdiction[12 500112].successors[0]: a bureau's id expected, not '500175'",
        ),
        ('host = "500107"', 'host = "渝中区"', "jurisdiction[42 CQ-GX].host: a bureau's id expected, not '渝中区'"),
        (
            '"500108", "500110", "CQ-WS"]',
            '"500108", "500110", "CQ-WZ"]',
            "pilot[0 maintenance].ids[5]: a bureau's id expected, not 'CQ-WZ'",
        ),
        (
            "valid_from = 2025-11-06",
            "valid_from = 2025-12-06",
            "jurisdiction[5 500105].valid_to: the day before 500157 begins (2025-12-06) expected",
        ),
        (
            'successors = ["500157", "500109"]',
            "",
            "jurisdiction[12 500112].successors: missing, an abolished bureau has a last day and",
        ),
        ('kind = "municipal"', 'kind = "district"', "jurisdiction: the municipal bureau, id 'CQ', expected"),
        ('host = "500108"\n', "", "jurisdiction[43 CQ-JK].host: missing, a bureau's id expected"),
        (
            'host = "500108"\n',
            'host = "CQ-JK"\n',
            "jurisdiction[43 CQ-JK]: a way to a bureau that answers expected, CQ-JK → CQ-JK is a",
        ),
        (
            'rule_id = "G-07"',
            'rule_id = "G-70"',
            "pilot[0 maintenance].rule_id: an id of rules.csv or sources.toml expected, not 'G-70'",
        ),
    ],
    "policies/cq-2020-84.toml": [
        (
            'profile = "pilot"\nid = "cq-2020-84"',
            'profile = "pilot"\nid = "tsg-2023"',
            "id: an id of its own expected, another file says 'tsg-2023', too",
        ),
        (
            'profile = "pilot"',
            'profile = "national"',
            "authority: no such key, only profile, id, title, document, valid_from, valid_to,",
        ),
        (
            "from_years = 6\n",
            "from_years = 0\n",
            "inspection.bands: bands from 0 years upwards expected, not [0, 0, 15]",
        ),
        ('id = "B"', 'id = "A"', "inspection.bands[1 A].id: each only once, but 'A' is there already"),
        (
            "treated_as_years = 6",
            "# treated_as_years = 6",
            "inspection.major_repair.treated_as_years: missing, a whole number expected",
        ),
        ('basis = "full"', 'basis = "iot"', "visits[1 iot].basis: each only once, but 'iot' is there already"),
        ("year = 2021", "year = 2020", "targets[1].year: each only once, but 2020 is there already"),
        (
            "valid_from = 2021-09-01\nvalid_to = 2022-12-31",
            "valid_from = 2021-09-01\nvalid_to = 2020-12-31",
            "programmes.inspection.valid_to: no day before valid_from (2021-09-01) expected, not",
        ),
    ],
    "policies/national-2009.toml": [
        (
            "valid_to = 2023-04-01",
            "valid_to = 2023-03-01",
            "valid_to: the day before policies/tsg-2023.toml begins (2023-04-02) expected, not",
        ),
        (
            "valid_to = 2023-04-01",
            "",
            "valid_to: the day before policies/tsg-2023.toml begins (2023-04-02) expected, not",
        ),
    ],
    "policies/tsg-2023.toml": [
        (
            "valid_from = 2023-04-02",
            "valid_from = 2023-04-02\nvalid_to = 2030-01-01",
            "valid_to: left out expected, nothing follows this profile",
        ),
        ("[1, 4, 7", "[4, 1, 7", "inspection.fixed_years: years in their order expected, not [4, 1, 7, 9, 11, 13, 15]"),
    ],
    "policies/deadlines.toml": [
        (
            'rule_id = "CQ-12345"',
            'rule_id = "CQ-12346"',
            "deadline[22 hotline_12345].rule_id: an id of rules.csv or sources.toml expected, not",
        ),
        ("length = 4\n", "", "deadline[23 record_retention].length: missing, record_retention needs it"),
        ("month_day = [12, 20]\n", "", "deadline[9 annual_summary].month_day: missing, annual_summary needs it"),
        (
            "month_day = [12, 20]",
            "month_day = [12, 32]",
            "deadline[9 annual_summary].month_day: month and day expected, not [12, 32]",
        ),
        (
            'kind = "identity_material"',
            'kind = "repair"',
            "deadline[26 repair].valid_from: the day after the entry before it ends (never)",
        ),
    ],
    "policies/open.toml": [
        ("G-08 =", "G-18 =", "open.G-18: an id of policies/rules.csv expected"),
    ],
    "policies/sentences.toml": [
        ("P-15 =", "P-115 =", "P-115: an id of policies/rules.csv expected"),
        ("加强对投诉举报的处理", "加强投诉举报的处理", "P-15[0]: words of 二（二）4 expected, not"),
    ],
    "policies/sources.toml": [
        ('["SAMR-20"]', '["M-01"]', "M-01: an id that rules.csv does not have expected"),
    ],
    "policies/t5002-items.toml": [
        ('  "井道照明",\n', "", "annexes.A.items.HM: 31 items expected, not 30"),
        ("A-1-29 =", "A-1-39 =", "notes.A-1-39: the code of an item expected"),
        ('"A-2-2"', '"A-2-22"', "focus.制动力[3]: the code of an item expected, not 'A-2-22'"),
    ],
    "policies/rules.csv": [
        ("\nM-15,", "\nM-95,", "M-15: missing, backend.policy.authority.authority_for carries it"),
        (
            "G-08,三（一）1",
            "G-08,三（九）1",
            "G-08.clause: a place in the regulation's text expected, not '三（九）1' (clause: cannot",
        ),
    ],
}

CASES = [(file, case) for file, cases in REFERENCES.items() for case in cases]


@pytest.mark.parametrize(("file", "case"), CASES)
def test_a_rule_that_does_not_fit_is_told_where_it_stands(damage, told, file, case):
    old, new, words = case
    damage(file, old, new)
    assert told().startswith(f"config/{file}: {words}")


def test_a_pilot_is_needed_and_only_one(folder, told):
    pilot = folder / "policies" / "cq-2020-84.toml"
    (folder / "policies" / "second.toml").write_text(pilot.read_text().replace("cq-2020-84", "second", 1))
    assert told() == "config/policies: profile: one file with 'pilot' expected, not 2"
    (folder / "policies" / "second.toml").unlink()


def test_without_a_national_profile_there_is_no_rule_for_other_lifts(folder, told):
    for name in ("national-2009", "tsg-2023"):
        (folder / "policies" / f"{name}.toml").unlink()
    assert told() == "config/policies: profile: at least one file with 'national' expected"
