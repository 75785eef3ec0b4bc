"""First attention by a level that one sets: what the figure says is what the library's forecasts say."""

from __future__ import annotations

import numpy as np
import pytest
from live import agrees, answers, numbers, opened, put

from w2vlib.course.widgets import attend_explorer
from w2vlib.datasets import load_next_word_runs
from w2vlib.dynamics import AttentionForecast


@pytest.fixture(scope="module")
def told():
    return load_next_word_runs()


@pytest.fixture(scope="module")
def figure(told):
    return attend_explorer(told)


def test_it_says_what_the_library_says(browser, figure, told):
    tab = opened(browser, figure)
    agrees(tab, figure)
    runs = {(run["words"], run["seed"]): run for run in told["runs"] if run["rank"] == 0}
    for n, size in enumerate((101, 301)):
        for seed in range(3):
            for level in (0.1, 1.5):
                put(tab, {"words": str(n), "seed": str(seed), "level": level, "place": 1})
                found = numbers(tab)
                for name, what in (("told", "forecast"), ("ran", "course")):
                    logits = np.round(runs[size, seed][what]["logits"], 3)
                    exact = AttentionForecast(logits, np.ones(len(logits)), None, None).first_attention(level)
                    assert found[name] == pytest.approx(10 * exact)
            run = runs[size, seed]
            put(tab, {"words": str(n), "seed": str(seed), "level": 0.1, "place": 3})
            found = numbers(tab)
            assert found["told"] == pytest.approx(run["expected"], abs=1)
            assert found["ran"] == pytest.approx(run["trained"], abs=1)
            column = [row[2] for row in run["forecast"]["logits"]]
            assert found["line"] == pytest.approx(np.interp(found["told"] / 10, range(81), column), abs=1e-3)
    tab.context.close()


def test_answers_to_every_hand(browser, figure):
    answers(browser, figure)


def test_bad_input_is_named(told):
    with pytest.raises(ValueError, match="what load_next_word_runs\\(\\) returns"):
        attend_explorer({"runs": told["runs"]})
    with pytest.raises(ValueError, match="what load_next_word_runs\\(\\) returns"):
        attend_explorer({"settings": {"every": 10}, "runs": [{"rank": 0}]})
    with pytest.raises(ValueError, match="runs by position alone"):
        attend_explorer(told | {"runs": [run for run in told["runs"] if run["rank"]]})
    with pytest.raises(ValueError, match="runs by position alone"):
        attend_explorer(told | {"runs": told["runs"][:2] + told["runs"][-6:-5]})
    with pytest.raises(ValueError, match="level must lie between 0.02 and"):
        attend_explorer(told, level=9.0)
    with pytest.raises(ValueError, match="place must be a whole number between 1 and 8, not 9"):
        attend_explorer(told, place=9)
    still = {"logits": [[0.0, 0.0], [0.01, -0.01]]}
    run = {"words": 1, "seed": 0, "rank": 0, "forecast": still, "course": still}
    with pytest.raises(ValueError, match="whose largest logit passes 0.04, not 0.010"):
        attend_explorer({"settings": {"every": 1}, "runs": [run]})
    longer = {"logits": [[0.0, 0.0], [0.5, -0.5], [1.0, -1.0]]}
    with pytest.raises(ValueError, match="all courses must have one shape"):
        attend_explorer({"settings": {"every": 1}, "runs": [run | {"course": longer}]})
