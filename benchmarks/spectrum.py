"""How much faster w2vlib.spectrum is than scipy's eigsh, at the same or a better residual.

    .venv/bin/python benchmarks/spectrum.py [--size 5000] [--directions 200]

On M* of the shipped statistics.  Every contender's residual
max_k ‖M u_k − λ_k u_k‖ / λ_k is computed from its result; each eigenvalue is compared.
Rounds are taken in turn; medians are reported, as ratios.
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np
import scipy.linalg
import scipy.sparse.linalg

import w2vlib


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=5000)
    parser.add_argument("--directions", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    d = args.directions
    M = w2vlib.m_star(w2vlib.load_wikipedia(args.size))
    start = np.random.default_rng(0).standard_normal(len(M))

    def ours(residual):
        found = w2vlib.spectrum(M, d, residual)
        return found.values, found.vectors

    def eigsh(tolerance):
        values, vectors = scipy.sparse.linalg.eigsh(M, d, which="LA", tol=tolerance, v0=start)
        return values[::-1], vectors[:, ::-1]

    def lapack():
        values, vectors = scipy.linalg.eigh(M, subset_by_index=[len(M) - d, len(M) - 1])
        return values[::-1], vectors[:, ::-1]

    contenders = {
        "w2vlib.spectrum, residual 1e-3": lambda: ours(1e-3),
        "w2vlib.spectrum, residual 1e-6": lambda: ours(1e-6),
        "scipy eigsh, tol=1e-3": lambda: eigsh(1e-3),
        "scipy eigsh, tol=0 (default)": lambda: eigsh(0),
        "scipy eigh (LAPACK)": lapack,
    }
    seconds = {name: [] for name in contenders}
    residuals, values = {}, {}
    for _ in range(args.rounds):
        for name, function in contenders.items():
            begin = time.perf_counter()
            values[name], vectors = function()
            seconds[name].append(time.perf_counter() - begin)
            residuals[name] = np.max(
                np.linalg.norm(M @ vectors - vectors * values[name], axis=0) / np.abs(values[name])
            )
    first = next(iter(contenders))
    print(f"V = {len(M):,}, d = {d}")
    for name in contenders:
        error = np.abs(values[name] / values["scipy eigh (LAPACK)"] - 1).max()
        median = statistics.median(seconds[name])
        print(
            f"{name:32} {median:6.2f} s   {median / statistics.median(seconds[first]):5.1f} ×   "
            f"residual {residuals[name]:.1e}   largest relative error of λ {error:.1e}"
        )


if __name__ == "__main__":
    main()
