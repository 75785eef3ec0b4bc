"""Run the library's examples where only NumPy and SciPy are installed; `tools/try_wheel.py` says where."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import sys
import time

started = time.perf_counter()
import w2vlib  # noqa: E402

seconds = time.perf_counter() - started
foreign = {name.split(".")[0] for name in sys.modules} & {
    "numba",
    "torch",
    "gensim",
    "tqdm",
    "matplotlib",
    "click",
}

import numpy as np  # noqa: E402
import scipy  # noqa: E402

FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
BESIDE = ("w2vlib.course", "w2vlib.commands", "w2vlib.__main__")


class Finder(doctest.DocTestFinder):
    """Finds the examples of decorated functions, too."""

    def _from_module(self, module, object):
        return super()._from_module(module, inspect.unwrap(object) if inspect.isroutine(object) else object)


def main() -> None:
    assert "site-packages" in w2vlib.__file__, f"{w2vlib.__file__} is not what was installed"
    assert not foreign, f"the import brought {foreign}"
    names = [module.name for module in pkgutil.walk_packages(w2vlib.__path__, "w2vlib.")]
    library = [name for name in names if not name.startswith(BESIDE) and not name.endswith("_numba")]
    passed, without = 0, []
    for name in ["w2vlib", *library]:
        for test in Finder().find(importlib.import_module(name), name, extraglobs={"np": np}):
            try:
                doctest.DebugRunner(optionflags=FLAGS).run(test)
                passed += len(test.examples)
            except doctest.UnexpectedException as error:  # of what an extra brings
                if not isinstance(error.exc_info[1], ModuleNotFoundError):
                    raise RuntimeError(f"{test.name}: {error.example.source}") from error.exc_info[1]
                without.append(f"{test.name.rpartition('.')[2]} ({error.exc_info[1].name})")
            except doctest.DocTestFailure as failure:
                sys.exit(
                    f"{test.name}: {failure.example.source}gives {failure.got}and not {failure.example.want}"
                )
    print(
        f"NumPy {np.__version__}, SciPy {scipy.__version__}: imported in {seconds:.1f} s, {passed} examples; "
        f"not those of {', '.join(without)}"
    )


if __name__ == "__main__":
    main()
