"""A wrong file is told when Chati starts, in one line; reading the code reads no configuration."""

import subprocess
import sys

WITH_ANOTHER_FOLDER = "import pathlib, sys, config; config.ROOT = pathlib.Path(sys.argv.pop(1)); "
APP = WITH_ANOTHER_FOLDER + "import wsgi; wsgi.create_app()"
EVERYTHING = WITH_ANOTHER_FOLDER + (
    "import importlib, pkgutil, backend, bot, wsgi\n"
    "for package in (backend, bot):\n"
    "    for module in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
    "        importlib.import_module(module.name)"
)


def run(code, *arguments):
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, check=False
    )


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
