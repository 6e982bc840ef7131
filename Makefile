# make run    the program on http://127.0.0.1:8000 (HOST, PORT respected), installing what it needs
# make test   lint, types and every test, browser journey included
# make bench  measurements beside their floors, as ratios
# make help   the rest

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --no-input
JOBS   ?= 2

CATALOGUES := $(patsubst %.po,%.mo,$(wildcard lab_app/translations/*/LC_MESSAGES/*.po))
CHECKED    := lab_app instruments test_methods certificates config.py wsgi.py gunicorn.conf.py tests \
              $(wildcard bench tools migrations/env.py)

.DEFAULT_GOAL := help
.PHONY: help run test test-only lint types bench soak lock messages catalogues clean
.DELETE_ON_ERROR:
.NOTPARALLEL:

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed (python3.11 not found)." >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Set PYTHON=/path/to/python3.11." >&2; exit 1; }
	"$(PYTHON)" -m venv $(VENV)

# The stamps make a second run start at once; a changed lock installs again.
$(VENV)/.installed: requirements.lock | $(BIN)/python
	$(PIP) install --quiet --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock | $(BIN)/python
	$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/.installed

%.mo: %.po | $(VENV)/.installed
	@$(BIN)/pybabel --quiet compile -i $< -o $@

catalogues: $(VENV)/.installed $(CATALOGUES)

run: $(VENV)/.installed catalogues ## serve the laboratory, loading the demonstration when the database is empty
	@exec $(BIN)/python -m lab_app.serve

lint: $(VENV)/.installed-dev ## ruff and mypy
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/mypy

test: lint test-only ## lint, then every test

test-only: $(VENV)/.installed-dev catalogues ## every test, without lint
	$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

bench: $(VENV)/.installed-dev catalogues ## measure this program beside its floors in one run
	$(BIN)/python -m bench $(ARGS)

soak: $(VENV)/.installed-dev catalogues ## memory of a worker over many requests
	$(BIN)/python -m bench.soak $(ARGS)

messages: $(VENV)/.installed-dev ## collect the strings of code and templates into the catalogues, and compile them
	$(BIN)/python -m tools.catalogues update
	@$(MAKE) --no-print-directory catalogues

lock: $(BIN)/python ## write the two locks, with hashes, from pyproject.toml
	@test -x $(BIN)/uv || $(PIP) install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  $(LOCK_ARGS) pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  $(LOCK_ARGS) --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## remove what make made (never instance/)
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache
