"""The command `chati`: each group lives in its slice's commands.py and is only collected here."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

import click
from flask import Flask, current_app
from flask.cli import ScriptInfo, with_appcontext

import config
from backend import serving
from backend.accounts.actors import COMMAND
from backend.accounts.commands import admin
from backend.card.commands import cards
from backend.card.links import lift_url, search_url
from backend.casework import clocks as complaint_clocks
from backend.complaints.links import cases_url
from backend.delivery.commands import audit, outbox, worker
from backend.demo import SAMPLE_CODE, city, desk
from backend.demo.commands import demo, load_with_progress
from backend.demo.load import SEED, is_empty
from backend.foundation import clock, database, migrations, official_years, retention, tables
from backend.foundation.commands import Group, none
from backend.foundation.links import absolute
from backend.foundation.workdays import WorkCalendar
from backend.inspection.commands import examination
from backend.pilots.commands import pilot
from backend.policy.commands import group as policy_group
from backend.registry.commands import export, import_, sign, signs
from backend.registry.renaming_commands import estate, unit
from backend.registry.signs import current_signs
from config.settings import Settings
from config.settings import table as settings_table
from qr import payload, render


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
def chati() -> None:
    """Chati 查梯: public lift information and supervision."""
    config.check()


@chati.command()
@click.pass_obj
def serve(info: ScriptInfo) -> None:
    """Start everything on this machine: database, web and worker; Ctrl-C stops it."""
    settings = Settings.from_env()
    app: list[Flask] = []

    def prepare() -> None:
        app.append(info.load_app())
        with app[0].app_context():
            for line in migrations.run():
                click.echo(line)
            database.migrate()
            if settings.demo and is_empty():
                load_with_progress()
            if settings.demo:
                desk.create(clock.today(), SEED, desk.password())

    def announce() -> None:
        with app[0].app_context():
            _announce(settings)

    serving.serve(settings, prepare, announce)


@chati.command()
@click.option("--dry-run", is_flag=True, help="Say what would change, change nothing.")
@with_appcontext
def migrate(dry_run: bool) -> None:
    """Bring stored data to what this version reads, then make the collections and indexes that are missing."""
    for line in migrations.planned() if dry_run else migrations.run():
        click.echo(line)
    if not dry_run:
        click.echo(f"{len(database.migrate())} 个集合已就绪。")


@chati.command()
def settings() -> None:
    """Print every setting with its type, default and reason."""
    click.echo(settings_table(), nl=False)


@chati.group(name="retention")
def retention_group() -> None:
    """Personal data that is past its time."""


@retention_group.command(name="run")
@click.option("--dry-run", is_flag=True, help="Say what would be erased, erase nothing.")
@with_appcontext
def run_retention(dry_run: bool) -> None:
    """Erase what is older than config/retention.toml allows."""
    past = list(retention.due() if dry_run else retention.run(by=COMMAND))
    if not past:
        none("没有到期的个人信息")
    for found in past:
        click.echo(f"{found.label}（{found.days} 天）：{'应清除' if dry_run else '已清除'} {found.number}")


@chati.group(name="calendar")
def calendar_group() -> None:
    """Official working days."""


@calendar_group.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def import_calendar(file: Path) -> None:
    """Merge the official notice of a year into the calendar: CSV or XLSX with the columns day,is_workday,source_url.

    Only the days that it names are replaced. Exit status: 0 loaded, 2 the file cannot be used; then nothing changed.
    """
    with tables.opened(file) as table:
        loaded = official_years.load_table(table)
    changed = complaint_clocks.recompute_provisional()
    for one in loaded:
        click.echo(f"{one.year} 年：新增 {one.new} 天，改动 {one.changed} 天")
    click.echo(f"原来暂定、现在重新计算的期限：{changed} 个")


def _announce(settings: Settings) -> None:
    base = settings.public_url
    lines = ["", "Chati 查梯 is running. Ctrl-C stops it.", ""]
    if settings.demo:
        tag = current_signs([SAMPLE_CODE])[SAMPLE_CODE]["tag"]
        simulator_url = cast(
            Callable[[], str], current_app.jinja_env.globals["simulator_url"]
        )  # a higher floor offers it
        scan = absolute(lift_url(SAMPLE_CODE, tag))
        lines += [
            f"  a lift's page     {scan}",
            f"  WeChat simulator  {absolute(simulator_url())}",
            f"  bureau desk       {absolute(cases_url())}",
            f"    accounts        {city.SAMPLE_AREA} 渝中区局 · {desk.MUNICIPAL_OFFICER} 市局 · {desk.ADMINISTRATOR}",
            f"    password        {desk.password()}",
        ]
    else:
        lines += [f"  search            {absolute(search_url())}", f"  bureau desk       {absolute(cases_url())}"]
    lines += [f"  API               {base}/docs", f"  health            {base}/readyz", ""]
    click.echo("\n".join(lines))
    if settings.demo:
        click.echo("Scan the sample lift:\n")
        click.echo(render.terminal(payload.url(base, SAMPLE_CODE, tag)))


def _calendar() -> WorkCalendar:
    """Return the working days, with the years loaded into this installation's database."""
    info = click.get_current_context().ensure_object(ScriptInfo)
    with info.load_app().app_context():
        return official_years.calendar()


policy = policy_group(today=clock.today, calendar=_calendar)
GROUPS = (admin, audit, cards, demo, estate, examination, export, import_, outbox, pilot, policy, sign, signs, unit)
for group in (*GROUPS, worker):
    chati.add_command(group)
