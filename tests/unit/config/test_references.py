"""Files that do not fit together are told like files that are wrong in themselves."""

import pytest

import wsgi  # noqa: F401 - every slice registers what it asks of its files

# As in test_shapes.py.
REFERENCES = {
    "community.toml": [
        (
            'from = ["applied", "refused"]',
            'from = ["aplied", "refused"]',
            "group.moves[0 approve].from[0]: a key of [group.states] expected, not 'aplied'",
        ),
        ('to = "dissolved"', 'to = "gone"', "group.moves[2 dissolve].to: a key of [group.states] expected, not 'gone'"),
        (
            'action = "dissolve"',
            'action = "disolve"',
            "group.moves[2 disolve].action: a key of [group.actions] expected, not 'disolve'",
        ),
        (
            'withdrawn = { label = "已撤回", open = false }\n',
            "",
            "mediation.moves[3 withdraw].to: a key of [mediation.states] expected, not 'withdrawn'",
        ),
        (
            'applied = { label = "等待批准"',
            'asked = { label = "等待批准"',
            "group.moves[0 approve].from[0]: a key of [group.states] expected, not 'applied'",
        ),
        ('role = "group_member"', 'role = "member"', "roles.member.role: a role of roles.toml expected, not 'member'"),
        (
            'kind = "hazard.found"',
            'kind = "hazard.fund"',
            "serious[1 hazard.fund].kind: one of rescue.opened, hazard.found, urge.escalate, urge.lapse",
        ),
        (
            "when = { severe = true }",
            "when = { sever = true }",
            "serious[1 hazard.found].when.sever: no such key, hazard.found carries ('code',",
        ),
        (
            'text = "发现严重事故隐患"',
            'text = "发现严重事故隐患 {complaint}"',
            "serious[1 hazard.found].text: no {complaint} expected, hazard.found carries none",
        ),
    ],
    "complaints.toml": [
        (
            'track = "report" }',
            'track = "reports" }',
            "categories.overdue.track: a key of [tracks] expected, not 'reports'",
        ),
        ("[tracks.fault]", "[tracks.faults]", "tracks.fault: missing, the code asks for it"),
        ('held = { label = "待核看"', 'kept = { label = "待核看"', "states.held: missing, the code asks for it"),
        (
            'action = "give_identity", from',
            'action = "give_id", from',
            "tracks.complaint.moves[3 give_id].action: a key of [actions] expected, not 'give_id'",
        ),
        (
            'from = ["identity"], to = "filed" }',
            'from = ["identity"], to = "fild" }',
            "tracks.complaint.moves[3 give_identity].to: a key of [states], same or before",
        ),
        (
            'from = ["terminated"], to = "ended"',
            'from = ["terminate"], to = "ended"',
            "tracks.complaint.moves[9 inform].from[0]: a key of [states], or any, expected, not",
        ),
        (
            'letter = "agreement"',
            'letter = "agrement"',
            "tracks.complaint.moves[7 agree].letter: a letter of letters.toml expected, not",
        ),
        (
            '{ action = "inform", from = ["terminated"]',
            '{ action = "accept", from = ["terminated"]',
            "tracks.complaint.moves[9 accept].action: one move an action expected, 'accept' has",
        ),
        (
            '{ action = "inform", from = ["terminated"]',
            '{ action = "transfer", from = ["terminated"]',
            "tracks.complaint.moves[9 transfer].action: one move an action expected, 'transfer'",
        ),
        (
            '  { action = "emergency", from = ["filed", "accepted", "answered"], to = "same" },\n',
            "",
            "actions.emergency: a move that takes it expected, there is none",
        ),
        (
            'kind = "mediation",',
            'kind = "mediate",',
            "tracks.complaint.clocks[2 mediate].kind: a kind of policies/deadlines.toml that",
        ),
        (
            'kind = "mediation",',
            'kind = "inspection",',
            "tracks.complaint.clocks[2 inspection].kind: a kind of policies/deadlines.toml that",
        ),
        (
            'starts = "identity"',
            'starts = "identify"',
            "tracks.complaint.clocks[1 identity_material].starts: a key of [states] expected, not",
        ),
        (
            'stops = ["filed", "refused"]',
            'stops = ["filed", "refuse"]',
            "tracks.complaint.clocks[1 identity_material].stops[1]: a key of [states] expected,",
        ),
        (
            'register = "report_register"',
            'register = "report_registry"',
            "tracks.report.register: a letter of letters.toml expected, not 'report_registry'",
        ),
        (
            'permission = "complaint.extend", once',
            'permission = "complaint.extends", once',
            "actions.approve_extension.permission: a permission that a role of roles.toml has",
        ),
        (
            'needs = ["decision", "text"]',
            'needs = ["decisions", "text"]',
            "actions.decide.needs[0]: a key of [fields] expected, not 'decisions'",
        ),
        (
            'takes = ["phone"], news = ""',
            'takes = ["phones"], news = ""',
            "actions.give_identity.takes[0]: a key of [fields] expected, not 'phones'",
        ),
        (
            'then = "escalate"',
            'then = "escalated"',
            "actions.reopen.then: a key of [actions] expected, not 'escalated'",
        ),
        (
            'after = "reopen"',
            'after = "reopened"',
            "actions.escalate.after: a key of [actions] expected, not 'reopened'",
        ),
        (
            'permission = "resident", who = "resident", once = true, news = ""',
            'permission = "resident", once = true, news = ""',
            "actions.satisfied.who: resident expected with the permission resident, and only there",
        ),
        (
            'needs = ["text"], news = "complaint.progress" }\nagree',
            'needs = ["text"], news = "complaint.progres" }\nagree',
            "actions.summon.news: words in wording.toml expected, there are none for",
        ),
        (
            'needs = ["text"], news = "complaint.progress" }\nagree',
            'needs = ["text"] }\nagree',
            "actions.summon.news: words in wording.toml expected, there are none for",
        ),
        (
            'kind = "choice", choices = "grounds"',
            'kind = "long", choices = "grounds"',
            "fields.ground.choices: a list to choose from expected for the kind choice, and only",
        ),
        (
            'rule = "lift-bureau"',
            'rule = "zone-bureau"',
            "routing[1 zone-bureau].rule: each only once, but 'zone-bureau' is there already",
        ),
        (
            "when = { lift = true, zone = true }",
            'when = { category = ["door", "dor"] }',
            "routing[0 zone-bureau].when.category: a known category expected, not 'dor'",
        ),
        (
            "when = { lift = true, zone = true }",
            'when = { bureau = "500999" }',
            "routing[0 zone-bureau].when.bureau: a bureau expected, not '500999'",
        ),
        ('to = "CQ"', 'to = "CQQ"', "routing[3 municipal-desk].to: a bureau's id, or bureau, expected, not 'CQQ'"),
        (
            "when = {}",
            "when = { lift = false }",
            "routing[3 municipal-desk]: an empty when and a bureau's id such as CQ expected, the",
        ),
        (
            'trusted = ["hotline"',
            'trusted = ["hotlines"',
            "limits.trusted[0]: a key of [channels] expected, not 'hotlines'",
        ),
    ],
    "dialogue.toml": [
        ("stopped = [", "standing = [", "hints.standing: a category of complaints.toml expected"),
        ('mine = "进度"', 'mine = "进展"', "menu.mine: a word of [commands] expected, not '进展'"),
        (
            'unsatisfied = ["不满意"]',
            'unsatisfied = ["满意"]',
            "commands.unsatisfied[0]: each only once, but '满意' is there already",
        ),
    ],
    "letters.toml": [
        (
            "[agreement]\n",
            '[spare]\ntitle = "空"\nparagraphs = []\n\n[agreement]\n',
            "spare: a move or a register that writes it expected, there is none",
        ),
        (
            "依据{basis}，本局决定终止",
            "依据法规，本局决定终止",
            "termination.basis: words for {basis} expected, and only",
        ),
        (
            'clock = "mediation"',
            'clock = "mediations"',
            "termination.clock: a kind of policies/deadlines.toml expected",
        ),
        (
            'valid_to = 2026-04-14 },\n  { words = "《市场监督管理投诉举报处理办法》第十六条"',
            'valid_to = 2026-04-13 },\n  { words = "《市场监督管理投诉举报处理办法》第十六条"',
            "refusal.basis: the days of complaint_accept in policies/deadlines.toml expected",
        ),
    ],
    "replies.toml": [
        (
            'actions = ["refuse"]',
            'actions = ["refuses"]',
            "replies[14 已有相同反映在办].actions[0]: a key of [actions] in complaints.toml expected, not",
        ),
        (
            'categories = ["stopped"]',
            'categories = ["stoped"]',
            "replies[2 已通知维保到场].categories[0]: a key of [categories] in complaints.toml expected,",
        ),
        (
            'states = ["accepted", "answered"]',
            'states = ["accepted", "answerd"]',
            "replies[4 需要您补充情况].states[1]: a key of [states] in complaints.toml expected, not",
        ),
    ],
    "roles.toml": [
        (
            '"complaint.extend", "complaint.block"',
            '"complaint.extent", "complaint.block"',
            "district_leader.permissions[0]: a permission of permissions.toml expected, not",
        ),
        (
            'includes = ["district_leader"]',
            'includes = ["district_lead"]',
            "municipal_officer.includes[0]: a role expected, not 'district_lead'",
        ),
        (
            'name = "区县局工作人员"',
            'name = "区县局工作人员"\nincludes = ["administrator"]',
            "district_officer.includes: other roles expected, district_officer would include",
        ),
        (
            '["account.own", "repair.take"',
            '["repair.take"',
            "unit.permissions: account.own expected, which everybody needs",
        ),
    ],
    "card.toml": [
        ("fault_rate =", "faults =", "promises.metrics.faults: the key of a pledge of the pilot's profile expected"),
        ('key = "soon"', 'key = "valid"', "verdict.levels[5 valid].key: each only once, but 'valid' is there already"),
        (
            'label = "快到期"',
            'label = "停用"',
            "verdict.levels[4 soon].label: each only once, but '停用' is there already",
        ),
        (
            '[[verdict.levels]]\nkey = "soon"\ntext = "{dates}"\nlabel = "快到期"\ncss = "soon"\n',
            "",
            "verdict.levels: a level 'soon' expected",
        ),
    ],
}

CASES = [(file, case) for file, cases in REFERENCES.items() for case in cases]


@pytest.mark.parametrize(("file", "case"), CASES)
def test_what_one_file_says_of_another_is_told_where_it_is_wrong(damage, told, file, case):
    old, new, words = case
    damage(file, old, new)
    assert told().startswith(f"config/{file}: {words}")


@pytest.mark.parametrize(
    ("case", "told_of"),
    [
        (("letters.toml", "[report_result]", "[result]"), "complaints.toml: tracks.report.moves[6 inform].letter"),
        (("permissions.toml", '"complaint.block" =', '"block" ='), "roles.toml: district_leader.permissions[1]"),
    ],
)
def test_what_is_named_elsewhere_is_told_where_it_is_named(damage, told, case, told_of):
    damage(*case)
    assert told().startswith(f"config/{told_of}: ")
