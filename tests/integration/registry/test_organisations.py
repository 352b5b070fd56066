"""Which organisation a row means: its credit code decides, else its name; what it was called before stays known."""

import pytest
from stdnum.cn import uscc

from backend.foundation import database
from backend.foundation.errors import BadInput
from backend.registry.organisations import credit_code, name_key
from backend.registry.service import save_organisations


def code(n):
    base = f"91500000MADE9{n:04d}"
    return base + uscc.calc_check_digit(base)


def save(name, kind="maintenance", **facts):
    """Save one organisation and give its id."""
    return save_organisations([{"name": name, "kind": kind, **facts}]).ids[name]


def stored(id_):
    return database.collection("organisations").find_one({"_id": id_})


def test_a_new_name_under_the_same_code_is_the_same_organisation_with_its_names_as_history(context, db):
    first = save("渝升电梯工程有限公司", credit_code=code(1))
    assert save("渝升智慧电梯有限公司", credit_code=code(1)) == first
    assert stored(first)["name"] == "渝升智慧电梯有限公司"
    assert [name["name"] for name in stored(first)["names"]] == ["渝升电梯工程有限公司", "渝升智慧电梯有限公司"]
    assert db.organisations.count_documents({}) == 1


def test_an_older_name_still_finds_it_and_does_not_rename_it_back(context, db):
    first = save("渝升电梯工程有限公司", credit_code=code(1))
    save("渝升智慧电梯有限公司", credit_code=code(1))
    assert save("渝升电梯工程有限公司") == first
    assert stored(first)["name"] == "渝升智慧电梯有限公司"


def test_one_without_a_code_is_provisional_until_it_has_one_and_keeps_its_id(context, db):
    first = save("望江物业")
    assert stored(first).get("credit_code") is None
    assert save("望江物业", credit_code=code(2)) == first
    assert save("望江物业") == first
    assert (stored(first)["credit_code"], len(stored(first)["names"])) == (code(2), 1)


@pytest.mark.parametrize("spelt", ["望江物业(重庆)有限公司", "望江物业（重庆） 有限公司", "望江物业（重庆）有限公司　"])
def test_brackets_and_blanks_of_either_width_make_no_other_organisation(context, db, spelt):
    first = save("望江物业（重庆）有限公司")
    assert save(spelt) == first
    assert stored(first)["name"] == "望江物业（重庆）有限公司"


def test_two_bodies_of_one_name_with_codes_of_their_own_are_two(context, db):
    assert save("安达电梯", credit_code=code(3)) != save("安达电梯", credit_code=code(4))


def test_a_name_that_somebody_else_bears_now_means_the_one_that_bears_it(context, db):
    save("安达电梯", credit_code=code(3))
    save("安达电梯二厂", credit_code=code(3))
    heir = save("安达电梯", credit_code=code(4))
    assert save("安达电梯") == heir


def test_the_same_organisation_twice_in_one_batch_is_made_once(context, db):
    rows = [
        {"name": "望江物业（重庆）有限公司", "kind": "using"},
        {"name": "望江物业(重庆)有限公司", "kind": "maintenance", "credit_code": code(5)},
    ]
    linked = save_organisations(rows)
    assert len(set(linked.ids.values())) == 1
    found = db.organisations.find_one()
    assert (sorted(found["kinds"]), found["credit_code"]) == (["maintenance", "using"], code(5))


def test_saving_it_again_changes_nothing(context, db):
    save("望江物业", credit_code=code(6), phone="023-00000001")
    before = list(db.organisations.find())
    assert (
        save_organisations([{"name": "望江物业", "kind": "maintenance", "credit_code": code(6)}]).updated == frozenset()
    )
    assert list(db.organisations.find()) == before


@pytest.mark.parametrize(
    "spelt", ["N2500112MF00000040", "n2500112mf00000040", "１２500000MB1X00003R", "9150 0103-MA5U00001G"]
)
def test_a_credit_code_is_known_in_any_spelling_a_village_collectives_too(spelt):
    assert credit_code(spelt) in {"N2500112MF00000040", "12500000MB1X00003R", "91500103MA5U00001G"}


@pytest.mark.parametrize("wrong", ["91500103MA5U000010", "9150", "91500103MA5U0O001G", "１２３"])
def test_what_is_no_credit_code_is_refused_by_its_name_and_nothing_is_stored(context, db, wrong):
    with pytest.raises(BadInput) as refused:
        save("望江物业", credit_code=wrong)
    assert list(refused.value.fields) == ["credit_code"]
    assert db.organisations.count_documents({}) == 0


def test_a_code_is_read_in_either_case_and_width():
    assert credit_code("９１５００１０３ma5u00001g") == "91500103MA5U00001G"


def test_spellings_of_one_name_share_a_key_and_other_names_do_not():
    assert name_key("（集团）A 公司") == name_key("(集团)Ａ公司") != name_key("集团A公司")


def test_a_batch_of_any_size_asks_once(context, commands):
    def asked(count):
        commands.clear()
        save_organisations([{"name": f"单位{n}", "kind": "using", "credit_code": code(n)} for n in range(count)])
        return [command for command in commands if command.startswith("find")]

    assert asked(2) == asked(90) == ["find organisations"]
