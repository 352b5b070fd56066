"""What hangs on a unit goes on when it is renamed, given its code, merged or split."""

from datetime import date, timedelta

import pytest
from stdnum.cn import uscc

from backend.accounts import service as accounts
from backend.accounts.actors import COMMAND, unit_id
from backend.accounts.documents import Person
from backend.card import queries as cards
from backend.complaints import links
from backend.complaints.documents import Repair
from backend.delivery import mail
from backend.delivery.documents import Mailbox
from backend.foundation import clock, database
from backend.foundation.errors import BadInput, NotFound
from backend.incidents import service as incidents
from backend.incidents.queries import accidents_of
from backend.registry import queries, service, unit_renaming
from backend.registry.documents import Lift, Organisation
from backend.upkeep import service as upkeep
from backend.upkeep.documents import Contract, Visit
from tests.factories import make_lift, make_visit
from tests.factories.cases import file_complaint

FIRST, SECOND = (body + uscc.calc_check_digit(body + "0") for body in ("91500000MA5U00001", "91500000MA5U00002"))


@pytest.fixture
def lift(context):
    return make_lift("500101")


@pytest.fixture
def other(lift):
    """Another maintenance unit with a lift of its own."""
    named = {"name": "渝安电梯维保（集团）有限公司", "kind": "maintenance"}
    unit = service.save_organisations([named]).ids[named["name"]]
    make_lift("500102", maintenance_unit=unit)
    return unit


def maintained_by(card_code):
    return cards.card(card_code)["blocks"]["identity"]["maintenance_unit"]["name"]


def kinds_of_events(unit):
    found = database.collection("events").find({"subject": f"organisation:{unit}"}).sort("_id", 1)
    return [row["kind"] for row in found]


def test_a_renamed_unit_keeps_its_id_its_old_name_finds_it_and_its_lifts_show_the_new_one(lift):
    changed = unit_renaming.rename("mu-1", "渝安电梯服务有限公司", COMMAND, "更名")
    assert (changed.lifts, maintained_by(lift)) == ([lift], "渝安电梯服务有限公司")
    assert queries.organisation_meant("渝安电梯服务有限公司") == "mu-1"
    assert kinds_of_events("mu-1") == ["organisation.renamed"]


def test_a_unit_takes_no_name_that_another_bears(lift, other):
    with pytest.raises(BadInput, match="请用合并"):
        unit_renaming.rename("uu-1", "渝安电梯维保(集团)有限公司", COMMAND, "更名")


def test_a_provisional_unit_gains_its_code_once(lift):
    unit_renaming.give_code("mu-1", FIRST, COMMAND, "核对营业执照")
    assert queries.organisation_meant(FIRST) == "mu-1"
    with pytest.raises(BadInput, match="已有"):
        unit_renaming.give_code("mu-1", SECOND, COMMAND, "核对营业执照")


def test_a_code_that_another_unit_has_asks_for_a_merger(lift, other):
    unit_renaming.give_code("mu-1", FIRST, COMMAND, "核对营业执照")
    with pytest.raises(BadInput, match="请用合并"):
        unit_renaming.give_code(other, FIRST, COMMAND, "核对营业执照")


@pytest.mark.parametrize("code", ["", "123", FIRST[:-1] + ("A" if FIRST[-1] != "A" else "B")])
def test_what_is_no_code_is_refused(lift, code):
    with pytest.raises(BadInput) as refused:
        unit_renaming.give_code("mu-1", code, COMMAND, "核对营业执照")
    assert list(refused.value.fields) == ["credit_code"]


def test_two_provisional_units_become_one_with_lifts_contracts_people_mail_and_accidents(lift, other):
    upkeep.begin_contract(lift, maintenance_unit="mu-1", mode="full", start=date(2026, 1, 1), actor=COMMAND)
    make_visit(lift, clock.now() - timedelta(days=1))
    accounts.create_person("weibao", "维保员", "a long password", "unit", organisation="mu-1", by=COMMAND)
    mail.set_mailbox(unit_id("mu-1"), "unit@example.cn", by=COMMAND)
    incidents.record_accident(lift, on=date(2026, 1, 5), units=["mu-1"], summary="制动失灵", actor=COMMAND)
    changed = unit_renaming.merge("mu-1", other, COMMAND, "同一单位")
    assert (changed.id, changed.lifts) == (other, [lift])
    assert (Lift.objects.get(code=lift).maintenance_unit, maintained_by(lift)) == (
        other,
        "渝安电梯维保（集团）有限公司",
    )
    assert Contract.objects.get(lift=lift).maintenance_unit == other
    assert Visit.objects.get(lift=lift).maintenance_unit == "mu-1"  # what it did keeps its name
    assert Person.objects.get(login="weibao").organisation == other
    assert [row.recipient for row in Mailbox.objects] == [unit_id(other)]
    assert accidents_of([other])[other] == [date(2026, 1, 5)]
    assert (kinds_of_events("mu-1"), kinds_of_events(other)) == (["organisation.merged"], ["organisation.joined"])


def test_an_import_under_either_name_means_the_merged_unit_and_a_code_is_its(lift, other):
    Organisation.objects(id="mu-1").update(set__names=[{"name": "渝安电梯维保有限公司", "key": "渝安电梯维保有限公司"}])
    unit_renaming.merge("mu-1", other, COMMAND, "同一单位")
    named = {"name": "渝安电梯维保有限公司", "kind": "maintenance"}
    assert service.save_organisations([named]).ids[named["name"]] == other
    coded = service.save_organisations([{**named, "credit_code": FIRST}])
    assert (coded.ids[named["name"]], Organisation.objects.get(id=other).credit_code) == (other, FIRST)


def test_the_code_of_a_unit_that_another_took_over_means_that_one_and_renames_nothing(lift, other):
    unit_renaming.give_code("mu-1", FIRST, COMMAND, "核对营业执照")
    unit_renaming.give_code(other, SECOND, COMMAND, "核对营业执照")
    unit_renaming.merge("mu-1", other, COMMAND, "吸收合并")
    row = {"name": "渝安电梯维保有限公司", "kind": "maintenance", "credit_code": FIRST}
    assert service.save_organisations([row]).ids[row["name"]] == other
    stored = Organisation.objects.get(id=other)
    assert (stored.name, stored.credit_code) == ("渝安电梯维保（集团）有限公司", SECOND)


def test_a_unit_with_a_code_is_not_merged_into_one_without(lift, other):
    unit_renaming.give_code("mu-1", FIRST, COMMAND, "核对营业执照")
    with pytest.raises(BadInput, match="反过来"):
        unit_renaming.merge("mu-1", other, COMMAND, "同一单位")
    assert unit_renaming.merge(other, "mu-1", COMMAND, "同一单位").id == "mu-1"


def test_a_merger_that_was_cut_off_goes_on_when_asked_again(lift, other, monkeypatch):
    def cut(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(unit_renaming, "_give_lifts", cut)
    with pytest.raises(KeyboardInterrupt):
        unit_renaming.merge("mu-1", other, COMMAND, "同一单位")
    monkeypatch.undo()
    assert unit_renaming.merge("mu-1", other, COMMAND, "同一单位").lifts == [lift]
    assert (Lift.objects.get(code=lift).maintenance_unit, kinds_of_events(other)) == (other, ["organisation.joined"])


def test_a_unit_that_was_merged_is_renamed_no_more(lift, other):
    unit_renaming.merge("mu-1", other, COMMAND, "同一单位")
    with pytest.raises(NotFound, match="已并入"):
        unit_renaming.rename("mu-1", "别的", COMMAND, "更名")


def test_an_open_repair_is_the_other_units_whose_link_and_the_old_one_open_it(lift, other, client):
    repair = Repair.objects.get(complaint=file_complaint(lift)["number"])
    old = links.link(repair.number, "mu-1").partition("//")[2].partition("/")[2]
    unit_renaming.merge("mu-1", other, COMMAND, "同一单位")
    assert Repair.objects.get(number=repair.number).units == ["uu-1", other]
    assert client.get(f"/{old}").status_code == 200
    told = database.collection("outbox").find({"target": unit_id(other), "template": "repair.opened"})
    assert links.link(repair.number, other) in [row["data"]["link"] for row in told]


def test_a_part_that_is_split_off_has_its_lifts_with_their_contracts_and_repairs(lift, other):
    second = make_lift("500103")
    upkeep.begin_contract(second, maintenance_unit="mu-1", mode="full", start=date(2026, 1, 1), actor=COMMAND)
    changed = unit_renaming.split("mu-1", "渝安北区维保有限公司", [second], COMMAND, "分立")
    assert [Lift.objects.get(code=code).maintenance_unit for code in (lift, second)] == ["mu-1", changed.id]
    assert Contract.objects.get(lift=second).maintenance_unit == changed.id
    assert Organisation.objects.get(id=changed.id).kinds == ["maintenance"]


@pytest.mark.parametrize("lifts", [[], ["500999"], ["500102"]])
def test_a_split_names_lifts_of_the_unit(lift, other, lifts):
    with pytest.raises(BadInput) as refused:
        unit_renaming.split("mu-1", "渝安北区维保有限公司", lifts, COMMAND, "分立")
    assert list(refused.value.fields) == ["lifts"]
    assert Organisation.objects(name="渝安北区维保有限公司").first() is None
