.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: outage test lint format mypy pyright types coverage docs outputs nightly bench lock clean help

VENV := .venv
LOCK := requirements-ci.lock
EXTRAS := dev,docs,fast,notebooks

# Override to choose the interpreter: make test PYTHON=/opt/python/bin/python3
PYTHON ?=
TEST_ARGUMENTS ?= -n auto

OUTAGE_CHECK := $(VENV)/bin/raceproof check dns --property never_empty --scope Enactor=3
OUTAGE_TABLE := $(VENV)/bin/raceproof table dns

# Each stamp says how far the environment has got. It is older than what it depends on when a step is due.
CREATED := $(VENV)/.created
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development
PINS := pyproject.toml $(LOCK)

PIP_INSTALL := $(VENV)/bin/python -m pip --disable-pip-version-check install -qq
# The lock pins versions for the Pythons it was tried on; a newer one takes what the lower bounds allow.
CONSTRAINT = $$($(VENV)/bin/python -c 'import sys; print("-c $(LOCK)" if sys.version_info < (3, 14) else "")')


outage: $(RUNTIME) ## Show the outage: the shortest trace to an empty DNS record, then every variant
	@status=0; $(OUTAGE_CHECK) || status=$$?; \
	if [ $$status -ne 1 ]; then \
	    echo "outage: expected exit status 1 (violated), got $$status from: $(OUTAGE_CHECK)" >&2; exit 1; \
	fi
	@$(OUTAGE_TABLE)

test: $(DEVELOPMENT) ## Run the tests; narrow with TEST_ARGUMENTS="tests/test_packaging.py -x"
	@$(VENV)/bin/python -m pytest $(TEST_ARGUMENTS)

lint: $(DEVELOPMENT) ## Check style and formatting with ruff
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .

format: $(DEVELOPMENT) ## Apply ruff's fixes and formatting
	@$(VENV)/bin/ruff check --fix .
	@$(VENV)/bin/ruff format .

mypy: $(DEVELOPMENT)
	@$(VENV)/bin/mypy --strict

pyright: $(DEVELOPMENT)
	@PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(VENV)/bin/pyright

types: mypy pyright ## Check types with mypy --strict and with Pyright

coverage: $(DEVELOPMENT) ## Run the tests and list the lines they do not reach
	@$(VENV)/bin/python -m pytest --cov --cov-report=term $(TEST_ARGUMENTS)

docs: $(DEVELOPMENT) ## Build the documentation into build/docs, to be read from there; a warning is an error
	@$(VENV)/bin/python -m sphinx --quiet --fresh-env --nitpicky --fail-on-warning docs build/docs
	@echo "docs: open build/docs/index.html"

outputs: $(DEVELOPMENT) ## Write the outputs of the notebooks and of the documents' examples anew
	@WRITE_OUTPUTS=1 $(VENV)/bin/python -m pytest -q tests/notebooks tests/docs tests/formats/test_golden.py tests/explain/test_screens.py

nightly: $(DEVELOPMENT) ## What is too long for every change: thousands of random models, three enactors (about an hour)
	@RACEPROOF_RANDOM=nightly $(VENV)/bin/python -m pytest -q tests/conformance/test_random_models.py \
	    tests/conformance/test_wide_models.py tests/bounded/test_random.py
	@$(VENV)/bin/raceproof table dns --scope Enactor=3
	@$(MAKE) --no-print-directory bench

bench: $(DEVELOPMENT) ## Run every script in benchmarks/, one after the other
	@if [ ! -d benchmarks ]; then \
	    echo "bench: there is no benchmarks/ folder, so nothing was measured"; exit 0; \
	fi; \
	for script in benchmarks/[!_]*.py; do \
	    [ -e "$$script" ] || { echo "bench: benchmarks/ has no script, so nothing was measured"; exit 0; }; \
	    echo "bench: $$script"; $(VENV)/bin/python "$$script" || exit 1; \
	done

lock: ## Pin the newest versions in requirements-ci.lock (needs Python 3.11, the oldest supported)
	@python="$(or $(PYTHON),python3.11)"; \
	"$$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
	    { echo "lock: needs Python 3.11, so that every pin installs on it; give it as PYTHON=" >&2; exit 1; }; \
	scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && \
	echo "lock: resolving the dependencies in a clean environment (a minute or two)" && \
	"$$python" -m venv "$$scratch" && \
	"$$scratch/bin/python" -m pip --disable-pip-version-check install -qq -e '.[$(EXTRAS)]' && \
	"$$scratch/bin/python" -m pip --disable-pip-version-check list --format=freeze \
	    --exclude raceproof --exclude pip --exclude setuptools >"$$scratch/pins" && \
	{ echo "# The versions that continuous integration runs. Written by: make lock"; \
	  cat "$$scratch/pins"; } >$(LOCK) && \
	echo "lock: $$(wc -l <"$$scratch/pins") versions pinned in $(LOCK)"

clean: ## Remove the environment, the caches and whatever was built
	@rm -rf $(VENV) build dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache htmlcov .coverage .coverage.*
	@find . -name .git -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)


# An environment whose interpreter has gone is made again.
$(CREATED): $(shell [ -x $(VENV)/bin/python ] || echo environment-missing)
	@chosen=; incomplete=; \
	for candidate in $(or $(PYTHON),python3.13 python3.12 python3.11 python3); do \
	    "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	    if "$$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then chosen=$$candidate; break; fi; \
	    incomplete=$$candidate; \
	done; \
	if [ -z "$$chosen" ] && [ -n "$$incomplete" ]; then \
	    echo "$$incomplete has no venv module. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; \
	elif [ -z "$$chosen" ]; then \
	    echo "raceproof needs Python 3.11 or newer, and none was found. Name one: make PYTHON=/path/to/python3" >&2; \
	    exit 1; \
	fi; \
	echo "Making $(VENV) with $$("$$chosen" --version) (a few seconds)"; \
	"$$chosen" -m venv --clear $(VENV)
	@touch $@

$(RUNTIME): $(CREATED) $(PINS)
	@echo "Installing raceproof and its runtime dependencies into $(VENV) (about half a minute the first time)"
	@$(PIP_INSTALL) $(CONSTRAINT) -e '.[fast]'
	@touch $@

$(DEVELOPMENT): $(CREATED) $(PINS)
	@echo "Installing raceproof, its tools and notebooks into $(VENV) (a minute or two the first time)"
	@$(PIP_INSTALL) $(CONSTRAINT) -e '.[$(EXTRAS)]'
	@touch $(RUNTIME) $@

.PHONY: environment-missing
environment-missing:
