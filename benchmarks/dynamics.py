"""How much faster a training curve is predicted than trained.

    .venv/bin/python benchmarks/dynamics.py [--size 5000] [--dimensions 200] [--full]

On M* of the shipped statistics, from one random start.  Predicted: strengths and loss at 200
times from the given eigenpairs, by w2vlib.Dynamics with K = 2d and 4d modes (the time to
find the modes is listed apart).  Trained: full-batch gradient descent in torch until 50
modes have risen by half, at two step sizes.  Without --full the cost of training is that of
20 steps, times the number needed; with it, all steps are taken and the loss is compared.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

import w2vlib
from w2vlib.dynamics import extreme_eigenvalues, forecast_half_rises, stability_bound


def seconds(function) -> tuple[float, object]:
    begin = time.perf_counter()
    result = function()
    return time.perf_counter() - begin, result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=5000)
    parser.add_argument("--dimensions", type=int, default=200)
    parser.add_argument("--modes", type=int, default=50)
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--scale", type=float, default=1e-2)
    parser.add_argument("--dtype", default="float32", choices=["float32", "float64"])
    parser.add_argument("--full", action="store_true")
    args = parser.parse_args()
    d = args.dimensions
    M = w2vlib.m_star(w2vlib.load_wikipedia(args.size))
    largest, lowest = extreme_eigenvalues(M)
    W0 = w2vlib.initial_weights(args.size, d, args.scale, rng=0)
    finding, modes = seconds(lambda: w2vlib.spectrum(M, min(4 * d, args.size)))
    print(f"V = {args.size:,}, d = {d}; finding {len(modes)} modes, once: {finding:.1f} s")

    for share in (0.05, 0.3):
        step = share / largest
        if step >= stability_bound(largest, lowest):
            continue
        forecast = forecast_half_rises(modes.values, d, args.scale, step)
        steps = int(np.ceil(forecast.mean[: args.modes].max() / step))
        at = np.unique(np.linspace(0, steps, args.points).astype(int))

        def train(n, record, step=step):
            return w2vlib.train_qwem(M, W0, step, n, record=record, dtype=args.dtype, check_step=False)

        if args.full:
            training, trained = seconds(lambda: train(steps, at))
        else:
            train(1, [0, 1])  # loads torch
            short = min(20, steps)
            training = seconds(lambda: train(short, [0, short]))[0] - seconds(lambda: train(1, [0, 1]))[0]
            training *= steps / max(1, short - 1)
        print(f"ηλ₁ = {share}: {steps} steps of {args.dtype}, {training:.1f} s of training")
        for K in (2 * d, 4 * d):
            leading = modes.leading(min(K, len(modes)))

            def predict(leading=leading, step=step):
                return w2vlib.Dynamics(leading, W0, step).curves(at * step)

            def predict_loss(leading=leading, step=step):
                return w2vlib.Dynamics(leading, W0, step).loss(at * step)

            both, (losses, _) = min((seconds(predict) for _ in range(3)), key=lambda found: found[0])
            only = min(seconds(predict_loss)[0] for _ in range(3))
            error = ""
            if args.full:
                off = np.abs(losses - trained.loss).max() / np.abs(trained.loss).max()
                error = f"   largest error of the loss: {off:.2%} of its drop"
            print(
                f"   {len(leading):4} modes, {len(at)} times: strengths and loss {both:5.2f} s ({training / both:5.0f} ×), "
                f"loss alone {only:5.2f} s ({training / only:5.0f} ×){error}"
            )


if __name__ == "__main__":
    main()
