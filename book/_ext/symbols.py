r"""Symbols that answer: what the notation page says about a symbol, wherever a formula holds it.

The tables of the notation page are the one source.  They become

* an anchor for each of their rows, so that a symbol can be linked to;
* ``_static/symbols-data.js``, from which ``symbols.js`` makes its cards; it is
  fetched when a reader first points at a formula;
* on each page, after its first section, the list "Symbols on this page": what
  its formulas hold, in the order they hold it, with and without scripts.

A formula is read as a tree of letters with accents, indices and exponents, and
nothing else.  `symbols.js` reads the same tree from what MathJax has drawn, so
both find the same symbols; the tests compare them.

What a chapter defines after the words "Only on this page" counts there, too.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

NOTATION = "book/notation"
ONLY_HERE = "Only on this page:"
FEW = 4  # a page with fewer symbols needs no list of them

# 1. Reading a formula.

GREEK = dict(
    zip(
        "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho varsigma "
        "sigma tau upsilon varphi chi psi omega".split(),
        "αβγδεζηθικλμνξοπρςστυφχψω",
    )
)
CAPITALS = dict(zip("Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split(), "ΓΔΘΛΞΠΣΥΦΨΩ"))
VARIANTS = dict(zip("epsilon vartheta varkappa phi varrho varpi".split(), "ϵϑϰϕϱϖ"))
OTHERS = {"lVert": "‖", "rVert": "‖", "Vert": "‖", "|": "‖", "cdot": "⋅", "star": "⋆", "odot": "⊙", "pm": "±",
          "top": "⊤", "ell": "ℓ", "infty": "∞", "dots": "…", "le": "≤", "ge": "≥", "to": "→"}  # fmt: skip
LETTERS = GREEK | CAPITALS | VARIANTS | OTHERS
ACCENTS = {
    "hat": "^",
    "widehat": "^",
    "bar": "¯",
    "overline": "¯",
    "tilde": "~",
    "widetilde": "~",
    "dot": "˙",
}
#: The mark that a letter of this style gets, so that a curly L is not a plain one.
STYLES = {"mathcal": "C:", "mathbf": "B:", "mathsf": "S:", "mathbb": "D:", "mathrm": "r:", "operatorname": "r:",
          "operatorname*": "r:"}  # fmt: skip
#: They show nothing, or only what follows them.
QUIET = set(
    ", ; ! : > quad qquad left right middle big Big bigl bigr Bigl Bigr biggl biggr sqrt "
    "displaystyle textstyle limits nolimits nonumber \\\\ boldsymbol hline mathstrut".split()
)
FRACTIONS = {"frac", "tfrac", "dfrac"}
FUNCTIONS = set("ln log exp min max cos sin tan tanh cosh sinh det dim sup inf arg lim".split())
DROPPED = {"text", "mbox", "textbf", "textit", "label", "tag", "begin", "end", "hspace", "phantom", "color"}
TOKEN = re.compile(r"\\[a-zA-Z]+\*?|\\.|[^\s]", re.DOTALL)


@dataclass
class Node:
    """A letter (`key`), or a row of nodes (`parts`), with what stands below and above it.

    What bears an accent has a key and parts: the one with the accent, the others without.
    """

    key: str = ""
    parts: list[Node] = field(default_factory=list)
    sub: Node | None = None
    sup: Node | None = None


def read(tex: str) -> Node:
    r"""Return a formula as a tree.

    Examples
    --------
    >>> read(r"w_i").parts[0]
    Node(key='w', parts=[], sub=Node(key='i', parts=[], sub=None, sup=None), sup=None)
    """
    tokens = TOKEN.findall(tex.replace("\\ ", " "))
    return _row(tokens, "")


def _row(tokens: list[str], style: str) -> Node:
    """Read up to the brace that closes this row, and take what was read off the tokens."""
    row: list[Node] = []
    while tokens:
        token = tokens.pop(0)
        if token == "}":
            break
        if token in "^_'":
            base = row.pop() if row else Node()
            if base.sub and token == "_" or base.sup and token in "^'":
                base = Node(parts=[base])
            script = Node("′") if token == "'" else _next(tokens, style)
            setattr(base, "sub" if token == "_" else "sup", script)
            row.append(base)
        elif token == "\\rm":
            style = "r:"
        else:
            row += filter(None, [_one(token, tokens, style)])
    return row[0] if len(row) == 1 and not (row[0].sub or row[0].sup) else Node(parts=row)


def _next(tokens: list[str], style: str) -> Node:
    """Read an argument: a row in braces, or one thing."""
    while tokens:
        found = _one(tokens.pop(0), tokens, style)
        if found:
            return found
    return Node()


def _one(token: str, tokens: list[str], style: str) -> Node | None:
    """Read one thing that starts with this token; None if it shows no letter."""
    if token == "{":
        return _row(tokens, style)
    if not token.startswith("\\"):
        return None if token in "&~" else Node((style if token.isalnum() else "") + token)
    name = token[1:]
    if name in LETTERS:
        return Node(LETTERS[name])
    if name in FUNCTIONS:
        return Node("r:" + name)
    if name in ACCENTS:
        inner = _next(tokens, style)
        return Node(ACCENTS[name] + flat(inner, style=True), [inner])
    if name in STYLES:
        inner = _next(tokens, "")
        return Node(STYLES[name] + flat(inner)) if _is_word(inner) else inner
    if name in FRACTIONS:
        return Node(parts=[_next(tokens, style), _next(tokens, style)])
    if name in DROPPED:
        _next(tokens, style)
        return None
    return None if name in QUIET else Node(token)


def _is_word(node: Node) -> bool:
    return all(part.key and not (part.sub or part.sup) for part in (node.parts or [node]))


def flat(node: Node | None, style: bool = False) -> str:
    """Return the letters of a node in a row, without the mark of upright ones unless `style` is kept."""
    if node is None:
        return ""
    key = node.key if style else node.key.removeprefix("r:")
    inside = "" if node.key else "".join(flat(part, style) for part in node.parts)
    return key + inside + flat(node.sub, style) + flat(node.sup, style)


# 2. Which symbol it is.

#: Below a letter of the notation page these are numbers that run, so any other may stand there.
RUNNING = re.compile(r"[ijk]{1,2}|.*[+−-].*")
#: What shows that a shy letter is meant as on the notation page.
COUNTED = re.compile(r"[ijk]{1,2}|\d")


#: Letters that chapters also use for something else; there they answer with an index only, or if the chapter's
#: own Notation names them.
SHY = set("abcfhmnrsvyFQRX")


@dataclass(frozen=True)
class Pattern:
    """What a symbol looks like: its letter, what is below ("*" for any index) and what is above."""

    base: str
    sub: str
    sup: str

    def rank(self, sub: str, sup: str) -> int:
        """How closely it fits, 0 if it does not."""
        if self.sup and sup not in (("+", "−", "-", "±") if self.sup == "±" else (self.sup,)):
            return 0
        if self.sub not in ("", "*", sub) or self.sup and self.base == "r:cos" and not sub:
            return 0
        return 1 + 4 * bool(self.sup) + (2 if self.sub == sub else self.sub == "*" and sub != "")


def pattern(tex: str) -> Pattern:
    r"""Return what to look for, from a symbol as the notation page writes it; of `E(X)` it is E.

    Examples
    --------
    >>> pattern(r"\mathcal R_{kk}^2")
    Pattern(base='C:R', sub='kk', sup='2')
    >>> pattern(r"\lambda_k")
    Pattern(base='λ', sub='*', sup='')
    """
    tree = read(tex)
    marked = [node for node in tree.parts if node.sub or node.sup]
    head = tree if tree.key else tree.parts[0]
    if head.key == "‖":  # the mark of a norm is at its end
        head = marked[0]
    below = flat(head.sub)
    return Pattern(head.key, "*" if RUNNING.fullmatch(below) and below != "kk" else below, flat(head.sup))


@dataclass
class Symbols:
    """What answers on a page: patterns with the number of their symbol, the nearest first."""

    by_base: dict[str, list[tuple[Pattern, int]]] = field(default_factory=dict)
    shy: set[int] = field(default_factory=set)

    def add(self, looks: Pattern, number: int) -> None:
        self.by_base.setdefault(looks.base, []).append((looks, number))

    def best(self, node: Node) -> tuple[Pattern, int] | None:
        """Return the symbol that a node is, if it is one."""
        sub, sup = flat(node.sub), flat(node.sup)
        ranked = [
            (looks.rank(sub, sup), looks, number)
            for looks, number in self.by_base.get(node.key, ())
            if number not in self.shy
            or sub
            and (looks.sub == sub or looks.sub == "*" and COUNTED.fullmatch(sub))
        ]
        rank, looks, number = max(ranked, key=lambda each: each[0], default=(0, None, -1))
        return (looks, number) if rank else None

    def within(self, node: Node | None, after: Node | None = None) -> Iterator[int]:
        """The symbols of a formula, in order; one inside a larger one is not named."""
        if node is None:
            return
        found = self.best(node) if node.key and not means_else(node, after) else None
        if found:
            yield found[1]
            if node.sup and not node.sub and not found[0].sup:
                yield from self.within(node.sup)
            return
        for part, following in zip(node.parts, (*node.parts[1:], None)):
            yield from self.within(part, following)
        yield from self.within(node.sub)
        yield from self.within(node.sup)


def means_else(node: Node, after: Node | None) -> bool:
    """Whether a letter is a differential, as in dW and d/dt, or a function, as in O(x)."""
    if after is None:
        return False
    if node.key in ("O", "ℓ"):
        return after.key == "("
    first = after.key or after.parts[0].key if after.key or after.parts else ""
    if node.key != "d" or node.sub:
        return False
    if after.parts and not after.key:
        return first == "d"
    return first[-1:].isalpha() and not first.startswith(("r:", "\\"))


# 3. The notation page.


@dataclass
class Row:
    """A row of the notation page, or a definition that counts on one page only."""

    anchor: str
    formulas: list[str]
    code: str
    meaning: str
    about: str  # the heading of its last column: size here, units, range, shape
    value: str
    equation: str = ""


def text_of(node: nodes.Node) -> str:
    r"""Return a cell as text with its formulas between ``\(`` and ``\)``."""
    parts = []
    for child in node.children:
        if isinstance(child, nodes.math):
            parts.append(rf"\({child.astext()}\)")
        elif isinstance(child, nodes.Text):
            parts.append(child.astext())
        else:
            parts.append(text_of(child))
    return "".join(parts)


def notation_rows(doctree: nodes.document) -> list[tuple[nodes.row, Row]]:
    """Return the rows of all tables whose first column is headed "symbol"."""
    found, anchors = [], set()
    for table in doctree.findall(nodes.table):
        headings = [entry.astext() for entry in next(table.findall(nodes.thead)).findall(nodes.entry)]
        if headings[0] != "symbol":
            continue
        for row in next(table.findall(nodes.tbody)).findall(nodes.row):
            cells = dict(zip(headings, row.findall(nodes.entry)))
            formulas = [formula.astext() for formula in cells["symbol"].findall(nodes.math)]
            last = next(name for name in headings if name not in ("symbol", "in code", "meaning", "equation"))
            anchor = "symbol-" + slug(formulas[0] if formulas else cells["symbol"].astext())
            while anchor in anchors:
                anchor += "-too"
            anchors.add(anchor)
            equations = cells["equation"].findall(addnodes.pending_xref) if "equation" in cells else ()
            label = next((reference["reftarget"] for reference in equations), "")
            found.append(
                (
                    row,
                    Row(
                        anchor,
                        formulas,
                        ", ".join(code.astext() for code in cells["in code"].findall(nodes.literal)),
                        text_of(cells["meaning"]),
                        last,
                        text_of(cells[last]),
                        label,
                    ),
                )
            )
    return found


def slug(tex: str) -> str:
    r"""Return letters, figures and hyphens; ``\lambda_k`` is lambda-k.

    Examples
    --------
    >>> slug(r"\mathcal R_{kk}^2"), slug("share explained")
    ('mathcal-R-kk-2', 'share-explained')
    """
    return "-".join(re.findall(r"[A-Za-z0-9]+", tex)) or "symbol"


def only_here(doctree: nodes.document) -> list[Row]:
    """Return what a page defines after the words "Only on this page"."""
    for paragraph in doctree.findall(nodes.paragraph):
        before, mark, after = text_of(paragraph).partition(ONLY_HERE)
        if mark:
            return definitions(after)
    return []


def definitions(text: str) -> list[Row]:
    r"""Split definitions as chapters write them.

    Examples
    --------
    >>> [(row.formulas, row.meaning) for row in definitions(r" \(T\), a table; \(f_h(x) = x\), itself. The rest")]
    [(['T'], 'a table'), (['f_h(x)'], '\\(f_h(x) = x\\), itself')]
    """
    rows = []
    text = re.split(r"\.(?:\s|$)", text, maxsplit=1)[0]
    for part in text.split("; "):
        match = re.match(r"\s*\\\((.*?)\\\),?\s*(.*)", part, re.DOTALL)
        if match:
            formula, meaning = match.groups()
            name = formula.partition(" = ")[0].strip()
            rows.append(
                Row("", [name], "", meaning if name == formula else rf"\({formula}\), {meaning}", "", "")
            )
    return rows


def known(
    shared: Sequence[Row], here: Sequence[Row], told: Collection[str] = ()
) -> tuple[Symbols, list[tuple[Row, str]]]:
    """Return what answers on a page, and the row and the formula of each number; the page's own meanings win.

    Of rows with a shy letter, those that the page's own Notation tells of answer fully; their anchors are `told`.
    """
    symbols, listed = Symbols(), []
    for row in (*here, *shared):
        silent = row.anchor and row.anchor not in told
        for formula in row.formulas:
            looks = pattern(formula)
            taken = any(looks.base == pattern(name).base for own in here for name in own.formulas)
            if row.anchor == "" or not taken:
                symbols.add(looks, len(listed))
                if silent and looks.base in SHY:
                    symbols.shy.add(len(listed))
            listed.append((row, formula))
    return symbols, listed


def formulas_of(doctree: nodes.document) -> Iterator[str]:
    for node in doctree.findall(lambda node: isinstance(node, (nodes.math, nodes.math_block))):
        yield node.astext()


# 4. Saying it aloud.

SPOKEN = {letter: name.removeprefix("var") for name, letter in (GREEK | VARIANTS).items()} | {
    letter: "capital " + name.lower() for name, letter in CAPITALS.items()
}
SPOKEN |= {"⋆": "star", "‖": "norm", "⊙": "entrywise product", "⋅": "dot", "±": "plus or minus", "^": "hat",
           "¯": "bar", "~": "tilde", "ℓ": "ell", "C:": "script ", "B:": "bold ", "S:": "sans "}  # fmt: skip


def spoken(tex: str) -> str:
    r"""Return a symbol in words.

    Examples
    --------
    >>> spoken(r"\lambda_k"), spoken(r"M^\star_{ij}"), spoken(r"\hat w_i"), spoken(r"\mathcal L_{\mathrm{w2v}}")
    ('lambda k', 'M star i j', 'w hat i', 'script L w2v')
    """

    def say(node: Node | None) -> list[str]:
        if node is None:
            return []
        words, key = [], node.key
        accents = [SPOKEN[key[0]]] if key[:1] in ACCENTS.values() and len(key) > 1 else []
        key = key[len(accents) :]
        style, _, letters = key.rpartition(":") if ":" in key else ("", "", key)
        if key:
            words = [SPOKEN.get(style + ":", "") + SPOKEN.get(letters, letters), *accents]
        row = [] if node.key else [word for part in node.parts for word in say(part)]
        if node.parts and all(part.key.startswith("r:") or part.key.isdigit() for part in node.parts):
            row = ["".join(row)]
        above = ["squared"] if flat(node.sup) == "2" else say(node.sup)
        order = [*say(node.sub), *above] if above == ["squared"] else [*above, *say(node.sub)]
        return [*words, *row, *order]

    return " ".join(word for word in say(read(tex)) if word not in ("(", ")"))


# 5. In the build.


@dataclass
class Book:
    """What all pages need: the rows of the notation page, and of each page what it defines and what it tells of."""

    rows: list[Row]
    here: dict[str, list[Row]]
    told: dict[str, list[str]]


def book(app: Sphinx) -> Book:
    """Return it, gathered once in a build."""
    if not hasattr(app.builder, "w2v_symbols"):
        env = app.env
        pages = {name: env.get_doctree(name) for name in sorted(env.found_docs)}
        rows = [row for _, row in notation_rows(pages[NOTATION])]
        told = {name: told_by(page, rows) for name, page in pages.items()}
        told[NOTATION] = [row.anchor for row in rows]
        app.builder.w2v_symbols = Book(rows, {name: only_here(page) for name, page in pages.items()}, told)
    return app.builder.w2v_symbols


def write_data(app: Sphinx) -> list:
    """Write the script with all that a card can say; it makes no page."""
    about = book(app)
    pages = {
        name: {"here": [packed(row, app) for row in about.here[name]], "told": about.told[name]}
        for name in about.here
        if about.here[name] or about.told[name]
    }
    data = {"shy": "".join(sorted(SHY)), "rows": [packed(row, app) for row in about.rows], "pages": pages}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    (Path(app.outdir) / "_static" / "symbols-data.js").write_text(
        f"window.w2vSymbols = {text};\n", encoding="utf-8"
    )
    return []


def packed(row: Row, app: Sphinx) -> dict:
    """Return a row as its card needs it, without what is empty."""
    looks = [pattern(formula) for formula in row.formulas]
    whole = {
        "id": row.anchor,
        "tex": row.formulas,
        "look": [[look.base, look.sub, look.sup] for look in looks],
        "say": [spoken(formula) for formula in row.formulas],
        "code": row.code,
        "mean": row.meaning,
        "about": row.about if row.value else "",
        "value": row.value,
        "eq": equation(row.equation, app) if row.equation else None,
    }
    return {name: value for name, value in whole.items() if value}


def equation(label: str, app: Sphinx) -> list[str]:
    """Return address, number and text of a labelled equation."""
    docname, _ = app.env.get_domain("math").equations[label]
    anchor = nodes.make_id(f"equation-{label}")
    number = app.env.toc_fignumbers[docname]["displaymath"][anchor]
    for block in app.env.get_doctree(docname).findall(nodes.math_block):
        if block.get("label") == label:
            return [f"{docname}.html#{anchor}", ".".join(map(str, number)), block.astext().strip()]
    raise LookupError(f"the notation page names an equation that is not there: {label}")


def dress(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give the rows of the notation page their anchors, and every other page its list of symbols."""
    if app.builder.format != "html":
        return
    if docname == NOTATION:
        for row, about in notation_rows(doctree):
            row["ids"].append(about.anchor)
        return
    own, section = notation_paragraph(doctree), next(iter(doctree.findall(nodes.section)), None)
    symbols, listed = known(book(app).rows, book(app).here[docname], book(app).told[docname])
    found: dict[int, list[int]] = {}  # the numbers of each row, in order of occurrence
    for tex in formulas_of(doctree):
        for number in symbols.within(read(tex)):
            numbers = found.setdefault(id(listed[number][0]), [])
            if number not in numbers:
                numbers.append(number)
    if len(found) < FEW or section is None:
        return
    if own is not None:
        own["ids"].append("notation-here")
    page = app.builder.get_relative_uri(docname, NOTATION)
    parts = [raw('<details class="w2v-symbols"><summary>Symbols on this page</summary><ul>')]
    for numbers in found.values():
        parts.append(raw("<li><span>"))
        for place, number in enumerate(numbers):
            row, formula = listed[number]
            address = f"{page}#{row.anchor}" if row.anchor else "#notation-here"
            parts += [
                raw(", " if place else ""),
                raw(
                    f'<a class="w2v-symbol" href="{address}" data-symbol="{number}" aria-label="{spoken(formula)}">'
                ),
                nodes.math(formula, formula),
                raw("</a>"),
            ]
        parts += [raw("</span> <span>"), *inline(listed[numbers[0]][0].meaning), raw("</span></li>")]
    parts.append(raw("</ul></details>"))
    inner = [place for place, child in enumerate(section) if isinstance(child, nodes.section)]
    section.insert(inner[0] if inner else len(section), parts)


def raw(text: str) -> nodes.raw:
    return nodes.raw("", text, format="html")


def inline(text: str) -> list[nodes.Node]:
    r"""Return text with ``\(formulas\)`` as nodes; other text is escaped."""
    pieces = re.split(r"\\\((.*?)\\\)", text, flags=re.DOTALL)
    return [
        nodes.math(piece, piece) if place % 2 else raw(html.escape(piece, quote=False))
        for place, piece in enumerate(pieces)
        if piece
    ]


def notation_paragraph(doctree: nodes.document) -> nodes.paragraph | None:
    """The paragraph in which a chapter says what its symbols mean."""
    for paragraph in doctree.findall(nodes.paragraph):
        opening = next((child for child in paragraph if child.astext()), None)
        if isinstance(opening, nodes.strong) and opening.astext() == "Notation.":
            return paragraph
    return None


def told_by(doctree: nodes.document, rows: Sequence[Row]) -> list[str]:
    """Return the anchors of the rows whose symbols the page's own Notation holds."""
    paragraph = notation_paragraph(doctree)
    if paragraph is None:
        return []
    symbols, listed = known(rows, (), {row.anchor for row in rows})
    found = [number for tex in formulas_of(paragraph) for number in symbols.within(read(tex))]
    return sorted({listed[number][0].anchor for number in found})


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-resolved", dress)
    app.connect("html-collect-pages", write_data)
    app.add_css_file("symbols.css")
    app.add_js_file("symbols.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
