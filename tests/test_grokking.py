"""Ridge's clock against limits, eigenvalues of drawn examples and gradient descent; and networks that learn to add."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from w2vlib.course.grokking import RidgeClock, marchenko_pastur, train_modular_addition
from w2vlib.datasets import load_modular_addition


def run(clock, seed, steps):
    """Test losses of a run at some steps, from the eigenvalues of its examples; no step is made."""
    rng, d = np.random.default_rng(seed), clock.d
    asked, rule = rng.standard_normal((clock.examples, d)), rng.standard_normal(d) / d**0.5
    start, noise = (
        rng.standard_normal(d) * clock.scale / d**0.5,
        clock.noise * rng.standard_normal(clock.examples),
    )
    values, U = np.linalg.eigh(asked.T @ asked / clock.examples)
    rate = np.maximum(values + clock.decay, 1e-300)
    goal = U.T @ asked.T @ (asked @ rule + noise) / clock.examples / rate
    kept = (1 - clock.step_size * rate) ** np.asarray(steps)[:, None]
    weights = (goal + kept * (U.T @ start - goal)) @ U.T
    return ((weights - rule) ** 2).sum(axis=1), ((asked @ (weights - rule).T - noise[:, None]) ** 2).mean(
        axis=0
    )


@pytest.mark.parametrize("ratio", [0.2, 0.9, 1.0, 1.7, 6.0])
def test_moments_of_the_law_are_the_known_ones(ratio):
    values, shares = marchenko_pastur(ratio, 1000)
    known = [1, 1, 1 + ratio, 1 + 3 * ratio + ratio**2, 1 + 6 * ratio + 6 * ratio**2 + ratio**3]
    assert [shares @ values**power for power in range(5)] == pytest.approx(known, rel=1e-5)
    assert shares[-1] == pytest.approx(max(0, 1 - 1 / ratio)) and values[-1] == 0


def test_the_law_is_that_of_drawn_examples():
    rng, (d, J) = np.random.default_rng(0), (300, 200)
    drawn = np.concatenate(
        [np.linalg.eigvalsh((a := rng.standard_normal((J, d))).T @ a / J) for _ in range(10)]
    )
    values, shares = marchenko_pastur(d / J)
    for edge in (0.05, 0.3, 1.0, 2.0, 4.0):
        assert np.mean(drawn < edge) == pytest.approx(shares[values < edge].sum(), abs=0.01)


CLOCKS = [
    RidgeClock(0.1, 0.01, 300, 150, 6.0),
    RidgeClock(0.15, 0.02, 300, 420, 4.0, 0.4),
    RidgeClock(0.2, 0.0, 240, 600, 3.0, 0.2),
]


@pytest.mark.parametrize("clock", CLOCKS, ids=("more weights", "noise", "no decay"))
def test_losses_are_the_means_of_runs(clock):
    steps = np.array([0, 3, 30, 300, 3000])
    test, training = np.mean([run(clock, seed, steps) for seed in range(40)], axis=0)
    told = clock.losses(steps)
    assert told[1] == pytest.approx(test, rel=0.1)
    assert told[0] == pytest.approx(training, rel=0.1, abs=1e-6)


@pytest.mark.parametrize("clock", CLOCKS[:2], ids=("more weights", "noise"))
def test_a_run_by_eigenvalues_is_a_run_by_steps(clock):
    rng, d = np.random.default_rng(5), clock.d
    asked, rule = rng.standard_normal((clock.examples, d)), rng.standard_normal(d) / d**0.5
    w, noise = (
        rng.standard_normal(d) * clock.scale / d**0.5,
        clock.noise * rng.standard_normal(clock.examples),
    )
    answers = asked @ rule + noise
    for _ in range(50):
        w = w - clock.step_size * (asked.T @ (asked @ w - answers) / clock.examples + clock.decay * w)
    test, training = run(clock, 5, [50])
    assert (np.sum((w - rule) ** 2), np.mean((asked @ w - answers) ** 2)) == pytest.approx(
        (test[0], training[0])
    )


def test_with_endless_examples_all_directions_are_alike():
    clock = RidgeClock(0.1, 0.1, 10, 10**7, 6.0)
    kept = 0.89 ** np.arange(40)
    assert clock.losses(np.arange(40))[1] == pytest.approx(
        36 * kept**2 + (1 - (1 - kept) / 1.1) ** 2, rel=1e-2
    )


def test_ends_are_the_known_ones():
    assert RidgeClock(0.1, 1e-6, 300, 100, 5.0).losses([1e9])[1][0] == pytest.approx(2 / 3, rel=1e-4)
    assert RidgeClock(0.1, 0.0, 100, 300, 5.0).losses([1e9])[1][0] == pytest.approx(0, abs=1e-9)
    # Least squares with noise: χ² γ/(1 − γ), and on the examples χ² (1 − γ).
    training, test = RidgeClock(0.1, 0.0, 100, 300, 5.0, 2.0).losses([1e9])
    assert (training[0], test[0]) == pytest.approx((4 * 2 / 3, 4 * 0.5), rel=1e-4)
    # Without decay, directions that no example sees stay where they began.
    assert RidgeClock(0.1, 0.0, 300, 100, 5.0).losses([1e9])[1][0] == pytest.approx(26 * 2 / 3, rel=1e-9)


def test_the_moment_is_that_of_one_line_where_there_is_one():
    clock = RidgeClock(0.1, 1e-4, 300, 100, 8.0)
    moment, spread = clock.moment(1.0)
    rate, end = -2 * np.log1p(-1e-5), 2 / 3
    assert moment == pytest.approx(np.log(64 * end / (1 - end)) / rate, rel=1e-3)
    assert spread == pytest.approx(1 / (1 - end) * np.sqrt(2 / 200) / rate, rel=1e-3)
    assert clock.losses([moment])[1][0] == pytest.approx(1.0, rel=1e-9)


def test_runs_scatter_as_foretold():
    clock = RidgeClock(0.15, 0.01, 200, 100, 6.0)
    moment, spread = clock.moment(1.2)
    steps = np.arange(int(2 * moment))
    seen = [np.argmax(run(clock, seed, steps)[0] <= 1.2) for seed in range(60)]
    assert np.mean(seen) == pytest.approx(moment, abs=4 * spread / 60**0.5)
    ratio = np.sum((np.array(seen) - moment) ** 2) / spread**2
    assert chi2.ppf(0.001, 60) < ratio < chi2.ppf(0.999, 60)


def test_levels_that_are_never_passed_or_from_the_start():
    clock = RidgeClock(0.1, 0.01, 200, 100, 6.0)
    assert np.isnan(clock.moment(0.4)).all()
    assert np.isnan(clock.moment(1.0, longest=10)).all()
    assert clock.moment(37.5) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"step_size": 0.0}, "step_size must be a positive"),
        ({"step_size": 0.3}, "step_size must be 0.171 at most for 200 dimensions, 100 examples"),
        ({"decay": -0.1}, "decay must be"),
        ({"d": 0}, "d must be"),
        ({"examples": 2.5}, "examples must be"),
        ({"scale": np.nan}, "scale must be"),
        ({"noise": -1.0}, "noise must be"),
    ],
)
def test_what_is_no_clock_is_refused(wrong, message):
    with pytest.raises((TypeError, ValueError), match=message):
        RidgeClock(**{"step_size": 0.1, "decay": 0.01, "d": 200, "examples": 100, "scale": 6.0} | wrong)


# Networks that learn to add.


def test_what_is_recorded_is_what_training_gives():
    recorded = load_modular_addition()
    assert [run["setting"] for run in recorded["runs"]] == [0] * 24 + sorted([1, 2, 3, 4, 5] * 8)
    known = recorded["runs"][24]  # of a setting with early jumps
    told = train_modular_addition(
        known["seed"], **recorded["settings"][1], steps=known["jump"] + 40, every=recorded["every"]
    )
    jump = told[np.argmax(told[:, 2] > recorded["grokked"]), 0]
    assert abs(jump / known["jump"] - 1) < 0.1
    early = len(known["concentration"]) // 2
    assert told[:early, 3] == pytest.approx(known["concentration"][:early], abs=0.01)


def test_its_network_knows_nothing_at_first_and_all_in_the_end():
    told = train_modular_addition(3, order=11, hidden=60, share=0.8, steps=3000, every=1500)
    assert told[0, 2] < 0.4 and told[-1, 1] == 1
    assert told[0, 3] < 0.45 < told[-1, 3]  # five waves share a neuron's power at first


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="order must be odd"):
        train_modular_addition(0, order=10)
    with pytest.raises(ValueError, match="share must be"):
        train_modular_addition(0, share=1.5)
    with pytest.raises(ValueError, match="every must be"):
        train_modular_addition(0, steps=5, every=6)
    with pytest.raises(ValueError, match="step_size 1e[+]06 is too large: training diverges"):
        train_modular_addition(0, step_size=1e6, order=5, hidden=4, steps=50, every=50)
