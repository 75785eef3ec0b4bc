"""The lines of chapter *word2vec* that the next chapter imports are those that the reader has seen."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import nbformat
import pytest

from w2vlib.course import little_language

CHAPTER = Path(__file__).parents[1] / "book" / "04-word2vec.ipynb"


def body(source: str, name: str) -> tuple[list[str], str]:
    """The statements of a function, without its docstring and the types of its arguments."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            told = ast.get_docstring(node) is not None
            return [argument.arg for argument in node.args.args], ast.dump(
                ast.Module(node.body[told:], type_ignores=[])
            )
    raise AssertionError(f"{name} is not there")


def seen() -> str:
    cells = nbformat.read(CHAPTER, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "code")


@pytest.mark.parametrize("name", ["update", "pairs_of_text", "word2vec", "sentence"])
def test_the_lines_are_those_of_the_chapter(name):
    assert body(inspect.getsource(little_language), name) == body(seen(), name)


def test_the_callings_are_those_of_the_chapter():
    [given] = [
        node.value
        for node in ast.parse(seen()).body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "CALLINGS"
    ]
    assert ast.literal_eval(given) == little_language.CALLINGS
