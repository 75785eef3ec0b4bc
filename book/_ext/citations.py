"""How to cite the book, the package and the paper, from ``CITATION.cff``.

``{{ cite_book }}``, ``{{ cite_package }}`` and ``{{ cite_paper }}`` stand for it on a page.
"""

from __future__ import annotations

from pathlib import Path

import yaml
from pybtex.database import BibliographyData, Entry, Person
from sphinx.application import Sphinx

FILE = "CITATION.cff"
PACKAGE = "w2vlib"


def entries(cff: dict, pages: str = "", repository: str = "") -> dict[str, tuple[str, Entry]]:
    """Return for each work how it is named in a sentence, and its BibTeX entry with its key as ``key``.

    Parameters
    ----------
    cff : dict
        What the file holds.
    pages, repository : str
        Their addresses, where the book has them.
    """
    authors = [person(author) for author in cff["authors"]]
    year, version = str(cff["date-released"])[:4], str(cff["version"])
    paper = cff["references"][0]
    said = ", ".join(str(one) for one in (*map(spoken, authors), year))
    who = ", ".join(str(spoken(person(author))) for author in paper["authors"])
    book = Entry("book", {"title": cff["title"], "year": year} | address(pages), {"author": authors})
    package = Entry(
        "software",
        {"title": f"{PACKAGE}, the package of {cff['title']}", "version": version, "year": year}
        | address(repository),
        {"author": authors},
    )
    fields = {
        "title": paper["title"],
        "booktitle": paper["collection-title"],
        "volume": str(paper["volume"]),
        "year": str(paper["year"]),
        "url": paper["url"],
    }
    article = Entry("inproceedings", fields, {"author": [person(author) for author in paper["authors"]]})
    book.key, package.key, article.key = "w2v-intro", PACKAGE, "karkada2025"
    return {
        "cite_book": (f"{said}. *{cff['title']}*.", book),
        "cite_package": (
            f"{said}. *{PACKAGE}*, version {version}, the package of *{cff['title']}*.",
            package,
        ),
        "cite_paper": (
            f"{who}, {paper['year']}. {paper['title']}. *{paper['collection-title']}* {paper['volume']}. "
            f"<{paper['url']}>",
            article,
        ),
    }


def person(author: dict) -> Person:
    """Return an author; one with no family name is a group, whose name stays whole."""
    if "name" in author:
        return Person("{" + author["name"] + "}")
    return Person(first=author["given-names"], last=author["family-names"])


def spoken(author: Person) -> str:
    """Return a name as it is said.

    Examples
    --------
    >>> spoken(Person("{The authors}")), spoken(Person(first="Ada K.", last="Lovelace"))
    ('The authors', 'Ada K. Lovelace')
    """
    names = [*author.first_names, *author.middle_names, *author.last_names]
    return " ".join(names).strip("{}")


def address(url: str) -> dict[str, str]:
    return {"url": url} if url else {}


def told(cff: dict, pages: str = "", repository: str = "") -> dict[str, str]:
    """Return for each work, by its name, a sentence to copy and the entry to copy, in Markdown."""
    return {
        name: f"{sentence}\n\n```bibtex\n{BibliographyData({entry.key: entry}).to_string('bibtex').strip()}\n```"
        for name, (sentence, entry) in entries(cff, pages, repository).items()
    }


def settings(app: Sphinx, config: object) -> None:
    """Let the page say it, with the addresses that the book has."""
    cff = yaml.safe_load((Path(app.srcdir) / FILE).read_text(encoding="utf-8"))
    repository = config.html_theme_options.get("repository_url", "")
    texts = told(cff, config.html_baseurl or "", repository)
    config.myst_substitutions = {**config.myst_substitutions, **texts}


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", settings, priority=903)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
