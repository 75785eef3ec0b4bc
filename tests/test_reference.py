"""What the reference pages are made from: docstrings, click, measured runtimes, CITATION.cff; paths and words of the book."""

from __future__ import annotations

import doctest
import importlib
import json
import math
import re
import sys
from pathlib import Path

import build_book
import citations
import pytest
import reading
import reference
import runtime_table
import runtimes
import two_at_a_time
import yaml
from pybtex.database import parse_file, parse_string
from test_docstrings import LIBRARY

ROOT = Path(__file__).resolve().parents[1]
INTRO = (ROOT / "book" / "intro.md").read_text(encoding="utf-8")
CFF = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


@pytest.mark.parametrize("module", [citations, reference, runtime_table], ids=lambda module: module.__name__)
def test_examples_run(module):
    done = doctest.testmod(module)
    assert done.attempted and not done.failed


# Names and the chapters that introduce them.


def test_every_room_of_the_package_has_its_section():
    """The rooms are those whose names others may import; the page need not list a name."""
    page = (ROOT / "book" / "api.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## (w2vlib\.\w+)\n\n```\{public-names\} (\S+)\n```$", page, re.M)
    assert [title for title, _ in sections] == [room for _, room in sections]
    assert sorted(room for _, room in sections) == reference.rooms()
    shown = {
        f"{module.__name__}.{name}"
        for _, room in sections
        for module in reference.parts_of(room)
        for name in module.__all__
    }
    assert {name for name, *_ in offered()} == shown


def offered():
    """The names that the public modules of the library offer, each with the module and what it stands for."""
    for place in LIBRARY:
        module = importlib.import_module(place) if "._" not in place else None
        for name in getattr(module, "__all__", ()):
            thing = getattr(module, name)
            if place != "w2vlib" and (
                getattr(thing, "__module__", place) == place or "._" in thing.__module__
            ):
                yield f"{place}.{name}", module, thing


def test_every_public_name_says_which_chapter_introduces_it():
    things = list(offered())
    said = {name: reference.docstring_of(module, name.rpartition(".")[2]) for name, module, _ in things}
    assert [name for name, docstring in said.items() if not reference.chapter_of(docstring)] == []
    assert len(things) > 100


def test_what_only_names_the_chapter_is_not_said_twice():
    class Builder:
        found_docs = {"book/03-target", "book/assumptions"}

    class App:
        env = Builder

    def read(*lines):
        lines = list(lines)
        reference.link_chapters(App, "function", "f", None, {}, lines)
        return lines

    assert read(
        "Do it.", "", "Notes", "-----", "Introduced in chapter *target*.", "", "Examples", "--------"
    ) == [
        "Do it.",
        "",
        "Examples",
        "--------",
    ]
    kept = read("Our own.  Introduced in", "chapter *target*, and in chapter *assumptions*.")
    assert " ".join(kept) == (
        "Our own.  Introduced in chapter 3, :doc:`/book/03-target`, and in :doc:`/book/assumptions`."
    )
    with pytest.raises(LookupError, match="chapter \\*nowhere\\*"):
        read("See chapter *nowhere*.")


# What the chapters took.


def finished(name, seconds, memory):
    return two_at_a_time.Finished(name, 0, seconds, memory, "")


def test_what_is_not_executed_anew_keeps_its_figures(tmp_path):
    runtimes.keep(
        tmp_path, [finished("book/01-a.ipynb", 5.0, 10), finished("book/b.ipynb", 6.0, 20)], whole=7.0
    )
    runtimes.keep(tmp_path, [finished("book/b.ipynb", 8.0, 30)])
    before = (tmp_path / runtimes.FILE).read_text()
    runtimes.keep(tmp_path, [])
    assert (tmp_path / runtimes.FILE).read_text() == before
    known = json.loads(before)
    assert known["chapters"] == {
        "book/01-a.ipynb": {"seconds": 5.0, "memory": 10},
        "book/b.ipynb": {"seconds": 8.0, "memory": 30},
    }
    assert known["whole"] == 7.0
    assert known["machine"]["python"] == ".".join(map(str, sys.version_info[:3]))
    assert known["machine"]["cores"] >= 1


def test_the_table_of_runtimes_says_what_was_measured_and_what_was_not():
    measured = {
        "chapters": {
            "book/01-a.ipynb": {"seconds": 59.6, "memory": 1.2e9},
            "book/gone.ipynb": {"seconds": 1, "memory": 1},
        },
        "machine": {"processor": "", "cores": 2, "system": "Linux on x", "python": "3.12.1", "numpy": "2.0"},
        "whole": 90.0,
    }
    told = runtime_table.told(measured, ["book/01-a.ipynb", "book/b-c.ipynb"])
    assert "**Measured on** 2 cores, Linux on x, with Python 3.12.1 and NumPy 2.0." in told
    assert "| [1](01-a.ipynb) a | 60 | 1200 |\n| [b c](b-c.ipynb) | — | — |" in told
    assert "gone" not in told
    assert "All of them took less than a minute, and 0 of 1 less than 1 GB." in told
    assert "two at a time, in 1.5 minutes" in told
    assert "| — | — |" in runtime_table.told({}, ["book/b.ipynb"])  # a clone that never executed anything


def test_a_build_writes_down_what_it_executed(tmp_path, monkeypatch):
    """The atlases are not chapters, what failed took no time, and only a cold build tells the whole."""
    pages = [ROOT / "book" / f"{name}.ipynb" for name in ("a", "b")]

    def build(*names, codes=(0, 0)):
        def run(commands):
            yield finished("the concept atlases", 9.0, 1)
            for name, code in zip(names, codes):
                yield two_at_a_time.Finished(f"book/{name}.ipynb", code, 5.0, 10, "")

        monkeypatch.setattr(build_book, "BUILD", tmp_path)
        monkeypatch.setattr(build_book, "notebooks", lambda: pages)
        monkeypatch.setattr(build_book, "matplotlib_lists_fonts", lambda: None)
        stale = {ROOT / "book" / f"{name}.ipynb": "state" for name in names}
        monkeypatch.setattr(build_book.chapters, "stale_chapters", lambda _: stale)
        monkeypatch.setattr(build_book.two_at_a_time, "run", run)
        build_book.compute()
        path = tmp_path / runtimes.FILE
        return json.loads(path.read_text()) if path.exists() else {}

    assert build() == {}
    known = build("a", codes=[1])
    assert known == {}
    known = build("a")
    assert set(known["chapters"]) == {"book/a.ipynb"} and "whole" not in known
    known = build("a", "b")
    assert set(known["chapters"]) == {"book/a.ipynb", "book/b.ipynb"} and known["whole"] >= 0


# How to cite.


def test_the_entries_say_what_the_file_says():
    texts = citations.told(CFF, pages="https://words.example/", repository="https://github.com/owner/name")
    book, package, paper = (
        next(iter(parse_string(re.search(r"```bibtex\n(.*?)```", text, re.S)[1], "bibtex").entries.values()))
        for text in texts.values()
    )
    assert (book.fields["title"], book.fields["url"]) == (CFF["title"], "https://words.example/")
    assert (package.fields["version"], package.fields["url"]) == (
        CFF["version"],
        "https://github.com/owner/name",
    )
    assert {entry.fields["year"] for entry in (book, package)} == {str(CFF["date-released"])[:4]}
    listed = parse_file(ROOT / "book" / "references.bib").entries["karkada2025"]
    assert paper.type == listed.type
    for name in ("title", "booktitle", "volume", "year", "url"):
        assert paper.fields[name] == re.sub("[{}]", "", listed.fields[name])
    assert list(map(str, paper.persons["author"])) == list(map(str, listed.persons["author"]))
    assert not any("url" in text for text in list(citations.told(CFF).values())[:2]), "there is no address"


def test_the_readme_and_the_changelog_say_the_same():
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").replace("\n>", " ").split())
    paper = CFF["references"][0]
    assert (
        paper["title"] in readme
        and f"*{paper['collection-title']}* {paper['volume']}, {paper['year']}" in readme
    )
    for author in paper["authors"]:
        assert author["family-names"] in readme
    latest = re.search(r"^## (\S+) – (\S+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert latest.groups() == (CFF["version"], str(CFF["date-released"]))


def test_the_changelog_names_what_exists():
    """A name on the right of its table can be imported, or is an attribute of what is written before it."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.*?) \| (.*`.*) \|$", text, re.M)
    assert len(rows) >= 5
    package = importlib.import_module("w2vlib")
    owners = {"modes": package.Spectrum, "embedding": package.Embedding, "Embedding": package.Embedding}
    for _, new in rows:
        for written in re.findall(r"`([\w.]+)", new):
            if written.startswith("w2vlib."):
                importlib.import_module(written)
                continue
            owner, _, name = written.rpartition(".")
            assert hasattr(owners.get(owner, package), name), written


# The three paths.


def paths() -> dict[str, list[str]]:
    """The lines of each path on the landing page, by its name."""
    found = re.findall(r"^:{5}\{dropdown\} \*\*(.*?):\*\*.*?\n(.*?)^:{5}$", INTRO, re.M | re.S)
    return {name: re.findall(r"^\d+\. (.*)$", text, re.M) for name, text in found}


def said(line: str) -> int:
    return int(re.search(r"(\d+) minutes", line)[1])


def stated(stem: str) -> int:
    """The minutes at the head of a chapter."""
    text = (ROOT / "book" / f"{stem}.ipynb").read_text(encoding="utf-8")
    return int(re.search(r"\*(\d+) minutes to read", text)[1])


def test_half_an_hour_is_half_an_hour():
    lines = paths()["30 minutes"]
    for line in lines:
        places = re.findall(r"\]\(([\w-]+)\.ipynb#([\w-]+)\)", line)
        minutes = sum(reading.sections(ROOT / "book" / f"{stem}.ipynb")[anchor] for stem, anchor in places)
        assert places and said(line) == math.ceil(minutes), f"{minutes:.1f}: {line}"
    assert 25 <= sum(map(said, lines)) <= 30


def test_an_afternoon_is_an_afternoon():
    lines = paths()["An afternoon"]
    for line in lines:
        assert said(line) == stated(re.search(r"\]\(([\w-]+)\.ipynb\)", line)[1]), line
    assert 180 <= sum(map(said, lines)) <= 240


def test_a_course_is_every_part_of_the_book():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    parts = {}
    for part in toc["parts"]:
        stems = [chapter["file"].removeprefix("book/") for chapter in part["chapters"]]
        chapters = [stem for stem in stems if (ROOT / "book" / f"{stem}.ipynb").exists()]
        if chapters:
            parts[part["caption"]] = chapters
    lines = paths()["A course"]
    assert [re.match(r"\[(.*?)\]\(([\w-]+)", line).groups() for line in lines] == [
        (caption, chapters[0]) for caption, chapters in parts.items()
    ]
    assert [said(line) for line in lines] == [sum(map(stated, chapters)) for chapters in parts.values()]


def test_every_path_says_what_is_known_after_each_step():
    assert list(paths()) == ["30 minutes", "An afternoon", "A course"]
    for lines in paths().values():
        assert len(lines) >= 5 and all(re.search(r"minutes.*\. You (know|can) ", line) for line in lines)


def test_the_landing_page_leads_to_every_page_of_reference():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    [part] = [part for part in toc["parts"] if part["caption"] == "Reference"]
    names = [chapter["file"].removeprefix("book/") for chapter in part["chapters"]]
    linked = set(re.findall(r"\]\(([\w-]+)\.md\)", INTRO))
    assert set(names) <= linked
    assert names == [
        "teaching",
        "notation",
        "glossary",
        "api",
        "data",
        "runtimes",
        "changelog",
        "cite",
        "bibliography",
    ]
