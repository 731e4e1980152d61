# Everything works from a bare machine with Python 3.11+ and make: the first target that needs it makes `.venv`.
# Options of newstape go in ARGS, as in: make demo ARGS="--once --json"

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(VENV)/.installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("newstape needs Python 3.11 or later, found %s; name one: make PYTHON=python3.12" % sys.version.split()[0])'
	@test -x $(BIN)/python || { echo "making $(VENV) and installing the pinned packages; the first time takes a minute" >&2; $(PYTHON) -m venv $(VENV); }
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-tests: $(VENV)/.installed tests/requirements.txt
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r tests/requirements.txt
	@touch $@

.PHONY: install
install: $(VENV)/.installed ## make .venv with the pinned packages

.PHONY: demo
demo: $(VENV)/.installed ## a real Kafka, the sample articles, live counts; ARGS="--once --json"
	@$(BIN)/newstape demo $(ARGS)

.PHONY: check
check: $(VENV)/.installed-tests ## format, lint, strict types, import arrows, contract
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -q tests/unit/test_imports.py tests/golden/test_reference.py
	@$(BIN)/newstape contract --check

.PHONY: contract-check
contract-check: $(VENV)/.installed ## the AsyncAPI document by its own command line (npx; 1.5 GB and minutes the first time)
	CI=true npx --yes @asyncapi/cli@4.1.1 validate schemas/contract/asyncapi.json

.PHONY: format
format: $(VENV)/.installed-tests ## put the code into its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: test
test: check ## everything that the gate runs: check and the whole suite, with a real local Kafka
	$(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: test-fast
test-fast: $(VENV)/.installed-tests ## tests that need no Kafka
	$(BIN)/pytest tests/unit tests/property tests/fuzz tests/golden tests/accuracy $(ARGS)

.PHONY: test-compiled
test-compiled: $(VENV)/.installed-tests ## extraction compiled to machine code says what its source says; run it after changes of streams/extract
	NEWSTAPE_TEST_COMPILED=1 $(BIN)/pytest tests/compiled $(ARGS)

.PHONY: golden
golden: $(VENV)/.installed-tests ## write anew what the documents show of the code: samples, reference, contract
	$(BIN)/newstape contract --update
	$(BIN)/python -m tests.golden.readme
	$(BIN)/python -m tests.golden.reference

N ?= 100000
SEED ?= 1

.PHONY: fuzz
fuzz: $(VENV)/.installed-tests ## hostile records through intake and extraction; N=100000 SEED=1 ARGS="--large" or "--kafka"
	$(BIN)/python -m tests.fuzz --count $(N) --seed $(SEED) $(ARGS)

.PHONY: coverage
coverage: $(VENV)/.installed-tests ## which lines the tests that need no Kafka reach
	$(BIN)/coverage run -m pytest tests/unit tests/property tests/golden $(ARGS)
	$(BIN)/coverage report

.PHONY: test-browser
test-browser: $(VENV)/.installed-tests ## the dashboard in headless Chromium, which is installed where that is allowed
	@command -v chromium chromium-browser google-chrome google-chrome-stable >/dev/null || test -n "$$NEWSTAPE_TEST_CHROMIUM" \
	  || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
	       && apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium; } >&2 \
	  || echo "no Chromium, and it can't be installed here: see the reason of the skips" >&2
	$(BIN)/pytest tests/browser $(ARGS)

.PHONY: bench
bench: $(VENV)/.installed-tests ## speed of extraction and of the whole pipeline
	$(BIN)/python -m tests.bench $(ARGS)

.PHONY: accuracy
accuracy: $(VENV)/.installed-tests ## run every evaluation; writes tests/accuracy/REPORT.md and its summary in README.md
	$(BIN)/python -m tests.accuracy.report $(ARGS)

.PHONY: chaos
chaos: $(VENV)/.installed-tests ## schedules of faults, SEEDS=50 of them; rewrites tests/chaos/REPORT.md
	$(BIN)/python -m tests.chaos --seeds $(SEEDS) $(ARGS)

SEEDS := 50

.PHONY: lock
lock: ## compile the pinned requirements anew from pyproject.toml (needs uv)
	$(LOCK) --extra avro --extra local --extra rocksdb --extra source --output-file requirements.txt pyproject.toml
	$(LOCK) --all-extras --group dev --constraints requirements.txt --output-file tests/requirements.txt pyproject.toml
	$(LOCK) --group compile --constraints tests/requirements.txt --output-file deploy/compile-requirements.txt

LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

.PHONY: wheel
wheel: $(VENV)/.installed-tests ## dist/newstape-*.whl with extraction compiled and its data prepared; needs a C compiler and two minutes
	NEWSTAPE_COMPILE=1 NEWSTAPE_PREPARE=1 $(BIN)/python -m hatchling build --target wheel

.PHONY: release
release: $(VENV)/.installed-tests ## sdist, wheels and bill of materials in dist/, tried in a clean environment; ARGS=--draft
	@$(BIN)/python deploy/release.py $(ARGS)

.PHONY: clean
clean: ## remove what was made here
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage build dist *.egg-info .newstape
