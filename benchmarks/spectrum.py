"""How much faster w2vlib.spectrum is than scipy's eigsh and LAPACK, at the same or a better residual.

    .venv/bin/python benchmarks/spectrum.py [--size 5000] [--directions 200]
    .venv/bin/python benchmarks/spectrum.py --corpus FOLDER --size 10000 [--threads 1 2] [--busy 4]

On M* of the shipped statistics, which have 5,000 words, or of the text files in a folder.
Every contender's residual max_k ‖M u_k − λ_k u_k‖ / λ_k is computed from its result in double
precision, and each eigenvalue is compared with LAPACK's.  Rounds are taken in turn; medians are reported,
of wall and of processor time, and their ratios to the first contender.  With --busy so many programs
that do nothing but count run beside it.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import scipy.linalg
import scipy.sparse.linalg
import threadpoolctl

import w2vlib

OURS = "w2vlib.spectrum, residual"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, help="folder of text files, plain or compressed")
    parser.add_argument("--statistics", type=Path, help="saved statistics, instead of counting anew")
    parser.add_argument("--size", type=int, default=5000)
    parser.add_argument("--directions", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, nargs="+", default=[2])
    parser.add_argument("--busy", type=int, default=0, help="programs that keep a processor busy each")
    parser.add_argument("--only", default="", help="contenders whose name holds this")
    args = parser.parse_args()
    M = np.asarray(w2vlib.m_star(counts(args)), np.float32)
    for threads in args.threads:
        with threadpoolctl.threadpool_limits(threads, user_api="blas"), busy_programs(args.busy):
            print(
                f"V = {len(M):,}, d = {args.directions}, {threads} threads, {args.busy} busy programs beside"
            )
            report(compare(M, args.directions, args.rounds, args.only))


def counts(args) -> w2vlib.CorpusStatistics:
    if args.statistics:
        return w2vlib.CorpusStatistics.load(args.statistics).first(args.size)
    if args.corpus:
        files = sorted(path for path in args.corpus.iterdir() if path.suffix in (".txt", ".xz", ".gz"))
        texts = [path for path in files if not path.name.startswith("README")]
        return w2vlib.count_corpus(w2vlib.Corpus(texts), size=args.size)
    return w2vlib.load_wikipedia(args.size)


@contextlib.contextmanager
def busy_programs(number: int):
    programs = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(number)]
    try:
        yield
    finally:
        for program in programs:
            program.kill()
            program.wait()


def compare(M: np.ndarray, d: int, rounds: int, only: str) -> dict:
    size = len(M)
    start = np.random.default_rng(0).standard_normal(size).astype(np.float32)
    last = [size - d, size - 1]

    def ours(residual):
        found = w2vlib.spectrum(M, d, residual)
        return found.values, found.vectors

    def falling(pairs):
        return pairs[0][::-1], pairs[1][:, ::-1]

    contenders = {f"{OURS} {residual:.0e}": lambda r=residual: ours(r) for residual in (1e-3, 1e-6, 1e-9)}
    contenders |= {
        "scipy eigsh, float32, tol=1e-3": lambda: falling(
            scipy.sparse.linalg.eigsh(M, d, which="LA", tol=1e-3, v0=start)
        ),
        "scipy eigsh, float64, tol=1e-3": lambda: falling(
            scipy.sparse.linalg.eigsh(M.astype(np.float64), d, which="LA", tol=1e-3, v0=start)
        ),
        "scipy eigh (LAPACK), float32": lambda: falling(scipy.linalg.eigh(M, subset_by_index=last)),
        "scipy eigh (LAPACK), float64": lambda: falling(
            scipy.linalg.eigh(M.astype(np.float64), subset_by_index=last, overwrite_a=True)
        ),
    }
    contenders = {name: function for name, function in contenders.items() if only in name}
    w2vlib.spectrum(np.diag(np.arange(5001, dtype=np.float32)), 1)  # compiles the kernels
    measured = {name: {"wall": [], "processor": []} for name in contenders}
    for _ in range(rounds):
        for name, function in contenders.items():
            begin = time.perf_counter(), time.process_time()
            values, vectors = function()
            measured[name]["wall"].append(time.perf_counter() - begin[0])
            measured[name]["processor"].append(time.process_time() - begin[1])
            measured[name] |= {"values": values, "residual": true_residual(M, values, vectors)}
            print(f"  {name}: {measured[name]['wall'][-1]:.2f} s", file=sys.stderr, flush=True)
    return measured


def true_residual(M: np.ndarray, values: np.ndarray, vectors: np.ndarray) -> float:
    squares = np.zeros(len(values))
    vectors = vectors.astype(np.float64)
    for begin in range(0, len(M), 500):
        rows = slice(begin, begin + 500)
        squares += ((M[rows].astype(np.float64) @ vectors - vectors[rows] * values) ** 2).sum(axis=0)
    return float((np.sqrt(squares) / np.abs(values)).max())


def report(measured: dict) -> None:
    first, *_, right = measured.values()
    for name, found in measured.items():
        seconds = {kind: statistics.median(found[kind]) for kind in ("wall", "processor")}
        ratios = {kind: seconds[kind] / statistics.median(first[kind]) for kind in seconds}
        error = np.abs(found["values"] / right["values"] - 1).max()
        print(
            f"{name:34} {seconds['wall']:7.2f} s {ratios['wall']:5.1f} ×   processor {seconds['processor']:7.2f} s "
            f"{ratios['processor']:5.1f} ×   residual {found['residual']:.1e}   error of λ {error:.1e}",
            flush=True,
        )


if __name__ == "__main__":
    main()
