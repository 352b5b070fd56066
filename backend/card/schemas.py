"""Lifts as programs see them."""

import functools
from collections.abc import Sequence

import marshmallow as ma

from backend.card import blocks
from backend.card.blocks import Block
from backend.foundation.wire import A_MOMENT, Moment, said, schema_of

MAX_LIMIT = 100


class DatedDueSchema(ma.Schema):
    """A date of the card as of today."""

    kind = ma.fields.String(metadata=said("哪一种日期：inspection 检验、test 检测、visit 维保", "inspection"))
    label = ma.fields.String(metadata=said("日期的中文名称", "检验"))
    due = ma.fields.Date(allow_none=True, metadata=said("到期日；没有上传资料、算不出为 null", "2027-03-31"))
    days = ma.fields.Integer(allow_none=True, metadata=said("还有几天到期，负数为已超期的天数；算不出为 null", 126))
    state = ma.fields.String(metadata=said("valid 有效、soon 快到期、overdue 超期、missing 未上传", "valid"))
    reason = ma.fields.String(metadata=said("为什么是这一天，中文", "上次检验合格之日起 12 个月"))
    rule_id = ma.fields.String(metadata=said("依据的规则编号，见 /rules/<编号>", "I-01"))


class VerdictSchema(ma.Schema):
    """The verdict of today."""

    level = ma.fields.String(
        metadata=said(
            "结论：out 停用、failed 不合格、overdue 超期、missing 资料未上传、soon 快到期、valid 有效", "valid"
        )
    )
    text = ma.fields.String(metadata=said("结论的一句话，中文", "检验、检测、维保都在有效期内"))
    dues = ma.fields.List(ma.fields.Nested(DatedDueSchema), metadata=said("结论所依据的日期"))


class PromiseSchema(ma.Schema):
    """A pledge of the lift's units beside what was measured in the last 12 months; less is better."""

    key = ma.fields.String(metadata=said("指标", "fault_rate"))
    name = ma.fields.String(metadata=said("指标的中文名称", "故障次数"))
    unit = ma.fields.String(metadata=said("单位", "次/年"))
    pledged = ma.fields.Float(metadata=said("承诺的值，越小越好", 2))
    actual = ma.fields.Float(allow_none=True, metadata=said("近 12 个月的实测值；没有发生过为 null", 1))
    state = ma.fields.String(metadata=said("broken 没做到、idle 停用期间不比较、kept 做到了、nothing 没有发生", "kept"))


class CardSchema(ma.Schema):
    """The frame of a lift's public card; `card_schema` has the blocks, too."""

    code = ma.fields.String(metadata=said("救援识别码，六位数字", "500103"))
    title = ma.fields.String(metadata=said("人们怎样称呼这台电梯", "示例花园3栋 2号梯"))
    verdict = ma.fields.Nested(VerdictSchema, metadata=said("今天的结论"))
    promises = ma.fields.List(ma.fields.Nested(PromiseSchema), metadata=said("承诺和实测的比较"))
    updated_at = Moment(metadata=said("资料最后一次变化的时间", A_MOMENT))


def card_schema() -> type[ma.Schema]:
    """Return the schema of a lift's public card with the blocks that all slices bring."""
    return _with_blocks(tuple(blocks.all_blocks()))


@functools.cache
def _with_blocks(brought: Sequence[Block]) -> type[ma.Schema]:
    parts: dict[str, ma.fields.Field] = {
        block.name: ma.fields.Nested(schema_of(block.shape), metadata=said(block.words)) for block in brought
    }
    held = ma.fields.Nested(
        ma.Schema.from_dict(parts, name="BlocksSchema"), metadata=said("电梯的各部分资料，每部分都有来源和更新时间")
    )
    return type("CardSchema", (CardSchema,), {"blocks": held})


class LiftSchema(ma.Schema):
    """A lift in a list."""

    code = ma.fields.String(metadata=said("救援识别码，六位数字", "500103"))
    title = ma.fields.String(metadata=said("人们怎样称呼这台电梯", "示例花园3栋 2号梯"))
    subtitle = ma.fields.String(metadata=said("地址等补充说明", "渝中区示例路 1 号"))


class SearchSchema(ma.Schema):
    """What to search for and which page."""

    q = ma.fields.String(
        load_default="",
        validate=ma.validate.Length(max=100),
        metadata=said("找什么：救援识别码、设备代码、注册代码、使用登记证编号、小区或地址", "示例花园"),
    )
    limit = ma.fields.Integer(
        load_default=20, validate=ma.validate.Range(1, MAX_LIMIT), metadata=said(f"一页几台，最多 {MAX_LIMIT}", 20)
    )
    cursor = ma.fields.String(
        load_default=None,
        validate=ma.validate.Length(max=100),
        metadata=said("上一页的 next_cursor；第一页不填", "500103"),
    )


class LiftsSchema(ma.Schema):
    """One page of lifts; ask again with `next_cursor` until it is null."""

    items = ma.fields.List(ma.fields.Nested(LiftSchema), metadata=said("这一页的电梯"))
    next_cursor = ma.fields.String(allow_none=True, metadata=said("下一页的 cursor；没有下一页为 null", "500103"))
