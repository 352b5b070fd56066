"""The commands about inspections 检验 and tests 检测: record a report."""

from datetime import date
from typing import Any

import click
from flask.cli import with_appcontext

from backend.accounts.actors import COMMAND
from backend.foundation.commands import Group
from backend.inspection import service
from backend.inspection.documents import KINDS, TYPES
from backend.policy.commands import Day
from backend.registry.queries import organisation_meant

CONCLUSIONS = ("passed", "failed")


@click.group(cls=Group)
def examination() -> None:
    """Inspections 检验 and tests 检测."""


@examination.command()
@click.argument("code")
@click.option("--kind", type=click.Choice(tuple(KINDS)), required=True, help="Inspection 检验 or test 检测.")
@click.option("--type", "kind_of", type=click.Choice(tuple(TYPES)), required=True, help="Which inspection or test.")
@click.option("--on", "finished_on", type=Day(), required=True, help="The day it was finished.")
@click.option("--conclusion", type=click.Choice(CONCLUSIONS), required=True, help="Passed or failed.")
@click.option("--body", help="Who did it: id, 统一社会信用代码 or name.")
@click.option("--report", "report_no", help="Number of the report.")
@click.option(
    "--problem", "problems", multiple=True, help="What was found; once for each, at least one where it failed."
)
@click.option("--rectification", help="How it was put right.")
@with_appcontext
def record(
    code: str, *, kind: str, kind_of: str, finished_on: date, conclusion: str, body: str | None, **report: Any
) -> None:
    """Record a finished inspection or test of a lift; it is never edited."""
    by = organisation_meant(body) if body else None
    service.record_examination(
        code,
        kind=kind,
        type=kind_of,
        finished_on=finished_on,
        passed=conclusion == CONCLUSIONS[0],
        body=by,
        actor=COMMAND,
        **report,
    )
    click.echo(f"{code} 的{KINDS[kind]}报告（{TYPES[kind_of]}，{finished_on.isoformat()}）已记录")
