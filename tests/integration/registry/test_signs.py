import io
import re
from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from backend.accounts.actors import COMMAND
from backend.card import commands as card_commands
from backend.card import service as cards
from backend.foundation import database
from backend.foundation.errors import BadInput, NotFound
from backend.registry import commands, service, signs
from qr import payload
from tests.factories.people import OFFICER


def states(code="500001"):
    return [sign["state"] for sign in database.collection("signs").find({"lift": code}).sort("serial")]


def on_card(code="500001"):
    return database.collection("cards").find_one({"_id": code})["blocks"]["identity"]["signs"]


def scanned(picture):
    return [payload.parse(found.text) for found in zxingcpp.read_barcodes(picture)]


def test_a_new_sign_carries_a_genuine_tag_and_the_card_knows_it(context, lifts):
    (sign,) = signs.issue_signs(["500001"], by=OFFICER)
    assert (sign["serial"], sign["state"], sign["issued_by"]) == (1, "current", "person:1")
    assert payload.is_genuine(sign["tag"], "500001", 1, context.extensions["chati.sign_key"])
    assert on_card() == {sign["tag"]: "current"}


def test_a_new_sign_retires_the_one_before(lifts):
    old, new = (signs.issue_signs(["500001"], by=COMMAND)[0] for _ in range(2))
    assert states() == ["replaced", "current"]
    assert on_card() == {old["tag"]: "replaced", new["tag"]: "current"}
    assert database.collection("signs").find_one({"serial": 1})["ended_at"] is not None


def test_each_sign_leaves_an_event_of_its_lift(lifts):
    signs.issue_signs(["500001", "500002"], by=COMMAND)
    found = database.collection("events").find({"kind": "sign.issued"})
    assert sorted((event["lift"], event["subject"]) for event in found) == [
        ("500001", "sign:500001/1"),
        ("500002", "sign:500002/1"),
    ]


@pytest.mark.parametrize(("code", "error"), [("999999", NotFound), ("500002", BadInput)])
def test_one_lift_that_can_have_no_sign_keeps_all_from_being_issued(lifts, code, error):
    service.save_lifts([{"code": "500002", "status": "scrapped"}], by=COMMAND)
    with pytest.raises(error, match=code):
        signs.issue_signs(["500001", code], by=COMMAND)
    assert database.collection("signs").find_one() is None


def test_a_withdrawn_sign_is_shown_as_withdrawn(lifts):
    (sign,) = signs.issue_signs(["500001"], by=COMMAND)
    signs.withdraw_sign("500001", by=OFFICER, reason="停用")
    assert on_card() == {sign["tag"]: "withdrawn"}
    with pytest.raises(NotFound):
        signs.withdraw_sign("500001", by=OFFICER, reason="停用")


def test_a_sign_is_not_withdrawn_without_a_reason(lifts):
    signs.issue_signs(["500001"], by=COMMAND)
    with pytest.raises(BadInput):
        signs.withdraw_sign("500001", by=OFFICER, reason=" ")
    assert states() == ["current"]


def test_a_lift_without_a_sign_gets_its_first_and_keeps_it(run, lifts, tmp_path):
    for _ in range(2):
        assert run(commands.sign, "500001", "--out", tmp_path).exit_code == 0
    assert states() == ["current"]
    sign = database.collection("signs").find_one()
    (found,) = scanned(Image.open(tmp_path / "500001.png"))
    assert (found.code, found.tag) == ("500001", sign["tag"])


@pytest.mark.parametrize(("form", "begins"), [("png", b"\x89PNG"), ("svg", b"<svg"), ("pdf", b"%PDF")])
def test_signs_come_one_file_a_lift_in_the_form_asked_for(run, lifts, tmp_path, form, begins):
    run(commands.sign, "500001", "500003", "--format", form, "--out", tmp_path / "new")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [f"500001.{form}", f"500003.{form}"]
    assert (tmp_path / "new" / f"500001.{form}").read_bytes().startswith(begins)


def test_a_reissue_asks_first(run, lifts, tmp_path):
    run(commands.sign, "500001", "--out", tmp_path)
    assert run(commands.sign, "500001", "--out", tmp_path, "--reissue").exit_code == 1
    assert states() == ["current"]
    assert run(commands.sign, "500001", "--out", tmp_path, "--reissue", "--yes").exit_code == 0
    assert states() == ["replaced", "current"]


def test_an_unknown_code_is_named_and_nothing_is_written(run, lifts, tmp_path):
    done = run(commands.sign, "500001", "999999", "--out", tmp_path / "new")
    assert (done.exit_code, "没有这些电梯：999999" in done.stderr) == (1, True)
    assert not (tmp_path / "new").exists()
    assert database.collection("signs").find_one() is None


def test_a_withdrawn_sign_is_not_printed_again(run, lifts, tmp_path):
    run(commands.sign, "500001", "--out", tmp_path)
    signs.withdraw_sign("500001", by=COMMAND, reason="停用")
    done = run(commands.sign, "500001", "--out", tmp_path / "new")
    assert (done.exit_code, "--reissue" in done.stderr, (tmp_path / "new").exists()) == (1, True, False)
    assert run(commands.sign, "500001", "--out", tmp_path, "--reissue", "--yes").exit_code == 0


def test_a_sign_withdrawn_by_command_is_told_to_whoever_scans_it_in_the_words_of_the_command(
    run, client, lifts, tmp_path
):
    run(commands.sign, "500001", "--out", tmp_path)
    tag = database.collection("signs").find_one()["tag"]
    assert "真实有效" in client.get(f"/e/500001/{tag}").text
    done = run(commands.sign, "--withdraw", "500001", "--reason", "电梯停用", "--yes")
    assert (done.exit_code, states()) == (0, ["withdrawn"])
    words = re.search("“(.+)”", done.stdout)[1]
    assert words in client.get(f"/e/500001/{tag}").text
    told = database.collection("events").find_one({"kind": "sign.withdrawn"})
    assert (told["lift"], told["data"]["reason"]) == ("500001", "电梯停用")


def test_a_withdrawal_asks_for_the_reason_and_whether_it_is_meant(run, lifts, tmp_path):
    run(commands.sign, "500001", "--out", tmp_path)
    assert run(commands.sign, "500001", "--withdraw", typed="电梯停用\nn\n").exit_code == 1
    assert states() == ["current"]
    assert run(commands.sign, "500001", "--withdraw", typed="电梯停用\ny\n").exit_code == 0
    assert states() == ["withdrawn"]
    assert database.collection("events").find_one({"kind": "sign.withdrawn"})["data"]["reason"] == "电梯停用"


def test_a_reason_of_blanks_withdraws_nothing(run, lifts, tmp_path):
    run(commands.sign, "500001", "--out", tmp_path)
    done = run(commands.sign, "500001", "--withdraw", "--reason", " ", "--yes")
    assert (done.exit_code, "原因" in done.stderr, states()) == (1, True, ["current"])


def test_one_lift_without_a_sign_keeps_all_from_being_withdrawn(run, lifts, tmp_path):
    run(commands.sign, "500001", "--out", tmp_path)
    done = run(commands.sign, "500001", "500002", "999999", "--withdraw", "--reason", "停用", "--yes")
    assert (done.exit_code, "500002、999999" in done.stderr, states()) == (1, True, ["current"])


@pytest.mark.parametrize("words", [("--withdraw", "--reissue"), ("--reason", "停用")])
def test_words_of_a_withdrawal_that_do_not_go_together_do_nothing(run, lifts, tmp_path, words):
    assert run(commands.sign, "500001", *words, "--yes", "--out", tmp_path / "new").exit_code == 2
    assert states() == []


def test_the_signs_of_an_area_come_on_one_sheet_that_scans(run, lifts, tmp_path):
    service.save_lifts([{"code": "500002", "status": "scrapped"}], by=COMMAND)
    service.save_lifts([{"code": "500004", "jurisdiction": "500106"}], by=COMMAND)
    cards.rebuild(["500001", "500004"])
    out = tmp_path / "signs.pdf"
    assert run(commands.signs, "--jurisdiction", "沙坪坝区", "--out", out).exit_code == 0
    (page,) = pypdfium2.PdfDocument(io.BytesIO(out.read_bytes()))
    assert sorted(found.code for found in scanned(page.render(scale=3).to_pil())) == ["500001", "500004"]
    text = page.get_textpage().get_text_bounded()
    for words in ("演示物业", "演示维保", "梯11渝A00001(20)", "沙坪坝区市场监督管理局", "12345", "演示数据"):
        assert words in text
    due = next(d for d in card_dues("500001") if d["kind"] == "inspection")
    year, month, day = (int(part) for part in due["due"].split("-"))
    assert f"{year}年{month}月{day}日" in text


def card_dues(code):
    return database.collection("cards").find_one({"_id": code})["blocks"]["inspection"]["dues"]


@pytest.mark.parametrize("words", [(), ("--estate", "云杉里", "--jurisdiction", "沙坪坝区"), ("--estate", "无此处")])
def test_signs_wants_one_place_that_has_lifts(run, lifts, tmp_path, words):
    done = run(commands.signs, *words, "--out", tmp_path / "signs.pdf")
    assert done.exit_code in {1, 2}
    assert not (tmp_path / "signs.pdf").exists()
    assert database.collection("signs").find_one() is None


def test_cards_are_rebuilt_for_known_lifts_only(run, lifts):
    assert run(card_commands.cards, "rebuild").stdout == "重做了 3 张卡片\n"
    assert run(card_commands.cards, "rebuild", "999999").exit_code == 1
    assert database.collection("cards").find_one({"_id": "999999"}) is None


@pytest.fixture
def in_production(context, monkeypatch):
    """A Chati that was told nothing about its address."""
    monkeypatch.setitem(context.config, "CHATI", replace(context.config["CHATI"], demo=False, base_url=""))


@pytest.mark.parametrize("words", [("sign", "500001"), ("signs", "--estate", "云杉里")])
def test_nothing_is_printed_before_people_can_reach_the_address(run, in_production, lifts, tmp_path, words):
    done = run(getattr(commands, words[0]), *words[1:], "--out", tmp_path / "new")
    assert (done.exit_code, "CHATI_BASE_URL" in done.output) == (1, True)
    assert (states(), list(tmp_path.iterdir())) == ([], [])


def test_no_sign_is_issued_where_none_can_be_written(run, lifts):
    assert run(commands.sign, "500001", "--out", "/proc/signs").exit_code == 2
    assert run(commands.signs, "--estate", "云杉里", "--out", "/proc/signs.pdf").exit_code == 2
    assert states() == []
