# Each target does its own set-up: a fresh machine needs Python 3.11+ with venv, and make.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# A lock is complete: nothing is resolved, and nothing is built with tools that are not in it.
INSTALL := $(PIP) install --no-deps --require-hashes --only-binary :all:

.PHONY: run test lint bench mutants lock locale clean

# A changed lock makes the environment anew, so that nothing of the old one stays in it.
$(VENV)/lock.stamp: requirements.lock requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Chati needs Python 3.11 or newer (PYTHON=... chooses one)."; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	$(INSTALL) -r requirements.lock
	@touch $@

$(VENV)/run.stamp: $(VENV)/lock.stamp pyproject.toml
	$(PIP) install -q --no-deps --no-index --no-build-isolation -e .
	$(PIP) check
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp
	$(INSTALL) -r requirements-dev.lock
	$(PIP) check
	@touch $@

run: $(VENV)/run.stamp
	@exec env HOST=$(HOST) PORT=$(PORT) CHATI_DEMO=$${CHATI_DEMO-1} $(BIN)/chati serve

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

test: $(VENV)/dev.stamp
	@tests/install-browser.sh
	$(BIN)/pytest -n 2 --dist loadfile $(ARGS)

bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks $(ARGS)

mutants: $(VENV)/dev.stamp
	$(BIN)/python -m tests.mutants $(ARGS)

# Writes the locks: keeps the versions they have, adds what pyproject.toml newly asks for; ARGS=--upgrade takes the newest of all.
LOCK := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header -q
lock:
	@test -x $(BIN)/uv || { $(PYTHON) -m venv $(VENV) && $(INSTALL) -r requirements-dev.lock; }
	$(LOCK) --group build $(ARGS) -o requirements.lock
	$(LOCK) --group build --group dev -c requirements.lock $(ARGS) -o requirements-dev.lock

# Compiles the words of the command line; msgfmt is in Debian's gettext.
WORDS := config/locale/zh_CN/LC_MESSAGES/chati
locale:
	msgfmt --check-format -o $(WORDS).mo $(WORDS).po

clean:
	rm -rf $(VENV) var .pytest_cache .ruff_cache .mypy_cache .hypothesis *.egg-info
