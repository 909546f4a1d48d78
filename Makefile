# Broadsheet: `make demo` and `make test` do all the set-up themselves.
# Another Python: make setup PYTHON=python3.12      Part of the tests: make test ARGS="tests/face -k help"

SHELL := /bin/sh
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,$(shell command -v $(name) 2>/dev/null)))
WORKERS ?= 2
ARGS ?=
BENCHMARK ?= ../shared/benchmark
BIN := .venv/bin
UV := $(BIN)/uv pip compile --no-config --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	--no-header --no-annotate --python-version 3.11 --quiet $(if $(UPGRADE),--upgrade)

NEED_BENCHMARK = @if [ ! -d "$(BENCHMARK)" ]; then \
	echo "make: there is no benchmark folder $(BENCHMARK); name one with BENCHMARK=" >&2; exit 1; fi
NEED_FOLDS = @if [ ! -f build/folds/3.npz ]; then \
	echo "make: there are no weights of the folds in build/folds: pages that the shipped weights were fitted on would" >&2; \
	echo "be measured with weights that know them. Fit them first (about an hour): make model BENCHMARK=$(BENCHMARK)" >&2; \
	echo "These need no fitting: make bench-speed; $(BIN)/python -m bench.metadata $(BENCHMARK)" >&2; \
	exit 1; fi

.PHONY: help setup demo test browser hostile crash poison fuzz readers soak soak-short lint format docs lock bench \
	bench-quality bench-speed bench-rate model clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup:  ## a virtual environment in .venv with all that is needed (repeated only when the lock or pyproject.toml changed)
	@if [ -z "$(PYTHON)" ]; then echo "make: there is no Python 3.11 or newer." >&2; \
		echo "On Debian and Ubuntu: sudo apt install python3 python3-venv" >&2; exit 1; fi
	@"$(PYTHON)" .ci/set_up.py

demo: setup  ## crawl the sample site, clean it, and show the table and what was removed
	@$(BIN)/broadsheet demo

test: setup  ## everything that must hold: style, types, import contracts (tests/test_house.py) and all tests
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal $(ARGS)

browser: setup  ## what sites with browser = true need beside the system's Chromium (some 170 MB)
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements-browser.lock
	@$(BIN)/python -c "from spiders.browser import missing; print(missing() or 'pages can be rendered')"

hostile: setup  ## the whole hostile suite: a server that does everything wrong, beside hosts that behave (ARGS=--baseline: plain Scrapy too)
	@$(BIN)/python -m bench.hostile $(ARGS)

bench-rate: setup  ## 20,000 addresses on 100 hosts without a pause, beside plain Scrapy
	@$(BIN)/python -m bench.crawl_rate $(ARGS)

crash: setup  ## the crash matrix: 22 points x 6 faults and 200 random kills (ARGS="--pages 40 --random 20" for less)
	@$(BIN)/python -m bench.crash --full-disk $(ARGS)

poison: setup  ## pages that kill a parser among 1,000 good ones, and what the isolation costs
	@$(BIN)/python -m bench.poison $(ARGS)

fuzz: setup  ## pages of the sample changed at random for a minute: nothing may leave a worker but an outcome (ARGS="--seed 7")
	@$(BIN)/python -m bench.fuzz $(ARGS)

readers: setup  ## pandas, DuckDB and Polars over the tables while 200 batches and 20 releases are written
	@$(BIN)/python -m bench.readers $(ARGS)

soak: setup  ## a crawl of 30 minutes, watched for memory and descriptors, then built and verified
	@$(BIN)/python -m bench.soak $(ARGS)

soak-short: setup  ## the same in 3 minutes
	@$(BIN)/python -m bench.soak --minutes 3 $(ARGS)

lint: setup  ## style, types and import contracts alone; all are run, also when one fails
	@failed=; for check in "ruff check" "ruff format --check" "mypy" "lint-imports --no-cache"; do \
		echo "== $$check"; $(BIN)/$$check || failed="$$failed [$$check]"; done; \
		if [ -n "$$failed" ]; then echo "make: failed:$$failed" >&2; exit 1; fi

format: setup  ## let ruff put the code in shape
	@$(BIN)/ruff format && $(BIN)/ruff check --fix

docs: setup  ## write the pages that are made from the code: docs/reasons.md and data/README.md
	@$(BIN)/python -m pipeline.view.reasons
	@$(BIN)/python -m pipeline.store.dictionary

lock: setup  ## write the lock files anew after a change in pyproject.toml; UPGRADE=1 takes the newest versions
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['build-system']['requires'])" \
		| $(UV) pyproject.toml - -o requirements.lock
	@$(UV) pyproject.toml requirements.lock --extra dev -o requirements-dev.lock
	@$(UV) pyproject.toml requirements.lock --extra browser | $(BIN)/python .ci/only_extra.py requirements.lock \
		> requirements-browser.lock
	@echo "requirements.lock (to run), requirements-dev.lock (to run and test) and requirements-browser.lock (what the"
	@echo "extra adds) are written."

bench: setup  ## quality on a fixed part of the benchmark folder (BENCHMARK=...), against the floors of bench/floors.toml
	$(NEED_BENCHMARK)
	$(NEED_FOLDS)
	@$(BIN)/python -m bench.quality "$(BENCHMARK)" --fast --no-peers $(ARGS)

bench-quality: setup  ## quality on the whole benchmark, beside trafilatura, readability-lxml and resiliparse
	$(NEED_BENCHMARK)
	$(NEED_FOLDS)
	@case " $(ARGS) " in *" --no-peers "*) ;; *) $(BIN)/python -c "import readability" || { echo "make: first:" \
		"$(BIN)/python -m pip install readability-lxml; or leave the peers out with ARGS=--no-peers" >&2; exit 1; } ;; esac
	@$(BIN)/python -m bench.quality "$(BENCHMARK)" $(ARGS)

bench-speed: setup  ## pages per second on one core beside peers, where time goes, slowest pages, memory (ARGS="--only speed")
	$(NEED_BENCHMARK)
	@$(BIN)/python -m bench.speed "$(BENCHMARK)" $(ARGS)

model: setup  ## fit the keep-score anew from the benchmark folder; needs torch, which is not among the locked packages
	$(NEED_BENCHMARK)
	@$(BIN)/python -c "import torch" || { echo "make: first: $(BIN)/python -m pip install torch" >&2; exit 1; }
	@$(BIN)/python -m bench.train "$(BENCHMARK)"

clean:  ## remove caches and the demo's output; .venv and other data stay
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis data/demo
