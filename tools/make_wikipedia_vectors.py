"""Train word2vec on Wikipedia and keep its vectors: those that load_wikipedia_sgns returns.

    make vectors CORPUS=folder

The folder is that of ``make data``, which comes first.  Skip-gram with negative
sampling, as benchmarks/full_run.py trains it beside gensim.  The result is the
same byte for byte each time on the same machine; another processor may round
otherwise.  Takes about half an hour on one core.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
from make_wikipedia_data import corpus_in, write_sums

import w2vlib
from w2vlib._common.files import DATA, replace_file
from w2vlib.corpus import encode_in_chunks
from w2vlib.training import word2vec_start

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))
from text_training import train_on_text  # noqa: E402

DIMENSIONS, NEGATIVES, SHARED, SUBSAMPLE, SEED = 200, 5, 256, 1e-4, 0
NAME = "wikipedia-sgns.npy"


def main(folder: str) -> None:
    corpus, stats = corpus_in(folder), w2vlib.load_wikipedia()
    texts = list(encode_in_chunks(corpus, stats.words))
    start = word2vec_start(len(stats), DIMENSIONS, SEED)
    run = train_on_text(
        texts, start, context=np.zeros_like(start), window=stats.window, negatives=NEGATIVES,
        subsample=SUBSAMPLE, shared_negatives=SHARED, learning_rate=0.025, final_learning_rate=1e-4, rng=SEED,
        record=2, stats=stats, progress=True,
    )  # fmt: skip
    content = io.BytesIO()
    np.save(content, run.weights.astype(np.float16), allow_pickle=False)
    replace_file(DATA / NAME, content.getvalue())
    write_sums()
    print(w2vlib.analogy_accuracy(w2vlib.load_wikipedia_sgns()))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
