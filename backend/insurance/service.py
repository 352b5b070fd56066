"""What may happen in insurance: a policy is taken out."""

from collections.abc import Sequence
from datetime import date

from backend.accounts.actors import Actor
from backend.card import service as cards
from backend.foundation import clock, events
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput
from backend.insurance.documents import INSURANCE_KINDS, InsurancePolicy
from backend.registry import queries as registry


@transactional
def insure(
    number: str, *, kind: str, insurer: str, lifts: Sequence[str], start: date, end: date, actor: Actor
) -> InsurancePolicy:
    """Record an insurance policy.

    Args:
        number: of the policy.
        kind: liability, pension or service.
        insurer: id of the organisation.
        lifts: rescue codes covered.
        start: first day.
        end: last day.
        actor: who uploads it.

    Raises:
        BadInput: names the field.

    Source: 附件1 三2; 三（三）4.
    """
    if kind not in INSURANCE_KINDS:
        raise BadInput.of("kind", "没有这个险种")
    if end < start:
        raise BadInput.of("end", "保险止期不能早于起期")
    registry.require_lifts(lifts)
    policy = InsurancePolicy(
        number=number, kind=kind, insurer=insurer, lifts=list(lifts), start=start, end=end, recorded_at=clock.now()
    ).save(force_insert=True)
    events.record("insurance.recorded", subject=f"insurance:{policy.id}", actor=actor, lifts=list(lifts))
    cards.refresh(lifts, "insurance_policies")
    return policy
