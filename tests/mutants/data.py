"""Mutants of the regulation's numbers: every number, switch, day and choice of the TOML files, one step away."""

import re
from datetime import date, timedelta

from tests.mutants.mutant import Mutant

FILES = (
    "config/policies/cq-2020-84.toml",
    "config/policies/national-2009.toml",
    "config/policies/tsg-2023.toml",
    "config/policies/deadlines.toml",
    "config/policies/t5002-items.toml",
    "config/jurisdictions.toml",
)

# Choices among a few words; other texts are names, reasons and clauses, which people read and nothing computes with.
CHOICES = {
    "unit": {
        "minutes": "hours",
        "hours": "minutes",
        "calendar_days": "working_days",
        "working_days": "calendar_days",
        "months": "years",
        "years": "months",
    },
    "kind": {"district": "zone", "county": "zone", "autonomous-county": "zone", "zone": "district"},
    "programme": {"maintenance": "inspection", "inspection": "maintenance"},
    "basis": {"iot": "other", "full": "iot", "other": "full"},
}
# Lists of which a member can be taken away; the items of T5002 are counted by the numbers beside them.
MEMBERS = {"ids", "successors", "制动力", "门锁装置"}

LINE = re.compile(r'(?P<key>[\w-]+|"[^"]+") = (?P<value>.*)')
WORDS = re.compile(r'"[^"]*"')
TOKEN = re.compile(
    r"(?<![\w.-])(?:(?P<day>\d{4}-\d\d-\d\d)|(?P<number>\d+(?:\.\d+)?)|(?P<switch>true|false))(?![\w.-])"
)


def mutants(file, text):
    """Yield the mutants of a file.

    Args:
        file: its path below the root of the project.
        text: what stands in it.
    """
    lines = text.splitlines()
    for place, line in enumerate(lines):
        for changed in _changed(line):
            there = "\n".join([*lines[:place], changed, *lines[place + 1 :], ""])
            yield Mutant(file, place + 1, f"{_short(line)} → {_short(changed)}", there)


def _changed(line):
    found = LINE.match(line)
    if not found:
        return
    start, key = found.start("value"), found["key"].strip('"')
    value = _blank(line)[start:].split("#")[0]
    for token in TOKEN.finditer(value):
        for step in _steps(token):
            yield line[: start + token.start()] + step + line[start + token.end() :]
    words = [one for one in WORDS.finditer(line, start) if one.end() <= start + len(value)]
    if key in CHOICES and len(words) == 1 and words[0][0].strip('"') in CHOICES[key]:
        yield line[: words[0].start()] + f'"{CHOICES[key][words[0][0].strip(chr(34))]}"' + line[words[0].end() :]
    if key in MEMBERS:
        for one in words:
            rest = ", ".join(other[0] for other in words if other is not one)
            yield f"{line[:start]}[{rest}]"


def _blank(line):
    """Hide what stands in quotation marks, keeping every place."""
    return WORDS.sub(lambda words: '"' + "_" * (len(words[0]) - 2) + '"', line)


def _steps(token):
    if token["day"]:
        day = date.fromisoformat(token["day"])
        return [str(day + timedelta(days=1)), str(day - timedelta(days=1))]
    if token["switch"]:
        return ["false" if token["switch"] == "true" else "true"]
    if "." in token["number"]:
        return [str(float(token["number"]) + 0.5), str(float(token["number"]) - 0.5)]
    return [str(int(token["number"]) + 1), str(int(token["number"]) - 1)]


def _short(line):
    return line.strip() if len(line) < 70 else line.strip()[:67] + "…"
