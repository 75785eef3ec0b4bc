"""Statistics of a corpus, by hand and as shipped."""

from __future__ import annotations

import dataclasses
import hashlib
import subprocess
import sys
from importlib import resources

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st

import w2vlib
from w2vlib.corpus import Corpus, tokenize
from w2vlib.statistics import CorpusStatistics, count_corpus
from w2vlib.words import UnknownWordError

#: SHA-256 of the 5,000 shipped words, one a line.  To be renewed only when the data are made anew:
#: python -c "import w2vlib, hashlib; print(hashlib.sha256('\n'.join(w2vlib.load_wikipedia().words).encode()).hexdigest())"
WORDS_SHA256 = "6a853c589dc560574604fe8648de5921fdc30993fb0fdd9cc05bba26f1c4719b"

DATA = resources.files("w2vlib") / "data"
DOCUMENTS = st.lists(st.lists(st.sampled_from("abcdef"), max_size=10), min_size=1, max_size=5)


def made(counts, words="abcdef", **given):
    counts = np.asarray(counts)
    size = counts.shape[0] if counts.ndim else 0
    given = {"occurrences": np.ones(size, int), "window": 2, **given}
    return CorpusStatistics(tuple(words[:size]), counts, **given)


# --- by hand ---------------------------------------------------------------


def test_by_hand(small):
    # "a b a" and "b c", reach 2: neighbours weigh 2, the two a's 1; every pair is seen from both ends.
    assert small.words == ("a", "b", "c")
    assert small.counts.tolist() == [[2, 4, 0], [4, 0, 2], [0, 2, 0]]
    assert small.occurrences.tolist() == [2, 2, 1]
    assert (small.total, small.n_tokens, small.n_documents, len(small)) == (14, 5, 2, 3)
    assert small.p.tolist() == [6 / 14, 6 / 14, 2 / 14]
    assert small.P[0].tolist() == [2 / 14, 4 / 14, 0]
    assert small.count("a", "b") == small.count("b", "a") == 4
    assert "3 words, window 2 linear, 5 tokens in 2 documents" in repr(small)


def test_P_is_a_distribution_and_p_its_marginal(random_stats):
    stats = random_stats(40)
    assert stats.P.sum() == pytest.approx(1, abs=1e-14)
    assert stats.p.sum() == pytest.approx(1, abs=1e-14)
    np.testing.assert_allclose(stats.P.sum(axis=1), stats.p, rtol=1e-13)
    assert (stats.P == stats.P.T).all()


def test_the_total_is_exact_beyond_32_bits_and_the_53_of_a_double():
    assert made(np.full((2, 2), 2**31 - 1, np.int32)).total == 4 * (2**31 - 1)
    assert made([[1, 2**54], [2**54, 0]]).total == 2**55 + 1


def test_words_are_found_and_near_spellings_offered(wikipedia_2000):
    with pytest.raises(UnknownWordError, match="'quen' is not among the 2000 words.*'queen'"):
        wikipedia_2000.count("king", "quen")
    with pytest.raises(KeyError, match="did you mean 'king'"):
        wikipedia_2000.count("King", "the")
    with pytest.raises(UnknownWordError) as error:
        wikipedia_2000.count("zzzzzzzz", "the")
    assert "did you mean" not in str(error.value)


# --- a record that does not change ------------------------------------------


@pytest.mark.parametrize("whole", [True, False])
def test_statistics_are_not_what_the_caller_writes_to(whole):
    given = np.array([[2, 4], [4, 0]]) if whole else np.array([[2, 4, 9], [4, 0, 9], [9, 9, 9]])[:2, :2]
    occurrences = np.array([3, 1])
    stats = made(given, occurrences=occurrences)
    assert stats.total == 10
    given[0, 0], occurrences[1] = 100, 7
    assert stats.counts.tolist() == [[2, 4], [4, 0]]
    assert stats.occurrences.tolist() == [3, 1]
    assert (stats.total, stats.p.tolist()) == (10, [0.6, 0.4])


def test_a_view_of_which_the_owner_can_write_is_copied():
    owner = np.array([[2, 4], [4, 0]])
    view = owner.view()
    view.flags.writeable = False
    stats = made(view)
    owner[0, 0] = 50
    assert stats.counts[0, 0] == 2


@pytest.mark.parametrize("name", ["counts", "occurrences", "p"])
def test_statistics_cannot_be_written_to(small, tmp_path, name):
    """Sums that are kept would go stale, and every target with them."""
    small.save(tmp_path / "a.w2v")
    for stats in (
        small,
        small.first(2),
        small + small,
        CorpusStatistics.load(tmp_path / "a.w2v"),
        made([[1]]),
    ):
        with pytest.raises(ValueError, match="read-only"):
            getattr(stats, name)[...] = 5
        with pytest.raises(AttributeError):
            setattr(stats, name, np.ones(3))
    assert small.P.flags.writeable  # computed anew each time, so it belongs to the caller


# --- restriction and addition ----------------------------------------------


@given(DOCUMENTS, st.integers(1, 6), st.sampled_from(["linear", "harmonic", "flat"]), st.data())
def test_first_equals_recounting_where_words_leave_gaps(documents, window, weighting, data):
    documents.append(list("abcdef"))
    whole = count_corpus(documents, window=window, weighting=weighting, oov="gap", backend="numpy")
    size = data.draw(st.integers(1, len(whole)))
    corner, again = (
        whole.first(size),
        count_corpus(documents, size=size, window=window, weighting=weighting, oov="gap", backend="numpy"),
    )
    assert corner.words == again.words
    assert np.array_equal(corner.counts, again.counts)
    assert np.array_equal(corner.occurrences, again.occurrences)
    assert np.array_equal(corner.counts, whole.counts[:size, :size])
    assert (corner.n_tokens, corner.n_documents) == (again.n_tokens, again.n_documents)


def test_first_differs_from_recounting_where_words_are_dropped():
    documents = [["a", "x", "b"], ["a", "b"], ["a"]]
    assert count_corpus(documents, window=1).first(2).count("a", "b") == 1
    assert count_corpus(documents, window=1, size=2).count("a", "b") == 2


@given(DOCUMENTS)
def test_recounting_with_dropped_words_never_gives_less(documents):
    documents.append(list("abcdef"))
    whole = count_corpus(documents, window=3, backend="numpy")
    again = count_corpus(documents, size=3, window=3, backend="numpy")
    assert (again.counts >= whole.first(3).counts).all()


def test_first_does_not_share_memory(small):
    """A corner keeps no whole matrix in memory."""
    corner = small.first(2)
    assert not np.shares_memory(corner.counts, small.counts)
    assert not np.shares_memory(corner.occurrences, small.occurrences)
    assert corner.counts.base is None


@pytest.mark.parametrize("size", [0, -1, 4])
def test_first_out_of_range(small, size):
    with pytest.raises(ValueError, match=f"between 1 and 3, not {size}, as the vocabulary"):
        small.first(size)


@given(DOCUMENTS, DOCUMENTS)
def test_statistics_of_two_corpora_add_up(one, other):
    one.append(list("abcdef"))
    other.append(list("fedcba"))
    options = dict(words=list("abcdef"), window=4, backend="numpy")
    together = count_corpus(one + other, **options)
    added = count_corpus(one, **options) + count_corpus(other, **options)
    assert np.array_equal(added.counts, together.counts)
    assert np.array_equal(added.occurrences, together.occurrences)
    assert (added.n_tokens, added.n_documents) == (together.n_tokens, together.n_documents)


def test_adding_does_not_overflow_32_bits():
    large = made(np.full((1, 1), 2**31 - 1, np.int32))
    assert (large + large).counts.item() == 2**32 - 2


@pytest.mark.parametrize(
    ("name", "value"), [("words", "fedcba"), ("window", 3), ("weighting", "flat"), ("oov", "gap")]
)
def test_what_was_counted_differently_cannot_be_added(name, value):
    counts = np.ones((3, 3), int)
    with pytest.raises(ValueError, match=f"only if their {name} agree"):
        made(counts) + made(counts, **{name: value})


# --- what goes wrong -------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([[1.0, np.nan], [0.0, 1.0]], "whole numbers, found nan in row 0, column 1"),
        ([[1.0, 2.0], [2.5, 1.0]], "whole numbers, found 2.5 in row 1, column 0"),
        ([[1.0, np.inf], [np.inf, 1.0]], "found inf in row 0, column 1"),
        ([[1.0, 2.0], [2.0, 1.0]], "integer type, not float64"),
        ([[1, 2], [2, -3]], "negative, found -3 in row 1, column 1"),
        ([[1, 2], [3, 1]], "symmetric, but row 0, column 1 holds 2 and its mirror 3"),
        ([[1, 2, 3], [2, 1, 3]], r"2 × 2, .* not of shape \(2, 3\)"),
        ([1, 2], "2 × 2"),
        (np.zeros((0, 0), int), "vocabulary is empty"),
    ],
)
def test_bad_counts(counts, message):
    with pytest.raises(ValueError, match=message):
        made(counts)


def test_asymmetry_is_found_in_the_last_rows_too():
    counts = np.ones((1100, 1100), int)
    counts[1099, 3] = 7
    with pytest.raises(ValueError, match="row 3, column 1099 holds 1 and its mirror 7"):
        made(counts, words=[f"w{i}" for i in range(1100)])


def test_bad_words_occurrences_and_options():
    with pytest.raises(ValueError, match="'a' more than once"):
        made(np.ones((2, 2), int), words="aa")
    with pytest.raises(ValueError, match="occurrences must hold one number for each of the 2 words"):
        made(np.ones((2, 2), int), occurrences=[1, 2, 3])
    with pytest.raises(ValueError, match="occurrences must not be negative"):
        made(np.ones((2, 2), int), occurrences=[1, -2])
    with pytest.raises(ValueError, match="window"):
        made(np.ones((2, 2), int), window=0)
    with pytest.raises(ValueError, match="weighting"):
        made(np.ones((2, 2), int), weighting="steep")


# --- counting a corpus -----------------------------------------------------


def test_a_path_a_corpus_a_list_and_a_generator_give_the_same(tmp_path):
    (tmp_path / "a.txt").write_text("The king and the queen.\nA king!\n")
    documents = [["the", "king", "and", "the", "queen"], ["a", "king"]]
    sources = [tmp_path, str(tmp_path), tmp_path / "a.txt", Corpus(tmp_path), documents, iter(documents)]
    found = [count_corpus(source, window=3) for source in sources]
    assert found[0].words == ("king", "the", "a", "and", "queen")
    assert found[0].count("king", "queen") == 1
    for stats in found[1:]:
        assert stats.words == found[0].words
        assert np.array_equal(stats.counts, found[0].counts)
        assert (stats.n_tokens, stats.n_documents) == (7, 2)


def test_a_ready_vocabulary():
    stats = count_corpus([["b", "a", "x", "b"]], words=["a", "b", "never"], window=1, source="mine")
    assert stats.words == ("a", "b", "never")
    assert stats.occurrences.tolist() == [1, 2, 0]
    assert stats.counts.tolist() == [[0, 2, 0], [2, 0, 0], [0, 0, 0]]
    assert (stats.n_tokens, stats.source, stats.window) == (4, "mine", 1)


@pytest.mark.parametrize("size", [None, 2])
def test_a_string_is_no_document(size):
    """Its letters would be counted in silence."""
    for documents in (["the cat sat"], [["a", "dog"], "the cat sat"], iter(["the cat sat"])):
        with pytest.raises(ValueError, match=r"list of words, not a string, found 'the cat sat'; .*tokenize"):
            count_corpus(documents, size)
    with pytest.raises(ValueError, match="found 'the cat sat'"):
        count_corpus(["the cat sat"], words=["cat"])
    assert count_corpus([tokenize("the cat sat")]).words == ("cat", "sat", "the")


def test_options_are_kept_and_obeyed():
    stats = count_corpus([list("axb")], words=["a", "b"], window=np.int64(2), weighting="harmonic", oov="gap")
    assert stats.count("a", "b") == 1  # one half, in halves
    assert (stats.window, stats.weighting, stats.oov) == (2, "harmonic", "gap")
    assert count_corpus([list("aab")], size=1).words == ("a",)
    assert count_corpus([list("aab")], min_count=2).words == ("a",)


def test_bad_corpora():
    with pytest.raises(ValueError, match="corpus is empty"):
        count_corpus([])
    with pytest.raises(ValueError, match="corpus is empty"):
        count_corpus([["a"]], words=["b"])
    with pytest.raises(ValueError, match="only 2 different words"):
        count_corpus([["a", "b"]], size=3)
    for chosen in ({"size": 1}, {"min_count": 2}, {"size": 1, "min_count": 2}):
        with pytest.raises(ValueError, match="words is a vocabulary, .* pass either, not both"):
            count_corpus([["a", "a", "b"]], words=["a"], **chosen)
    with pytest.raises(ValueError, match="window"):
        count_corpus(iter([["a", "b"]]), window=0)
    with pytest.raises(ValueError, match="oov"):
        count_corpus([["a", "b"]], oov="keep")
    with pytest.raises(FileNotFoundError):
        count_corpus("no/such/file")


# --- the shipped statistics ------------------------------------------------


def test_every_data_file_has_its_checksum():
    listed = dict(line.split()[::-1] for line in (DATA / "SHA256SUMS").read_text().splitlines())
    shipped = {
        file.name for file in DATA.iterdir() if file.suffix in (".w2v", ".npy", ".xz", ".tsv", ".json")
    }
    parts = {f"wikipedia-part-{k}.w2v" for k in range(8)}
    recorded = {"full_runs.json", "modular_addition.json", "next_word.json", "without_training.json"}
    vectors = {"wikipedia-sgns.npy", "glove-6b-50d.npy", "wordllama.npy"}
    assert shipped == {"wikipedia.w2v", "wikipedia-lags.npy.xz", "men3000.tsv"} | parts | recorded | vectors
    assert set(listed) == shipped
    for name, digest in listed.items():
        assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == digest, name


def test_no_word_of_the_vocabulary_was_renamed(wikipedia):
    assert hashlib.sha256("\n".join(wikipedia.words).encode()).hexdigest() == WORDS_SHA256


def test_shipped_statistics_are_what_the_data_card_says(wikipedia):
    assert len(wikipedia) == 5000
    assert wikipedia.counts.shape == (5000, 5000)
    assert (wikipedia.window, wikipedia.weighting, wikipedia.oov) == (16, "linear", "drop")
    assert (wikipedia.n_tokens, wikipedia.n_documents) == (44_918_079, 94_850)
    assert "CC BY-SA" in wikipedia.source
    assert wikipedia.words[:3] == ("the", "of", "and")
    assert {"king", "queen", "man", "woman"} <= set(wikipedia.words)
    assert all(tokenize(word) == [word] for word in wikipedia.words)
    order = sorted(zip(-wikipedia.occurrences, wikipedia.words))
    assert tuple(word for _, word in order) == wikipedia.words


def test_shipped_counts_obey_what_any_counts_must(wikipedia):
    """Row sums cannot exceed what the windows hold, and fall short of it by document edges only."""
    rows = wikipedia.counts.sum(axis=1, dtype=np.int64)
    full = wikipedia.occurrences * 2 * sum(range(1, 17))
    assert (rows <= full).all()
    assert 0.95 < rows.sum() / full.sum() < 1
    assert wikipedia.counts.min() == 0
    assert np.array_equal(wikipedia.counts, wikipedia.counts.T)
    assert not (wikipedia.counts.diagonal() % 2).any()  # a word beside itself is seen from both ends
    assert wikipedia.occurrences.sum() <= wikipedia.n_tokens
    assert wikipedia.P.sum() == pytest.approx(1, abs=1e-12)


def test_the_parts_add_up_to_the_whole(wikipedia, wikipedia_parts):
    whole = wikipedia.first(1000)
    added = wikipedia_parts[0]
    for part in wikipedia_parts[1:]:
        added = added + part
    assert added.words == whole.words
    assert np.array_equal(added.counts, whole.counts)
    assert np.array_equal(added.occurrences, whole.occurrences)
    assert (added.n_tokens, added.n_documents) == (whole.n_tokens, whole.n_documents)
    assert (added.window, added.weighting, added.oov) == (whole.window, whole.weighting, whole.oov)


def test_each_part_doubles_the_corpus(wikipedia_parts):
    articles = [part.n_documents for part in wikipedia_parts]
    for k, share in enumerate([1 / 128, 1 / 128, 1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2]):
        assert articles[k] / sum(articles) == pytest.approx(share, rel=0.01)


def test_a_smaller_shipped_vocabulary(wikipedia):
    small = w2vlib.load_wikipedia(10)
    assert small.words == wikipedia.words[:10]
    assert np.array_equal(small.counts, wikipedia.counts[:10, :10])
    with pytest.raises(ValueError, match="5000, not 5001"):
        w2vlib.load_wikipedia(5001)


# --- whole numbers that are at the edge of their types -------------------------


EDGES = [
    (np.int8, 127), (np.uint8, 255), (np.int16, 2**15 - 1), (np.uint16, 2**16 - 1),
    (np.int32, 2**31 - 1), (np.uint32, 2**32 - 1), (np.int64, 2**63 - 1), (np.uint64, 2**64 - 1),
]  # fmt: skip


@pytest.mark.parametrize("dtype, largest", EDGES)
def test_every_sum_is_exact_whatever_the_type(tmp_path, dtype, largest):
    stats = made(np.full((3, 3), largest, dtype))
    assert (stats.total, type(stats.total)) == (9 * largest, int)
    assert stats.count("a", "b") == largest
    assert stats.p == pytest.approx([1 / 3] * 3, abs=1e-15)
    assert stats.P == pytest.approx(np.full((3, 3), 1 / 9), abs=1e-15)
    assert w2vlib.m_star(stats) == pytest.approx(np.zeros((3, 3)), abs=1e-14)
    assert w2vlib.targets.pmi(stats) == pytest.approx(np.zeros((3, 3)), abs=1e-14)
    assert stats.counts.dtype.itemsize >= 4
    stats.save(tmp_path / "s.w2v")
    loaded = CorpusStatistics.load(tmp_path / "s.w2v")
    assert loaded.counts.tolist() == [[largest] * 3] * 3
    assert loaded.total == 9 * largest
    assert loaded.first(2).total == 4 * largest


@pytest.mark.parametrize("dtype, largest", EDGES)
def test_statistics_are_added_exactly_or_not_at_all(dtype, largest):
    stats = made(np.array([[largest, 1], [1, 0]], dtype))
    if 2 * largest < 2**64:
        added = stats + stats
        assert added.counts.tolist() == [[2 * largest, 2], [2, 0]]
        assert added.total == 2 * largest + 4
    else:
        with pytest.raises(OverflowError, match=f"a count of both together is {2 * largest}"):
            stats + stats
    other = made(np.array([[0, 1], [1, 5]], np.uint8))
    assert (stats + other).counts.tolist() == [[largest, 2], [2, 5]]
    assert (other + stats).counts.tolist() == [[largest, 2], [2, 5]]


def test_occurrences_are_added_exactly_or_not_at_all():
    one = made([[2, 1], [1, 0]], occurrences=[2**62, 3])
    with pytest.raises(OverflowError, match=f"occurrences of both together is {2**63}"):
        one + one
    other = made([[2, 1], [1, 0]], occurrences=[2**62 - 1, 2**63 - 4])
    assert (one + other).occurrences.tolist() == [2**63 - 1, 2**63 - 1]


def test_counts_beyond_a_double_keep_their_last_digit(tmp_path):
    counts = np.array([[2**63 + 5, 1], [1, 2]], np.uint64)
    stats = made(counts)
    assert stats.total == 2**63 + 9
    stats.save(tmp_path / "s.w2v")
    assert CorpusStatistics.load(tmp_path / "s.w2v").counts.tolist() == [[2**63 + 5, 1], [1, 2]]


def test_what_a_user_sums_is_summed_in_64_bits():
    stats = count_corpus([["a", "b"] * 3], window=2)
    assert stats.counts.sum().itemsize == stats.counts.sum(axis=0).itemsize == 8
    assert made(np.eye(2, dtype=np.uint8)).counts.sum().itemsize == 8


@pytest.mark.parametrize("odd", [[[True, False], [False, True]], [["1", "2"], ["2", "1"]], [[1j, 0], [0, 1]],
                                 [[2**70, 1], [1, 2]], [[None, 1], [1, 2]]])  # fmt: skip
def test_counts_of_other_types(odd):
    with pytest.raises(ValueError, match="counts must have an integer type of at most 64 bits, not"):
        made(odd)


@pytest.mark.parametrize(
    "odd, message",
    [
        ([1, 2.5], "occurrences must be whole numbers, found 2.5 in row 1"),
        ([np.nan, 2], "occurrences must be whole numbers, found nan in row 0"),
        ([np.inf, 2], "occurrences must be whole numbers, found inf in row 0"),
        ([1, 2.0**63], "occurrences must be at most 9223372036854775807, found 9.2.*e\\+18 in row 1"),
        (
            np.array([1, 2**63 + 1], np.uint64),
            "at most 9223372036854775807, found 9223372036854775809 in row 1",
        ),
        ([True, False], "occurrences must have an integer type"),
        (["1", "2"], "occurrences must have an integer type"),
        ([None, 2], "occurrences must have an integer type"),
        ([1, -1], "occurrences must not be negative, found -1 in row 1"),
    ],
)
def test_occurrences_are_whole_numbers(odd, message):
    with pytest.raises(ValueError, match=message):
        made([[1, 2], [2, 1]], occurrences=odd)


@pytest.mark.parametrize("name", ["window", "n_tokens", "n_documents"])
@pytest.mark.parametrize("odd", [-1, True, 2.5, "3", None, np.nan, np.float64(2)])
def test_sizes_are_whole_numbers(name, odd):
    with pytest.raises(ValueError, match=f"{name} must be a whole number from . on, not"):
        made([[1, 2], [2, 1]], **{name: odd})
    fine = made([[1, 2], [2, 1]], **{name: np.uint8(200)})
    assert (getattr(fine, name), type(getattr(fine, name))) == (200, int)


def test_other_fields():
    with pytest.raises(ValueError, match="oov must be 'drop' or 'gap', not 'keep'"):
        made([[1, 2], [2, 1]], oov="keep")
    for odd in (b"novels", None, 3, "caf\udce9"):
        with pytest.raises(ValueError, match="source must be text"):
            made([[1, 2], [2, 1]], source=odd)
        with pytest.raises(ValueError, match="source must be text"):
            count_corpus([["a", "b"]], source=odd)
    with pytest.raises(TypeError, match="unsupported operand"):
        made([[1, 2], [2, 1]]) + 1


def test_a_source_that_is_a_path_is_saved_as_text(tmp_path):
    stats = count_corpus([["a", "b"]], window=1, source=tmp_path)
    stats.save(tmp_path / "s.w2v")
    assert CorpusStatistics.load(tmp_path / "s.w2v").source == str(tmp_path)


@pytest.mark.parametrize("odd", [b"b", np.int64(2), None, float("nan"), ("b", "V"), "caf\udce9"])
def test_words_that_cannot_be_saved_are_refused_at_once(odd):
    with pytest.raises(ValueError, match="word"):
        made([[1, 2], [2, 1]], words=("a", odd))
    with pytest.raises(ValueError, match="word"):
        count_corpus([["a", odd]], window=1)
    with pytest.raises(ValueError, match="word"):
        count_corpus([["a", "b"]], words=["a", odd], window=1)


def test_a_window_of_any_width_takes_no_memory():
    assert made([[1, 2], [2, 1]], window=10**15).window == 10**15
    assert count_corpus([["a", "b"]], window=10**12).count("a", "b") == 10**12


PLATFORM_OF_32_BITS = """
import sys
import tempfile
import numpy as np
np.int_ = np.int32  # what NumPy adds numbers of fewer bits up in, as on wasm32; read when w2vlib is imported
import w2vlib
from w2vlib.corpus import encode
from w2vlib.counting import cooccurrence_counts

text = [["a", "b", "a"], ["b", "c"]]
stats = w2vlib.count_corpus(text, window=2)
stats.save(path := tempfile.mkdtemp() + "/small.w2v")
for name, counts in {
    "counted": stats.counts,
    "counted with NumPy": w2vlib.count_corpus(text, window=2, backend="numpy").counts,
    "counted from numbers": cooccurrence_counts(encode(text, list("abc")), 3, 2),
    "made of what is narrower": w2vlib.CorpusStatistics("abc", stats.counts.astype(np.int32), [2, 2, 1], 2).counts,
    "made of what has no sign": w2vlib.CorpusStatistics("abc", stats.counts.astype(np.uint32), [2, 2, 1], 2).counts,
    "made of a list": w2vlib.CorpusStatistics("abc", stats.counts.tolist(), [2, 2, 1], 2).counts,
    "a corner": stats.first(2).counts,
    "added": (stats + stats).counts,
    "read": w2vlib.CorpusStatistics.load(path).counts,
    "shipped": w2vlib.load_wikipedia(50).counts,
    "shipped in parts": w2vlib.load_wikipedia_parts()[0].counts,
}.items():
    print(counts.dtype, name)
"""


def test_where_plain_integers_have_32_bits_counts_have_64():
    """There a sum over counts of 32 bits would wrap around unseen."""
    found = subprocess.run([sys.executable, "-c", PLATFORM_OF_32_BITS], capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    doors = found.stdout.splitlines()
    assert len(doors) == 11 and [door for door in doors if not door.startswith("int64 ")] == []


# --- sparse counts -------------------------------------------------------------------


@pytest.fixture
def both_kinds(random_stats, made_sparse):
    dense = random_stats(30, zeros=0.7)
    return dense, made_sparse(dense)


def test_sparse_statistics_say_what_dense_ones_say(both_kinds):
    dense, sparse = both_kinds
    assert sparse.sparse and not dense.sparse and sparse.counts.nnz == np.count_nonzero(dense.counts)
    assert sparse.total == dense.total and np.array_equal(sparse.p, dense.p)
    assert sparse.count("w3", "w7") == dense.count("w3", "w7")
    assert sparse.count("w0", "w0") == dense.count("w0", "w0")
    assert np.array_equal(sparse.dense().counts, dense.counts) and dense.dense() is dense
    first = sparse.first(11)
    assert first.sparse and np.array_equal(first.dense().counts, dense.first(11).counts)


def test_sparse_statistics_are_added_to_either_kind(both_kinds):
    dense, sparse = both_kinds
    for together in (sparse + sparse, sparse + dense):
        assert together.sparse and np.array_equal(together.dense().counts, (dense + dense).counts)
        assert together.counts.has_canonical_format
    assert np.array_equal((dense + sparse).counts, (dense + dense).counts)
    huge = dataclasses.replace(sparse, counts=scipy.sparse.csr_array(np.eye(30, dtype=np.int64) * 2**62))
    with pytest.raises(OverflowError, match="more than 64 bits"):
        huge + huge


def test_what_is_given_is_brought_into_one_form_and_is_nobody_elses(both_kinds):
    dense, sparse = both_kinds
    rows, columns = np.nonzero(np.ones_like(dense.counts))
    halves = np.concatenate([dense.counts.ravel() // 2, dense.counts.ravel() - dense.counts.ravel() // 2])
    places = np.concatenate([rows, rows]), np.concatenate([columns, columns])
    twice = scipy.sparse.coo_array((halves, places), (30, 30))  # each pair in two parts, zeros included
    for counts in (twice, scipy.sparse.csc_array(dense.counts), scipy.sparse.csr_matrix(dense.counts)):
        found = dataclasses.replace(dense, counts=counts).counts
        assert isinstance(found, scipy.sparse.csr_array) and found.has_canonical_format and found.data.all()
        assert np.array_equal(found.toarray(), dense.counts)
        with pytest.raises(ValueError, match="read-only"):
            found.data[0] = 1
    theirs = scipy.sparse.csr_array(dense.counts)
    stats = dataclasses.replace(dense, counts=theirs)
    theirs.data[:] = 1
    assert np.array_equal(stats.counts.toarray(), dense.counts)
    assert dataclasses.replace(stats).counts is stats.counts  # what is checked is not copied


@pytest.mark.parametrize(
    "place, value, message",
    [
        ((1, 2), 5, r"row 1, column 2 holds 5 and its mirror 0|row 2, column 1 holds 0 and its mirror 5"),
        ((1, 1), -1, "must not be negative"),
        ((1, 1), 0.5, "must be whole numbers"),
        ((1, 1), 2.0, "must have an integer type"),
        ((1, 1), np.nan, "must be whole numbers"),
    ],
)
def test_sparse_counts_that_are_none_are_refused(place, value, message):
    counts = np.zeros((3, 3), np.int64 if isinstance(value, int) else float)
    counts[place] = value
    with pytest.raises(ValueError, match=message):
        CorpusStatistics("abc", scipy.sparse.csr_array(counts), [1, 1, 1], window=1)


def test_sparse_counts_of_another_shape_are_refused():
    for shape in ((3, 4), (4, 4), (2, 2)):
        with pytest.raises(ValueError, match="counts must be 3 × 3"):
            CorpusStatistics("abc", scipy.sparse.csr_array(shape, dtype=np.int64), [1, 1, 1], window=1)


def test_the_whole_table_of_sparse_counts_is_not_made_unasked(both_kinds):
    with pytest.raises(ValueError, match=r"P needs dense counts, as it has 30 × 30 entries.*\.dense\(\)"):
        both_kinds[1].P


def test_large_vocabularies_are_sparse_unless_it_is_said_otherwise(monkeypatch):
    monkeypatch.setattr("w2vlib.statistics._DENSE", 3)
    documents = [["a", "b", "c", "a"], ["d", "a"]]
    assert count_corpus(documents).sparse and not count_corpus(documents, 3).sparse
    assert not count_corpus(documents, sparse=False).sparse and count_corpus(documents, 3, sparse=True).sparse
    with pytest.raises(TypeError, match="sparse must be"):
        count_corpus(documents, sparse="yes")


@pytest.mark.parametrize("counts", ["sparse", "dense"])
def test_a_vocabulary_of_one_s_own_and_sparse_counts(counts):
    documents = [["a", "b", "c", "a"], ["d", "a"]]
    stats = count_corpus(documents, words=["d", "never", "a"], sparse=counts == "sparse")
    assert stats.occurrences.tolist() == [1, 0, 3]
    assert stats.dense().counts.tolist() == count_corpus(documents, words=["d", "never", "a"]).counts.tolist()
