# make refresh   set up what is needed, then run the whole path: archive → extract → gate 1 → load → dbt → gate 2 → publish
# make test      set up what is needed, then every check and the tests
# make reports   build the web pages from the published release (needs node)
# make help      all targets

.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Each file of tests runs in one of two processes; what a file prepares, its own tests share. In the order of the folders: the long
# ones of end_to_end first, so that neither process has a long file left when the other is done.
PARALLEL ?= --numprocesses 2 --dist loadfile --no-loadscope-reorder
STAMP := $(VENV)/.installed
SCALE_STAMP := $(VENV)/.installed-scale

export PYTHONUTF8 := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DO_NOT_TRACK := 1
export DAGSTER_DISABLE_TELEMETRY := 1
export GX_ANALYTICS_ENABLED := false
export SEND_ANONYMOUS_USAGE_STATS := no

.PHONY: help setup setup-scale system refresh test test-all lint reports serve-reports documents benchmark benchmark-peers benchmark-warehouse benchmark-mutations benchmark-residuals lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(STAMP): requirements.lock pyproject.toml
	@echo "setting up $(VENV) (once; one to three minutes)"
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3,11) <= sys.version_info < (3,14) else "expected Python 3.11 to 3.13, found " + sys.version)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@# The lock is complete, so nothing is resolved: pip cannot hold hashes and extras (gql[requests]) together.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

setup: $(STAMP) ## virtual environment with the locked packages

$(SCALE_STAMP): requirements-scale.lock $(STAMP)
	@echo "adding the packages of DuckLake, PostgreSQL, Spark and of a server to $(VENV) (once; about a minute, 600 MB)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-scale.lock
	@touch $@

setup-scale: $(SCALE_STAMP) ## packages for a server, for several machines, for `cchc build --target lake|postgres|spark`

system: ## Debian packages (browser, fonts), where this user may install them
	@scripts/install_system_packages.sh

refresh: $(STAMP) system ## read, check, build, check, publish; REFRESH="--inbox PATH" for more documents
	@$(BIN)/cchc refresh --reports $(REFRESH)

lint: $(STAMP) ## ruff, pyright, import-linter, sqlfluff
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/pyright
	@$(BIN)/sqlfluff lint --processes 2 dbt_project/models dbt_project/tests

test: system lint ## every check and the tests (under 15 minutes on two cores)
	@$(BIN)/pytest -m "not slow" $(PARALLEL)

test-all: system lint $(SCALE_STAMP) ## the tests that take longer, too: a server, a cluster, other targets (temporary PostgreSQL, Spark), large files
	@scripts/install_system_packages.sh scale
	@$(BIN)/pytest $(PARALLEL)

reports: $(STAMP) ## web pages from the published release (needs node); REPORTS="--force"
	@$(BIN)/cchc reports $(REPORTS)

serve-reports: $(STAMP) ## open the built pages on http://127.0.0.1:8765; PORT=8766
	@$(BIN)/cchc serve pages --port $(or $(PORT),8765)

documents: $(STAMP) ## set the embedded documents anew from their cited figures (needs LibreOffice)
	@scripts/install_system_packages.sh documents
	@$(BIN)/python -m scripts.documents

benchmark: $(STAMP) ## our reader on the corpus; BENCHMARK="--speed", "--scans", "--memory", "--half held_out"
	@$(BIN)/python -m tests.benchmarks.extraction $(BENCHMARK)

benchmark-peers: $(STAMP) ## the same beside other readers, which get an environment of their own
	@test -x .venv-peers/bin/python || $(PYTHON) -m venv .venv-peers
	@.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check -r tests/benchmarks/extraction/peers-requirements.txt
	@$(BIN)/python -m tests.benchmarks.extraction --peers .venv-peers/bin/python $(BENCHMARK)

benchmark-warehouse: $(STAMP) ## dbt build at 1, 10, 100 and 1,000 times today's size; BENCHMARK="--scale 100 --models"
	@$(BIN)/python -m tests.benchmarks.warehouse $(BENCHMARK)

benchmark-mutations: $(STAMP) ## real documents damaged at random: what is caught, and where; BENCHMARK="--cases 2000 --seed 1"
	@$(BIN)/python -m tests.benchmarks.mutations $(BENCHMARK)

benchmark-residuals: $(STAMP) ## misread digits: detected, located, repaired, held back; BENCHMARK="--trials 1000 --table Huế"
	@$(BIN)/python -m tests.benchmarks.residuals $(BENCHMARK)

EXPORT := uv export --all-groups --no-emit-project --no-header --no-annotate --format requirements-txt

lock: ## resolve the dependencies anew and write both locks (needs uv)
	uv lock --upgrade
	$(EXPORT) --extra ocr -o requirements.lock
	$(EXPORT) --all-extras --quiet | $(PYTHON) -m scripts.lock_difference requirements.lock > requirements-scale.lock

clean: ## remove what is built; the archive and the releases stay
	rm -rf reports/build reports/.evidence reports/pages/en warehouse/data/site warehouse/data/build warehouse/data/dbt_target
