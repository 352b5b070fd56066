"""The commands that change estates and units: rename, move, merge, split; and the question that an import asks."""

from collections.abc import Callable, Sequence
from functools import partial, wraps
from typing import Any

import click
from flask.cli import with_appcontext

from backend.accounts.actors import COMMAND
from backend.foundation import clock
from backend.foundation.commands import Group
from backend.registry import directory, import_renames, queries, renaming, unit_renaming, units
from backend.registry.directory import Named
from backend.registry.import_renames import Looked
from backend.registry.renaming import Changed

Read = Callable[[Any], object]
Make = Callable[..., Changed]
Changes = tuple[Make, Make]  # what is tried, and what is made: of a unit, the lifts go over after what is tried
ASKED = "按改名处理：协调小组、关注和未办结的件随之变更，原名仍能查到"


def settle_renames(read: Read, renames: bool | None, *, dry_run: bool, reason: str) -> None:
    """Find the estates that a file renames or moves as a whole, ask, and do it before the rows go in.

    Args:
        read: reads the file once, with what stands for saving a batch.
        renames: what was asked for; None: ask.
        dry_run: only tell.
        reason: for the record.

    Raises:
        click.UsageError: nobody answers the question; nothing is changed.
    """
    if renames is False:
        return
    looked = Looked()
    read(looked.look)
    found = looked.found()
    for row in found:
        click.echo(row.text)
    if not found or dry_run:
        return
    if renames or _confirmed():
        import_renames.apply(found, COMMAND, reason)
        click.echo(f"已按改名处理 {len(found)} 个小区")


def _confirmed() -> bool:
    try:
        return click.confirm(f"{ASKED}。是否按改名处理？", default=True)
    except click.Abort as error:
        raise click.UsageError(f"没有保存：{ASKED}，请加 --renames；当作新小区，请加 --no-renames") from error


def _changing(command: Callable[..., Changes]) -> Callable[..., None]:
    """Make a command of a function that gives a change, tried and made: it is shown, confirmed, made and told."""

    @click.option("--reason", prompt="原因", help="Why, for the record.")
    @click.option("--yes", is_flag=True, help="Do not ask.")
    @with_appcontext
    @wraps(command)
    def run(*args: Any, reason: str, yes: bool, **kwargs: Any) -> None:
        begin, make = command(*args, **kwargs)
        tried = renaming.trial(partial(begin, by=COMMAND, reason=reason))
        click.echo(renaming.summary(tried))
        yes or click.confirm("继续？", abort=True)
        click.echo(f"已完成：{renaming.summary(make(by=COMMAND, reason=reason))}")

    return run


def _at_once(make: Make, *given: Any) -> Changes:
    return partial(make, *given), partial(make, *given)


def _tell(one: Named) -> None:
    """Say what an estate or a unit is called, was called, and what was done to it."""
    click.echo(
        f"{one['name']}（{one['place']}）\n编号 {one['id']}，电梯 {len(one['lifts'])} 台{'以上' if one['more'] else ''}"
    )
    click.echo(f"曾用名：{'、'.join(one['former']) or '无'}")
    for event in one["history"]:
        who, data = event["actor"], event["data"]
        click.echo(f"{clock.local(event['at']):%Y-%m-%d %H:%M} {who} {data['text']}（原因：{data['reason']}）")


def _unit(words: str) -> str:
    """Return the id of a unit; that of one whose merger was cut off is found by its id alone."""
    return words if units.organisation_kinds(words) is not None else queries.organisation_meant(words)


@click.group(cls=Group)
def estate() -> None:
    """Estates: rename, move to another district, merge, split. ESTATE is a name or an id."""


@estate.command("show")
@click.argument("estate")
@with_appcontext
def show_estate(estate: str) -> None:
    """Print the names of ESTATE, the old ones too, and what was done to it."""
    _tell(directory.estate(queries.estate_meant(estate)))


@estate.command("rename")
@click.argument("estate")
@click.argument("name")
@_changing
def rename_estate(estate: str, name: str) -> Changes:
    """Give ESTATE another NAME."""
    return _at_once(renaming.rename, queries.estate_meant(estate), name)


@estate.command("move")
@click.argument("estate")
@click.argument("area")
@_changing
def move_estate(estate: str, area: str) -> Changes:
    """Put ESTATE under the bureau of AREA, with its open cases and groups; both bureaus are told."""
    return _at_once(renaming.move, queries.estate_meant(estate), area)


@estate.command("merge")
@click.argument("estate")
@click.argument("into")
@_changing
def merge_estates(estate: str, into: str) -> Changes:
    """Make ESTATE a part of INTO."""
    return _at_once(renaming.merge, queries.estate_meant(estate), queries.estate_meant(into))


@estate.command("split")
@click.argument("estate")
@click.argument("name")
@click.argument("codes", metavar="CODE...", nargs=-1, required=True)
@_changing
def split_estate(estate: str, name: str, codes: Sequence[str]) -> Changes:
    """Make the lifts CODE... of ESTATE an estate of their own, called NAME."""
    return _at_once(renaming.split, queries.estate_meant(estate), name, codes)


@click.group(cls=Group)
def unit() -> None:
    """Units: rename, give a code, merge, split. UNIT is a name, a 统一社会信用代码 or an id."""


@unit.command("show")
@click.argument("unit")
@with_appcontext
def show_unit(unit: str) -> None:
    """Print the names of UNIT, the old ones too, and what was done to it."""
    _tell(directory.unit(_unit(unit)))


@unit.command("rename")
@click.argument("unit")
@click.argument("name")
@_changing
def rename_unit(unit: str, name: str) -> Changes:
    """Give UNIT another NAME."""
    given = queries.organisation_meant(unit), name
    return partial(unit_renaming.begin_rename, *given), partial(unit_renaming.rename, *given)


@unit.command("code")
@click.argument("unit")
@click.argument("credit_code")
@_changing
def give_unit_code(unit: str, credit_code: str) -> Changes:
    """Give UNIT, which has none yet, its 统一社会信用代码."""
    return _at_once(unit_renaming.give_code, queries.organisation_meant(unit), credit_code)


@unit.command("merge")
@click.argument("unit")
@click.argument("into")
@_changing
def merge_units(unit: str, into: str) -> Changes:
    """Make UNIT a part of INTO."""
    given = _unit(unit), queries.organisation_meant(into)
    return partial(unit_renaming.begin_merge, *given), partial(unit_renaming.merge, *given)


@unit.command("split")
@click.argument("unit")
@click.argument("name")
@click.argument("codes", metavar="CODE...", nargs=-1, required=True)
@_changing
def split_unit(unit: str, name: str, codes: Sequence[str]) -> Changes:
    """Give the lifts CODE... of UNIT to a new unit, called NAME."""
    given = queries.organisation_meant(unit), name, codes
    return partial(unit_renaming.begin_split, *given), partial(unit_renaming.split, *given)
