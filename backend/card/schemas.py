"""Lifts as programs see them."""

import marshmallow as ma

MAX_LIMIT = 100


class DatedDueSchema(ma.Schema):
    """A date of the card as of today."""

    kind = ma.fields.String()
    label = ma.fields.String()
    due = ma.fields.Date(allow_none=True)
    days = ma.fields.Integer(allow_none=True)
    state = ma.fields.String()
    reason = ma.fields.String()
    rule_id = ma.fields.String()


class VerdictSchema(ma.Schema):
    """The verdict of today."""

    level = ma.fields.String()
    text = ma.fields.String()
    dues = ma.fields.List(ma.fields.Nested(DatedDueSchema))


class PromiseSchema(ma.Schema):
    """A pledge of the lift's units beside what was measured in the last 12 months; less is better."""

    key = ma.fields.String()
    name = ma.fields.String()
    unit = ma.fields.String()
    pledged = ma.fields.Float()
    actual = ma.fields.Float(allow_none=True)
    state = ma.fields.String()


class CardSchema(ma.Schema):
    """The public card of a lift."""

    code = ma.fields.String()
    title = ma.fields.String()
    verdict = ma.fields.Nested(VerdictSchema)
    promises = ma.fields.List(ma.fields.Nested(PromiseSchema))
    blocks = ma.fields.Dict()
    updated_at = ma.fields.AwareDateTime()


class LiftSchema(ma.Schema):
    """A lift in a list."""

    code = ma.fields.String()
    title = ma.fields.String()
    subtitle = ma.fields.String()


class SearchSchema(ma.Schema):
    """What to search for and which page."""

    q = ma.fields.String(load_default="", validate=ma.validate.Length(max=100))
    limit = ma.fields.Integer(load_default=20, validate=ma.validate.Range(1, MAX_LIMIT))
    cursor = ma.fields.String(load_default=None, validate=ma.validate.Length(max=100))


class LiftsSchema(ma.Schema):
    """One page of lifts; ask again with `next_cursor` until it is null."""

    items = ma.fields.List(ma.fields.Nested(LiftSchema))
    next_cursor = ma.fields.String(allow_none=True)
