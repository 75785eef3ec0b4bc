"""Where a page can be run: a menu in its head, and the list "Run it" of the landing page.

Every address leads to the run edition, the notebooks that ``make notebooks`` writes, in the
repository's branch ``notebooks``.  A place is offered only where it exists: Binder and Colab
where the book has a repository, the browser where the pages have an address and the chapter is
among those of ``launch_lite``, one's own machine always.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path, PurePosixPath
from urllib.parse import quote, urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

BRANCH = "notebooks"
START = "start"
#: What a learner should know before going there; measured or granted, in the fewest words.
BINDER_NOTE = "no account; starts in minutes, keeps nothing"
COLAB_NOTE = "with a Google account"
LITE_NOTE = "nothing to install, no account; slower"
DOWNLOAD_NOTE = "as a file, from the repository"
OWN_NOTE = "make lab opens all chapters"
_TIME = re.compile(r"computing takes about (\w+)")


@dataclass(frozen=True)
class Place:
    """Somewhere to run a page."""

    name: str
    note: str
    address: str
    icon: str = "fas fa-play"


def binder(repository: str, notebook: str) -> str:
    """Return the address that opens a notebook of the run edition on Binder.

    Examples
    --------
    >>> binder("https://github.com/owner/name", "start")
    'https://mybinder.org/v2/gh/owner/name/notebooks?urlpath=lab/tree/start.ipynb'
    """
    return (
        f"https://mybinder.org/v2/gh/{_owner_and_name(repository)}/{BRANCH}?urlpath=lab/tree/{notebook}.ipynb"
    )


def colab(repository: str, notebook: str) -> str:
    """Return the address that opens a notebook of the run edition on Colab.

    Examples
    --------
    >>> colab("https://github.com/owner/name", "03-target")
    'https://colab.research.google.com/github/owner/name/blob/notebooks/03-target.ipynb'
    """
    host = "https://colab.research.google.com/github"
    return f"{host}/{_owner_and_name(repository)}/blob/{BRANCH}/{notebook}.ipynb"


def _owner_and_name(repository: str) -> str:
    return urlsplit(repository).path.strip("/")


def places(
    page: str, own: str, *, chapter: bool, repository: str = "", lite: str = "", takes: str = ""
) -> list[Place]:
    """Return where a page can be run.

    Parameters
    ----------
    page : str
        The page, ``"book/11-staircase"``.
    own : str
        The address of what is said about running the book on one's own machine.
    chapter : bool
        Whether the page is a notebook; another page leads to the start page of the notebooks.
    repository : str
        The address of the repository on GitHub; without one there is neither Binder nor Colab.
    lite : str
        The address of the site that runs this chapter in the browser; "" if it is not offered there.
    takes : str
        How long the page computes, as ``"one minute"``; "" if that is not known.

    Returns
    -------
    list of Place

    Examples
    --------
    >>> [place.name for place in places("book/03-target", "#running", chapter=True)]
    ['On your own machine']
    """
    notebook = PurePosixPath(page).name if chapter else START
    found = []
    if repository:
        found.append(Place("On Binder", BINDER_NOTE, binder(repository, notebook)))
        if chapter:
            found.append(Place("On Colab", COLAB_NOTE, colab(repository, notebook)))
    if lite and chapter:
        found.append(Place("In this browser", LITE_NOTE, f"{lite}?path={quote(notebook)}.ipynb"))
    if repository and chapter:
        file = f"{repository}/blob/{BRANCH}/{notebook}.ipynb"
        found.append(Place("Download the notebook", DOWNLOAD_NOTE, file, "fas fa-download"))
    note = f"{OWN_NOTE}; this one computes for about {takes}" if takes else OWN_NOTE
    return [*found, Place("On your own machine", note, own, "fas fa-code")]


def computing_time(doctree: nodes.document) -> str:
    """Return how long a page computes, from the line below its objectives; "" if it does not say."""
    said = _TIME.search(" ".join(text.astext() for text in doctree.findall(nodes.emphasis)))
    if said is None:
        return ""
    return f"{said[1]} minute{'' if said[1] == 'one' else 's'}"


def menu(title: str, offered: Iterable[Place]) -> dict:
    """Return a menu as the theme makes its own from: a name in the first line, what to know in the second."""
    buttons = [
        {
            "type": "link",
            "url": escape(place.address),
            "text": f"{escape(place.name)}<small>{escape(place.note)}</small>",
            "icon": place.icon,
        }
        for place in offered
    ]
    return {
        "type": "group",
        "tooltip": title,
        "icon": "fas fa-rocket",
        "buttons": buttons,
        "label": "run-buttons",
    }


def add_menu(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Put the menu before the theme's own, and say which file of the page is only its source."""
    if doctree is None:
        return
    chapter = Path(app.env.doc2path(page)).suffix == ".ipynb"
    offered = places(
        page,
        f"{context['pathto'](app.config.root_doc).removesuffix('#')}#running",
        chapter=chapter,
        repository=app.config.html_theme_options.get("repository_url", ""),
        lite=lite_site(app.config) if PurePosixPath(page).name in app.config.launch_lite else "",
        takes=computing_time(doctree),
    )
    for button in _source_buttons(context["header_buttons"]) if chapter else ():
        button |= {"text": "source of the page", "tooltip": "The notebook as it is written, without results"}
    context["header_buttons"].insert(0, menu("Run this chapter" if chapter else "Run the book", offered))


def _source_buttons(buttons: Iterable[dict]) -> list[dict]:
    return [
        button
        for group in buttons
        for button in group.get("buttons", ())
        if button["label"] == "download-source-button"
    ]


def where_to_run(repository: str, lite: str = "") -> str:
    """Return the list of the landing page, in Markdown: what each place asks for, and what it grants.

    Parameters
    ----------
    repository : str
        The address of the repository on GitHub, or "".
    lite : str
        The address of the site that runs chapters in the browser, or "".

    Examples
    --------
    >>> print(where_to_run("").partition(".")[0])
    - **On your own machine
    """
    found = []
    if repository:
        found.append(
            f"**In the browser, with nothing to install.** [Binder]({binder(repository, START)}) lends you a machine and "
            "asks for no account. It starts within some minutes, and takes longer after the book has changed. It grants one "
            "processor and 2 GB of memory. It stops when you are away for ten minutes, and keeps nothing: download what you "
            "want to keep."
        )
        if lite:
            found[0] += (
                f" Some chapters run [in the browser itself]({lite}), on no machine but yours. That is slower, and the first "
                "visit loads the programs."
            )
        found.append(
            "**On Colab, with a Google account.** The menu at the head of each chapter opens it there. Its first cell installs "
            "the package, in about ten seconds, and changes nothing else."
        )
    own = (
        "**On your own machine.** In a copy of the project, `make lab` installs what is missing, builds the book and opens the "
        "chapters: a quarter of an hour the first time, seconds later. It needs Python 3.11 to 3.13 and `make`."
    )
    if repository:
        own += f" For the notebooks alone take the branch `{BRANCH}`; its README says how to start them."
    return "\n".join(f"- {text}" for text in [*found, own])


def lite_site(config: Config) -> str:
    """Return the address of the site that runs chapters in the browser, beside the pages; "" if they have none."""
    return f"{config.html_baseurl.rstrip('/')}/lite/lab/index.html" if config.html_baseurl else ""


def settings(app: Sphinx, config: Config) -> None:
    """Let the landing page say where the book can be run."""
    repository = config.html_theme_options.get("repository_url", "")
    told = where_to_run(repository, lite_site(config) if config.launch_lite else "")
    config.myst_substitutions = {**config.myst_substitutions, "where_to_run": told}


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("launch_lite", [], "html", list)
    app.connect("config-inited", settings, priority=901)
    app.connect("html-page-context", add_menu, priority=502)  # after the theme's own menus
    return {"parallel_read_safe": True, "parallel_write_safe": True}
