"""Importing lifts from a CSV, in rows a second, beside a bare bulk_write of the same documents.

python -m benchmarks.registry_import [rows]
"""

import csv
import pathlib
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta

from pymongo import InsertOne
from stdnum.cn import uscc

import wsgi
from backend.accounts.actors import COMMAND
from backend.foundation import database, tables
from backend.foundation.embedded import EmbeddedMongo
from backend.policy import jurisdictions
from backend.registry import importing, rejects
from backend.registry.columns import COLUMNS
from backend.registry.mapping import FileMap
from config.settings import Settings

ROWS = 50_000
LIFTS_AN_ESTATE = 24
SYLLABLES = "云杉栖望江畔样板翠湖演示竹溪松岭"


def main(count: int = ROWS) -> None:
    """Import made-up lifts and print what it took.

    Args:
        count: rows.
    """
    with tempfile.TemporaryDirectory(prefix="chati-bench-") as folder:
        mongo = EmbeddedMongo(pathlib.Path(folder) / "mongod", cache_mb=1024)
        try:
            app = wsgi.create_app(Settings(var=folder, mongodb_uri=mongo.ensure(), demo=True, log_level="error"))
            database.migrate()
            with app.app_context():
                _measure(pathlib.Path(folder) / "lifts.csv", count)
        finally:
            mongo.stop()


def _measure(file: pathlib.Path, count: int) -> None:
    _write(file, rows(count))
    saved = importing.saving(COMMAND)
    first = _rate(count, lambda: _import(file, saved))
    documents = list(database.collection("lifts").find())
    again = _rate(count, lambda: _import(file, saved))
    _empty()
    bare = _rate(count, lambda: _insert(documents))
    for name, rate in (
        ("import, new lifts with their cards", first),
        ("import, the same file again", again),
        ("bare bulk_write, same documents", bare),
    ):
        print(f"{name:36} {rate:7.0f} rows/s  {rate / bare:4.2f} of the bare rate")


def rows(count: int) -> Iterator[list[str]]:
    """Make rows with every column of a lift table; the same for the same count."""
    chance = random.Random(84)
    areas = [one.name for one in jurisdictions.all_on(date(2026, 1, 1))]
    for number in range(count):
        if number % LIFTS_AN_ESTATE == 0:
            estate, area = "".join(chance.choices(SYLLABLES, k=4)), chance.choice(areas)
            unit, company = chance.randrange(500), chance.randrange(60)
        made = date(2000, 1, 1) + timedelta(days=chance.randrange(9000))
        yield [
            *(f"{number:06}", f"3110108902015{number:06}", "", f"梯11渝A{number:05}(20)", "曳引驱动乘客电梯", "在用"),
            *(area, estate, f"{number % 12 + 1}栋", f"{area}演示大道{number // LIFTS_AN_ESTATE}号"),
            *(f"{number % 4 + 1}号梯", "大堂", "演示电梯厂", "DEMO-1", f"F{number}", f"{made}", ""),
            *(f"{made + timedelta(days=90)}", "监督检验", "", "", "", "33", "33", "2.5", "1000"),
            *(f"演示物业{unit}", _credit_code(unit), "023-00000001"),
            *(f"演示维保{company}", _credit_code(1000 + company), "023-00000002", "TS-000"),
            *("演示检验所", _credit_code(2000), "023-00000003"),
            *("张试验", f"158{number // LIFTS_AN_ESTATE:08}", "023-00000004", "是" if number % 3 else "否"),
        ]


def _credit_code(number: int) -> str:
    code = f"91500000MADE{number:05}"
    return f"{code}{uscc.calc_check_digit(code)}"


def _write(file: pathlib.Path, table: Iterable[Sequence[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([[column.heading for column in COLUMNS.values()], *table])


def _import(file: pathlib.Path, save: importing.Save) -> None:
    with tables.opened(file) as table, rejects.rejects_beside(file) as reject:
        report = importing.run(table, FileMap(), save, reject)
    assert report.rejected == 0, f"{report.rejected} rows were rejected"


def _insert(documents: Sequence[dict]) -> None:
    for start in range(0, len(documents), importing.BATCH):
        batch = documents[start : start + importing.BATCH]
        database.collection("lifts").bulk_write([InsertOne(one) for one in batch], ordered=False)


def _empty() -> None:
    for name in ("lifts", "cards", "estates", "organisations"):
        database.collection(name).delete_many({})


def _rate(count: int, work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return count / (time.perf_counter() - start)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
