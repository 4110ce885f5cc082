# Forge. `make help` lists what there is.
PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
ARGS   ?=

.DEFAULT_GOAL := help
.PHONY: help setup serve test drill check bench chaos fmt lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.dev ## Make the environment from the lock files

$(VENV)/.run: requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

# The command itself: an editable install of this tree by the locked setuptools, without any index.
$(BIN)/forge: pyproject.toml $(VENV)/.run
	$(BIN)/pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run | $(BIN)/forge
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

serve: $(BIN)/forge ## Start everything on one machine (ARGS="--port 8000 ...")
	@exec $(BIN)/forge serve $(ARGS)

test: $(VENV)/.dev ## Run the suite, on all cores (ARGS="tests/domain -k trash")
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

drill: $(VENV)/.dev ## Run what kills, restarts, restores and rotates several processes, as CI does
	$(BIN)/python -m pytest -n auto --dist loadfile -m "drill and not chaos" $(ARGS)

chaos: $(VENV)/.dev ## Run the long fault and soak tests
	$(BIN)/python -m pytest -m chaos --timeout 900 $(ARGS)

check: $(VENV)/.dev ## Format, lint, types, import contracts, security, sizes: what CI asks before the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit -q -c pyproject.toml -r domain application adapters projections api scripts
	$(BIN)/python -m scripts.checks

bench: $(VENV)/.dev ## Measure against the peers, in one run
	$(BIN)/python -m scripts.bench $(ARGS)

fmt: $(VENV)/.dev ## Format and apply safe fixes
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

LOCK = $(BIN)/python -m piptools compile --quiet --strip-extras --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header

lock: $(VENV)/.dev ## Resolve the dependencies of pyproject.toml anew
	$(BIN)/pip install --quiet pip-tools
	$(LOCK) --allow-unsafe --build-deps-for wheel -o requirements.lock pyproject.toml
	$(LOCK) -o requirements-dev.lock --extra dev -c requirements.lock pyproject.toml

clean: ## Remove the environment and the caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
