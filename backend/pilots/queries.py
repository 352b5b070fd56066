"""The card block `pilots`: the labels of a lift now, and how those before them ended."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from backend.foundation import clock, database
from backend.pilots.documents import PROGRAMMES
from backend.pilots.rows import LabelRow, PilotsBlock
from backend.policy import jurisdictions
from backend.policy.profiles import window
from backend.registry.labels import extended

SOURCE = "标注电梯的市场监管部门"


def turns(block: PilotsBlock, day: date) -> Iterable[date]:
    """Say when the block's words change: the day after a pilot's last."""
    ended = (date.fromisoformat(label["ends"]) + timedelta(days=1) for label in block["current"])
    return tuple(first for first in ended if first > day)


def build(codes: Sequence[str]) -> dict[str, PilotsBlock]:
    """Build the block of some lifts.

    Args:
        codes: rescue codes.

    Source: 附件1 四（一）5, 四（三）; 附件2 四（一）5, 四（三）; 三（一）2.
    """
    today = clock.today().isoformat()
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in database.collection("labels").find({"lift": {"$in": codes}}).sort([("since", -1), ("_id", -1)]):
        found[row["lift"]].append(row)
    return {code: _block(found.get(code, []), today) for code in codes}


def _block(rows: Sequence[Mapping[str, Any]], today: str) -> PilotsBlock:
    labels = [_shown(row) for row in rows]
    return {
        "source": SOURCE,
        "updated_at": max(filter(None, (row.get("updated_at") for row in rows)), default=None),
        "current": [label for label in labels if not label["until"] or label["until"] > today],
        "past": [label for label in labels if label["until"] and label["until"] <= today],
    }


def _shown(row: Mapping[str, Any]) -> LabelRow:
    since, until, publicised = (
        row[name].date().isoformat() if row.get(name) else None for name in ("since", "until", "publicised_from")
    )
    return {
        "programme": row["programme"],
        "label": PROGRAMMES[row["programme"]],
        "since": since,
        "until": until,
        "publicised_from": publicised,
        "ends": window(row["programme"]).last(extended()).isoformat(),
        "authority": jurisdictions.bureau(row["authority"]).bureau_name,
        "exit_reason": row.get("exit_reason"),
        "exit_clause": row.get("exit_clause"),
        "exit_rule": row.get("exit_rule"),
    }
