"""The card block `insurance`: who insures the lift until when, and what is owed."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from backend.card.rows import CardDue
from backend.foundation import clock, database
from backend.insurance.documents import INSURANCE_KINDS
from backend.insurance.rows import InsuranceBlock, PolicyRow
from backend.policy import profiles, rules
from backend.policy.rules import carries
from backend.registry import queries as registry
from backend.registry.documents import IN_USE
from backend.registry.labels import in_pilot
from backend.registry.rows import StoredLift

INSURED, PROMOTED = "M-04", "P-36"
SOURCE = "使用单位上传的保险单"
FIELDS = ("number", "kind", "insurer", "start", "end", "recorded_at")


def policy_on(code: str, on: date) -> dict[str, Any] | None:
    """Return the policy that covers a lift on a day and runs longest, {type, from, until}; None where there is none.

    Args:
        code: rescue code.
        on: local date.

    Source: 附件1 三2, 四（一）4（3）.
    """
    found = _policies([code], on).get(code)
    if found is None or found["end"].date() < on:
        return None
    return {"type": found["kind"], "from": found["start"].date(), "until": found["end"].date()}


@carries("P-36")
def build(codes: Sequence[str]) -> dict[str, InsuranceBlock]:
    """Build the block of some lifts: the policy that runs longest, and what is owed.

    A lift in the maintenance pilot must be insured; any other may be, and is asked to.

    Args:
        codes: rescue codes.

    Source: 附件1 三2; 三（三）4; 二（三）3.
    """
    lifts = registry.facts(codes, "labels", "status")
    today = clock.today()
    policies = _policies(codes, today)
    names = registry.organisation_names(row["insurer"] for row in policies.values())
    return {code: _block(lift, policies.get(code), names, today) for code, lift in lifts.items()}


def _policies(codes: Sequence[str], today: date) -> dict[str, dict[str, Any]]:
    """Find each lift's policy that has begun and runs longest; of its long list of lifts only ours is read."""
    fields = dict.fromkeys(FIELDS, 1) | {"lifts": {"$setIntersection": ["$lifts", list(codes)]}}
    rows = database.collection("insurance_policies").find({"lifts": {"$in": list(codes)}}, fields)
    longest: dict[str, dict[str, Any]] = {}
    for row in rows.sort([("end", 1), ("_id", 1)]):
        if row["start"].date() <= today:
            longest.update(dict.fromkeys(row["lifts"], row))
    return longest


def _block(lift: StoredLift, policy: Mapping[str, Any] | None, names: Mapping[str, str], today: date) -> InsuranceBlock:
    owed = in_pilot(lift, "maintenance", today)
    shown = _shown(policy, names) if policy else None
    return {
        "source": SOURCE,
        "updated_at": policy.get("recorded_at") if policy else None,
        "policy": shown,
        "owed": owed,
        "dues": [_due(shown, owed)] if (shown or owed) and lift.get("status") == IN_USE else [],
    }


def _shown(policy: Mapping[str, Any], names: Mapping[str, str]) -> PolicyRow:
    return {
        "kind": INSURANCE_KINDS[policy["kind"]],
        "insurer": names.get(policy["insurer"], policy["insurer"]),
        "number": policy["number"],
        "start": policy["start"].date().isoformat(),
        "end": policy["end"].date().isoformat(),
    }


def _due(policy: PolicyRow | None, owed: bool) -> CardDue:
    return {
        "kind": "insurance",
        "label": "保险",
        "recorded": policy is not None,
        "due": policy["end"] if policy else None,
        "reason": "维保试点电梯必须投保" if owed else "自愿投保，保险到期日",
        "clause": rules.entry(INSURED if owed else PROMOTED)["clause"],
        "rule_id": INSURED if owed else PROMOTED,
        "profile": profiles.pilot().id,
        "provisional": False,
    }
