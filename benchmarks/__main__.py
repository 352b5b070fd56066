"""`make bench`: scan page, intake, registry import and due dates, each as a ratio to its floor in the same run."""

import argparse
import json
import os
import pathlib
import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import replace

import click

import wsgi
from backend.demo.load import load
from backend.foundation import clock, database
from backend.foundation.embedded import EmbeddedMongo, free_port
from benchmarks import due_dates, registry_import
from benchmarks.load import Request, Result, run, server
from config.settings import Settings

BROWSER = (("Accept-Encoding", "gzip, br"),)
JSON = (("Content-Type", "application/json"),)


def main() -> None:
    """Run all measurements over a demo city in a temporary folder."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--requests", type=int, default=4000, help="requests per measurement")
    parser.add_argument(
        "--scale", type=int, default=1, help="copies of the demo city's cards, to see that size does not matter"
    )
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chati-bench-") as folder:
        mongo = EmbeddedMongo(pathlib.Path(folder) / "mongod", cache_mb=1024)
        try:
            _measure(Settings(var=folder, mongodb_uri=mongo.ensure(), demo=True, log_level="error"), args)
        finally:
            database.disconnect()
            mongo.stop()


def _measure(settings: Settings, args: argparse.Namespace) -> None:
    app = wsgi.create_app(replace(settings, report_limit="1000000 per hour"))
    with app.app_context():
        database.migrate()
        load(clock.today())
        codes = _multiply(args.scale)
    env = {
        "CHATI_MONGODB_URI": settings.mongodb_uri,
        "CHATI_MONGODB_NAME": settings.mongodb_name,
        "CHATI_VAR": settings.var,
        "CHATI_DEMO": "1",
        "CHATI_LOG_LEVEL": "error",
        "CHATI_REPORT_LIMIT": "1000000 per hour",
    }
    click.echo(f"{len(codes)} lifts, {args.requests} requests a line, one web process, {os.cpu_count()} cores\n")
    scans = [Request(f"/e/{codes[n % len(codes)]}", headers=BROWSER) for n in range(args.requests)]
    popular = [Request(f"/e/{codes[n % 200]}", headers=BROWSER) for n in range(args.requests)]
    complaints = _complaints(codes, args.requests // 4)
    with server("benchmarks.floor:app", port := free_port(), env) as process:
        run(port, process, scans[:200])
        read = run(port, process, scans)
        insert = run(port, process, complaints, 201)
    with server("wsgi:app", port := free_port(), env) as process:
        run(port, process, popular[:800])
        _line("scan page, popular lifts", run(port, process, popular), "find_one", read)
        _line("scan page, every lift in turn", run(port, process, scans), "find_one", read)
        _line("complaint intake", run(port, process, complaints, 201), "durable insert", insert)
    click.echo()
    registry_import.main()
    due_dates.main()


def _line(name: str, result: Result, floor_name: str, floor: Result) -> None:
    click.echo(
        f"{name:32} {result.per_second:7.0f}/s  {result.per_second / floor.per_second:4.2f} of the floor's rate   "
        f"{result.cpu_ms:5.2f} ms CPU  {result.cpu_ms / floor.cpu_ms:4.2f} times the floor's   "
        f"median {result.median_ms:5.2f} ms   (floor: {floor_name} {floor.per_second:.0f}/s, {floor.cpu_ms:.2f} ms)"
    )


def _multiply(scale: int) -> list[str]:
    """Copy the city's cards under further codes and return all codes."""
    cards = database.collection("cards")
    codes = [card["_id"] for card in cards.find({}, {"_id": 1})]
    for copy in range(1, scale):
        cards.insert_many(
            [{**card, "_id": f"{copy}-{card['_id']}"} for card in cards.find({"_id": {"$in": codes}})], ordered=False
        )
    return [card["_id"] for card in cards.find({}, {"_id": 1})]


def _complaints(codes: Sequence[str], count: int) -> list[Request]:
    """Return complaints on different lifts, each with its own Idempotency-Key."""
    real = [code for code in codes if "-" not in code]
    return [
        Request(
            "/api/v1/complaints",
            json.dumps({"lift_code": real[n % len(real)], "category": "door", "description": "关不上门"}).encode(),
            (*JSON, ("Idempotency-Key", secrets.token_hex(8))),
        )
        for n in range(count)
    ]


if __name__ == "__main__":
    main()
