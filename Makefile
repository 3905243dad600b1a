# Everything that people and machines do with Cleanclaim; `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
UV_VERSION := 0.13.9
PYTHON ?= python3
BIN := .venv/bin
DEMO_ARGS ?=
PYTEST_ARGS ?=
FUZZ ?= 5000000

.PHONY: help demo serve test check bench bench-coding fuzz reliability lock browser reference

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

.venv/.uv-$(UV_VERSION):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed" >&2; exit 2; }
	@$(PYTHON) -m venv .venv || { echo "python3-venv is missing: apt-get install -y python3-venv" >&2; exit 2; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv==$(UV_VERSION)' >&2
	@touch $@

.venv/.synced: .venv/.uv-$(UV_VERSION) pyproject.toml uv.lock
	@$(BIN)/uv sync --frozen --quiet --group bench >&2
	@touch $@

.venv/.engines: .venv/.synced
	@$(BIN)/uv sync --frozen --quiet --inexact --group bench --group engines >&2 \
		|| echo "Spark and Ray are not installed; their tests will be skipped." >&2
	@touch $@

demo: .venv/.synced ## run the whole cycle on a synthetic practice, then serve the web app
	@$(BIN)/cleanclaim demo $(DEMO_ARGS)

serve: .venv/.synced ## serve the web app on what is in the data folder
	@$(BIN)/cleanclaim serve

test: .venv/.synced .venv/.engines browser ## run every test
	@$(BIN)/pytest -n 2 --dist loadfile $(PYTEST_ARGS)

browser: ## install what the browser tests and the oldest-server tests need, where we may
	@./tools/install-test-programs

check: .venv/.synced ## lint, format, types and layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: .venv/.synced .venv/.engines ## measure against named peers in the same run
	@$(BIN)/python -m benchmarks

bench-coding: .venv/.synced ## judge suggested codes on coded notes, where their sets are
	@$(BIN)/uv sync --frozen --quiet --inexact --group bench --group train >&2
	@CLEANCLAIM_HOME=$${CLEANCLAIM_HOME:-.cleanclaim} $(BIN)/python -m benchmarks.coding

fuzz: .venv/.synced ## spoil millions of X12 files on all cores (FUZZ=1000 for fewer)
	@PYTHONPATH=tests $(BIN)/python -m x12.fuzz_at_length $(FUZZ)

reliability: .venv/.synced ## kill, fail and sabotage posting at every step, and live a million steps
	@CLEANCLAIM_KILL_STRIDE=1 CLEANCLAIM_FILES_AT_ONCE=1000 CLEANCLAIM_LIFE_STEPS=1000000 \
		CLEANCLAIM_REPORT_STATES=20000 CLEANCLAIM_FIGURES=$(CURDIR)/reliability.json \
		$(BIN)/pytest tests/reliability tests/ledger tests/app/reading/test_reports.py

lock: .venv/.uv-$(UV_VERSION) ## resolve the dependencies anew
	@$(BIN)/uv lock

reference: .venv/.synced ## write the reference pages of guides, rules, edits and the API anew
	@$(BIN)/python -m cleanclaim.x12.reference docs/reference/x12
	@$(BIN)/python -m cleanclaim.edits.page docs/reference/edits.md
	@DJANGO_SETTINGS_MODULE=cleanclaim.store.settings CLEANCLAIM_SECRET_KEY=none $(BIN)/python -c \
		"import django; django.setup(); from cleanclaim.api import page; page.write_page('docs/reference/api.md')"
