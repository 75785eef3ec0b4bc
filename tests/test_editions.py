"""The notebooks that people run: text that every place renders, numbers filled in, solutions as asked for."""

from __future__ import annotations

import base64
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import launch
import nbformat
import pytest
import run_notebooks
from addresses import Address
from editions import chapter, places
from editions.markdown import THIN_SPACE, Translator
from editions.sentences import placed, sentences
from editions.source import Computed, Labels
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from w2vlib.course.told import PLACE

TOOLS = Path(run_notebooks.__file__).parent
#: One white dot.
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC"
LABELS = Labels(
    {
        "eq-one": {"kind": "equation", "number": "62", "page": "12-here"},
        "eq-n": {"kind": "equation", "number": "7", "page": "03-there"},
        "thm-one": {"kind": "theorem", "number": "14", "page": "12-here"},
        "fig-one": {"kind": "figure", "number": "44", "page": "12-here"},
        "ex-one": {"kind": "exercise", "number": "45", "page": "12-here"},
    },
    {
        "12-here": {
            "yan1994": {
                "names": "Yan et al., 1994",
                "address": "https://doi.org/10.1109/72",
                "entry": "Yan. Flow.",
            },
            "old1936": {"names": "Old and Young, 1936", "address": "", "entry": "Old and Young. Rank."},
        }
    },
)


def glued(name: str, text: str, picture: str | None = None):
    data = {"application/papermill.record/text/plain": text}
    if picture:
        data["application/papermill.record/image/png"] = picture
    return new_output("display_data", data, metadata={"scrapbook": {"name": name}})


def translator(
    values: dict[str, str] | None = None, website: str = "", anchors=(), others=None
) -> Translator:
    computed = Computed(values=values or {}, others=others or {})
    return Translator(
        "12-here",
        LABELS,
        computed,
        frozenset({"12-here", "03-there", "notation"}),
        website,
        frozenset(anchors),
    )


# Text.


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{eq}`eq-one` and {eq}`eq-N`", "[(62)](#eq-one) and [(7)](03-there.ipynb#eq-N)"),
        ("{prf:ref}`thm-one`, {numref}`fig-one`", "[Theorem 14](#thm-one), [Fig. 44](#fig-one)"),
        ("{cite:t}`yan1994` found", "[Yan et al. (1994)](https://doi.org/10.1109/72) found"),
        (
            "known {cite:p}`yan1994,old1936`.",
            "known ([Yan et al., 1994](https://doi.org/10.1109/72); [Old and Young, 1936](#old1936)).",
        ),
        ("{glue:text}`share:.1f` % of {glue:text}`who`", "47.1 % of all words"),
        ("$x = {}${glue:text}`share:.1f`", f"$x = {{}}${THIN_SPACE}47.1"),
        ("*M*{sup}`⋆`", "*M*<sup>⋆</sup>"),
        ("{ref}`Direction 17 <atlas-direction-17>`", "Direction 17"),
        ("write ``{eq}`eq-one` `` so", "write ``{eq}`eq-one` `` so"),
        ("as `{x}` in $\\{a\\}`b$", "as `{x}` in $\\{a\\}`b$"),
        ("[notation](notation.md#sizes)", "[notation](notation.ipynb#sizes)"),
        ("[x](03-there.ipynb#part), [y](#fig-one)", "[x](03-there.ipynb#part), [y](#fig-one)"),
        ("[web](https://example.org/a.md)", "[web](https://example.org/a.md)"),
        ("a\n\n% a comment\n\nb", "a\n\n\nb"),
    ],
)  # fmt: skip
def test_lines(source, expected):
    assert translator({"share": "47.11", "who": "'all words'"}).text(source) == expected


def test_a_page_that_is_no_notebook_is_found_on_the_website():
    assert (
        translator(website="https://a.org/").text("[x](atlas.md#y)") == "[x](https://a.org/book/atlas.html#y)"
    )
    assert translator().text("[x](atlas.md)") == "[x](start.ipynb)"


def test_equations_keep_the_numbers_of_the_pages():
    new = translator().text("So\n\n$$\na\n= b\n$$ (eq-one)\n\nand\n\n$$\nc\n$$")
    assert new == 'So\n\n<a id="eq-one"></a>\n\n$$\na\n= b \\tag{62}\n$$\n\nand\n\n$$\nc\n$$'


def test_an_equation_in_a_list_stays_in_the_list():
    new = translator().text("1. First\n\n   $$\n   a\n   $$ (eq-one)\n\n2. Second")
    lines = new.split("\n")
    assert "   a \\tag{62}" in lines and '   <a id="eq-one"></a>' in lines and lines[-1] == "2. Second"


def test_a_theorem_is_a_quote_with_formulas_on_one_line():
    new = translator().text(
        "```{prf:theorem} On $x$\n:label: thm-one\n\nLet\n\n$$\na \\\\\nb\n$$ (eq-one)\n```"
    )
    assert new.startswith('<a id="thm-one"></a>\n\n> **Theorem 14** (On $x$).\n>\n> Let\n')
    assert "> $$ a \\\\ b \\tag{62} $$" in new.split("\n")
    assert all(line.startswith(">") for line in new.split("\n")[2:])


def test_what_answers_is_folded_and_what_asks_is_quoted_without_its_answer():
    new = translator().text("````{admonition} What happens\n:class: dropdown\n\nIt *rises*.\n````")
    assert new == "<details>\n<summary><b>What happens</b></summary>\n\nIt *rises*.\n\n</details>"
    asks = "```{admonition} Predict\n:class: tip predict\n\nHow much?\n\n- a\n- b\n\n% kind: choice\n% answer: 2\n```"
    new = translator().text(asks)
    assert new == "> **Predict**\n>\n> How much?\n>\n> - a\n> - b"


def test_a_quiz_keeps_its_reasons_folded():
    quiz = "```{admonition} Question 1\n:class: quiz\n\n% kind: choice\n\nWhy?\n\n- This\n  - No.\n- That\n  - Yes.\n\n% answer: 2\n```"
    before, after = translator().text(quiz).split("<details>")
    assert before == "**Question 1.** Why?\n\n- This\n- That\n\n"
    assert "- ✗ **This** No.\n- ✓ **That** Yes." in after


def test_only_headings_that_links_lead_to_get_an_anchor():
    new = translator(anchors=["where-it-stands", "what-w2vlib-is"])
    assert new.text("## Where it stands\n\nx") == '<a id="where-it-stands"></a>\n\n## Where it stands\n\nx'
    assert new.text("## Elsewhere") == "## Elsewhere"
    assert new.text("## What `w2vlib` *is*").startswith('<a id="what-w2vlib-is"></a>')


def test_a_term_of_the_glossary_stands_out():
    new = translator().text("```{glossary}\nspectrum\n  All *values*, {eq}`eq-one`.\n```")
    assert new == "**spectrum**\n\nAll *values*, [(62)](#eq-one)."


def test_sources_are_listed_by_name():
    new = translator().text("```{bibliography}\n:filter: docname in docnames\n```")
    assert new.index("Old and Young. Rank.") < new.index("Yan. Flow.") and '<a id="old1936"></a>' in new


@pytest.mark.parametrize("source", ["{nonsense}`x`", "```{figure} x.png\n```"])
def test_markup_without_a_rule_is_named(source):
    with pytest.raises(
        ValueError, match="12-here: there is no rule for the (role 'nonsense'|directive 'figure')"
    ):
        translator().text(source)


def test_a_label_that_the_pages_do_not_have_is_named():
    with pytest.raises(KeyError, match="the pages have no label 'eq-none'; is the book built"):
        translator().text("{prf:ref}`eq-none`")


# Sentences.


def test_each_sentence_with_a_number_is_told_where_its_last_number_is_known():
    text = "No number. First {glue:text}`a:.1f` of 3. Then *both*, {glue:text}`a:.0f` and {glue:text}`b`.\n\nNone."
    found = list(sentences([text, text], translator({"a": "1.25", "b": "'two'"})))
    assert [sentence.text for sentence in found] == [
        "First ⟦a:.1f|1.2⟧ of 3.", "Then *both*, ⟦a:.0f|1⟧ and ⟦b|two⟧.",
    ]  # fmt: skip
    where = placed(found, {4: ["a"], 9: ["b", "c"], 12: ["a"]})  # a value kept twice is known the first time
    assert {place: [s.text[:5] for s in at] for place, at in where.items()} == {4: ["First"], 9: ["Then "]}


def test_a_number_of_another_chapter_is_told_and_no_run_of_this_one_changes_it():
    here = translator({"a": "1.25"}, others={"03-there": Computed(values={"far": "0.98765"})})
    assert here.text("It is {glue:text}`03-there.ipynb::far:.2f`.") == "It is 0.99."
    text = "Alone {glue:text}`03-there.ipynb::far:.2f`. Both {glue:text}`a:.1f`, {glue:text}`03-there.ipynb::far:.1f`."
    [sentence] = sentences([text], here)
    assert sentence.text == "Both ⟦a:.1f|1.2⟧, 1.0." and sentence.names == {"a"}


@pytest.mark.parametrize("before", ["- ", "12. ", "> ", "> - ", "  * ", "## "])
def test_a_sentence_begins_after_the_marks_of_its_line(before):
    [sentence] = sentences([f"{before}It is {{glue:text}}`a`."], translator({"a": "1"}))
    assert sentence.text == "It is ⟦a|1⟧."


# Chapters.

#: One black dot, whose colours are kept.
BLACK = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC"


def small_chapter() -> nbformat.NotebookNode:
    start, end = "```{{{0}-start}} {1}\n{2}\n```\n\n", "\n\n```{{{0}-end}}\n```"
    stub = "```python\ndef f(x):\n    ...\n\nfrom checks import check_f\ncheck_f(f)\n```"
    figure = {"figure": {"name": "fig-one", "caption": "It has {glue:text}`n`."}, "image": {"alt": "A dot."}}
    return new_notebook(
        cells=[
            new_markdown_cell("(chap)=\n# Title", id="title"),
            new_code_cell("import numpy as np\nfrom myst_nb import glue", id="imports"),
            new_code_cell('glue("n", 3, display=False)', id="plumbing", metadata={"tags": ["remove-cell"]}),
            new_markdown_cell("There are {glue:text}`n`.", id="told"),
            new_code_cell("plot()", id="figure", metadata={"tags": ["hide-input"], "mystnb": figure}),
            new_code_cell("print(1)", id="answer", metadata={"tags": ["hide-output"]}),
            new_markdown_cell(
                "## Exercises\n\n" + start.format("exercise", "Write it", ":label: ex-one") + "Do.\n\n" + stub
                + end.format("exercise"), id="asks",
            ),
            new_markdown_cell(start.format("solution", "ex-one", ":class: dropdown") + "Thus.", id="solves"),
            new_code_cell('def f(x):\n    return x\n\nprint("right")\nglue("m", 4, display=False)', id="code"),
            new_markdown_cell("So {glue:text}`m`." + end.format("solution"), id="ends"),
        ]
    )  # fmt: skip


def made(
    solutions: str, source: nbformat.NotebookNode | None = None, more: dict[str, list] | None = None
) -> nbformat.NotebookNode:
    """The small chapter in an edition, or another one; ``more`` says what further cells have put out."""
    source = source or small_chapter()
    executed = new_notebook(cells=[cell.copy() for cell in source.cells if cell.cell_type == "code"])
    picture = {"image/svg+xml": "<svg/>", "image/png": PNG, "text/plain": "<Figure>", "text/html": "<b>"}
    outputs = {
        "plumbing": [glued("n", "3"), glued("drawn", "<Figure>", PNG)],
        "figure": [new_output("display_data", picture)],
        "answer": [new_output("stream", name="stdout", text="1\n")],
        "code": [new_output("stream", name="stdout", text="right\n"), glued("m", "4")],
    } | (more or {})
    for cell in executed.cells:
        cell.outputs = outputs.get(cell.id, [])
    computed = Computed.of(executed)
    text = Translator("12-here", LABELS, computed, frozenset({"12-here"}))
    return chapter.Editor(source, computed, text, LABELS, "pass", "> About.").notebook(solutions)


def by_id(notebook) -> dict:
    return {cell.id: cell for cell in notebook.cells}


def test_imports_on_several_lines_stay_whole():
    source = small_chapter()
    [imports] = [cell for cell in source.cells if cell.id == "imports"]
    imports.source += "\nfrom os.path import (\n    join,\n    split)"
    code = by_id(made(chapter.FOLDED, source))["imports"].source
    compile(code, "imports", "exec")
    assert code.endswith("    split)\nfrom w2vlib.course.told import Told\n\nglue = Told()")


def test_the_run_edition_of_a_small_chapter():
    cells = by_id(made(chapter.FOLDED))
    assert list(cells) == [
        "title", "about", "setup", "imports", "plumbing", "told", "figure", "figure-c", "answer", "asks", "asks-1",
        "solves-s",
    ]  # fmt: skip
    assert "glue = Told()" in cells["imports"].source and "myst_nb" not in cells["imports"].source
    assert cells["told"].source == "There are 3."
    assert cells["plumbing"].metadata.jupyter.source_hidden and not cells["plumbing"].outputs
    assert "glue.retell([\n    'There are ⟦n|3⟧.',\n    'It has ⟦n|3⟧.',\n])" in cells["plumbing"].source
    [output] = cells["figure"].outputs
    assert set(output.data) == {"image/png", "text/plain"}, "no script, and the picture that all places show"
    assert output.metadata["image/png"]["alt"] == "A dot."
    assert cells["figure-c"].source == '<a id="fig-one"></a>\n\n**Fig. 44** It has 3.'
    assert cells["answer"].metadata.jupyter.outputs_hidden and cells["answer"].outputs
    for name in ("setup", "plumbing", "figure"):
        folded = {"jupyter": {"source_hidden": True}, "cellView": "form"}
        assert cells[name].metadata == folded, "in JupyterLab and on Colab, and what is put out stays in view"
    assert not cells["imports"].metadata and "source_hidden" not in cells["answer"].metadata.jupyter
    assert cells["asks"].source.endswith("### Exercise 45: Write it\n\nDo.")
    assert cells["asks"].source.startswith("## Exercises\n")
    assert "\n# check_f(f)  # take away" in cells["asks-1"].source
    solution = cells["solves-s"].source
    assert solution.startswith("<details>\n<summary><b>Solution to exercise 45</b>") and "Thus." in solution
    assert "It prints\n\n```text\nright\n```" in solution
    assert "return x" in solution and "So 4." in solution and "right" in solution and "glue(" not in solution


def test_a_figure_that_answers_is_folded_with_its_caption():
    source = small_chapter()
    next(cell for cell in source.cells if cell.id == "figure").metadata["tags"].append("hide-output")
    cells = by_id(made(chapter.FOLDED, source))
    assert cells["figure"].metadata.jupyter.outputs_hidden
    assert "outputs_hidden" not in cells["setup"].metadata.jupyter, "one folded cell is no other"
    folded = (
        '<a id="fig-one"></a>\n\n<details>\n<summary><b>Fig. 44: what it shows</b></summary>\n\nIt has 3.'
    )
    assert cells["figure-c"].source.startswith(folded)


def test_what_follows_the_code_of_an_exercise_is_kept():
    source = small_chapter()
    asks = next(cell for cell in source.cells if cell.id == "asks")
    asks.source = asks.source.replace("check_f(f)\n```", "check_f(f)\n```\n\nSee {eq}`eq-one`.")
    assert by_id(made(chapter.FOLDED, source))["asks-2"].source == "See [(62)](#eq-one)."


def test_plumbing_in_a_solution_is_no_part_of_what_is_read():
    source = small_chapter()
    next(cell for cell in source.cells if cell.id == "code").metadata["tags"] = ["remove-cell"]
    assert "return x" not in by_id(made(chapter.FOLDED, source))["solves-s"].source


def test_what_a_cell_has_put_out_is_kept_under_it():
    source = small_chapter()
    source.cells[1:1] = [new_code_cell("one", id="one"), new_code_cell("two", id="two")]
    table = new_output("execute_result", {"text/plain": "t", "text/markdown": "| t |"}, execution_count=9)
    picture = new_output("display_data", {"text/plain": "<Figure>", "image/png": BLACK})
    warned = new_output("stream", name="stderr", text="careful\n")
    cells = by_id(made(chapter.FOLDED, source, {"one": [table, warned], "two": [picture]}))
    assert cells["one"].outputs[0].data == table.data and cells["one"].outputs[1] == warned
    assert pixel(cells["two"].outputs[0]) == (0, 0, 0) and pixel(cells["figure"].outputs[0]) == (
        255,
        255,
        255,
    )


def pixel(output) -> tuple[int, ...]:
    picture = Image.open(io.BytesIO(base64.b64decode(output.data["image/png"])))
    assert picture.mode == "P", "in few colours"
    return picture.convert("RGB").getpixel((0, 0))


def test_places_know_the_language_and_the_cells_are_counted():
    notebook = made(chapter.CELLS)
    assert notebook.metadata.kernelspec.name == "python3"
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize("live", [False, True])
def test_a_still_is_said_to_be_one_where_its_figure_moves(live):
    source = small_chapter()
    source.cells[0].source += "\n\n```{glue:} second\n```"
    first, second = glued("first", "<Figure>", PNG), glued("second", "<Figure>", BLACK)
    if live:
        second.data["application/papermill.record/text/html"] = "<script>"
    plumbing = [glued("n", "3"), first, second]
    cells = by_id(made(chapter.FOLDED, source, {"plumbing": plumbing}))
    assert pixel(cells["title-p"].outputs[0]) == (0, 0, 0), "the picture that is named"
    assert ("title-q" in cells) == live
    assert not live or cells["title-q"].source == chapter.STILL


def test_a_picture_before_its_cell_stands_in_a_cell_of_its_own():
    source = small_chapter()
    source.cells[
        0
    ].source += (
        "\n\nFirst.\n\n```{glue:figure} drawn\n:name: fig-one\n:alt: A $x$ line.\n\nIt *rises*.\n```\n\nLast."
    )
    cells = by_id(made(chapter.FOLDED, source))
    assert list(cells)[:6] == ["title", "about", "setup", "title-p", "title-q", "imports"]
    assert cells["title"].source.endswith("First.")
    assert cells["title-q"].source == '<a id="fig-one"></a>\n\n**Fig. 44** It *rises*.\n\nLast.'
    [output] = cells["title-p"].outputs
    assert output.data["text/plain"] == PLACE and "image/png" in output.data
    assert output.metadata["image/png"]["alt"] == "A x line."
    assert cells["title-p"].source.endswith("glue = Told()\nglue.place('drawn')")
    assert "Told" not in cells["imports"].source, "there is one"


def test_the_classroom_edition_has_no_solution():
    text = "\n".join(cell.source for cell in made(chapter.LEFT_OUT).cells)
    assert "Do." in text and "def f(x):\n    ..." in text
    assert not any(part in text for part in ("Solution", "Thus.", "return x", "right", "So 4."))


def test_the_checked_edition_runs_its_solutions_and_tells_their_numbers():
    notebook = made(chapter.CELLS)
    cells, order = by_id(notebook), list(by_id(notebook))
    assert order.index("asks-1") < order.index("code") < order.index("code-t") < order.index("ends-s")
    assert cells["code"].outputs[0].text == "right\n"
    assert "'So ⟦m|4⟧.'" in cells["code-t"].source


def test_the_code_that_is_kept_is_the_code_of_the_pages():
    written = [cell.source for cell in small_chapter().cells if cell.cell_type == "code"]
    run = "\n".join(cell.source for cell in made(chapter.CELLS).cells if cell.cell_type == "code")
    for code in written[1:]:
        assert code in run


# Places.


def ran_first_cell(address: Address, before: str) -> subprocess.CompletedProcess:
    """The first cell run by IPython, with pip replaced by its name."""
    pip = "from IPython.core.magic import register_line_magic\n@register_line_magic\ndef pip(line):\n    print('pip', line)\n"
    command = [
        sys.executable,
        "-m",
        "IPython",
        "--no-banner",
        "--colors=nocolor",
        "-c",
        f"{pip}{before}\n{places.setup(address)}",
    ]
    return subprocess.run(command, capture_output=True, text=True)


PUBLIC = Address("https://github.com/owner/name", "https://a.org")
MISSING = "import importlib.util\nimportlib.util.find_spec = lambda name: None"


@pytest.mark.parametrize("address", [Address(), PUBLIC])
def test_the_first_cell_does_nothing_where_the_package_is(address):
    assert ran_first_cell(address, "").stdout == ""


def test_the_first_cell_installs_the_package_alone_where_it_is_missing():
    said = ran_first_cell(PUBLIC, MISSING).stdout.strip()
    assert said == "pip install -q --no-deps git+https://github.com/owner/name@notebooks"


def test_pages_and_notebooks_name_the_same_branch():
    assert places.BRANCH == launch.BRANCH


def test_the_first_cell_takes_the_package_of_the_site_in_a_browser():
    said = ran_first_cell(PUBLIC, f"{MISSING}\nimport sys\nsys.platform = 'emscripten'").stdout.strip()
    assert said == 'pip install -q "w2vlib[plots]"'


def test_the_first_cell_says_what_to_do_where_nothing_can_be_installed():
    run = ran_first_cell(Address(), MISSING)
    assert "w2vlib is missing: run `pip install .`" in run.stdout + run.stderr


@pytest.mark.parametrize("website", ["https://a.org/b", "https://a.org/b/"])
def test_a_notebook_says_which_chapter_it_is_and_where_its_page_is(website):
    said = places.about("07-best-answer", Address("", website))
    assert "chapter 7 of" in said and "[The page](https://a.org/b/book/07-best-answer.html)" in said
    assert "a page of" in places.about("assumptions", PUBLIC) and "The page" not in places.about(
        "01-x", Address()
    )


def test_the_start_page_lists_every_chapter_with_its_own_time():
    book = places.ROOT / "book"
    rows = re.findall(r"^\| \[\w+\]\(([\w-]+)\.ipynb\) .*\| (\d+) min \|$", texts_of_start(), re.M)
    chapters = {path.stem for path in book.glob("[0-9]*.ipynb")}
    assert chapters <= {name for name, _ in rows}
    for name, minutes in rows:
        assert f"*{minutes} minutes to read" in (book / f"{name}.ipynb").read_text(encoding="utf-8")


def texts_of_start() -> str:
    return "\n".join(cell.source for cell in places.start(PUBLIC).cells)


# The comparison.

SAYS = "print('the same')"


def ran(folder: Path, code: str, printed: str, **more) -> subprocess.CompletedProcess:
    outputs = [new_output("stream", name="stdout", text=printed)] if printed else []
    cell = new_code_cell(code, outputs=outputs + more.get("outputs", []), execution_count=1)
    path = folder / "a.ipynb"
    nbformat.write(chapter.notebook_of([cell]), path)
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(TOOLS), *filter(None, [os.environ.get("PYTHONPATH")])])
    }
    return subprocess.run(
        [str(part) for part in run_notebooks.command(path)],
        cwd=TOOLS.parent, env=environment, capture_output=True, text=True,
    )  # fmt: skip


def test_a_notebook_that_says_the_same_passes(tmp_path):
    assert ran(tmp_path, SAYS, "the same\n").returncode == 0


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        ("import numpy as np\nprint(np.random.default_rng().random())", "0.5\n"),  # without a seed
        ("print(1 + 1e-15)", "1.000000000000002\n"),  # in the last digit
        ("print('more')", ""),  # where the book says nothing
        ("pass", "something\n"),  # nothing where the book says something
        ("assert False", ""),
        (
            "from w2vlib.course.told import Told\nglue = Told()\nglue('n', 4)\nglue.retell(['There are ⟦n|3⟧.'])",
            "",
        ),  # a number of a sentence
    ],
)
def test_a_notebook_that_says_something_else_fails(tmp_path, code, printed):
    run = ran(tmp_path, code, printed)
    assert run.returncode == 1, run.stdout


def test_how_a_picture_is_stored_is_not_compared_but_that_there_is_one_is(tmp_path):
    code = (
        "from IPython.display import display\n"
        "display({'text/plain': '<Figure>', 'image/svg+xml': '<svg/>', 'image/png': 'AAAA',"
        " 'text/html': '<b>'}, raw=True)"
    )
    stored = new_output("display_data", {"text/plain": "<Figure>", "image/png": PNG})
    assert ran(tmp_path, code, "", outputs=[stored]).returncode == 0
    assert ran(tmp_path, "pass", "", outputs=[stored]).returncode == 1
