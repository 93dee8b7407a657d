# Every target works on a fresh machine with Python 3.11+ and make: the environment is made once, in .venv.
PYTHON ?= python3
BIN := .venv/bin
DEMO ?= build/demo
# TinyDB's release holds its own tests, which must pass on our store.
TINYDB := build/tinydb-$(shell sed -n 's/^tinydb==//p' constraints.txt).tar.gz
SOURCES := fieldkit sync forms tests bench offline hatch_build.py

.PHONY: run test lint format bench soak tour mutants dist dist-test clean

.venv/installed: pyproject.toml constraints.txt hatch_build.py $(wildcard fieldkit/locale/*/LC_MESSAGES/*.po)
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[office,browser,dev]'
	touch $@

run: .venv/installed
	$(BIN)/fieldkit demo --workspace $(DEMO)

# Where it cannot be had, the test that wants it says so and is skipped.
$(TINYDB): .venv/installed
	-$(BIN)/python -m pip download --quiet --disable-pip-version-check --constraint constraints.txt \
		--no-deps --no-binary :all: --dest build tinydb

# In the order of the folders: those with few tests take long, and would leave one processor idle at the end.
test: .venv/installed $(TINYDB)
	$(BIN)/python -m pytest -m 'not soak' -n 2 --dist loadfile --no-loadscope-reorder

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

mutants: .venv/installed
	$(BIN)/python tests/mutants/run.py

soak: .venv/installed
	$(BIN)/python -m pytest -m soak

# Goes the README's tour in tmux, in Chromium and from a fresh clone, and writes its pages and pictures anew.
tour: .venv/installed
	FIELDKIT_TOUR=write $(BIN)/python -m pytest -m 'soak or not soak' tests/tour

# Folders that install with neither network nor administrator.
dist: .venv/installed
	$(BIN)/python offline/build.py --to build/dist

dist-test: dist
	$(BIN)/python -m pytest -m soak tests/offline

clean:
	rm -rf .venv build
