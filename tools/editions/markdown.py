"""From the Markdown of the pages (MyST) to Markdown that every place renders.

JupyterLab, Colab, VS Code and plain previews agree on little: headings, lists, tables,
quotes, links, `$…$` and `$$…$$`, and a few tags of HTML, `<a id>` and `<details>` among
them.  A displayed formula inside a quote has to stand on one line, and a tag of HTML has to
be followed by an empty line.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin
from myst_parser.mdit_to_docutils.base import default_slugify

from .source import Computed, Labels

_PARSER = (
    MarkdownIt("commonmark")
    .enable("table")
    .use(dollarmath_plugin, allow_labels=True, double_inline=True)
    .use(myst_block_plugin)
)
_DIRECTIVE = re.compile(r"\{([\w:-]*)\}[ \t]*(.*)")
_OPTION = re.compile(r":([\w-]+):[ \t]*(.*)")
#: What is found in a line, from left to right: a role, code, a formula, the target of a link.
_INLINE = re.compile(
    r"(?P<role>\{(?P<name>[\w:]+)\}(?P<tick>`+)(?P<body>.+?)(?P=tick)(?!`))"
    r"|(?P<code>(?P<fence>`+)(?!`).+?(?<!`)(?P=fence)(?!`))"
    r"|(?P<math>(?<!\\)\$(?!\s)(?:[^$\\]|\\.)+?(?<!\s)\$)"
    r"|(?P<link>\]\((?P<target>[^)\s]+)\))",
    re.S,
)
_TITLED = re.compile(r"(.*?)\s*<([^>]+)>", re.S)
_QUESTION_OPTION = re.compile(r"( *)- (.*)")
#: A digit that follows a formula at once would undo its last dollar sign.
THIN_SPACE = "\N{THIN SPACE}"


class Translator:
    """Rewrites the text of one page.

    Parameters
    ----------
    page
        Name of the page, as ``11-staircase``.
    labels
        What the pages number and cite.
    computed
        What the page has computed.
    notebooks
        Names of the pages that there are as notebooks; links to others go to the website.
    website
        Where the pages are shown, "" if nowhere.
    anchors
        Headings of the page that links lead to, by their identifiers.
    """

    def __init__(
        self,
        page: str,
        labels: Labels,
        computed: Computed,
        notebooks: frozenset[str],
        website: str = "",
        anchors: frozenset[str] = frozenset(),
    ):
        self.page, self._labels, self._computed = page, labels, computed
        self._notebooks, self._website, self._anchors = notebooks, website.rstrip("/"), anchors
        self._sources = labels.sources.get(page, {})

    # Blocks.

    def text(self, source: str, flat: bool = False) -> str:
        """Return Markdown rewritten; ``flat`` where it is to stand in a quote."""
        lines, parts, at = source.split("\n"), [], 0
        tokens = _PARSER.parse(source)
        for token, following in zip(tokens, [*tokens[1:], None]):
            if token.map is None or token.map[0] < at or (rewrite := self._block(token)) is None:
                continue
            begin, end = token.map
            if token.type == "heading_open":
                token.content = following.content
            indent = re.match(r"\s*", lines[begin])[0]
            parts += [self._lines(lines[at:begin]), self._indented(rewrite(token, flat), indent)]
            at = end
        parts.append(self._lines(lines[at:]))
        return "\n".join(part for part in parts if part is not None)

    def _block(self, token) -> Callable | None:
        """Return how a block is rewritten, None if it is only prose."""
        if token.type == "fence":
            return self._directive if _DIRECTIVE.match(token.info) else self._code
        return {
            "math_block": self._formula,
            "math_block_label": self._formula,
            "myst_target": lambda token, flat: anchor(token.content, "\n"),
            "myst_line_comment": lambda token, flat: None,
            "heading_open": self._heading,
        }.get(token.type)

    def _lines(self, lines: list[str]) -> str | None:
        return self.inline("\n".join(lines)) if lines else None

    @staticmethod
    def _indented(text: str | None, indent: str) -> str | None:
        return text and "\n".join(indent + line if line else line for line in text.split("\n"))

    @staticmethod
    def _code(token, flat: bool) -> str:
        return f"{token.markup}{token.info}\n{token.content}{token.markup}"

    def _formula(self, token, flat: bool) -> str:
        formula, label = token.content.strip(), token.info
        if label:
            formula += rf" \tag{{{self._labels.number(label)}}}"
        shown = f"$$ {' '.join(formula.split())} $$" if flat else f"$$\n{formula}\n$$"
        return (anchor(label) if label else "") + shown

    def _heading(self, token, flat: bool) -> str:
        slug = slug_of(token.content)
        return (
            anchor(slug) if slug in self._anchors else ""
        ) + f"{token.markup} {self.inline(token.content)}"

    def _directive(self, token, flat: bool) -> str:
        name, title = _DIRECTIVE.match(token.info).groups()
        options, body = options_of(token.content)
        title = self.inline(title)
        if name == "admonition":
            return self._admonition(title, options.get("class", ""), body)
        if name.startswith("prf:"):
            label = options.get("label", "")
            head = self._labels.named(label) if self._labels.number(label) else name[4:].capitalize()
            head = f"**{head}**" + (f" ({title})" if title else "") + "."
            return (anchor(label) if label else "") + quote(f"{head}\n\n{self.text(body, flat=True)}")
        if name == "bibliography":
            return self._bibliography()
        if name == "glossary":
            return "\n".join(self._term(line) for line in body.split("\n"))
        raise ValueError(f"{self.page}: there is no rule for the directive {name!r}")

    def _admonition(self, title: str, classes: str, body: str) -> str:
        if "quiz" in classes:
            return self._quiz(title, body)
        if "dropdown" in classes:
            return folded(title, self.text(body))
        return quote(f"**{title}**\n\n{self.text(body, flat=True)}")

    def _quiz(self, title: str, body: str) -> str:
        """The question with its options, and folded the right one and the reasons."""
        question, options = [], []
        right = int(re.search(r"^% answer: (\d+)", body, re.M)[1])
        for line in body.split("\n"):
            found = _QUESTION_OPTION.match(line)
            if found is None:
                question += [line] if not options and not line.startswith("%") else []
            elif found[1]:
                options[-1].append(self.inline(found[2]))
            else:
                options.append([self.inline(found[2])])
        asked = (
            self.text("\n".join(question).strip())
            + "\n\n"
            + "\n".join(f"- {option}" for option, *_ in options)
        )
        reasons = "\n".join(
            f"- {'✓' if place == right else '✗'} **{option}** {' '.join(why)}"
            for place, (option, *why) in enumerate(options, 1)
        )
        return f"**{title}.** {asked}\n\n{folded('Answer and reasons', reasons)}"

    def _term(self, line: str) -> str:
        if not line.strip():
            return line
        return self.inline(line.strip()) if line.startswith(" ") else f"**{self.inline(line)}**\n"

    def _bibliography(self) -> str:
        listed = sorted(self._sources.items(), key=lambda item: item[1]["names"])
        entries = (f"- {anchor(key, '')}{about['entry']}" for key, about in listed)
        return "## Sources\n\n" + "\n".join(entries)

    # Lines.

    def inline(self, text: str) -> str:
        """Rewrite roles and the targets of links, and leave code and formulas alone."""
        parts, at, after_formula = [], 0, False
        for found in _INLINE.finditer(text):
            parts.append(text[at : found.start()])
            if found["role"]:
                new = self._role(found["name"], found["body"])
                if after_formula and found.start() == at and new[:1].isdigit():
                    new = THIN_SPACE + new
            elif found["link"]:
                new = self._link(found["target"])
            else:
                new = found[0]
            parts.append(new)
            at, after_formula = found.end(), bool(found["math"])
        return "".join(parts) + text[at:]

    def _role(self, name: str, body: str) -> str:
        if name == "glue:text":
            return self._computed.text(body)
        if name == "eq":
            return self._reference(f"({self._labels.number(body)})", body)
        if name in ("prf:ref", "numref"):
            return self._reference(self._labels.named(body), body)
        if name in ("cite:t", "cite:p"):
            return self._citation([key.strip() for key in body.split(",")], textual=name == "cite:t")
        if name == "ref":
            return _TITLED.fullmatch(body)[1]  # to a place that only the pages have
        if name in ("sub", "sup"):
            return f"<{name}>{body}</{name}>"
        raise ValueError(f"{self.page}: there is no rule for the role {name!r}")

    def _reference(self, said: str, label: str) -> str:
        page = self._labels.page(label)
        return f"[{said}]({'' if page == self.page else page + '.ipynb'}#{label})"

    def _citation(self, keys: list[str], textual: bool) -> str:
        named = []
        for key in keys:
            about = self._sources[key]
            names, year = about["names"].rsplit(", ", 1)
            address = about["address"] or f"#{key}"
            named.append(f"[{names} ({year})]({address})" if textual else f"[{names}, {year}]({address})")
        return ", ".join(named) if textual else f"({'; '.join(named)})"

    def _link(self, target: str) -> str:
        """Return the end of a link, ``](target)``, with the target where it is to be found from a notebook."""
        page, sharp, place = target.partition("#")
        name, dot, suffix = page.rpartition(".")
        if not page or ":" in page or suffix not in ("ipynb", "md"):
            return f"]({target})"
        if name in self._notebooks:
            return f"]({name}.ipynb{sharp}{place})"
        return f"]({self.address(name)}{sharp}{place})"

    def address(self, page: str) -> str:
        """Return where the website shows a page; without a website, the start page, which says where it is."""
        return f"{self._website}/book/{page}.html" if self._website else "start.ipynb"


def options_of(content: str) -> tuple[dict[str, str], str]:
    """Return the options with which the text of a directive begins, and the rest."""
    lines = content.split("\n")
    options = {}
    while lines and (found := _OPTION.fullmatch(lines[0])):
        options[found[1]] = found[2].strip()
        lines.pop(0)
    return options, "\n".join(lines).strip("\n")


def slug_of(heading: str) -> str:
    """Return the identifier that MyST gives to a heading."""
    children = _PARSER.parseInline(heading)[0].children
    return default_slugify("".join(part.content for part in children if part.type in ("text", "code_inline")))


def anchor(label: str, end: str = "\n\n") -> str:
    """Return what a link can lead to."""
    return f'<a id="{label}"></a>{end}'


def quote(text: str) -> str:
    """Return a block quote."""
    return "\n".join(f"> {line}" if line else ">" for line in text.rstrip().split("\n"))


def folded(title: str, text: str) -> str:
    """Return text that is opened by its title."""
    return f"<details>\n<summary><b>{title}</b></summary>\n\n{text}\n\n</details>"
