"""What is stored about the two pilot programmes: who is labelled, since when, until when and why it ended."""

import mongoengine as me

PROGRAMMES = {"maintenance": "维保试点", "inspection": "检验检测试点"}


class Label(me.Document):
    """The label 标注 of a lift for a programme, with its history (附件1 四（一）5; 附件2 四（一）5)."""

    meta = {"collection": "labels", "auto_create_index": False, "indexes": [("lift", "programme", "since")]}

    lift = me.StringField(required=True)
    programme = me.StringField(choices=tuple(PROGRAMMES), required=True)
    since = me.DateField(required=True)
    until = me.DateField()
    authority = me.StringField(required=True)
    publicised_from = me.DateField()
    exited_on = me.DateField()
    exit_reason = me.StringField()
    exit_rule = me.StringField()
    exit_clause = me.StringField()
    updated_at = me.DateTimeField()
