"""One message taken through the conversation: session, effects and answer in one transaction."""

from collections.abc import Callable
from typing import Any

from backend.complaints import service as complaints
from backend.complaints.service import NewComplaint, NewReporter
from backend.foundation import outbox
from backend.foundation.database import transactional
from backend.foundation.errors import ChatiError
from backend.incidents import service as incidents
from bot import arrivals, bindings, dialogue, media, neighbours, sessions
from bot.facts import StoredFacts
from bot.reading import is_emergency
from bot.state import Discard, Emergency, FetchPhoto, File, Join, Judge, Neighbour
from bot.wire import Incoming, Reply

# action -> wording of the reply, words kept in the case's history
JUDGED = {"satisfied": ("satisfied", "反映人表示满意"), "reopen": ("unsatisfied", "反映人对结果不满意")}
CHANNEL = "wechat"


def answer(incoming: Incoming, key: str, owner: str) -> None:
    """Take a claimed message through the conversation and finish it.

    Args:
        incoming: the message.
        key: its key in the inbox.
        owner: who claimed it.

    Raises:
        Superseded: another process took it over; nothing was done.
    """
    media.fetch_missing(incoming)
    _answer(incoming, key, owner)


@transactional
def _answer(incoming: Incoming, key: str, owner: str) -> None:
    mark = bindings.touch(incoming)
    reply = None
    if incoming.kind == "unfollow":
        bindings.forget(mark)
    else:
        reply = _step(incoming, key, mark)
    arrivals.finish(key, owner, reply)


def _step(incoming: Incoming, key: str, mark: str) -> Reply | None:
    before, version = sessions.load(mark)
    facts = StoredFacts(mark, key)
    after, reply, effects = dialogue.step(before, incoming, facts)
    try:
        for effect in effects:
            reply = _DO[type(effect)](effect, facts) or reply
    except ChatiError as error:
        # These are raised before anything is written, so what was done for this message is nothing.
        after, reply = before, facts.words.text("refused", why=error.message)
        if is_emergency(incoming):
            reply = facts.words.emergency()
    if after != before or version == 0:
        sessions.store(mark, after, version)
    return reply


def _file(effect: File, facts: StoredFacts) -> Reply:
    draft = effect.draft
    photos = media.of_draft(draft.id)
    receipt = complaints.file(
        NewComplaint(
            category=draft.category,
            lift=draft.lift,
            place=draft.place or None,
            description="\n".join(filter(None, (draft.words, draft.located and f"位置：{draft.located}"))),
            photos=photos,
            reporter=NewReporter(channel=CHANNEL, binding=facts.binding),
        ),
        draft=draft.id,
    )
    media.drop(draft.id)
    return facts.words.filed(receipt, lost_photos=len(draft.photos) - len(photos))


def _join(effect: Join, facts: StoredFacts) -> Reply:
    reporter = NewReporter(channel=CHANNEL, binding=facts.binding)
    receipt = complaints.join(effect.number, reporter, effect.draft.words, draft=effect.draft.id)
    return facts.words.text("joined", number=receipt["number"], query_key=receipt["query_key"])


def _emergency(effect: Emergency, facts: StoredFacts) -> None:
    incidents.open_emergency(effect.lift, CHANNEL, f"wechat:{facts.key}", actor=complaints.resident())


def _judge(effect: Judge, facts: StoredFacts) -> Reply:
    told, text = JUDGED[effect.action]
    reporter = complaints.by_binding(effect.number, facts.binding)
    complaints.act(effect.number, effect.action, reporter, effect.version, {"text": text})
    return facts.words.text(told, number=effect.number)


def _fetch_photo(effect: FetchPhoto, facts: StoredFacts) -> None:
    outbox.enqueue(
        key=f"wechat-media:{facts.key}",
        channel=media.CHANNEL,
        target=facts.binding,
        subject=f"draft:{effect.draft}",
        template=media.CHANNEL,
        draft=effect.draft,
        media=effect.media_id,
    )


def _discard(effect: Discard, facts: StoredFacts) -> None:  # noqa: ARG001 - every effect is done with the facts
    media.drop(effect.draft)


_DO: dict[type, Callable[[Any, StoredFacts], Reply | None]] = {
    File: _file,
    Join: _join,
    Emergency: _emergency,
    Judge: _judge,
    FetchPhoto: _fetch_photo,
    Neighbour: neighbours.act,
    Discard: _discard,
}
