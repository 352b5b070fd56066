# Each target does its own set-up: a fresh machine needs Python 3.11+ with venv, and make.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run test lint bench lock clean

$(VENV)/run.stamp: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Chati needs Python 3.11 or newer (PYTHON=... chooses one)."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --no-deps --require-hashes -r requirements.lock
	$(PIP) install -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.lock
	$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

run: $(VENV)/run.stamp
	@exec env HOST=$(HOST) PORT=$(PORT) CHATI_DEMO=$${CHATI_DEMO-1} $(BIN)/chati serve

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

test: $(VENV)/dev.stamp
	@tests/install-browser.sh
	$(BIN)/pytest -n 2 --dist loadfile $(ARGS)

bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks $(ARGS)

# Resolves the dependencies anew; versions and hashes only, no index host.
lock:
	@test -x $(BIN)/uv || { $(PYTHON) -m venv $(VENV) && $(PIP) install -q uv; }
	$(BIN)/uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --no-header --upgrade -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group dev --group build -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-header --upgrade -q -o requirements-dev.lock

clean:
	rm -rf $(VENV) var .pytest_cache .ruff_cache .hypothesis *.egg-info
