# Two commands: `make run` opens the app, `make test` passes the tests. Each makes what it needs first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
# Of `make study`: full takes hours on two cores, of which DEVICE=cuda spares most; small takes a minute or two.
SIZE ?= full
DEVICE ?= cpu
OUT ?= data/study
# Of `make bench`: which to run, and options; all by default. `python -m benchmarks --help` names them.
BENCH ?=

.PHONY: run test check bench study screenshots clean
.DEFAULT_GOAL := run

run: $(VENV)/.run  ## Open the app on the bundled study.
	@echo "==> Loading the bundled study (nothing happens if it is in the store already)"
	@$(BIN)/python -m analysis import data/study
	@echo "==> Opening http://localhost:$(PORT) (stop with Ctrl-C)"
	@$(BIN)/python -m streamlit run app.py --server.port $(PORT)

test: $(VENV)/.test  ## Check style and types, then run every test.
	@echo "==> Style (ruff) and types (mypy)"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@echo "==> Tests (twenty minutes on two cores; most of it fits item response models)"
	@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

bench: $(VENV)/.test  ## Measure speed, cost and coverage (hours in all; BENCH=cost for one); prints tables, writes JSON.
	@$(BIN)/python -m benchmarks $(BENCH)

study: $(VENV)/.study  ## Make the bundled study again (trains small transformers; goes on where it stopped).
	@$(BIN)/python -m data.experiment --size $(SIZE) --device $(DEVICE) --out $(OUT)
	@$(BIN)/python -m data.experiment.pool $(OUT)

screenshots: $(VENV)/.test  ## Take the README's screenshots again, light and dark (some minutes).
	@$(BIN)/python -m docs.screenshots

clean:  ## Remove the virtual environment and the store.
	rm -rf $(VENV) .bench data/store

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@echo "==> Making a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.made requirements.txt
	@echo "==> Installing requirements (once; a minute or two)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.test: $(VENV)/.run requirements-dev.txt
	@echo "==> Installing what the tests need (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# The harness's own libraries beside those of $(VENV), which it sees: a sixth of the download.
.bench/lm-eval/.made: $(VENV)/.test
	@echo "==> Installing lm-evaluation-harness in an environment of its own (once; half a minute)"
	@rm -rf $(@D) && $(BIN)/python -m venv $(@D)
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' > \
	  "$$($(@D)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/beside.pth"
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check "lm-eval==0.4.12"
	@touch $@

$(VENV)/.study: $(VENV)/.run data/experiment/requirements.txt
	@echo "==> Installing what the experiment needs (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r data/experiment/requirements.txt
	@touch $@
