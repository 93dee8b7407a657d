# Every target works on a fresh machine with Python 3.11+ and make: the environment is made once, in .venv.
PYTHON ?= python3
BIN := .venv/bin
DEMO ?= build/demo
SOURCES := fieldkit sync forms tests bench hatch_build.py

.PHONY: run test lint format bench soak clean

.venv/installed: pyproject.toml constraints.txt hatch_build.py $(wildcard fieldkit/locale/*/LC_MESSAGES/*.po)
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

run: .venv/installed
	$(BIN)/fieldkit demo --workspace $(DEMO)

test: .venv/installed
	$(BIN)/python -m pytest -m 'not soak' -n 2 --dist loadgroup

lint: .venv/installed
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/installed
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

bench: .venv/installed
	$(BIN)/python -m bench

soak: .venv/installed
	$(BIN)/python -m pytest -m soak

clean:
	rm -rf .venv build
