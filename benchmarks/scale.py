"""How many pairs of words meet in longer and longer texts: what chapter *scale* extrapolates from.

    python benchmarks/scale.py FOLDER

FOLDER holds the files that the Wikipedia statistics are made of.  The first of them is cut into halves, and
halves of halves, so that each text is twice as long as the one before and contains it.  The words are the most
frequent 30,000 of all files.  Words outside leave gaps, so that the counts of fewer words are a corner.
Writes w2vlib/data/scale.json: how many pairs met, the same on every machine, and the seconds of one processor
that reading and counting took, which are not.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from w2vlib import Corpus, count_corpus
from w2vlib._common.files import DATA, replace_file
from w2vlib._common.text import text_lines
from w2vlib.corpus import build_vocabulary
from w2vlib.datasets import load_without_training

SIZES = (1_000, 3_000, 10_000, 30_000)
WINDOW = 16


def halves(path: Path, folder: Path, times: int) -> list[Path]:
    """Files of the documents of one: an eighth of them, as many again, twice as many, …; together they are all."""
    documents = list(text_lines(path))
    ends = [len(documents) >> (times - k) for k in range(times + 1)]
    made = []
    for begin, end in zip([0, *ends], ends):
        made.append(folder / f"to-{end}.txt")
        made[-1].write_text("".join(documents[begin:end]), encoding="utf-8")
    return made


def other_work() -> dict:
    """Seconds of one processor for eigenvectors and for word2vec, as they were recorded for chapter *without-training*."""
    runs = load_without_training()["runs"]

    def recorded(method: str, d: int, stage: str | None = None) -> float:
        some = [
            run
            for run in runs
            if (run["method"], run["V"], run["d"], run["half"]) == (method, 10_000, d, None)
        ]
        return float(np.mean([run["stages"][stage][1] if stage else run["processor"] for run in some]))

    text = 5_700_000
    some, more = (recorded("gensim", d, "one epoch") / text for d in (100, 200))
    return {
        "entry": float(f"{recorded('M*', 200, 'spectrum') / (200 * 10_000**2):.3g}"),
        "train": [float(f"{2 * some - more:.3g}"), float(f"{(more - some) / 100:.3g}")],
        "epochs": [text, round(recorded("gensim, 5 epochs", 100), 1)],
    }


def main(folder: str) -> None:
    files = sorted(Path(folder).glob("enwiki-*.txt.xz"))
    words = build_vocabulary(Corpus(files), SIZES[-1]).words
    count_corpus([["a", "b"]], sparse=True)  # compiles
    rows, whole = [], None
    with tempfile.TemporaryDirectory() as place:
        steps = [[path] for path in halves(files[0], Path(place), 3)]
        steps += [files[1:2], files[2:4], files[4:8]]
        for step in steps:
            begun = time.process_time()
            counted = count_corpus(Corpus(step), words=words, window=WINDOW, oov="gap", sparse=True)
            seconds = time.process_time() - begun + (rows[-1]["processor"] if rows else 0)
            whole = counted if whole is None else whole + counted
            rows.append(
                {
                    "tokens": whole.n_tokens,
                    "documents": whole.n_documents,
                    "met": [int(whole.counts[:size, :size].nnz) for size in SIZES],
                    "occurrences": [int(whole.occurrences[:size].sum()) for size in SIZES],
                    "processor": round(seconds, 2),
                }
            )
            print(rows[-1], flush=True)
    told = {
        "corpus": "Wikipedia, window of 16, the most frequent 30,000 words, others leave gaps",
        "machine": "one thread of a machine that had other work to do; seconds of the processor",
        "command": "benchmarks/scale.py FOLDER",
        "window": WINDOW,
        "sizes": SIZES,
        "seconds": other_work(),
        "rows": rows,
    }
    replace_file(DATA / "scale.json", (json.dumps(told, indent=1) + "\n").encode())


if __name__ == "__main__":
    main(sys.argv[1])
