"""Makes lifts and what belongs to them, through the project's own services, for tests."""

from datetime import date

from backend.accounts.actors import COMMAND
from backend.registry.documents import Organisation
from backend.registry.service import save_lifts
from backend.registry.signs import issue_signs

PLACES = {"estate_name": "云栖苑", "building": "3栋", "inside_number": "2号梯", "address": "虚构路18号"}


def make_lift(code: str = "500101", *, sign: bool = True, **facts) -> str:
    """Store a lift with its units and its card, and give its code."""
    for key, name, kinds in (
        ("uu-1", "云栖苑物业服务中心", ["using"]),
        ("mu-1", "渝安电梯维保有限公司", ["maintenance"]),
    ):
        if Organisation.objects(id=key).first() is None:
            Organisation(id=key, name=name, kinds=kinds, phone="023-0000-0001").save(force_insert=True)
    stored = {
        "jurisdiction": "500103",
        "device_code": f"31105018120200{code[-4:]}",
        "origin": {"date": date(2018, 5, 20), "source": "supervision"},
        "using_unit": "uu-1",
        "maintenance_unit": "mu-1",
        **PLACES,
        **facts,
    }
    save_lifts([{"code": code, **stored}], by=COMMAND)
    if sign:
        issue_signs([code], by=COMMAND)
    return code
