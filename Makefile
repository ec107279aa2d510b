# What people type. Stamp files remember what is done, so that a second `make run` starts at once.
#
#   make run      the service on http://127.0.0.1:8080, test card on air (ARGS="--port 9000" is handed on)
#   make test     everything: lint, types, unit, client, real servers, browser      (.ci/run calls this)
#   make quick    the same without real servers and browsers
#   make check    lint and types only
#   make bench    the measured figures (BENCH="cpu outputs" chooses, BENCH_HOURS=1 adds the long one)
#   make lock     pin the newest packages that pyproject.toml allows

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run pages test quick check client-check client-test bench lock clean debian

PYTHON ?=
# Newer than 3.11 may be chosen: make run PYTHON=python3.13
PY := .venv/bin/python
INSTALLED := .venv/.installed
INSTALLED_TEST := .venv/.installed-test
CLIENT := web/client
NODE_MODULES := $(CLIENT)/node_modules/.installed
PAGES := $(CLIENT)/dist/.built
CLIENT_SOURCES := $(shell find $(CLIENT) -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)

help:
	@sed -n '3,8s/^# *//p' Makefile

run: $(INSTALLED) $(PAGES)
	@exec $(PY) -m bridge run $(ARGS)

pages: $(PAGES)

# The environment ------------------------------------------------------------------------------------------------------

$(PY):
	@PYTHON="$(PYTHON)" .ci/venv

$(INSTALLED): requirements.lock pyproject.toml | $(PY)
	@echo "Installing the pinned packages into .venv (a minute, the first time) …"
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@$(PY) -c 'import skia' 2>/dev/null || .ci/debian docs/debian-packages.txt
	@$(PY) -c 'import skia'
	@touch $@

$(INSTALLED_TEST): requirements-test.lock $(INSTALLED)
	@echo "Installing what the tests need into .venv …"
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-test.lock
	@touch $@

$(NODE_MODULES): $(CLIENT)/package.json $(CLIENT)/package-lock.json | $(INSTALLED)
	@echo "Installing what the pages are built with …"
	@.ci/npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
	@touch $@

$(PAGES): $(NODE_MODULES) $(CLIENT_SOURCES)
	@echo "Building the pages …"
	@.ci/npm run build
	@touch $@

debian:
	@.ci/debian tests/debian-packages.txt

# Checks and tests -----------------------------------------------------------------------------------------------------

check: $(INSTALLED_TEST) client-check
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports --no-logo

client-check: $(NODE_MODULES)
	@.ci/npm run check

client-test: $(NODE_MODULES)
	@.ci/npm test

# Pytest comes last: its summary is the last line, its verdict the exit code.
test: debian $(INSTALLED_TEST) $(PAGES) check client-test
	@$(PY) -m pytest $(ARGS)

quick: $(INSTALLED_TEST) $(PAGES) check client-test
	@$(PY) -m pytest -m "not real" $(ARGS)

bench: debian $(INSTALLED_TEST) $(PAGES)
	@$(PY) -m tests.bench $(BENCH)

# Keeping house --------------------------------------------------------------------------------------------------------

PIN := .venv/bin/pip-compile --quiet --upgrade --strip-extras --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options

# Names and versions, no addresses and no hashes: any index may serve them.
lock: $(INSTALLED)
	@$(PY) -m pip install --quiet pip-tools
	$(PIN) --output-file requirements.lock pyproject.toml
	$(PIN) --extra test --constraint requirements.lock --output-file requirements-test.lock pyproject.toml
	@rm -rf $(CLIENT)/node_modules $(CLIENT)/package-lock.json  # with them, npm would lock this machine's platform only
	.ci/npm install --package-lock-only --ignore-scripts
	@$(PY) -c 'import json, pathlib; \
	path = pathlib.Path("$(CLIENT)/package-lock.json"); lock = json.loads(path.read_text()); \
	[package.pop(key, None) for package in lock["packages"].values() for key in ("resolved", "funding")]; \
	path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")'

clean:
	rm -rf .venv $(CLIENT)/node_modules $(CLIENT)/dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build
