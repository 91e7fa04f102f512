# Everything a developer or an agency needs on a machine with Python 3.11 or newer; nothing else is installed by hand.
#
#   make run      the demonstration (ARGS="--fresh --host 0.0.0.0 --port 8080")
#   make test     the whole test suite (ARGS="tests/schedule -k late"; ARGS="-n0" for one test after another)
#   make check    style, types, arrows between rooms, translations, packs, lexicons
#   make bench    measurements
#   make lock     renew the locks from pyproject.toml

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test check bench lock

help:
	@sed -n 's/^#   //p' Makefile

run: $(VENV)/.runtime
	$(BIN)/zhilu demo $(ARGS)

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict
	$(BIN)/lint-imports
	$(BIN)/python -m locales.check
	$(BIN)/zhilu packs lint
	$(BIN)/zhilu lexicons lint

bench: $(VENV)/.dev
	$(BIN)/python -m bench $(ARGS)

# pip comes last into a new environment: one whose making failed halfway is made again.
$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)

# The stamps keep a second `make` from installing again what the locks have not changed.
$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/pip
	$(call install,requirements.lock)

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(BIN)/pip
	$(call install,requirements-dev.lock)

define install
$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
@touch $@
endef

# Hashes and versions only: no address of any package index belongs into a commit.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make lock" pyproject.toml

lock: | $(BIN)/pip
	$(BIN)/python -m pip install --quiet uv
	$(LOCK) --upgrade -o requirements.lock
	$(LOCK) --upgrade --extra dev -c requirements.lock -o requirements-dev.lock
	@! grep -nE '^(-|--)(i|index-url|extra-index-url|f|find-links)|https?://' requirements.lock requirements-dev.lock
