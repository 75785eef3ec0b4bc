"""Word vectors on spaces small enough to know the answers, and their exchange with other programs."""

from __future__ import annotations

import os
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from w2vlib.embeddings import Embedding, frequency_fair
from w2vlib.words import UnknownWordError

# Gender along x, rank along y, and a third direction no question asks about.
PLANE = Embedding(
    ("queen", "man", "woman", "king", "stone", "nothing"),
    np.array([[-1, 1, 0], [1, 0, 0], [-1, 0, 0], [1, 1, 0], [0, 0, 5], [0, 0, 0]], float),
)
ROOT = 1 / np.sqrt(2)


# --- neighbours and analogies ----------------------------------------------


def test_similarity_by_hand():
    assert PLANE.similarity("man", "woman") == -1
    assert PLANE.similarity("man", "king") == pytest.approx(ROOT)
    assert PLANE.similarity("queen", "stone") == 0
    assert PLANE.similarity("nothing", "nothing") == 0
    np.testing.assert_allclose(np.linalg.norm(PLANE.unit, axis=1), [1, 1, 1, 1, 1, 0])


def check_answers(found, expected):
    """Words and cosines are those expected, these to the last digits of a double: nothing is rounded."""
    assert [word for word, _ in found] == [word for word, _ in expected]
    assert [cosine for _, cosine in found] == pytest.approx([cosine for _, cosine in expected], abs=1e-14)


def test_neighbours_by_hand():
    check_answers(PLANE.neighbours("man", 3), [("king", ROOT), ("stone", 0), ("nothing", 0)])
    # Word 0 is a neighbour like any other, and the word itself is none.
    check_answers(PLANE.neighbours("woman", 1), [("queen", ROOT)])
    assert len(PLANE.neighbours("man", 99)) == 5
    assert "man" not in dict(PLANE.neighbours("man", 99))


def test_analogies_by_hand():
    # unit(king) − unit(man) + unit(woman) = (√½ − 2, √½, 0), nearest to woman, which is excluded; then queen.
    aim = np.array([ROOT - 2, ROOT])
    cosine = float(aim @ [-ROOT, ROOT] / np.linalg.norm(aim))
    check_answers(PLANE.analogy("man", "king", "woman"), [("queen", cosine)])  # word 0
    assert PLANE.analogy("woman", "queen", "man")[0][0] == "king"
    found = PLANE.analogy("man", "king", "woman", n=99)
    assert [word for word, _ in found] == ["queen", "stone", "nothing"]


def test_question_words_are_never_answers():
    for a in PLANE.words:
        for b in PLANE.words:
            for c in PLANE.words:
                answers = [word for word, _ in PLANE.analogy(a, b, c, n=10)]
                assert sorted(answers) == sorted(set(PLANE.words) - {a, b, c})


def test_analogies_do_not_depend_on_lengths():
    stretched = Embedding(PLANE.words, PLANE.vectors * np.array([[9], [1], [0.1], [3], [1], [1]]))
    check_answers(stretched.analogy("man", "king", "woman", 3), PLANE.analogy("man", "king", "woman", 3))


@pytest.mark.parametrize("n", [-1, -2, 1.0, 2.5, True, None])
def test_a_number_of_answers_that_cannot_be(n):
    for ask in (lambda: PLANE.neighbours("man", n), lambda: PLANE.analogy("man", "king", "woman", n)):
        with pytest.raises(ValueError, match=f"n must be a whole number from 0 on, not {n}"):
            ask()
    assert PLANE.neighbours("man", 0) == []


def test_any_number_of_answers_is_at_most_all():
    assert len(PLANE.analogy("man", "king", "woman", 10**30)) == 3
    assert PLANE.neighbours("king", np.uint8(0)) == []
    assert Embedding("abc", np.eye(3)).analogy("a", "b", "c", 5) == []


@pytest.mark.parametrize("size", [1e-323, 1e-170, 1e-30, 1.0, 1e154, 1e200, 1.7e308])
def test_cosines_do_not_depend_on_size(size):
    E = Embedding(("a", "b", "c"), np.array([[1, 1], [1, 1], [0, 1.0]]) * size)
    assert E.similarity("a", "a") == E.similarity("a", "b") == 1
    assert E.similarity("a", "c") == pytest.approx(ROOT)
    assert [word for word, _ in E.neighbours("a", 2)] == ["b", "c"]


@given(hnp.arrays(float, (3, 5), elements=st.floats(-1e300, 1e300)))
def test_cosines_lie_between_minus_1_and_1(vectors):
    E = Embedding("abc", vectors)
    for word in E.words:
        assert E.similarity(word, word) == E[word].any()
        assert all(-1 <= cosine <= 1 for _, cosine in E.neighbours(word))


def test_vectors_are_the_embeddings_own():
    theirs = np.array([[1.0, 2.0], [3.0, 4.0]])
    for given_ in (theirs, theirs[::1], theirs.view()):
        E = Embedding(("a", "b"), given_)
        given_[0, 0] = 9
        assert E["a"].tolist() == [1, 2]
        given_[0, 0] = 1
    for array in (E.vectors, E.unit, E["a"]):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    assert Embedding(E.words, E.vectors).vectors is E.vectors
    assert np.shares_memory(E.leading(1).vectors, E.vectors)


@pytest.mark.parametrize(
    ("words", "vectors", "message"),
    [
        (("a", b"b"), np.eye(2), "a word must be a string, not b'b'"),
        (("a", None), np.eye(2), "a word must be a string"),
        (("a", "\udc80"), np.eye(2), "cannot be written as UTF-8"),
        (("a", "b"), [[1.0], [1.0, 2.0]], "rows of different lengths"),
        (("a", "b"), [["1"], ["2"]], "must be real numbers"),
        (("a", "b"), [[1j], [2]], "must be real numbers"),
        (("a", "b"), None, "must be real numbers"),
    ],
)
def test_words_and_vectors_that_are_none(words, vectors, message):
    with pytest.raises(ValueError, match=message):
        Embedding(words, vectors)


def test_unknown_words():
    for ask in (
        lambda: PLANE["quen"],
        lambda: PLANE.neighbours("quen"),
        lambda: PLANE.similarity("man", "quen"),
        lambda: PLANE.analogy("man", "quen", "king"),
    ):
        with pytest.raises(UnknownWordError, match="'quen' is not among the 6 words.*did you mean 'queen'"):
            ask()
    assert "quen" not in PLANE
    assert "queen" in PLANE


def test_leading_length_and_repr():
    assert (PLANE.leading(2).vectors == PLANE.vectors[:, :2]).all()
    assert (PLANE["king"] == [1, 1, 0]).all()
    assert len(PLANE) == 6
    assert repr(PLANE) == "Embedding(6 words, 3 dimensions)"
    for d in (0, 4):
        with pytest.raises(ValueError, match=f"between 1 and 3, not {d}"):
            PLANE.leading(d)


def test_a_block_holds_the_inner_products_of_some_words():
    assert PLANE.block(["king", "queen", "stone"]).tolist() == [[2, 0, 0], [0, 2, 0], [0, 0, 25]]
    assert PLANE.block(iter(["nothing"])).tolist() == [[0]]
    with pytest.raises(ValueError, match="'king' stands twice"):
        PLANE.block(["king", "man", "king"])
    with pytest.raises(UnknownWordError, match="'quen' is not among"):
        PLANE.block(["king", "quen"])


def test_bad_vectors():
    with pytest.raises(ValueError, match="vector of 'b' holds NaN or infinity"):
        Embedding(("a", "b"), [[1.0], [np.nan]])
    with pytest.raises(ValueError, match="vector of 'a' holds NaN or infinity"):
        Embedding(("a", "b"), [[np.inf], [1.0]])
    with pytest.raises(ValueError, match=r"each of the 2 words, not the shape \(3, 1\)"):
        Embedding(("a", "b"), [[1.0], [2.0], [3.0]])
    with pytest.raises(ValueError, match="shape"):
        Embedding(("a", "b"), [1.0, 2.0])
    with pytest.raises(ValueError, match="'a' more than once"):
        Embedding(("a", "a"), [[1.0], [2.0]])


# --- the words at the ends of a coordinate ----------------------------------


def test_ends_by_hand():
    E = Embedding("abcd", [[0.0, 5], [3.0, 4], [-2.0, 3], [1.0, 2]])
    assert E.ends(0, 2) == (["b", "d"], ["c", "a"])
    assert E.ends(1, 1) == (["a"], ["d"])
    assert E.ends(1, 9) == (list("abcd"), list("dcba"))
    for direction in (-1, 2):
        with pytest.raises(ValueError, match=f"between 0 and 1, not {direction}"):
            E.ends(direction)


def test_the_fair_rule_by_hand():
    x = np.array([1.0, 2.0, 3.0, 4.0, 10.0, -5.0, 0.0])
    # Five neighbours: rows 0–4 for rows 0–2, 1–5 for row 3, 2–6 for rows 4–6.
    expected = np.array([1 - 3, 2 - 3, 3 - 3, 4 - 3, 10 - 3, -5 - 3, 0 - 3], float)
    spread = 1.483 * np.array([1, 1, 1, 1, 3, 3, 3.0])
    assert frequency_fair(x, neighbours=5) == pytest.approx(expected / spread)
    both = frequency_fair(np.column_stack([x, -2 * x + 7]), neighbours=5)
    assert both == pytest.approx(np.column_stack([expected, -expected]) / spread[:, None])


@given(st.integers(5, 40), st.integers(3, 50), st.integers(0, 99))
def test_the_fair_rule_ignores_place_and_size_of_the_coordinate(size, neighbours, seed):
    x = np.random.default_rng(seed).standard_normal(size)
    fair = frequency_fair(x, neighbours)
    assert frequency_fair(3e5 * x + 1e5, neighbours) == pytest.approx(fair, rel=1e-6, abs=1e-6)
    assert frequency_fair(-x, neighbours) == pytest.approx(-fair)
    if neighbours >= size:
        assert (np.argsort(fair) == np.argsort(x)).all()


def test_the_fair_rule_finds_frequent_words_beside_scattered_rare_ones():
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((1000, 1)) * np.geomspace(1, 30, 1000)[:, None]
    vectors[[20, 60]] = [[9.0], [-9.0]]  # far out for words so frequent
    E = Embedding([f"w{i}" for i in range(1000)], vectors)
    by_coordinate = E.ends(0, 5)
    assert min(int(word[1:]) for end in by_coordinate for word in end) > 300
    assert E.ends(0, 1, rule="fair") == (["w20"], ["w60"])


def test_neighbours_that_are_all_alike_do_not_divide_by_zero():
    x = np.zeros(50)
    assert (frequency_fair(x, 5) == 0).all()
    x[30] = 1.0
    assert frequency_fair(x, 5).argmax() == 30 and np.isfinite(frequency_fair(x, 5)).all()


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda: frequency_fair(np.ones(5), 2), "neighbours must be a whole number from 3 on, not 2"),
        (lambda: frequency_fair(np.ones(5), 7.5), "neighbours must be a whole number"),
        (lambda: frequency_fair(np.array([1.0, np.nan])), "vectors must be finite, but holds nan at place 1"),
        (lambda: frequency_fair(np.ones((0, 3))), "one row a word, not an array of shape \\(0, 3\\)"),
        (
            lambda: Embedding("abc", np.eye(3)).ends(0, rule="rare"),
            "must be 'coordinate' or 'fair', not 'rare'",
        ),
    ],
)
def test_fair_rules_that_cannot_be(function, message):
    with pytest.raises(ValueError, match=message):
        function()


def test_fair_ends_on_the_shipped_statistics(wikipedia_space):
    """Direction by direction, the fair rule takes words of all frequencies; the coordinate, some more than others."""
    ranks = {"coordinate": [], "fair": []}
    for rule, found in ranks.items():
        for k in range(20):
            ends = wikipedia_space.ends(k, 10, rule)
            found += [wikipedia_space.index[word] for end in ends for word in end]
    frequent = {rule: np.mean(np.array(found) < 500) for rule, found in ranks.items()}
    assert abs(frequent["fair"] - 0.25) < abs(frequent["coordinate"] - 0.25)


# --- word2vec's text format ------------------------------------------------


WORDS = st.lists(
    st.text(st.characters(categories=["L", "M", "P"]), min_size=1, max_size=5),
    min_size=1,
    max_size=6,
    unique=True,
)


@given(WORDS, st.integers(1, 4), st.data())
def test_text_files_round_trip(tmp_path_factory, words, d, data):
    numbers = st.floats(-1e30, 1e30, allow_nan=False)
    vectors = data.draw(hnp.arrays(float, (len(words), d), elements=numbers))
    path = tmp_path_factory.mktemp("text") / "v.txt"
    Embedding(tuple(words), vectors).save_word2vec_text(path, digits=17)
    loaded = Embedding.load_word2vec_text(path)
    assert loaded.words == tuple(words)
    assert (loaded.vectors == vectors).all()
    Embedding(tuple(words), vectors).save_word2vec_text(path)
    np.testing.assert_allclose(Embedding.load_word2vec_text(path).vectors, vectors, rtol=5e-6)


def test_the_text_format_is_word2vecs(tmp_path):
    Embedding(("a", "été"), [[1, -0.5], [1 / 3, 2e-9]]).save_word2vec_text(tmp_path / "v.txt")
    assert (tmp_path / "v.txt").read_text(encoding="utf-8") == "2 2\na 1 -0.5\nété 0.333333 2e-09\n"


def test_lines_ending_in_a_space_as_word2vec_writes_them(tmp_path):
    (tmp_path / "v.txt").write_text("2 2\na 1 2 \nb 3 4 \n")
    assert Embedding.load_word2vec_text(tmp_path / "v.txt").vectors.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "line 1: expected 'words dimensions', found ''"),
        ("a 1 2\nb 3 4\n", "line 1: expected 'words dimensions', found 'a 1 2'"),
        ("two 2\na 1 2\n", "line 1"),
        ("-2 2\na 1 2\n", "line 1"),
        ("2 2\na 1 2\nb 3\n", "line 3: expected 2 numbers for each of 2 words, found 1 for word number 2"),
        ("2 2\na 1 2 3\nb 3 4\n", "line 2: expected 2 numbers .* found 3 for word number 1"),
        ("2 2\na 1 2\n\nb 3 4\n", "line 3"),
        ("2 2\na 1 2\nb 3 x\n", "line 3: could not convert .*'x'"),
        ("2 2\na 1 2\nb 3 4\nc 5 6\n", "line 4"),
        ("3 2\na 1 2\nb 3 4\n", "ends after 2 of 3 words; it is truncated"),
        ("2 2\na 1 2\na 3 4\n", "v.txt, line 3: the word 'a' stands on line 2 already"),
        ("2 2\na 1 2\nb 3 nan\n", "v.txt, line 3: the vector of 'b' holds NaN or infinity"),
    ],
)
def test_damaged_text_files(tmp_path, content, message):
    (tmp_path / "v.txt").write_text(content)
    with pytest.raises(ValueError, match=message):
        Embedding.load_word2vec_text(tmp_path / "v.txt")


def test_every_truncation_of_a_text_file_but_that_of_digits_is_noticed(tmp_path):
    E = Embedding(("a", "b", "c"), [[1.0, 0.25], [-3.0, 1e-9], [2 / 3, 7.0]])
    E.save_word2vec_text(tmp_path / "v.txt")
    whole = (tmp_path / "v.txt").read_text()
    last_number = whole.rstrip().rindex(" ") + 1
    for length in range(last_number):
        (tmp_path / "v.txt").write_text(whole[:length])
        with pytest.raises(ValueError, match="v.txt"):
            Embedding.load_word2vec_text(tmp_path / "v.txt")


@pytest.mark.parametrize("word", ["new york", "a\nb", "tab\there", "a\0b"])
def test_words_the_text_format_cannot_hold(tmp_path, word):
    with pytest.raises(ValueError, match="word2vec's text format"):
        Embedding(("fine", word), [[1.0], [2.0]]).save_word2vec_text(tmp_path / "v.txt")
    assert os.listdir(tmp_path) == []


def test_gensim_reads_our_file_and_agrees(tmp_path, wikipedia_space):
    models = pytest.importorskip("gensim.models")
    E = Embedding(wikipedia_space.words[:500], wikipedia_space.vectors[:500, :20])
    E.save_word2vec_text(tmp_path / "v.txt", digits=9)
    for theirs in (models.KeyedVectors.load_word2vec_format(str(tmp_path / "v.txt")), E.to_gensim()):
        assert tuple(theirs.index_to_key) == E.words
        np.testing.assert_allclose(theirs.vectors, E.vectors, rtol=1e-6, atol=1e-6)
        ours = E.neighbours("king", 5)
        assert [word for word, _ in theirs.most_similar("king", topn=5)] == [word for word, _ in ours]
        answers = theirs.most_similar(positive=["his", "she"], negative=["he"], topn=3)
        assert [word for word, _ in answers] == [word for word, _ in E.analogy("he", "his", "she", 3)]
        assert [cosine for _, cosine in answers] == pytest.approx(
            [c for _, c in E.analogy("he", "his", "she", 3)], abs=2e-3
        )


def test_where_gensim_is_missing_the_remedy_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "gensim.models", None)
    with pytest.raises(ModuleNotFoundError, match="pip install gensim, or write a file") as told:
        Embedding(("a",), [[1.0]]).to_gensim()
    assert told.value.name == "gensim"


def test_we_read_gensims_file(tmp_path):
    models = pytest.importorskip("gensim.models")
    theirs = models.KeyedVectors(2)
    theirs.add_vectors(["a", "b"], np.array([[1, 2], [3, 4]], np.float32))
    theirs.save_word2vec_format(str(tmp_path / "v.txt"))
    assert Embedding.load_word2vec_text(tmp_path / "v.txt").vectors.tolist() == [[1, 2], [3, 4]]


def test_the_shipped_statistics_solve_analogies(wikipedia_space):
    E = wikipedia_space
    assert E.analogy("man", "king", "woman")[0][0] == "queen"
    assert E.analogy("france", "paris", "germany")[0][0] == "berlin"
