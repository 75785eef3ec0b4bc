"""What each chapter took when it was executed, as Markdown for the page of runtimes: ``{{ runtimes }}``.

``tools/build_book.py`` measures it and writes it down.  This page, and no other, differs from build to build.
"""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath

from sphinx.application import Sphinx

FILE = "_build/runtimes.json"
#: What is promised: a minute and a gigabyte.
SECONDS, MEMORY = 60, 1e9
MEGABYTE = 1e6


def told(measured: dict, pages: list[str]) -> str:
    """Return the machine, the table, and how far the promise was kept.

    Parameters
    ----------
    measured : dict
        What `tools/runtimes.py` has written down.
    pages : list of str
        The notebooks in their order, as ``"book/03-target.ipynb"``.

    Examples
    --------
    >>> print(told({"chapters": {"book/03-up.ipynb": {"seconds": 7.2, "memory": 4e8}}}, ["book/03-up.ipynb"]))
    | chapter | seconds | memory, MB |
    | --- | ---: | ---: |
    | [3](03-up.ipynb) up | 7 | 400 |
    <BLANKLINE>
    The slowest took 7 seconds, and the largest 400 MB. All of them took less than a minute, and all of them less than 1 GB. Together they took 0.1 minutes.
    """
    taken, machine = measured.get("chapters", {}), measured.get("machine")
    known = {page: taken[page] for page in pages if page in taken}
    rows = [f"| {link(page)} | {figures(taken.get(page))} |" for page in pages]
    texts = [on_machine(machine)] if machine else []
    texts.append("| chapter | seconds | memory, MB |\n| --- | ---: | ---: |\n" + "\n".join(rows))
    if known:
        texts.append(" ".join(sentences(known, measured.get("whole"))))
    return "\n\n".join(texts)


def link(page: str) -> str:
    name = PurePosixPath(page)
    number, words = re.fullmatch(r"(\d*)-?(.*)", name.stem).groups()
    words = words.replace("-", " ")
    return f"[{int(number)}]({name.name}) {words}" if number else f"[{words}]({name.name})"


def figures(one: dict | None) -> str:
    """Return the two cells of a row; a dash where nothing was measured."""
    return f"{one['seconds']:.0f} | {one['memory'] / MEGABYTE:.0f}" if one else "— | —"


def on_machine(machine: dict) -> str:
    name = f"{machine['processor']}, " if machine["processor"] else ""
    return (
        f"**Measured on** {name}{machine['cores']} core{'s' * (machine['cores'] != 1)}, {machine['system']}, with Python {machine['python']} "
        f"and NumPy {machine['numpy']}."
    )


def sentences(known: dict[str, dict], whole: float | None) -> list[str]:
    seconds, memory = ([one[what] for one in known.values()] for what in ("seconds", "memory"))
    said = [
        f"The slowest took {max(seconds):.0f} seconds, and the largest {max(memory) / MEGABYTE:.0f} MB.",
        f"{share(seconds, SECONDS)} took less than a minute, and {share(memory, MEMORY).lower()} less than 1 GB.",
        f"Together they took {sum(seconds) / 60:.1f} minutes.",
    ]
    if whole is not None:
        said.append(
            f"The last cold build executed all of them, two at a time, in {whole / 60:.1f} minutes; "
            "making the pages comes on top of that."
        )
    return said


def share(values: list[float], limit: float) -> str:
    """Return how many are below a limit, in words.

    Examples
    --------
    >>> share([1, 2], 3), share([1, 5], 3)
    ('All of them', '1 of 2')
    """
    below = sum(value < limit for value in values)
    return "All of them" if below == len(values) else f"{below} of {len(values)}"


def settings(app: Sphinx, config: object) -> None:
    """Let the page say it."""
    path = Path(app.srcdir) / FILE
    measured = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    pages = app.config.runtimes_of
    config.myst_substitutions = {**config.myst_substitutions, "runtimes": told(measured, pages)}


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("runtimes_of", [], "env", list)
    app.connect("config-inited", settings, priority=902)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
