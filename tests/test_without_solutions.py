"""The book for a class: exercises are there, their solutions are nowhere."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import build_book
import nbformat

EXTENSIONS = Path(__file__).parents[1] / "book" / "_ext"
CELLS = [
    ("markdown", "# A page\n\n```{exercise} One\n:label: ex-one\nAsked first.\n```"),
    ("markdown", "```{solution-start} ex-one\n:class: dropdown\n```"),
    ("markdown", "The hidden words."),
    ("code", "print('the hidden ' + 'output')"),
    ("markdown", "```{solution-end}\n```"),
    (
        "markdown",
        "```{exercise} Two\n:label: ex-two\nAsked second.\n```\n\n```{solution} ex-two\nHidden, too.\n```",
    ),
    ("markdown", "What comes after, see {ref}`ex-one`."),
]


def test_solutions_are_left_out_of_pages_search_and_sources(tmp_path):
    made = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    notebook = nbformat.v4.new_notebook(cells=[made[kind](text) for kind, text in CELLS])
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    nbformat.write(notebook, tmp_path / "index.ipynb")
    sphinx = build_book.without_solutions(build_book.configuration({}))["sphinx"]
    ours = {name: sphinx["config"][name] for name in ("html_copy_source", "html_show_sourcelink")}
    settings = {
        "nb_execution_mode": "off",
        "extensions": ["myst_nb", "sphinx_exercise", "without_solutions"],
        **ours,
    }
    (tmp_path / "conf.py").write_text(
        f"globals().update({settings!r})\nimport sys\nsys.path.append({str(EXTENSIONS)!r})\n"
    )
    assert sphinx["local_extensions"]["without_solutions"] == str(EXTENSIONS)
    out = tmp_path / "out"
    subprocess.run([sys.executable, "-m", "sphinx", "-q", "-W", tmp_path, out], check=True)
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "Asked first." in page and "Asked second." in page and "What comes after" in page
    for path in out.rglob("*"):
        if path.is_file() and path.suffix in (".html", ".js", ".ipynb", ".txt", ".inv"):
            text = path.read_text(encoding="utf-8", errors="replace").lower()
            assert "hidden words" not in text and "hidden, too" not in text and "the hidden" not in text, (
                path.name
            )
    assert not (out / "_sources").exists()


def test_nothing_leads_from_the_pages_to_solutions():
    config = build_book.without_solutions(build_book.configuration({}))
    assert config["repository"]["url"] == "" and json.dumps(config).count("github.com") == 0
