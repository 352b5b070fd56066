"""The shapes of wording.toml and dialogue.toml: which messages there are, and what the code fills into each."""

from marshmallow import fields

from config.shapes.kit import one, pattern, row, table, text, texts, whole, words


def _news(*given: str) -> fields.Field:
    """Declare a piece of news: its headline, its text, and its fields in WeChat where it goes there."""
    wechat = table(words(*given), optional=True)
    return one(row(title=text(), text=words(*given), wechat=wechat))


# What a piece of news is given beside its own words: of a case by complaints, of a lift and of a group by community.
CASE = ("number", "place", "category", "state", "bureau", "text", "at")
LIFT = ("code", "place", "text", "at", "url")
STEPS = ("file", "accept", "refuse", "transfer", "answer", "resolve", "reopen", "progress", "ask_identity")
DESK = ("transferred", "invited", "contributed", "escalated", "joined", "identified", "reopened")

WORDING = row(
    **{f"complaint.{step}": _news(*CASE) for step in STEPS},
    **{
        "complaint.assigned": _news("number", "by", "text"),
        "complaint.watched": _news("number", "place", "state", "by", "action"),
        "repair.opened": _news(*CASE, "link"),
        "repair.fixed": _news(*CASE),
        **{f"desk.{what}": _news(*CASE) for what in DESK},
        "follow.changed": _news(*LIFT),
        "follow.serious": _news(*LIFT),
        "group.applied": _news("place", "url"),
        "group.digest": _news(*LIFT),
        "registry.moved": _news("text"),
        "urge.open": _news("group", "unit", "text", "code", "place", "due", "url"),
        "urge.answered": _news("unit", "text", "asked", "code", "place", "at", "url"),
        "rescue.reported": _news("place", "code", "text"),
        "outbox.failed": _news("channel", "text"),
        "channel.test": _news("by", "at"),
    },
)

COMMANDS = ("cancel", "back", "help", "progress", "human", "phone", "complain", "satisfied", "unsatisfied")
NEIGHBOURS = (
    *("mine", "group", "follow_estate", "follow", "unfollow_estate", "unfollow", "join", "urge", "mediate"),
    *("came", "absent"),
)

# Every sentence of the bot and what it is given beside the two phone numbers and the answers to tap.
ALWAYS = (
    *("rescue", "hotline", "finish", "resume", "back", "cancel", "nocode", "complain", "progress", "help"),
    *("satisfied", "unsatisfied"),
)
SENTENCES: dict[str, tuple[str, ...]] = {
    "welcome": (),
    "help": (),
    "human": (),
    "phone": (),
    "emergency": ("known",),
    "emergency_known": ("title", "code"),
    "emergency_unknown": (),
    "emergency_kept": (),
    "elevator": (),
    "place": (),
    "choose": ("choices",),
    "nothing_found": ("text",),
    "card": ("code", "subtitle"),
    "card_parked": ("code", "subtitle"),
    "type": ("title", "choices"),
    "detail": ("category",),
    "noted": ("words",),
    "too_long": ("words",),
    "photo": ("count", "limit", "next"),
    "photo_next": (),
    "photo_limit": ("limit",),
    "photo_lost": (),
    "located": (),
    "summary": ("title", "category", "words", "photos", "located", "choices"),
    "similar": ("number", "state"),
    "resume": ("title",),
    "nothing_to_resume": (),
    "cancelled": (),
    "nothing_to_cancel": (),
    "filed": ("number", "query_key", "state", "bureau", "route", "due", "due_for", "due_reason", "told"),
    "filed_lost": ("lost_photos",),
    "joined": ("number", "query_key"),
    "refused": ("why",),
    "progress": ("cases",),
    "progress_line": ("number", "state", "title", "category", "filed"),
    "progress_outcome": ("outcome",),
    "progress_rate": (),
    "no_cases": (),
    "satisfied": ("number",),
    "unsatisfied": ("number",),
    "nothing_resolved": (),
    "voice": (),
    "other": (),
    "unclear": (),
    "give_up": ("url",),
    "which_lift": (),
    "followed": ("name", "stop"),
    "unfollowed": (),
    "not_followed": (),
    "mine_lift": ("code", "title"),
    "mine_estate": ("name",),
    "mine_group": ("name",),
    "group_joined": ("name", "board"),
    "group": ("boards", "link"),
    "no_group": (),
    "urged": ("unit", "due"),
    "mediating": ("parties", "board"),
    "judged": ("day", "said"),
}

DIALOGUE = row(
    question_s=whole(1),
    draft_s=whole(1),
    seen_s=whole(1),
    trapped_s=whole(1),
    burst_s=whole(1),
    sentence=whole(1),
    words=whole(1),
    choices=whole(1, 8),
    trapped=texts(),
    answers=texts(),
    commands=one(row(**{name: texts() for name in COMMANDS})),
    neighbours=one(row(**{name: pattern() for name in NEIGHBOURS})),
    menu=one(row(complain=text(), mine=text(), phone=text(), help=text())),
    hints=table(texts()),
    say=one(row(**{name: words(*ALWAYS, *given) for name, given in SENTENCES.items()})),
)
