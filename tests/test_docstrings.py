"""The package as a whole: its examples run, its layers point one way, few names, a light import."""

from __future__ import annotations

import ast
import doctest
import importlib.util
import inspect
import pkgutil
import re
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
    "_common", "words", "_tokenizing", "_scanning_numba", "_one_pass", "corpus", "_prefetch_numba", "_counting_numba", "counting",
    "_statistics_sums", "_statistics_file", "statistics", "_products_numba", "_block_lanczos", "_symmetric", "_sparse_products_numba",
    "sparse_targets", "targets", "_vector_files", "embeddings", "_quantisers", "_entropy_coding", "compression",
    "spectra", "vectors", "datasets", "dynamics", "stability",
    "training", "evaluation", "prediction", "course", "commands", "__main__",
]  # fmt: skip
LIBRARY = [
    name for name in MODULES if not name.startswith(("w2vlib.course", "w2vlib.commands", "w2vlib.__main__"))
]
NUMBA = [name for name in MODULES if name.endswith("_numba")]  # which only those with numba can load


class Finder(doctest.DocTestFinder):
    """Finds the examples of decorated functions, too."""

    def _from_module(self, module, object):
        return super()._from_module(module, inspect.unwrap(object) if inspect.isroutine(object) else object)


def loaded(name):
    if name in NUMBA:
        pytest.importorskip("numba")
    return importlib.import_module(name)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_run(name):
    import matplotlib.pyplot as plt

    module = loaded(name)
    with plt.rc_context():
        runner = doctest.DocTestRunner(optionflags=FLAGS)
        for test in Finder().find(module, name, extraglobs={"np": np}):
            runner.run(test)
        plt.close("all")
    assert runner.failures == 0


def public():
    for name in MODULES:
        for member in getattr(loaded(name), "__all__", ()):
            thing = getattr(loaded(name), member)
            if (inspect.isfunction(thing) or inspect.isclass(thing)) and thing.__module__ == name:
                yield f"{name}.{member}", thing


def methods(thing) -> dict:
    """The functions behind a class's public methods and properties; none of a function."""
    if not inspect.isclass(thing):
        return {}
    found = {}
    for name, member in vars(thing).items():
        for wrapped in ("__func__", "fget", "func"):  # class methods, properties, cached ones
            member = getattr(member, wrapped, member)
        if inspect.isfunction(member) and not name.startswith("_"):
            found[name] = member
    return found


def examples(thing) -> list[doctest.Example]:
    return doctest.DocTestParser().get_examples(thing.__doc__ or "")


def test_every_public_function_class_and_method_is_documented():
    assert [name for name, thing in public() if not thing.__doc__] == []
    assert [
        f"{name}.{method}"
        for name, thing in public()
        for method, function in methods(thing).items()
        if not function.__doc__
    ] == []


def test_every_public_function_and_class_has_an_example_with_a_result():
    """An exception needs none: what raises it shows it."""
    assert [
        name
        for name, thing in public()
        if not (inspect.isclass(thing) and issubclass(thing, Exception))
        and not any(example.want or example.exc_msg for example in examples(thing))
    ] == []


def test_every_public_method_is_called_in_an_example_of_its_class():
    """Its own, the class's, or that of another method; where one line says all of it, none is needed."""
    without = []
    for name, thing in public():
        found = methods(thing)
        shown = "".join(e.source for owner in [thing, *found.values()] for e in examples(owner))
        without += [
            f"{name}.{method}"
            for method, function in found.items()
            if "\n" in function.__doc__.strip() and not re.search(rf"\.{method}\b", shown)
        ]
    assert without == []


def test_every_module_says_in_its_first_line_what_it_holds():
    lines = {name: (loaded(name).__doc__ or "").split("\n")[0] for name in MODULES}
    unfit = [name for name, line in lines.items() if len(line.split()) < 3 or line[-1] not in ".:?"]
    assert unfit == []
    assert len(set(lines.values())) == len(lines), "two modules say the same"


# The surface.


def test_few_names_stand_at_the_top():
    """Whatever else has been imported."""
    for name in MODULES:
        loaded(name)
    names = [name for name in dir(w2vlib) if not name.startswith("_")]
    assert "course" in names and set(w2vlib.__all__) <= set(names)
    assert len(names) <= 44, names


def test_everything_has_one_name():
    """No alias: what a name stands for calls itself so, and is defined once."""
    aliases, homes = [], {}
    for module in MODULES:
        for name, thing in vars(loaded(module)).items():
            if (inspect.isfunction(thing) or inspect.isclass(thing)) and thing.__module__.startswith(
                "w2vlib"
            ):
                aliases += [f"{module}.{name}"] * (thing.__name__ != name)
                aliases += [
                    f"{module}.{name}.{method}"
                    for method, function in methods(thing).items()
                    if function.__name__ != method and not function.__name__.startswith("<")
                ]
    assert aliases == []
    for name, thing in public():
        if name.rpartition(".")[0] in LIBRARY:
            homes.setdefault(thing.__name__, set()).add(name)
    assert [sorted(places) for places in homes.values() if len(places) > 1] == []


def signatures():
    """The parameters of every public function, class and method, without self."""
    for name, thing in public():
        things = {name: thing} | {f"{name}.{method}": f for method, f in methods(thing).items()}
        for where, one in things.items():
            try:
                parameters = inspect.signature(one).parameters
            except ValueError:  # an exception of Python's own kind
                continue
            yield where, [parameter for parameter in parameters if parameter not in ("self", "cls")]


def test_no_function_outside_training_asks_for_more_than_ten_things():
    assert [
        f"{name}: {len(parameters)}"
        for name, parameters in signatures()
        if len(parameters) > 10
        and not name.startswith("w2vlib.training.")
        and name != "w2vlib.prediction.settings.Settings"  # which says all that training will do
    ] == []


def test_chance_and_rates_are_spelt_one_way():
    others = {"seed", "random_state", "lr", "alpha", "eta", "learn_rate", "n_steps"}
    library = [(name, set(found)) for name, found in signatures() if not name.startswith("w2vlib.course")]
    assert sum("rng" in found for _, found in library) > 5
    assert [(name, found & others) for name, found in library if found & others] == []


def test_every_public_name_exists_once():
    for name in MODULES:
        module = loaded(name)
        assert all(hasattr(module, member) for member in getattr(module, "__all__", ())), name
    assert len(set(w2vlib.__all__)) == len(w2vlib.__all__)


# The layers.


def imported_modules(path: Path, package: str) -> set[str]:
    """What a file imports of w2vlib, inside functions too: the first name after ``w2vlib``."""
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


def test_the_library_asks_rooms_and_not_the_front_door():
    """`from .. import spectrum` would be a way round the layers."""
    assert [
        f"{name} imports {other}"
        for name, path, package in sources()
        if name != "course"
        for other in sorted(imported_modules(path, package) - set(LAYERS))
    ] == []


def test_the_layers_that_are_checked_are_seen():
    seen = {}
    for name, path, package in sources():
        seen.setdefault(name, set()).update(imported_modules(path, package))
    assert {"_common", "embeddings", "words"} <= seen["spectra"]
    assert "_counting_numba" in seen["counting"]  # imported inside a function
    assert {"spectra", "training"} <= seen["course"]


def new_process(code: str) -> str:
    """What a new Python prints, which must say nothing else and warn of nothing."""
    result = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout.strip()


def test_the_library_never_loads_the_course():
    """Neither its import nor that of any of its rooms."""
    rooms = [name for name in LIBRARY if name not in NUMBA]
    assert len(rooms) > 20
    seen = "[name for name in sys.modules if name.startswith('w2vlib.course')]"
    code = f"import sys, importlib, w2vlib; print({seen}, hasattr(w2vlib, 'course')); "
    code += f"[importlib.import_module(name) for name in {rooms}]; print({seen})"
    assert new_process(code) == "[] False\n[]"


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
        "click",
    ]
    code = f"import sys, w2vlib; print([name for name in {heavy} if name in sys.modules])"
    assert new_process(code) == "[]"


def test_import_seeds_nothing_and_changes_no_filter():
    code = (
        "import warnings, numpy as np, random, scipy.linalg, scipy.sparse; np.random.seed(5); random.seed(5); "
        "before = list(warnings.filters), np.geterr(), random.getstate(); import w2vlib; "
        "assert (list(warnings.filters), np.geterr(), random.getstate()) == before; "
        "first = np.random.rand(); np.random.seed(5); assert np.random.rand() == first"
    )
    assert new_process(code) == ""
