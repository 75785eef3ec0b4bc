"""The small table of plain data from which the sliders of the dynamics are drawn."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..._common.arguments import check_kind, checked
from ..._common.validate import positive_number, whole_number, word_rows
from ...dynamics import effective_start, measured_half_rises
from ...spectra import Spectrum
from .._plain import plain

if TYPE_CHECKING:
    from ...training import Trajectory

__all__ = ["dynamics_table"]

_LARGEST = 100_000  # bytes of JSON
_MODES, _RECORDS, _ALL_RECORDS = 12, 40, 480  # kept of a run, and of all runs together


@checked
def dynamics_table(
    modes: Spectrum,
    measured: Sequence[tuple] | None = None,
    ends: int = 3,
    count: int = 50,
) -> dict:
    """Return what the sliders of the dynamics need, as plain data.

    The table is made of dictionaries, lists, numbers and words only, is less
    than 100 kB as JSON, and survives the way to JSON and back unchanged.

    Parameters
    ----------
    modes : Spectrum
        Leading directions of the target, which know their words.
    measured : sequence of (scale, trajectory), (scale, trajectory, seed) or (scale, trajectory, seed, initial)
        Training runs to be shown as dots: the scale σ of their initial
        weights, what :func:`~w2vlib.training.train_qwem` returned and, if
        wanted, the seed and the initial weights, shape (V, d).
    ends : int
        How many words to keep at each end of a direction.
    count : int
        How many directions to keep; those with λ ≤ 0 are left out, as they are
        never learned.

    Returns
    -------
    dict
        ``"size"``: V.  ``"values"``: λ, falling; `count` of them, or as many
        as a measured run has dimensions.  ``"ends"``: for each of the first
        `count`, the words at its positive and at its negative end.
        ``"measured"``: for each run a dictionary of ``"scale"``, ``"d"``,
        ``"step_size"``, ``"seed"`` (if given), ``"start"`` (the effective start
        of each mode, if the initial weights are given), ``"half_rises"`` (flow times,
        None where there is none), and a thinned record of the rise of the
        first 12 modes: ``"t"`` (flow times, 40 at most), ``"strengths"`` (for
        each time, s²) and ``"loss"``.  Numbers have six significant digits.

    Raises
    ------
    ValueError
        If directions and runs do not fit one another, the words are not known, no eigenvalue is
        positive, a scale or step size is not positive, or the table would be
        too large.

    Notes
    -----
    Introduced in chapter *one-mode*.

    Examples
    --------
    >>> modes = Spectrum(np.array([3.0, 2.0]), np.eye(3)[:, :2], residual=0.0, words=["cat", "dog", "cow"])
    >>> table = dynamics_table(modes, ends=1)
    >>> table["values"], table["ends"][0], table["measured"]
    ([3.0, 2.0], [['cat'], ['cow']], [])
    """
    ends, count = whole_number("ends", ends), whole_number("count", count)
    size, values = len(modes.vectors), modes.values[modes.values > 0]
    if not len(values):
        raise ValueError(f"no eigenvalue is positive, so nothing is ever learned: λ₁ = {modes.values[0]:g}")
    runs = [
        _unpacked(number, run, size, modes) for number, run in enumerate(() if measured is None else measured)
    ]
    values = values[: max([count, *(len(run.strengths[0]) for _, run, *_ in runs)])]
    records = min(_RECORDS, max(8, _ALL_RECORDS // max(1, len(runs))))
    table = {
        "size": size,
        "values": plain(values),
        "ends": [
            [list(map(str, end)) for end in modes.ends(k, ends)] for k in range(min(count, len(values)))
        ],
        "measured": [_measured(*run, values, records) for run in runs],
    }
    length = len(json.dumps(table, ensure_ascii=False).encode())
    if length >= _LARGEST:
        raise ValueError(
            f"the table would have {length:,} bytes, more than {_LARGEST:,}; "
            f"give fewer measured runs ({len(runs)}), directions ({len(table['ends'])}) or words at their ends ({ends})"
        )
    return table


def _unpacked(
    number: int, run, size: int, modes: Spectrum
) -> tuple[float, Trajectory, int | None, np.ndarray | None]:
    """Return scale, trajectory, seed and effective start of a run, or say what is wrong with it."""
    where = f"measured[{number}]"
    if not isinstance(run, Sequence) or len(run) not in (2, 3, 4):
        raise ValueError(
            f"{where} must be (scale, trajectory), with a seed and initial weights if wanted, not {run!r:.80}"
        )
    scale, trajectory, seed, initial = (*run, None, None)[:4]
    scale = positive_number(f"{where}: the scale of initial weights", scale)
    check_kind(f"{where}: the run", trajectory, "Trajectory")
    positive_number(f"{where}: its step size", trajectory.step_size)
    if trajectory.step_size * modes.values[0] >= 1:
        raise ValueError(
            f"{where}: with a step size of {trajectory.step_size:g} mode 1 overshoots, and no curve can be drawn for "
            f"it; it must be below 1/λ₁ = {1 / modes.values[0]:g}"
        )
    rows, d = trajectory.weights.shape
    if rows != size:
        raise ValueError(f"{where} was trained on {rows} words, but there are {size} here")
    if None not in (modes.words, trajectory.words) and modes.words != trajectory.words:
        raise ValueError(f"{where} was trained on other words than those of the directions")
    if len(modes) < d and modes.values[-1] > 0:
        raise ValueError(
            f"{where} has {d} dimensions, but there are {len(modes)} directions: call spectrum(M, {d})"
        )
    if len(trajectory.times) < 2 or not np.isfinite(trajectory.strengths).all():
        raise ValueError(
            f"{where} must have two records or more, all finite; it has {len(trajectory.times)} records"
        )
    start = None
    if initial is not None:
        initial = word_rows(f"{where}: its initial weights", initial, size)
        if initial.shape[1] != d:
            raise ValueError(f"{where}: its initial weights must have {d} columns, not {initial.shape[1]}")
        start = effective_start(modes, initial)
    return scale, trajectory, None if seed is None else int(seed), start


def _measured(scale, trajectory, seed, start, values, records) -> dict:
    """Return a run as plain data, thinned to some records of the first modes' rise."""
    times, strengths = np.asarray(trajectory.times), np.asarray(trajectory.strengths)
    rises = measured_half_rises(times, strengths, values)
    kept = min(_MODES, len(rises))
    end = min(times[-1], 1.25 * rises[kept - 1]) if np.isfinite(rises[kept - 1]) else times[-1]
    rows = np.unique(np.searchsorted(times, np.linspace(times[0], end, records)))
    return {
        "scale": plain(scale),
        "d": int(trajectory.weights.shape[1]),
        "step_size": plain(trajectory.step_size),
        **({} if seed is None else {"seed": seed}),
        **({} if start is None else {"start": plain(start)}),
        "half_rises": plain(rises),
        "t": plain(times[rows]),
        "strengths": plain(strengths[rows, :kept]),
        "loss": plain(np.asarray(trajectory.loss)[rows]),
    }
