from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot import dialogue
from bot.reading import rules
from bot.replies import Pages, Words
from bot.state import Case, Discard, Emergency, FetchPhoto, File, Join, Judge, Lift, Session, Similar
from bot.wire import Article, Incoming

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
LIFT = Lift("500101", "云栖苑 3栋 2号梯", "虚构路18号")
OTHER = Lift("500102", "云栖苑 5栋 1号梯", "虚构路18号")
SIGN = "HTTPS://CHATI.EXAMPLE/E/500101/ABCD1234"
SAME = {("500101", "door"): Similar("261123-000001", "已受理")}
PAGES = Pages(
    lift=lambda code, tag: "/".join(filter(None, ("https://chati.example/e", code, tag))),
    report=lambda code: f"https://chati.example/e/{code}/report" if code else "https://chati.example/report",
)
CATEGORIES = {"door": "门", "buttons": "按钮", "noise": "异响抖动", "stopped": "停梯", "levelling": "不平层"}
CATEGORIES |= {"overdue": "超期", "other": "其他"}


@dataclass
class Known:
    """What is known in these tests: two lifts, and whatever a test adds."""

    now: datetime = NOON
    draft_id: str = "draft-1"
    photo_limit: int = 6
    words: Words = field(default_factory=lambda: Words("96333", "12345", PAGES, CATEGORIES))
    same: dict = field(default_factory=dict)
    own: list[Case] = field(default_factory=list)

    def find(self, text):
        by_text = {
            LIFT.code: [LIFT],
            OTHER.code: [OTHER],
            "云栖苑": [LIFT, OTHER],
            SIGN: [replace(LIFT, tag="ABCD1234")],
        }
        return by_text.get(text, [])

    def verdict(self, code):
        return {LIFT.code: "检验、检测、维保都在有效期内", OTHER.code: "检验超期3天"}[code]

    def similar(self, code, category):
        return self.same.get((code, category))

    def cases(self):
        return self.own


class Chat:
    """A conversation; keeps the session, the last answer and all effects."""

    def __init__(self, **known):
        self.facts, self.session, self.reply, self.effects = Known(**known), Session(), None, []

    def send(self, kind, text="", **fields):
        message = Incoming("oX", "gh", kind, int(self.facts.now.timestamp()), "key", text, **fields)
        self.session, self.reply, effects = dialogue.step(self.session, message, self.facts)
        self.effects += effects
        return self

    def say(self, *texts):
        for text in texts:
            self.send("text", text)
        return self

    def wait(self, **time):
        self.facts.now += timedelta(**time)
        return self

    @property
    def words(self):
        return self.reply.content if self.reply else ""


def test_a_complaint_takes_the_shortest_way_through_all_states():
    states = []
    chat = Chat()
    for text in ("投诉", "500101", "门", "三楼的门关不上", "完成", "提交"):
        states.append(chat.say(text).session.state)
    assert states == ["elevator", "type", "detail", "detail", "confirm", "idle"]
    draft = chat.effects[0].draft
    assert (draft.id, draft.lift, draft.category, draft.words) == ("draft-1", "500101", "door", "三楼的门关不上")


def test_plain_digits_answer_as_well_as_taps():
    chat = Chat().say("投诉", "500101", "３", "响得厉害", "1", "1")
    assert isinstance(chat.effects[0], File)
    assert chat.effects[0].draft.category == "noise"


def test_a_scan_is_answered_with_place_and_verdict_and_the_signs_own_address():
    chat = Chat().send("scan", SIGN)
    assert isinstance(chat.reply, Article)
    assert chat.reply.title == "云栖苑 3栋 2号梯：检验、检测、维保都在有效期内"
    assert chat.reply.url == "https://chati.example/e/500101/ABCD1234"


def test_after_a_scan_one_sentence_is_the_whole_complaint():
    chat = Chat().send("scan", "500101").say("五楼门夹到人了")
    assert chat.session.state == "confirm"
    assert "云栖苑 3栋 2号梯" in chat.words
    assert chat.say("1").effects[0].draft.category == "door"


def test_half_an_hour_after_a_scan_a_sentence_is_no_longer_about_that_lift():
    chat = Chat().send("scan", "500101").wait(minutes=31).say("五楼门夹到人了")
    assert chat.session.state == "elevator"


def test_several_lifts_are_offered_and_chosen_by_number_or_tap():
    chat = Chat().say("投诉", "云栖苑")
    assert "msgmenucontent=500102&msgmenuid=2" in chat.words
    assert chat.say("2").session.draft.lift == "500102"


def test_looking_up_an_address_needs_no_complaint():
    chat = Chat().say("云栖苑")
    assert "500101" in chat.words
    assert chat.say("2").reply.title == "云栖苑 5栋 1号梯：检验超期3天"
    assert chat.session.draft is None


def test_a_lift_without_a_code_is_described_by_its_place():
    chat = Chat().say("投诉", "没有编号", "演示大道6号2单元", "停梯", "停了三天", "完成", "提交")
    draft = chat.effects[0].draft
    assert (draft.lift, draft.place) == (None, "演示大道6号2单元")


def test_a_location_is_a_place_too():
    chat = Chat().say("投诉").send("location", "演示大道6号", place=(29.6, 106.5))
    assert chat.session.state == "type"
    assert chat.session.draft.place == "演示大道6号 (29.60000, 106.50000)"


@pytest.mark.parametrize(
    ("before", "state"),
    [
        (["投诉"], "elevator"),
        (["投诉", "没有编号"], "elevator"),
        (["投诉", "500101"], "elevator"),
        (["投诉", "500101", "门"], "type"),
        (["投诉", "500101", "门", "关不上了", "完成"], "detail"),
    ],
)
@pytest.mark.parametrize("word", ["返回", "9"])
def test_back_asks_the_question_before(before, state, word):
    assert Chat().say(*before, word).session.state == state


STATES = [
    [],
    ["投诉"],
    ["投诉", "没有编号"],
    ["投诉", "500101"],
    ["投诉", "500101", "门"],
    ["投诉", "500101", "门", "关不上了", "完成"],
]


@pytest.mark.parametrize("before", STATES)
def test_cancel_ends_it_in_every_state_and_files_nothing(before):
    chat = Chat().say(*before, "取消")
    assert (chat.session.state, chat.session.draft, chat.effects) == ("idle", None, [])


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize(("word", "told"), [("帮助", "怎么用"), ("人工", "12345"), ("进度", "还没有在这里反映过")])
def test_help_people_and_progress_are_there_in_every_state_and_change_none(before, word, told):
    chat = Chat().say(*before)
    state = chat.session.state
    assert told in chat.say(word).words
    assert chat.session.state == state


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("words", ["有人被困", "救命", "电梯困人了", "我们被关在电梯里"])
def test_the_emergency_number_comes_first_in_every_state(before, words):
    chat = Chat().say(*before)
    state = chat.session.state
    assert chat.say(words).words.startswith("有人被困，请立即拨打 96333")
    assert chat.session.state == state


def test_an_emergency_opens_a_rescue_when_the_lift_is_known():
    assert Chat().say("救命").effects == []
    assert Chat().send("scan", "500101").say("救命").effects == [Emergency("500101")]
    assert Chat().say("投诉", "500102", "被困了").effects == [Emergency("500102")]


@pytest.mark.parametrize("kind", ["text", "scan"])
def test_the_code_that_follows_a_cry_for_help_opens_the_rescue(kind):
    chat = Chat().say("救命").wait(minutes=2).send(kind, "500101")
    assert chat.effects == [Emergency("500101")]
    assert chat.words.startswith("有人被困，请立即拨打 96333")
    assert isinstance(chat.send(kind, "500101").reply, Article)


def test_a_code_long_after_a_cry_for_help_is_only_looked_up():
    assert Chat().say("救命").wait(minutes=11).say("500101").effects == []


def test_what_was_fetched_for_a_cancelled_complaint_is_deleted():
    chat = Chat().say("投诉", "500101", "门").send("image", media_id="m1").say("取消")
    assert chat.effects[-1] == Discard("draft-1")


def test_an_emergency_told_while_describing_is_kept_in_the_description():
    chat = Chat().say("投诉", "500101", "门", "上周有人被困过")
    assert chat.session.draft.words == "上周有人被困过"


def test_a_late_confirmation_files_nothing_and_asks_again():
    chat = Chat().say("投诉", "500101", "门", "关不上了", "完成").wait(minutes=31).say("提交")
    assert chat.effects == []
    assert "上次的投诉没有完成" in chat.words
    assert "请核对" in chat.say("继续").words
    assert isinstance(chat.say("提交").effects[0], File)


def test_a_late_digit_does_not_count_as_the_answer_to_the_old_question():
    chat = Chat().say("投诉", "500101", "门", "关不上了", "完成").wait(minutes=31).say("1")
    assert chat.effects == []
    assert chat.say("1").session.state == "confirm"
    assert chat.effects == []


def test_a_draft_is_forgotten_after_a_day():
    chat = Chat().say("投诉", "500101", "门", "关不上了").wait(hours=25).say("继续")
    assert chat.session.draft is None
    assert "没有未完成的投诉" in chat.words


def test_a_scan_during_a_complaint_keeps_it_for_later():
    chat = Chat().say("投诉", "500101", "门", "关不上了").send("scan", "500102")
    assert isinstance(chat.reply, Article)
    assert "继续" in chat.reply.description
    chat.say("继续")
    assert chat.session.draft.lift == "500101"


def test_a_tap_on_an_old_question_does_not_submit():
    chat = Chat().say("投诉", "500101", "门", "关不上了", "完成", "门")
    assert (chat.session.state, chat.effects) == ("confirm", [])


@pytest.mark.parametrize("word", [*rules()["answers"], *CATEGORIES.values()])
def test_a_tap_on_an_old_question_begins_nothing(word):
    chat = Chat().send("scan", "500101").say(word)
    assert (chat.session.draft, chat.effects) == (None, [])


def test_two_misunderstood_inputs_offer_the_page():
    chat = Chat().say("投诉", "500101", "啊", "啊")
    assert "https://chati.example/e/500101/report" in chat.words
    assert chat.session.draft is not None


def test_the_same_open_problem_is_offered_to_join():
    chat = Chat(same=SAME).say("投诉", "500101", "门", "关不上了", "完成")
    assert "261123-000001" in chat.words
    join = chat.say("1").effects[0]
    assert isinstance(join, Join)
    assert join.number == "261123-000001"


def test_the_same_open_problem_may_be_filed_apart():
    chat = Chat(same=SAME).say("投诉", "500101", "门", "关不上了", "完成", "2")
    assert isinstance(chat.effects[0], File)


def test_photos_of_one_burst_are_answered_once_and_all_fetched():
    chat = Chat().say("投诉", "500101", "门").send("image", media_id="m1")
    assert "第1张" in chat.words
    assert chat.wait(seconds=1).send("image", media_id="m2").reply is None
    assert "第3张" in chat.wait(seconds=10).send("image", media_id="m3").words
    assert chat.effects == [FetchPhoto("draft-1", name) for name in ("m1", "m2", "m3")]


def test_the_seventh_photo_is_refused_in_words():
    chat = Chat().say("投诉", "500101", "门")
    for number in range(7):
        chat.wait(seconds=10).send("image", media_id=f"m{number}")
    assert "最多6张" in chat.words
    assert len(chat.effects) == 6


def test_a_photo_alone_begins_a_complaint():
    assert Chat().send("image", media_id="m1").session.state == "elevator"
    assert Chat().send("scan", "500101").send("image", media_id="m1").session.state == "type"


def test_joining_is_not_offered_to_who_sent_photos():
    chat = Chat(same=SAME).say("投诉", "500101", "门").send("image", media_id="m1")
    assert "261123-000001" not in chat.say("完成").words


def test_voice_is_asked_for_in_words():
    assert "文字" in Chat().send("voice").words


def test_events_nobody_waits_for_are_not_answered():
    assert Chat().send("silent").reply is None


@pytest.mark.parametrize("key", rules()["menu"])
def test_every_menu_key_is_a_command(key):
    assert Chat().send("click", key).words


def test_an_unhappy_resident_reopens_the_case_that_was_resolved():
    case = Case("261120-000007", "resolved", "已办结", "门", "云栖苑", NOON, 4, "已修好")
    chat = Chat(own=[case]).say("进度")
    assert "261120-000007 已办结" in chat.words
    assert "不满意" in chat.words
    assert chat.say("不满意").effects == [Judge("reopen", "261120-000007", 4)]
    assert chat.say("满意").effects[-1] == Judge("satisfied", "261120-000007", 4)


def test_what_users_type_cannot_make_links_in_the_answer():
    chat = Chat().say("投诉", "500101", "门", '<a href="https://evil.example">点我</a>', "完成")
    assert '<a href="https' not in chat.words


def test_every_answer_fits_the_wire():
    chat = Chat().say("投诉", "500101", "门", "很长的说明" * 300, "完成")
    assert len(chat.words.encode()) <= 2048
    assert "已满" in Chat().say("投诉", "500101", "门", "很长的说明" * 300).words
