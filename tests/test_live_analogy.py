"""Ask your own: answers as the library gives them, from one byte a number, at each rank and time."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from live import agrees, answers, ignores_nonsense_of_the_address, numbers, opened, put, said, some_states
from pages import settle

from w2vlib import Dynamics, Embedding, Spectrum, load_analogies
from w2vlib.course.widgets import analogy_explorer, book_table
from w2vlib.course.widgets.book import unpacked
from w2vlib.dynamics import aligned_half_rises
from w2vlib.evaluation.analogies import allowed_scores

PRESETS = (("Royal", {"a": "man", "b": "king", "c": "woman", "by": "rank", "rank": 40}),)


@pytest.fixture(scope="module")
def table(wikipedia_2000, wikipedia_modes):
    return book_table(wikipedia_2000, wikipedia_modes)


@pytest.fixture(scope="module")
def figure(table):
    return analogy_explorer(table, presets=PRESETS)


@pytest.fixture(scope="module")
def tab(browser, figure):
    tab = opened(browser, figure)
    yield tab
    tab.context.close()


def from_bytes(table) -> Embedding:
    return Embedding(tuple(table["words"]), unpacked(table["modes"]) * np.sqrt(table["values"]))


# The table.


def test_the_table_keeps_every_entry_to_half_a_step(table, wikipedia_modes, wikipedia_2000):
    steps = np.array(table["modes"]["scale"])
    off = np.abs(unpacked(table["modes"]) - wikipedia_modes.vectors[:, : len(steps)])
    assert (off <= steps / 2 * (1 + 1e-5)).all() and (off.max(axis=0) > 0.4 * steps).all()
    np.testing.assert_allclose(table["values"], wikipedia_modes.values[: len(steps)], rtol=1e-5)
    assert table["occurrences"] == wikipedia_2000.occurrences.tolist()


def test_the_table_is_the_same_text_each_time_and_its_questions_are_the_package_s(
    table, wikipedia_2000, wikipedia_modes
):
    assert table == book_table(wikipedia_2000, wikipedia_modes)
    words, questions = table["words"], load_analogies()
    for family in table["families"]:
        pairs = family["pairs"]
        found = [(*one, *other) for one in pairs for other in pairs if one != other]
        known = [four for four in questions[family["name"]] if set(four) <= set(words)]
        assert [tuple(words[row] for row in four) for four in found] == known
    odd = {"odd": [("the", "of", "in", "to")]}
    assert book_table(wikipedia_2000, wikipedia_modes, odd)["families"] == [
        {"name": "odd", "questions": [[wikipedia_2000.index[word] for word in odd["odd"][0]]]}
    ]


def test_a_table_of_other_words_is_refused(wikipedia_2000, wikipedia_modes):
    with pytest.raises(ValueError, match="words of stats"):
        book_table(wikipedia_2000.first(1000), wikipedia_modes)


def test_no_answer_changes_by_one_byte_whose_lead_is_above_the_bound(table, wikipedia_modes, wikipedia_2000):
    exact, bytes_ = wikipedia_modes.embedding(), from_bytes(table)
    index = wikipedia_2000.index
    rows = np.array(
        [
            [index[w] for w in four]
            for asked in load_analogies().values()
            for four in asked
            if all(w in index for w in four)
        ]
    )
    a, b, c, _ = rows.T
    for d in (20, 100):
        U = exact.leading(d).unit
        first, second, lead, kept = (np.empty(len(rows), kind) for kind in (int, int, float, int))
        for part, scores in allowed_scores(U, rows):
            each = np.arange(len(scores))
            first[part] = scores.argmax(axis=1)
            best = scores[each, first[part]].copy()
            scores[each, first[part]] = -np.inf
            second[part] = scores.argmax(axis=1)
            lead[part] = best - scores[each, second[part]]
        for part, scores in allowed_scores(bytes_.leading(d).unit, rows):
            kept[part] = scores.argmax(axis=1)
        before, after = (np.linalg.norm(e.leading(d).vectors, axis=1) for e in (exact, bytes_))
        half = 0.5 * np.sqrt(
            np.sum(np.array(table["values"][:d]) * np.array(table["modes"]["scale"][:d]) ** 2)
        )
        turned = 2 * half / (before + after)
        assert (np.linalg.norm(U - bytes_.leading(d).unit, axis=1) <= turned * (1 + 1e-4)).all()
        aim = np.linalg.norm(U[b] - U[a] + U[c], axis=1)
        bound = (turned[first] + turned.max()) * aim + 2 * (turned[a] + turned[b] + turned[c])
        changed = first != kept
        assert (lead[changed] <= bound[changed]).all() and (lead > bound).any() and 0 < changed.mean() < 0.06


# Answers.


@pytest.mark.parametrize("rank", [1, 5, 34, 100])
def test_answers_by_rank_are_the_library_s(tab, figure, table, rank):
    whole = from_bytes(table)
    for state in some_states(figure, 8, seed=rank):
        put(tab, state | {"by": "rank", "rank": rank})
        found = numbers(tab)
        if not any(found["cosines"]):
            continue
        expected = whole.leading(rank).analogy(state["a"], state["b"], state["c"], n=5)
        assert [table["words"][row] for row in found["rows"]] == [word for word, _ in expected]
        np.testing.assert_allclose(found["cosines"], [cosine for _, cosine in expected], atol=1e-9)


def test_excluded_words_equal_words_and_ties_are_as_in_the_library(browser):
    """Two pairs of equal vectors, and a word whose bytes are all zero: the more frequent word comes first."""
    steps = np.array(
        [[100, 0], [0, 100], [100, 50], [50, 100], [50, 100], [-50, 3], [-50, 3], [0, 0]], np.int8
    )
    words = ["man", "woman", "king", "queen", "twin", "it", "so", "none"]
    table = {
        "words": words, "values": [2.0, 1.0],
        "modes": {"base64": base64.b64encode(steps.tobytes()).decode(), "shape": [8, 2], "scale": [0.005, 0.005]},
    }  # fmt: skip
    figure, whole = analogy_explorer(table), from_bytes(table)
    tab = opened(browser, figure)
    for a, b, c in [
        ("man", "king", "woman"),
        ("man", "man", "man"),
        ("king", "man", "king"),
        ("twin", "queen", "it"),
        ("none", "it", "none"),
    ]:
        for rank in (1, 2):
            put(tab, dict(a=a, b=b, c=c, rank=rank, by="rank"))
            found, expected = numbers(tab), whole.leading(rank).analogy(a, b, c, n=5)
            assert said(tab) == figure.describe(a=a, b=b, c=c, rank=rank)
            assert [words[row] for row in found["rows"]] == [word for word, _ in expected], (a, b, c, rank)
    tab.context.close()


def test_vectors_in_time_are_the_exact_solution_from_an_even_start(browser):
    """Eight words, five directions, all others 0: cosines of Dynamics from W(0) = σ I."""
    size, d, scale = 8, 5, 1e-3
    whole = np.linalg.qr(np.random.default_rng(3).standard_normal((size, size)))[0]
    U = whole[:, :d]
    words = tuple(f"w{i}" for i in range(size))
    raw = np.clip(np.round(U / np.abs(U).max(axis=0) * 127), -127, 127).astype(np.int8)
    steps = np.abs(U).max(axis=0) / 127
    table = {
        "words": list(words), "values": [9.0, 7.0, 4.0, 3.0, 2.0],
        "modes": {"base64": base64.b64encode(raw.tobytes()).decode(), "shape": [size, d], "scale": steps.tolist()},
    }  # fmt: skip
    figure = analogy_explorer(table, "w0", "w1", "w2", scale=scale, by="time")
    flow = Dynamics(
        Spectrum(np.array([*table["values"], 0.0, 0.0, 0.0]), whole, 0.0, words), scale * np.eye(size)
    )
    unit = aligned_half_rises(np.array([9.0]), np.array([scale**2]))[0]
    tab = opened(browser, figure)
    for time in (0.4, 1.0, 2.0, 4.0):
        put(tab, {"time": time, "by": "time"})
        found = numbers(tab)
        exact = Embedding(words, flow.factor(time * unit)).analogy("w0", "w1", "w2", n=5)
        cosines = dict(exact)
        assert found["rows"]
        for row, cosine in zip(found["rows"], found["cosines"]):
            assert abs(cosine - cosines[words[row]]) < 0.01  # one byte
    put(tab, {"time": 0.0})
    assert said(tab).startswith("No answer yet")
    tab.context.close()


def test_the_script_s_analogy_is_the_library_s_normalisation_included(tab):
    W = np.random.default_rng(0).standard_normal((30, 4)) * np.geomspace(0.01, 100, 30)[:, None]
    space = Embedding(tuple(f"w{i}" for i in range(30)), W)
    found = tab.evaluate(
        "W => w2v.mathematics.analogy(Float64Array.from(W), 4, [3, 9, 21], 6)", W.ravel().tolist()
    )
    expected = space.analogy("w3", "w9", "w21", n=6)
    assert [f"w{row}" for row, _ in found] == [word for word, _ in expected]
    np.testing.assert_allclose([x for _, x in found], [x for _, x in expected], rtol=1e-12)


def test_queen_and_other_answers_that_are_known(tab, figure):
    for state, word in [
        (dict(a="france", b="paris", c="germany"), "berlin"),
        (dict(a="large", b="larger", c="small"), "smaller"),
        (dict(a="japan", b="japanese", c="china"), "chinese"),
    ]:
        assert figure.describe(**state, by="rank", rank=100).startswith(f"{word}, cosine 0.")
        put(tab, state | {"by": "rank", "rank": 100})
        assert said(tab).startswith(f"{word}, cosine 0.")


# The figure.


def test_it_says_what_the_package_says(tab, figure):
    agrees(tab, figure)


def test_it_answers_to_every_hand(browser, figure):
    answers(browser, figure)
    ignores_nonsense_of_the_address(browser, figure)


def test_moving_a_slider_puts_it_in_force(browser, figure):
    tab = opened(browser, figure)
    for name in ("time", "rank"):
        tab.locator(f'[data-control="{name}"] input').press("ArrowLeft")
        assert tab.evaluate("document.querySelector('.w2v-live').w2v.state.by") == name
    tab.context.close()


def test_unknown_words_are_said_with_near_spellings_and_begun_ones_are_offered(browser, figure):
    tab = opened(browser, figure, query="?ask=a:nosuchword,b:germany")
    state = tab.evaluate("document.querySelector('.w2v-live').w2v.state")
    assert (state["a"], state["b"]) == ("man", "germany")
    box = tab.locator('[data-control="a"] input')
    box.fill("gemrany")
    box.press("Tab")
    assert "Near it: germany" in tab.locator('[data-control="a"] .w2v-hint').text_content()
    settle(tab, 800)  # until what the address asked for would be said
    assert "Near it: germany" in tab.locator(".w2v-spoken").text_content()
    assert box.get_attribute("aria-invalid") == "true"
    box.fill("germ")
    offered = tab.locator('[data-control="a"] datalist option').evaluate_all(
        "all => all.map(one => one.value)"
    )
    assert "german" in offered and all(word.startswith("germ") for word in offered) and len(offered) <= 8
    box.fill("German ")
    assert tab.evaluate("document.querySelector('.w2v-live').w2v.state.a") == "german"
    assert tab.locator('[data-control="a"] .w2v-hint').text_content() == ""
    assert tab.complaints == []
    tab.context.close()


def test_how_many_letters_two_words_are_apart(tab):
    for one, other, steps in [
        ("queen", "queen", 0),
        ("quene", "queen", 1),
        ("kings", "king", 1),
        ("a", "abcd", 3),
        ("", "ab", 2),
    ]:
        assert tab.evaluate("([a, b]) => w2v.vocabulary.apart(a, b, 4)", [one, other]) == steps
