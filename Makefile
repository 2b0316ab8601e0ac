# The words to know: setup, demo, test, lint, bench. Each does what it needs by itself.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -q
VENDOR := ivr/web/vendor
SERVED := $(VENDOR)/htmx.min.js $(VENDOR)/twilio.min.js

# A house is nine processes: what one has compiled, the others need not.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: setup demo test test-all soak mutants coverage lint bench browser proxy pins clean

# One step after the other, also under -j: several install into one environment.
.NOTPARALLEL:

setup: $(VENV)/.service $(VENV)/.exchange $(SERVED)

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "hotline-ivr needs Python 3.11 or newer; say: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "no virtual environment: install Python's venv (Debian: apt-get install python3-venv)" >&2; exit 1; }
	@touch $@

$(VENV)/.service: $(VENV)/.python requirements/run.txt pyproject.toml
	@echo "Setting up the service ..."
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.exchange: $(VENV)/.service exchange/pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation -e ./exchange
	@touch $@

$(VENV)/.checks: $(VENV)/.service requirements/dev.txt
	@echo "Setting up the checks ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.measures: $(VENV)/.checks requirements/measure.txt
	@echo "Setting up what measures the tests ..."
	@$(PIP) install --require-hashes -r requirements/measure.txt
	@touch $@

# Browser files of others, pinned in package-lock.json: what is served, each with
# its licence and those of what it holds. None is committed; a wheel carries them.
node_modules/.fetched: package-lock.json .npmrc requirements/npm.sh | $(VENV)/.python
	@echo "Setting up the browser files ..."
	@sh requirements/npm.sh $(BIN)/python
	@touch $@

$(SERVED): node_modules/.fetched
	@rm -rf $(VENDOR) && mkdir -p $(VENDOR)
	@cp node_modules/htmx.org/dist/htmx.min.js $(VENDOR)/
	@cp node_modules/htmx.org/LICENSE $(VENDOR)/htmx.LICENSE.txt
	@cp node_modules/@twilio/voice-sdk/dist/twilio.min.js $(VENDOR)/
	@cp node_modules/@twilio/voice-sdk/LICENSE.md $(VENDOR)/twilio.LICENSE.md
	@cp node_modules/events/LICENSE $(VENDOR)/twilio.events.LICENSE.txt
	@cp node_modules/tslib/LICENSE.txt $(VENDOR)/twilio.tslib.LICENSE.txt

demo: setup
	@$(BIN)/hotline demo $(DEMO)

# Two at a time, a file each, and the same chance each time: what decides on a change
# gives the same answer for the same commit.
TEST = TMPDIR=$$(sh tests/folder.sh) \
  $(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder --randomly-seed=1

# What takes long is left out, and named at the end.
test: lint setup browser proxy
	@$(TEST) --brief $(TESTS)

# Everything: what decides whether a change lands.
test-all: lint setup browser proxy
	@$(TEST) $(TESTS)

# Chance with new seeds: make soak EVENINGS=50 WALKS=100000. What it finds is found again
# by SEED=... BESIDE=../before lives the evenings with two versions of the house at once:
# every other process is of that checkout, in which `make setup` has run.
EVENINGS ?= 20
WALKS ?= 20000
SEED ?= $(shell date +%s)
soak: FIRST := $(SEED)
soak: $(VENV)/.checks
	@echo "make soak EVENINGS=$(EVENINGS) WALKS=$(WALKS) SEED=$(FIRST)"
	$(BIN)/python -m pytest -q -s tests/core/talk tests/promises --walks $(WALKS) \
	  --evenings $(EVENINGS) $(if $(BESIDE),--beside=$(abspath $(BESIDE))) --first-seed=$(FIRST) --randomly-seed=$(FIRST) --hypothesis-seed=$(FIRST) --hypothesis-profile=soak

# How much the core's own tests notice: ten minutes of processor time, on two cores, or
# a part of it with ONLY='ivr.core.queue.priority.*'.
PROCESSES ?= 2
mutants: $(VENV)/.measures
	@TMPDIR=$$(sh tests/folder.sh) $(BIN)/python -m tests.mutants --processes $(PROCESSES) $(ONLY)

# Lines and branches of core and actions that no test within one process runs.
INSIDE := tests/core tests/actions tests/scenarios tests/web tests/calls
coverage: $(VENV)/.measures setup
	@TMPDIR=$$(sh tests/folder.sh) $(BIN)/python -m coverage run \
	  -m pytest -q -p no:randomly $(INSIDE)
	@$(BIN)/python -m coverage report

# Tests in a browser need Debian's Chromium.
browser:
	@if command -v chromium > /dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
	  echo "Installing Chromium ..."; \
	  mkdir -p build; \
	  { apt-get update -q && apt-get install -y -q chromium; } > build/chromium.log 2>&1 \
	    || { echo "*** CHROMIUM COULD NOT BE INSTALLED: see build/chromium.log" >&2; exit 1; }; \
	else \
	  echo "*** NO CHROMIUM, AND IT MAY NOT BE INSTALLED HERE: tests in a browser will fail." >&2; \
	  echo "*** As root: apt-get install chromium" >&2; \
	fi

# The proxy configuration that is shipped is tried with the real one, which is not
# started as a service for that.
proxy:
	@if PATH="$$PATH:/usr/sbin:/usr/local/sbin" command -v nginx > /dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
	  echo "Installing nginx ..."; \
	  mkdir -p build; \
	  { apt-get update -q && RUNLEVEL=1 apt-get install -y -q --no-install-recommends nginx; } \
	    > build/nginx.log 2>&1 \
	    || { echo "*** NGINX COULD NOT BE INSTALLED: see build/nginx.log" >&2; exit 1; }; \
	else \
	  echo "*** NO NGINX, AND IT MAY NOT BE INSTALLED HERE: tests of the proxy will fail." >&2; \
	  echo "*** As root: apt-get install nginx" >&2; \
	fi

lint: $(VENV)/.checks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# Figures, each with what it is measured against: bench/README.md. FIGURES="free facts"
# measures some of them.
bench: $(VENV)/.checks setup browser
	@$(BIN)/python -m bench $(FIGURES)

# New pins: hashes and names alone, no index.
pins:
	$(PYTHON) -m venv build/pins
	build/pins/bin/python -m pip install -q pip-tools
	for name in run dev node measure; do \
	  (cd requirements && ../build/pins/bin/pip-compile -q --generate-hashes --no-emit-index-url \
	    --no-emit-trusted-host --no-emit-find-links --no-header --no-annotate \
	    --allow-unsafe --strip-extras -o $$name.txt $$name.in); done

clean:
	rm -rf $(VENV) build var *.egg-info node_modules $(VENDOR)
