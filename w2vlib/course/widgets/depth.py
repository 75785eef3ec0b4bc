"""A network of any depth: when its modes rise, how sharp its stairs are, and dots of training where there are some."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from ..._common.arguments import check_kind, checked
from ..._common.validate import finite_number, real_array, shortened, whole_number
from ...dynamics import deep_half_rises, deep_strengths
from .._plain import number, percent, plain
from ..plots import COLORS, mode_colors
from .drawing import cursor, end_labels, notes, panels
from .explorer import Explorer
from .live import Live
from .sliders import POINTS, Slider, Switch

__all__ = ["depth_explorer"]

_FIRST = 3  # the mode whose rise is compared with the gap after it
_LEAST = 0.1  # of the largest eigenvalue, so that every start lies below half of every goal


@checked
def depth_explorer(
    values: np.ndarray,
    runs: Sequence[tuple] = (),
    *,
    depth: int = 3,
    log_start: float = -3.0,
    time: float = 40.0,
    name: str = "depth",
) -> Explorer:
    r"""Return a figure of the staircase of a deep linear network, of any depth, start and spectrum.

    Above, the strengths :math:`\omega_k(t)` of :func:`~w2vlib.dynamics.deep_strengths`
    from equal starts; below, the share of the loss that is left,
    :math:`\sum(|\lambda_k| - \omega_k)^2 / \sum\lambda_k^2`.

    Parameters
    ----------
    values : ndarray of shape (n_modes,)
        Four or more eigenvalues of a target, the largest in size first.  Beside
        them two made spectra of as many can be chosen.
    runs : sequence of (int, float, ndarray, ndarray)
        Of training on this target: its depth, log₁₀ of its start, times in
        units of :math:`1/|\lambda_1|`, and strengths of shape (n, n_modes) in
        units of :math:`|\lambda_1|`.
    depth, log_start, time : number
        Where the sliders stand at first; time is in percent of what is shown.
    name : str
        Under which the address of a page keeps the state.

    Returns
    -------
    Explorer
        With a switch ``spectrum`` and sliders of these names.

    Raises
    ------
    ValueError
        If there are fewer than four eigenvalues, they do not fall in size or
        fall below a tenth of the first, the shapes of a run do not fit, or a
        number is out of the reach of its slider.

    Notes
    -----
    Introduced in chapter *deeper-models*.

    Examples
    --------
    >>> print(depth_explorer(np.array([2.0, -1.9, 1.0, 0.5]), depth=4).describe().split(". ")[0])
    4 layers: 2 of 4 modes are half learned
    """
    sizes = np.abs(real_array("values", values, None))
    if len(sizes) < 4 or (np.diff(sizes) >= 0).any() or sizes[-1] < _LEAST * sizes[0]:
        raise ValueError(
            f"values must be four or more that fall in size, to a tenth of the first at most, not {shortened(values)}; "
            "sort them by np.abs, the largest first, and leave out the smallest"
        )
    count = len(sizes)
    k = np.arange(count)
    spectra = {
        "counts": ("counts of words", sizes / sizes[0]),
        "even": ("even gaps", 1 - 0.9 * k / (count - 1)),
        "halving": ("falling by a fifth", 0.8**k),
    }
    table = {
        "spectra": {key: plain(made) for key, (_, made) in spectra.items()},
        "runs": [_run(run, count) for run in runs],
    }
    controls = [
        Switch("spectrum", "spectrum", {key: words for key, (words, _) in spectra.items()}, "counts"),
        Slider("depth", "layers", 1, 8, 1, depth),
        Slider("log_start", "log₁₀ of the start ω₀", -9.0, -1.5, 0.5, log_start),
        Slider("time", "time, in % of what is shown", 0.0, 100.0, 0.5, time),
    ]
    live = Live("depth", wide=430, narrow=410, lines=5, play="time", seconds=8, words="Train")
    return Explorer(table, controls, partial(_draw, table), live, name)


def _run(run: tuple, count: int) -> dict:
    check_kind("runs: each run", run, "tuple")
    if isinstance(run, str) or len(run) != 4:
        raise ValueError(f"runs: a run is (depth, log_start, times, strengths), not {shortened(run)}")
    depth, log_start, t, strengths = run
    t = real_array("runs: times", t, None)
    return {
        "depth": whole_number("runs: depth", depth),
        "log_start": finite_number("runs: log_start", log_start),
        "t": plain(t, 5),
        "strengths": plain(real_array("runs: strengths", strengths, len(t), count), 3),
    }


def _draw(table: dict, figure, spectrum: str, depth: int, log_start: float, time: float) -> str:
    sizes, start = np.array(table["spectra"][spectrum]), 10.0**log_start
    count, shades = len(sizes), mode_colors(len(sizes))
    rises = deep_half_rises(sizes, start, depth)
    early, late = (time_of(sizes[_FIRST - 1], start, depth, share) for share in (0.1, 0.9))
    end = 1.05 * time_of(sizes[-1], start, depth, 0.9)
    now, t = end * time / 100, np.linspace(0, end, POINTS)
    curves, here = deep_strengths(sizes, start, t, depth), deep_strengths(sizes, start, now, depth)
    whole = (sizes**2).sum()
    left, left_now = ((sizes - curves) ** 2).sum(axis=1) / whole, ((sizes - here) ** 2).sum() / whole
    above, below = panels(figure, [2.0, 1.3], lines=5)
    for curve, shade in zip(curves.T, shades):
        above.plot(t, curve, color=shade)
    below.plot(t, left, color=COLORS["QWEM"])
    dots = [run for run in table["runs"] if spectrum == "counts" and fits(run, depth, log_start)]
    for run in dots:
        seen = np.array(run["t"]) <= end
        for seen_of, shade in zip(np.array(run["strengths"])[seen].T, shades):
            above.plot(np.array(run["t"])[seen], seen_of, "o", color=shade, markersize=2.6)
    cursor([above, below], now)
    above.set(xlim=(0, end), ylim=(-0.02, 1.06), ylabel="strength ω")
    below.set(ylim=(-0.03, 1.06), xlabel="time t, in units of 1/|λ₁|", ylabel="loss left")
    end_labels(above, curves[-1], [str(k + 1) for k in range(count)], shades)
    learned = int((here >= sizes / 2).sum())
    sharp, ratio = (
        "all modes rise at once",
        f"the last comes at {number(rises[-1] / rises[0], 3)} times the first",
    )
    if depth > 1:
        gap = rises[_FIRST] - rises[_FIRST - 1]
        sharp = f"its rise takes {number((late - early) / gap)} of the gap to mode {_FIRST + 1}"
    return notes(
        figure,
        f"{depth} layer{'s' * (depth > 1)}: {learned} of {count} modes are half learned",
        [
            ("now", f"t = {number(now, 3)}, and {percent(left_now if left_now > 1e-6 else 0.0)} of the loss is left", False),
            ("half-rises", f"{', '.join(number(rise, 3) for rise in rises[:4])}, …, {number(rises[-1], 3)}", False),
            (f"mode {_FIRST}", sharp, False),
            ("order", f"{ratio}; |λ| is as 1 to {number(1 / sizes[-1], 3)}", False),
            ("dots", "one run of training" if dots else "no run is recorded for this", False),
        ],
    )  # fmt: skip


def time_of(size: float, start: float, depth: int, share: float) -> float:
    """When a mode reaches a share of its goal: what it takes to the half, and on from there.

    Examples
    --------
    >>> strength = deep_strengths(np.array([0.5]), 1e-3, time_of(0.5, 1e-3, 3, 0.9), 3)
    >>> (strength / 0.5).round(12)
    array([0.9])
    """
    from_start, from_share = (deep_half_rises(np.array([size]), at, depth)[0] for at in (start, share * size))
    return float(from_start - from_share)


def fits(run: dict, depth: int, log_start: float) -> bool:
    """Whether a run is one of this depth and start.

    Examples
    --------
    >>> fits({"depth": 3, "log_start": -3.0}, 3, -3.0), fits({"depth": 3, "log_start": -3.0}, 2, -3.0)
    (True, False)
    """
    return run["depth"] == depth and abs(run["log_start"] - log_start) < 1e-9
