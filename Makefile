# Every target sets up what it needs: nothing but Python 3.11 or newer and make must be there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := python -m pip install --quiet --disable-pip-version-check
LOCKED := --no-deps --require-hashes -r requirements.lock
HISTORIES ?= $(SEGUE_SHARED)/data/histories
CODE := flows jobs quality ui tests benchmarks

.PHONY: help demo up test test-spark test-slow test-others lint bench bench-cf bench-constants bench-quality bench-serve lock clean
.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(READY) ## simulated listeners through the whole pipeline, then the page (no key, no account)
	$(BIN)/segue demo

up: $(READY) ## Prefect, its worker, Spark Connect and the page
	$(BIN)/segue up

test: $(READY) ## the test suite, what needs Spark beside all else (browser tests run where chromium is installed)
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target test-spark test-others

test-spark: $(READY)
	$(BIN)/python -m pytest -m "spark and not slow"

test-slow: $(READY) ## builds that are killed, reordered and taken back: some minutes more
	$(BIN)/python -m pytest -m slow

test-others: $(READY)
	@# The half on Spark takes longer: where the two want one processor, that one gets it.
	nice -n 5 $(BIN)/python -m pytest -m "not spark"

lint: $(READY) ## formatting, lint, strict types, import rules
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY) ## time and memory: 1,000,000 plays of 200 listeners, their candidates, and small changes
	$(BIN)/python -m benchmarks.million_plays
	$(BIN)/python -m benchmarks.candidates

bench-serve: $(READY) ## requests/s, latencies and memory of the API: 1,000 listeners with 1,000 candidates each
	$(BIN)/python -m benchmarks.serve

bench-cf: $(READY) ## listeners like you against the published tables (CF_DATA=folder with train.txt and test.txt)
	$(BIN)/python -m benchmarks.collaborative

bench-quality: $(READY) ## how good recommendations are on HISTORIES=folder, one listener a file (SEGUE_SHARED: catalogue, community)
	$(BIN)/python -m benchmarks.quality $(HISTORIES)

bench-constants: $(READY) ## other constants and mixes of the strategies, on HISTORIES=folder
	$(BIN)/python -m benchmarks.constants $(HISTORIES)

lock: $(READY) ## resolve the versions anew into requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 \
		--custom-compile-command "make lock" --group dev pyproject.toml -o requirements.lock

clean: ## remove the environment; histories and recommendations in .segue stay
	rm -rf $(VENV) *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis artifacts

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Segue needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@# uv installs in a third of pip's time, but does not read pip's settings: where it finds no packages, pip may.
	sed -n '/^uv==/,/# via/p' requirements.lock | $(BIN)/$(PIP) --require-hashes -r /dev/stdin
	$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode $(LOCKED) || $(BIN)/$(PIP) $(LOCKED)
	$(BIN)/$(PIP) --no-deps --editable .
	@# Spark fetches Delta's JARs; later sessions find them here.
	@$(BIN)/python -c 'from jobs.session import session; session().stop()' 2>$(VENV)/spark.log \
		|| { cat $(VENV)/spark.log >&2; exit 1; }
	@touch $@
