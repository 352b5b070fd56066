"""Wire forms of complaints in the JSON API."""

from typing import Any

import marshmallow as ma

from backend.complaints import workflow
from backend.complaints.intake.filing import MAX_PLACE
from backend.foundation.forms import MAX_NAME, MAX_WORDS, PHONE, UNREADABLE
from backend.foundation.text import is_readable, trimmed


def plain_text(text: str) -> None:
    """Refuse text that cannot be stored or read: control characters and halves of surrogate pairs.

    Raises:
        ValidationError: there is one.
    """
    if not is_readable(text):
        raise ma.ValidationError(UNREADABLE)


def _text(*checks: Any, example: str, **options: Any) -> ma.fields.String:
    return ma.fields.String(
        validate=[*checks, plain_text],
        error_messages={"invalid": "应为文字", "required": "必填", "null": "不能为空"},
        metadata={"example": example},
        **options,
    )


def _length(least: int, most: int) -> ma.validate.Length:
    return ma.validate.Length(least, most, error=f"长度应为 {least} 到 {most} 个字")


class StrictSchema(ma.Schema):
    """A form in which each field is known and the errors are Chinese."""

    error_messages = {"unknown": "没有这个字段", "type": "应为 JSON 对象"}


class KnownCategory(ma.validate.Validator):
    """Takes the categories of config/complaints.toml, which are read when they are asked for."""

    @property
    def choices(self) -> list[str]:
        """Give the categories, for the OpenAPI document, too."""
        return list(workflow.categories())

    def __call__(self, value: str) -> str:
        """Take a known category.

        Raises:
            ValidationError: it is none.
        """
        return ma.validate.OneOf(self.choices, error="请选择问题类别：{choices}")(value)


class Truth(ma.fields.Boolean):
    """true or false and nothing else: to Python 1 is true, and a consent is not."""

    default_error_messages = {"invalid": "应为 true 或 false"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:  # noqa: ARG002
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class NewComplaintSchema(StrictSchema):
    """What somebody wants to report: a lift by its code, or a place in words."""

    lift_code = _text(ma.validate.Regexp(r"^[0-9]{6}\Z", error="应为六位数字的电梯编号"), example="500103")
    place = _text(_length(1, MAX_PLACE), example="示例小区 3 栋 1 单元")
    category = _text(KnownCategory(), example="door", required=True)
    description = _text(_length(0, MAX_WORDS), example="门关不上", load_default="")
    phone = _text(ma.validate.Regexp(rf"^{PHONE}\Z", error="电话号码的格式不对"), example="02300000000")
    name = _text(_length(1, MAX_NAME), example="示例")
    consent_publish = Truth(load_default=False)
    channel_order_no = _text(_length(1, 64), example="12345-20261123-0001")

    @ma.validates_schema
    def _where(self, data: dict[str, Any], **_: Any) -> None:
        if "lift_code" not in data and not trimmed(data.get("place", "")):
            raise ma.ValidationError("请写电梯编号 lift_code，或用 place 写明电梯在哪里", "lift_code")


class IdempotencySchema(ma.Schema):
    """The header that makes a retry safe."""

    class Meta:
        unknown = ma.EXCLUDE

    key = _text(_length(1, 128), example="0e3f1d0a-…", data_key="Idempotency-Key", load_default=None)


class QueryKeyHeaderSchema(ma.Schema):
    """The case's key as a header."""

    class Meta:
        unknown = ma.EXCLUDE

    header_key = _text(_length(1, 16), example="ABCD2345", data_key="X-Query-Key", load_default=None)


class QueryKeySchema(StrictSchema):
    """The case's key as in the link that the reporter got."""

    k = _text(_length(1, 16), example="ABCD2345", load_default=None)


class StandingSchema(ma.Schema):
    """Where a case lies, how it stands, by when and why."""

    number = ma.fields.String()
    state = ma.fields.String()
    state_label = ma.fields.String()
    bureau = ma.fields.String()
    jurisdiction = ma.fields.String()
    due = ma.fields.String(allow_none=True, metadata={"format": "date-time"})
    due_for = ma.fields.String(allow_none=True)
    due_reason = ma.fields.String(allow_none=True)


class ReceiptSchema(StandingSchema):
    """What a reporter is told: number, key, bureau, by when and why."""

    query_key = ma.fields.String()
    category = ma.fields.String()
    category_label = ma.fields.String()
    lift_code = ma.fields.String(allow_none=True)
    route = ma.fields.String()
    channel_order_no = ma.fields.String(allow_none=True)
    note = ma.fields.String()


class EntrySchema(ma.Schema):
    """One line of the public history."""

    at = ma.fields.AwareDateTime()
    action = ma.fields.String()
    label = ma.fields.String()
    actor_label = ma.fields.String()
    state_label = ma.fields.String()
    text = ma.fields.String(allow_none=True)


class ProgressSchema(ma.Schema):
    """How a case stands; what follows `overdue` only for whoever has its key."""

    number = ma.fields.String()
    state = ma.fields.String()
    state_label = ma.fields.String()
    open = ma.fields.Boolean()
    bureau = ma.fields.String()
    jurisdiction = ma.fields.String()
    due = ma.fields.AwareDateTime(allow_none=True)
    due_for = ma.fields.String(allow_none=True)
    due_reason = ma.fields.String(allow_none=True)
    due_clause = ma.fields.String(allow_none=True)
    overdue = ma.fields.Boolean()
    category = ma.fields.String()
    category_label = ma.fields.String()
    track_label = ma.fields.String()
    lift_code = ma.fields.String(allow_none=True)
    place = ma.fields.String(allow_none=True)
    photo_count = ma.fields.Integer()
    reporter_count = ma.fields.Integer()
    route = ma.fields.String()
    filed_at = ma.fields.AwareDateTime()
    outcome = ma.fields.String(allow_none=True)
    history = ma.fields.List(ma.fields.Nested(EntrySchema))
