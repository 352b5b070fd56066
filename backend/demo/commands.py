"""The command `chati demo`: load the demo city."""

import click
from flask.cli import with_appcontext

from backend.demo import SAMPLE_CODE
from backend.demo.city import LIFTS
from backend.demo.load import STEPS, load
from backend.foundation import clock, database
from backend.foundation.commands import Group


@click.group(cls=Group)
def demo() -> None:
    """The demo city: made-up lifts to try things out on."""


@demo.command("load")
@click.option("--force", is_flag=True, help="Replace the demo city that is there.")
@with_appcontext
def load_city(force: bool) -> None:
    """Load the demo city, fresh as of today."""
    database.migrate()
    load_with_progress(force)


def load_with_progress(force: bool = False) -> None:
    """Load the city, show how far it is, and say what came of it.

    Args:
        force: replace a demo city that is there.

    Raises:
        Conflict: see `load.load`.
    """
    with click.progressbar(length=STEPS * LIFTS, label="演示城市") as bar:
        done = load(clock.today(), bar.update, force=force)
    click.echo(
        f"{done.lifts} 台电梯，{done.visits} 次维保，{done.examinations} 份检验检测报告，{done.complaints} 件投诉。"
    )
    click.echo(f"资料最全的一台：{SAMPLE_CODE}")
