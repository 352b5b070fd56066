"""`chati admin` makes people and keys from the command line and tells errors in one line."""

import pytest

from backend.accounts import service
from backend.accounts.commands import admin
from backend.registry import service as registry
from tests.factories.people import PASSWORD

LIN = ("create-person", "lin", "--name", "林某", "--role", "district_officer", "--jurisdiction", "500103")


@pytest.fixture
def run(app, db):
    """Call `chati admin …` and give the result."""
    runner = app.test_cli_runner()
    return lambda *args: runner.invoke(admin, list(args))


def test_a_person_is_made_reset_listed_and_closed(app, run):
    assert run(*LIN, "--password", PASSWORD).output == "lin：已开账号\n"
    assert run("reset-password", "LIN", "--password", "another good one").exit_code == 0
    assert "person\tlin\t林某\tdistrict_officer\t500103\tactive" in run("list").output
    with app.app_context():
        assert service.authenticate("lin", "another good one")
    assert run("deactivate", "lin").exit_code == 0
    assert "closed" in run("list").output


def test_a_list_without_anybody_says_so(db, run):
    empty = run("list")
    assert (empty.stdout, empty.stderr) == ("", "没有人员，也没有密钥\n")


def test_a_key_is_printed_once_and_revoked_by_its_id(run):
    key = run("create-key", "12345热线", "--role", "hotline").output.strip()
    assert key.startswith("chati_")
    listed = run("list").output
    assert key not in listed
    assert run("revoke-key", listed.split("\t")[1]).exit_code == 0
    assert "closed" in run("list").output


def test_an_error_is_one_line_and_status_1(run):
    refused = run(*LIN, "--password", "short")
    assert (refused.exit_code, refused.output) == (1, "Error: 密码应为 10 到 128 个字符\n")


UNIT = {"name": "渝安电梯维保（北碚）有限公司", "kind": "maintenance"}
CODE = "91500103MA5U00001G"


@pytest.mark.parametrize(
    "meant", ["{id}", "渝安电梯维保（北碚）有限公司", "渝安电梯维保(北碚)有限公司", "老名称", CODE, f" {CODE.lower()} "]
)
def test_a_unit_is_named_by_id_name_or_credit_code(app, run, meant):
    with app.app_context():
        registry.save_organisations([UNIT | {"name": "老名称", "credit_code": CODE}])
        unit = registry.save_organisations([UNIT | {"credit_code": CODE}]).ids[UNIT["name"]]
    wei = ("create-person", "wei", "--name", "韦某", "--role", "unit", "--organisation", meant.format(id=unit))
    assert run(*wei, "--password", PASSWORD).output == "wei：已开账号\n"
    assert run("create-key", "维保平台", "--role", "unit", "--organisation", meant.format(id=unit)).exit_code == 0
    listed = run("list").output
    assert f"person\twei\t韦某\tunit\t{unit}\tactive" in listed
    assert f"维保平台\tunit\t{unit}\tactive" in listed


def test_a_name_that_nobody_or_several_have_makes_no_account(app, db, run):
    with app.app_context():
        registry.save_organisations([UNIT | {"credit_code": code} for code in (CODE, "91500106MA5U00002Y")])
    assert db.organisations.count_documents({}) == 2
    for meant in (UNIT["name"], "没有的物业"):
        refused = run("create-key", "平台", "--role", "unit", "--organisation", meant)
        assert refused.exit_code == 1
        assert meant in refused.output
    assert db.api_keys.find_one() is None
