"""`make mutants`: makes each small change to the policy and its numbers and counts what no test notices."""

import argparse
import fnmatch
import multiprocessing
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime

from tests.mutants import code, data
from tests.mutants.running import ROOT, Worker

MOST_PERCENT = 2  # survivors beyond this end the command with 1
worker = None


def start(folder):
    """Make this process a worker, or keep what hinders it: a pool starts one that ends here again and again."""
    global worker  # noqa: PLW0603 - a process of the pool has nowhere else to keep it
    try:
        worker = Worker(folder)
    except Exception as error:
        worker = error


def try_one(mutant):
    """Give a mutant and whether it was killed."""
    if isinstance(worker, Exception):
        raise worker
    return mutant, worker.kills(mutant)


def of(file):
    """List the mutants of a file."""
    kind = code if file.endswith(".py") else data
    return list(kind.mutants(file, (ROOT / file).read_text(encoding="utf-8")))


def arguments():
    parser = argparse.ArgumentParser(prog="make mutants ARGS=…", description=__doc__)
    parser.add_argument("--only", default="*", help="files, such as '*/authority.py' or '*.toml'")
    parser.add_argument("--again", type=pathlib.Path, help="what an earlier run printed: only its survivors are tried")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=25, help="no mutant is begun after this time")
    parser.add_argument("--write", type=pathlib.Path, help="a page whose table is replaced, such as docs/mutants.md")
    return parser.parse_args()


def main():
    asked, began = arguments(), time.monotonic()
    policy = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "backend/policy").glob("*.py"))
    files = [file for file in (*policy, *data.FILES) if fnmatch.fnmatch(file, asked.only)]
    tried, killed, survivors = Counter(), Counter(), []
    with (
        tempfile.TemporaryDirectory(prefix="chati-mutants-", ignore_cleanup_errors=True) as folder,
        multiprocessing.get_context("fork").Pool(asked.jobs, start, (folder,)) as pool,
    ):
        mutants = [mutant for found in pool.imap(of, files) for mutant in found]
        if asked.again:
            named = set(asked.again.read_text(encoding="utf-8").splitlines())
            mutants = [mutant for mutant in mutants if str(mutant) in named]
        # In one and the same mixed order, so that what a short run tries is a fair share of all.
        random.Random(84).shuffle(mutants)
        for mutant, dead in pool.imap_unordered(try_one, mutants):
            tried[mutant.file] += 1
            killed[mutant.file] += dead
            if not dead:
                survivors.append(mutant)
                print(mutant, flush=True)
            if not sum(tried.values()) % 250:
                print(f"{sum(tried.values())} of {len(mutants)} tried", file=sys.stderr, flush=True)
            if time.monotonic() - began > 60 * asked.minutes:
                break
        pool.terminate()
    total = sum(tried.values())
    percent = 100 * len(survivors) / max(total, 1)
    spent = f"{total} of {len(mutants)} mutants tried in {(time.monotonic() - began) / 60:.0f} minutes"
    found = [f"{spent}, {percent:.1f} % survived.", "", *table(files, tried, killed)]
    print(*found, sep="\n")
    if asked.write:
        write(asked.write, found, survivors)
    sys.exit(percent > MOST_PERCENT)


def table(files, tried, killed):
    rows = [(file, tried[file], killed[file]) for file in files if tried[file]]
    rows.append(("all", sum(tried.values()), sum(killed.values())))
    yield "| file | mutants | killed | survived | % |"
    yield "|---|---:|---:|---:|---:|"
    for name, every, dead in rows:
        yield f"| {name} | {every} | {dead} | {every - dead} | {100 * (every - dead) / max(every, 1):.1f} |"


def write(page, found, survivors):
    """Put what was found between the two marks of a page."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    words = [f"{datetime.now(UTC):%Y-%m-%d}, commit {commit.stdout.strip()}: {found[0]}", *found[1:], ""]
    words += [f"- `{one}`" for one in sorted(survivors, key=str)]
    marks = re.compile(r"(<!-- measured -->\n).*(<!-- until here -->)", re.DOTALL)
    text = marks.sub(lambda there: there[1] + "\n".join(words) + "\n" + there[2], page.read_text(encoding="utf-8"))
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
