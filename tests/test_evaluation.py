"""Analogies and similarities on spaces whose score is known beforehand; and where test sets come from."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import importlib.util
import math
import sys
import threading
import unicodedata
import warnings
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from w2vlib import Embedding, Spectrum, analogy_accuracy, datasets, load_analogies
from w2vlib._common.files import shipped_bytes
from w2vlib.corpus import tokenize
from w2vlib.datasets import DatasetUnavailableError, dataset_path
from w2vlib.evaluation import (
    accuracy_by_rank,
    analogy_details,
    load_similarities,
    similarity_correlation,
)


def attribute_space(n: int, families: int = 2, spread: float = 0.0):
    """Pairs of words that differ by one attribute a family, everything orthogonal.

    A pair is ``e_k`` and ``e_k + offset``, each of length 1 or √2: every question of a family then has
    one right answer, which the others miss by a margin.
    """
    words, rows, questions = [], [], {}
    d = families * (n + 1)
    rng = np.random.default_rng(0)
    for f in range(families):
        pairs = []
        for k in range(n):
            base, offset = np.zeros(d), np.zeros(d)
            base[f * (n + 1) + k], offset[f * (n + 1) + n] = 1, 1
            pairs.append((f"plain{f}-{k}", f"marked{f}-{k}"))
            words += pairs[-1]
            rows += [base, base + offset + spread * rng.standard_normal(d)]
        questions[f"family {f}"] = [(a, b, c, e) for a, b in pairs for c, e in pairs if a != c]
    return Embedding(tuple(words), np.array(rows)), questions


# --- analogies -------------------------------------------------------------


def test_an_exact_space_answers_everything():
    space, questions = attribute_space(7)
    score = analogy_accuracy(space, questions)
    assert (score.correct, score.covered, score.asked) == (84, 84, 84)
    assert score.accuracy == score.coverage == 1
    assert {name: s.correct for name, s in score.families.items()} == {"family 0": 42, "family 1": 42}
    assert str(score) == "100.0% of 84 covered questions (of 84)"


def test_one_word_out_of_place_costs_exactly_its_questions():
    space, questions = attribute_space(7)
    vectors = space.vectors.copy()
    place = space.index["marked0-3"]
    vectors[place] = -vectors[place]
    broken = analogy_accuracy(Embedding(space.words, vectors), questions)
    # It is the answer of 6 questions; the others answer as before wherever it is not asked about.
    assert broken.families["family 1"].accuracy == 1
    wrong = sum("marked0-3" in question[1::2] for question in questions["family 0"])
    assert wrong == 12
    assert 42 - wrong <= broken.families["family 0"].correct <= 42 - 6


def test_scores_equal_those_of_the_embedding_one_question_at_a_time():
    space, questions = attribute_space(6, spread=0.45)
    score = analogy_accuracy(space, questions)
    for name, asked in questions.items():
        right = [space.analogy(a, b, c)[0][0] == answer for a, b, c, answer in asked]
        assert score.families[name].correct == sum(right)
    assert 0 < score.correct < score.covered


def test_word_0_can_be_an_answer_and_question_words_cannot():
    space = Embedding(("queen", "man", "woman", "king"), np.array([[-1, 1], [1, 0], [-1, 0], [1, 1.0]]))
    right = {"f": [("man", "king", "woman", "queen")]}
    assert analogy_accuracy(space, right).correct == 1
    # "king is to king as man is to man" would be perfect, were question words not excluded.
    aim = space.unit[3] - space.unit[3] + space.unit[1]
    assert (space.unit @ aim).argmax() == space.index["man"]
    assert analogy_accuracy(space, {"f": [("king", "king", "man", "man")]}).correct == 0


def test_more_questions_than_are_answered_at_once():
    space, questions = attribute_space(40, families=1)
    assert len(questions["family 0"]) == 1560
    assert analogy_accuracy(space, questions).correct == 1560


def test_questions_beyond_the_first_thousand_are_scored_with_their_own_words():
    space, questions = attribute_space(40, families=1, spread=0.3)
    asked = questions["family 0"]
    whole = analogy_accuracy(space, questions).correct
    parts = [analogy_accuracy(space, {"f": asked[k : k + 390]}).correct for k in range(0, 1560, 390)]
    assert 0 < whole < 1560 and sum(parts) == whole


def test_coverage_counts_what_was_not_asked():
    space, questions = attribute_space(3, families=1)
    questions["family 0"] += [("plain0-0", "marked0-0", "plain0-1", "missing"), ("no", "no", "no", "no")]
    questions["strangers"] = [("who", "are", "these", "people")]
    score = analogy_accuracy(space, questions)
    assert (score.correct, score.covered, score.asked) == (6, 6, 9)
    assert (score.accuracy, score.coverage) == (1, 6 / 9)
    stranger = score.families["strangers"]
    assert (stranger.correct, stranger.covered, stranger.asked) == (0, 0, 1)
    assert math.isnan(stranger.accuracy)
    assert stranger.coverage == 0
    assert "100.0% of 6 covered questions (of 9)" in str(score)


def test_nothing_covered():
    space, _ = attribute_space(2)
    with pytest.raises(ValueError, match="none of the 1 questions has all its words among the 8 words"):
        analogy_accuracy(space, {"f": [("a", "b", "c", "d")]})
    with pytest.raises(ValueError, match="none of the 0 questions"):
        analogy_accuracy(space, {})


def test_own_file_of_questions(tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text("# a comment\n: First Family\nA b\nc D\n\nE f\n: second\na b c d\n", encoding="utf-8")
    expected = {
        "first family": [
            ("a", "b", "c", "d"), ("a", "b", "e", "f"), ("c", "d", "a", "b"),
            ("c", "d", "e", "f"), ("e", "f", "a", "b"), ("e", "f", "c", "d"),
        ],
        "second": [("a", "b", "c", "d")],
    }  # fmt: skip
    assert load_analogies(path) == load_analogies(str(path)) == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (": f\na b\nc d e\n", r"mine\.txt, line 3: expected two or four words, found 'c d e'"),
        (": f\na b c d e\n", "line 2: expected two or four words"),
        (": f\n\nalone\n", "line 3"),
        ("# no family yet\na b\n", "line 2: expected ': name' of a family first, found 'a b'"),
        (":\na b\n", "expected ': name'"),
        (": \t\na b c d\n", "line 1: expected ': name'"),
        (": f\na b c d\n:\ne f g h\n", "line 3: expected ': name'"),
        (": f\na b\x0cc d\n", r"line 2: expected two or four words, found 'a b\\x0cc d'"),
        (": f\na b\u2028c d\n", "line 2: expected two or four words"),
        (": f\na b\u2029c d\ne f\n", "line 2: expected two or four words"),
        (": f\na b\x85c d\n", "line 2: expected two or four words"),
        (": f\na b\nc d\nA  B\n", "line 4: the pair 'A  B' stands on line 2 already"),
        (": f\na b c d\n: g\na b\n", "line 4: one pair makes no question"),
        (": f\na\0 b c d\n", "line 2, byte 2: a NUL byte"),
    ],
)
def test_bad_lines_are_named(tmp_path, content, message):
    (tmp_path / "mine.txt").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        load_analogies(tmp_path / "mine.txt")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b": g\ncaf\xe9 b c d\n", r"mine\.txt, line 2, byte 4: 0xe9 is not valid UTF-8"),
        (": g\na b c d\n".encode("utf-16"), r"mine\.txt, line 1, byte .*UTF-16"),
        (gzip.compress(b": g\na b c d\n", mtime=0), r"mine\.txt, line 1, byte .*a name that ends in \.gz"),
    ],
)
def test_questions_that_are_not_text_in_utf8(tmp_path, content, message):
    (tmp_path / "mine.txt").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        load_analogies(tmp_path / "mine.txt")


@pytest.mark.parametrize(
    "content",
    [
        ": f\na b c d\n:new  Section\ne f g h\n",
        "\ufeff: f\na b c d\n: new section\ne f g h\n",
        ":f\r\n\ta\tb c   d \r\n\r\n:\tnew section\r\ne f g h",
        ": f\na b c d\n# : g\n :new section\ne f g h\n",
    ],
)
def test_heads_of_families_as_people_write_them(tmp_path, content):
    for name, data in (("q.txt", content.encode()), ("q.txt.gz", gzip.compress(content.encode(), mtime=0))):
        (tmp_path / name).write_bytes(data)
        expected = {"f": [("a", "b", "c", "d")], "new section": [("e", "f", "g", "h")]}
        assert load_analogies(tmp_path / name) == expected


def test_a_family_in_two_parts_is_one(tmp_path):
    (tmp_path / "q.txt").write_text(": x to y\na b c d\n:g\ne f g h\n:x to y\ni j k l\n")
    assert load_analogies(tmp_path / "q.txt") == {
        "x to y": [("a", "b", "c", "d"), ("i", "j", "k", "l")],
        "g": [("e", "f", "g", "h")],
    }


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_questions_are_spelled_as_a_corpus_is(tmp_path, form):
    word = unicodedata.normalize(form, "Café")
    (tmp_path / "q.txt").write_text(f": g\n{word} b c d\n", encoding="utf-8")
    E = Embedding((*tokenize(word), "b", "c", "d"), [[1, 0], [0, 1], [2, 1], [1, 2.0]])
    assert analogy_accuracy(E, load_analogies(tmp_path / "q.txt")).covered == 1
    assert load_analogies(tmp_path / "q.txt", lower=False) == {"g": [("Caf\u00e9", "b", "c", "d")]}


def test_missing_file_of_questions(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_analogies(tmp_path / "none.txt")


# --- questions that cannot be answered, and what is no question -------------


@pytest.mark.parametrize("answer", "abc")
@pytest.mark.parametrize("d", [3, 20])
def test_a_word_of_the_question_is_never_the_answer(answer, d):
    E = Embedding(("a", "b", "c"), np.eye(3, d))
    score = analogy_accuracy(E, {"g": [("a", "b", "c", answer)]})
    assert (score.correct, score.covered, score.accuracy) == (0, 1, 0)


def test_one_word_alone_answers_nothing():
    score = analogy_accuracy(Embedding(("a",), [[1.0]]), {"g": [("a", "a", "a", "a")], "none": []})
    assert (score.correct, score.covered, score.asked) == (0, 1, 1)


@pytest.mark.parametrize("ask", [analogy_accuracy, analogy_details])
@pytest.mark.parametrize(
    ("questions", "message"),
    [
        ({"g": [("a", "b", "c")]}, r"family 'g' must be four words .* not \('a', 'b', 'c'\)"),
        ({"g": [("a", "b", "c", "d", "e")]}, "must be four words"),
        ({"g": ["abcd"]}, "must be four words .* not 'abcd'"),
        ({"g": [("a", "b", "c", 4)]}, "must be four words"),
        ({"g": [("a", "b", "c", None)]}, "must be four words"),
        ({"g": [{"a", "b", "c", "d"}]}, "must be four words"),
        ({"g": "abcd"}, "family 'g' must be a list of questions, not 'abcd'"),
        ({"g": {"a": ("a", "b", "c", "d")}}, "family 'g' must be a list of questions"),
        ([("a", "b", "c", "d")], "questions must be a dict of lists by family"),
        ("google", "questions must be a dict of lists by family, .* not 'google'"),
    ],
)
def test_what_is_no_question(ask, questions, message):
    with pytest.raises((ValueError, TypeError), match=message):
        ask(Embedding("abcde", np.eye(5)), questions)


def test_questions_that_can_be_read_once_are_read_once():
    ranks = Spectrum(np.array([3.0, 2.0, 1.0]), np.eye(5)[:, :3], 0.0, "abcde")
    questions = {"f": iter([("a", "b", "c", "d"), ("c", "d", "a", "b")])}
    assert accuracy_by_rank(ranks, [1, 2, 3], questions).covered == {"f": 2}


CASED = Embedding(("Man", "King", "Woman", "Queen", "tree"), [[1, 0], [2, 1], [0, 1], [1, 2.0], [-1, 1]])
ROYAL = ("man", "king", "woman", "queen")


@pytest.mark.parametrize("ask", [analogy_accuracy, analogy_details])
def test_vectors_with_capitals_against_questions_without(ask, tmp_path):
    with pytest.raises(
        ValueError, match="1 of the 1 questions would be covered but for capitals.*lower=False"
    ):
        ask(CASED, {"g": [ROYAL]})
    decomposed = Embedding(("cafe\u0301", "b", "c", "d", "e"), np.eye(5))
    with pytest.raises(ValueError, match="the spelling of letters with marks"):
        ask(decomposed, {"g": [("caf\u00e9", "b", "c", "d")]})
    (tmp_path / "q.txt").write_text(": g\nMan King Woman Queen\n")
    assert analogy_accuracy(CASED, load_analogies(tmp_path / "q.txt", lower=False)).correct == 1


def test_few_covered_for_their_capitals_are_a_warning():
    mixed = Embedding((*CASED.words, *ROYAL), np.arange(18.0).reshape(9, 2))
    capitals = Embedding((*ROYAL, "Paris", "France", "Rome", "Italy"), np.arange(16.0).reshape(8, 2))
    questions = {
        "g": [ROYAL],
        "c": [("paris", "france", "rome", "italy"), ("rome", "italy", "paris", "france")],
    }
    with pytest.warns(UserWarning, match="only 1 questions are covered; 3 of the 3 .* capitals"):
        assert analogy_accuracy(capitals, questions).covered == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert analogy_accuracy(mixed, questions).covered == 1  # the others are not there in any spelling


# --- the set of our own ----------------------------------------------------


def own_pairs():
    pairs, name = {}, ""
    for line in dataset_path("w2vlib").read_text(encoding="utf-8").splitlines():
        if line.startswith(":"):
            name = line[1:].strip()
        elif line and not line.startswith("#"):
            pairs.setdefault(name, []).append(tuple(line.split()))
    return pairs


def test_own_set_uses_shipped_words_only(wikipedia):
    known = set(wikipedia.words)
    assert {word for asked in load_analogies().values() for q in asked for word in q} <= known


def test_own_set_has_families_worth_a_score():
    pairs = own_pairs()
    assert len(pairs) >= 10
    for name, couples in pairs.items():
        assert len(couples) >= 8, name
        assert all(len(couple) == 2 for couple in couples), name
        assert max(Counter(couples).values()) == 1, f"{name}: a pair stands twice"
        assert all(a != b for a, b in couples), name
    assert {name: len(asked) for name, asked in load_analogies().items()} == {
        name: len(couples) * (len(couples) - 1) for name, couples in pairs.items()
    }


def test_own_set_asks_nothing_unanswerable():
    """The answer must not be one of the question's words, which are excluded."""
    hopeless = [q for asked in load_analogies().values() for q in asked if len({*q[:3]}) < 3 or q[3] in q[:3]]
    assert hopeless == []


# --- Google's set ----------------------------------------------------------


@pytest.fixture
def with_gensim():
    if importlib.util.find_spec("gensim") is None:
        pytest.skip("gensim is not installed")


def test_google_has_its_19544_questions(with_gensim):
    questions = load_analogies("google")
    assert sum(map(len, questions.values())) == 19_544
    assert len(questions) == 14
    assert questions["family"][0] == ("boy", "girl", "brother", "sister")
    assert len(questions["capital-common-countries"]) == 506
    assert all(word == word.lower() for asked in questions.values() for q in asked for word in q)


def test_google_on_the_shipped_statistics(with_gensim, wikipedia_2000, wikipedia_space):
    E = wikipedia_space
    score = analogy_accuracy(E, load_analogies("google"))
    assert score.asked == 19_544
    known = set(wikipedia_2000.words)
    covered = [q for asked in load_analogies("google").values() for q in asked if known.issuperset(q)]
    assert score.covered == len(covered) > 300
    assert score.correct == sum(f.correct for f in score.families.values())
    by_hand = sum(E.analogy(a, b, c)[0][0] == answer for a, b, c, answer in covered[:100])
    assert by_hand > 30
    assert score.accuracy > 0.4


# --- similarity ------------------------------------------------------------


def fan(*degrees):
    """Words "0", "1", … at these angles."""
    angles = np.radians(degrees)
    return Embedding(tuple(map(str, range(len(degrees)))), np.c_[np.cos(angles), np.sin(angles)])


def test_rank_correlation_by_hand():
    space = fan(0, 10, 30, 60)
    # Cosines fall with the angle: 10°, 30°, 60° from word 0.
    pairs = [("0", "1", 9.0), ("0", "2", 5.0), ("0", "3", 1.0)]
    assert similarity_correlation(space, pairs).correlation == pytest.approx(1)
    assert similarity_correlation(space, [(a, b, -j) for a, b, j in pairs]).correlation == pytest.approx(-1)
    # Ranks 1 2 3 against 2 1 3: 1 − 6·2/(3·8) = ½.
    assert similarity_correlation(
        space, [("0", "1", 5.0), ("0", "2", 9.0), ("0", "3", 1.0)]
    ).correlation == pytest.approx(0.5)


def test_similarity_counts_what_is_covered():
    space = fan(0, 10, 30, 60)
    pairs = [("0", "1", 9.0), ("0", "2", 5.0), ("0", "3", 1.0), ("0", "missing", 3.0)]
    score = similarity_correlation(space, pairs)
    assert (score.covered, score.asked) == (3, 4)
    assert str(score) == "1.000 over 3 of 4 pairs"
    with pytest.raises(ValueError, match="only 2 of 4 pairs"):
        similarity_correlation(space, pairs[1:3] + [("a", "b", 1.0)] * 2)


@pytest.mark.parametrize(
    ("name", "number", "first"),
    [("wordsim353", 353, ("love", "sex", 6.77)), ("simlex999", 999, ("old", "new", 1.58))],
)
def test_similarity_sets(with_gensim, name, number, first):
    pairs = load_similarities(name)
    assert len(pairs) == number
    assert pairs[0] == first
    assert all(0 <= judgement <= 10 and a == a.lower() for a, _, judgement in pairs)


def test_similarity_on_the_shipped_statistics(with_gensim, wikipedia_space):
    score = similarity_correlation(wikipedia_space, load_similarities("wordsim353"))
    assert score.covered > 30
    assert score.correlation > 0.4


def test_men_is_shipped_as_its_authors_made_it(monkeypatch, wikipedia_space):
    for module in ("gensim", "pooch"):  # needs neither
        monkeypatch.setitem(sys.modules, module, None)
    text = shipped_bytes("men3000.tsv").decode()
    assert text.startswith("# The MEN Test Collection") and "CC BY 2.0" in text and "Bruni" in text
    pairs = load_similarities("men3000")
    assert len(pairs) == len({frozenset(pair[:2]) for pair in pairs}) == 3000
    judged = [judgement for *_, judgement in pairs]
    assert judged == sorted(judged, reverse=True) and (judged[0], judged[-1]) == (50, 0)
    score = similarity_correlation(wikipedia_space, pairs)
    assert score.asked == 3000 and score.correlation > 0.4


# --- where the sets come from ----------------------------------------------


@pytest.fixture
def no_gensim(monkeypatch):
    monkeypatch.setitem(sys.modules, "gensim", None)
    assert importlib.util.find_spec("gensim") is None


@pytest.fixture
def server(monkeypatch, tmp_path):
    """A web server on this machine, in place of the one the sets are downloaded from."""
    pytest.importorskip("pooch")
    state = SimpleNamespace(content=b"not what was expected\n", status=200, asked=[])

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            state.asked.append(self.path)
            self.send_response(state.status)
            self.send_header("Content-Length", str(len(state.content)))
            self.end_headers()
            self.wfile.write(state.content)

        def log_message(self, *_):
            pass

    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(datasets, "_GENSIM", f"http://127.0.0.1:{web.server_port}/")
    monkeypatch.setattr("pooch.os_cache", lambda _: tmp_path / "cache")
    yield state
    web.shutdown()
    web.server_close()


def test_unknown_set():
    with pytest.raises(
        ValueError,
        match="name must be 'w2vlib', 'men3000', 'google', 'wordsim353' or 'simlex999', not 'bats'",
    ):
        dataset_path("bats")


def test_own_set_needs_neither_gensim_nor_network(no_gensim, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    assert len(load_analogies()) >= 10


def test_without_gensim_and_pooch_the_remedy_is_named(no_gensim, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(DatasetUnavailableError, match=r"pip install gensim.*dataset_path\('w2vlib'\)"):
        load_analogies("google")


def test_without_network_the_remedy_is_named(no_gensim, server):
    server.status = 404
    with pytest.raises(
        DatasetUnavailableError, match="questions-words.txt could not be downloaded.*pip install gensim"
    ):
        load_analogies("google")


def test_a_download_is_checked_and_kept(no_gensim, server, monkeypatch):
    server.content = b": f\na b c d\n"
    monkeypatch.setitem(datasets._FILES, "google", ("mine.txt", hashlib.sha256(server.content).hexdigest()))
    for _ in range(2):
        assert load_analogies("google") == {"f": [("a", "b", "c", "d")]}
    assert server.asked == ["/mine.txt"]


def test_a_download_with_another_checksum_is_refused(no_gensim, server, tmp_path):
    with pytest.raises(ValueError, match="questions-words.txt.*SHA256|questions-words.txt.*SHA-256"):
        load_analogies("google")
    kept = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert kept == []


def test_gensims_file_with_another_checksum_is_refused(monkeypatch, tmp_path):
    (tmp_path / "test" / "test_data").mkdir(parents=True)
    (tmp_path / "test" / "test_data" / "questions-words.txt").write_text(": f\na b c d\n")
    fake = SimpleNamespace(origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *_: fake if name == "gensim" else None)
    with pytest.raises(ValueError, match="is not the file expected: its SHA-256 is .*; reinstall gensim"):
        dataset_path("google")


# --- similarity files ------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a\tb", "line 3: expected two words and a number between tabs, found 'a"),
        ("a b 3.5", "line 3: expected two words"),
        ("a\tb\t3,5", "line 3: expected two words"),
        ("a\tb\tnan", "line 3: expected two words"),
        ("a\tb\t1\t2", "line 3: expected two words"),
    ],
)
def test_lines_of_judgements_are_not_passed_over(tmp_path, monkeypatch, line, message):
    path = tmp_path / "set.tsv"
    monkeypatch.setattr("w2vlib.evaluation.similarity.dataset_path", lambda name: path)
    path.write_text(f"# title\nA\tb\t1.5\n{line}\n")
    with pytest.raises(ValueError, match=message):
        load_similarities("wordsim353")
    path.write_text("# title\nA\tb\t1.5\n\n")
    assert load_similarities("wordsim353") == [("a", "b", 1.5)]


@pytest.mark.parametrize("pair", [("a", "b"), ("a", "b", "9"), ("a", "b", np.nan), ("a", 1, 2.0), "abc", 7])
def test_what_is_no_judged_pair(pair):
    with pytest.raises(ValueError, match="a pair must be two words and a finite number"):
        similarity_correlation(Embedding("abc", np.eye(3)), [("a", "b", 1.0), pair])


def test_what_is_all_equal_has_no_order():
    pairs = [("a", "b", 1.0), ("b", "c", 2.0), ("a", "c", 3.0)]
    with pytest.raises(ValueError, match=r"all cosines are 0\.0: .* no order"):
        similarity_correlation(Embedding("abc", np.eye(3)), pairs)
    with pytest.raises(ValueError, match="all judgements are 1: .* no order"):
        similarity_correlation(
            Embedding("abc", np.arange(6.0).reshape(3, 2)), [(a, b, 1) for a, b, _ in pairs]
        )
