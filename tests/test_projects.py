"""The projects: their starting code runs on a tiny text, and says what their text says it will; their points add up."""

from __future__ import annotations

import re
import runpy

import matplotlib.pyplot as plt
import numpy as np
import pytest
from classroom.source import SOURCES

from w2vlib.course.attributes import student_language, student_rng

PROJECTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(SOURCES.glob("project-*.md"))}
LEVELS = ["all there", "good", "in part", "missing"]


def blocks(name: str) -> list[str]:
    """The code of a project, the settings first."""
    return re.findall(r"^```python\n(.*?)^```", PROJECTS[name], flags=re.S | re.M)


def ran(name: str, folder, settings: dict[str, str]) -> dict:
    """The names that the code leaves, with some of its settings changed."""
    first, *rest = blocks(name)
    for before, after in settings.items():
        assert before in first, f"{before!r} is no setting of {name}"
        first = first.replace(before, after)
    (folder / "code.py").write_text("\n".join([first, *rest]), encoding="utf-8")
    return runpy.run_path(str(folder / "code.py"))


def test_a_text_of_one_s_own_is_foretold_and_trained_on(tmp_path, monkeypatch, capsys):
    language, rng = student_language("ada", even=False), student_rng("ada", "project")
    (tmp_path / "mytext").write_text(
        "\n".join(" ".join(language.text(200, rng)) for _ in range(150)), encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    found = ran(
        "project-own-corpus", tmp_path, {"1000, 8": "32, 5", "= 50, 0.01": "= 8, 0.001", "2), 10": "2), 4"}
    )
    exact = np.linalg.eigvalsh(np.asarray(language.target(5)))[::-1]
    assert np.allclose(found["modes"].values[:4], exact[:4], rtol=0.15)  # counted, and therefore noisy
    assert 3 <= found["stand_out"] <= np.sum(exact > 0)
    assert found["inside"].shape == (3, 4) and found["inside"].mean() > 0.7
    assert np.array_equal(np.load(tmp_path / "prediction.npz")["mean"], found["told"].mean[:4])
    assert (tmp_path / "counts.w2v").exists()
    assert "directions stand out" in capsys.readouterr().out


def test_the_example_of_a_broken_assumption_fails_by_its_law(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(plt, "show", lambda: None)
    found = ran(
        "project-break-the-theory",
        tmp_path,
        {"150, 10": "40, 5", "[0.01, 0.02, 0.04, 0.08, 0.16, 0.32]": "[0.02, 0.08, 0.32]"},
    )
    plt.close("all")
    assert abs(found["slope"] - 1) < 0.05 and f"slope: {found['slope']:.2f}" in capsys.readouterr().out
    assert np.allclose(found["errors"].mean(axis=1) / found["KNOB"], 0.43, atol=0.03)
    assert (tmp_path / "broken.png").exists()


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project_has_all_its_parts_and_a_hundred_points(name):
    text = PROJECTS[name]
    for part in (
        "What to hand in",
        "Milestones",
        "Code to begin with",
        "Pitfalls",
        "The text",
        "How it is marked",
    ):
        assert re.search(rf"^## {part}", text, flags=re.M), part
    assert "at most 4 pages" in text and "| hours |" in text
    head, *rows = re.findall(r"^\| (?:\*\*|criterion).*\|$", text, flags=re.M)
    assert [cell.strip() for cell in head.strip("| ").split("|")][1:] == LEVELS
    points = [[int(number) for number in re.findall(r"\| (\d+): ", row)] for row in rows]
    assert 5 <= len(points) <= 6 and sum(levels[0] for levels in points) == 100
    assert all(
        len(levels) == 4 and sorted(levels, reverse=True) == levels and levels[-1] == 0 for levels in points
    )
    hours = [int(hour) for hour in re.findall(r"\(week [^,]*, (\d+) hours\)", text)]
    assert sum(hours) == int(re.search(r"\| hours \| about (\d+)", text)[1])
