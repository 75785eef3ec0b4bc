"""The reference: every public name of the package, and every command of ``w2v``, as they say it themselves.

    ```{public-names} w2vlib.targets
    ```
    ```{top-names}
    ```
    ```{shell-commands}
    ```

A room of the package lists its names in ``__all__``, so a new one appears by itself.  Sphinx's
autodoc and napoleon read the docstrings.  Added to them here: the chapter that introduces a name
stands below its first sentence, and leads there; what else is said is folded.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from types import ModuleType

import click
from docutils import nodes
from edges import chapter_number
from myst_parser.mocking import MockRSTParser
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective, new_document

PACKAGE = "w2vlib"
#: They serve the book and the shell, and are no library.
APART = {"commands", "course"}
CHAPTER = re.compile(r"[Cc]hapter\s+\*([\w-]+)\*")
#: A sentence that says no more than the line below the first one does.
ONLY_THAT = re.compile(r"\s*Introduced\s+in\s+chapter\s+\*[\w-]+\*\.")
NOTES_WITHOUT_TEXT = re.compile(r"Notes\n-----\s*(?=\Z|(?<=\n)\w[\w ]*\n-{3,})")
FOLD = '<details class="api-more"><summary>{}<span class="visually-hidden"> of {}</span></summary>'


# What is public.


def rooms() -> list[str]:
    """Return the public modules and packages, by name."""
    package = importlib.import_module(PACKAGE)
    return sorted(
        f"{PACKAGE}.{found.name}"
        for found in pkgutil.iter_modules(package.__path__)
        if not found.name.startswith("_") and found.name not in APART
    )


def parts_of(room: str) -> list[ModuleType]:
    """Return the modules that a room's names are written in: those of a package, or the module itself."""
    module = importlib.import_module(room)
    if not hasattr(module, "__path__"):
        return [module]
    names = sorted(found.name for found in pkgutil.iter_modules(module.__path__) if found.name[0] != "_")
    return [importlib.import_module(f"{room}.{name}") for name in names]


def chapter_of(docstring: str) -> str:
    """Return the short name of the chapter that introduces what has this docstring, "" if none is named.

    Examples
    --------
    >>> chapter_of("Return it.\\n\\nOur own.  Introduced in\\nchapter *one-mode*, and in chapter *step-size*.")
    'one-mode'
    """
    said = re.search(r"Introduced\s+(?:and\s+proved\s+)?in\s+" + CHAPTER.pattern, docstring)
    return said[1] if said else ""


def docstring_of(module: ModuleType, name: str) -> str:
    """Return what is said of a name: its docstring, or the comment at a constant."""
    thing = getattr(module, name)
    if inspect.isclass(thing) or inspect.isroutine(thing):
        return thing.__doc__
    return "\n".join(ModuleAnalyzer.for_module(module.__name__).find_attr_docs()["", name])


# The pages that they lead to.


def page_of(env: BuildEnvironment, slug: str) -> str:
    """Return the page of a chapter by its short name, which is its file's without the number."""
    for page in sorted(env.found_docs):
        if re.sub(r"^\d+-", "", PurePosixPath(page).name) == slug:
            return page
    raise LookupError(f"a docstring names chapter *{slug}*, which is not there")


def chapter_link(env: BuildEnvironment, slug: str) -> str:
    """Return a chapter's number and title in reStructuredText, which lead there."""
    page = page_of(env, slug)
    number = chapter_number(page)
    return f":doc:`/{page}`" if number is None else f"chapter {number}, :doc:`/{page}`"


def link_chapters(app: Sphinx, what: str, name: str, thing: object, options: dict, lines: list[str]) -> None:
    """Make links of the chapters that a docstring names; before napoleon reads it."""
    lines[:] = with_links(app.env, "\n".join(lines)).splitlines()


def with_links(env: BuildEnvironment, docstring: str) -> str:
    """Return a docstring with links to the chapters that it names, without what only names the first."""
    text = NOTES_WITHOUT_TEXT.sub("", ONLY_THAT.sub("", docstring))
    return CHAPTER.sub(lambda found: chapter_link(env, found[1]), text)


def leave_out_fields(
    app: Sphinx, what: str, name: str, member: object, skip: bool, options: dict
) -> bool | None:
    """Skip what holds a field of a class: its attributes are described where the class is."""
    is_field = type(member).__name__ == "_tuplegetter" or inspect.ismemberdescriptor(member)
    return True if is_field or isinstance(member, dataclasses.Field) else None


# On the page.


class FromRst(SphinxDirective):
    """A directive that writes reStructuredText, which is what docstrings are in."""

    def parsed(self, text: str) -> list[nodes.Node]:
        document = new_document(self.env.doc2path(self.env.docname), self.state.document.settings)
        document.reporter = self.state.document.reporter
        MockRSTParser().parse(text, document)
        for label, names in document.nameids.items():
            if names and label not in self.state.document.nameids:
                self.state.document.nameids[label] = names
        return list(document.children)


class PublicNames(FromRst):
    """The names of one room, part by part."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        self.env.metadata[self.env.docname]["public_names"] = True
        room = self.arguments[0]
        found = self.parsed(first_paragraph(importlib.import_module(room)))
        for module in parts_of(room):
            if module.__name__ != room:
                said = self.parsed(first_paragraph(module))[0].children
                found.append(nodes.rubric("", "", *said, classes=["api-part"]))
            for name in module.__all__:
                found += self.entry(room, module, name)
        return found

    def entry(self, room: str, module: ModuleType, name: str) -> list[nodes.Node]:
        """Return what is said about a name."""
        thing, full = getattr(module, name), f"{room}.{name}"
        if not callable(thing):
            said = with_links(self.env, docstring_of(module, name))
            text = f".. py:data:: {name}\n   :module: {room}\n\n" + indented(said, 3)
        elif inspect.isclass(thing):
            text = f".. autoclass:: {full}\n   :members:\n   :member-order: bysource\n"
        else:
            text = f".. autofunction:: {full}\n"
        parsed = self.parsed(text)
        described = next(node for node in parsed if isinstance(node, addnodes.desc))
        self.fold(described, docstring_of(module, name), name)
        self.note_aliases(full, [f"{PACKAGE}.{name}"] * is_at_the_top(name), module.__name__)
        return parsed

    def fold(self, described: addnodes.desc, docstring: str, name: str) -> None:
        """Keep the first sentence in sight, and the line about the chapter; fold the rest."""
        content = described[-1]
        about = [f"Also ``{PACKAGE}.{name}``."] * is_at_the_top(name)
        if slug := chapter_of(docstring):
            about += [f"Introduced in {chapter_link(self.env, slug)}."]
        first = next((n for n, node in enumerate(content) if isinstance(node, nodes.paragraph)), -1)
        head, rest = content.children[: first + 1], content.children[first + 1 :]
        content.children = []
        content += head
        if about:
            line = self.parsed(" ".join(about))
            line[0]["classes"].append("api-chapter")
            content += line
        if rest:
            what = "Example" if ">>>" in docstring else "More"
            if any(isinstance(node, nodes.field_list) for node in rest):
                what = "Parameters, result, example" if what == "Example" else "Parameters"
            content += nodes.raw("", FOLD.format(what, name), format="html")
            content += rest
            content += nodes.raw("", "</details>", format="html")

    def note_aliases(self, full: str, others: list[str], module: str) -> None:
        """Let links find a name also where it is written, and at the top."""
        python, name = self.env.get_domain("py"), full.rpartition(".")[2]
        for other in {*others, f"{module}.{name}"} - {full}:
            for known, entry in list(python.objects.items()):
                if known == full or known.startswith(f"{full}."):
                    alias = other + known.removeprefix(full)
                    if alias not in python.objects:
                        python.note_object(alias, entry.objtype, entry.node_id, aliased=True)


class TopNames(FromRst):
    """The names at the top of the package, each with its first sentence."""

    def run(self) -> list[nodes.Node]:
        package = importlib.import_module(PACKAGE)
        rows = []
        for name in package.__all__:
            thing = getattr(package, name)
            sentence = " ".join(inspect.getdoc(thing).split("\n\n")[0].split())
            room = ".".join(thing.__module__.split(".")[:2])
            rows.append(f"   * - :py:obj:`{name} <{room}.{name}>`\n     - {sentence}\n")
        return self.parsed(
            ".. list-table::\n   :class: api-top\n   :header-rows: 1\n\n   * - name\n     - what it is or gives\n"
            + "".join(rows)
        )


def first_paragraph(module: ModuleType) -> str:
    return inspect.getdoc(module).split("\n\n")[0]


def is_at_the_top(name: str) -> bool:
    return name in importlib.import_module(PACKAGE).__all__


def indented(text: str, by: int) -> str:
    return "".join(" " * by + line + "\n" if line else "\n" for line in text.splitlines())


# The commands.


class ShellCommands(FromRst):
    """The commands of ``w2v``, each with its help and its options."""

    def run(self) -> list[nodes.Node]:
        from w2vlib.commands._frame import w2v

        context = click.Context(w2v, info_name="w2v")
        found = self.parsed(help_in_rst(w2v.help))
        for name in w2v.list_commands(context):
            command = w2v.get_command(context, name)
            inside = click.Context(command, parent=context, info_name=name)
            section = nodes.section(ids=[nodes.make_id(f"w2v-{name}")], names=[f"w2v {name}"])
            section += nodes.title("", "", nodes.literal("", f"w2v {name}"))
            section += self.parsed("".join(command_in_rst(command, inside)))
            found.append(section)
        return found


def command_in_rst(command: click.Command, context: click.Context) -> Iterator[str]:
    """Yield how a command is called, its help, and its options, each of which the search can find."""
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f".. code-block:: text\n\n   {usage}\n\n{help_in_rst(command.help)}\n"
    yield f".. program:: {context.command_path}\n\n"
    for option in command.params:
        if isinstance(option, click.Option):
            said = option.get_help_record(context)[1]
            yield f".. option:: {option_names(option, context)}\n\n   {escaped(said)}\n\n"


def option_names(option: click.Option, context: click.Context) -> str:
    """Return an option as it is written: its names, and what it takes."""
    takes = "" if option.is_flag else f" {option.make_metavar(context)}"
    names = [*option.opts, *option.secondary_opts]
    return ", ".join(f"{name}{takes}" for name in names)


def help_in_rst(text: str) -> str:
    r"""Return the help of a command: paragraphs, and what follows a line with ``\b`` as it stands.

    Examples
    --------
    >>> print(help_in_rst("Count it.\n\n\b\nExamples:\n  w2v count *"))
    Count it.
    <BLANKLINE>
    Examples:
    <BLANKLINE>
    .. code-block:: text
    <BLANKLINE>
       w2v count *
    <BLANKLINE>
    """
    made = []
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        if not paragraph.startswith("\b"):
            made.append(escaped(" ".join(paragraph.split())))
            continue
        title, *lines = paragraph.lstrip("\b\n").splitlines()
        code = inspect.cleandoc("\n" + "\n".join(lines))
        made += [escaped(title), ".. code-block:: text\n\n" + indented(code, 3)]
    return "\n\n".join(made)


def escaped(text: str) -> str:
    """Return a text in which reStructuredText sees no markup, with options as code.

    Examples
    --------
    >>> print(escaped("a * b_ with --words N"))
    a \\* b\\_ with ``--words`` N
    """
    return re.sub(r"(?<![\w-])(--\w[\w-]*)", r"``\1``", re.sub(r"([\\*`|_])", r"\\\1", text))


def add_assets(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Give a page of names its style and its script."""
    if app.env.metadata.get(page, {}).get("public_names"):
        app.add_css_file("reference.css")
        app.add_js_file("reference.js", loading_method="defer")


def settings(app: Sphinx, config: object) -> None:
    """How docstrings are read; signatures are short, as types are said with the parameters."""
    config.add_module_names = False
    config.default_role = "literal"  # `name` in a docstring is a name
    config.autodoc_typehints = "none"
    config.napoleon_google_docstring = False
    config.napoleon_use_rtype = False
    config.napoleon_use_ivar = False
    config.python_use_unqualified_type_names = True
    config.toc_object_entries = False


def setup(app: Sphinx) -> dict[str, bool]:
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.napoleon")
    app.add_directive("public-names", PublicNames)
    app.add_directive("top-names", TopNames)
    app.add_directive("shell-commands", ShellCommands)
    app.connect("config-inited", settings)
    app.connect("html-page-context", add_assets)
    app.connect("autodoc-process-docstring", link_chapters, priority=400)
    app.connect("autodoc-skip-member", leave_out_fields)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
