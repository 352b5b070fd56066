"""`make bench`: scans, intake, registry import and due dates, each as a ratio to its floor in the same run."""

import argparse
import os
import pathlib
import tempfile

import click

import wsgi
from backend.demo.load import load
from backend.foundation import clock, database
from backend.foundation.embedded import EmbeddedMongo
from benchmarks import due_dates, intake, registry_import
from benchmarks.city import multiply, scanned
from benchmarks.load import has_wrk, server
from benchmarks.scans import Scans
from config.settings import Settings

CACHE_MB = 1024


def main() -> None:
    """Run all measurements over a demo city in a temporary folder."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--scale", type=int, default=1, help="copies of the demo city's 2,000 lifts; 500 is a million")
    parser.add_argument("--rounds", type=int, default=5, help="how often each line is measured beside the floor")
    parser.add_argument("--seconds", type=int, default=3, help="of wrk for a line in a round")
    parser.add_argument("--minute", type=int, default=60, help="seconds of 200 messages each")
    parser.add_argument("--only", choices=["scans", "intake", "import"], help="one part alone")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chati-bench-") as folder:
        mongo = EmbeddedMongo(pathlib.Path(folder) / "mongod", cache_mb=CACHE_MB)
        try:
            if args.only != "import":
                _measure(Settings(var=folder, mongodb_uri=mongo.ensure(), demo=True, log_level="error"), args)
        finally:
            database.disconnect()
            mongo.stop()
    if args.only in {None, "import"}:
        registry_import.main()
        due_dates.main()


def _measure(settings: Settings, args: argparse.Namespace) -> None:
    env = {
        "CHATI_MONGODB_URI": settings.mongodb_uri,
        "CHATI_MONGODB_NAME": settings.mongodb_name,
        "CHATI_VAR": settings.var,
        "CHATI_DEMO": "1",
        "CHATI_LOG_LEVEL": "error",
        "CHATI_TRUSTED_PROXIES": "1",  # the senders of complaints have an address each, as residents have
    }
    app = wsgi.create_app(settings)
    with app.app_context():
        database.migrate()
        load(clock.today())
        lifts = scanned(app)
    multiply(lifts, args.scale, "cards", "pages")
    machine = f"{os.cpu_count()} cores, {CACHE_MB} MB of cache, asked by {'wrk' if has_wrk() else 'this program'}"
    click.echo(f"\n{len(lifts) * args.scale:,} lifts, one web process, {machine}")
    with server("benchmarks.floor:app", env) as floor, server("wsgi:app", env) as chati:
        if args.only != "intake":
            scans = Scans(lifts, args.scale, pathlib.Path(settings.var), args.seconds)
            scans.measure(floor, chati, args.rounds)
            scans.first(floor, chati)
        if args.only != "scans":
            intake.measure([lift.code for lift in lifts], floor, chati, args.rounds)
    if args.only != "scans":
        with server("wsgi:app", env, settings.web_workers) as chati:
            intake.minute([lift.code for lift in lifts], chati, args.minute)


if __name__ == "__main__":
    main()
