"""What the chapters promise to readers: time, order, exercises, predictions, symbols, spelling."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import reading
import yaml
from test_project import text_of as prose

ROOT = Path(__file__).resolve().parents[1]
BOOK = ROOT / "book"
CHAPTERS = sorted(BOOK.glob("[0-9][0-9]-*.ipynb"))
PAGES = sorted(BOOK.glob("*.ipynb"))
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
each_page = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)


# Time.


@each_page
def test_a_page_says_how_long_it_takes_to_read_and_is_right(path):
    said = re.search(r"^\*(\d+) minutes to read, exercises apart; computing takes .*\.\*$", prose(path), re.M)
    assert said, "a line such as: *45 minutes to read, exercises apart; computing takes about one.*"
    minutes = reading.minutes(path)
    assert minutes <= 65
    assert minutes <= int(said[1]) < minutes + 10, f"it takes {minutes:.0f} minutes"


def test_reading_counts_prose_and_visible_code_and_no_exercises(tmp_path):
    new = nbformat.v4
    words = "```{prf:theorem} A title of five\n:label: thm-x\n\nInside $x = 1$ it.\n\n$$\ny\n$$ (eq-y)\n```\n"
    cells = [
        new.new_markdown_cell("# One two\n\nthree [four](target.md) {cite:t}`key`\n\n" + words),
        new.new_markdown_cell("```python\nnot prose\n```\nfive\n\n% hint: not prose\n% either"),
        new.new_code_cell("1 + 1"),
        new.new_code_cell("hidden", metadata={"tags": ["hide-input"]}),
        new.new_markdown_cell(
            "```{exercise-start} Solve\n:label: ex\n```\n\nApart.\n\n```{exercise-end}\n```"
        ),
        new.new_markdown_cell("```{solution-start} ex\n```\n"),
        new.new_code_cell("2"),
        new.new_markdown_cell("```{solution-end}\n```"),
        new.new_markdown_cell("last"),
    ]
    path = tmp_path / "page.ipynb"
    nbformat.write(new.new_notebook(cells=cells), path)
    assert reading.reading(path) == (4 + 4 + 2 + 1 + 1, 1)


# Order.


def in_order() -> list[str]:
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    files = [chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]
    return [file.removeprefix("book/") for file in files if (ROOT / f"{file}.ipynb").exists()]


def test_chapters_are_numbered_in_reading_order():
    numbered = [name for name in in_order() if name[:2].isdigit()]
    assert [int(name[:2]) for name in numbered] == list(range(1, len(numbered) + 1))
    assert numbered == [path.stem for path in CHAPTERS]


@each_page
def test_each_page_leads_to_the_next(path):
    order = in_order()
    place = order.index(path.stem)
    if place + 1 < len(order):
        end = re.search(r"\*\*What next\.?\*\*(.*)", prose(path), flags=re.S)
        assert end, "it ends with **What next.**"
        links = re.findall(r"\]\(([\w-]+)\.ipynb", end[1])
        assert links and links[0] == order[place + 1]


def test_the_landing_page_lists_all_chapters_by_their_titles():
    listed = re.findall(
        r"^\| \[(?:\d+|assumptions|single claims)\]\(([\w-]+)\.ipynb\) \| (.*) \|$", prose(BOOK / "intro.md"), re.M
    )
    titles = {path.stem: re.search(r"^# (.*)$", prose(path), re.M)[1] for path in PAGES}
    assert listed == [(name, titles[name]) for name in in_order()]


def numbers_in_links():
    for path in [*PAGES, *sorted(BOOK.glob("*.md"))]:
        for text, target in re.findall(r"\[([^\]]*)\]\((\d\d-[\w-]+)\.ipynb[^)]*\)", prose(path)):
            yield path.name, text, target


def test_links_to_chapters_lead_there_and_say_their_numbers():
    names = {path.stem for path in CHAPTERS}
    for page, text, target in numbers_in_links():
        assert target in names, f"{page}: {target}"
        number = re.fullmatch(r"(?:.*[Cc]hapters? )?(\d+)", text)
        assert not number or int(number[1]) == int(target[:2]), f"{page}: [{text}]({target})"


@each_page
def test_the_last_and_the_next_chapter_are_the_neighbours(path):
    order = in_order()
    place = order.index(path.stem)
    for which, target in re.findall(r"\[[Tt]he (last|next) (?:chapter|page)\]\(([\w-]+)\.ipynb", prose(path)):
        assert order.index(target) == place + {"last": -1, "next": 1}[which], f"the {which} chapter: {target}"


def test_docstrings_name_chapters_that_exist():
    names = {path.stem[3:] if path.stem[:2].isdigit() else path.stem for path in PAGES}
    for path in [*(ROOT / "w2vlib").rglob("*.py"), *(ROOT / "tools").glob("*.py")]:
        for slug in re.findall(r"[Cc]hapter\s+\*([\w-]+)\*", path.read_text(encoding="utf-8")):
            assert slug in names, f"{path.name}: {slug}"


# Exercises and predictions.


def exercises(path: Path) -> list[tuple[str, str, str]]:
    """Kind, difficulty and label of each exercise."""
    starts = re.findall(
        r"\{exercise-start\}.*\n:label: (\S+)\n```\n\s*\*\*(\w[\w ]*) · (★+)\*\*", prose(path)
    )
    assert len(starts) == prose(path).count("{exercise-start}"), (
        "each exercise begins with its kind and difficulty"
    )
    return [(kind, stars, label) for label, kind, stars in starts]


@each_chapter
def test_exercises_are_of_three_kinds_and_marked_by_difficulty(path):
    kinds = [kind for kind, _, _ in exercises(path)]
    assert (
        {"Pencil and paper", "Compute", "Explain"}
        <= set(kinds)
        <= {
            "Pencil and paper",
            "Compute",
            "Explain",
            "Open",
        }
    )
    assert all(len(stars) <= 3 for _, stars, _ in exercises(path))


@each_chapter
def test_what_is_to_be_explained_has_a_marking_rubric(path):
    for kind, _, label in exercises(path):
        solution = re.search(
            rf"\{{solution-start\}} {label}\n(.*?)\{{solution-end\}}", prose(path), flags=re.S
        )
        assert solution, label
        assert kind != "Explain" or re.search(r"\*\*Marking", solution[1]), (
            f"{label} has no **Marking rubric**"
        )


def test_each_part_has_an_open_question():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    for part in toc["parts"]:
        paths = [ROOT / f"{chapter['file']}.ipynb" for chapter in part["chapters"]]
        chapters = [path for path in paths if path in CHAPTERS]
        kinds = [kind for path in chapters for kind, _, _ in exercises(path)]
        assert not chapters or "Open" in kinds, part["caption"]


BOX = re.compile(
    r"^(`{3,})\{admonition\} Predict before you run\n:class: tip predict\n(.*?)^\1$", flags=re.M | re.S
)
ANSWER = "{admonition} What happens\n:class: dropdown"


@each_chapter
def test_predictions_are_asked_without_formulas_and_answered_out_of_sight(path):
    asked = [body for _, body in BOX.findall(prose(path))]
    assert 1 <= len(asked) <= 3
    for body in asked:
        assert "$" not in body, "a question has no formulas"
        assert re.search(r"^% kind: \w+$", body, re.M), (
            "a question says how it is answered, in a comment at its end"
        )
    answered = 0
    for after in re.split(BOX, prose(path))[3::3]:
        answered += ANSWER in after or not after.strip()  # two questions may have one answer
    assert answered == len(asked)


# Symbols.

MARKS = {"mathcal", "hat", "tilde", "bar", "mathbf", "mathsf", "widehat", "widetilde", "overline", "mathbb"}
NAMES = {"text", "mathrm", "operatorname", "textit", "texttt", "rm", "begin", "end"}
GREEK = set(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta kappa varkappa lambda mu nu xi pi varpi "
    "rho varrho sigma varsigma tau phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega "
    "ell".split()
)
TOKEN = re.compile(r"\\([a-zA-Z]+)|\\.|([A-Za-z])|.", flags=re.S)
#: e and π; the index of a sum where i, j and k are taken; real numbers and expectations.
EVERYBODYS = {"e", "pi", "l", "mathbb R", "mathbb E"}


def end_of_argument(tex: str, start: int) -> int:
    while start < len(tex) and tex[start] == " ":
        start += 1
    if tex[start : start + 1] != "{":
        return TOKEN.match(tex, start).end() if start < len(tex) else start
    depth = 0
    for place in range(start, len(tex)):
        depth += {"{": 1, "}": -1}.get(tex[place], 0)
        if not depth:
            return place + 1
    return len(tex)


def symbols(tex: str) -> list[str]:
    """The letters of a formula with what stands on top of them; not those in subscripts and names."""
    found, place = [], 0
    while place < len(tex):
        token = TOKEN.match(tex, place)
        command, letter, place = token[1], token[2], token.end()
        if command in NAMES or token[0] == "_":
            place = end_of_argument(tex, place)
        elif command in MARKS:
            end = end_of_argument(tex, place)
            found += [f"{command} {inner}" for inner in symbols(tex[place:end].strip("{} "))]
            place = end
        elif command in GREEK or letter:
            found.append(command or letter)
    return found


def formulas(text: str) -> list[str]:
    text = re.sub(r"`[^`\n]*`", "", text)
    return [a or b for a, b in re.findall(r"\$\$(.*?)\$\$|\$([^$\n]+)\$", text, flags=re.S)]


def test_symbols_are_found():
    assert symbols(r"\tilde W_{ij}^\top \frac{e^{2\lambda_k t}}{\mathcal L} + \operatorname{sat}(x)") == [
        "tilde W", "e", "lambda", "t", "mathcal L", "x",
    ]  # fmt: skip


def head(tex: str) -> str:
    """What a formula in the first column of the notation page names: its first symbol, or its name."""
    name = re.match(r"\\(?:operatorname|mathrm)\{([^}]*)\}|\\(cos|odot|lVert)", tex)
    return name[1] or name[2] if name else symbols(tex)[0]


def listed() -> dict[str, str]:
    """The symbols on the notation page, and their rows."""
    found: dict[str, str] = {}
    for row in (BOOK / "notation.md").read_text(encoding="utf-8").splitlines():
        first = row.split("|")[1] if row.startswith("|") else ""
        for symbol in {head(tex) for tex in formulas(first)}:
            assert symbol not in found, f"{symbol} has two meanings:\n{found[symbol]}\n{row}"
            found[symbol] = row
    return found


@each_page
def test_every_symbol_is_on_the_notation_page_or_introduced_here(path):
    known, text = set(listed()), prose(path)
    introduced = " ".join(re.findall(r"Only on this page:(.*?)(?:\n\n|$)", text, flags=re.S))
    heads = [formulas(part)[:1] for part in introduced.split(";")]  # "$x$, the abscissa; $y$, the ordinate"
    local = {symbol for tex in sum(heads, []) for symbol in symbols(tex)[:1]}
    assert not local & known, f"{sorted(local & known)} mean something else on the notation page"
    used = {symbol for tex in formulas(text) for symbol in symbols(tex)}
    tildes = {f"tilde {symbol}" for symbol in known}  # the notation page says what a tilde means
    unknown = used - known - local - tildes - EVERYBODYS
    assert not unknown, f"{sorted(unknown)} are not explained"


# Spelling.


def test_spelling():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("this is not a git repository, so the project's files are not known")
    kinds = (".md", ".ipynb", ".py", ".css", ".js", ".yml", ".toml", ".cff", ".bib")
    files = [name for name in listed.stdout.split("\0") if name.endswith(kinds) and (ROOT / name).is_file()]
    done = subprocess.run(
        [Path(sys.executable).with_name("codespell"), *files], cwd=ROOT, capture_output=True, text=True
    )
    assert not done.returncode, done.stdout + done.stderr
