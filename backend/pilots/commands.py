"""The commands about pilot programmes: label a lift, let it leave."""

from datetime import date

import click
from flask.cli import with_appcontext

from backend.accounts.actors import COMMAND
from backend.foundation.commands import Group
from backend.pilots import service
from backend.pilots.documents import PROGRAMMES
from backend.policy.commands import Day

programme_option = click.option(
    "--programme", type=click.Choice(tuple(PROGRAMMES)), required=True, help="Which pilot programme."
)


@click.group(cls=Group)
def pilot() -> None:
    """The two pilot programmes of 渝市监发〔2020〕84号."""


@pilot.command()
@click.argument("code")
@programme_option
@click.option("--authority", required=True, help="Id of the bureau that decided, such as 500103 or CQ.")
@click.option("--publicised-from", type=Day(), required=True, help="First day of the 15 days of publicity.")
@click.option("--since", type=Day(), required=True, help="First day of the label.")
@with_appcontext
def label(code: str, programme: str, authority: str, publicised_from: date, since: date) -> None:
    """Label a lift, as its authority decided; what the regulation is against is refused with the clause."""
    service.label(
        code, programme=programme, authority=authority, since=since, publicised_from=publicised_from, actor=COMMAND
    )
    click.echo(f"{code} 自 {since.isoformat()} 起标注为{PROGRAMMES[programme]}")


@pilot.command(name="exit")
@click.argument("code")
@programme_option
@click.option("--on", type=Day(), required=True, help="The day from which the label is no longer held.")
@click.option("--rule", "rule_id", required=True, help="The rule it rests on, such as M-X9; see chati policy rules.")
@click.option("--reason", required=True, help="The authority's reason; the public reads it.")
@click.option("--yes", is_flag=True, help="Do not ask before.")
@with_appcontext
def leave(code: str, *, programme: str, on: date, rule_id: str, reason: str, yes: bool) -> None:
    """End a lift's label: it leaves the programme, and its page says why."""
    yes or click.confirm(
        f"{code} 自 {on.isoformat()} 起退出{PROGRAMMES[programme]}，页面上公开理由。继续？", abort=True
    )
    service.exit(code, programme=programme, on=on, reason=reason, rule_id=rule_id, actor=COMMAND)
    click.echo(f"{code} 自 {on.isoformat()} 起退出{PROGRAMMES[programme]}")
