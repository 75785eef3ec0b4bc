"""The package as a whole: its examples run, its layers point one way, its import is light."""

from __future__ import annotations

import ast
import doctest
import importlib.util
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import w2vlib

MODULES = sorted(["w2vlib", *(m.name for m in pkgutil.walk_packages(w2vlib.__path__, "w2vlib."))])
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS

#: Each module imports only from those before it.
LAYERS = [
    "progress", "words", "corpus", "vocabulary", "_counting_numba", "counting", "statistics_file", "statistics",
    "weights", "targets", "spectra", "dynamics", "training", "comparison", "word_ends", "embeddings",
    "vector_files", "evaluation", "atlas", "plots", "widgets", "checks",
]  # fmt: skip


def loaded(name):
    if name == "w2vlib._counting_numba":
        pytest.importorskip("numba")
    return importlib.import_module(name)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_run(name):
    import matplotlib.pyplot as plt

    module = loaded(name)
    with plt.rc_context():
        result = doctest.testmod(module, optionflags=FLAGS, extraglobs={"np": np})
        plt.close("all")
    assert result.failed == 0


def test_there_are_examples_to_run():
    finder = doctest.DocTestFinder()
    found = sum(len(test.examples) for name in MODULES for test in finder.find(loaded(name)))
    assert found >= 60


def public():
    for name in MODULES:
        for member in getattr(loaded(name), "__all__", ()):
            thing = getattr(loaded(name), member)
            if (inspect.isfunction(thing) or inspect.isclass(thing)) and thing.__module__ == name:
                yield f"{name}.{member}", thing


def test_every_public_function_and_class_is_documented():
    assert [name for name, thing in public() if not inspect.getdoc(thing)] == []


def test_every_public_function_and_class_has_a_runnable_example():
    """An exception needs none: what raises it shows it."""
    without = [
        name
        for name, thing in public()
        if not (inspect.isclass(thing) and issubclass(thing, Exception))
        and ">>> " not in (thing.__doc__ or "")
    ]
    assert without == []


def test_every_public_name_exists_once():
    for name in MODULES:
        module = loaded(name)
        assert all(hasattr(module, member) for member in getattr(module, "__all__", ())), name
    assert len(set(w2vlib.__all__)) == len(w2vlib.__all__)


def imported_modules(path: Path, package: str) -> set[str]:
    """Modules of w2vlib that a file imports, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            name = "." * node.level + (node.module or "")
            base = importlib.util.resolve_name(name, package)
            found |= {base} | {f"{base}.{alias.name}" for alias in node.names}
    return {name.split(".")[1] for name in found if name.startswith("w2vlib.")}


def sources():
    root = Path(w2vlib.__file__).parent
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        if parts == ("__init__",):
            continue
        package = ".".join(["w2vlib", *parts[:-1]])
        yield parts[0], path, package


def test_every_module_has_its_layer():
    assert {name for name, _, _ in sources()} == set(LAYERS)


def test_layers_run_one_way():
    wrong = []
    for name, path, package in sources():
        wrong += [
            f"{name} imports {other}"
            for other in sorted(imported_modules(path, package) & set(LAYERS[LAYERS.index(name) + 1 :]))
        ]
    assert wrong == []


def test_the_layers_that_are_checked_are_seen():
    seen = {
        name: imported_modules(path, package) for name, path, package in sources() if name != "evaluation"
    }
    assert "spectra" in seen["embeddings"]
    assert "_counting_numba" in seen["counting"]  # imported inside a function


def test_import_is_light_and_silent():
    heavy = [
        "torch",
        "numba",
        "gensim",
        "matplotlib",
        "scipy.stats",
        "tqdm",
        "threadpoolctl",
        "pooch",
        "dask",
        "pandas",
        "IPython",
    ]
    code = f"import sys, w2vlib; print([name for name in {heavy} if name in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
    assert result.stderr == ""


def test_import_seeds_nothing_and_changes_no_filter():
    code = (
        "import warnings, numpy as np, random, scipy.linalg; np.random.seed(5); random.seed(5); "
        "before = list(warnings.filters), np.geterr(), random.getstate(); import w2vlib; "
        "assert (list(warnings.filters), np.geterr(), random.getstate()) == before; "
        "first = np.random.rand(); np.random.seed(5); assert np.random.rand() == first"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
