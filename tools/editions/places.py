"""What the places that run notebooks need: a first cell, a start page, and the package around them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from addresses import Address
from classroom.source import problem_sets
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from .chapter import NOTE, notebook_of

ROOT = Path(__file__).resolve().parents[2]
#: The branch of the repository that holds the notebooks as they were made.
BRANCH = "notebooks"
#: What lies around the notebooks, so that their folder can be installed and launched by itself.
AROUND = ("w2vlib", ".binder", "pyproject.toml", "LICENSE", "LICENSE-TEXT", "LICENSE-DATA", "CITATION.cff")
QUIZZES = tuple(path.stem for path in sorted((ROOT / "book").glob("quiz-*.md")))
#: Pages that are no chapters and that chapters send people to.
BESIDE = ("notation", "glossary", "data", *QUIZZES)
#: The folder of the problem sets, beside the chapters.
PROBLEM_SETS = "problem-sets"
SETS = tuple(path.stem for path in problem_sets())
_ROW = re.compile(r"^\| \[(\w+)\]\(([\w-]+)\.ipynb\) \| (.+) \|$", re.M)
_MINUTES = re.compile(r"\*(\d+) minutes to read")

TITLE = "# @title Install what is missing (on Colab and in a browser; elsewhere this does nothing)"


def setup(address: Address) -> str:
    """Return the first cell of a notebook: it installs the package where that is missing, and nothing else."""
    if address.repository:
        remedy = f"%pip install -q --no-deps git+{address.repository}@{BRANCH}"
    else:
        remedy = (
            'raise ModuleNotFoundError("w2vlib is missing: run `pip install .` in the folder of the book")'
        )
    return SETUP.format(title=TITLE, remedy=remedy)


def about(name: str, address: Address) -> str:
    """Return what is said about a notebook below its title."""
    number = re.match(r"(\d+)-", name)
    what = (
        f"chapter {int(number[1])} of *What word2vec learns*"
        if number
        else "a page of *What word2vec learns*"
    )
    where = (
        f" [The page]({address.website.rstrip('/')}/book/{name}.html) has live figures."
        if address.website
        else ""
    )
    return NOTE.format(what=what, where=where)


def start(address: Address) -> NotebookNode:
    """Return the page on which Binder and JupyterLab open."""
    book = ROOT / "book"
    listed = _ROW.findall((book / "intro.md").read_text(encoding="utf-8"))
    rows = []
    for number, name, claim in listed:
        minutes = _MINUTES.search((book / f"{name}.ipynb").read_text(encoding="utf-8"))[1]
        rows.append(f"| [{number}]({name}.ipynb) | {claim} | {minutes} min |")
    where = f"[its pages]({address.website})" if address.website else "its pages, which `make book` builds"
    text = START.format(where=where)
    table = "\n".join(["| chapter | the claim | to read |", "| --- | --- | --- |", *rows])
    return notebook_of(
        [
            new_markdown_cell(text.strip(), id="start"),
            new_markdown_cell(f"## The chapters\n\n{table}\n\n{BESIDE_THEM}", id="chapters"),
            new_markdown_cell(HOW.strip(), id="how"),
        ]
    )


SETUP = """\
{title}
import importlib.util
import sys

if importlib.util.find_spec("w2vlib") is None:
    if sys.platform == "emscripten":
        %pip install -q "w2vlib[plots]"
    else:
        {remedy}"""
START = """
# What word2vec learns

**A close relative of word2vec can be predicted before it is trained: what it learns, in which order, and when.**

These are the chapters of the book as notebooks. They hold the text, the code and what the code said when the book was
made, so you can read them before you run anything. The book is also to be read as {where}.

**To begin**, open [chapter 1](01-words-as-vectors.ipynb). Run a cell with Shift-Enter, or all of them by *Run → Run All
Cells*. A chapter computes for about a minute on one processor, and needs less than 1 GB of memory.
"""
BESIDE_THEM = (
    "Beside them: the [notation](notation.ipynb), the [glossary](glossary.ipynb), the [data card](data.ipynb), and "
    f"questions after each part ({', '.join(f'[{n}]({name}.ipynb)' for n, name in enumerate(QUIZZES, 1))}). "
    "Problem sets, one for each part, which take two hours each: "
    f"{', '.join(f'[{n}]({PROBLEM_SETS}/{name}.ipynb)' for n, name in enumerate(SETS, 1))}. Their checks say what is "
    "wrong with an answer; their solutions are not here."
)
HOW = """
## How a chapter works

- **Change something.** Take another vocabulary, window, target or start, and run the chapter again. Assertions that you
  can see say which claims still hold. A failed one is a result, too.
- **Numbers in sentences** are those of the book's run. Where your run finds others, the sentence is told anew below the
  cell that computed them.
- **Folded cells** draw figures and keep numbers. Click one to open it.
- **Predict before you run.** What answers a question is folded. Guess first.
- **Exercises** have a cell to write into. Its last line calls a check that says what is wrong with your function.
  Solutions are folded below.
- **Where you work matters.** On Binder everything is lost when the session ends, after some ten minutes without you:
  download what you want to keep. On Colab, save a copy in Drive. On your own machine `make lab` keeps what you changed.
"""
README = """
# What word2vec learns: the notebooks

Made from the book's source by `make notebooks`; do not edit them here. Open `start.ipynb`. The folder `classroom` holds
the same chapters without solutions. To run them here, with Python 3.11 to 3.13:

```
pip install ".[fast,plots,train,words]" jupyterlab ipywidgets
jupyter lab start.ipynb
```

On Linux add `--extra-index-url https://download.pytorch.org/whl/cpu` to the first line, for the small build of PyTorch.

Text: [CC BY 4.0](LICENSE-TEXT). Code: [MIT](LICENSE).
"""


def surround(folder: Path) -> None:
    """Put the package, Binder's files and a README around the notebooks."""
    for name in AROUND:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, folder / name)
    (folder / "README.md").write_text(README.lstrip(), encoding="utf-8")
