"""What is stored about lifts, estates, organisations and usage signs."""

import hashlib

import mongoengine as me

from backend.registry.names import borne

IN_USE, STOPPED, SCRAPPED = "in_use", "stopped", "scrapped"
STATUSES = {IN_USE: "在用", STOPPED: "停用", SCRAPPED: "注销"}
CATEGORIES = {
    "3110": "曳引驱动乘客电梯",
    "3120": "曳引驱动载货电梯",
    "3130": "强制驱动载货电梯",
    "3210": "液压乘客电梯",
    "3220": "液压载货电梯",
    "3310": "自动扶梯",
    "3320": "自动人行道",
    "3410": "防爆电梯",
    "3420": "消防员电梯",
    "3430": "杂物电梯",
}
ORGANISATION_KINDS = {
    "using": "使用单位",
    "maintenance": "维保单位",
    "inspection": "检验机构",
    "testing": "检测机构",
    "insurer": "承保单位",
}


class Organisation(me.Document):
    """A unit or body that answers for lifts: using unit, maintenance unit, inspection or testing body, insurer.

    Known by its 统一社会信用代码; one without stays provisional, known by its name, until it has one. One that was
    merged into another stays for what is written of it, and is meant by no name any more.
    """

    meta = {
        "collection": "organisations",
        "auto_create_index": False,
        "indexes": [
            "kinds",
            "name",
            "jurisdiction",
            "names.key",
            {"fields": ["credit_code"], "unique": True, "sparse": True},
        ],
    }

    id = me.StringField(primary_key=True)
    name = me.StringField(required=True)
    names = me.ListField(me.DictField())  # name, key, since: every name it bore, the present one last
    kinds = me.ListField(me.StringField(choices=tuple(ORGANISATION_KINDS)))
    credit_code = me.StringField()
    licence_no = me.StringField()
    phone = me.StringField()
    address = me.StringField()
    website = me.StringField()
    jurisdiction = me.StringField()
    merged_into = me.StringField()

    def clean(self) -> None:
        """Begin the names with the present one."""
        self.names = self.names or [borne(self.name, None)]


class Estate(me.Document):
    """A place with lifts: a residential estate, an office block, a hospital.

    One that was merged into another stays for what is written of it, and is meant by no name any more.
    """

    meta = {"collection": "estates", "auto_create_index": False, "indexes": ["jurisdiction", "name", "names.key"]}

    id = me.StringField(primary_key=True)
    name = me.StringField(required=True)
    names = me.ListField(me.DictField())  # name, key, since: every name it bore, the present one last
    jurisdiction = me.StringField(required=True)
    address = me.StringField()
    longitude = me.FloatField()
    latitude = me.FloatField()
    merged_into = me.StringField()

    def clean(self) -> None:
        """Begin the names with the present one."""
        self.names = self.names or [borne(self.name, None)]


class Origin(me.EmbeddedDocument):
    """Where a lift's inspection clock starts (reading A3) and how we know."""

    date = me.DateField()
    source = me.StringField(choices=("supervision", "modernisation", "registration", "unknown"), default="unknown")


class MajorEvent(me.EmbeddedDocument):
    """A modernisation 改造 or major repair 重大修理 with the date its supervision inspection was passed."""

    kind = me.StringField(choices=("modernised", "major_repair"), required=True)
    date = me.DateField(required=True)


class Lift(me.Document):
    """One lift; its id is the six-digit 96333 rescue code on the plate."""

    meta = {
        "collection": "lifts",
        "auto_create_index": False,
        "indexes": [
            {"fields": ["device_code"], "sparse": True},
            {"fields": ["registration_code"], "sparse": True},
            {"fields": ["certificate_no"], "sparse": True},
            ("estate", "code"),
            ("jurisdiction", "code"),
            "using_unit",
            "maintenance_unit",
            "inspection_body",
            ("site", "code"),
        ],
    }

    code = me.StringField(primary_key=True, regex=r"^\d{6}$")
    device_code = me.StringField()
    registration_code = me.StringField()
    certificate_no = me.StringField()
    category = me.StringField(choices=tuple(CATEGORIES), default="3110")
    status = me.StringField(choices=tuple(STATUSES), default=IN_USE)
    jurisdiction = me.StringField(required=True)
    estate = me.StringField()
    estate_name = me.StringField()
    building = me.StringField()
    address = me.StringField()
    inside_number = me.StringField()
    place = me.StringField()
    manufacturer = me.StringField()
    model = me.StringField()
    factory_number = me.StringField()
    manufactured_on = me.DateField()
    registered_on = me.DateField()
    origin = me.EmbeddedDocumentField(Origin)
    major_events = me.EmbeddedDocumentListField(MajorEvent)
    stopped_on = me.DateField()  # first day of the latest 停用
    restarted_on = me.DateField()  # first day in use after it
    floors = me.IntField(min_value=1)
    stops = me.IntField(min_value=1)
    speed = me.FloatField()
    load_kg = me.IntField()
    using_unit = me.StringField()
    maintenance_unit = me.StringField()
    inspection_body = me.StringField()
    safety_manager = me.StringField()
    safety_manager_phone_sealed = me.StringField()
    emergency_phone = me.StringField()
    iot = me.BooleanField(default=False)
    labels = me.ListField(
        me.DictField()
    )  # written by pilots: {programme, since, until}, ISO days; until: no longer held
    site = me.StringField()  # the `Findable` by which its place is found
    source = me.StringField(default="import")
    updated_at = me.DateTimeField()


class Findable(me.Document):
    """What lifts are found by in words: a site (an estate at an address) or a unit; made of them by `sites.refresh`.

    All texts are plain (`terms.plain`); `terms` is what of them is indexed (`terms.terms_of`).
    """

    meta = {"collection": "findables", "auto_create_index": False, "indexes": ["terms"]}

    id = me.StringField(primary_key=True)
    kind = me.StringField(choices=("site", "unit"), required=True)
    jurisdiction = me.StringField()  # of a site
    name = me.StringField()
    text = me.StringField()
    letters = me.StringField()
    initials = me.StringField()
    terms = me.ListField(me.StringField())


class Sign(me.Document):
    """A usage sign 使用标志 issued for a lift; issuing a new one retires the old."""

    meta = {
        "collection": "signs",
        "auto_create_index": False,
        "indexes": [{"fields": ["lift", "serial"], "unique": True}],
    }

    lift = me.StringField(required=True)
    serial = me.IntField(required=True)
    tag = me.StringField(required=True)
    state = me.StringField(choices=("current", "replaced", "withdrawn"), default="current")
    issued_at = me.DateTimeField(required=True)
    issued_by = me.StringField()
    ended_at = me.DateTimeField()
    printed = me.StringField()  # a hash of what it said on its last sheet
    listed = me.BooleanField()  # to be taken down


def id_of(*names: str) -> str:
    """Return the id of something known only by name: the same name is the same thing in every import."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]
