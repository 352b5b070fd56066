"""The shapes of complaints.toml, letters.toml, replies.toml and community.toml: the life of a case as data."""

from marshmallow import fields

from config.shapes.kit import Value, day, flag, many, one, one_of, paragraphs, row, table, text, texts, whole, words

MOVE = row(action=text(), **{"from": texts()}, to=text(), letter=text(optional=True))

CATEGORY = row(label=text(), problem=text(), hint=text(), track=text(), fault=flag(optional=True))

CLOCK = row(kind=text(), label=text(), starts=text(optional=True), stops=texts(), named=flag(optional=True))

TRACK = row(
    label=text(),
    register=text(optional=True),
    part=flag(optional=True),
    clocks=many(CLOCK),
    moves=many(MOVE),
)

ACTION = row(
    label=text(),
    permission=text(),
    who=one_of("lead", "helper", "unit", "resident", "group", "worker", optional=True),
    needs=texts(optional=True),
    takes=texts(optional=True),
    internal=flag(optional=True),
    once=flag(optional=True),
    then=text(optional=True),
    after=text(optional=True),
    again=flag(optional=True),
    news=text(optional=True, empty=True),
    when=text(optional=True),
    words=text(optional=True),
)

FIELD = row(
    label=text(),
    kind=one_of("long", "short", "choice"),
    choices=one_of("grounds", "bureaus", "tracks", "decisions", optional=True),
    missing=text(),
)


READER = row(label=text(), hint=text())


def _wanted() -> fields.Field:
    return Value("a text or a list of texts", str, list, optional=True)


WHEN = row(
    category=_wanted(),
    track=_wanted(),
    channel=_wanted(),
    bureau=_wanted(),
    lift=flag(optional=True),
    place=flag(optional=True),
    zone=flag(optional=True),
    unit_lifts=one(row(min=whole(optional=True), max=whole(optional=True)), optional=True),
)

LIMIT = row(count=whole(1), hours=whole(1), told=text())

COMPLAINTS = row(
    categories=table(CATEGORY),
    tracks=table(TRACK),
    every=one(row(moves=many(MOVE))),
    states=table(row(label=text(), open=flag(), shown=flag(), css=one_of("ok", "soon", "late", "out"))),
    actions=table(ACTION),
    channels=table(text()),
    fields=table(FIELD),
    facts=table(text()),
    readers=one(row(office=one(READER), reporter=one(READER), public=one(READER), units=one(READER), part=one(READER))),
    decisions=table(text()),
    grounds=table(text()),
    routing=many(row(rule=text(), when=one(WHEN), to=text(), reason=words("bureau"))),
    transfer=one(row(returns_allowed=whole())),
    limits=one(row(trusted=texts(), person=one(LIMIT), lift=one(LIMIT), place=one(LIMIT))),
    look=one(row(told=text(), words=texts())),
)

LETTER_FACTS = (
    *("number", "track", "category", "place", "lift", "bureau", "receiver", "filed", "channel"),
    *("description", "consent", "text", "due_complaint_accept", "due_identity_material"),
    *("due_mediation", "due_report_verify", "basis"),
)

BASIS = row(words=text(), valid_from=day(optional=True), valid_to=day(optional=True))

LETTERS = table(
    row(
        title=text(),
        mark=text(optional=True),
        to=words("receiver", optional=True),
        paragraphs=paragraphs(*LETTER_FACTS),
        clock=text(optional=True),
        basis=many(BASIS, optional=True),
    )
)

REPLY_FACTS = (
    *("number", "problem", "place", "bureau", "lift", "using_unit", "maintenance_unit", "filed_on"),
    *("today", "due"),
)

REPLIES = row(
    replies=many(
        row(
            label=text(),
            actions=texts(),
            categories=texts(optional=True),
            states=texts(optional=True),
            text=words(*REPLY_FACTS),
        )
    )
)

MATTER = row(
    label=text(),
    states=table(row(label=text(), open=flag())),
    actions=table(ACTION),
    moves=many(MOVE),
    clocks=many(CLOCK, optional=True),
)

MEMBER = row(label=text(), role=text())

COMMUNITY = row(
    urge_days=whole(1),
    urge_longest_days=whole(1),
    urges_at_once=whole(1),
    invitation_days=whole(1),
    invitation_uses=whole(1),
    opinion_days=whole(1),
    link_minutes=whole(1),
    sessions=whole(1),
    serious=many(
        row(kind=text(), when=table(Value("a value", str, bool, int), optional=True), text=words("complaint"))
    ),
    roles=one(row(lead=one(MEMBER), member=one(MEMBER))),
    came=one(row(yes=text(), no=text(), unsure=text())),
    parties=table(text()),
    group=one(MATTER),
    urge=one(MATTER),
    mediation=one(MATTER),
)
