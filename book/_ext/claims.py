"""The rows of the ledger of claims: what they hold, and whether their numbers are within their bands.

A row says what somebody claims and what this book found, as in ``book/claims/paper-1.yml``::

    - id: P16
      source: §3.2, Lemma 3.1
      claim: From an aligned start each singular value follows a sigmoid of its own.
      theirs: closed form
      ours: Twelve directions of Wikipedia follow it to {one-mode-wiki-miss:.2f} %.
      bands:
        one-mode-wiki-miss: [null, 4]
      figure: fig-one-mode-wiki
      cells: [10-one-mode#1a2b3c4d]
      verdict: confirmed

The letter of its id says who claims it: the paper, its post, the popular article, or this book.  Each
number in ``ours`` is the name of something that a chapter glues, with a format, and has a band in the unit
glued, ``null`` where it is open.  With the format ``s`` it is a text, such as the span "0.32 to 0.37" of
three runs, and every number in it has to be within the band.  A band follows from the claim: outside, the
verdict would be another.  ``see`` names pages instead of figures and cells; ``why`` says which limits, how
contradicted, why not tested.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import yaml
from predictions import numbers_in

FOLDER = Path(__file__).resolve().parents[1] / "claims"
SOURCES = {"P": "the paper", "B": "its post", "A": "the article", "W": "this book"}
CONFIRMED, LIMITS, CONTRADICTED, NOT_TESTED = "confirmed", "within limits", "contradicted", "not tested"
VERDICTS = (CONFIRMED, LIMITS, CONTRADICTED, NOT_TESTED)
#: A name with a format, and the per cent sign that may follow; formulas are passed over.
NUMBER = re.compile(r"\$[^$]+\$|\{(?P<name>[\w.-]+)(?::(?P<spec>[^{}`]*))?\}(?!`)(?P<unit> %)?")
CELL = re.compile(r"[\w-]+#[\w-]+")
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

Band = tuple[float | None, float | None]


@dataclass(frozen=True)
class Row:
    """One claim, what was found, and where it is shown."""

    id: str
    claim: str
    verdict: str
    ours: str = ""
    source: str = ""
    theirs: str = ""
    why: str = ""
    bands: Mapping[str, Band] = ()
    figure: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    see: tuple[str, ...] = ()

    @property
    def by(self) -> str:
        """Who claims it."""
        return SOURCES[self.id[0]]

    def numbers(self) -> Iterator[tuple[str, str]]:
        """Yield the names in `ours` with their formats."""
        for found in NUMBER.finditer(self.ours):
            if found["name"]:
                yield found["name"], found["spec"] or ""


# Reading.


def read(path: Path) -> list[Row]:
    """Return the rows of a file.

    Raises
    ------
    ValueError
        If it holds anything but well-formed rows; all that is wrong is said at once.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    except yaml.YAMLError as error:
        raise ValueError(f"{path.name}: {error}") from error
    wrong = [
        f"{path.name}, {row.get('id', f'row {n}')}: {text}"
        for n, row in enumerate(raw, 1)
        for text in ill(row)
    ]
    if wrong:
        raise ValueError("\n".join(wrong))
    return [row_of(row) for row in raw]


def row_of(raw: Mapping) -> Row:
    """Return a row that is known to be well-formed."""
    lists = {key: _listed(raw.get(key)) for key in ("figure", "cells", "see")}
    texts = {field.name: str(raw.get(field.name, "")).strip() for field in fields(Row)} | lists
    bands = {name: tuple(band) for name, band in (raw.get("bands") or {}).items()}
    return Row(**texts | {"bands": bands})


def ill(raw: Mapping) -> Iterator[str]:
    """Yield what is wrong with the form of a row."""
    unknown = set(raw) - {field.name for field in fields(Row)}
    if unknown:
        yield f"a row has no {', '.join(sorted(unknown))}"
    if not re.fullmatch(rf"[{''.join(SOURCES)}]\d\d", str(raw.get("id"))):
        yield f"an id is a letter and two digits, such as P16, not {raw.get('id')!r}"
        return
    verdict, own = raw.get("verdict"), raw["id"][0] == "W"
    if verdict not in VERDICTS:
        yield f"the verdict is one of {', '.join(VERDICTS)}, not {verdict!r}"
    for key in (
        "claim",
        *(("source", "theirs") if not own else ()),
        *(("ours",) if verdict != NOT_TESTED else ()),
    ):
        if not raw.get(key):
            yield f"{key} is missing"
    if (verdict == CONFIRMED) == bool(raw.get("why")):
        yield "a claim that is not simply confirmed says why, and no other does"
    bands = raw.get("bands") or {}
    named = list(row_of(raw | {"bands": {}}).numbers())
    for name, band in bands.items():
        if not _is_band(band):
            yield f"the band of {name} is [low, high], one of them may be null, not {band!r}"
    for name, spec in named:
        if not spec or spec[-1] not in "deEfgGs%":
            yield f"{name} needs a format, such as {{{name}:.2f}}; s is that of a text with numbers"
        if name not in bands:
            yield f"{name} has no band"
    for name in set(bands) - {name for name, _ in named}:
        yield f"the band of {name} belongs to no number in ours"
    if len(named) > 5:
        yield f"five numbers at most, not {len(named)}"
    shown = [key for key in ("figure", "cells", "see") if raw.get(key)]
    if verdict != NOT_TESTED and not shown:
        yield "where it is shown is missing: figure, cells or see"
    if verdict != NOT_TESTED and not bands and shown == ["figure"]:
        yield "without a number the cell is needed that asserts it, or the page that says it"
    for cell in _listed(raw.get("cells")):
        if not CELL.fullmatch(cell):
            yield f"a cell is a chapter and an id, such as 10-one-mode#1a2b3c4d, not {cell!r}"


def _listed(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),) if value else ()


def _is_band(band: object) -> bool:
    if not (isinstance(band, list) and len(band) == 2) or band == [None, None]:
        return False
    ends = [end for end in band if end is not None]
    return all(isinstance(end, int | float) for end in ends) and ends == sorted(ends)


def files() -> list[Path]:
    """Return the files of the ledger, in the order of the sources."""
    return sorted(
        FOLDER.glob("*.yml"),
        key=lambda path: ["paper", "post", "article", "own"].index(path.stem.split("-")[0]),
    )


def twice(rows: Iterable[Row]) -> list[str]:
    """Return the ids that several rows have."""
    return [name for name, count in Counter(row.id for row in rows).items() if count > 1]


# Numbers and bands.


def numbers(text: str) -> list[float]:
    """Return what is glued as numbers: it is one, or a text that holds some, such as a span of three runs.

    Examples
    --------
    >>> numbers("0.36"), numbers("'0.4'"), numbers("'0.32 to 0.37'"), numbers("'none'")
    ([0.36], [0.4], [0.32, 0.37], [])
    """
    try:
        value = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        value = text
    return [float(value)] if isinstance(value, int | float) else numbers_in(str(value))


def told(value: float, spec: str) -> str:
    """Return a number as it is read.

    Examples
    --------
    >>> told(0.123, ".0%"), told(3.1e-15, ".0e"), told(-2, ".1f")
    ('12 %', '3·10⁻¹⁵', '−2.0')
    """
    text = format(int(value) if spec[-1] == "d" else value, spec)
    digits, power, exponent = text.partition("e")
    if power:
        ten = "10" + str(int(exponent)).translate(SUPERSCRIPTS)
        text = ten if digits == "1" else f"{digits}·{ten}"
    return text.replace("%", " %").replace("-", "−")


def shown(text: str, spec: str) -> str:
    """Return what is glued as it is read."""
    return str(ast.literal_eval(text)) if spec == "s" else told(numbers(text)[0], spec)


def band_told(band: Band, spec: str = "g") -> str:
    """Return a band in words, in the unit of its number's format.

    Examples
    --------
    >>> band_told((None, 4)), band_told((0.5, None), ".0%"), band_told((-2, 2)), band_told((30, 30))
    ('at most 4', 'at least 50 %', '−2 to 2', 'exactly 30')
    """
    low, high = (end if end is None else _end_told(end, spec) for end in band)
    if low is None or (band[0] == 0 and band[1]):
        return f"at most {high}"
    if high is None:
        return f"at least {low}"
    return f"exactly {low}" if low == high else f"{low} to {high}"


def _end_told(end: float, spec: str) -> str:
    return told(100 * end, "g") + " %" if spec[-1] == "%" else told(end, ",g")


def faults(row: Row, values: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with the numbers of a row.

    Parameters
    ----------
    row
        A row of the ledger.
    values
        What the chapters have glued, as text, by name.
    """
    for name, spec in row.numbers():
        if name not in values:
            near = difflib.get_close_matches(name, values, 1)
            yield f"{row.id}: no chapter glues {name}" + (f"; there is {near[0]}" if near else "")
            continue
        found = numbers(values[name])
        if not found or (len(found) > 1 and spec != "s"):
            yield f"{row.id}: {name} is no single number but {values[name][:40]}"
        low, high = row.bands[name]
        for value in found:
            if (low is None or value >= low) and (high is None or value <= high):
                continue
            yield (
                f"{row.id}: {name} is {value:.6g}, out of its band, {band_told(row.bands[name])}. "
                f"Look whether {row.verdict!r} still holds: "
                "mend what the row says, or what the chapter computes"
            )


def filled(row: Row, values: Mapping[str, str]) -> str:
    """Return `ours` in plain text, each number with its band."""

    def tell(found: re.Match) -> str:
        name, spec = found["name"], found["spec"]
        if not name or name not in values:
            return found[0]
        return f"{shown(values[name], spec)}{found['unit'] or ''} ({band_told(row.bands[name], spec)})"

    return NUMBER.sub(tell, row.ours)
