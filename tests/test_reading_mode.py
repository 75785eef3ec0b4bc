"""What of a cell is folded when the book is read, and what stays in sight."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest
from reading_mode import checks_in, is_check, split_cell

BOOK = Path(__file__).resolve().parents[1] / "book"
CELLS = [
    cell.source
    for path in sorted(BOOK.glob("*.ipynb"))
    for cell in nbformat.read(path, as_version=4).cells
    if cell.cell_type == "code"
]


def labels(code: str, used: str = "") -> list[str]:
    return [part.label for part in split_cell(code, used.split())]


def test_imports_and_loading_are_set_up():
    code = "import numpy as np\nfrom w2vlib.course import plots\n\nplots.use_style()\nrng = np.random.default_rng(0)\nSEEDS = range(3)\nstats = w2vlib.load_wikipedia()"
    assert labels(code) == ["Set-up"]
    assert labels(code + "\nM = w2vlib.m_star(stats)") == ["Set-up", ""]


def test_one_line_of_set_up_before_a_thought_is_not_worth_a_fold():
    assert labels("import torch\nT = torch.ones(3)\nprint(T)") == [""]


def test_assertions_fold_where_they_stand_and_are_counted():
    code = "a = f(1)\nassert a == 2\nassert a > 1\nprint(a)\nassert a < 3"
    parts = split_cell(code)
    assert [part.label for part in parts] == ["", "✓ 2 checks passed", "", "✓ 1 check passed"]
    assert parts[1].code == "assert a == 2\nassert a > 1"


def test_check_helpers_count_and_other_calls_do_not():
    code = "answer = 3\ncheck_answer(answer)\nnp.testing.assert_allclose(1, 1)\ncheckered(answer)"
    assert labels(code, "answer") == ["", "✓ 2 checks passed", ""]


def test_loops_that_only_check_fold_and_those_that_also_print_stay():
    loop = "for x in (1, 2):\n    y = f(x)\n    assert y\n    if x:\n        assert x"
    assert labels(f"print(1)\n{loop}") == ["", "✓ 2 checks passed"]
    assert labels(f"print(1)\n{loop}\n    print(x)") == [""]


def test_what_is_computed_for_checks_alone_goes_with_them():
    code = "shown = f(1)\nlater = f(2)\nbest = g(later)\nassert best == later"
    assert labels(code, "shown") == ["", "✓ 1 check passed"]
    assert split_cell(code, ["shown"])[0].code == "shown = f(1)"
    assert labels(code, "shown later") == ["", "✓ 1 check passed"]
    assert split_cell(code, ["shown", "later"])[0].code == "shown = f(1)\nlater = f(2)"


def test_an_assignment_that_changes_something_stays():
    assert labels("row[2] = 1\nassert len(row) == 3") == ["", "✓ 1 check passed"]


def test_comments_and_decorators_stay_with_what_follows_them():
    code = "x = 1\n\n# a guard\nassert x == 1\n\n# the thought\n@cached\ndef f():\n    return 2\n# the end"
    parts = split_cell(code, ["x"])
    assert [part.code.strip() for part in parts] == [
        "x = 1",
        "# a guard\nassert x == 1",
        "# the thought\n@cached\ndef f():\n    return 2\n# the end",
    ]


@pytest.mark.parametrize("code", ["a = 1; assert a", "def f(:", "", "# nothing"])
def test_what_cannot_be_split_by_lines_stays_whole(code):
    assert [(part.code, part.label) for part in split_cell(code)] == [(code, "")]


def test_magic_lines_do_not_disturb():
    assert labels("%matplotlib inline\nx = 1\nprint(x)\nassert x") == ["", "✓ 1 check passed"]


def test_every_cell_of_the_book_keeps_its_lines_its_order_and_its_meaning():
    folded = 0
    for code in CELLS:
        parts = split_cell(code)
        joined = "\n".join(part.code for part in parts)
        assert re.sub(r"\n+", "\n", joined.strip()) == re.sub(r"\n+", "\n", code.strip())
        if not code.lstrip().startswith(("%", "!")):
            assert ast.dump(ast.parse(joined)) == ast.dump(ast.parse(code))
            for part in parts:
                ast.parse(part.code)
                said = re.fullmatch(r"✓ (\d+) checks? passed", part.label)
                assert not said or int(said[1]) == checks_in(ast.parse(part.code)) > 0
        folded += any(part.label for part in parts)
    assert folded > 200


def test_no_assertion_of_the_book_that_stands_for_itself_stays_in_sight():
    for code in CELLS:
        for part in split_cell(code):
            if not part.label:
                assert not [s for s in ast.parse(part.code).body if is_check(s)]
