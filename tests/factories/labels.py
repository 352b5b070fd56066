"""Makes labels 标注 of pilot programmes, with what the regulation asks of a lift before it is labelled."""

from datetime import date, timedelta

from backend.accounts.actors import COMMAND
from backend.insurance import queries as insurance
from backend.insurance.service import insure
from backend.pilots import service
from backend.pilots.documents import Label

AUTHORITIES = {"maintenance": "500103", "inspection": "CQ"}


def make_label(code: str, since: date = date(2026, 1, 5), programme: str = "maintenance", **given):
    """Label a lift that was publicised for a month; one that is not insured on that day gets a policy of three years.

    A lift for the inspection pilot is in the maintenance pilot for a year by then.
    """
    if programme == "maintenance" and insurance.policy_on(code, since) is None:
        term = {"start": since, "end": since + timedelta(days=1095)}
        insure(f"label-{code}", kind="liability", insurer="鲤山财产保险", lifts=[code], actor=COMMAND, **term)
    if programme == "inspection" and not Label.objects(lift=code, programme="maintenance"):
        make_label(code, since - timedelta(days=400))
    usual = {"authority": AUTHORITIES[programme], "publicised_from": since - timedelta(days=30), "actor": COMMAND}
    return service.label(code, programme=programme, since=since, **{**usual, **given})
