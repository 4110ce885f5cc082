# Forge. `make help` lists the targets.
PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
ARGS   ?=
PIP     = $(BIN)/pip --quiet --disable-pip-version-check
PYTEST  = $(BIN)/python -m pytest
CORES   = -n auto --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help setup serve check test drill foreign chaos bench bench-compare fmt lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.dev $(BIN)/forge ## Install the command and the tools of development from the lock files

$(VENV)/.run: requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements.lock
	@touch $@

# The command is an editable install of this tree, built by the locked setuptools: nothing is fetched.
$(BIN)/forge: pyproject.toml $(VENV)/.run
	$(PIP) install --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run | $(BIN)/forge
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

serve: $(BIN)/forge ## Start everything on one machine (ARGS="--port 8000 ...")
	@exec $(BIN)/forge serve $(ARGS)

check: setup ## Check format, lint, types, import contracts, security, sizes and layout
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit -q -c pyproject.toml -r domain application adapters projections api scripts
	$(BIN)/python -m scripts.checks

test: setup ## Run the test suite on all cores (ARGS="tests/domain -k trash")
	$(PYTEST) $(CORES) --no-loadscope-reorder $(ARGS)

drill: setup ## Test whole services: processes that are killed, restarted, restored and rotated
	$(PYTEST) $(CORES) -m "drill and not chaos" $(ARGS)

foreign: setup ## Test against programs of others: node, openssl, unzip, pip
	$(PYTEST) $(CORES) -m foreign $(ARGS)

chaos: setup ## Run the long fault and soak tests
	$(PYTEST) -m chaos --timeout 900 $(ARGS)

$(VENV)/.bench: requirements-bench.lock $(VENV)/.dev
	$(PIP) install --require-hashes -r requirements-bench.lock
	@touch $@

bench: setup $(VENV)/.bench ## Measure against comparable systems, in one run (ARGS="--only create,get")
	$(BIN)/python -m scripts.bench $(ARGS)

bench-compare: setup $(VENV)/.bench ## Measure and compare with the baseline (ARGS="--result FILE")
	$(BIN)/python -m scripts.bench --output compare $(ARGS)

fmt: setup ## Format the code and apply safe fixes
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

LOCK = $(BIN)/python -m piptools compile --quiet --strip-extras --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header

lock: setup ## Bring the lock files in line with pyproject.toml
	$(PIP) install pip-tools
	$(LOCK) --allow-unsafe --build-deps-for wheel -o requirements.lock pyproject.toml
	$(LOCK) -o requirements-dev.lock --extra dev -c requirements.lock pyproject.toml
	$(LOCK) -o requirements-bench.lock --extra bench -c requirements.lock -c requirements-dev.lock \
		pyproject.toml

clean: ## Remove the environment and the caches
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
