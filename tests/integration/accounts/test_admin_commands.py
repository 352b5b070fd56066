"""`chati admin` makes people and keys from the command line and tells errors in one line."""

import pytest

from backend.accounts import service
from backend.accounts.commands import admin
from tests.factories.people import PASSWORD

LIN = ("create-person", "lin", "--name", "林某", "--role", "district_officer", "--jurisdiction", "500103")


@pytest.fixture
def run(app, db):
    """Call `chati admin …` and give the result."""
    runner = app.test_cli_runner()
    return lambda *args: runner.invoke(admin, list(args))


def test_a_person_is_made_reset_listed_and_closed(app, run):
    assert run(*LIN, "--password", PASSWORD).output == "lin: created\n"
    assert run("reset-password", "LIN", "--password", "another good one").exit_code == 0
    assert "person\tlin\t林某\tdistrict_officer\t500103\tactive" in run("list").output
    with app.app_context():
        assert service.authenticate("lin", "another good one")
    assert run("deactivate", "lin").exit_code == 0
    assert "closed" in run("list").output


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
