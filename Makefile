# Two commands do everything on a fresh machine with Python 3.11+: `make reproduce` and `make test`.
PYTHON  ?= python3
VENV    ?= .venv
PRESET  ?= quick
WORKERS ?= 2
BIN     := $(VENV)/bin
READY   := $(VENV)/.ready
# One thread a process: contending thread pools run many times slower than several single-threaded processes.
export OMP_NUM_THREADS = 1
export MKL_NUM_THREADS = 1
export TOKENIZERS_PARALLELISM = false
export MPLBACKEND = agg

.PHONY: help install reproduce test docs bench example notebooks readme clean

help:
	@echo "make reproduce                the main job: Table I and its figures; says how long before it starts"
	@echo "make reproduce PRESET=smoke   the same path at toy size (a few minutes)"
	@echo "make test                     every check: notebooks, exports, README, tests"
	@echo "make docs                     the documentation as a site in _docs/, from the executed notebooks; needs no network"
	@echo "make bench                    time and memory of reading, simulating and coding recordings, and of writing gaits"
	@echo "make example                  train again the small model of simulated gaits that comes with the package"
	@echo "make notebooks                execute all notebooks and keep their outputs"
	@echo "make readme                   write README.md from nbs/index.ipynb"

# torch comes first and pinned, so that no larger build is pulled in by another package.
$(READY): settings.ini setup.py constraints.txt
	@$(PYTHON) -c "import sys; v = '.'.join(map(str, sys.version_info[:3])); sys.exit(None if sys.version_info >= (3, 11) else f'Python 3.11 or newer is needed; this is {v}. Name another one: make PYTHON=python3.11')"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check "$$(grep '^torch==' constraints.txt)"
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $(READY)

install: $(READY)

reproduce: $(READY)
	$(BIN)/gaitsynth reproduce --preset $(PRESET) --workers $(WORKERS)

test: $(READY)
	$(BIN)/python tests/house.py check
	$(BIN)/python tests/house.py nbdev_test --workers $(WORKERS)
	$(BIN)/python -m pytest tests -n $(WORKERS) --dist loadfile --no-loadscope-reorder

docs: $(READY)
	$(BIN)/python tests/docs.py

bench: $(READY)
	$(BIN)/python tests/bench.py

example: $(READY)
	$(BIN)/python -c "from gaitsynth_nb.synthesiser import train_example; train_example()"

notebooks: $(READY)
	$(BIN)/nbdev_export
	$(BIN)/python tests/house.py execute
	$(BIN)/nbdev_clean

readme: $(READY)
	$(BIN)/python tests/house.py readme

clean:
	rm -rf $(VENV) _docs build dist *.egg-info
