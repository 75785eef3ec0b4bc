"""Recorded runs on sampled pairs beside the lines of full batches, by sampler and noise number."""

from __future__ import annotations

import itertools
from functools import partial

import numpy as np

from ..._common.arguments import check_kind, checked
from ..._common.validate import positive_number, whole_number
from ...dynamics import subspace_overlap
from .._plain import percent, plain, subscript, visible
from ..plots import COLORS, mode_colors
from .book import packed, unpacked
from .drawing import cursor, end_labels, notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import Slider, Switch

__all__ = ["noise_explorer"]

_DRAWN, _DOTS, _GRID = 5, 40, 81  # modes that are drawn, most dots of each, points of a line
_TOP = 1.2  # of the panel of strengths, in units of the largest eigenvalue


@checked
def noise_explorer(
    runs: dict,
    theories: list,
    *,
    sampler: str | None = None,
    number: float | None = None,
    seed: int = 1,
    step: int | None = None,
    name: str = "noise",
) -> Explorer:
    r"""Return a figure of runs on sampled pairs (dots) and of the theory of full batches (lines).

    Above are the strengths of the first modes.  The title says by how much
    half-rises are off: the median of :math:`|\tau_k^{\text{run}}/\tau_k - 1|`,
    where what never rises by half is off by 1.  Below, lines are the samples
    needed until the last mode has risen by half,
    :math:`b\,\tau_d/\eta = \rho(N)\,\tau_d/\Theta_d\lambda_d`, against the noise
    number :math:`\Theta_d`; a dot is a recorded run, a cross one that diverged.

    Parameters
    ----------
    runs : mapping of (str, float) to (int, sequence of Trajectory)
        For each sampler and noise number, the samples in a batch, and the runs,
        one a seed.  A run that is shorter than others of its seed has diverged.
    theories : sequence of Dynamics
        The :class:`~w2vlib.Dynamics` of the same start and step, one a seed.
    sampler, number, seed, step : optional
        What is shown at first: by default the first sampler and noise number,
        the first seed, and all steps.
    name : str
        Under which the address of a page keeps the state.

    Returns
    -------
    Explorer
        With switches ``sampler``, ``number`` and ``seed`` and a slider ``step``.

    Raises
    ------
    ValueError
        If a sampler lacks a noise number or a seed, a run does not fit its
        theory, a mode never rises by half in theory, or there is no such state.

    Notes
    -----
    Strengths of runs are kept in one byte each, which moves a dot by half a
    percent of the largest eigenvalue at most; half-rises are computed before
    that.  Introduced in chapter *sampled-gradients*.

    Examples
    --------
    >>> import w2vlib
    >>> from w2vlib import dynamics, training
    >>> stats = w2vlib.load_wikipedia(40)
    >>> modes, start = w2vlib.spectrum(w2vlib.m_star(stats), 40), training.initial_weights(40, 1, 0.1, rng=0)
    >>> step = 0.1 / modes.values[0]
    >>> theory = w2vlib.Dynamics(modes, start, step_size=step)
    >>> radius = dynamics.noise_radius(dynamics.sampling_noise(stats, "soft"))
    >>> batch = round(step * radius / (0.1 * modes.values[0]))
    >>> run = training.train_qwem_sampled(stats, start, step, 60, batch, sampler="soft", rng=0, record=30)
    >>> figure = noise_explorer({("soft", 0.1): (batch, [run])}, [theory])
    >>> figure.describe().split(". ")[1]
    'Noise: Θ₁ = 0.1, so noise multiplies 0.1 times as fast as mode 1 grows'
    """
    table = _table(runs, theories)
    samplers, shown = table["samplers"], table["named"]
    if number is not None:
        number = f"{positive_number('number', number):g}"
    count = len(theories)
    sliders = [
        Switch("sampler", "sampler", {each: visible(each) for each in samplers}, samplers[0] if sampler is None else sampler),
        Switch("number", "noise number", {each: each for each in shown}, shown[0] if number is None else number),
        Switch("seed", "run", {str(k + 1): str(k + 1) for k in range(count)}, str(whole_number("seed", seed, 1, count))),
        Slider("step", "training steps n", 0, table["steps"], 1, table["steps"] if step is None else step),
    ]  # fmt: skip
    live = Live(
        "noise", wide=470, narrow=520, lines=7, play="step", seconds=6, words="Train",
        presets=_alike(table),
    )  # fmt: skip
    return Explorer(table, sliders, partial(_draw_noise, table), live, name)


def _table(runs: dict, theories: list) -> dict:
    """Check what is given, and return what the script needs."""
    advice = (
        "runs must hold, for each sampler and noise number, the size of a batch and one run for each theory"
    )
    for theory in theories:
        check_kind("each of theories", theory, "Dynamics")
    if not runs or len(theories) == 0:
        raise ValueError(f"{advice}; there is none")
    for key, found in runs.items():
        if not isinstance(key, tuple) or len(key) != 2 or not isinstance(key[0], str):
            raise ValueError(f"{advice}, by name and number, not {key!r:.80}")
        positive_number("each noise number in runs", key[1])
        if not isinstance(found, (tuple, list)) or len(found) != 2 or not isinstance(found[1], (tuple, list)):
            raise ValueError(f"{advice}, not {found!r:.80}")
        whole_number("each batch in runs", found[0])
        if len(found[1]) != len(theories):
            raise ValueError(f"{advice}: {key} has {len(found[1])} for {len(theories)}")
        for run, theory in zip(found[1], theories):
            check_kind("each run in runs", run, "Trajectory")
            if run.weights.shape != theory.initial.shape:
                raise ValueError(f"each run in runs must fit its theory: {key} has weights of another shape")
            positive_number("the step of each run in runs", run.step_size)
    samplers, numbers = list(dict.fromkeys(s for s, _ in runs)), sorted({n for _, n in runs})
    for key in itertools.product(samplers, numbers):
        if key not in runs:
            raise ValueError(f"{advice}; {key} is missing")
    named = [f"{n:g}" for n in numbers]
    if len(set(named)) < len(named):
        raise ValueError(f"noise numbers in runs must differ in six digits, not be {numbers!r:.80}")
    every = [run for _, found in runs.values() for run in found]
    eta, steps = every[0].step_size, max(run.last_step for run in every)
    if not steps:
        raise ValueError("runs must hold one of a step at least")
    return {
        "samplers": samplers,
        "numbers": [float(number) for number in numbers],
        "named": named,
        "steps": int(steps),
        "top": plain(_TOP * theories[0].values[0]),
        "theories": [_plain_theory(theory, eta, steps) for theory in theories],
        "runs": {
            s: [
                {
                    "batch": int(runs[s, n][0]),
                    "runs": [
                        _plain_run(run, theory, max(other[k].last_step for _, other in runs.values()))
                        for k, (run, theory) in enumerate(zip(runs[s, n][1], theories))
                    ],
                }
                for n in numbers
            ]
            for s in samplers
        },
    }


def _plain_theory(theory, eta: float, steps: int) -> dict:
    rises = theory.half_rises()
    if not np.isfinite(rises).all():
        raise ValueError("theories hold a mode that never rises by half")
    lines = theory.strengths(np.linspace(0, steps, _GRID) * eta)
    return {"rises": plain(rises / eta), "lines": plain(lines[:, :_DRAWN], 4)}


def _plain_run(run, theory, planned: int) -> dict:
    every = -(-len(run.steps) // _DOTS)
    highest = 1.05 * _TOP * theory.values[0]  # beyond is out of sight
    strengths = np.minimum(run.strengths[::every, :_DRAWN], highest)
    right = theory.modes.vectors[:, : run.weights.shape[1]]
    return {
        "steps": run.steps[::every].tolist(),
        "dots": packed(strengths),
        "rises": plain(run.half_rises(theory.values) / run.step_size),
        "overlap": plain(subspace_overlap(run.weights, right), 4),
        "last": int(run.last_step),
        "diverged": bool(run.last_step < planned),
    }


def _alike(table: dict) -> tuple:
    """Buttons: the runs of all samplers whose batches are most alike."""
    samplers, choices = table["samplers"], range(len(table["numbers"]))
    if len(samplers) < 2:
        return ()

    def batches(chosen):
        return [table["runs"][s][k]["batch"] for s, k in zip(samplers, chosen)]

    best = min(
        itertools.product(choices, repeat=len(samplers)), key=lambda c: max(batches(c)) / min(batches(c))
    )
    return tuple(
        (
            f"{visible(s)}, {b:,} a step",
            {"sampler": s, "number": table["named"][k], "step": table["steps"]},
        )
        for s, k, b in zip(samplers, best, batches(best))
    )


def missed(ran: list, told: list) -> float:
    """By how much half-rises are off in the median; what never rises by half is off by 1.

    Examples
    --------
    >>> missed([11.0, None, 40.0], [10.0, 20.0, 50.0])
    0.2
    """
    off = [1.0 if one is None else abs(one / other - 1) for one, other in zip(ran, told)]
    return round(float(np.median(off)), 12)


def _draw_noise(table, figure, sampler, number, seed, step) -> str:
    seen, place = int(seed) - 1, table["named"].index(number)
    theory, setting = table["theories"][seen], table["runs"][sampler][place]
    run = setting["runs"][seen]
    above, below = panels(figure, [2.5, 1.35], lines=6, common=False)
    lines, dots, steps = np.array(theory["lines"]), unpacked(run["dots"]), np.array(run["steps"])
    colors, grid, past = mode_colors(lines.shape[1]), np.linspace(0, table["steps"], _GRID), steps <= step
    for k, color in enumerate(colors):
        above.plot(grid, lines[:, k], color=color, linewidth=1.4)
        above.plot(steps[past], dots[past, k], "o", color=color, markersize=3)
    cursor([above], step)
    above.set(
        xlim=(0, table["steps"]), ylim=(0, table["top"]), xlabel="training steps n", ylabel="strength s²"
    )
    end_labels(above, lines[-1], [str(k + 1) for k in range(len(colors))], colors)
    _draw_budget(below, table, sampler, place, seen)
    return notes(figure, *_said(table, sampler, number, seen, step, theory, setting))


def _draw_budget(below, table, sampler, place, seen) -> None:
    numbers, told = np.array(table["numbers"]), table["theories"][seen]["rises"][-1]
    for each in table["samplers"]:
        color = COLORS["QWEM"] if each == sampler else "#777777"
        settings = table["runs"][each]
        below.plot(numbers, settings[0]["batch"] * numbers[0] * told / numbers, color=color, linewidth=1.4)
        for n, setting in zip(numbers, settings):
            mark = "x" if setting["runs"][seen]["diverged"] else "o"
            below.plot(n, setting["batch"] * told, mark, color=color, markersize=5)
        below.annotate(
            visible(each),
            (numbers[-1], settings[0]["batch"] * numbers[0] * told / numbers[-1]),
            (9, 0),
            textcoords="offset points",
            color=color,
            size=9,
            va="center",
        )
    here = table["runs"][sampler][place]["batch"] * told
    below.plot(
        numbers[place], here, "o", markersize=11, markerfacecolor="none", color="#222222", markeredgewidth=1.2
    )
    below.set(
        xscale="log",
        yscale="log",
        xlabel=f"noise number Θ{subscript(_modes(table))}",
        ylabel="samples needed",
    )
    below.set(xlim=(numbers[0] / 1.3, numbers[-1] * 2.1), ylim=_reach(table, told))
    below.set_xticks(numbers, table["named"])
    below.minorticks_off()


def _reach(table: dict, told: float) -> tuple[float, float]:
    batches = [setting["batch"] for settings in table["runs"].values() for setting in settings]
    return min(batches) * told / 2, max(batches) * told * 2


def _modes(table: dict) -> int:
    return len(table["theories"][0]["rises"])


def _said(table, sampler, number, seen, step, theory, setting) -> tuple[str, list]:
    run, d, batch, told = setting["runs"][seen], _modes(table), setting["batch"], theory["rises"]
    each = [missed(one["rises"], other["rises"]) for one, other in zip(setting["runs"], table["theories"])]
    fast = "as fast" if float(number) == 1 else f"{number} times as fast"
    ended = run["diverged"] and step >= run["last"]
    now = f"diverged at step {run['last']}" if ended else f"at step {step}"
    until = run["last"] if ended else step
    risen, foretold = (
        sum(rise is not None and rise <= until for rise in rises) for rises in (run["rises"], told)
    )
    verdict = (
        f"training diverges after {run['last']} steps"
        if run["diverged"]
        else f"half-rises are off by {percent(each[seen])}"
    )
    spread = f", {percent(min(each))} to {percent(max(each))} in {len(each)} runs" if len(each) > 1 else ""
    rounded = float(f"{batch * told[-1]:.3g}")
    return (
        f"{visible(sampler)}, noise number {number}: {verdict}",
        [
            ("noise", f"Θ{subscript(d)} = {number}, so noise multiplies {fast} as mode {d} grows", False),
            ("batch", f"{batch:,} samples a step, {batch * run['last']:,} in {run['last']} steps", False),
            ("needed", f"by the formula about {rounded:,.0f} samples until mode {d} has risen by half", False),
            ("times", f"off by {percent(each[seen])} in the median of {d} modes{spread}", False),
            ("overlap", f"{run['overlap']:.2f} at the end, with the subspace of the first {d} modes", False),
            (
                "now",
                f"{now}: {risen} of {d} have risen by half, by the lines {foretold}",
                False,
            ),
        ],
    )  # fmt: skip
