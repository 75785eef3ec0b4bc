"""Ranks and margins of analogies, and accuracy against directions, time and steps."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import w2vlib
from w2vlib import (
    Dynamics,
    Embedding,
    Spectrum,
    analogy_accuracy,
    initial_weights,
    load_analogies,
)
from w2vlib.evaluation import (
    AnalogyCurve,
    accuracy_by_rank,
    accuracy_by_time,
    accuracy_of_snapshots,
    analogy_details,
    family_rise,
)
from w2vlib.training import Trajectory

WORDS = tuple(f"w{i}" for i in range(12))


def random_questions(rng, n=30, words=WORDS):
    return {
        f"family {f}": [tuple(words[i] for i in rng.choice(len(words), 4, replace=False)) for _ in range(n)]
        for f in range(2)
    }


# --- ranks, margins and rivals ---------------------------------------------


@given(st.integers(0, 999), st.integers(1, 6))
def test_rank_1_is_what_is_counted_as_right(seed, d):
    rng = np.random.default_rng(seed)
    space = Embedding(WORDS, rng.standard_normal((12, d)))
    questions = random_questions(rng)
    score, details = analogy_accuracy(space, questions), analogy_details(space, questions)
    for name, found in details.items():
        assert (found.ranks == 1).sum() == score.families[name].correct
        assert found.accuracy == score.families[name].accuracy
        assert found.questions == questions[name]
        assert (1 <= found.ranks).all() and (found.ranks <= 9).all()  # 12 words less those of the question
        if d > 1:  # on a line all scores are ±1 and ties abound
            assert ((found.margins > 0) == (found.ranks == 1)).all()


def test_ranks_margins_and_rivals_are_those_of_the_embedding_itself():
    rng = np.random.default_rng(0)
    space = Embedding(WORDS, rng.standard_normal((12, 4)))
    questions = random_questions(rng)
    for name, found in analogy_details(space, questions).items():
        for k, (a, b, c, answer) in enumerate(questions[name]):
            ordered = space.analogy(a, b, c, n=12)
            place = [word for word, _ in ordered].index(answer)
            rival, score = next((w, s) for w, s in ordered if w != answer)
            assert found.ranks[k] == place + 1
            assert found.rivals[k] == rival
            assert found.answer_scores[k] == pytest.approx(ordered[place][1], abs=6e-4)
            assert found.margins[k] == pytest.approx(ordered[place][1] - score, abs=2e-3)


def test_of_equal_words_the_first_is_the_answer():
    space = Embedding(("a", "b", "c", "x", "y"), np.array([[1, 0], [0, 1], [1, 1], [-1, 3], [-1, 3.0]]))
    found = analogy_details(space, {"f": [("a", "b", "c", "y"), ("a", "b", "c", "x")]})["f"]
    assert found.ranks.tolist() == [2, 1]
    assert found.margins == pytest.approx([0, 0])
    assert found.rivals == ["x", "y"]


def test_an_answer_that_is_a_word_of_the_question_is_never_right():
    space = Embedding(("a", "b", "c", "x", "y"), np.random.default_rng(0).standard_normal((5, 3)))
    found = analogy_details(space, {"f": [("a", "b", "c", "b"), ("a", "b", "a", "x")]})["f"]
    assert found.ranks[0] == 3  # behind both allowed words
    assert np.isnan(found.answer_scores[0]) and np.isnan(found.margins[0])
    assert found.ranks[1] <= 3 and np.isfinite(found.margins[1])
    assert found.accuracy == analogy_accuracy(space, {"f": found.questions}).accuracy


def test_missing_words_are_named():
    space = Embedding(WORDS, np.random.default_rng(0).standard_normal((12, 3)))
    questions = {
        "part": [("w0", "w1", "w2", "w3"), ("w0", "no", "w2", "nor"), ("w0", "no", "w1", "w2")],
        "none": [("who", "are", "these", "people")],
        "empty": [],
    }
    found = analogy_details(space, questions)
    assert len(found["part"]) == 1 and found["part"].missing == ("no", "nor")
    assert found["none"].missing == ("who", "are", "these", "people")
    assert np.isnan(found["none"].accuracy) and len(found["empty"].ranks) == 0
    assert "no question covered; missing: who" in repr(found["none"])
    assert "1 questions" in repr(found["part"])
    with pytest.raises(ValueError, match="none of the 1 questions has all its words among the 12 words"):
        analogy_details(space, {"none": questions["none"]})
    with pytest.raises(ValueError, match="with 4 words an answer has no rival"):
        analogy_details(Embedding("abcd", np.eye(4)), {"f": [("a", "b", "c", "d")]})


def test_details_on_the_shipped_statistics(wikipedia_space):
    score, details = analogy_accuracy(wikipedia_space), analogy_details(wikipedia_space)
    for name, family in score.families.items():
        assert len(details[name]) == family.covered
        assert (details[name].ranks == 1).sum() == family.correct
        assert ((details[name].margins > 0) == (details[name].ranks == 1)).all()
    assert np.median(details["nationality"].ranks) == 1
    # The best rival of a wrong answer is often the other form of the word asked about, or its neighbour.
    wrong = [q for q, rank in zip(details["plural"].questions, details["plural"].ranks) if rank > 1]
    assert len(wrong) < score.families["plural"].covered


# --- curves ----------------------------------------------------------------


def small_modes(d=6, seed=0):
    rng = np.random.default_rng(seed)
    U = np.linalg.qr(rng.standard_normal((12, d)))[0]
    return Spectrum(np.linspace(6.0, 1.0, d), U, 0.0, WORDS)


def test_accuracy_by_rank_is_that_of_each_embedding():
    modes, questions = small_modes(), random_questions(np.random.default_rng(1), 60)
    questions["stranger"] = [("who", "are", "these", "people")]
    curve = accuracy_by_rank(modes, range(1, 7), questions)
    assert curve.unit == "directions" and len(curve) == 6
    assert curve.covered == {"family 0": 60, "family 1": 60, "stranger": 0}
    assert "stranger" not in curve.families
    for k, d in enumerate(curve.at):
        score = analogy_accuracy(modes.leading(int(d)).embedding(), questions)
        assert curve.overall[k] == score.accuracy
        assert curve.families["family 1"][k] == score.families["family 1"].accuracy


def test_directions_that_are_never_learned_are_left_out():
    modes = small_modes()
    negative = Spectrum(np.array([3.0, 2.0, 1.0, 0.0, -1.0, -2.0]), modes.vectors, 0.0, WORDS)
    curve = accuracy_by_rank(negative, [3, 4, 6], random_questions(np.random.default_rng(1)))
    assert curve.overall[0] == curve.overall[1] == curve.overall[2]


@pytest.mark.parametrize("ranks", [[0, 1], [1, 7], [1.5], [True], [2.0]])
def test_ranks_that_are_none(ranks):
    with pytest.raises(
        ValueError,
        match=r"a rank must be a whole number between 1 and 6, not .*; ask spectrum\(\) for more directions",
    ):
        accuracy_by_rank(small_modes(), ranks, random_questions(np.random.default_rng(1)))


def test_places_must_rise():
    questions = random_questions(np.random.default_rng(1))
    for ranks in ([], [2, 1], [1, 1]):
        with pytest.raises(ValueError, match="must rise strictly, and there must be one"):
            accuracy_by_rank(small_modes(), ranks, questions)


def test_accuracy_by_time_begins_at_the_start_and_ends_at_the_closed_form():
    modes = small_modes(d=12)
    modes = Spectrum(np.linspace(6.0, 0.5, 12), modes.vectors, 0.0, WORDS)
    initial = initial_weights(12, 4, 0.1)
    questions = random_questions(np.random.default_rng(2), 100)
    flow = Dynamics(modes, initial)
    curve = accuracy_by_time(flow, [0.0, 0.4, 200.0], questions)
    assert curve.unit == "flow time" and curve.at.tolist() == [0, 0.4, 200]
    assert curve.overall[0] == analogy_accuracy(Embedding(WORDS, initial), questions).accuracy
    assert curve.overall[1] == analogy_accuracy(Embedding(WORDS, flow.weights(0.4)), questions).accuracy
    assert curve.overall[2] == analogy_accuracy(modes.leading(4).embedding(), questions).accuracy


@pytest.mark.parametrize("times", [[-1.0, 1.0], [0.0, np.inf], [np.nan], ["1"], [None]])
def test_times_that_are_none(times):
    flow = Dynamics(small_modes(), initial_weights(12, 3, 0.1))
    with pytest.raises(ValueError, match="times must be finite and 0 or more"):
        accuracy_by_time(flow, times, random_questions(np.random.default_rng(1)))


def test_what_is_asked_must_be_a_flow_or_snapshots():
    questions = random_questions(np.random.default_rng(1))
    with pytest.raises(TypeError, match="flow must be a Dynamics, not Spectrum.*accuracy_of_snapshots"):
        accuracy_by_time(small_modes(), [1.0], questions)
    with pytest.raises(TypeError, match="run must be a Trajectory, or steps with their embeddings"):
        accuracy_of_snapshots(np.ones((12, 3)), questions)
    vectors = np.random.default_rng(0).standard_normal((12, 3))
    kept = Trajectory(
        np.array([0]), np.zeros(1), np.ones((1, 3)), vectors, 0.1, 10, {10: vectors}, words=WORDS
    )
    assert accuracy_of_snapshots(kept, questions).at.tolist() == [10]
    one_by_one = accuracy_of_snapshots(((step, kept.embedding(step)) for step in [10]), questions)
    assert one_by_one.overall == accuracy_of_snapshots(kept, questions).overall
    with pytest.raises(ValueError, match=r"no snapshot; train with snapshots=\[…\]"):
        accuracy_of_snapshots(replace(kept, snapshots={}), questions)
    with pytest.raises(ValueError, match=r"words of these rows are not known: begin with .*m_star\(stats\)"):
        accuracy_of_snapshots(replace(kept, words=None), questions)


def test_curves_need_modes_that_know_their_words():
    """So that nobody can pair them with others."""
    questions, modes = random_questions(np.random.default_rng(1)), replace(small_modes(), words=None)
    with pytest.raises(ValueError, match="words of .* are not known"):
        accuracy_by_rank(modes, [1], questions)
    with pytest.raises(ValueError, match="words of .* are not known: .*m_star"):
        accuracy_by_time(Dynamics(modes, initial_weights(12, 3, 0.1)), [1.0], questions)


def test_progress_is_shown_when_asked_for(capsys):
    pytest.importorskip("tqdm")
    flow = Dynamics(small_modes(), initial_weights(12, 3, 0.1))
    questions = random_questions(np.random.default_rng(1))
    accuracy_by_time(flow, [0.0, 1.0], questions)
    assert capsys.readouterr().err == ""
    accuracy_by_time(flow, [0.0, 1.0], questions, progress=True)
    assert "2/2" in capsys.readouterr().err


def test_predicted_before_training_and_measured_after(wikipedia_2000):
    """Full-batch gradient descent on 500 words, in torch and in theory."""
    pytest.importorskip("torch")
    stats = wikipedia_2000.first(500)
    M = w2vlib.m_star(stats)
    modes = w2vlib.spectrum(M, 500)
    initial = initial_weights(500, 40, 0.1)
    step_size = 0.3 / modes.values[0]
    steps = [20, 60, 120, 250]
    run = w2vlib.train_qwem(M, initial, steps=250, step_size=step_size, snapshots=steps)
    measured = accuracy_of_snapshots(run)
    flow = Dynamics(modes, initial, step_size=step_size)
    predicted = accuracy_by_time(flow, step_size * np.array(steps))
    assert measured.at.tolist() == steps and measured.unit == "steps"
    assert measured.covered == predicted.covered
    assert np.abs(measured.overall - predicted.overall).max() <= 0.03
    assert measured.overall[-1] > measured.overall[0] + 0.1


# --- where a family rises --------------------------------------------------


def curve_of(*accuracies, at=None):
    accuracies = np.array(accuracies, float)
    at = np.arange(len(accuracies)) if at is None else np.array(at)
    return AnalogyCurve(at, accuracies, {"f": accuracies}, {"f": 10}, "steps")


def test_rises_by_hand():
    assert family_rise(curve_of(0, 0, 0.4, 0.8)) == {"f": 2}
    assert family_rise(curve_of(0, 0.2, 0.6, 0.8))["f"] == pytest.approx(1.5)
    assert family_rise(curve_of(0, 0.2, 0.8, at=[0, 100, 400]))["f"] == pytest.approx(200)
    assert family_rise(curve_of(0.5, 0.2, 0.8))["f"] == 0  # reached at once
    assert family_rise(curve_of(0, 0.9, 0.1, 0.8))["f"] == pytest.approx(0.4 / 0.9)  # the first crossing
    assert family_rise(curve_of(0, 0.2, 0.8), share=1)["f"] == 2
    assert np.isnan(family_rise(curve_of(0, 0.2, 0))["f"])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=10), st.floats(0.01, 1))
def test_a_rise_lies_on_the_curve(accuracies, share):
    curve = curve_of(*accuracies)
    rise = family_rise(curve, share)["f"]
    if share * accuracies[-1] > 0:
        assert 0 <= rise <= len(accuracies) - 1
        assert np.interp(rise, curve.at, curve.overall) >= share * accuracies[-1] - 1e-9
    else:
        assert np.isnan(rise)


@pytest.mark.parametrize("share", [0, -0.5, 1.1, np.nan, "0.5", None, True])
def test_shares_that_are_none(share):
    with pytest.raises((TypeError, ValueError), match="share must be (a number|more than 0 and at most 1)"):
        family_rise(curve_of(0, 1), share)


def test_families_switch_on_one_after_another(wikipedia_modes):
    curve = accuracy_by_rank(wikipedia_modes, [5, 10, 20, 40, 70, 100])
    assert curve.overall[-1] > 0.5 > 0.1 > curve.overall[0]
    rises = family_rise(curve)
    assert set(rises) == {name for name, count in curve.covered.items() if count}
    assert min(rises.values()) < 20
    assert max(rises.values()) > 1.5 * min(rises.values())
    assert set(load_analogies()) == set(curve.covered)


def test_the_bar_is_imported_only_when_asked_for(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    flow = Dynamics(small_modes(), initial_weights(12, 3, 0.1))
    accuracy_by_time(flow, [1.0], random_questions(np.random.default_rng(1)))
    with pytest.raises(ModuleNotFoundError, match="pip install tqdm, or pass progress=False"):
        accuracy_by_time(flow, [1.0], random_questions(np.random.default_rng(1)), progress=True)
