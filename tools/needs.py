"""What a chapter cannot do without: modules from elsewhere, read from the code without running it.

An import counts where it is certain: at the top of a module that is imported, or in
a function that is called.  It does not count behind a condition, after an early
return, or in a ``try`` that goes on without the module.  Of conditions only one is
decided: whether an argument is None, where the call or the default says so.

A chapter counts with every name that it mentions.  Methods are known by their names,
and only where a chapter calls them.  So this can be wrong in both ways; that a
chapter does without a module is seen only where it runs without it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from pathlib import Path

import nbformat
from IPython.core.inputtransformer2 import TransformerManager

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
#: What a call of a class runs.
MADE_BY = ("__new__", "__init__", "__post_init__")


def code_of(notebook: Path) -> str:
    """Return the code of a notebook as Python, without what IPython adds to it."""
    cells = nbformat.read(notebook, as_version=4).cells
    plain = TransformerManager().transform_cell
    return "\n".join(plain(cell.source) for cell in cells if cell.cell_type == "code")


class Package:
    """A package on disk, of which no line is run.

    Parameters
    ----------
    root
        The folder in which the package lies.
    name
        Its name.
    """

    def __init__(self, root: Path, name: str):
        self.root, self.name = root, name
        self.module = lru_cache(maxsize=None)(self._module)
        self.imported = lru_cache(maxsize=None)(self._imported)
        self._called: dict[tuple, set[str]] = {}

    def needed(self, code: str) -> set[str]:
        """Return the modules from elsewhere that some code needs, by the first part of their names.

        Parameters
        ----------
        code
            Python; a cell may await.
        """
        tree = ast.parse(code)
        names = Names(self, "", tree.body)
        found = names.loads(ast.walk(tree))
        called = {node.func: node for node in ast.walk(tree) if isinstance(node, ast.Call)}
        for node in ast.walk(tree):
            found |= self._target(names.resolved(node), called.get(node), {})
            if isinstance(node, ast.Attribute):
                found |= self._methods.get(node.attr, set())
        return found

    # What the package's own code does.

    def _module(self, name: str) -> Names | None:
        """Return what the names of a module of the package stand for; None if there is no such module."""
        if name.split(".")[0] != self.name:
            return None
        folder = self.root.joinpath(*name.split("."))
        for path in (folder / "__init__.py", folder.with_suffix(".py")):
            if path.is_file():
                inside = name if path.name == "__init__.py" else name.rpartition(".")[0]
                return Names(self, inside, ast.parse(path.read_text(encoding="utf-8")).body, name)
        return None

    def _imported(self, name: str) -> frozenset[str]:
        """Return what the import of a module needs, from elsewhere."""
        found: set[str] = set()
        seen: set[str] = set()
        new = {name}
        while new:
            if (name := new.pop()) in seen:
                continue
            seen.add(name)
            new |= {name.rpartition(".")[0]} - {""}
            if (names := self.module(name)) is None:
                continue
            statements = [
                node for node in certain(names.body, {}) if isinstance(node, (ast.Import, ast.ImportFrom))
            ]
            for origin in (origin for node in statements for origin in names.origins(node)):
                if self.module(origin) is not None:
                    new.add(origin)
                else:
                    found |= elsewhere(origin, self.name)
        return frozenset(found)

    def _target(self, target: tuple[str, str] | None, call: ast.Call | None, known: dict) -> set[str]:
        """Return what it needs to call a function or class of the package; `known` are values where it is called."""
        if target is None:
            return set()
        names = self.module(target[0])
        made = names.definitions[target[1]]
        if isinstance(made, ast.ClassDef):
            parts = [part for part in made.body if isinstance(part, FUNCTIONS) and part.name in MADE_BY]
        else:
            parts = [made]
        found = set()
        for part in parts:
            given = arguments(part, call, known, own=part is not made)
            key = (*target, part.name, frozenset(given.items()))
            if key not in self._called:
                self._called[key] = set()  # a function that calls itself needs no more for that
                self._called[key] = self._run(names, part, given)
            found |= self._called[key]
        return found

    def _run(self, names: Names, function: ast.FunctionDef, known: dict) -> set[str]:
        """Return what it needs to run a function, of whose arguments some values are known."""
        inner = Names(self, names.package, function.body, outer=names)
        nodes = [node for statement in certain(function.body, known) for node in parts_of(statement)]
        found = inner.loads(nodes)
        for node in nodes:
            if isinstance(node, ast.Call):
                found |= self._target(inner.resolved(node.func), node, known)
        return found

    @cached_property
    def _methods(self) -> dict[str, set[str]]:
        """What public methods need, by their names; those that need nothing are left out."""
        found: dict[str, set[str]] = {}
        for path in sorted((self.root / self.name).rglob("*.py")):
            parts = path.relative_to(self.root).with_suffix("").parts
            if any(part.startswith("_") and part != "__init__" for part in parts):
                continue
            names = self.module(".".join(part for part in parts if part != "__init__"))
            classes = (made for made in names.definitions.values() if isinstance(made, ast.ClassDef))
            for method in (part for made in classes for part in public(made)):
                if needed := self._run(names, method, arguments(method, None, {}, own=True)):
                    found.setdefault(method.name, set()).update(needed)
        return found


class Names:
    """What the names in some statements stand for: those of a module, of a function within `outer`, or of a chapter."""

    def __init__(
        self, whole: Package, package: str, body: list, module: str = "", outer: Names | None = None
    ):
        self.whole, self.package, self.body, self.module, self.outer = whole, package, body, module, outer
        self.definitions = {node.name: node for node in body if isinstance(node, (*FUNCTIONS, ast.ClassDef))}

    @cached_property
    def _bound(self) -> dict[str, str]:
        """Dotted names that imports bind, by the names they are bound to; ``*`` is done by `_find`."""
        bound = {}
        for node in (node for statement in self.body for node in ast.walk(statement)):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    bound[alias.asname or alias.name.split(".")[0]] = (
                        alias.name if alias.asname else alias.name.split(".")[0]
                    )
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    bound[alias.asname or alias.name] = f"{self._origin(node)}.{alias.name}"
        return bound

    @cached_property
    def _stars(self) -> list[str]:
        return [
            self._origin(node)
            for node in self.body
            if isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
        ]

    def _origin(self, node: ast.ImportFrom) -> str:
        """Return the module that ``from ... import`` names."""
        around = self.package.split(".")
        around = around[: len(around) - node.level + 1] if node.level else []
        return ".".join([*around, *filter(None, [node.module])])

    def origins(self, node: ast.Import | ast.ImportFrom) -> set[str]:
        """Return the modules that an import loads."""
        if isinstance(node, ast.Import):
            return {alias.name for alias in node.names}
        origin = self._origin(node)
        inside = {f"{origin}.{alias.name}" for alias in node.names}
        return {origin} | {name for name in inside if self.whole.module(name) is not None}

    def loads(self, nodes: Iterable[ast.AST]) -> set[str]:
        """Return what the imports among some nodes need, from elsewhere."""
        found = set()
        for node in nodes:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                for origin in self.origins(node):
                    found |= elsewhere(origin, self.whole.name) | self.whole.imported(origin)
        return found

    def resolved(self, node: ast.AST) -> tuple[str, str] | None:
        """Return the module and the name of the function or class that an expression names, if it is known."""
        if isinstance(node, ast.Name):
            return self._find(node.id)
        if isinstance(node, ast.Attribute) and (dotted := self._dotted(node.value)):
            return self._defined(f"{dotted}.{node.attr}")
        if isinstance(node, ast.alias) and "." not in node.name:
            return self._find(node.asname or node.name)
        return None

    def _find(self, name: str) -> tuple[str, str] | None:
        if name in self.definitions:
            return (self.module, name) if self.module else None
        if name in self._bound:
            return self._defined(self._bound[name])
        return self.outer._find(name) if self.outer else None

    def _dotted(self, node: ast.AST) -> str:
        """Return the module that an expression names, "" if it names none."""
        if isinstance(node, ast.Name):
            known = self._bound.get(node.id)
            return known or (self.outer._dotted(node) if self.outer else "")
        if isinstance(node, ast.Attribute) and (dotted := self._dotted(node.value)):
            return f"{dotted}.{node.attr}"
        return ""

    def _defined(self, dotted: str) -> tuple[str, str] | None:
        """Follow a dotted name to where it is defined in the package."""
        module, _, name = dotted.rpartition(".")
        names = self.whole.module(module) if module else None
        if names is None:
            return None
        if name in names.definitions:
            return module, name
        if names._bound.get(name, dotted) != dotted:  # `from . import part` binds a module to its own name
            return names._defined(names._bound[name])
        return next(filter(None, (self._defined(f"{origin}.{name}") for origin in names._stars)), None)


def public(made: ast.ClassDef) -> list[ast.FunctionDef]:
    """Return the methods of a class that others may call."""
    return [part for part in made.body if isinstance(part, FUNCTIONS) and not part.name.startswith("_")]


def elsewhere(module: str, package: str) -> set[str]:
    """Return the first part of a module's name, unless it is the package's own or Python's."""
    first = module.split(".")[0]
    return set() if first in sys.stdlib_module_names | {package} else {first}


def arguments(function: ast.FunctionDef, call: ast.Call | None, known: dict, own: bool) -> dict:
    """Return those arguments of a function whose values a call, or the defaults, say; constants only.

    What ``*`` and ``**`` pass is taken not to replace a default.

    Parameters
    ----------
    function
        The function.
    call
        How it is called; None if it is only mentioned.
    known
        Values of names where it is called.
    own
        Whether its first argument is the object that it belongs to.
    """
    listed = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)][own:]
    defaults = function.args.defaults
    given = dict(zip(listed[len(listed) - len(defaults) :], defaults))
    given |= zip((argument.arg for argument in function.args.kwonlyargs), function.args.kw_defaults)
    values = {name: node.value for name, node in given.items() if isinstance(node, ast.Constant)}
    if call is not None:
        passed = [*zip(listed, call.args), *((keyword.arg, keyword.value) for keyword in call.keywords)]
        for name, node in passed:
            values.pop(name, None)
            if isinstance(node, ast.Constant):
                values[name] = node.value
            elif isinstance(node, ast.Name) and node.id in known:
                values[name] = known[node.id]
    inside = [node for statement in function.body for node in ast.walk(statement)]
    changed = {
        node.id for node in inside if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    }
    return {name: value for name, value in values.items() if name not in changed}


def decided(condition: ast.AST, known: dict) -> bool | None:
    """Return whether ``name is None``, or ``is not None``, holds; None where it is not known."""
    match condition:
        case ast.Compare(ast.Name(name), [ast.Is() | ast.IsNot() as sign], [ast.Constant(None)]) if (
            name in known
        ):
            return (known[name] is None) == isinstance(sign, ast.Is)
    return None


def certain(body: list[ast.stmt], known: dict) -> Iterator[ast.AST]:
    """Yield what is sure to run: statements, and the conditions of those that may not be."""
    for statement in body:
        match statement:
            case ast.If() if (holds := decided(statement.test, known)) is not None:
                taken = statement.body if holds else statement.orelse
                yield from certain(taken, known)
                if returns(taken):
                    return
                continue
            case ast.If(test=condition) | ast.Match(subject=condition):
                yield condition
            case ast.Try() if all(isinstance(handler.body[-1], ast.Raise) for handler in statement.handlers):
                yield from certain(statement.body, known)
            case ast.With() | ast.AsyncWith():
                yield from (item.context_expr for item in statement.items)
                yield from certain(statement.body, known)
            case ast.For() | ast.AsyncFor():
                yield statement.iter
                yield from certain(statement.body, known)
            case ast.While():
                yield statement.test
                yield from certain(statement.body, known)
            case ast.Try() | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                continue
            case _:
                yield statement
        if returns([statement]):
            return


def returns(body: list[ast.stmt]) -> bool:
    """Whether some statements may end the function in which they stand."""
    return any(isinstance(node, ast.Return) for statement in body for node in ast.walk(statement))


def parts_of(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and those in it that are sure to be evaluated with it."""
    yield node
    match node:
        case ast.IfExp():
            inside = [node.test]
        case ast.BoolOp():
            inside = node.values[:1]
        case ast.Lambda():
            inside = []
        case _:
            inside = ast.iter_child_nodes(node)
    for child in inside:
        yield from parts_of(child)
