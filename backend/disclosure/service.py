"""What units publish: a self-declaration with quantified pledges."""

from collections.abc import Mapping, Sequence

from backend.accounts.actors import Actor
from backend.card import service as cards
from backend.disclosure.documents import Declaration
from backend.foundation import clock, events
from backend.foundation.addresses import require_web_address
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput
from backend.policy import pledges as rule
from backend.policy.findings import MET
from backend.registry import queries as registry


@transactional
def publish_declaration(
    *,
    using_unit: str,
    maintenance_unit: str,
    pledges: Mapping[str, Mapping[str, float]],
    no_bridging: bool,
    lifts: Sequence[str],
    actor: Actor,
    standard_url: str | None = None,
) -> Declaration:
    """Publish the joint self-declaration and service-quality pledge of two units; the newest counts.

    Args:
        using_unit: id of the organisation.
        maintenance_unit: id of the organisation.
        pledges: {fault_rate | downtime_hours | rescue_minutes: {baseline, pledged}}; less is better.
        no_bridging: the units pledge never to run a lift with a bridged safety circuit.
        lifts: rescue codes it holds for.
        actor: who publishes it.
        standard_url: where the maintenance standard is published.

    Raises:
        BadInput: names the field; a pledge must be better than the service before.

    Source: 附件1 四（一）2（1）; 三（一）2.
    """
    registry.require_lifts(lifts)
    require_web_address("standard_url", standard_url)
    before, after = (
        {key: row[edge] for key, row in pledges.items() if edge in row} for edge in ("baseline", "pledged")
    )
    for finding in rule.check(before, after, no_bridging=no_bridging):
        if finding.verdict != MET:
            field = finding.subject if finding.subject == "no_bridging" else f"pledges.{finding.subject}"
            raise BadInput.of(field, finding.reason)
    declaration = Declaration(
        using_unit=using_unit,
        maintenance_unit=maintenance_unit,
        pledges={key: dict(row) for key, row in pledges.items()},
        no_bridging=no_bridging,
        standard_url=standard_url,
        lifts=list(lifts),
        published_at=clock.now(),
        by=actor.id,
    ).save(force_insert=True)
    events.record("declaration.published", subject=f"declaration:{declaration.id}", actor=actor, using_unit=using_unit)
    cards.refresh(lifts, "declarations")
    return declaration
