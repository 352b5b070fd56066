"""A wrong configuration file is told with its name, the key and what was expected, and nothing starts."""

import pytest

import config

# A piece of a file, what it is damaged to, and how the error begins after the name of the file.
DECISION = """
[[decision]]
document = "延期检验的通知"
rule_id = "TSG-T7001-2023"
decided_on = 2027-07-01
kinds = ["inspection"]
valid_from = 2027-07-01
"""
KEYS = {
    "card.toml": [
        ("没做到：{names}", "没做到：{name}", "promises.states.broken.all: {names} expected, not {name}"),
        ('css = "out"\nruns', "runs", "verdict.levels[0 out].css: missing"),
        (
            "最近一次{failed}",
            "最近一次{faild}",
            "verdict.levels[1 failed].text: {dates}, {failed} expected, not {faild}",
        ),
        ("insurance = 30\n", "", "soon_days.insurance: missing, a whole number from 0 expected"),
        ("visit = 3", "vist = 3", "soon_days.visit: missing, a whole number from 0 expected (and 1 more)"),
        ("visit = 3", 'visit = "3"', "soon_days.visit: a whole number from 0 expected, not '3'"),
        ("visit = 3", "visit = -3", "soon_days.visit: a whole number from 0 expected, not -3"),
        ("visit = 3", "visit = true", "soon_days.visit: a whole number from 0 expected, not True"),
        (
            '"test", "visit"]',
            '"test", "visits"]',
            "verdict.kinds[2]: one of inspection, test, visit, insurance expected, not 'visits'",
        ),
    ],
    "community.toml": [
        ("link_minutes = 30", "", "link_minutes: missing, a whole number from 1 expected"),
        ("link_minutes = 30", "link_minutes = 0", "link_minutes: a whole number from 1 expected, not 0"),
        ("sessions = 50", "sessions = 50.0", "sessions: a whole number from 1 expected, not 50.0"),
        ('"成员", role = "group_member"', '"成员"', "roles.member.role: missing, a text expected"),
        ('unsure = "不清楚"', 'unsure = ""', "came.unsure: a text expected, not an empty one"),
        ("{complaint}", "{number}", "serious[2 urge.escalate].text: {complaint} expected, not {number}"),
        ('from = ["approved"]', 'from = "approved"', "group.moves[2 dissolve].from: a list expected"),
    ],
    "complaints.toml": [
        (
            'label = "按钮", problem',
            'lable = "按钮", problem',
            "categories.buttons.label: missing, a text expected (and 1 more)",
        ),
        (
            'track = "report" }',
            'track = "report", falt = true }',
            "categories.overdue.falt: no such key, only label, problem, hint, track, fault",
        ),
        ('[tracks.repair]\nlabel = "报修"', "[tracks.repair]", "tracks.repair.label: missing, a text expected"),
        (
            'shown = true, css = "ok" }\nanswered',
            'shown = "yes", css = "ok" }\nanswered',
            "states.accepted.shown: true or false expected, not 'yes'",
        ),
        (
            'who = "helper"',
            'who = "helpers"',
            "actions.contribute.who: one of lead, helper, unit, resident, group, worker expected, not 'helpers'",
        ),
        ('kind = "long"', 'kind = "longer"', "fields.text.kind: one of long, short, choice expected, not 'longer'"),
        ("由{bureau}办理", "由{burau}办理", "routing[0 zone-bureau].reason: {bureau} expected, not {burau}"),
        (
            "when = {}",
            "when = { lifts = true }",
            "routing[3 municipal-desk].when.lifts: no such key, only category, track, channel,",
        ),
        (
            "returns_allowed = 1",
            "returns_allowed = 1.5",
            "transfer.returns_allowed: a whole number from 0 expected, not 1.5",
        ),
        (
            "person = { count = 5,",
            "person = { count = 0,",
            "limits.person.count: a whole number from 1 expected, not 0",
        ),
        ("[every]", "[evry]", "every: missing, a table expected (and 1 more)"),
    ],
    "dialogue.toml": [
        (
            "burst_s = 5",
            "burst = 5",
            "burst: no such key, only question_s, draft_s, seen_s, trapped_s, burst_s, sentence,",
        ),
        ("choices = 8", "choices = 9", "choices: a whole number from 1 to 8 expected, not 9"),
        ('satisfied = ["满意"]', 'satisfied = "满意"', "commands.satisfied: a list expected"),
        (
            "mine = '我的|我的关注'",
            "mine = '我的|(我的关注'",
            "neighbours.mine: a regular expression expected (missing ), unterminated subpattern",
        ),
        ("{lost_photos}", "{lost_photo}", "say.filed_lost: {back}, {cancel}, {complain}, {finish}, {help}, {hotline},"),
        ('voice = "', 'voices = "', "say.voice: missing, a text expected (and 1 more)"),
        (
            'located = "位置已记下',
            'located = "{位置已记下',
            "say.located: a text with placeholders in braces expected (unexpected '{' in field",
        ),
    ],
    "jurisdictions.toml": [
        (
            'id = "500101"',
            'id = "50101"',
            "jurisdiction[1 50101].id: a bureau's id such as 500103 or CQ-WS expected, not '50101'",
        ),
        (
            "valid_from = 2025-11-06",
            'valid_from = "2025-11-06"',
            "jurisdiction[27 500157].valid_from: a date YYYY-MM-DD without quotes expected, not",
        ),
        (
            "valid_from = 2025-11-06",
            "valid_from = 2025-11-06T00:00:00",
            "jurisdiction[27 500157].valid_from: a date YYYY-MM-DD without quotes expected, not",
        ),
        (
            'programme = "maintenance"',
            'programme = "upkeep"',
            "pilot[0 upkeep].programme: one of maintenance, inspection expected, not 'upkeep'",
        ),
    ],
    "letters.toml": [
        ('title = "调解书"', "", "agreement.title: missing, a text expected"),
        (
            "应于{due_complaint_accept}前",
            "应于{due_complaint_acept}前",
            "complaint_register.paragraphs[4]: {basis}, {bureau}, {category}, {channel},",
        ),
        ('  "原有期限继续计算，请在期限内办理。",', "  3,", "forwarding.paragraphs[1]: a text expected, not 3"),
        ('to = "{receiver}"', 'to = "{reciever}"', "forwarding.to: {receiver}"),
        ("valid_to = 2026-04-14", 'valid_to = "2026"', "identity_request.basis[0 依据"),
    ],
    "permissions.toml": [
        ('= "open the workbench"', "= true", '"account.own": a text expected, not True'),
    ],
    "policies/cq-2020-84.toml": [
        ('profile = "pilot"', "", "no such file is known; a policy profile says profile = one of pilot, national"),
        (
            "early_months =",
            "early_month =",
            "inspection.early_month: no such key, only clause, rule_id, early_months, tests,",
        ),
        (
            "fault_ratio = 1.5",
            'fault_ratio = "1.5"',
            "exit_thresholds.fault_ratio: a number from 0 expected, not '1.5'",
        ),
        ('basis = "full"', 'basis = "fully"', "visits[1 fully].basis: one of iot, full, other expected, not 'fully'"),
        (
            "insurance_percent = 40",
            "insurance_percent = 140",
            "targets[0].insurance_percent: a whole number from 0 to 100 expected, not 140",
        ),
        (
            "[programmes.inspection]",
            "[programmes.inspections]",
            "programmes.inspection: missing, a table expected (and 1 more)",
        ),
    ],
    "policies/national-2009.toml": [
        (
            "every_years = 1",
            "every_years = 0",
            "inspection.bands[0 N].every_years: a whole number from 1 expected, not 0",
        ),
    ],
    "policies/tsg-2023.toml": [
        ("[1, 4,", '["1", 4,', "inspection.fixed_years[0]: a whole number from 0 expected, not '1'"),
    ],
    "policies/decisions.toml": [
        ("# None is", "decision = 1\n# None is", "decision: a list expected"),
        *(
            (
                "# None is",
                f"{DECISION}{changed}\n# None is",
                f"decision[0 延期检验的通知].{words}",
            )
            for changed, words in (
                ("months = 0\nvalid_to = 2027-07-31", "months: a number of months other than 0 expected"),
                ("months = 1\nvalid_to = 2027-06-30", "valid_to: no day before valid_from (2027-07-01) expected"),
                ("months = 1\nvalid_to = 2027-07-31\ndistricts = ['500999']", "districts[0]: a bureau's id expected"),
            )
        ),
    ],
    "policies/deadlines.toml": [
        (
            'unit = "minutes"',
            'unit = "minute"',
            "deadline[11 rescue_arrival].unit: one of minutes, hours, calendar_days,",
        ),
        (
            "rolls = true",
            "roll = true",
            "deadline[0 publicity].roll: no such key, only kind, length, unit,",
        ),
    ],
    "policies/open.toml": [
        ("[open]", "[opened]", "open: missing, a table expected (and 1 more)"),
    ],
    "policies/sentences.toml": [
        ('G-12 = ["在评先评优和年终考核时给予激励。"]', 'G-12 = "给予激励"', "G-12: a list expected"),
    ],
    "policies/sources.toml": [
        ("house = true", 'house = "yes"', "HOUSE-REPAIR.house: true or false expected, not 'yes'"),
        ('says = "电梯定期检验每年一次。"', "", "TSG-T7001-2009.says: missing, a text expected"),
    ],
    "policies/t5002-items.toml": [
        ('code = "TM"', 'code = "QM"', "types[1 QM].code: one of HM, TM, SM, OY expected, not 'QM'"),
        ("[annexes.C]", "[annexes.E]", "annexes.C: missing, a table expected (and 1 more)"),
    ],
    "policies/rules.csv": [
        ("id,clause,rule", "id,clauses,rule", "C-00.clause: missing, a text expected (and 253 more)"),
        ("G-08,三（一）1,", "G-08,,", "G-08.clause: a text expected, not an empty one"),
        ("G-08,三（一）1", "G_08,三（一）1", "G_08.id: an id such as M-15 expected, not 'G_08'"),
        ("G-08,三（一）1", "G-07,三（一）1", "line 9: 'G-07' stands there already"),
    ],
    "replies.toml": [
        ('label = "受理告知"', "", "replies[0].label: missing, a text expected"),
        (
            "编号{number}的反映移送",
            "编号{nummer}的反映移送",
            "replies[13 电梯不在本辖区].text: {bureau}, {due}, {filed_on}, {lift},",
        ),
    ],
    "retention.toml": [
        (
            "[notices]",
            "[notice]",
            "notice: no such key, only complaint_contacts, complaint_photos, complaint_originals,",
        ),
        ("days = 90", 'days = "90"', "outbox_sent.days: a whole number from 0 expected, not '90'"),
    ],
    "streets.toml": [
        ('"铜元局"', "5", "streets.500108[0]: a text expected, not 5"),
        ("[streets]", "[street]", "street: no such key, only streets (and 1 more)"),
    ],
    "roles.toml": [
        ('name = "系统管理员"', "", "administrator.name: missing, a text expected"),
        (
            'belongs = "organisation"',
            'belongs = "unit"',
            "unit.belongs: one of bureau, city, organisation, nobody expected",
        ),
    ],
    "wording.toml": [
        ('["complaint.accept"]', '["complaint.acept"]', '"complaint.accept": missing, a table expected (and 1 more)'),
        ('title = "反映已移送"', "", '"complaint.transfer".title: missing, a text expected'),
        ("{by}把投诉", "{who}把投诉", '"complaint.assigned".text: {by}, {number}, {text} expected, not {who}'),
        (
            'thing5 = "{category}：已收到"',
            'thing5 = "{kind}：已收到"',
            '"complaint.file".wechat.thing5: {at}, {bureau}, {category}, {number}, {place},',
        ),
    ],
}

CASES = [(file, case) for file, cases in KEYS.items() for case in cases]


@pytest.mark.parametrize(("file", "case"), CASES)
def test_a_damaged_file_is_told_with_its_key_and_what_was_expected(damage, told, file, case):
    old, new, words = case
    damage(file, old, new)
    assert told().startswith(f"config/{file}: {words}")


def test_the_files_as_they_are_have_nothing_wrong(folder):
    config.check(folder)


def test_every_file_is_damaged_above(folder):
    assert {config.Files.file(name) for name in config.Files(folder).names()} == set(KEYS)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"label = ", "Invalid value (at end of document)"),
        (b"a = 1\na = 2\n", "Cannot overwrite a value (at line 2, column 6)"),
        (b"\xff\xfe", "UTF-8 expected"),
    ],
)
def test_a_file_that_is_no_toml_says_where(folder, told, content, expected):
    (folder / "card.toml").write_bytes(content)
    assert told() == f"config/card.toml: {expected}"


def test_a_missing_file_is_named(folder, told):
    (folder / "letters.toml").unlink()
    assert told() == "config/letters.toml: cannot be read (No such file or directory)"


def test_a_file_that_nobody_reads_is_named(folder, told):
    (folder / "leters.toml").write_text("")
    assert told().startswith("config/leters.toml: no such file is known")
