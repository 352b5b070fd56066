"""Every action in every state of every track by every role, against a table written here by hand.

A row is: action, who may, and from>to for each state that allows it. What is not in the table must be refused and must
change nothing.
"""

import pytest

from backend.accounts import actors
from backend.complaints import service, workflow
from backend.complaints.documents import BlockedReporter, Complaint, Published, Repair
from backend.complaints.service import NewComplaint, NewReporter
from backend.foundation import clock
from backend.foundation.errors import Conflict, Forbidden, NotFound
from backend.foundation.protect import phone_mark
from tests.factories.people import acting

SHARED = """
release           lead      held>filed hidden>filed
set_aside         lead      held>set_aside hidden>set_aside
transfer          lead      filed>filed accepted>filed
retrack           lead      filed>filed accepted>filed
emergency         lead      filed>filed accepted>accepted answered>answered
invite            lead      filed>filed accepted>accepted answered>answered
contribute        helper    filed>filed accepted>accepted answered>answered
merge             lead      filed>merged accepted>merged answered>merged
unmerge           lead      merged>filed
satisfied         resident  resolved>resolved ended>ended
reopen            resident  resolved>accepted
publish           lead      resolved>resolved ended>ended
unpublish         lead      resolved>resolved ended>ended
note              lead      *
"""
EXPECTED = {
    "complaint": SHARED
    + """
accept            lead      filed>accepted
refuse            lead      filed>refused identity>refused
ask_identity      lead      filed>identity
give_identity     resident  identity>filed
identify          lead      filed>filed identity>filed
answer            lead      accepted>answered answered>answered
summon            lead      accepted>accepted answered>answered
agree             lead      accepted>resolved answered>resolved
terminate         lead      accepted>terminated answered>terminated
inform            lead      terminated>ended
resolve           lead      accepted>resolved answered>resolved
split             lead      filed>filed accepted>accepted answered>answered
""",
    "report": SHARED
    + """
accept            lead      filed>accepted
answer            lead      accepted>accepted extending>extending
ask_extension     lead      accepted>extending
approve_extension leader    extending>accepted
deny_extension    leader    extending>accepted
decide            lead      accepted>decided extending>decided
inform            lead      decided>resolved
split             lead      filed>filed accepted>accepted
""",
    "consultation": SHARED
    + """
accept            lead      filed>accepted
answer            lead      accepted>answered answered>answered
resolve           lead      filed>resolved accepted>resolved answered>resolved
split             lead      filed>filed accepted>accepted answered>answered
""",
    "repair": SHARED
    + """
accept            lead      filed>accepted
take              unit      filed>accepted
fix               unit      filed>resolved accepted>resolved
resolve           lead      filed>resolved accepted>resolved
""",
    "fault": """
take              unit      filed>accepted
fix               unit      filed>resolved accepted>resolved
resolve           lead      filed>resolved accepted>resolved
send_back         lead      resolved>filed
note              lead      *
""",
}
WAYS = {
    "complaint": {
        "filed": (),
        "identity": ("ask_identity",),
        "accepted": ("accept",),
        "answered": ("accept", "answer"),
        "resolved": ("accept", "agree"),
        "terminated": ("accept", "terminate"),
        "ended": ("accept", "terminate", "inform"),
        "refused": ("refuse",),
        "merged": ("merge",),
    },
    "report": {
        "filed": (),
        "accepted": ("accept",),
        "extending": ("accept", "ask_extension"),
        "decided": ("accept", "decide"),
        "resolved": ("accept", "decide", "inform"),
        "merged": ("merge",),
    },
    "consultation": {
        "filed": (),
        "accepted": ("accept",),
        "answered": ("accept", "answer"),
        "resolved": ("resolve",),
        "merged": ("merge",),
    },
    "repair": {"filed": (), "accepted": ("accept",), "resolved": ("resolve",), "merged": ("merge",)},
    "fault": {"filed": (), "accepted": ("take",), "resolved": ("take", "fix")},
}
WAITING = {"held": (), "hidden": (), "set_aside": ("set_aside",)}  # for whoever is looked at first
CASES = [(track, state) for track in WAYS for state in (*WAYS[track], *(WAITING if track != "fault" else ()))]
ACTIONS = sorted(workflow.TABLE.actions)
MAY = {
    "lead": {"officer", "leader", "city"},
    "leader": {"leader", "city"},
    "helper": {"helper", "city"},
    "unit": {"unit"},
    "resident": {"resident"},
}
SEES = {"officer", "leader", "city", "helper", "hotline"}  # the hotline of this test belongs to the bureau
PHONE = "02300001234"


def expected(track):
    """Read a track's rows: action -> (roles, {from: to}); "*" is every state, staying."""
    table = {}
    for row in filter(str.strip, EXPECTED[track].splitlines()):
        action, who, *pairs = row.split()
        moves = {state: state for one, state in CASES if one == track} if pairs == ["*"] else None
        table[action] = MAY[who], moves or dict(pair.split(">") for pair in pairs)
    return table


@pytest.fixture
def roles(context):
    """Everybody who might try, in the bureau of the case unless the name says otherwise."""

    def of(role, jurisdiction="500103"):
        return acting(role, role, jurisdiction)

    return {
        "officer": of("district_officer"),
        "leader": of("district_leader"),
        "city": of("municipal_officer", None),
        "neighbour": of("district_leader", "500108"),
        "helper": of("district_leader", "500106"),
        "unit": actors.unit("mu-1", "维保单位"),
        "other unit": actors.unit("mu-2", "别的单位"),
        "hotline": of("hotline"),
        "resident": service.resident(),
    }


@pytest.fixture
def details(lift):
    """Everything that any action needs, another open case of each track among it."""

    def of(track):
        wanted = track if track in workflow.choices("tracks") else None
        other = service.file(NewComplaint("other", NewReporter("desk"), lift=lift, track=wanted))
        return {
            "text": "已经安排人员到场",
            "ground": "too_old",
            "to": "500108",
            "track": "report" if track == "complaint" else "complaint",
            "decision": "no_case",
            "into": other["number"],
            "name": "张示例",
        }

    return of


@pytest.fixture
def make(roles, lift, details):
    """File a case of a track and take it to a state, as somebody would who may."""

    def to(track, state):
        if state == "hidden":
            BlockedReporter(mark=phone_mark(PHONE), reason="试验", case="x", by="person:x", at=clock.now()).save()
        words = "加微信" if state in ("held", "set_aside") else "门关不上"
        new = NewComplaint(
            "door" if track == "fault" else "other",
            NewReporter("web", phone=PHONE),
            lift=lift,
            description=words,
            track=None if track == "fault" else track,
            consent_publish=True,
        )
        number = service.file(new)["number"]
        number = f"R{number}" if track == "fault" else number
        asked = acting("asker")
        for action in {**WAYS[track], **WAITING}[state]:
            actor = roles["unit"] if workflow.TABLE.actions[action].who == "unit" else asked
            service.act(number, action, actor, stored(number).version, details(track))
        case = stored(number)
        case.helpers = ["500106"]
        if isinstance(case, Complaint):
            case.published = Published(text="已修好", at=clock.now(), by="person:x")
        case.save()
        return number

    return to


def stored(number):
    return (Repair if number.startswith("R") else Complaint).objects(number=number).first()


def refusal(role, action, allowed, case):
    """Say how somebody is refused who may not, or tries in the wrong state; a case one has no part in is not there."""
    if workflow.TABLE.actions[action].who == "resident":
        return Conflict if role in allowed else Forbidden
    if role not in SEES and not (role == "unit" and "mu-1" in case.units):
        return NotFound
    return Conflict if role in allowed else Forbidden


def outcome(number, action, actor, version, details):
    try:
        return service.act(number, action, actor, version, details).state
    except (Conflict, Forbidden, NotFound) as error:
        return type(error)


def put_back(db, before):
    """Undo a move, so that the next one starts from the same case."""
    db["repairs" if before["_id"].startswith("R") else "complaints"].replace_one({"_id": before["_id"]}, before)
    db.case_entries.delete_many({"case": before["_id"], "seq": {"$gt": before["version"]}})


@pytest.mark.rule("P-15")
@pytest.mark.parametrize(("track", "state"), CASES, ids=lambda value: value)
def test_a_move_is_made_exactly_where_and_by_whom_the_table_says(*, db, make, roles, details, track, state):
    number, table, filled = make(track, state), expected(track), details(track)
    case = stored(number)
    before = case.to_mongo()
    assert case.state == state
    wrong = []
    for action in ACTIONS:
        who, moves = table.get(action, (lead_of(action), {}))
        for role, actor in roles.items():
            wanted = moves[state] if role in who and state in moves else refusal(role, action, who, case)
            got = outcome(number, action, actor, case.version, filled)
            if got != wanted:
                wrong.append((action, role, got, wanted))
            if isinstance(got, str):
                put_back(db, before)
            elif stored(number).to_mongo() != before:
                wrong.append((action, role, "refused, and yet changed something"))
    assert wrong == []


def lead_of(action):
    """Say who would get as far as the state in a track whose table lacks the action."""
    roles_of = {
        **dict.fromkeys(("approve_extension", "deny_extension"), "leader"),
        **dict.fromkeys(("take", "fix"), "unit"),
        **dict.fromkeys(("give_identity", "satisfied", "reopen", "escalate"), "resident"),
        "contribute": "helper",
    }
    return MAY[roles_of.get(action, "lead")]


def test_the_table_of_this_test_names_every_action_but_the_one_that_needs_another_first():
    assert {action for track in EXPECTED for action in expected(track)} == set(ACTIONS) - {"escalate"}
