"""The conversation as a pure function: what was said, where we stand and what is known give answer and effects."""

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from bot.reading import command, hinted, is_emergency, is_over, neighbourly, plain, rules
from bot.replies import Words, short
from bot.state import (
    CONFIRM,
    DETAIL,
    ELEVATOR,
    IDLE,
    PLACE,
    TYPE,
    Case,
    Discard,
    Draft,
    Effect,
    Emergency,
    FetchPhoto,
    File,
    Join,
    Judge,
    Lift,
    Session,
    Similar,
)
from bot.wire import Incoming, Reply, Text

MISSES = 2  # inputs not understood before the page is offered instead
Step = tuple[Session, Reply | None, tuple[Effect, ...]]


class Facts(Protocol):
    """What a step may ask; reads only."""

    now: datetime
    draft_id: str
    photo_limit: int

    @property
    def words(self) -> Words:
        """Give the wording."""

    def find(self, text: str) -> list[Lift]:
        """Find lifts by a scan result, a number or an address."""

    def verdict(self, code: str) -> str:
        """Return the one-line verdict on a lift today."""

    def similar(self, code: str, category: str) -> Similar | None:
        """Return an open case about the same problem."""

    def cases(self) -> list[Case]:
        """Return the user's own cases."""


def step(session: Session, message: Incoming, facts: Facts) -> Step:
    """Take one message.

    Args:
        session: where the conversation stands.
        message: what the user did.
        facts: what is known.

    Returns:
        Where it stands now, the one answer (None: none, or an effect gives it), and what must be done.
    """
    session, late = _on_time(session, facts.now)
    text = plain(message.text)
    if is_emergency(message):
        return _emergency(session, text, facts)
    if session.trapped_at and message.kind in {"text", "scan"} and len(found := facts.find(text)) == 1:
        session = _set(session, trapped_at=None, seen=found[0], seen_at=facts.now)
        return session, facts.words.emergency(found[0]), (Emergency(found[0].code),)
    if message.kind == "click":
        return _typed(session, plain(rules()["menu"].get(message.text, "帮助")), facts, late=False)
    if message.kind == "text":
        return _typed(session, text, facts, late)
    return _KINDS.get(message.kind, _silent)(session, message, facts)


def _on_time(session: Session, now: datetime) -> tuple[Session, bool]:
    """Park a question that waited too long and forget a draft that is too old; tell whether a question was parked."""
    if is_over(session.seen_at, "seen_s", now):
        session = _set(session, seen=None, seen_at=None)
    if is_over(session.trapped_at, "trapped_s", now):
        session = _set(session, trapped_at=None)
    if session.draft and is_over(session.draft.started_at, "draft_s", now):
        return _set(session, state=IDLE, parked="", draft=None, choices=()), False
    if not is_over(session.asked_at, "question_s", now):
        return session, False
    if session.state == IDLE:
        return _set(session, choices=()), False
    return _park(session), session.draft is not None


def _typed(session: Session, text: str, facts: Facts, late: bool) -> Step:
    if name := command(text):
        return _COMMANDS[name](session, facts)
    if asked := neighbourly(text, session.seen if session.state == IDLE else None):
        return session, None, (asked,)
    if late:
        return _ask_resume(session, facts)
    return _STATES[session.state](session, text, facts)


def _emergency(session: Session, text: str, facts: Facts) -> Step:
    lift = _lift_at_hand(session)
    kept = session.state == DETAIL
    if kept:
        session, _ = _add_words(session, text)
        session = _set(session, asked_at=facts.now)
    if lift is None:
        return _set(session, trapped_at=facts.now), facts.words.emergency(kept=kept), ()
    return session, facts.words.emergency(lift, kept), (Emergency(lift.code),)


def _cancel(session: Session, facts: Facts) -> Step:
    had = session.draft is not None or session.state != IDLE
    discarded = (Discard(session.draft.id),) if session.draft and session.draft.photos else ()
    session = _set(session, state=IDLE, parked="", draft=None, choices=(), misses=0)
    return session, facts.words.text("cancelled" if had else "nothing_to_cancel"), discarded


def _back(session: Session, facts: Facts) -> Step:
    if session.state == IDLE:
        return _ask_resume(session, facts)
    if session.state == TYPE and session.at_hand.place:
        return _ask(session, PLACE, facts)
    before = {ELEVATOR: ELEVATOR, PLACE: ELEVATOR, TYPE: ELEVATOR, DETAIL: TYPE, CONFIRM: DETAIL}[session.state]
    return _ask(session, before, facts)


def _told(key: str) -> Callable[[Session, Facts], Step]:
    """Answer with fixed words and ask nothing anew."""
    return lambda session, facts: (session, facts.words.text(key), ())


def _progress(session: Session, facts: Facts) -> Step:
    return session, facts.words.progress(facts.cases()), ()


def _complain(session: Session, facts: Facts) -> Step:
    """Begin a complaint, or go on with the one at hand."""
    if session.parked:
        return _ask_resume(session, facts)
    if session.draft and session.state != IDLE:
        return _ask(session, session.state, facts)
    return _continue(_begin(session, facts), facts)


def _judge(action: str, session: Session, facts: Facts) -> Step:
    case = next((case for case in facts.cases() if case.state == "resolved"), None)
    if case is None:
        return session, facts.words.text("nothing_resolved"), ()
    return session, None, (Judge(action, case.number, case.version),)


def _idle(session: Session, text: str, facts: Facts) -> Step:
    if text == "继续" or (text == "1" and session.parked and not session.choices):
        return _resume(session, facts)
    text = _picked(session, text)
    if found := facts.find(text) if text else []:
        return _show(session, found, facts)
    if _describes(session, text, facts):
        session, _ = _add_words(_begin(session, facts), text)
        return _continue(_draft(session, category=hinted(text)), facts)
    session = _set(session, misses=session.misses + 1)
    unknown = text and session.misses < MISSES
    return session, facts.words.text("nothing_found" if unknown else "help", text=short(text)), ()


def _describes(session: Session, text: str, facts: Facts) -> bool:
    """Tell whether a sentence begins a complaint: after a look at a lift any one, else one that names a problem."""
    tapped = text in rules()["answers"] or text in facts.words.categories.values()
    about = session.seen is not None or hinted(text) != "other"
    return about and not tapped and not session.parked and len(text) >= rules()["sentence"]


def _resume(session: Session, facts: Facts) -> Step:
    if not session.parked:
        return session, facts.words.text("nothing_to_resume"), ()
    return _ask(session, session.parked, facts)


def _elevator(session: Session, text: str, facts: Facts) -> Step:
    if text in {"没有救援识别码", "没有识别码", "没有编号", "找不到编号"}:
        return _ask(session, PLACE, facts)
    text = _picked(session, text)
    found = facts.find(text) if text else []
    if len(found) > 1:
        return _offer(session, found, facts)
    if found:
        return _continue(_about(session, found[0]), facts)
    return _miss(session, facts, facts.words.say("nothing_found", text=short(text)))


def _picked(session: Session, text: str) -> str:
    """Turn the number of an offered lift into its code."""
    numbered = {str(number): code for number, code in enumerate(session.choices, 1)}
    return numbered.get(text, text)


def _offer(session: Session, found: list[Lift], facts: Facts) -> Step:
    codes = tuple(lift.code for lift in found)
    return _set(session, choices=codes, asked_at=facts.now, misses=0), facts.words.choose(found), ()


def _place(session: Session, text: str, facts: Facts) -> Step:
    if len(text) < rules()["sentence"]:
        return _miss(session, facts)
    return _continue(_draft(session, place=text[:200], title=text[:200]), facts)


def _type(session: Session, text: str, facts: Facts) -> Step:
    keys = list(facts.words.categories)
    labels = {label: key for key, label in facts.words.categories.items()}
    if text in (numbered := {str(number): key for number, key in enumerate(keys, 1)}):
        return _continue(_draft(session, category=numbered[text]), facts)
    if text in labels:
        return _continue(_draft(session, category=labels[text]), facts)
    if len(text) >= rules()["sentence"]:
        session, _ = _add_words(session, text)
        return _continue(_draft(session, category=hinted(text)), facts)
    return _miss(session, facts)


def _detail(session: Session, text: str, facts: Facts) -> Step:
    if text in {"1", "完成"}:
        return _ask(session, CONFIRM, facts)
    if not text:
        return _miss(session, facts)
    session, whole = _add_words(session, text)
    session = _set(session, asked_at=facts.now, misses=0)
    return session, facts.words.text("noted" if whole else "too_long", words=rules()["words"]), ()


def _confirm(session: Session, text: str, facts: Facts) -> Step:
    draft, similar = session.at_hand, session.at_hand.similar
    answers = {"1": "join", "加入": "join", "2": "file", "另外提交": "file", "3": "more", "补充": "more"}
    if not similar:
        answers = {"1": "file", "提交": "file", "确认": "file", "2": "more", "补充": "more"}
    chosen = answers.get(text)
    if chosen == "more":
        return _ask(session, DETAIL, facts)
    if chosen is None:
        return _miss(session, facts)
    done = _set(session, state=IDLE, draft=None, parked="", choices=(), misses=0)
    return done, None, (Join(similar, draft) if chosen == "join" else File(draft),)


def _scan(session: Session, message: Incoming, facts: Facts) -> Step:
    found = facts.find(message.text)
    if session.state == ELEVATOR and len(found) == 1:
        return _continue(_about(session, found[0]), facts)
    if found:
        return _show(session, found, facts)
    return session, facts.words.text("nothing_found", text=short(plain(message.text))), ()


def _image(session: Session, message: Incoming, facts: Facts) -> Step:
    if not message.media_id:
        return session, facts.words.text("photo_lost"), ()
    if session.draft is None:
        session = _begin(session, facts)
    if session.state == IDLE:
        session = _set(session, state=session.parked or _missing(session.at_hand), parked="")
    if len(session.at_hand.photos) >= facts.photo_limit:
        return session, facts.words.text("photo_limit", limit=facts.photo_limit), ()
    burst = session.photo_at and facts.now - session.photo_at <= timedelta(seconds=rules()["burst_s"])
    session = _draft(session, photos=(*session.at_hand.photos, message.media_id), similar="")
    session = _set(session, photo_at=facts.now, asked_at=facts.now)
    reply = None if burst else facts.words.photo(session, facts.photo_limit)
    return session, reply, (FetchPhoto(session.at_hand.id, message.media_id),)


def _location(session: Session, message: Incoming, facts: Facts) -> Step:
    if session.draft is None or session.state == IDLE or message.place is None:
        return session, facts.words.text("help"), ()
    where = f"{plain(message.text)} ({message.place[0]:.5f}, {message.place[1]:.5f})".strip()
    session = _set(_draft(session, located=where[:200]), asked_at=facts.now)
    if session.state in {ELEVATOR, PLACE}:
        return _continue(_draft(session, place=where[:200], title=where[:200]), facts)
    return session, facts.words.text("located"), ()


def _say(key: str) -> Callable[[Session, Incoming, Facts], Step]:
    return lambda session, _, facts: (session, facts.words.text(key), ())


def _silent(session: Session, *_: Any) -> Step:
    return session, None, ()


def _ask(session: Session, state: str, facts: Facts) -> Step:
    """Ask the question of a state."""
    session, question = _asking(session, state, facts)
    return session, question, ()


def _asking(session: Session, state: str, facts: Facts) -> tuple[Session, Text]:
    if state == CONFIRM:
        draft = session.at_hand
        # Joining takes words only: who sends photos files a case of their own.
        similar = facts.similar(draft.lift, draft.category) if draft.lift and not draft.photos else None
        session = _draft(session, similar=similar.number if similar else "")
        question = facts.words.summary(session.at_hand, similar)
    else:
        question = facts.words.question(state, session)
    return _set(session, state=state, parked="", asked_at=facts.now, choices=(), misses=0), question


def _ask_resume(session: Session, facts: Facts) -> Step:
    if session.draft is None:
        return session, facts.words.text("nothing_to_resume"), ()
    title = session.draft.title or "还没选电梯"
    return session, facts.words.text("resume", title=short(title)), ()


def _continue(session: Session, facts: Facts) -> Step:
    """Ask for the first thing that the draft lacks."""
    return _ask(session, _missing(session.at_hand), facts)


def _missing(draft: Draft) -> str:
    if draft.lift is None and not draft.place:
        return ELEVATOR
    if not draft.category:
        return TYPE
    return CONFIRM if draft.words else DETAIL


def _show(session: Session, found: list[Lift], facts: Facts) -> Step:
    """Show the lift that was looked up; a complaint in the making is kept for later."""
    if session.state != IDLE:
        session = _park(session)
    if len(found) > 1:
        return _offer(session, found, facts)
    lift = found[0]
    session = _set(session, seen=lift, seen_at=facts.now, choices=(), misses=0)
    return session, facts.words.card(lift, facts.verdict(lift.code), parked=bool(session.parked)), ()


def _miss(session: Session, facts: Facts, words: str = "") -> Step:
    """Count what was not understood; the second time offer the page instead."""
    session = _set(session, misses=session.misses + 1)
    if session.misses >= MISSES:
        return session, facts.words.give_up(session.draft), ()
    asked, question = _asking(session, session.state, facts)
    again = Text(f"{words or facts.words.say('unclear')}\n{question.content}")
    return _set(asked, misses=session.misses, choices=session.choices), again, ()


def _set(session: Session, **changes: Any) -> Session:
    return dataclasses.replace(session, **changes)


def _draft(session: Session, **changes: Any) -> Session:
    return _set(session, draft=dataclasses.replace(session.at_hand, **changes))


def _begin(session: Session, facts: Facts) -> Session:
    session = _set(session, draft=Draft(facts.draft_id, facts.now), parked="", photo_at=None)
    return _about(session, session.seen) if session.seen else session


def _about(session: Session, lift: Lift) -> Session:
    return _draft(session, lift=lift.code, title=lift.title, place="")


def _park(session: Session) -> Session:
    return _set(session, state=IDLE, parked=session.state if session.draft else "", choices=(), misses=0)


def _lift_at_hand(session: Session) -> Lift | None:
    if session.draft and session.draft.lift and session.state != IDLE:
        return Lift(session.draft.lift, session.draft.title)
    return session.seen


def _add_words(session: Session, text: str) -> tuple[Session, bool]:
    """Add to the description; tell whether all of it fitted."""
    words = f"{session.at_hand.words}\n{text}".strip()
    return _draft(session, words=words[: rules()["words"]]), len(words) <= rules()["words"]


_COMMANDS: dict[str, Callable[[Session, Facts], Step]] = {
    "cancel": _cancel,
    "back": _back,
    "help": _told("help"),
    "progress": _progress,
    "human": _told("human"),
    "phone": _told("phone"),
    "complain": _complain,
    "satisfied": partial(_judge, "satisfied"),
    "unsatisfied": partial(_judge, "reopen"),
}
_STATES = {IDLE: _idle, ELEVATOR: _elevator, PLACE: _place, TYPE: _type, DETAIL: _detail, CONFIRM: _confirm}
_KINDS = {
    "scan": _scan,
    "image": _image,
    "location": _location,
    "follow": _say("welcome"),
    "voice": _say("voice"),
    "other": _say("other"),
}
