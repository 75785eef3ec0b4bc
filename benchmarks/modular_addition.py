"""When networks that learn to add get the hang of it, and what could have told: recorded runs of six settings.

    .venv/bin/python benchmarks/modular_addition.py [--save w2vlib/data/modular_addition.json]

Each run is train_modular_addition of w2vlib/course/grokking.py.  The settings were fixed before any run of them was
looked at; so were the seeds, and which of them may be used to choose a threshold: the first eight of the
first setting.  Of each run are kept the step at which 99 % of the pairs seen are right, the step at which
95 % of the others are, and the concentration of its neurons every so many steps until then.  About ten minutes
on one thread.  Chapter *grokking* shows what they say.
"""

from __future__ import annotations

import argparse
import json
import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402

from w2vlib._common.files import replace_file  # noqa: E402
from w2vlib.course.grokking import train_modular_addition  # noqa: E402

SETTINGS = [
    {"step_size": 0.005, "decay": 1.0, "share": 0.5},
    {"step_size": 0.002, "decay": 2.0, "share": 0.5},
    {"step_size": 0.005, "decay": 0.5, "share": 0.5},
    {"step_size": 0.002, "decay": 1.0, "share": 0.6},
    {"step_size": 0.005, "decay": 0.25, "share": 0.6},
    {"step_size": 0.01, "decay": 0.5, "share": 0.5},
]
SEEDS = [24, 8, 8, 8, 8, 8]
STEPS, EVERY = 8000, 20
FITTED, GROKKED = 0.99, 0.95


def passed(told: np.ndarray, column: int, level: float) -> int | None:
    above = np.flatnonzero(told[:, column] > level)
    return int(told[above[0], 0]) if len(above) else None


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--save", help="write what was found to this file")
    save = parser.parse_args().save
    runs = []
    for number, (setting, seeds) in enumerate(zip(SETTINGS, SEEDS)):
        for seed in range(seeds):
            told = train_modular_addition(100 * number + seed, **setting, steps=STEPS, every=EVERY)
            jump = passed(told, 2, GROKKED)
            upto = len(told) if jump is None else jump // EVERY + 1
            runs.append({
                "setting": number, "seed": 100 * number + seed, "fitted": passed(told, 1, FITTED), "jump": jump,
                "concentration": [round(float(c), 4) for c in told[:upto, 3]],
            })  # fmt: skip
            print(runs[-1] | {"concentration": runs[-1]["concentration"][-1]}, flush=True)
    if save:
        kept = {
            "settings": SETTINGS,
            "steps": STEPS,
            "every": EVERY,
            "fitted": FITTED,
            "grokked": GROKKED,
            "runs": runs,
        }
        replace_file(save, (json.dumps(kept, separators=(",", ":")) + "\n").encode())


if __name__ == "__main__":
    main()
