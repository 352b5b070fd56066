"""The shapes in which the registry tells of lifts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Required, TypedDict


class LiftItem(TypedDict):
    """A lift in a list."""

    code: str
    title: str
    subtitle: str


class UnitRow(TypedDict):
    """An organisation that answers for a lift."""

    name: Annotated[str, "单位名称", "演示物业服务有限公司"]
    phone: Annotated[str | None, "公开的服务电话；没有登记为 null", "023-00000000"]
    licence: Annotated[str | None, "许可证编号；没有登记为 null"]


class BureauRow(TypedDict):
    """The bureau that answers today; the note names an abolished one that it follows."""

    id: Annotated[str, "辖区编号", "500103"]
    name: Annotated[str, "今天负责的市场监管部门", "渝中区市场监督管理局"]
    phone: Annotated[str | None, "电话；没有登记为 null"]
    note: Annotated[str | None, "辖区调整的说明；没有调整为 null"]


class OriginRow(TypedDict):
    """The day from which inspections are counted, as ISO text, and how it is known."""

    date: Annotated[str | None, "检验从哪一天起算；不知道为 null", "2016-05-20", "date"]
    source: Annotated[str, "这一天是怎么知道的", "installation"]


class EventRow(TypedDict):
    """A modernisation or major repair, and the day its supervision inspection was passed, as ISO text."""

    kind: Annotated[str, "改造或重大修理", "modernised"]
    date: Annotated[str | None, "监督检验合格的日期；不知道为 null", "2021-08-01", "date"]


class Identity(TypedDict):
    """What a lift is, who answers for it and which signs were issued: the card block `identity`; days as ISO text."""

    device_code: Annotated[str | None, "设备代码；没有登记为 null", "31105001032016050001"]
    registration_code: Annotated[str | None, "注册代码；没有登记为 null"]
    certificate_no: Annotated[str | None, "使用登记证编号；没有登记为 null", "梯11渝A00001(16)"]
    category: Annotated[str | None, "设备品种代码", "3110"]
    category_name: Annotated[str | None, "设备品种名称", "曳引驱动乘客电梯"]
    status: Annotated[str, "使用状态：in_use 在用、stopped 停用、scrapped 注销", "in_use"]
    status_label: Annotated[str, "使用状态的中文名称", "在用"]
    jurisdiction: Annotated[str, "登记时的辖区编号", "500103"]
    bureau: Annotated[BureauRow, "今天负责的市场监管部门"]
    estate: Annotated[str | None, "小区编号；没有登记为 null"]
    estate_name: Annotated[str | None, "小区名称", "示例花园"]
    building: Annotated[str | None, "楼栋", "3栋"]
    address: Annotated[str | None, "地址", "渝中区示例路 1 号"]
    inside_number: Annotated[str | None, "内部编号", "2号梯"]
    place: Annotated[str | None, "安装位置", "1单元"]
    manufacturer: Annotated[str | None, "制造单位", "示例电梯有限公司"]
    model: Annotated[str | None, "型号", "CT-1000"]
    factory_number: Annotated[str | None, "出厂编号", "E160001"]
    manufactured_on: Annotated[str | None, "制造日期", "2016-03-01", "date"]
    registered_on: Annotated[str | None, "使用登记日期", "2016-06-01", "date"]
    origin: Annotated[OriginRow, "检验的起算日"]
    major_events: Annotated[list[EventRow], "改造和重大修理"]
    floors: Annotated[int | None, "层数", 33]
    stops: Annotated[int | None, "站数", 33]
    speed: Annotated[float | None, "额定速度，米/秒", 1.75]
    load_kg: Annotated[int | None, "额定载重量，千克", 1000]
    using_unit: Annotated[UnitRow | None, "使用单位；没有登记为 null"]
    maintenance_unit: Annotated[UnitRow | None, "维保单位；没有登记为 null"]
    inspection_body: Annotated[UnitRow | None, "检验机构；没有登记为 null"]
    safety_manager: Annotated[str | None, "安全管理员，姓名已遮盖", "王*"]
    safety_manager_phone: Annotated[str | None, "安全管理员电话，已遮盖", "023****0000"]
    emergency_phone: Annotated[str | None, "使用单位的应急电话", "023-00000000"]
    iot: Annotated[bool | None, "是否接入物联网监测；不知道为 null", True]
    signs: Annotated[
        dict[str, str],
        "使用标志的校验码和状态：current 有效、replaced 已更换、withdrawn 已收回",
        {"7K3M9PQR": "current"},
    ]
    source: Annotated[str | None, "资料来自哪里", "批量导入"]
    updated_at: Annotated[datetime | None, "资料何时更新"]


class StoredLift(TypedDict, total=False):
    """A lift as it is stored, or those fields of it that were asked for; days are aware midnights."""

    _id: Required[str]
    device_code: str
    registration_code: str
    certificate_no: str
    category: str
    status: str
    jurisdiction: str
    estate: str
    estate_name: str
    building: str
    address: str
    inside_number: str
    place: str
    manufacturer: str
    model: str
    factory_number: str
    manufactured_on: datetime
    registered_on: datetime
    origin: dict[str, Any]
    major_events: Sequence[dict[str, Any]]
    stopped_on: datetime
    restarted_on: datetime
    floors: int
    stops: int
    speed: float
    load_kg: int
    using_unit: str
    maintenance_unit: str
    inspection_body: str
    safety_manager: str
    safety_manager_phone_sealed: str
    emergency_phone: str
    iot: bool
    labels: Sequence[dict[str, str]]
    site: str
    source: str
    updated_at: datetime
