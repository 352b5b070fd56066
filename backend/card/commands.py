"""The commands about the public cards of lifts."""

import sys
from collections.abc import Sequence

import click
from flask.cli import with_appcontext

from backend.card import service
from backend.foundation.commands import Group
from backend.registry import queries


@click.group(cls=Group)
def cards() -> None:
    """The public cards of lifts."""


@cards.command()
@click.argument("codes", metavar="[CODE]...", nargs=-1)
@with_appcontext
def rebuild(codes: Sequence[str]) -> None:
    """Make cards again from nothing: those of the given lifts, or all."""
    if codes:
        queries.require_lifts(codes, field="codes")
    with click.progressbar(length=len(codes) or queries.about(), label="更新卡片", file=sys.stderr) as bar:
        done = service.rebuild(codes or queries.codes(), bar.update)
    click.echo(f"重做了 {done} 张卡片")
