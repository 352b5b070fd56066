"""A built wheel is all of Chati: it starts in an environment of its own, far from any checkout."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import urllib.request
import venv
import zipfile

import pymongo
import pytest

from backend.foundation.embedded import free_port

ROOT = pathlib.Path(__file__).parents[2]
PACKAGES = ("backend", "bot", "config", "paper", "qr")
SOURCES = (*PACKAGES, "wsgi.py", "pyproject.toml", "README.md")
EXAMPLE = ROOT / "examples" / "registry"
KEYS = {f"CHATI_{name}_KEY": "a key for this test only" for name in ("SECRET", "SIGN", "DATA")}


def pip(*words):
    subprocess.run([sys.executable, "-m", "pip", "-q", *map(str, words)], check=True)


def page(at, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{at['PORT']}{path}", timeout=10) as answer:
        return answer.read().decode()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy: setuptools leaves what it builds beside the source, and takes it up again."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    pip("wheel", "--no-deps", "--no-index", "--no-build-isolation", "-w", folder, folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The folder of the commands of an environment that has the wheel, and beside it what the wheel depends on."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder)
    pip("--python", folder / "bin" / "python", "install", "--no-deps", "--no-index", wheel)
    paths = sysconfig.get_paths(vars={"base": str(folder), "platbase": str(folder)})
    # A path in a .pth file shows the packages there, but not the checkout that a .pth file of theirs points to.
    (pathlib.Path(paths["purelib"]) / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "bin"


@pytest.fixture
def at(mongodb_uri, worker_id, tmp_path):
    """Environment variables of a Chati in production, on this run's mongod and a free port."""
    name = f"wheel_{worker_id}"
    yield {
        **{key: value for key, value in os.environ.items() if not key.startswith(("CHATI_", "PYTHON"))},
        **KEYS,
        **{"CHATI_MONGODB_URI": mongodb_uri, "CHATI_MONGODB_NAME": name, "CHATI_VAR": str(tmp_path / "var")},
        **{"CHATI_WEB_WORKERS": "1", "CHATI_LOG_LEVEL": "error", "PORT": str(free_port()), "PYTHONUNBUFFERED": "1"},
    }
    with pymongo.MongoClient(mongodb_uri) as client:
        client.drop_database(name)


def test_the_wheel_holds_every_file_of_the_packages(wheel):
    kept = {
        str(file.relative_to(ROOT))
        for package in PACKAGES
        for file in (ROOT / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == kept | {"wsgi.py"}


def test_an_installed_wheel_takes_a_register_in_and_serves_its_pages(installed, at, tmp_path):
    shutil.copy(EXAMPLE / "lifts.csv", tmp_path)
    words = [installed / "chati", "import", "lifts", "lifts.csv", "--map", EXAMPLE / "MAP.toml"]
    done = subprocess.run(words, cwd=tmp_path, env=at, capture_output=True, text=True, check=False)
    assert "新增 3 台" in done.stdout, done.stderr
    served = subprocess.Popen(
        [installed / "chati", "serve"],
        cwd=tmp_path, env=at, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        said = []
        for line in served.stdout:
            said.append(line)
            if "is running" in line:
                break
        assert served.poll() is None, "".join(said)
        assert "云杉里" in page(at, "/e/500901")
        stylesheet = re.search(r'href="(/[^"]+\.css[^"]*)"', page(at, "/login"))[1]
        assert "{" in page(at, stylesheet)
    finally:
        served.send_signal(signal.SIGINT)
        served.communicate(timeout=60)


def test_an_installed_wheel_is_not_the_checkout(installed, tmp_path):
    where = "import backend, bot, config, qr, wsgi; print(*(m.__file__ for m in (backend, bot, config, qr, wsgi)))"
    found = subprocess.run(
        [installed / "python", "-c", where], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout.split()
    assert [file for file in found if not file.startswith(str(installed.parent))] == []


def test_an_installed_wheel_follows_callers_and_without_sources_knows_what_carries_each_rule(installed, at, tmp_path):
    def carried(words, folder):
        said = subprocess.run(words, cwd=folder, env=at, capture_output=True, text=True, check=True).stdout
        rows = json.loads(said)["result"]
        return [(row["id"], row["carried_by"]) for row in rows], {row["id"]: row["called_by"] for row in rows}

    asked = ("policy", "rules", "--json")
    expected, called = carried([sys.executable, "-m", "wsgi", *asked], ROOT)
    assert carried([installed / "chati", *asked], tmp_path) == (expected, called)
    installed_at = next(installed.parent.rglob("site-packages"))
    subprocess.run([installed / "python", "-m", "compileall", "-q", "-b", installed_at / "backend"], check=True)
    sources = list((installed_at / "backend").rglob("*.py"))
    hidden = [source.rename(source.with_suffix(".kept")) for source in sources]
    try:
        assert carried([installed / "chati", *asked], tmp_path) == (expected, dict.fromkeys(called))
    finally:
        for file in hidden:
            file.rename(file.with_suffix(".py"))
