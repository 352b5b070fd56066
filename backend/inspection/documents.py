"""What is stored about inspections 检验, tests 检测, the hazards they find and their rectification."""

import mongoengine as me

KINDS = {"inspection": "检验", "test": "检测"}
TYPES = {
    "supervision": "监督检验",
    "periodic": "定期检验",
    "self": "自行检测",
    "entrusted": "委托检测",
    "re_inspection": "复检",
}
HAZARD_CODES = tuple(f"S{number}" for number in range(1, 8))  # of the city's platform; S0 means none was found


class Examination(me.Document):
    """One inspection or test with its conclusion; never edited, a re-inspection names the first in `follows`."""

    meta = {
        "collection": "examinations",
        "auto_create_index": False,
        "indexes": [("lift", "-finished_on"), ("body", "-finished_on")],
    }

    lift = me.StringField(required=True)
    kind = me.StringField(choices=tuple(KINDS), required=True)
    type = me.StringField(choices=tuple(TYPES), default="periodic")
    body = me.StringField()
    finished_on = me.DateField(required=True)
    uploaded_at = me.DateTimeField()
    passed = me.BooleanField(required=True)
    report_no = me.StringField()
    next_on = me.DateField()  # as the report says; what counts is computed
    problems = me.ListField(me.StringField())
    rectification = me.StringField()
    follows = me.ObjectIdField()


class Hazard(me.Document):
    """A hazard found on a lift; a severe one must be reported within 24 hours (附件2 四（二）)."""

    meta = {"collection": "hazards", "auto_create_index": False, "indexes": [("lift", "-found_at")]}

    lift = me.StringField(required=True)
    code = me.StringField(choices=HAZARD_CODES, required=True)
    severe = me.BooleanField(default=False)
    description = me.StringField(required=True)
    found_at = me.DateTimeField(required=True)
    found_by = me.StringField()
    reported_at = me.DateTimeField()
    rectified_on = me.DateField()
    rectified_at = me.DateTimeField()
    rectification = me.StringField()
