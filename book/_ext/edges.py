"""The edges of the pages: what each loads, the chapters' numbers, and what a page says about itself.

*Scripts and styles.*  The theme and the extensions put all of theirs on every page.  A page
keeps what it uses; FontAwesome, Thebe and their styles go altogether, as the icons are drawn
by ``book.css``.

*Numbers.*  A chapter's number is that of its file, ``11-staircase``.  Sidebar, titles, and the
links to the next and the last page show it.

*What a page says about itself.*  Its first sentences are its description.  Where the address
of the book is set (``BOOK_URL``), each page names its own and a picture for previews, and the
pages are listed in ``sitemap.xml``.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

NUMBER = re.compile(r"(\d+)-")
#: Files that a page loads only if its text holds one of these; inline scripts are known by a name in them.
USED_WITH = {
    "sphinx-thebe": (),
    "THEBE_JS_URL": (),
    "design-tabs.js": ('class="sd-tab-set',),
    "sphinx-design.min.css": ('class="sd-',),
    "togglebutton": ("dropdown admonition", 'class="toggle'),
    "toggleHint": ("dropdown admonition", 'class="toggle'),
    "toggleOpenOnPrint": ("dropdown admonition", 'class="toggle'),
    "mathjax/": ('class="math',),
    "window.MathJax": ('class="math',),
    "copybutton": ('class="highlight',),
    "clipboard": ('class="highlight',),
    "exercise.css": ("exercise admonition", "solution dropdown"),
    "proof.css": ('class="proof ',),
}
#: Other scripts need these at once: the last two only those of the page of results.
FIRST = ("documentation_options.js",)
FIRST_IN_SEARCH = (*FIRST, "doctools.js", "sphinx_highlight.js")
#: Identifiers that extensions give to every exercise, solution and proof alike.
SHARED = {"exercise-content", "solution-content", "proof-content"}
#: A description is about as long as search engines show.
SHORTEST, LONGEST = 40, 200
FORMULA = "\N{OBJECT REPLACEMENT CHARACTER}"
TEX_SPECIAL, TEX_ESCAPE = re.compile(r"[&%$#_{}]"), r"\\\g<0>"
PREVIEW = "preview.png"
PREVIEW_TEXT = "Curves that rise one after another, each a direction of meaning that the model learns"


def chapter_number(page: str) -> int | None:
    """Return the number of a chapter, ``None`` for another page.

    Examples
    --------
    >>> chapter_number("book/11-staircase")
    11
    >>> chapter_number("book/atlas") is None
    True
    """
    found = NUMBER.match(PurePosixPath(page).name)
    return int(found[1]) if found else None


def number_chapters(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Number the chapters in the sidebar and in the links to the next and the last page."""
    for page, title in env.titles.items():
        number = chapter_number(page)
        if number is None:
            continue
        title["secnumber"] = (number,)
        first = next(env.tocs[page].findall(nodes.reference), None)
        if first is not None:
            first["secnumber"] = (number,)
    return []


def tidy(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Number the title, and take away identifiers that stand several times on a page; nothing refers to them."""
    number, title = chapter_number(page), next(doctree.findall(nodes.title), None)
    if number is not None and title is not None:
        title["secnumber"] = (number,)
    for node in doctree.findall(nodes.Element):
        if SHARED.intersection(node.get("ids", ())):
            node["ids"] = [name for name in node["ids"] if name not in SHARED]


def keep_what_is_used(
    app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None
) -> None:
    """Leave out scripts and styles that this page does not use, and let the others wait for the page."""
    body = context.get("body", "")
    for kind in ("script_files", "css_files"):
        files = context.get(kind, [])
        files[:] = [file for file in files if is_used(file, body)]
    at_once = FIRST_IN_SEARCH if template == "search.html" else FIRST
    scripts = context.get("script_files", [])
    scripts[:] = [waiting(script, at_once) for script in dict.fromkeys(scripts)]  # the theme adds some twice


def waiting(script: object, at_once: tuple[str, ...]) -> object:
    """Return a script that waits for the page, if nothing needs it earlier; the same script serves other pages."""
    attributes = getattr(script, "attributes", {})
    if not script.filename or str(script.filename).endswith(at_once) or {"async", "defer"} & set(attributes):
        return script
    return type(script)(script.filename, priority=script.priority, **attributes, defer="defer")


def is_used(file: object, body: str) -> bool:
    """Whether a page with this text uses a script or a style."""
    name = f"{getattr(file, 'filename', file)} {getattr(file, 'attributes', {}).get('body') or ''}"
    return all(any(mark in body for mark in marks) for part, marks in USED_WITH.items() if part in name)


def describe(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Say what a page is about, whether it has formulas, and where its picture for previews lies."""
    context["formulas"] = 'class="math' in context.get("body", "")
    context["preview"] = posixpath.join(app.config.html_baseurl or "", "_static", PREVIEW)
    context["preview_text"] = PREVIEW_TEXT
    if doctree is not None:
        number = chapter_number(page)
        context["description"] = description(doctree)
        if number is not None:  # the heading on paper
            context["pagetitle"] = f"{number}\N{EN SPACE}{app.env.titles[page].astext()}"
        context["kind_of_page"] = (
            "book" if page == app.config.root_doc else "page" if number is None else "chapter"
        )
        context["bibtex"] = bibtex(
            app.env.titles[page].astext(),
            key=PurePosixPath(page).name,
            author=app.config.author,
            year=app.config.copyright,
            book=None if page == app.config.root_doc else app.config.html_title,
            chapter=number,
            url=context.get("pageurl"),
        )


def bibtex(
    title: str, key: str, author: str, year: str, book: str | None, chapter: int | None, url: str | None
) -> str:
    """Return the BibTeX entry of a page, or of the book if ``book`` is ``None``.

    Examples
    --------
    >>> print(bibtex("Odds & ends", "07-odds", "The authors", "2026", book="A book", chapter=7, url=None))
    @incollection{w2v-07-odds,
      author = {{The authors}},
      title = {{Odds \\& ends}},
      booktitle = {{A book}},
      chapter = {7},
      year = {2026}
    }
    """
    fields = {
        "author": f"{{{author}}}",
        "title": f"{{{TEX_SPECIAL.sub(TEX_ESCAPE, title)}}}",
        "booktitle": book and f"{{{book}}}",
        "chapter": chapter,
        "year": year,
        "url": url,
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value is not None)
    return f"@{'incollection' if book else 'book'}{{w2v-{key},\n{lines}\n}}"


def description(doctree: nodes.document) -> str:
    """Return the first whole sentences of a page that have no formula, as many as fit."""
    for paragraph in doctree.findall(nodes.paragraph):
        if not isinstance(paragraph.parent, nodes.section) or isinstance(paragraph[0], nodes.emphasis):
            continue
        copy = paragraph.deepcopy()
        for formula in list(copy.findall(nodes.math)):
            formula.replace_self(nodes.Text(FORMULA))
        text = first_sentences(" ".join(copy.astext().split()))
        if len(text) >= SHORTEST:
            return text
    return ""


def first_sentences(text: str, longest: int = LONGEST) -> str:
    """Return the first whole sentences, up to one with a formula: as many as fit, but at least one.

    Examples
    --------
    >>> first_sentences("It rises. Then it stays. And so on.", longest=25)
    'It rises. Then it stays.'
    """
    kept = ""
    for sentence in re.split(r"(?<=[.?!]) (?=[A-Z])", text):
        if FORMULA in sentence or sentence[-1:] not in (".", "?", "!"):
            break
        if kept and len(kept) + 1 + len(sentence) > longest:
            break
        kept += f" {sentence}" if kept else sentence
    return kept


def write_sitemap(app: Sphinx, error: Exception | None) -> None:
    """List all pages for search engines, if the book has an address."""
    if error or app.builder.format != "html" or not app.config.html_baseurl:
        return
    root = ElementTree.Element("urlset", xmlns="http://www.sitemaps.org/schemas/sitemap/0.9")
    for page in sorted(app.env.found_docs):
        address = posixpath.join(app.config.html_baseurl, app.builder.get_target_uri(page))
        ElementTree.SubElement(ElementTree.SubElement(root, "url"), "loc").text = address
    ElementTree.indent(root)
    tree = ElementTree.ElementTree(root)
    tree.write(Path(app.outdir) / "sitemap.xml", encoding="utf-8", xml_declaration=True)


def drop_icons(app: Sphinx, error: Exception | None) -> None:
    """Leave the theme's script of two thousand icons out of the book: no page asks for it."""
    if error is None and app.builder.format == "html":
        for path in Path(app.outdir, "_static", "scripts").glob("fontawesome.js*"):
            path.unlink()


def settings(app: Sphinx, config: object) -> None:
    """Templates, the form of numbers, and formulas that the tab key passes over."""
    config.templates_path.insert(0, str(Path(__file__).parents[1] / "_templates"))
    config.html_secnumber_suffix = "\N{EN SPACE}"
    config.mathjax3_config = {"options": {"menuOptions": {"settings": {"inTabOrder": False}}}}


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_js_file("edges.js", loading_method="defer")
    app.connect("config-inited", settings, priority=900)
    app.connect("env-get-updated", number_chapters, priority=900)
    app.connect("doctree-resolved", tidy, priority=900)
    app.connect("html-page-context", keep_what_is_used, priority=950)  # after all who add some
    app.connect("html-page-context", describe, priority=600)  # after the theme
    app.connect("build-finished", write_sitemap)
    app.connect("build-finished", drop_icons)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
