"""The ledger of claims: its rows, their numbers and bands, and small books that hold a ledger."""

from __future__ import annotations

import doctest
import io
import re
from pathlib import Path

import check_claims
import claims
import nbformat
import pytest
import small_books
import yaml
from bs4 import BeautifulSoup
from build_book import notebooks
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

ROOT = Path(__file__).resolve().parents[1]
ROWS = [row for path in claims.files() for row in claims.read(path)]
CHAPTERS = {path.stem: nbformat.read(path, as_version=4) for path in notebooks()}
#: One row, well-formed, and what its chapter glues.
RAW = {
    "id": "P01", "source": "§1", "claim": "It *rises*, as $x^2$ {does:.1f}.", "theirs": "—",
    "ours": "It rises by {up-share:.1f} % in {up-years:d} years, in runs by {up-runs:s}.",
    "bands": {"up-share": [None, 4], "up-years": [30, 30], "up-runs": [0, 0.5]},
    "cells": ["01-up#0a0b0c0d"], "verdict": "confirmed",
}  # fmt: skip
GLUED = {"up-share": "3.94", "up-years": "30", "up-runs": "'0.32 to 0.37'"}


def row(**changes) -> claims.Row:
    return claims.row_of(RAW | changes)


# The rows of the book.


def test_every_claim_of_the_sources_has_its_row():
    """The paper makes 59, its post 11, the article 22 that were numbered first; more may follow."""
    ids = [row.id for row in ROWS]
    assert claims.twice(ROWS) == []
    for letter, least in {"P": 59, "B": 11, "A": 22, "W": 25}.items():
        found = sorted(int(name[1:]) for name in ids if name[0] == letter)
        assert found == list(range(1, len(found) + 1)), f"gaps among {letter}: {found}"
        assert len(found) >= least, f"{letter} has {len(found)} rows of {least}"


def test_rows_stand_in_order():
    ids = [row.id for row in ROWS]
    assert ids == sorted(ids, key=lambda name: ("PBAW".index(name[0]), name))


def test_figures_and_cells_exist_and_carry_the_claims():
    assert list(check_claims.places(ROWS, CHAPTERS)) == []


def test_every_number_is_glued_by_one_chapter():
    """Names may be made by f-strings, whose fields stand for anything."""
    made: dict[str, set[str]] = {}
    for chapter, notebook in CHAPTERS.items():
        for cell in notebook.cells:
            for f, name in re.findall(r'\bglue\(\s*(f?)"([^"]+)"', cell.source):
                made.setdefault(re.sub(r"\{[^}]*\}", "*" if f else r"\g<0>", name), set()).add(chapter)
    patterns = [re.compile(".*".join(map(re.escape, name.split("*")))) for name in made]
    missing = [
        f"{row.id}: {name}"
        for row in ROWS
        for name in row.bands
        if not any(pattern.fullmatch(name) for pattern in patterns)
    ]
    assert missing == []
    assert {name: found for name, found in made.items() if len(found) > 1} == {}


# The form of a row.


def test_a_row_as_it_should_be():
    assert list(claims.ill(RAW)) == []
    made = row()
    assert made.by == "the paper" and made.cells == ("01-up#0a0b0c0d",)
    assert list(made.numbers()) == [("up-share", ".1f"), ("up-years", "d"), ("up-runs", "s")]


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"id": "X1"}, "an id is"),
        ({"verdict": "true"}, "the verdict is one of"),
        ({"verdict": "within limits"}, "says why"),
        ({"why": "So."}, "says why"),
        ({"theirs": None}, "theirs is missing"),
        ({"ours": ""}, "ours is missing"),
        ({"shown": 1}, "a row has no shown"),
        ({"bands": RAW["bands"] | {"up-more": [0, 1]}}, "the band of up-more belongs to no number"),
        ({"bands": {"up-share": [0, 4], "up-years": [30, 30]}}, "up-runs has no band"),
        ({"bands": RAW["bands"] | {"up-years": [None, None]}}, "the band of up-years is"),
        ({"bands": RAW["bands"] | {"up-years": [31, 30]}}, "the band of up-years is"),
        ({"bands": RAW["bands"] | {"up-years": ["3", 30]}}, "the band of up-years is"),
        ({"ours": RAW["ours"].replace("up-share:.1f", "up-share")}, "up-share needs a format"),
        ({"cells": []}, "where it is shown is missing"),
        ({"ours": "It does.", "bands": {}, "cells": [], "figure": "fig-up"}, "the cell is needed"),
        ({"cells": ["01-up"]}, "a cell is a chapter and an id"),
    ],
)  # fmt: skip
def test_what_is_ill_formed_is_named(changes, said, tmp_path):
    assert any(said in text for text in claims.ill(RAW | changes)), list(claims.ill(RAW | changes))
    path = tmp_path / "paper-1.yml"
    path.write_text(yaml.safe_dump([RAW, RAW | changes]))
    with pytest.raises(ValueError, match=rf"paper-1\.yml, .*{re.escape(said)}"):
        claims.read(path)


@pytest.mark.parametrize("module", [claims])
def test_examples_in_the_documentation_hold(module):
    found = doctest.testmod(module)
    assert found.attempted and not found.failed


# Numbers and bands.


def test_numbers_within_their_bands_are_no_fault():
    assert list(claims.faults(row(), GLUED)) == []
    assert claims.filled(row(), GLUED) == (
        "It rises by 3.9 % (at most 4) in 30 (exactly 30) years, in runs by 0.32 to 0.37 (at most 0.5)."
    )


@pytest.mark.parametrize(
    "name, value, said",
    [
        ("up-share", "4.01", "P01: up-share is 4.01, out of its band, at most 4"),
        ("up-share", "nan", "P01: up-share is no single number but nan"),
        ("up-years", "29", "P01: up-years is 29, out of its band, exactly 30"),
        ("up-runs", "'0.32 to 0.57'", "P01: up-runs is 0.57, out of its band, at most 0.5"),
        ("up-runs", "'−0.1 to 0.37'", "P01: up-runs is -0.1, out of its band, at most 0.5"),
        ("up-runs", "'none'", "P01: up-runs is no single number"),
        ("up-share", "'1 to 3'", "P01: up-share is no single number"),
        ("up-share", None, "P01: no chapter glues up-share"),
    ],
)
def test_a_number_that_leaves_its_band_is_named(name, value, said):
    values = {key: text for key, text in (GLUED | {name: value}).items() if text is not None}
    (fault,) = claims.faults(row(), values)
    assert fault.startswith(said)


def test_a_missing_name_is_told_its_neighbour():
    (fault,) = claims.faults(row(), {key.replace("years", "year"): text for key, text in GLUED.items()})
    assert fault == "P01: no chapter glues up-years; there is up-year"


@pytest.mark.parametrize(
    "source, tags, said",
    [
        ("assert True", [], ""),
        ("x = 1\nprint(x)", ["hide-input"], ""),
        ("for x in y:\n    check_that(x)", [], ""),
        ("table", [], ""),
        ("x = 1", [], "neither asserts nor shows"),
        ("assert True", ["remove-cell"], "not in sight"),
    ],
)
def test_a_cell_that_carries_a_claim_is_in_sight_and_says_something(source, tags, said):
    cell = new_code_cell(source, id="0a0b0c0d", metadata={"tags": tags})
    found = check_claims.cell_fault(new_notebook(cells=[cell]), "0a0b0c0d")
    assert said in found and bool(said) == bool(found)
    assert check_claims.cell_fault(new_notebook(cells=[cell]), "ffffffff") == "does not exist"
    start, end = (new_markdown_cell("```{solution-%s}\n```" % part) for part in ("start", "end"))
    if not said:
        inside = new_notebook(cells=[start, cell, end])
        assert "not in sight" in check_claims.cell_fault(inside, "0a0b0c0d")


@pytest.mark.parametrize("share, code", [("3.94", 0), ("4.01", 1)])
def test_the_command_tells_every_row_and_what_is_wrong(share, code, tmp_path, monkeypatch, capsys):
    (tmp_path / "paper-1.yml").write_text(yaml.safe_dump([RAW], sort_keys=False))
    (tmp_path / "01-up.ipynb").write_text(chapter({}))
    monkeypatch.setattr(claims, "FOLDER", tmp_path)
    monkeypatch.setattr(check_claims, "notebooks", lambda: [tmp_path / "01-up.ipynb"])
    monkeypatch.setattr(check_claims, "computed", lambda chapters: GLUED | {"up-share": share})
    assert check_claims.main() == code
    told = capsys.readouterr().out
    assert told.startswith(f"P01 confirmed: It rises by {float(share):.1f} % (at most 4) in 30")
    assert ("1 rows, every number within its band" in told) == (code == 0)
    assert ("P01: up-share is 4.01, out of its band" in told) == (code == 1)


# A ledger in a book.


def chapter(values: dict[str, str], **metadata) -> str:
    """A chapter with one cell that asserts, and one that glues."""
    glue = [
        new_output(
            "display_data",
            {"application/papermill.record/text/plain": text},
            metadata={"scrapbook": {"name": name, "mime_prefix": "application/papermill.record/"}},
        )
        for name, text in values.items()
    ]
    return nbformat.writes(
        new_notebook(
            metadata={
                "kernelspec": {"name": "python3", "display_name": "x"},
                "language_info": {"name": "python"},
            },
            cells=[
                new_markdown_cell("# Up\n\n## The *rise*\n\n(here)=\n## Again\n\n{ref}`first <claim-p01>`\n"),
                new_code_cell("assert True", id="0a0b0c0d", metadata=metadata),
                new_code_cell("glue()", id="0a0b0c0e", metadata={"tags": ["remove-cell"]}, outputs=glue),
            ],
        )
    )


@pytest.fixture
def little_book(tmp_path, monkeypatch):
    """A function that builds a book of one chapter and a ledger; it returns warnings and the ledger."""
    monkeypatch.setattr(claims, "FOLDER", tmp_path)
    (tmp_path / "claims.md").write_text(
        "# Claims\n\n```{claims-summary}\n```\n\n```{claims} paper-1\n```\n\n```{toctree}\n01-up\n```\n"
    )

    def build(values=GLUED, metadata=None, **changes):
        (tmp_path / "paper-1.yml").write_text(yaml.safe_dump([RAW | changes], sort_keys=False))
        (tmp_path / "01-up.ipynb").write_text(chapter(values, **(metadata or {})))
        warnings = io.StringIO()
        settings = {
            "extensions": ["myst_nb", "ledger"],
            "root_doc": "claims",
            "exclude_patterns": ["jupyter_execute"],
            "numfig": True,
            "nb_execution_mode": "off",
            "myst_heading_anchors": 3,
            "myst_enable_extensions": ["dollarmath"],
        }
        out = small_books.build(tmp_path, warnings, **settings)
        page = (out / "claims.html").read_text(encoding="utf-8")
        return warnings.getvalue(), BeautifulSoup(page, "html.parser")

    return build


def test_a_ledger_lays_its_rows_with_the_numbers_of_the_build(little_book, tmp_path):
    warnings, page = little_book(see=["01-up", "01-up#the-rise", "01-up#here"])
    assert warnings == ""
    item = page.select_one("li.claim")
    assert item["id"] == "p01" and {"confirmed", "by-P"} <= set(item["class"])
    assert item.select_one("em").text == "rises" and item.select_one(".math")
    assert (
        "It rises by 3.9 % (at most 4) in 30 (exactly 30) years, in runs by 0.32 to 0.37 (at most 0.5)."
        in (" ".join(item.select_one(".claim-facts").text.split()))
    )
    links = {link.text: link["href"] for link in item.select("dd a")}
    assert links == {
        "code in chapter 1": "01-up.html#cell-0a0b0c0d",
        "chapter 1": "01-up.html",
        "The rise, chapter 1": "01-up.html#the-rise",
        "chapter 1 (2)": "01-up.html#here",
    }
    there = BeautifulSoup((tmp_path / "_build" / "01-up.html").read_text(encoding="utf-8"), "html.parser")
    assert there.find("a", href="claims.html#p01").text == "first"
    assert "assert" in there.find(id="cell-0a0b0c0d").text and not there.find(id="cell-0a0b0c0e")
    assert [cell.text for cell in page.select(".claims-summary td")][:4] == ["1", "0", "0", "0"]


def test_a_number_of_a_later_build_is_laid_and_judged_anew(little_book, tmp_path):
    """Although only the chapter has changed."""
    assert little_book()[0] == ""
    warnings, page = little_book(GLUED | {"up-share": "4.2"})
    assert "WARNING: P01: up-share is 4.2, out of its band, at most 4" in warnings
    assert "4.2 %" in page.select_one("li.claim").text


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"values": {"up-years": "30", "up-runs": "'0.3'"}}, "P01: no chapter glues up-share"),
        ({"figure": "fig-up"}, "P01: no page has the figure fig-up"),
        ({"cells": ["02-down#0a0b0c0d"]}, "P01: there is no page 02-down"),
        ({"cells": ["01-up#0a0b0c0f"]}, "P01: no cell 0a0b0c0f stands on the page 01-up"),
        ({"cells": ["01-up#0a0b0c0e"]}, "P01: no cell 0a0b0c0e stands on the page 01-up"),
        ({"see": ["01-up#nowhere"]}, "P01: the page 01-up has no nowhere"),
        ({"verdict": "true"}, "paper-1.yml, P01: the verdict is one of"),
    ],
)
def test_what_does_not_hold_is_a_warning_and_so_stops_the_book(changes, said, little_book):
    warnings, _ = little_book(**changes)
    assert "WARNING" in warnings and said in warnings


def test_warnings_stop_the_making_of_the_book():
    """The ledger relies on it."""
    assert '"-W"' in (ROOT / "tools" / "build_book.py").read_text(encoding="utf-8")
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    assert "claims" not in " ".join(config["sphinx"]["config"]["suppress_warnings"])
