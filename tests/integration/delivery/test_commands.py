import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo

from backend.accounts.actors import resident
from backend.delivery import commands, worker
from backend.delivery.channels import Broken, Sent
from backend.foundation import audit, events
from backend.registry.service import save_organisations


@pytest.fixture
def run(app, office):
    """Run a command: `run(commands.outbox, "list")`."""
    return lambda command, *words: CliRunner().invoke(command, words, obj=ScriptInfo(create_app=lambda: app))


@pytest.fixture
def failed(office):
    """Three messages that failed."""
    office.answers += [Broken("令牌无效")] * 3
    for key in "abc":
        office.promise(key, target=key)
    office.work()
    return [str(office.stored(key)["_id"]) for key in "abc"]


def test_the_list_shows_what_failed_and_what_waits(run, failed, office):
    office.promise("waiting", channel="pigeon")
    listed = run(commands.outbox, "list").output.splitlines()
    assert len(listed) == 4
    assert failed[0] in listed[0]
    assert "令牌无效" in listed[0]
    assert "pigeon" in listed[3]


def test_the_list_can_be_of_one_state(run, failed, office):
    office.promise("waiting", channel="pigeon")
    assert len(run(commands.outbox, "list", "--state", "pending").output.splitlines()) == 1
    empty = run(commands.outbox, "list", "--state", "sent")
    assert (empty.stdout, empty.stderr) == ("", "没有消息\n")
    assert run(commands.outbox, "list", "--state", "lost").exit_code == 2


def test_a_failed_message_is_sent_when_told_to(run, failed, office):
    assert run(commands.outbox, "retry", failed[1]).exit_code == 0
    office.work()
    assert [office.stored(key)["state"] for key in "abc"] == ["failed", "sent", "failed"]
    assert office.db["events"].count_documents({"kind": "outbox.retried", "actor": "command"}) == 1


def test_all_failed_messages_are_sent_when_told_to(run, failed, office):
    assert run(commands.outbox, "retry", "--all-failed").output == "3\n"
    office.work()
    assert office.db["outbox"].count_documents({"state": "sent"}) == 3


def test_a_message_sent_again_has_all_its_attempts(run, failed, office):
    office.db["outbox"].update_many({}, {"$set": {"attempts": 96}})
    run(commands.outbox, "retry", failed[0])
    office.work()
    assert office.stored("a")["state"] == "sent"


@pytest.mark.parametrize("words", [["retry"], ["retry", "x", "--all-failed"], ["webhook", "CQ"], ["mailbox", "CQ"]])
def test_commands_that_say_too_little_or_too_much_explain_themselves(words, run):
    assert run(commands.outbox, *words).exit_code == 2


@pytest.mark.parametrize("message", ["x", "0" * 24])
def test_a_message_that_does_not_exist_is_plainly_not_found(message, run):
    result = run(commands.outbox, "retry", message)
    assert (result.exit_code, result.output) == (1, "Error: 没有这条消息\n")


def test_a_message_that_was_sent_is_not_sent_again(run, office):
    office.promise("a")
    office.work()
    assert run(commands.outbox, "retry", str(office.stored("a")["_id"])).exit_code == 1
    assert office.stored("a")["state"] == "sent"


def test_a_bureaus_system_is_set_and_taken_off(run, office):
    secret = run(commands.outbox, "webhook", "CQ", "https://bureau.example/news").output.strip()
    assert len(secret) >= 32
    assert office.db["webhook_endpoints"].find_one({"_id": "CQ"})["active"]
    assert run(commands.outbox, "webhook", "CQ", "--off").exit_code == 0
    assert not office.db["webhook_endpoints"].find_one({"_id": "CQ"})["active"]
    assert run(commands.outbox, "webhook", "CQ", "http://bureau.example/").exit_code == 1


def test_a_mailbox_is_set_and_forgotten(run, office):
    assert run(commands.outbox, "mailbox", "CQ", "desk@bureau.example").exit_code == 0
    assert run(commands.outbox, "mailbox", "CQ", "--off").exit_code == 0
    assert office.db["mailboxes"].count_documents({}) == 0
    assert run(commands.outbox, "mailbox", "CQ", "--off").exit_code == 1


def test_the_check_of_the_chain_says_whether_it_holds(run, office):
    events.record("complaint.file", subject="complaint:1", actor=resident())
    office.wait(121)
    audit.seal()
    head = audit.verify().head
    assert run(commands.audit, "verify").output == f"完好：1 条记录，链头 {head}\n"
    assert run(commands.audit, "verify", "--known", head).exit_code == 0
    assert run(commands.audit, "verify", "--known", "f" * 64).exit_code == 1
    office.db["events"].update_one({}, {"$set": {"actor": "somebody else"}})
    found = run(commands.audit, "verify")
    assert (found.exit_code, found.output) == (1, "有问题：第 1 个封存：内容被改动；之前的 0 条完好\n")


def test_a_failed_message_that_is_sent_again_goes_before_later_news_of_its_case(run, office):
    office.answers += [Broken("令牌无效"), Sent()]
    office.promise("a")
    office.work()
    office.promise("b")
    run(commands.outbox, "retry", str(office.stored("a")["_id"]))
    assert worker.deliver_next("worker-1")
    office.work()
    office.wait(2)
    office.work()
    assert office.sent == ["a", "a", "b"]


@pytest.mark.parametrize("words", ["渝安电梯维保有限公司", "渝中区市场监督管理局", "500103"])
def test_a_mailbox_is_set_by_the_name_or_id_of_who_is_there(run, office, words):
    save_organisations([{"name": "渝安电梯维保有限公司", "kind": "maintenance"}])
    assert run(commands.outbox, "mailbox", words, "desk@bureau.example").exit_code == 0
    unit = office.db["organisations"].find_one()["_id"]
    wanted = "500103" if words != "渝安电梯维保有限公司" else f"unit:{unit}"
    assert [row["_id"] for row in office.db["mailboxes"].find()] == [wanted]
    assert run(commands.outbox, "mailbox", words, "--off").exit_code == 0


@pytest.mark.parametrize("words", ["unit:nobody", "没有的公司", "person:000000000000000000000000", "x"])
def test_a_mailbox_of_nobody_is_refused_and_kept_nowhere(run, office, words):
    refused = run(commands.outbox, "mailbox", words, "desk@bureau.example")
    assert refused.exit_code == 1
    assert "没有" in refused.output
    assert office.db["mailboxes"].count_documents({}) == 0
