"""A wrong file is told when Chati starts, in one line; reading the code reads no configuration."""

import subprocess
import sys

WITH_ANOTHER_FOLDER = "import pathlib, sys, config; config.ROOT = pathlib.Path(sys.argv.pop(1)); "
COMMAND = WITH_ANOTHER_FOLDER + "import wsgi; wsgi.cli()"
APP = WITH_ANOTHER_FOLDER + "import wsgi; wsgi.create_app()"
EVERYTHING = WITH_ANOTHER_FOLDER + (
    "import importlib, pkgutil, backend, bot, wsgi\n"
    "for package in (backend, bot):\n"
    "    for module in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
    "        importlib.import_module(module.name)"
)

GOVERNING = WITH_ANOTHER_FOLDER + (
    "from datetime import date; from backend.policy.profiles import Labels, governing; config.check();"
    "print(*(governing(Labels(), day).profile.id for day in (date(2029, 12, 31), date(2030, 1, 1))))"
)


def run(code, *arguments):
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, check=False
    )


def test_a_command_ends_in_one_line_and_status_2(folder, damage):
    damage("complaints.toml", "returns_allowed = 1", 'returns_allowed = "one"')
    done = run(COMMAND, folder, "policy", "deadline", "--kind", "publicity", "--start", "2020-10-09")
    assert done.returncode == 2
    assert done.stdout == ""
    expected = "transfer.returns_allowed: a whole number from 0 expected, not 'one'"
    assert done.stderr == f"错误：config/complaints.toml: {expected}\n"


def test_the_service_does_not_start(folder, damage):
    damage("complaints.toml", 'letter = "agreement"', 'letter = "agrement"')
    done = run(APP, folder)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(
        "config.files.ConfigError: config/complaints.toml: tracks.complaint.moves[7 agree].letter: "
    )


def test_nothing_reads_the_configuration_when_it_is_imported(tmp_path):
    done = run(EVERYTHING, tmp_path / "there-is-none")
    assert done.returncode == 0, done.stderr


def test_a_new_national_rule_is_a_file_in_the_folder_and_the_last_day_of_the_one_before(folder, damage):
    rule = (folder / "policies" / "tsg-2023.toml").read_text(encoding="utf-8")
    rule = rule.replace('id = "tsg-2023"', 'id = "tsg-2030"').replace("2023-04-02", "2030-01-01", 2)
    (folder / "policies" / "any-name.toml").write_text(rule, encoding="utf-8")
    damage("policies/tsg-2023.toml", "valid_from = 2023-04-02", "valid_from = 2023-04-02\nvalid_to = 2029-12-31")
    done = run(GOVERNING, folder)
    assert done.stdout.split() == ["tsg-2023", "tsg-2030"], done.stderr
