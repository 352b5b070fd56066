"""What is stored about insurance."""

import mongoengine as me

INSURANCE_KINDS = {"liability": "电梯安全责任保险", "pension": "电梯养老保险", "service": "保险+服务"}


class InsurancePolicy(me.Document):
    """An insurance policy covering lifts (附件1 三2; 三（三）4)."""

    meta = {"collection": "insurance_policies", "auto_create_index": False, "indexes": [("lifts", "-end")]}

    number = me.StringField(required=True)
    kind = me.StringField(choices=tuple(INSURANCE_KINDS), required=True)
    insurer = me.StringField(required=True)
    lifts = me.ListField(me.StringField())
    start = me.DateField(required=True)
    end = me.DateField(required=True)
    recorded_at = me.DateTimeField()
