"""`w2v analogies`: a question, or how many of many questions are answered."""

from __future__ import annotations

import math

import click

from ..embeddings import Embedding
from ..evaluation import AnalogyScore, analogy_accuracy, load_analogies
from . import _formats
from ._frame import Shown, command
from ._table import table


@command
@_formats.vectors_argument
@click.argument("words", nargs=-1, metavar="[A B C]")
@click.option(
    "--questions",
    type=click.Path(readable=False),
    help="A file of questions; google for Google's.  [default: those of this package]",
)
@click.option("--keep-capitals", is_flag=True, help="Ask the questions as they are spelled.")
@click.option(
    "-n", "--number", type=click.IntRange(0), default=1, show_default=True, help="How many answers."
)
@_formats.from_option
def command(
    shown: Shown,
    vectors: str,
    words: tuple[str, ...],
    questions: str | None,
    keep_capitals: bool,
    number: int,
    kind: str | None,
) -> None:
    """Answer analogies: one, or the share of many.

    With three words, the answer to "A is to B as C is to ..." is printed, with its cosine.

    VECTORS is a file of word vectors, as for w2v neighbours. Without words, questions are asked, and for
    each family the table says how many are answered rightly of those all of whose words have vectors. A file of questions has families, a line
    ": name", and under each pairs of words, from which questions are formed, or questions of four words.

    \b
    Examples:
      w2v analogies vectors.txt man king woman
      w2v analogies vectors.txt
      w2v analogies vectors.txt --questions questions.txt --json

    \b
    In Python:
      w2vlib.Embedding.load_word2vec_text("vectors.txt").analogy("man", "king", "woman")
      w2vlib.analogy_accuracy(w2vlib.Embedding.load_word2vec_text("vectors.txt"))
    """
    if len(words) not in (0, 3):
        raise click.UsageError(
            f"An analogy has three words: A is to B as C is to ...; {len(words)} are given."
        )
    if words and (questions or keep_capitals):
        given = "--questions" if questions else "--keep-capitals"
        raise click.UsageError(f"Three words are a question of their own; leave them out, or {given}.")
    if words:
        _answer(shown, _formats.load(vectors, kind), words, number)
    else:
        asked = load_analogies("w2vlib" if questions is None else questions, lower=not keep_capitals)
        if not any(asked.values()):
            raise ValueError(
                f"{questions} holds no question; w2v analogies --help says what such a file holds"
            )
        _ask(shown, analogy_accuracy(_formats.load(vectors, kind), asked))


def _answer(shown: Shown, embedding: Embedding, words: tuple[str, ...], number: int) -> None:
    found = embedding.analogy(*words, number)
    shown.result(
        {"question": words, "answers": found}, table([(word, f"{cosine:.3f}") for word, cosine in found])
    )


def _ask(shown: Shown, score: AnalogyScore) -> None:
    rows = [("family", "right", "covered", "asked", "accuracy")]
    for name, one in [*score.families.items(), ("all", score)]:
        accuracy = "–" if math.isnan(one.accuracy) else f"{one.accuracy:.1%}"
        rows.append((name, f"{one.correct:,}", f"{one.covered:,}", f"{one.asked:,}", accuracy))
    data = _data(score) | {"families": {name: _data(one) for name, one in score.families.items()}}
    shown.result(data, table(rows))


def _data(score: AnalogyScore) -> dict:
    shares = {name: getattr(score, name) for name in ("accuracy", "coverage")}
    numbers = {name: getattr(score, name) for name in ("correct", "covered", "asked")}
    return numbers | {name: None if math.isnan(share) else share for name, share in shares.items()}
