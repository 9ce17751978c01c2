# Everything sets itself up in .venv with only python3 and pip at hand; uv is used where it is there.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.ready
.PHONY: setup demo test bounds mutants random-numbers check bench bench-growth bench-machine targets knockouts directions lives interventions docs crisis test-page chromium workshop-latency workshop-load workshop-pictures lives-pictures forecasts relations log

setup: $(STAMP)

$(STAMP): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Upstream needs Python 3.11 or later"; exit 1; }
	@echo "Setting up in .venv, once: packages are fetched (1.5 GB when unpacked), which takes minutes ..."
	@$(PYTHON) -m venv .venv
	@if command -v uv >/dev/null 2>&1; then \
	  VIRTUAL_ENV=.venv uv pip install -q --require-hashes -r requirements.txt && \
	  VIRTUAL_ENV=.venv uv pip install -q --no-deps -e .; \
	else \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt && \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	fi
	@echo "Compiling the model, once: a minute or two, or more on a busy machine ..."
	@$(BIN)/python -m sim.warm
	@touch $@
	@echo "Ready. Try: make demo"

demo: setup
	$(BIN)/upstream compare scenarios/portsmouth/do_nothing.toml scenarios/portsmouth/budget_cut.toml \
	  scenarios/portsmouth/early_intervention.toml scenarios/portsmouth/navigators.toml \
	  scenarios/portsmouth/together.toml --years 10 --replicates 8 --out results/demo

test: setup
	$(BIN)/python -m pytest

# The page in a browser, cut off from the network. Debian's Chromium is installed where it is missing
# and this is root; elsewhere install it by hand.
chromium:
	command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 && apt-get update -q && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium fonts-dejavu-core; } || \
	  { echo "test-page needs Chromium: install your system's package of it"; exit 1; }

test-page: setup chromium
	$(BIN)/python -m pytest tests/page/pages*.py

workshop-pictures: setup chromium
	$(BIN)/python -m tests.page.pictures

workshop-latency: setup
	$(BIN)/upstream workshop portsmouth --measure-latency

workshop-load: setup
	$(BIN)/python -m tests.load

bounds: setup
	$(BIN)/python -m tests.bounds

mutants: setup
	$(BIN)/python -m tests.mutants

random-numbers: setup
	$(BIN)/python -m tests.battery

DOCS_STAMP := .venv/.docs-ready
$(DOCS_STAMP): requirements-docs.txt $(STAMP)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-docs.txt
	touch $@

docs: $(DOCS_STAMP)
	$(BIN)/mkdocs build --strict

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

crisis: setup
	$(BIN)/python -m experiments.crisis_effects

bench: setup
	$(BIN)/python -m experiments.bench

.venv-bench:
	$(PYTHON) -m venv $@ && $@/bin/python -m pip install -q --disable-pip-version-check starsim==3.7.2

bench-growth: setup
	$(BIN)/python -m experiments.bench.growth

bench-machine: setup
	$(BIN)/python -m experiments.bench.machine

targets: setup
	$(BIN)/python -m experiments.targets

knockouts: setup
	$(BIN)/python -m experiments.knockouts

directions: setup
	$(BIN)/python -m experiments.directions

lives: setup
	$(BIN)/python -m experiments.nearest

.PHONY: ended-lives
ended-lives: setup
	$(BIN)/python -m experiments.ended_lives

lives-pictures: setup
	$(BIN)/python -m experiments.lives_pictures

forecasts: setup
	$(BIN)/python -m experiments.forecasts

relations: setup
	$(BIN)/python -m experiments.relations

log: setup
	$(BIN)/python -m experiments.synthetic_log contacts.csv

interventions: setup
	$(BIN)/upstream interventions --measure --parts --pairs

.PHONY: audit bad-day fuzz
audit: setup
	$(BIN)/python -m tests.audit

bad-day: setup
	$(BIN)/python -m tests.bad_day
	$(BIN)/python -m tests.hundred

.PHONY: load bench-lives
load: setup
	MALLOC_MMAP_THRESHOLD_=131072 $(BIN)/python -m tests.flat

bench-lives: setup
	$(BIN)/python -m experiments.bench.alone

fuzz: setup
	$(BIN)/python -m tests.fuzz

# 10,000 ten-year runs of Portsmouth; RUNS=400 runs fewer and extrapolates, ARGS="--cluster local" uses Dask.
.PHONY: ten-thousand
RUNS ?= 10000
ten-thousand: setup
	$(BIN)/python -m sim.warm
	$(BIN)/python -m experiments.bench.ten_thousand --runs $(RUNS) $(ARGS)

# What docs/findings.md claims, in 8 replicates and at 16 plausible sets of numbers.
.PHONY: findings
findings: setup
	$(BIN)/python -m experiments.findings
