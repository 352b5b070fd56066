"""Wire forms of complaints in the JSON API."""

from typing import Any

import marshmallow as ma

from backend.complaints import workflow
from backend.complaints.intake.filing import MAX_PLACE
from backend.foundation.forms import MAX_NAME, MAX_WORDS, PHONE, UNREADABLE
from backend.foundation.text import is_readable, trimmed
from backend.foundation.wire import A_MOMENT, Moment, said

END = r"$(?!\n)"  # of the whole text, also to whoever reads the pattern as JSON Schema has it


def plain_text(text: str) -> None:
    """Refuse text that cannot be stored or read: control characters and halves of surrogate pairs.

    Raises:
        ValidationError: there is one.
    """
    if not is_readable(text):
        raise ma.ValidationError(UNREADABLE)


def _text(*checks: Any, words: str, example: str, **options: Any) -> ma.fields.String:
    return ma.fields.String(
        validate=[*checks, plain_text],
        error_messages={"invalid": "应为文字", "required": "必填", "null": "不能为空"},
        metadata=said(words, example),
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

    lift_code = _text(
        ma.validate.Regexp(rf"^[0-9]{{6}}{END}", error="应为六位数字的救援识别码"),
        words="救援识别码，六位数字；和 place 至少写一个",
        example="500103",
    )
    place = _text(_length(1, MAX_PLACE), words="电梯在哪里；不知道救援识别码时写", example="示例小区 3 栋 1 单元")
    category = _text(KnownCategory(), words="问题类别", example="door", required=True)
    description = _text(_length(0, MAX_WORDS), words="发生了什么", example="门关不上", load_default="")
    phone = _text(
        ma.validate.Regexp(rf"^{PHONE}{END}", error="电话号码的格式不对"),
        words="反映人的电话；不公开",
        example="02300000000",
    )
    name = _text(_length(1, MAX_NAME), words="反映人的姓名；不公开", example="示例")
    consent_publish = Truth(load_default=False, metadata=said("是否同意公开处理结果", False))
    channel_order_no = _text(
        _length(1, 64),
        words="渠道自己的工单号；同一工单只登记一次，只有登记的渠道可以填写",
        example="12345-20261123-0001",
    )

    @ma.validates_schema
    def _where(self, data: dict[str, Any], **_: Any) -> None:
        if "lift_code" not in data and not trimmed(data.get("place", "")):
            raise ma.ValidationError("请写救援识别码 lift_code，或用 place 写明电梯在哪里", "lift_code")


class IdempotencySchema(ma.Schema):
    """The header that makes a retry safe."""

    class Meta:
        unknown = ma.EXCLUDE

    key = _text(
        _length(1, 128),
        words="这次请求的编号：再发一次同样的请求，得到同样的答复，不会重复登记",
        example="0e3f1d0a-7b52",
        data_key="Idempotency-Key",
        load_default=None,
    )


class QueryKeyHeaderSchema(ma.Schema):
    """The case's key as a header."""

    class Meta:
        unknown = ma.EXCLUDE

    header_key = _text(
        _length(1, 16),
        words="查询码，放在请求头里；有它才看得到经过",
        example="ABCD2345",
        data_key="X-Query-Key",
        load_default=None,
    )


class QueryKeySchema(StrictSchema):
    """The case's key as in the link that the reporter got."""

    k = _text(_length(1, 16), words="查询码，和反映人收到的链接里的一样", example="ABCD2345", load_default=None)


class StandingSchema(ma.Schema):
    """Where a case lies, how it stands, by when and why."""

    number = ma.fields.String(metadata=said("编号", "261123-000001"))
    state = ma.fields.String(metadata=said("办理状态", "accepted"))
    state_label = ma.fields.String(metadata=said("办理状态的中文名称", "已受理"))
    bureau = ma.fields.String(metadata=said("承办的市场监管部门", "渝中区市场监督管理局"))
    jurisdiction = ma.fields.String(metadata=said("承办部门的辖区编号", "500103"))
    due = ma.fields.String(allow_none=True, metadata=said("应于何时前办理；没有期限为 null", A_MOMENT, "date-time"))
    due_for = ma.fields.String(allow_none=True, metadata=said("这个期限是为了什么；没有期限为 null", "受理"))
    due_reason = ma.fields.String(
        allow_none=True, metadata=said("为什么是这个期限；没有期限为 null", "收到投诉之日起7个工作日内决定是否受理")
    )


class ReceiptSchema(StandingSchema):
    """What a reporter is told: number, key, bureau, by when and why."""

    query_key = ma.fields.String(metadata=said("查询码，只给反映人", "ABCD2345"))
    category = ma.fields.String(metadata=said("问题类别", "door"))
    category_label = ma.fields.String(metadata=said("问题类别的中文名称", "门"))
    lift_code = ma.fields.String(allow_none=True, metadata=said("救援识别码；没有写编号为 null", "500103"))
    route = ma.fields.String(metadata=said("为什么由这个部门承办", "电梯在渝中区"))
    channel_order_no = ma.fields.String(
        allow_none=True, metadata=said("渠道自己的工单号；没有为 null", "12345-20261123-0001")
    )
    note = ma.fields.String(metadata=said("这件要先看一看时的说明"))


class EntrySchema(ma.Schema):
    """One line of the public history."""

    at = Moment(metadata=said("何时", A_MOMENT))
    action = ma.fields.String(metadata=said("做了什么", "accept"))
    label = ma.fields.String(metadata=said("做了什么，中文", "受理"))
    actor_label = ma.fields.String(metadata=said("谁做的", "市场监管部门"))
    state_label = ma.fields.String(metadata=said("办理状态的中文名称", "已受理"))
    text = ma.fields.String(allow_none=True, metadata=said("说了什么；没有为 null", "已受理，正在办理"))


class ProgressSchema(ma.Schema):
    """How a case stands; what follows `overdue` only for whoever has its key."""

    number = ma.fields.String(metadata=said("编号", "261123-000001"))
    state = ma.fields.String(metadata=said("办理状态", "accepted"))
    state_label = ma.fields.String(metadata=said("办理状态的中文名称", "已受理"))
    open = ma.fields.Boolean(metadata=said("是否还在办理", True))
    bureau = ma.fields.String(metadata=said("承办的市场监管部门", "渝中区市场监督管理局"))
    jurisdiction = ma.fields.String(metadata=said("承办部门的辖区编号", "500103"))
    due = Moment(allow_none=True, metadata=said("应于何时前办理；没有期限为 null", A_MOMENT))
    due_for = ma.fields.String(allow_none=True, metadata=said("这个期限是为了什么；没有期限为 null", "受理"))
    due_reason = ma.fields.String(
        allow_none=True, metadata=said("为什么是这个期限；没有期限为 null", "收到投诉之日起7个工作日内决定是否受理")
    )
    due_clause = ma.fields.String(allow_none=True, metadata=said("期限依据的条款；没有期限为 null", "总局令第121号"))
    overdue = ma.fields.Boolean(metadata=said("是否超过期限", False))
    category = ma.fields.String(metadata=said("问题类别", "door"))
    category_label = ma.fields.String(metadata=said("问题类别的中文名称", "门"))
    track_label = ma.fields.String(metadata=said("办理方式的中文名称", "投诉"))
    lift_code = ma.fields.String(allow_none=True, metadata=said("救援识别码；没有写编号为 null", "500103"))
    place = ma.fields.String(allow_none=True, metadata=said("电梯在哪里；没有为 null", "示例小区 3 栋 1 单元"))
    first = ma.fields.Boolean(metadata=said("查询码是不是最先反映的人的", True))
    published = ma.fields.String(allow_none=True, metadata=said("公示的结果；没有公示为 null"))
    photo_count = ma.fields.Integer(metadata=said("照片几张", 0))
    reporter_count = ma.fields.Integer(metadata=said("几个人反映", 1))
    route = ma.fields.String(metadata=said("为什么由这个部门承办", "电梯在渝中区"))
    filed_at = Moment(metadata=said("何时", A_MOMENT))
    outcome = ma.fields.String(allow_none=True, metadata=said("处理结果；还没有为 null"))
    history = ma.fields.List(ma.fields.Nested(EntrySchema), metadata=said("办理经过，早的在前；有查询码才有"))
