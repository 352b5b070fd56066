"""The shapes of roles.toml, permissions.toml, retention.toml and card.toml."""

from config.shapes.kit import flag, many, one, one_of, row, some_of, table, text, texts, whole, words

BELONGS = ("bureau", "city", "organisation", "nobody")

ROLES = table(
    row(
        name=text(),
        belongs=one_of(*BELONGS),
        kinds=texts(optional=True),
        programs=flag(optional=True),
        includes=texts(optional=True),
        permissions=texts(),
    )
)

PERMISSIONS = table(text())

KEPT = row(label=text(), days=whole(), **{"from": text()}, reason=text())

RETENTION = row(
    complaint_contacts=one(KEPT),
    complaint_photos=one(KEPT),
    complaint_originals=one(KEPT),
    complaint_attachments=one(KEPT),
    outbox_sent=one(KEPT),
    notices=one(KEPT),
)

DATES = ("inspection", "test", "visit", "insurance")

LEVELS = ("out", "failed", "overdue", "missing", "soon", "valid")

LEVEL = row(
    key=one_of(*LEVELS),
    text=words("dates", "failed"),
    label=text(),
    css=text(),
    runs=flag(optional=True),
)

PROMISE = row(word=text(), all=words("names"), css=text())

PROMISES = row(
    metrics=table(row(name=text(), unit=text(), counts=text(optional=True))),
    states=one(row(broken=one(PROMISE), idle=one(PROMISE), kept=one(PROMISE), nothing=one(PROMISE))),
)

CARD = row(
    soon_days=one(row(**{kind: whole() for kind in DATES})),
    verdict=one(row(kinds=some_of(*DATES), nothing=text(), levels=many(LEVEL))),
    promises=one(PROMISES),
)
