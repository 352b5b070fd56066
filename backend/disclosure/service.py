"""What units publish: a self-declaration with quantified pledges, and a maintenance plan for a lift."""

from collections.abc import Mapping, Sequence

from backend.accounts.actors import Actor
from backend.card import service as cards
from backend.disclosure.documents import Declaration, MaintenancePlan
from backend.foundation import clock, events
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput
from backend.policy import pledges as rule
from backend.policy.findings import MET
from backend.registry import queries as registry

URL_SCHEMES = ("https://", "http://")


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
    _checked_url("standard_url", standard_url)
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


@transactional
def file_plan(
    lift: str,
    *,
    maintenance_unit: str,
    items: Sequence[str],
    actor: Actor,
    interval_months: int | None = None,
    interval_days: int | None = None,
    query_url: str | None = None,
    stamped: bool = False,
) -> MaintenancePlan:
    """File the on-site maintenance plan of a lift; the newest counts.

    Args:
        lift: rescue code.
        maintenance_unit: id of the organisation.
        items: what is done on site, plain words.
        actor: who files it.
        interval_months: longest time between visits, or
        interval_days: the same in days; one of the two.
        query_url: where items, content and interval can be looked up.
        stamped: bears the unit's seal.

    Raises:
        BadInput: names the field.

    Source: 附件1 四（一）2（2）.
    """
    registry.require_lift(lift)
    _checked_url("query_url", query_url)
    if not items:
        raise BadInput.of("items", "请写明现场维保项目")
    if (interval_months is None) == (interval_days is None):
        raise BadInput.of("interval_months", "请按月或按天填写维保间隔，二选一")
    if (interval_months or interval_days or 0) < 1:
        raise BadInput.of("interval_months" if interval_days is None else "interval_days", "维保间隔至少为 1")
    plan = MaintenancePlan(
        lift=lift,
        maintenance_unit=maintenance_unit,
        interval_months=interval_months,
        interval_days=interval_days,
        items=list(items),
        query_url=query_url,
        stamped=stamped,
        filed_at=clock.now(),
    ).save(force_insert=True)
    events.record("plan.filed", subject=f"plan:{plan.id}", actor=actor, lift=lift)
    cards.refresh([lift], "maintenance_plans")
    return plan


def _checked_url(field: str, url: str | None) -> None:
    if url is not None and not url.startswith(URL_SCHEMES):
        raise BadInput.of(field, "查询地址要以 https:// 开头")
