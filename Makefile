# make demo | test | check | audit | fix | messages | bench | bench-weeks | bench-load | soak | fuzz | evidence | calibration | lock

BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: demo test check audit fix messages bench bench-weeks bench-load fuzz kill soak evidence calibration lock

demo: $(INSTALLED)
	@$(BIN)/batna demo --weeks 29

test: $(INSTALLED)
	$(BIN)/pytest -n 2

check: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m benchmarks.audit

audit: $(INSTALLED)
	$(BIN)/python -m benchmarks.audit

fix: $(INSTALLED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The words of the templates, into reports/locale: new ones stand in each language with nothing beside them, which a test refuses.
messages: $(INSTALLED)
	$(BIN)/pybabel -q extract -F reports/locale/babel.cfg --sort-by-file --no-location --omit-header -w 120 \
		-o reports/locale/batna.pot reports
	$(BIN)/pybabel -q update -i reports/locale/batna.pot -d reports/locale -D batna -w 120 \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

# A load that is killed at a hundred random moments, where `make test` does ten.
kill: $(INSTALLED)
	BATNA_KILLS=100 $(BIN)/pytest -q tests/test_killed_loads.py

# A year of weeks, killed at random moments while ten analysts read: some twenty minutes (docs/soak.md). ARGUMENTS="--seed 8" draws others.
soak: $(INSTALLED)
	$(BIN)/python -m benchmarks.soak $(ARGUMENTS)

bench: $(INSTALLED)
	$(BIN)/python -m benchmarks

bench-weeks: $(INSTALLED)
	$(BIN)/python -m benchmarks.weeks --models

# A million deals with ten million rows of history: some 10 GB of disk for as long as it takes.
bench-load: $(INSTALLED)
	$(BIN)/python -m benchmarks.load

# Every package by its hash; then the project itself, with the build tools that the lock has brought.
$(INSTALLED): requirements.lock pyproject.toml
	python3 -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-index --no-build-isolation --editable .
	@touch $@

# Write the lock anew, for every platform and without the address of an index.
lock:
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --extra dev --output-file requirements.lock pyproject.toml

# Ten thousand broken files, each loaded or refused with a reason: some fifteen minutes. ARGUMENTS="--start 10000" breaks others.
fuzz: $(INSTALLED)
	$(BIN)/python -m tests.load.fuzz $(ARGUMENTS)

# Many invented companies, with what is planted in them and without: some twenty minutes on two cores.
evidence: $(INSTALLED)
	$(BIN)/python -m benchmarks.evidence --write

# Twelve past weeks of a public export, and how far the learnt chances came true: docs/calibration-maven.md says where it comes from.
EXPORTS ?= ../shared/data/maven_crm
calibration: $(INSTALLED)
	$(BIN)/python -m benchmarks.calibration --exports $(EXPORTS) --write
