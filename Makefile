# Redress. `make help` says what there is. Only Python >= 3.11 and make are assumed.
.DEFAULT_GOAL := help
SHELL := /bin/sh
BIN := .venv/bin
STAMP := .venv/.redress-installed
UV_VERSION := 0.13.9
LOCKS := dev intake routing casework sla_watchdog notification cli
# uv trusts the system's certificates and uses the same index as pip, where one is set.
export UV_SYSTEM_CERTS ?= 1
ifdef PIP_INDEX_URL
export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
endif
export BACKING ?=
# In containers the version of RabbitMQ can be chosen: `make test BACKING=docker BROKER=4.3`.
export BROKER ?=
BROKERS ?= 3.10 4.0 4.3
# Files of tests are spread over the processor's cores; `make test JOBS=0` runs them in one process.
JOBS ?= 2
.PHONY: help setup demo test brokers check lint format types imports schemas bench fuzz chaos up down locks clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP)  ## the virtual environment .venv with everything in it, and the command .venv/bin/redress
	@echo ready: $(BIN)/redress

demo: $(STAMP)  ## sample complaints through the whole product, then stop everything; KEEP=1 leaves it running
	@$(BIN)/redress demo $(if $(KEEP),--keep)

test: $(STAMP)  ## all tests on a real broker and database; ARGS="-k word", BACKING=env|docker|native, BROKER=4.3, JOBS=n
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(ARGS)

brokers: $(STAMP)  ## tests of messaging on RabbitMQ 3.10, 4.0 and 4.3, one after the other, in containers; BROKERS=4.3, ARGS
	@for version in $(BROKERS); do echo "RabbitMQ $$version"; \
	  BACKING=docker BROKER=$$version $(BIN)/python -m pytest tests/integration tests/e2e -m "not docker" -n $(JOBS) --dist loadfile $(ARGS) || exit 1; \
	done

check: lint types imports schemas-drift  ## everything that is checked without running the product

lint: $(STAMP)  ## ruff: rules and format
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/typos

format: $(STAMP)  ## ruff: repair what can be repaired
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

types: $(STAMP)  ## mypy, strict
	@$(BIN)/mypy --no-error-summary

imports: $(STAMP)  ## who may import whom (import-linter), and that every dependency is declared and used (deptry)
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/deptry . --no-ansi

schemas: $(STAMP)  ## write the published contracts to docs/schemas/, and draw the life of a complaint
	@$(BIN)/python -m deploy.contracts docs/schemas
	@$(BIN)/python -m deploy.life_drawing docs/life-of-a-complaint.md

.PHONY: schemas-drift
schemas-drift: $(STAMP)
	@$(BIN)/python -m deploy.contracts --check docs/schemas
	@$(BIN)/python -m deploy.life_drawing --check docs/life-of-a-complaint.md
	@$(BIN)/python -m deploy.contracts --compatible-with docs/schemas

bench: $(STAMP)  ## complaints a second and their cost, beside bare pipelines and Celery
	@$(BIN)/python -m tests.load.bench $(ARGS)

fuzz: $(STAMP)  ## mutated samples against all that reads strangers' bytes; ARGS="--inputs 1000000 --seed 1 --jobs 2", --json, --replay FILE
	@$(BIN)/python -m tests.fuzz $(ARGS)

chaos: $(STAMP)  ## kill, stop and fill up everything under load, then count; ARGS="--complaints 100000 --rate 150 --faults 30"
	@$(BIN)/python -m tests.chaos $(ARGS)

up: $(STAMP)  ## start everything and leave it running
	@$(BIN)/redress up

down: $(STAMP)  ## stop what `make up` or `make demo KEEP=1` started
	@$(BIN)/redress down

locks: $(BIN)/uv  ## pin all dependencies anew, with hashes, for Python 3.11 to 3.13
	@mkdir -p requirements; for purpose in $(LOCKS); do \
	  case $$purpose in dev) extras="--all-extras";; *) extras="--extra $$purpose --constraint requirements/dev.txt";; esac; \
	  $(BIN)/uv pip compile pyproject.toml $$extras --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-config --quiet --custom-compile-command "make locks" --output-file requirements/$$purpose.txt $(ARGS) || exit 1; \
	done

clean:  ## stop everything and remove what was made, .venv included
	@if [ -x $(BIN)/redress ]; then $(BIN)/redress down || true; fi
	@rm -rf .venv .redress .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist *.egg-info

# Commands such as pyenv's shims may exist and still not run, so each candidate is tried.
$(BIN)/uv:
	@set -e; \
	if [ ! -x $(BIN)/python ]; then \
	  for candidate in python3.13 python3.12 python3.11 python3; do \
	    if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$candidate; break; fi; \
	  done; \
	  if [ -z "$${python:-}" ]; then echo "Redress needs Python 3.11 or newer, and none was found. Cure: install it, on Debian 12 or newer: apt-get install python3 python3-venv" >&2; exit 1; fi; \
	  echo "making .venv with $$($$python --version)"; \
	  $$python -m venv .venv || { rm -rf .venv; echo "$$python cannot make a virtual environment. Cure, on Debian: apt-get install python3-venv" >&2; exit 1; }; \
	fi; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(STAMP): requirements/dev.txt pyproject.toml | $(BIN)/uv
	@echo "installing what requirements/dev.txt pins"
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes --no-config --requirement requirements/dev.txt
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --no-deps --no-config --editable .
	@touch $@
