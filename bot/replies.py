"""The words of the conversation, from config/dialogue.toml, with answers that can be tapped."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.complaints.rows import Receipt
from backend.foundation.clock import local
from backend.foundation.text import cut
from bot.reading import rules
from bot.state import CONFIRM, DETAIL, ELEVATOR, PLACE, TYPE, Case, Draft, Lift, Session, Similar
from bot.wire import Article, Text

SHOWN_LENGTH = 40  # characters of a title or a quoted text
SHOWN_WORDS = 200  # characters of the description in the summary
SHOWN_CASES = 5


def option(word: str, number: int | None = None, label: str = "") -> str:
    """Return an answer to tap: it comes back as the word, so that a tap on an old question is no answer to a new one.

    Args:
        word: what is sent on a tap.
        number: what may be typed instead, shown before the label.
        label: what is shown; the word itself when not given.
    """
    shown = f"{number} {label or word}" if number is not None else label or word
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={word}&msgmenuid={number or 0}">{shown}</a>'


TAPS = {
    "finish": option("完成", 1),
    "resume": option("继续", 1),
    "back": option("返回", 9),
    "cancel": option("取消", 0),
    "nocode": option("没有救援识别码"),
    "complain": option("投诉"),
    "progress": option("进度"),
    "help": option("帮助"),
    "satisfied": option("满意"),
    "unsatisfied": option("不满意"),
}


def short(text: str) -> str:
    """Cut a text to what has room beside others in an answer."""
    return cut(text, SHOWN_LENGTH)


@dataclass(frozen=True, slots=True)
class Pages:
    """The public addresses that answers name.

    Args:
        lift: code and the tag of a scanned sign, if any -> the lift's page.
        report: code, if any -> the form for a complaint.
    """

    lift: Callable[[str, str | None], str]
    report: Callable[[str | None], str]


@dataclass(frozen=True, slots=True)
class Words:
    """Writes the answers.

    Args:
        rescue: the rescue number.
        hotline: the city's hotline.
        pages: where they send people.
        categories: category key -> its Chinese name, in the order people see them.
    """

    rescue: str
    hotline: str
    pages: Pages
    categories: Mapping[str, str]

    def say(self, key: str, **values: Any) -> str:
        """Return one of the bot's sentences.

        Args:
            key: name in `[say]` of config/dialogue.toml.
            values: what its braces need beyond the phone numbers and the fixed answers to tap.
        """
        known = {**TAPS, "rescue": self.rescue, "hotline": self.hotline, **values}
        return rules()["say"][key].format(**known)

    def text(self, key: str, **values: Any) -> Text:
        """Return one of the bot's sentences as an answer."""
        return Text(self.say(key, **values))

    def emergency(self, lift: Lift | None = None, kept: bool = False) -> Text:
        """Give the emergency number, first of all.

        Args:
            lift: for which a rescue record is opened.
            kept: whether the sentence went into the description, too.
        """
        known = self.say("emergency_unknown")
        if lift:
            known = self.say("emergency_known", code=lift.code, title=lift.title)
        return self.text("emergency", known=known + (self.say("emergency_kept") if kept else ""))

    def card(self, lift: Lift, verdict: str, parked: bool) -> Article:
        """Return the card of a lift: place and verdict, and the way to its page."""
        words = self.say("card_parked" if parked else "card", code=lift.code, subtitle=lift.subtitle)
        return Article(f"{lift.title}：{verdict}", words, self.pages.lift(lift.code, lift.tag))

    def choose(self, lifts: Sequence[Lift]) -> Text:
        """Offer several lifts; a tap sends the code."""
        shown = lifts[: rules()["choices"]]
        rows = (option(lift.code, n, f"{short(lift.title)} {lift.code}") for n, lift in enumerate(shown, 1))
        return self.text("choose", choices="\n".join(rows))

    def question(self, state: str, session: Session) -> Text:
        """Ask for what a state wants to know."""
        if state == TYPE:
            rows = (option(label, n) for n, label in enumerate(self.categories.values(), 1))
            return self.text("type", title=short(session.at_hand.title), choices="\n".join(rows))
        if state == DETAIL:
            return self.text("detail", category=self.categories[session.at_hand.category])
        return self.text({ELEVATOR: "elevator", PLACE: "place"}[state])

    def summary(self, draft: Draft, similar: Similar | None) -> Text:
        """Show the draft and ask for the last word."""
        choices = [option("提交", 1), option("补充", 2)]
        before = ""
        if similar:
            before = self.say("similar", number=similar.number, state=similar.state_label)
            choices = [option("加入", 1, "加入这件，一起跟进"), option("另外提交", 2), option("补充", 3)]
        return self.text(
            "summary",
            title=short(draft.title),
            category=self.categories[draft.category],
            words=cut(draft.words, SHOWN_WORDS) or "无",
            photos=len(draft.photos),
            located="，已附位置" if draft.located else "",
            choices=before + "  ".join([*choices, TAPS["cancel"]]),
        )

    def photo(self, session: Session, limit: int) -> Text:
        """Acknowledge a photo with the count; any other open question is asked again."""
        draft = session.at_hand
        if session.state == DETAIL:
            return self.text("photo", count=len(draft.photos), limit=limit, next=self.say("photo_next"))
        first = self.say("photo", count=len(draft.photos), limit=limit, next="")
        asked = self.summary(draft, None) if session.state == CONFIRM else self.question(session.state, session)
        return Text(f"{first}\n{asked.content}")

    def give_up(self, draft: Draft | None) -> Text:
        """Offer the page instead of the chat."""
        return self.text("give_up", url=self.pages.report(draft.lift if draft else None))

    def progress(self, cases: Sequence[Case]) -> Text:
        """List the user's own cases."""
        if not cases:
            return self.text("no_cases")
        rows = [self._case(case) for case in cases[:SHOWN_CASES]]
        if any(case.state == "resolved" for case in cases):
            rows.append(self.say("progress_rate"))
        return self.text("progress", cases="\n".join(rows))

    def filed(self, receipt: Receipt, lost_photos: int) -> Text:
        """Tell number, key, desk and date of a new case, and what could not be attached."""
        more = [receipt.get("note"), lost_photos and self.say("filed_lost", lost_photos=lost_photos)]
        told = "".join(f"{line}\n" for line in more if line)
        return self.text("filed", **{**receipt, "due": local(receipt["due"]).strftime("%Y-%m-%d"), "told": told})

    def _case(self, case: Case) -> str:
        line = self.say(
            "progress_line",
            number=case.number,
            state=case.state_label,
            title=short(case.title),
            category=case.category_label,
            filed=local(case.filed_at).strftime("%Y-%m-%d"),
        )
        return line + (self.say("progress_outcome", outcome=cut(case.outcome, 100)) if case.outcome else "")
