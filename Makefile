# sceau in a few words. Only git, make and Python >= 3.11 with venv are needed; everything else lands in .venv.
#
#   make demo    a ledger in ./demo, documents issued, printed, scanned back, revoked, forged, audited
#   make test    all tests, PostgreSQL included
#   make check   format, lint, types, who may import whom, limits
#   make fuzz    minutes of hostile bytes for every decoder, and for Python and the page side by side
#   make bench   the figures, as ratios
#   make bench-page   the scanner's page: time to a verdict, codes read, weight
#   make run     the public checker on what the demo published
#   make wheel   the package, in dist/
#   make audit-kit   the auditor's program, as one file and as a wheel of its own, in dist/
#   make lock    requirements/*.txt anew, after a change in pyproject.toml or requirements/*.in
#   make clean   forget .venv, ./demo, ./demo-postgresql and all that was built
#
# PYTHON=python3.13 chooses the interpreter; TESTS=tests/seals what to test; FUZZ_S=60 how many seconds each fuzz test looks;
# DATABASE=postgresql://... the demo's database, whose files then are in ./demo-postgresql; DIRECTORY=... puts them elsewhere.

PYTHON ?= python3
DATABASE ?=
DIRECTORY ?= $(if $(DATABASE),demo-postgresql,demo)
TESTS ?= tests
FUZZ_S ?= 10
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
# setuptools is in the locks: nothing is fetched behind their back
INSTALL = $(PIP) install --quiet --require-hashes -r $< && $(PIP) install --quiet --no-deps --no-build-isolation -e . && touch $@
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	--custom-compile-command 'make lock'

.PHONY: demo test chromium check fuzz bench bench-page run wheel audit-kit lock clean
.DELETE_ON_ERROR:

demo: .venv/all.stamp
	$(BIN)/sceau demo --directory '$(DIRECTORY)' $(if $(DATABASE),--database '$(DATABASE)')

test: .venv/dev.stamp chromium
	$(BIN)/python -m pytest -n logical $(TESTS)

# the browser of the page's tests: root on Debian gets it, others are told
chromium:
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && \
	apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || \
	echo "No chromium: the tests of the page will be skipped. On Debian: apt install chromium"

check: .venv/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python tests/support/house.py

fuzz: .venv/dev.stamp
	SCEAU_FUZZ_S='$(FUZZ_S)' $(BIN)/python -m pytest -n logical tests/fuzz tests/verify_api/page/test_fuzz.py

bench: .venv/dev.stamp
	$(BIN)/python benchmarks/run.py

bench-page: .venv/dev.stamp chromium
	$(BIN)/python benchmarks/page_speed.py

run: .venv/all.stamp
	@test -d '$(DIRECTORY)/public' || { \
	echo "Il n'y a pas encore de $(DIRECTORY)/public : lancez d'abord « make demo »."; \
	echo "There is no $(DIRECTORY)/public yet: run 'make demo' first."; exit 1; }
	$(BIN)/sceau serve '$(DIRECTORY)/public'

wheel: .venv/dev.stamp
	rm -rf build dist
	$(BIN)/python -m build --wheel --no-isolation

audit-kit: .venv/dev.stamp
	$(BIN)/python packaging/sceau-audit/build.py

lock: .venv/dev.stamp
	$(COMPILE) pyproject.toml requirements/all.in requirements/dev.in --all-extras -o requirements/dev.txt
	$(COMPILE) pyproject.toml requirements/all.in --all-extras -c requirements/dev.txt -o requirements/all.txt
	$(COMPILE) pyproject.toml -o requirements/base.txt
	$(COMPILE) requirements/referee.in pyproject.toml -o requirements/referee.txt
	$(COMPILE) requirements/generator.in -o requirements/generator.txt

clean:
	rm -rf verify_api/page/vendor .venv demo demo-postgresql build dist src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/%.stamp: requirements/%.txt pyproject.toml .venv/pyvenv.cfg $(wildcard packaging/page/*.py packaging/page/*.json)
	@echo "Installing what $< names into .venv ..."
	@$(INSTALL)

.venv/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo "sceau needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>/dev/null || echo 'not installed')."; \
	echo "Name another: make PYTHON=python3.13 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	echo "$(PYTHON) cannot make a virtual environment. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv .venv
