# Two commands do all the set-up on a fresh machine: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-strip-extras --no-emit-index-url --no-emit-find-links --no-header --quiet pyproject.toml
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: run test check format bench proof lock texts clean

run: $(VENV)/.run ## start the bot: on Discord with a token in .env, else in the sandbox
	$(BIN)/python -m bot run

test: $(VENV)/.dev ## every test, on all cores
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

check: $(VENV)/.dev ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright --warnings

format: $(VENV)/.dev ## put the code in shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev ## the figures, a line each
	$(BIN)/python -m tests.bench

proof: $(VENV)/.dev ## one set of proofs alone: make proof NAME=books
	$(BIN)/python -m pytest --proof $(NAME)

lock: $(VENV)/.dev ## the lock files anew, from pyproject.toml
	$(BIN)/$(LOCK) --output-file requirements.lock
	$(BIN)/$(LOCK) --extra dev --output-file requirements-dev.lock

texts: $(VENV)/.dev ## the template that translators start from, anew
	$(BIN)/pybabel --quiet extract --no-default-keywords --keywords "N_ texts public_texts plural:1,2" \
		--omit-header --add-location file --sort-output --output-file bot/locale/bouquet.pot bot cogs

clean:
	rm -rf $(VENV)

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock | $(BIN)/python
	$(INSTALL) -r requirements.lock
	touch $@

$(VENV)/.dev: requirements-dev.lock | $(BIN)/python
	$(INSTALL) -r requirements-dev.lock
	touch $@ $(VENV)/.run
