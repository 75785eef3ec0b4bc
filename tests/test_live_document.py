"""What a document does to M*: its counts are those of count_corpus, its words those of the package."""

from __future__ import annotations

import numpy as np
import pytest
from live import answers, numbers, opened, put, says_the_same

from w2vlib import CorpusStatistics, count_corpus, m_star, pmi
from w2vlib.corpus import tokenize
from w2vlib.course.widgets import document_explorer
from w2vlib.course.widgets.document import copies_at

WORDS = ["cat", "dog", "moon", "the"]
SENTENCES = ["The cat and the dog saw the moon.", "A dog, a dog and unheard-of moons!"]


def corpus(window=4, weighting="linear"):
    chance = np.random.default_rng(3)
    known = [*WORDS, "a", "and", "saw", "sun"]
    texts = [chance.choice(known, 30, p=np.arange(8, 0, -1) / 36).tolist() for _ in range(20)]
    return texts, count_corpus(texts, window=window, weighting=weighting)


TEXTS, STATS = corpus()
FIGURE = document_explorer(STATS, WORDS, SENTENCES, copies=2, other=2)


@pytest.mark.parametrize("weighting", ["linear", "flat", "harmonic"])
@pytest.mark.parametrize("position", [0, 1, 4, 6])
def test_copies_are_counted_as_the_library_counts_documents(browser, weighting, position):
    texts, stats = corpus(5, weighting)
    tab = opened(browser, document_explorer(stats, WORDS, SENTENCES))
    for n, sentence in enumerate(SENTENCES):
        more = [tokenize(sentence)] * copies_at(position)
        recount = count_corpus([*texts, *more], words=stats.words, window=5, weighting=weighting)
        put(tab, {"sentence": str(n + 1), "copies": position, "word": 1, "other": 2})
        found = numbers(tab)
        np.testing.assert_allclose(found["after"], m_star(recount).block(WORDS), rtol=1e-12, atol=1e-12)
        assert found["now"]["count"] == recount.count("dog", "moon")
        assert found["now"]["PMI"] == pytest.approx(pmi(recount).block(WORDS)[1, 2], abs=1e-12)
    tab.context.close()


def test_figure_says_what_the_package_says(browser):
    says_the_same(browser, FIGURE)


def test_figure_answers_to_every_hand(browser):
    answers(browser, FIGURE)


def test_a_tap_on_a_cell_chooses_its_pair(browser):
    tab = opened(browser, FIGURE)
    box = tab.locator(".w2v-pad").first.bounding_box()
    tab.mouse.click(box["x"] + 0.4 * box["width"], box["y"] + 0.9 * box["height"])  # column 1, row 3
    assert tab.locator(".w2v-says strong").text_content().startswith("M*(the, dog) ")
    tab.context.close()


def test_one_sentence_turns_a_zero_around_and_a_million_hardly_move_what_is_bounded(browser):
    """A pair that never met has −2 without the sentence; M* stays below 2 where PMI goes on."""
    counts = [[40, 0, 9000], [0, 40, 9000], [9000, 9000, 10**8]]
    stats = CorpusStatistics(["cat", "violin", "the"], np.array(counts), [9, 9, 10**4], window=4)
    figure = document_explorer(stats, ["cat", "violin", "the"], ["the cat the violin"])
    assert figure.describe(copies=0).startswith("M*(cat, violin) stays at −2.000, PMI at −∞")
    tab = opened(browser, figure)
    assert numbers(tab)["was"]["M*"] == -2 and numbers(tab)["now"]["M*"] > 0
    put(tab, {"copies": 10})
    assert 1.9 < numbers(tab)["now"]["M*"] < 2 < 4 < numbers(tab)["now"]["PMI"]
    tab.context.close()


def test_bad_words_and_sentences_are_refused_by_name():
    for given, message in (
        (dict(words=["cat"], sentences=SENTENCES), "words must be 2 to 24"),
        (dict(words=["cat", "cat"], sentences=SENTENCES), "words must be 2 to 24 different"),
        (dict(words=WORDS, sentences=[]), "sentences must hold one"),
        (dict(words=WORDS, sentences=["nothing known"]), "two known words"),
        (dict(words=WORDS, sentences=SENTENCES, copies=23), "copies"),
    ):
        with pytest.raises(ValueError, match=message):
            document_explorer(STATS, **given)
    gaps = count_corpus(TEXTS, window=4, oov="gap")
    with pytest.raises(ValueError, match="drop"):
        document_explorer(gaps, WORDS, SENTENCES)
