# The only list of commands. `make` prints it.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
ASSETS := web/assets
BUILT := web/static/dist
PORT ?= 5000

.PHONY: help run test test-fast prove check format lint types coverage bench screenshots migration
.PHONY: translations diagrams stored audit lock clean setup setup-test assets browser pdfsig

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# ── Use ──────────────────────────────────────────────────────────────────────────────────────────────────

run: $(VENV)/run.done assets ## set up, create the demonstration if there is none, start on 127.0.0.1:5000
	@ALIZE_ENVIRONMENT=demo ALIZE_CLOCK=simulated $(BIN)/alize demo
	@ALIZE_ENVIRONMENT=demo ALIZE_CLOCK=simulated exec $(BIN)/alize serve --port $(PORT)

# ── Test ─────────────────────────────────────────────────────────────────────────────────────────────────

test: setup-test ## set up, then run every tier of the tests, some twelve minutes on two processors (ARGS="-k word" narrows)
	@$(BIN)/python tests/tiers.py $(ARGS)

test-fast: $(VENV)/test.done ## the tiers that need no database and no browser, in about a minute
	@$(BIN)/python tests/tiers.py --fast $(ARGS)

prove: setup-test ## the same claims as `make test`, exhaustively, however long it takes
	@ALIZE_EXHAUSTIVE=1 $(BIN)/python tests/tiers.py $(ARGS)

check: format lint types test ## format, lint, types, import contracts, tests: what .ci/run calls

format: $(VENV)/test.done
	@$(BIN)/ruff format --check --quiet || { $(BIN)/ruff format --check; exit 1; }

lint: $(VENV)/test.done assets
	@$(BIN)/ruff check --quiet
	@$(BIN)/lint-imports --no-logo --cache-dir $(VENV)/import_linter
	@.ci/npm $(VENV) $(ASSETS) run --silent lint:bpmn

types: $(VENV)/test.done
	@$(BIN)/mypy --no-error-summary

coverage: setup-test ## run the tests and show what they do not reach (slower than make test)
	@rm -f .coverage .coverage.*
	@$(BIN)/python tests/tiers.py --coverage $(ARGS)
	@$(BIN)/coverage report

bench: $(VENV)/test.done ## measure beside the raw bound of this machine (ARGS="--quick", ARGS="--json PATH")
	@$(BIN)/alize bench $(ARGS)

screenshots: setup-test ## photograph every page, in French and English, phone and desktop
	@$(BIN)/python -m pytest tests/screenshots -m screenshots -q $(ARGS)

# ── Write ────────────────────────────────────────────────────────────────────────────────────────────────

migration: $(VENV)/test.done ## write the next migration from the models: make migration m="what changes"
	@test -n "$(m)" || { echo 'Say what changes: make migration m="add the date of …"' >&2; exit 2; }
	@$(BIN)/python .ci/next_migration.py "$(m)"
	@$(BIN)/ruff format --quiet engine/persistence/migrations

translations: $(VENV)/test.done ## list the French texts that have no English yet, file by file
	@$(BIN)/python -m tests.architecture.french_texts

stored: $(VENV)/test.done ## keep what this release leaves in databases, once, when it is released (tests/stored/)
	@$(BIN)/python -m tests.stored.making

diagrams: $(VENV)/test.done ## write the tables of workflows/README.md again from the diagrams
	@$(BIN)/python -m engine.registry.readme

audit: setup-test ## look the locked libraries up in the public lists of vulnerabilities (needs a network)
	@$(BIN)/pip-audit --require-hashes --disable-pip -r requirements/run.txt
	@.ci/npm $(VENV) $(ASSETS) audit --omit=dev

# The lock is written with `uv`, whichever way it was installed (`python3 -m pip install uv` gives a wheel).
# Nothing else needs it: pip alone reads the lock. Host names stay out, so that any mirror will do.
UV_LOCK := uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

lock: ## write requirements/*.txt again from pyproject.toml (needs uv; ARGS=--upgrade for newer versions)
	@command -v uv > /dev/null || { echo "make lock needs uv: python3 -m pip install uv" >&2; exit 1; }
	@$(UV_LOCK) $(ARGS) --group build -o requirements/run.txt
	@$(UV_LOCK) $(ARGS) --group build --group test -c requirements/run.txt -o requirements/test.txt
	@$(subst pyproject.toml,,$(UV_LOCK)) $(ARGS) --group node -o requirements/node.txt

clean: ## remove what the other commands made, except the demonstration (var/)
	@rm -rf $(VENV) $(ASSETS)/node_modules $(BUILT) .coverage* .hypothesis .mypy_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ── Set up: each step leaves a file, so that nothing is done twice ──────────────────────────────────────────

setup: $(VENV)/run.done

setup-test: $(VENV)/test.done assets browser pdfsig

$(BIN)/python:
	@.ci/python-environment $(VENV)

PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input install

$(VENV)/run.done: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing the libraries (once; about half a minute)…" >&2
	@$(PIP) --require-hashes -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/test.done: requirements/test.txt $(VENV)/run.done
	@echo "Installing what the tests need (once; about a minute)…" >&2
	@$(PIP) --require-hashes -r requirements/test.txt
	@touch $@

assets: $(VENV)/assets.done

# The pages work without these files, less well: no registry at hand is a message, not a failure, and the
# next `make` tries again.
$(VENV)/assets.done: $(shell find $(ASSETS) -type f -not -path '*/node_modules/*' 2> /dev/null) | $(VENV)/run.done
	@if .ci/build-assets $(VENV) $(ASSETS); then touch $@; else \
	  echo "The scripts and styles could not be built (see above): the pages work without them." >&2; fi

browser: $(VENV)/test.done
	@.ci/find-browser $(VENV)

pdfsig: $(VENV)/test.done
	@.ci/find-pdfsig $(VENV)
