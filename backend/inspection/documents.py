"""What is stored about inspections 检验, tests 检测, the hazards they find and their rectification."""

import mongoengine as me


class Examination(me.Document):
    """One inspection or test with its conclusion; never edited, a re-inspection names the first in `follows`."""

    meta = {"collection": "examinations", "auto_create_index": False, "indexes": [("lift", "-finished_on")]}

    lift = me.StringField(required=True)
    kind = me.StringField(choices=("inspection", "test"), required=True)
    type = me.StringField(choices=("supervision", "periodic", "self", "entrusted", "re_inspection"), default="periodic")
    body = me.StringField()
    finished_on = me.DateField(required=True)
    uploaded_at = me.DateTimeField()
    passed = me.BooleanField(required=True)
    report_no = me.StringField()
    problems = me.ListField(me.StringField())
    follows = me.ObjectIdField()


class Hazard(me.Document):
    """A hazard found on a lift; a severe one must be reported within 24 hours (附件2 四（二）)."""

    meta = {"collection": "hazards", "auto_create_index": False, "indexes": [("lift", "-found_at")]}

    lift = me.StringField(required=True)
    code = me.StringField(required=True)
    severe = me.BooleanField(default=False)
    description = me.StringField(required=True)
    found_at = me.DateTimeField(required=True)
    found_by = me.StringField()
    reported_at = me.DateTimeField()
    rectified_on = me.DateField()
    rectification = me.StringField()
