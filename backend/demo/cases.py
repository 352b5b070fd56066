"""The complaints of the demo city: some wait, some are late, most are resolved; written with their own past dates."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bson import ObjectId

from backend.accounts.actors import DEMO
from backend.complaints import workflow
from backend.complaints.intake.past import Done, Filed, past_case
from backend.demo import SAMPLE_CODE
from backend.demo.city import SAMPLE_AREA, City, LiftPlan
from backend.foundation.clock import SHANGHAI

CASES = 120
AT_THE_SAMPLE_DESK = 12
CONSENT = 0.7
REPORT = "report"
WORDS = {
    "door": ("关门时夹到了购物袋，反应很慢", "门关不上，来回开了好几次"),
    "buttons": ("12楼的按钮按了没有反应", "轿厢里显示的楼层不对"),
    "noise": ("上行时有很大的金属摩擦声", "运行中晃得厉害，老人不敢坐"),
    "stopped": ("停了两天没有人来修", "一号梯停用，也没有贴通知"),
    "levelling": ("轿厢比楼面高出一截，轮椅进不去",),
    "overdue": ("标志上的检验日期已经过了，还在运行",),
    "other": ("轿厢里灯坏了，晚上很黑",),
}
ANSWERS = {
    "accept": "",
    "answer": "已通知使用单位和维保单位到现场检查，请等待结果。",
    "decide": "不予立案：现场核查时检验合格报告已经出具，标志没有及时更换，已责令当场改正。",
    "inform": "经核查，该梯检验合格，使用标志没有及时更换，已责令使用单位改正。",
    "resolve": "维保单位已到场更换部件并试运行，使用单位签字确认，电梯恢复正常。",
}
SAMPLE_PATH = (("accept", 1), ("answer", 2), ("resolve", 5))
# How far a case has come, how many days ago it was filed at least and at most, and how often that is so.
PATHS = (
    ((), (0, 4), 18),
    ((), (14, 25), 8),
    ((("accept", 2),), (3, 40), 14),
    ((("accept", 3),), (75, 90), 4),
    ((("accept", 1), ("answer", 4)), (6, 30), 10),
    ((("accept", 2), ("answer", 6), ("resolve", 12)), (15, 330), 46),
)


def build(city: City, seed: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Make up complaints and their history.

    Args:
        city: whose lifts they are about.
        seed: the same seed and city give the same cases.

    Returns:
        Cases and history lines, as MongoDB keeps them.
    """
    random = Random(f"{seed}:cases")
    cases: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    for lift, moves, age in _chosen(random, city):
        filed = datetime(city.today.year, city.today.month, city.today.day, tzinfo=SHANGHAI) - timedelta(
            days=age, minutes=random.randrange(300, 960)
        )
        case, history = _case(random, lift, filed, moves)
        cases.append(case)
        lines += [{"_id": ObjectId(random.randbytes(12)), **line} for line in history]
    return cases, lines


def _chosen(random: Random, city: City) -> Iterator[tuple[LiftPlan, Any, int]]:
    """Choose lifts, how far their case has come and how many days ago it was filed."""
    running = [lift for lift in city.lifts if lift.facts["status"] == "in_use"]
    near = [lift for lift in running if lift.facts["jurisdiction"] == SAMPLE_AREA and lift.code != SAMPLE_CODE]
    yield next(lift for lift in city.lifts if lift.code == SAMPLE_CODE), SAMPLE_PATH, 120
    for lift in random.sample(near, AT_THE_SAMPLE_DESK) + random.sample(running, CASES - AT_THE_SAMPLE_DESK - 1):
        moves, (youngest, oldest), _ = random.choices(PATHS, [weight for *_, weight in PATHS])[0]
        yield lift, moves, random.randint(youngest, oldest)


def _case(random: Random, lift: LiftPlan, filed: datetime, moves: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    category = random.choice(tuple(WORDS))
    channel = random.choices(("web", "wechat", "hotline"), (6, 3, 1))[0]
    began = Filed(
        number=f"{filed:%y%m%d}-{random.randrange(10**6):06d}",
        category=category,
        channel=channel,
        description=random.choice(WORDS[category]),
        consent_publish=random.random() < CONSENT,
        reporter=random.randbytes(8).hex(),
        at=filed,
    )
    done = [
        Done(action, filed + timedelta(days=days, hours=random.randrange(1, 3)), ANSWERS[action])
        for action, days in _of_track(moves, workflow.categories()[category]["track"])
    ]
    return past_case(began, lift.facts, done, DEMO)


def _of_track(moves: Any, track: str) -> list[tuple[str, int]]:
    """Put a report's two last steps in place of a complaint's one."""
    if track == REPORT and moves and moves[-1][0] == "resolve":
        return [*moves[:-1], ("decide", moves[-1][1] - 1), ("inform", moves[-1][1])]
    return list(moves)
