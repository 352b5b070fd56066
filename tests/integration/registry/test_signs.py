import io
import re
from dataclasses import replace
from datetime import timedelta

import pypdfium2
import pytest
import time_machine
import zxingcpp
from PIL import Image

from backend.accounts.actors import COMMAND
from backend.card import commands as card_commands
from backend.card import service as cards
from backend.foundation import clock, database
from backend.foundation.errors import BadInput, NotFound
from backend.registry import commands, service, signs
from qr import payload
from tests.factories import make_lift
from tests.factories.examinations import make_examination
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
    make_examination("500001", clock.today() - timedelta(days=30))
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


@pytest.fixture
def printed(run, tmp_path):
    """Print signs; gives the codes that scan, page by page, and what the command said."""

    def sheet(*words):
        out = tmp_path / "signs.pdf"
        out.unlink(missing_ok=True)
        done = run(commands.signs, *words, "--out", out)
        assert done.exit_code == 0, done.output
        pages = pypdfium2.PdfDocument(out.read_bytes()) if out.exists() else []
        return [[found.code for found in _downwards(page)] for page in pages], done

    return sheet


def _downwards(page):
    found = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    return [payload.parse(one.text) for one in sorted(found, key=lambda one: one.position.top_left.y)]


def test_signs_come_in_the_order_of_estate_building_and_number_and_say_where_they_belong(printed, lifts, tmp_path):
    for number, building in enumerate(("2栋", "10栋", "1栋"), start=10):
        make_lift(f"5000{number}", jurisdiction="500106", estate_name="云杉里", building=building, inside_number=None)
    pages, _ = printed("--jurisdiction", "沙坪坝区")
    assert pages == [["500012", "500010", "500001"], ["500011", "500002"]]
    first = pypdfium2.PdfDocument((tmp_path / "signs.pdf").read_bytes())[0].get_textpage().get_text_bounded()
    for place in ("云杉里 1栋", "云杉里 2栋", "云杉里 3栋2单元 1号梯"):
        assert place in first


def test_an_estate_is_told_from_its_namesake_by_its_bureau(printed, lifts):
    places = service.save_estates([{"name": "云杉里", "jurisdiction": "500103"}])
    make_lift(
        "500010", jurisdiction="500103", estate=places.ids["500103", "云杉里"], estate_name="云杉里", building="1栋"
    )
    assert printed("--estate", "云杉里")[0] == [["500010", "500001", "500002"]]
    assert printed("--estate", "云杉里", "--jurisdiction", "沙坪坝区")[0] == [["500001", "500002"]]


def test_only_signs_that_say_something_new_are_printed_again(printed, lifts):
    words = ("--estate", "云杉里", "--changed")
    assert printed(*words)[0] == [["500001", "500002"]]
    pages, done = printed(*words)
    assert (pages, "没有要打印的标志" in done.stdout) == ([], True)
    service.save_lifts([{"code": "500002", "inside_number": "5号梯"}], by=COMMAND)
    assert printed(*words)[0] == [["500002"]]
    signs.issue_signs(["500001"], by=COMMAND)
    assert printed(*words)[0] == [["500001"]]
    assert printed("--estate", "云杉里")[0] == [["500001", "500002"]], "without --changed all are printed"


def test_what_fails_to_be_written_is_not_taken_for_printed(run, printed, lifts, monkeypatch):
    monkeypatch.setattr(commands.sheet, "sheet", lambda *_, **__: "no bytes")
    with pytest.raises(TypeError):
        printed("--estate", "云杉里")
    monkeypatch.undo()
    assert printed("--estate", "云杉里", "--changed")[0] == [["500001", "500002"]]


def test_withdrawn_signs_and_those_of_scrapped_lifts_are_listed_once_to_be_taken_down(printed, lifts):
    words = ("--estate", "云杉里", "--changed")
    printed(*words)
    with time_machine.travel("2026-12-04T02:00:00Z", tick=False):
        signs.withdraw_sign("500001", by=COMMAND, reason="停用")
    service.save_lifts([{"code": "500002", "status": "scrapped"}], by=COMMAND)
    _, done = printed(*words)
    listed = [
        "要取下的标志（2）：",
        "500001 云杉里 3栋2单元 1号梯：2026-12-04 收回",
        "500002 云杉里 13栋：电梯已注销",
    ]
    assert done.stdout.splitlines()[-3:] == listed
    assert "要取下的标志" not in printed(*words)[1].stdout
    assert printed("--estate", "云杉里")[1].stdout.splitlines()[-3:] == listed
    signs.issue_signs(["500001"], by=COMMAND)
    assert "500001 云杉里 3栋2单元 1号梯：" not in printed("--estate", "云杉里")[1].stdout


def test_the_command_says_what_does_not_stand_on_a_sign_as_it_was_written(run, printed, lifts, tmp_path):
    service.save_lifts(
        [{"code": "500001", "inside_number": "\ue000号梯"}, {"code": "500002", "inside_number": "长" * 200}], by=COMMAND
    )
    _, done = printed("--estate", "云杉里")
    assert "500001 单位内编号：“\ue000”没有字形，印作〔U+E000〕" in done.stderr
    assert "500002 单位内编号：太长，没有印全" in done.stderr
    alone = run(commands.sign, "500001", "--format", "pdf", "--out", tmp_path / "one")
    assert "〔U+E000〕" in alone.stderr


@pytest.mark.parametrize("words", [(), ("--estate", "云杉里", "--jurisdiction", "渝中区"), ("--estate", "无此处")])
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
