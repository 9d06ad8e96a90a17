# make run, make test: each does its own set-up. See README.md.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
LOCKS  := requirements/uv.txt requirements/dev.txt

.PHONY: help install run test chaos lint bench lock clean env
help: ## Show what there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(STAMP) ## Create .venv from the locked requirements

$(STAMP): $(LOCKS) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "newsapi needs Python 3.11 or newer, this is " + sys.version.split()[0])'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@$(BIN)/uv pip sync -q --compile-bytecode --python $(BIN)/python --require-hashes requirements/dev.txt
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
# A start reads some two thousand modules: compiled here, since PYTHONDONTWRITEBYTECODE may forbid it later.
	@$(BIN)/python -m compileall -q newsapi access articles enrich ingest search webhooks
	@touch $@

run: install ## Run the whole service on http://127.0.0.1:8000
	@exec $(BIN)/newsapi serve

test: install lint ## Lint, types, import rules, then every test; those of the database on PostgreSQL too
	$(BIN)/python -m tests.servers.postgres $(BIN)/python -m pytest --only-database
	$(BIN)/python -m pytest

chaos: install ## Kill, stop and wipe everything while articles come in: make chaos SEED=7 MINUTES=15
	$(BIN)/python -m tests.services.chaos --seed $(or $(SEED),1) --minutes $(or $(MINUTES),10)

lint: install ## ruff, mypy (strict), import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install ## Benchmarks, each figure as a ratio to a floor of the same run
	$(BIN)/python -m bench

env: ## Make the secrets of docker/compose.yml, in docker/.env
	@$(PYTHON) docker/make_env.py docker/.env

lock: ## Resolve requirements/*.in anew
	for name in uv base dev; do $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate requirements/$$name.in -o requirements/$$name.txt --upgrade; done

clean: ## Remove .venv and caches (not the data)
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis .import_linter_cache
