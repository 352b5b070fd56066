import pytest

from backend.casework import record
from backend.community import mediations
from backend.community.documents import Mediation
from backend.foundation.errors import BadInput, Conflict, Forbidden, NotFound

pytestmark = pytest.mark.rule("P-09")
ALL = ["owners", "using_unit", "maintenance_unit"]


@pytest.fixture
def opened(member, lift):
    return mediations.open_mediation(member, lift, topic="加装电梯的维保费谁出", parties=ALL, draft="m1")


def test_the_parties_are_named_from_the_lift(opened):
    assert [(party["label"], party["name"]) for party in opened.parties] == [
        ("业主", ""),
        ("使用单位", "云栖苑物业服务中心"),
        ("维保单位", "渝安电梯维保有限公司"),
    ]


def test_the_same_form_is_one_mediation(opened, member, lift):
    again = mediations.open_mediation(member, lift, topic="加装电梯的维保费谁出", parties=ALL, draft="m1")
    assert again.number == opened.number
    assert Mediation.objects.count() == 1


def test_meetings_are_kept_in_their_order_until_both_agree(opened, member, lead):
    mediations.move(member, str(opened.number), "meet", "物业愿意出一半")
    mediations.move(lead, str(opened.number), "meet", "业主同意")
    done = mediations.move(lead, str(opened.number), "agree", "物业和业主各出一半")
    assert [line["text"] for line in record.history(done.number, action="meet")] == ["物业愿意出一半", "业主同意"]
    assert [line["actor_label"] for line in record.history(done.number, action="meet")] == ["李阿姨", "王老师"]
    assert (done.state, done.outcome) == ("agreed", "物业和业主各出一半")


@pytest.mark.parametrize("end", ["agree", "fail", "withdraw"])
def test_what_has_ended_takes_no_more_record(opened, member, end):
    mediations.move(member, str(opened.number), end, "到此为止")
    with pytest.raises(Conflict):
        mediations.move(member, str(opened.number), "meet", "再谈一次")
    assert record.history(Mediation.objects.get().number, action="meet") == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"topic": ""}, "topic"), ({"parties": ["owners"]}, "parties"), ({"parties": ["owners", "owners"]}, "parties")],
)
def test_a_mediation_that_cannot_be_opened_names_the_field(member, lift, changes, field):
    with pytest.raises(BadInput) as refused:
        mediations.open_mediation(member, lift, **({"topic": "维保费", "parties": ALL} | changes))
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(("action", "text", "error"), [("meet", " ", BadInput), ("explode", "好", Forbidden)])
def test_a_move_that_cannot_be_made_changes_nothing(opened, member, action, text, error):
    with pytest.raises(error):
        mediations.move(member, str(opened.number), action, text)
    assert Mediation.objects.get().state == "opened"


@pytest.mark.parametrize("who", ["0" * 24, "nonsense"])
def test_what_does_not_exist_is_not_moved(member, who):
    with pytest.raises(NotFound):
        mediations.move(member, who, "meet", "好")


def test_anothers_mediation_is_not_found(opened, stranger):
    with pytest.raises(NotFound):
        mediations.move(stranger, str(opened.number), "agree", "好")
