"""The commands about lifts: import, export, sign, signs."""

import pathlib
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

import click
from flask.cli import with_appcontext

from backend.accounts.actors import COMMAND
from backend.foundation import database, events, tables
from backend.foundation.commands import Command, Group, Output
from backend.foundation.writing import whole
from backend.policy import jurisdictions
from backend.registry import (
    exporting,
    followers,
    importing,
    mapfile,
    mapping,
    preview,
    printing,
    queries,
    rejects,
    sheets,
)
from backend.registry import signs as signs_service
from backend.registry.organisations import Said
from backend.registry.renaming_commands import settle_renames
from qr import render, sheet

SOME_REJECTED = 1
BATCH = 500  # lifts a transaction
FILE = click.Path(exists=True, dir_okay=False, path_type=pathlib.Path)
OUT_FILE = Output()


def area(_: click.Context, __: click.Parameter, words: str | None) -> str | None:
    """Read an area, by id or name."""
    try:
        return jurisdictions.find(words).id if words else None
    except LookupError as error:
        raise click.BadParameter(str(error)) from error


def areas(help_text: str) -> Callable[..., Any]:
    """Declare the option --jurisdiction."""
    return click.option("--jurisdiction", metavar="ID|NAME", callback=area, help=help_text)


@click.group("import", cls=Group)
def import_() -> None:
    """Bring data in."""


@import_.command("lifts")
@click.argument("file", type=FILE)
@click.option("--map", "map_file", type=FILE, help="MAP.toml: the file's own columns, values, dates and bureaus.")
@click.option("--dry-run", is_flag=True, help="Check everything, show what would change, save nothing.")
@click.option(
    "--renames/--no-renames",
    default=None,
    help="An estate of which all lifts come under another name is renamed, or is a new one; asked where not given.",
)
@click.option("--rejected", type=Output(), help="Write the rejected rows, each with the reason, to this CSV as well.")
@click.pass_context
@with_appcontext
def import_lifts(
    context: click.Context,
    *,
    file: pathlib.Path,
    map_file: pathlib.Path | None,
    dry_run: bool,
    renames: bool | None,
    rejected: pathlib.Path | None,
) -> None:
    """Import lifts from FILE.csv or FILE.xlsx; bad cells go to FILE.rejects.csv.

    Exit status: 0 all rows are in, 1 some were rejected, 2 the file or the map cannot be used.
    """
    _check_apart(file, rejected)
    file_map = mapfile.load(map_file) if map_file else mapping.FileMap()
    settle_renames(partial(_read, file, file_map), renames, dry_run=dry_run, reason=f"导入 {file.name}")
    said = Said()
    plan = preview.Preview(said)
    save = plan.save if dry_run else importing.saving(COMMAND, said)
    with (
        tables.opened(file, file_map.wanted()) as table,
        rejects.rejects_beside(file) as reject,
        rejects.rows_to(rejected, table.heading) as keep_row,
        click.progressbar(length=table.size, label="导入", file=_err()) as bar,
    ):
        report = importing.run(table, file_map, save, reject, progress=bar.update, keep_row=keep_row)
    if report.units and not dry_run:
        _tell_of_units(report.units)
    head = "试运行，没有保存：" if dry_run else ""
    click.echo(f"{head}新增 {report.created} 台，更新 {report.updated} 台，无变化 {report.unchanged} 台")
    if added := [f"{name} {count} 条" for name, count in report.facts.items() if count]:
        click.echo(f"{head}登记{'、'.join(added)}")
    for line in plan.lines():
        click.echo(line)
    for line in (*said.contradictions.values(), *_left_out(report, file, rejected)):
        click.echo(line, err=True)
    if report.rejected:
        context.exit(SOME_REJECTED)


def _read(file: pathlib.Path, file_map: mapping.FileMap, save: importing.Save) -> None:
    """Read a file without telling of bad rows: that is for the time when the good ones go in."""
    with tables.opened(file, file_map.wanted()) as table:
        importing.run(table, file_map, save, lambda _: None)


def _check_apart(file: pathlib.Path, rejected: pathlib.Path | None) -> None:
    """Check that the rows that stay out are written to a CSV that is no other file of this import."""
    if rejected is None:
        return
    if rejected.suffix.lower() != ".csv":
        raise click.UsageError("--rejected 只能写成 .csv 文件")
    if rejected.resolve() in (file.resolve(), rejects.rejects_path(file).resolve()):
        raise click.UsageError("--rejected 要写到另一个文件")


def _left_out(report: importing.Report, file: pathlib.Path, rejected: pathlib.Path | None) -> Iterator[str]:
    """Say what of the file did not go in."""
    if report.unread_columns:
        yield f"没有读的列：{'、'.join(report.unread_columns)}"
    if report.unread_sheets:
        yield f"没有读的工作表：{'、'.join(report.unread_sheets)}，可在映射表的 [sheet] 里写明 name"
    if report.skipped:
        yield f"按映射表跳过 {report.skipped} 行"
    if report.noted:
        yield f"{report.noted} 处要核对，见 {rejects.rejects_path(file)}"
    if report.rejected:
        yield f"退回 {report.rejected} 行，原因见 {rejects.rejects_path(file)}"
        if rejected:
            yield f"退回的行已写入 {rejected}，改正后可以再导入"


@click.group(cls=Group)
def export() -> None:
    """Write data out."""


@export.command("lifts")
@click.argument("file", type=OUT_FILE)
@areas("Only lifts that this bureau answers for today.")
@click.option("--personal", is_flag=True, help="With the names and phones of safety managers.")
@with_appcontext
def export_lifts(file: pathlib.Path, jurisdiction: str | None, personal: bool) -> None:
    """Export lifts to FILE.csv or FILE.xlsx, in the form that `chati import lifts` reads."""
    columns = exporting.columns(personal)
    with click.progressbar(length=queries.about(), label="导出", file=_err()) as bar:
        rows = exporting.rows(columns, jurisdiction, bar.update)
        tables.write(file, "电梯", [column.heading for column in columns], rows, exporting.NOTE)
    if personal:
        events.record("lifts.exported", subject="registry", actor=COMMAND, jurisdiction=jurisdiction)
    click.echo(f"已写入 {file}")
    if file.suffix.lower() == ".csv":
        click.echo(exporting.CSV_HINT, err=True)


@click.command(cls=Command)
@click.argument("codes", metavar="CODE...", nargs=-1, required=True)
@click.option(
    "--format",
    "form",
    type=click.Choice(["png", "svg", "pdf"]),
    default="png",
    show_default=True,
    help="Form of the files.",
)
@click.option("--out", type=Output(folder=True), default=".", help="Folder.")
@click.option("--reissue", is_flag=True, help="Issue a new sign; the current one is then shown as replaced.")
@click.option("--withdraw", is_flag=True, help="Withdraw the current sign instead: whoever scans it is told so.")
@click.option("--reason", help="Why signs are withdrawn, for the record; asked for where it is not given.")
@click.option("--yes", is_flag=True, help="Do not ask before a reissue or a withdrawal.")
@with_appcontext
def sign(
    codes: Sequence[str], *, form: str, out: pathlib.Path, reissue: bool, withdraw: bool, reason: str | None, yes: bool
) -> None:
    """Draw the usage signs of lifts, one file a lift; a lift without a sign gets its first."""
    codes = list(dict.fromkeys(codes))
    if (reissue and withdraw) or (reason is not None and not withdraw):
        raise click.UsageError("--reissue 和 --withdraw 只能选一个，--reason 只和 --withdraw 一起用")
    if withdraw:
        _withdraw(codes, reason, yes)
        return
    signs_service.require_lifts(codes)
    sheets.address()
    if reissue:
        yes or click.confirm(f"{len(codes)} 台电梯换发新标志，旧标志随即失效。继续？", abort=True)
        signs_service.issue_signs(codes, COMMAND)
    else:
        signs_service.first_signs(codes, COMMAND)
        _require_current(codes)
    out.mkdir(parents=True, exist_ok=True)
    draw = {"png": sheet.sign_image, "svg": _svg, "pdf": _pdf}[form]
    made = list(sheets.fields(codes))
    with click.progressbar(made, label="制作标志", file=_err()) as bar:
        for fields in bar:
            with whole(out / f"{fields.rescue_code}.{form}") as part:
                part.write_bytes(draw(fields))
    click.echo(f"{len(codes)} 个标志已写入 {out}")
    if form == "pdf":
        _tell_of_troubles(made)


@click.command(cls=Command)
@click.option("--estate", help="Name of an estate.")
@areas("Lifts that this bureau answers for today; with --estate those of the estate.")
@click.option("--changed", is_flag=True, help="Only signs that say something new since they were last on a sheet.")
@click.option("--out", type=OUT_FILE, default="signs.pdf", show_default=True, help="PDF file.")
@with_appcontext
def signs(estate: str | None, jurisdiction: str | None, changed: bool, out: pathlib.Path) -> None:
    """Lay usage signs out on A4 pages for printing, sorted by estate and building.

    Signs that were withdrawn, and those of scrapped lifts, are not printed but listed: they are to be taken down.
    """
    if not (estate or jurisdiction):
        raise click.UsageError("给出 --estate 或 --jurisdiction，也可以两个都给")
    chosen = sheets.chosen(jurisdiction, estate, changed=changed, by=COMMAND)
    if chosen.signs:
        with click.progressbar(length=len(chosen.signs), label="排版标志", file=_err()) as bar:
            drawn = sheets.pdf(chosen, lambda _: bar.update(1))
        with whole(out) as part:
            part.write_bytes(drawn)
    printing.note(chosen.signs, chosen.gone)
    _tell_of_sheet(chosen, out)


def _withdraw(codes: Sequence[str], reason: str | None, yes: bool) -> None:
    """Withdraw the current signs of lifts, all or none."""
    current = signs_service.current_signs(codes)
    if without := [code for code in codes if code not in current]:
        raise click.ClickException(f"没有有效的使用标志：{'、'.join(without)}")
    reason = click.prompt("收回的原因") if reason is None else reason
    yes or click.confirm(f"收回 {len(codes)} 台电梯的使用标志，原因：{reason}。继续？", abort=True)
    signs_service.withdraw_signs(codes, COMMAND, reason)
    click.echo(f"已收回 {len(codes)} 个使用标志；扫这张标志的人看到“这张使用标志已被收回”，电梯页面照常显示")


def _tell_of_sheet(chosen: sheets.Chosen, out: pathlib.Path) -> None:
    click.echo(f"{len(chosen.signs)} 个标志已写入 {out}" if chosen.signs else "没有要打印的标志，没有写文件")
    _tell_of_troubles(chosen.signs)
    if chosen.gone:
        click.echo(f"要取下的标志（{len(chosen.gone)}）：")
        click.echo("\n".join(one.words for one in chosen.gone))


def _tell_of_troubles(signs: Iterable[sheet.SignFields]) -> None:
    """Say what does not stand on the signs as it was written."""
    for fields in signs:
        for words in sheet.troubles(fields):
            click.echo(f"{fields.rescue_code} {words}", err=True)


def _tell_of_units(units: Collection[str]) -> None:
    """Tell whoever follows the lifts of units that changed, a batch at a time."""
    codes = iter(queries.codes_of_units(units))
    with click.progressbar(length=queries.about(), label="更新卡片", file=_err()) as bar:
        while batch := list(islice(codes, BATCH)):
            database.transactional(followers.tell)(followers.LIFTS, batch)
            bar.update(len(batch))


def _require_current(codes: Sequence[str]) -> None:
    current = signs_service.current_signs(codes)
    if withdrawn := [code for code in codes if code not in current]:
        raise click.ClickException(f"标志已收回，要重新发放请加 --reissue：{'、'.join(withdrawn)}")


def _svg(fields: sheet.SignFields) -> bytes:
    return render.svg(fields.url, fields.rescue_code).encode()


def _pdf(fields: sheet.SignFields) -> bytes:
    return sheet.sheet([fields], watermark=sheets.watermark())


def _err() -> Any:
    """Return where progress goes, so that what a command answers can be piped."""
    return sys.stderr
