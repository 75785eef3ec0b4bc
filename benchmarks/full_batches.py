"""Full-batch training by NumPy against PyTorch on the same CPU, as whole processes in turn.

    .venv/bin/python benchmarks/full_batches.py [--rounds 5]

Starting Python and importing what is needed count, as they do for who runs a chapter.  Medians are
of processor time, which other work on the machine disturbs least; one thread.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys

SETTINGS = [
    ("train_qwem", 1000, 50, "float64", 1000),
    ("train_qwem", 1000, 50, "float32", 1000),
    ("train_qwem", 5000, 200, "float32", 30),
    ("train_word2vec", 1000, 50, "float64", 100),
    ("train_word2vec", 1000, 50, "float32", 100),
]
TRAIN = """
import numpy as np
from w2vlib.training import {trainer}, initial_weights
M = np.random.default_rng(0).standard_normal(({size}, {size})) / {size}**0.5
M = (M + M.T) / 2
target = (M,) if "{trainer}" == "train_qwem" else (np.exp(M), np.exp(-M))
start = initial_weights({size}, {d}, 0.1)
{trainer}(*target, start, 0.1, {steps}, device={device!r}, dtype="{dtype}", record=5)
"""


def processor_seconds(code: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    one = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ | one)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    for trainer, size, d, dtype, steps in SETTINGS:
        numpy, pytorch = [], []
        for _ in range(rounds):
            for device, spent in ((None, numpy), ("cpu", pytorch)):
                spent.append(
                    processor_seconds(
                        TRAIN.format(trainer=trainer, size=size, d=d, dtype=dtype, steps=steps, device=device)
                    )
                )
        ratio = statistics.median(one / other for one, other in zip(numpy, pytorch))
        print(
            f"{trainer:15} V = {size:5,}, d = {d:3}, {dtype}, {steps:5,} steps: NumPy "
            f"{statistics.median(numpy):6.2f} s, PyTorch {statistics.median(pytorch):6.2f} s, ratio {ratio:.2f}"
        )


if __name__ == "__main__":
    main()
