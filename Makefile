# make demo   the storefront and a sandbox of Zonos, on this machine
# make check  before a commit: lint, types, tests that need no browser, sandbox or program
# make test   every check that CI runs
# make soak   the long runs
# make coverage   the tests once more, and whether they reach as much as they should
# make scale  the storefront on PostgreSQL, Redis, Celery and two gunicorns behind nginx
# make scale-test   the tests of that
# make docs   the documentation, in docs/_build
# make bench  what a checkout costs, against other ways to make it

PYTHON ?= python3
PORT ?= 8000
SANDBOX_PORT ?= 8010
BROWSER ?= 1

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_TO_SCALE := $(VENV)/.ready-to-scale

# Much of the tests' time is waiting, so two cores carry four of them at once.
SHARED_OUT := --numprocesses 4 --dist loadfile

export PORT SANDBOX_PORT

.PHONY: demo check test lint types pytest package browser soak coverage scale \
  scale-test servers docs bench clean

demo: $(READY)
	@$(BIN)/python -m demo_app

check: lint types
	$(BIN)/pytest $(SHARED_OUT) -m "not browser and not process and not server and not soak"

test: lint types pytest package docs
ifneq ($(BROWSER),1)
	@echo "Went on without a browser (BROWSER=$(BROWSER)): its tests were left out."
endif

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(READY)
	$(BIN)/mypy

ifeq ($(BROWSER),1)
pytest: $(READY) browser
	$(BIN)/pytest $(SHARED_OUT)
else
pytest: $(READY)
	$(BIN)/pytest $(SHARED_OUT) -m "not browser"
endif

package: $(READY)
	$(BIN)/python tests/package/check.py

browser:
	@sh tests/install_chromium.sh

soak: $(READY) browser
	SOAK=1 $(BIN)/pytest -m soak

coverage: $(READY) browser
	$(BIN)/pytest $(SHARED_OUT) -m "not soak" --cov --cov-report=term:skip-covered

scale: $(READY_TO_SCALE) servers
	@$(BIN)/python -m demo_app.scale

scale-test: $(READY_TO_SCALE) servers
	SCALE=1 $(BIN)/pytest tests/scale

servers:
	@sh demo_app/scale/install_servers.sh

docs: $(READY)
	$(BIN)/sphinx-build -W --keep-going -E -q docs docs/_build

bench: $(READY)
	$(BIN)/python -m bench

$(READY): setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "flask-zonos needs Python 3.11 or newer; set PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "This Python cannot make virtual environments: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -qq --disable-pip-version-check --upgrade "pip>=24" "setuptools>=77"
	$(BIN)/pip install -qq --disable-pip-version-check --editable ".[test,browser,docs]"
	@touch $@

$(READY_TO_SCALE): $(READY)
	$(BIN)/pip install -qq --disable-pip-version-check --editable ".[scale]"
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info
