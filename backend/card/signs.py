"""Usage signs 使用标志: issued, replaced, withdrawn; the lift's card knows in the same transaction."""

from collections.abc import Sequence
from typing import Any

from flask import current_app

from backend.card import service as cards
from backend.foundation import clock, database, events
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, NotFound
from backend.registry.documents import SCRAPPED
from qr import payload

CURRENT, REPLACED, WITHDRAWN = "current", "replaced", "withdrawn"
BATCH = 200  # lifts a transaction: well inside the server's minute


def issue_signs(codes: Sequence[str], by: str) -> list[dict[str, Any]]:
    """Issue a new sign for each lift and retire its current one.

    Args:
        codes: rescue codes; all are checked before the first sign is issued.
        by: actor, such as `person:…` or `command`.

    Returns:
        The new signs in the order of the codes: `lift`, `serial`, `tag`, `state`, `issued_at`, `issued_by`.

    Raises:
        NotFound: no such lift; the message names the codes.
        BadInput: a lift is scrapped.

    Source: 二（一）1.
    """
    codes = list(dict.fromkeys(codes))
    require_lifts(codes)
    return [sign for start in range(0, len(codes), BATCH) for sign in _issue(codes[start : start + BATCH], by)]


@transactional
def withdraw_sign(code: str, by: str, reason: str) -> None:
    """Withdraw a lift's current sign: whoever scans it is told so.

    Args:
        code: rescue code.
        by: actor.
        reason: why, for the record.

    Raises:
        NotFound: the lift has no current sign.
        BadInput: there is no reason.
    """
    if not reason.strip():
        raise BadInput.of("reason", "请写明收回使用标志的原因")
    sign = database.collection("signs").find_one_and_update(
        {"lift": code, "state": CURRENT}, {"$set": {"state": WITHDRAWN, "ended_at": clock.now()}}
    )
    if sign is None:
        raise NotFound(f"电梯 {code} 没有有效的使用标志")
    events.record("sign.withdrawn", subject=f"sign:{code}/{sign['serial']}", actor=by, lift=code, reason=reason.strip())
    cards.refresh([code], "identity")


def current_signs(codes: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the current signs of lifts by code; lifts without one are left out.

    Args:
        codes: rescue codes.
    """
    found = database.collection("signs").find({"lift": {"$in": list(codes)}, "state": CURRENT})
    return {sign["lift"]: sign for sign in found}


def require_lifts(codes: Sequence[str]) -> None:
    """Check that all codes are lifts that may carry a sign.

    Raises:
        NotFound: no such lift; the message names the codes.
        BadInput: a lift is scrapped.
    """
    found = database.collection("lifts").find({"_id": {"$in": list(codes)}}, {"status": 1})
    status = {lift["_id"]: lift.get("status") for lift in found}
    if unknown := [code for code in codes if code not in status]:
        raise NotFound(f"没有这些电梯:{'、'.join(unknown)}", {"codes": "没有这些电梯"})
    if scrapped := [code for code in codes if status[code] == SCRAPPED]:
        raise BadInput.of("codes", f"已注销的电梯不能发使用标志:{'、'.join(scrapped)}")


@transactional
def _issue(codes: list[str], by: str) -> list[dict[str, Any]]:
    store, now, key = database.collection("signs"), clock.now(), current_app.extensions["chati.sign_key"]
    last: dict[str, int] = {}
    for sign in store.find({"lift": {"$in": codes}}, {"lift": 1, "serial": 1}):
        last[sign["lift"]] = max(sign["serial"], last.get(sign["lift"], 0))
    store.update_many({"lift": {"$in": codes}, "state": CURRENT}, {"$set": {"state": REPLACED, "ended_at": now}})
    signs = [_new_sign(code, last.get(code, 0) + 1, key) | {"issued_at": now, "issued_by": by} for code in codes]
    store.insert_many(signs, ordered=False)
    for sign in signs:
        events.record("sign.issued", subject=f"sign:{sign['lift']}/{sign['serial']}", actor=by, lift=sign["lift"])
    cards.refresh(codes, "identity")
    return signs


def _new_sign(code: str, serial: int, key: bytes) -> dict[str, Any]:
    return {"lift": code, "serial": serial, "tag": payload.tag(code, serial, key), "state": CURRENT}
