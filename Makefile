# `make run` runs the whole chain, `make test` every test; both create .venv first. `make help` lists all targets.

export PATH := $(CURDIR)/.venv/bin:$(PATH)
PYTHON ?= python3

.PHONY: help setup run transfer results ui test lint format bench clean

help:                ## list all targets
	@grep -E '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | sort

setup: .venv/.done   ## create .venv with the exact versions of requirements.lock

.venv/.done: pyproject.toml requirements.lock
	@echo "Installing into .venv (half a minute if packages are cached, otherwise some minutes) …"
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v < (3, 14) else f"Python {v[0]}.{v[1]} is not supported: TensorFlow requires 3.11 to 3.13. Run make PYTHON=python3.12")'
	@$(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install --quiet -c requirements.lock uv
	@.venv/bin/uv pip install --quiet --compile-bytecode --python .venv/bin/python -c requirements.lock -e '.[dask,dev,eval,export,text,viz]'
	@touch .venv/.done

run: setup           ## corpus to report: `dvc repro`; with CONF=smoke a small version in about a minute
	@if [ -n "$(CONF)" ]; then waveloom use $(CONF); fi
	@dvc repro
	@waveloom results

transfer: setup      ## train and evaluate a translator between four instruments: `make run` with the preset timbre
	@$(MAKE) --no-print-directory run CONF=timbre

results: setup       ## print the paths of the report and samples, and how to open MLflow
	@waveloom results

ui: setup            ## open MLflow's page on the experiments of this project
	@waveloom ui

test: setup          ## run every test
	@python -m pytest -n auto --dist loadfile --durations 25

lint: setup          ## check with ruff, mypy, import-linter, dvc.yaml up to date
	ruff check .
	ruff format --check .
	mypy
	lint-imports
	waveloom sync --check

format: setup        ## fix and format the code with ruff
	ruff check --fix .
	ruff format .

bench: setup         ## benchmarks of speed and memory against the usual alternatives
	@for script in benchmarks/bench_*.py; do python $$script; done

clean:               ## remove checkpoints, embeddings and caches of Python; data and models stay
	rm -rf .checkpoints .embeddings .mypy_cache .ruff_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
