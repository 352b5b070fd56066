"""What is stored about upkeep: contracts, plans and visits. A saved visit is never edited (TSG T5002 第十条)."""

import mongoengine as me

WORK_TYPES = {"FM": "按需维保", "HM": "半月维保", "TM": "季度维保", "SM": "半年维保", "OY": "年度维保"}
HAZARD_CODES = {
    "S0": "未发现严重事故隐患",
    "S1": "使用非法生产的设备",
    "S2": "超过规定参数范围使用",
    "S3": "缺少安全附件、安全装置或失灵而继续使用",
    "S4": "应予报废或检验不合格仍使用",
    "S5": "有明显故障、异常或责令改正未改正仍使用",
    "S6": "发生事故不予报告继续使用",
    "S7": "其它",
}


class Contract(me.Document):
    """A maintenance contract for a lift; `mode` decides the visit interval without IoT (三（一）2)."""

    meta = {"collection": "contracts", "auto_create_index": False, "indexes": [("lift", "start")]}

    lift = me.StringField(required=True)
    maintenance_unit = me.StringField(required=True)
    mode = me.StringField(choices=("full", "comprehensive", "other"), default="other")
    start = me.DateField(required=True)
    end = me.DateField()


class Visit(me.Document):
    """One on-site maintenance visit as recorded; a correction is a new visit that names the old in `corrects`."""

    meta = {"collection": "visits", "auto_create_index": False, "indexes": [("lift", "-start"), "corrects"]}

    lift = me.StringField(required=True)
    maintenance_unit = me.StringField(required=True)
    work_type = me.StringField(choices=tuple(WORK_TYPES), required=True)
    start = me.DateTimeField(required=True)
    end = me.DateTimeField(required=True)
    workers = me.ListField(me.StringField())
    items = me.ListField(me.DictField())
    hazards = me.ListField(me.StringField(choices=tuple(HAZARD_CODES)))
    photos = me.IntField(default=0)
    signed_at = me.DateTimeField()
    corrects = me.ObjectIdField()
    recorded_at = me.DateTimeField(required=True)


class MaintenancePlan(me.Document):
    """The filed on-site maintenance plan of a lift (附件1 四（一）2（2）): items, content, interval."""

    meta = {"collection": "maintenance_plans", "auto_create_index": False, "indexes": ["lift"]}

    lift = me.StringField(required=True)
    maintenance_unit = me.StringField(required=True)
    interval_months = me.IntField()
    interval_days = me.IntField()
    items = me.ListField(me.StringField())
    query_url = me.StringField()
    stamped = me.BooleanField(default=False)
    filed_at = me.DateTimeField(required=True)
