"""Usage signs 使用标志： issued, replaced, withdrawn; the lift's card knows in the same transaction."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

from flask import current_app

from backend.accounts.actors import Actor
from backend.foundation import clock, database, events
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, NotFound
from backend.registry import followers
from backend.registry import queries as registry
from backend.registry.documents import SCRAPPED
from qr import payload
from qr.sheet import SignFields

CURRENT, REPLACED, WITHDRAWN = "current", "replaced", "withdrawn"
BATCH = 200  # lifts a transaction: well inside the server's minute
NextInspections = Callable[[Sequence[str]], Mapping[str, date]]
_sources: dict[str, NextInspections] = {}


def issue_signs(codes: Sequence[str], by: Actor) -> list[dict[str, Any]]:
    """Issue a new sign for each lift and retire its current one.

    Args:
        codes: rescue codes; all are checked before the first sign is issued.
        by: who does it.

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


def take_next_inspections(source: NextInspections) -> None:
    """Name the function that gives the next inspection of lifts, by code, for the line that is printed on a sign."""
    _sources["next inspection"] = source


@transactional
def withdraw_signs(codes: Sequence[str], by: Actor, reason: str) -> None:
    """Withdraw the current signs of lifts, all or none; arguments and errors as of `withdraw_sign`."""
    for code in codes:
        withdraw_sign(code, by, reason)


@transactional
def withdraw_sign(code: str, by: Actor, reason: str) -> None:
    """Withdraw a lift's current sign: whoever scans it is told so.

    Args:
        code: rescue code.
        by: who does it.
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
    followers.tell(followers.SIGNS, [code])


def current_signs(codes: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the current signs of lifts by code; lifts without one are left out.

    Args:
        codes: rescue codes.
    """
    found = database.collection("signs").find({"lift": {"$in": list(codes)}, "state": CURRENT})
    return {sign["lift"]: sign for sign in found}


def first_signs(codes: Sequence[str], by: Actor) -> None:
    """Issue a sign for each of the lifts that never had one.

    Args:
        codes: rescue codes; all are checked before the first sign is issued.
        by: who does it.

    Raises:
        NotFound: no such lift.
        BadInput: a lift is scrapped.
    """
    require_lifts(codes)
    had = {sign["lift"] for sign in database.collection("signs").find({"lift": {"$in": list(codes)}}, {"lift": 1})}
    issue_signs([code for code in codes if code not in had], by)


def printed(codes: Iterable[str], base_url: str, complaint_phone: str) -> Iterator[SignFields]:
    """Give what the current signs of lifts say, in the order of the codes; lifts without one are left out.

    Args:
        codes: rescue codes; may be a stream.
        base_url: address that the QR codes carry.
        complaint_phone: the number printed for complaints.

    Raises:
        ValueError: the address cannot stand on a sign.
    """
    stream = iter(codes)
    while batch := list(islice(stream, BATCH)):
        signs, facts = current_signs(batch), registry.identity(batch)
        dues = _sources["next inspection"](batch)
        for code in batch:
            if code in signs:
                url = payload.url(base_url, code, signs[code]["tag"])
                place = registry.title(facts[code], code)
                yield _fields(url, place, facts[code], dues.get(code), complaint_phone)


def require_lifts(codes: Sequence[str]) -> None:
    """Check that all codes are lifts that may carry a sign.

    Raises:
        NotFound: no such lift; the message names the codes.
        BadInput: a lift is scrapped.
    """
    status = {code: lift.get("status") for code, lift in registry.facts(codes, "status").items()}
    if unknown := [code for code in codes if code not in status]:
        raise NotFound(f"没有这些电梯：{'、'.join(unknown)}", {"codes": "没有这些电梯"})
    if scrapped := [code for code in codes if status[code] == SCRAPPED]:
        raise BadInput.of("codes", f"已注销的电梯不能发使用标志：{'、'.join(scrapped)}")


@transactional
def _issue(codes: list[str], by: Actor) -> list[dict[str, Any]]:
    store, now, key = database.collection("signs"), clock.now(), current_app.extensions["chati.sign_key"]
    last: dict[str, int] = {}
    for sign in store.find({"lift": {"$in": codes}}, {"lift": 1, "serial": 1}):
        last[sign["lift"]] = max(sign["serial"], last.get(sign["lift"], 0))
    store.update_many({"lift": {"$in": codes}, "state": CURRENT}, {"$set": {"state": REPLACED, "ended_at": now}})
    signs = [_new_sign(code, last.get(code, 0) + 1, key) | {"issued_at": now, "issued_by": by.id} for code in codes]
    store.insert_many(signs, ordered=False)
    for sign in signs:
        events.record("sign.issued", subject=f"sign:{sign['lift']}/{sign['serial']}", actor=by, lift=sign["lift"])
    followers.tell(followers.SIGNS, codes)
    return signs


def _fields(url: str, place: str, facts: Mapping[str, Any], due: date | None, complaint_phone: str) -> SignFields:
    names = {
        role: (facts[role] or {}).get("name") or "" for role in ("using_unit", "maintenance_unit", "inspection_body")
    }
    return SignFields(
        url,
        **names,
        certificate_number=facts["certificate_no"] or "",
        inside_number=facts["inside_number"] or "",
        device_code=facts["device_code"] or "",
        registration_bureau=facts["bureau"]["name"],
        next_inspection=due,
        complaint_phone=complaint_phone,
        place=place,
    )


def _new_sign(code: str, serial: int, key: bytes) -> dict[str, Any]:
    return {"lift": code, "serial": serial, "tag": payload.tag(code, serial, key), "state": CURRENT}
