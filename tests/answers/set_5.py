"""Wrong and right answers to the fifth problem set."""

_SETS = """
from itertools import combinations
def sets(n):
    return [list(some) for size in range(1, n + 1) for some in combinations(range(n), size)]
"""

_GAMMAS = (
    _SETS
    + """
def gamma_values(rho, weights):
    lags = range(1, len(weights) + 1)
    return np.array([{}])
"""
)

_SEEN = """
def seen_values(gamma, V, n):
    edge = np.sqrt(V / n)
    return {}
"""

_LAW = """
def water(omega, bits):
    low, high = 0.0, omega.max()
    for _ in range(200):
        level = (low + high) / 2
        spent = np.log2(omega / np.minimum(max(level, 1e-300), omega)).sum() / 2
        low, high = (level, high) if spent > bits else (low, level)
    return high
def law_share(M, bits):
    values = np.linalg.eigvalsh(M)
    omega = values[values > 1e-9] / len(M)
    {}
"""

_SHARED = """
def shared_directions(X, Y, c):
    A, B = np.linalg.qr(X)[0], np.linalg.qr(Y)[0]
    {}
"""

_START = """
from scipy.integrate import quad
def half(size, start, depth, end=None):
    end = size / 2 if end is None else end
    return quad(lambda y: np.exp((2 / depth - 1) * y) / (size - np.exp(y)) / depth, np.log(start), np.log(end), limit=500)[0]
def equal_start(strong, weak, start, depth):
    {}
"""

_DECAY = """
def decay_for(step, level, step_size, d, examples, scale):
    unseen = 1 - examples / d
    return {}
"""

_CLOCK = """
unseen = 1 - settings["examples"] / settings["d"]
left = (settings["level"] - unseen) / (settings["scale"] ** 2 * unseen)
decay = (1 - left ** (1 / (2 * settings["step"]))) / settings["step_size"]
prediction = ({low}, {high})
def moment(seed, of=lambda w, asked, answers, rule: np.sum((w - rule) ** 2), over_examples=True, begun=0):
    asked, answers, rule, w = clock_run(STUDENT, seed)
    steps = begun
    while of(w, asked, answers, rule) >= settings["level"]:
        slope = asked.T @ (asked @ w - answers) / (len(asked) if over_examples else 1)
        w = w - settings["step_size"] * (slope + decay * w)
        steps += 1
        if steps > 5000 or not np.isfinite(w).all():
            break
    return steps
moments = [moment(seed) for seed in range(3)]
measured, held = {rest}
"""


def _clock(rest: str, low: str = "0", high: str = "10") -> str:
    return _CLOCK.format(low=low, high=high, rest=rest)


WRONG = {
    "1-test": [
        ("def gamma_values(rho, weights): return rho", "only the attributes one at a time"),
        (
            _GAMMAS.format(
                "np.prod([weights @ [r**l for l in lags] / weights.sum() for r in rho[s]]) for s in sets(len(rho))"
            ),
            "averaged after the product",
        ),
        (
            _GAMMAS.format("weights @ [np.prod(rho[s]) ** l for l in lags] for s in sets(len(rho))"),
            "divide by their sum",
        ),
        (
            _GAMMAS.format(
                "1.0, *[weights @ [np.prod(rho[s]) ** l for l in lags] / weights.sum() for s in sets(len(rho))]"
            ),
            "belongs to the empty set",
        ),
        (
            _GAMMAS.format("np.mean([np.prod(rho[s]) ** l for l in lags]) for s in sets(len(rho))"),
            "all distances count alike",
        ),
        (
            _GAMMAS.format(
                "weights @ [np.sum(rho[s] ** l) for l in lags] / weights.sum() for s in sets(len(rho))"
            ),
            "chances multiply",
        ),
        (_GAMMAS.format("np.prod(rho[s]) for s in sets(len(rho))"), "only the nearest distance"),
        (
            _GAMMAS.format(
                "weights @ [np.prod(rho[s]) ** (l - 1) for l in lags] / weights.sum() for s in sets(len(rho))"
            ),
            "the nearest distance is 1, and not 0",
        ),
        (
            _GAMMAS.format("np.prod(rho[s]) for s in sets(len(rho)) if len(s) < 3 and len(rho) > 1"),
            "there is a direction for each set",
        ),
        ("def gamma_values(rho, weights): return language.strengths[0]", "there is a direction for each set"),
    ],
    "2-test": [
        (_SEEN.format("gamma"), "this is the truth"),
        (_SEEN.format("np.where(gamma > edge, gamma + edge**2 / gamma, 0)"), "not seen as 0"),
        (_SEEN.format("np.where(gamma > edge, gamma + edge**2 / gamma, gamma)"), "not seen as it is"),
        (_SEEN.format("np.where(gamma > edge, gamma - edge**2 / gamma, 2 * edge)"), "larger, not smaller"),
        (
            _SEEN.format("np.where(gamma > 2 * edge, gamma + edge**2 / gamma, 2 * edge)"),
            "stands out from √(V/n)",
        ),
        (_SEEN.format("np.where(gamma > edge, gamma + edge**2 / gamma, edge)"), "is 2√(V/n)"),
        (_SEEN.format("gamma + edge**2 / gamma"), "lost in the noise"),
        (
            _SEEN.format("np.where(gamma > n**-0.5, gamma + 1 / n / gamma, 2 * n**-0.5)"),
            "all V cells of a row",
        ),
        (
            _SEEN.format("np.where(gamma > V * edge, gamma + V**3 / n / gamma, 2 * V * edge)"),
            "whatever its words' frequencies",
        ),
        (
            _SEEN.format("np.where(gamma > edge, np.sqrt(gamma**2 + edge**2), 2 * edge)"),
            "squares do not simply add up",
        ),
        (_SEEN.format("[g for g in gamma if g > edge]"), "the shape should be"),
    ],
    "3-test": [
        (
            _LAW.format("return 1 - np.minimum(water(omega, bits), omega).sum() / omega.sum()"),
            "the share that is kept",
        ),
        (_LAW.format("return 4.0 ** (-bits / len(omega))"), "the strong ones need more"),
        (_LAW.format("return 4.0 ** -bits"), "a word has them for all"),
        (
            _LAW.format(
                "omega = np.abs(values[np.abs(values) > 1e-9]) / len(M)\n"
                "    return np.minimum(water(omega, bits), omega).sum() / omega.sum()"
            ),
            "negative eigenvalues belong to no vectors",
        ),
        (
            _LAW.format("return np.minimum(water(omega, bits / 2), omega).sum() / omega.sum()"),
            "an error falls by 4",
        ),
        (
            _LAW.format("return np.minimum(water(omega, bits), omega).sum()"),
            "divide by the sum of all strengths",
        ),
        (
            _LAW.format(
                "kept = omega - np.minimum(water(omega, bits), omega)\n    return 1 - (kept**2).sum() / (omega**2).sum()"
            ),
            "the error of scores",
        ),
        (
            _LAW.format(
                "omega = omega**2\n    return np.minimum(water(omega, bits), omega).sum() / omega.sum()"
            ),
            "not their squares",
        ),
        (
            _LAW.format("return water(omega, bits) * len(omega) / omega.sum()"),
            "no more error than its strength",
        ),
        (
            "from w2vlib import compression\n"
            + _LAW.format("return compression.rate_distortion(omega, bits).errors.sum() / omega.sum()"),
            "this is the law of rounding",
        ),
    ],
    "4-test": [
        (_SHARED.format("return np.linalg.svd(X)[0][:, :c]"), "strongest directions of the first table"),
        (_SHARED.format("return np.linalg.svd(Y)[0][:, :c]"), "strongest directions of the second table"),
        (
            _SHARED.format("return X @ np.linalg.svd(X.T @ Y)[0][:, :c]"),
            "orthonormal bases of both spaces first",
        ),
        (
            _SHARED.format("return Y @ np.linalg.svd(X.T @ Y)[2][:c].T"),
            "orthonormal bases of both spaces first",
        ),
        (_SHARED.format("return np.linalg.svd(A.T @ B)[0][:, :c]"), "these are coordinates"),
        (_SHARED.format("return np.linalg.svd(np.hstack([X, Y]))[0][:, :c]"), "put side by side"),
        (_SHARED.format("return A @ np.linalg.svd(A.T @ B)[0][:, -c:]"), "take the largest cosines"),
        (_SHARED.format("return X[:, :c]"), "axes have no meaning"),
        (_SHARED.format("return A @ np.linalg.svd(A.T @ B)[0]"), "the shape should be"),
        (_SHARED.format("return np.repeat(X[:, :1], c + 1, axis=1)[:, 1:]"), "axes have no meaning"),
        (_SHARED.format("return np.zeros((len(X), c))"), "independent directions"),
        (
            _SHARED.format(
                "return np.linalg.svd(A + B[:, : A.shape[1]] if B.shape[1] >= A.shape[1] else B)[0][:, :c]"
            ),
            "should lie in both",
        ),
    ],
    "5-test": [
        (_START.format("return start"), "from equal starts the strong mode comes first"),
        (_START.format("return start ** (weak / strong)"), "only while no mode feels the brake"),
        (
            _START.format("return weak / (1 + (strong / start - 1) ** (weak / strong))"),
            "this is the start for two layers",
        ),
        (
            _START.format(
                "if depth == 2:\n"
                "        return weak / (1 + (strong / start - 1) ** (weak / strong))\n"
                "    return start * (strong / weak) ** (depth / (depth - 2))"
            ),
            "only while no mode feels the brake",
        ),
        (_START.format("return half(strong, start, depth)"), "return the weak mode's start"),
        (
            _START.format(
                "f = lambda y: half(weak, np.exp(y), depth) - half(strong, start, depth)\n"
                "    return np.exp(brentq(f, np.log(start), np.log(weak / 2)) / depth)"
            ),
            "the number that each layer holds",
        ),
        (
            _START.format(
                "f = lambda y: half(weak, np.exp(y), depth) - half(strong, start, depth)\n"
                "    return start**2 / np.exp(brentq(f, np.log(start), np.log(weak / 2)))"
            ),
            "higher, not lower",
        ),
        (_START.format("return weak * 0.7"), "half learned before training begins"),
        (_START.format("return -start"), "a start is a number above 0"),
        (_START.format("return 3 * start"), "the weak mode is half learned at"),
    ],
    "6-test-a": [
        (
            _DECAY.format("(1 - ((level - unseen) / (scale**2 * unseen)) ** (1 / step)) / step_size"),
            "the factor 2 is missing",
        ),
        (
            _DECAY.format("1 - ((level - unseen) / (scale**2 * unseen)) ** (1 / (2 * step))"),
            "divide by the step size",
        ),
        (
            _DECAY.format("np.log(scale**2 * unseen / (level - unseen)) / (2 * step * step_size)"),
            "without ln(1 − x) ≈ −x",
        ),
        (
            _DECAY.format("(1 - (level / (scale**2 * unseen)) ** (1 / (2 * step))) / step_size"),
            "take that from the level first",
        ),
        (
            _DECAY.format("(1 - ((level - unseen) / scale**2) ** (1 / (2 * step))) / step_size"),
            "unseen by the examples",
        ),
        (
            _DECAY.format("(1 - ((level - unseen) / (scale * unseen)) ** (1 / (2 * step))) / step_size"),
            "the loss has its square",
        ),
        (
            _DECAY.format("(((level - unseen) / (scale**2 * unseen)) ** (1 / (2 * step)) - 1) / step_size"),
            "a decay is positive",
        ),
        (_DECAY.format("((level - unseen) / (scale**2 * unseen)) ** (1 / (2 * step))"), "solve for ω"),
        (
            "def decay_for(step, level, step_size, d, examples, scale):\n"
            "    seen = examples / d\n"
            "    return (1 - ((level - seen) / (scale**2 * seen)) ** (1 / (2 * step))) / step_size",
            "the share that examples see",
        ),
    ],
    "6-test-b": [
        ("prediction = (0, 2 * settings['step'])", "cannot fail"),
        ("prediction = (settings['step'], settings['step'])", "say a range"),
        ("prediction = (1300, 1100)", "the ends are swapped"),
        ("prediction = 1200", "is two numbers"),
        ("prediction = (-5, 1000)", "beyond what is possible"),
        ("prediction = ('early', 'late')", "is two numbers"),
    ],
    "6-test-c": [
        (_clock("np.mean(moments) + 1, False"), "one step off"),
        (_clock("np.mean(moments), True"), "it did not hold"),
        (_clock("np.mean(moments), False", "0", "5000"), "it held"),
        (_clock("moments[0], False"), "of seed 0 alone"),
        (_clock("sum(moments), False"), "this is their sum"),
        (_clock("float(settings['step']), False"), "the step that was aimed at"),
        (
            _clock(
                "np.mean([moment(s, lambda w, asked, answers, rule: np.mean((asked @ w - answers) ** 2)) for s in range(3)]), False"
            ),
            "when the examples are learned",
        ),
        (_clock("np.mean([moment(s + 3) for s in range(3)]), False"), "do not give this"),
        (_clock("np.mean(moments), 'yes'"), "by True or False"),
        (_clock("np.mean(moments), False") + "decay = 2.0\n", "between 0 and 0.5"),
        (_clock("np.mean(moments), False") + "decay = 0.00003\n", "has not passed the level"),
    ],
}

_RUNS = "np.mean(moments), bool(prediction[0] <= np.mean(moments) <= prediction[1])"

RIGHT = {
    "1-test": [
        _GAMMAS.format(
            "weights @ [np.prod(rho[s]) ** l for l in lags] / weights.sum() for s in sets(len(rho))[::-1]"
        ),
        """
def gamma_values(rho, weights):
    found = 0
    for lag, weight in enumerate(weights, 1):
        values = np.ones(1)
        for r in rho:
            values = np.concatenate([values, values * r**lag])
        found = found + weight * values[1:] / weights.sum()
    return sorted(found)
""",
        """
import torch
def gamma_values(rho, weights):
    lags = torch.arange(1, len(weights) + 1)
    bits = torch.cartesian_prod(*[torch.tensor([0, 1])] * len(rho)).reshape(-1, len(rho))[1:]
    products = (torch.tensor(rho).log() * bits).sum(dim=1).exp()
    return ((products[:, None] ** lags) * torch.tensor(weights)).sum(dim=1) / weights.sum()
""",
        """
def gamma_values(rho, weights):
    # The matrix after all: the eigenvalues of Kronecker products.
    powers = [np.prod(np.meshgrid(*[[1, r**lag] for r in rho]), axis=0).ravel() for lag in range(1, len(weights) + 1)]
    return np.float32(weights @ powers / weights.sum())[1:]
""",
    ],
    "2-test": [
        _SEEN.format("[g + V / n / g if g * g > V / n else 2 * (V / n) ** 0.5 for g in gamma]"),
        _SEEN.format(
            "np.float32(np.where(gamma > edge, (gamma**2 + edge**2) / np.maximum(gamma, edge), 2 * edge))"
        ),
        "import torch\n"
        + _SEEN.format(
            "torch.where(torch.tensor(gamma) > edge, torch.tensor(gamma + edge**2 / gamma), torch.tensor(2 * edge))"
        ),
        _SEEN.format("np.maximum(gamma, edge) + edge**2 / np.maximum(gamma, edge)"),
    ],
    "3-test": [
        _LAW.format("return np.minimum(water(omega, bits), omega).sum() / omega.sum()"),
        _LAW.format("return np.float32(np.minimum(water(omega, bits), omega).sum() / omega.sum())"),
        "from w2vlib import compression\n"
        + _LAW.format("return compression.rate_distortion(omega, bits, 'ideal').errors.sum() / omega.sum()"),
        _LAW.format(
            "falling = np.sort(omega)[::-1]\n"
            "    count = np.arange(1, len(omega) + 1)\n"
            "    levels = np.exp((np.cumsum(np.log(falling)) - 2 * bits * np.log(2)) / count)\n"
            "    level = levels[np.flatnonzero(levels <= falling)[-1]]\n"
            "    return sum(min(level, one) for one in omega) / sum(omega)"
        ),
    ],
    "4-test": [
        _SHARED.format("return B @ np.linalg.svd(A.T @ B)[2][:c].T"),
        _SHARED.format("return -3 * (A @ np.linalg.eigh(A.T @ B @ B.T @ A)[1][:, -c:])[:, ::-1]"),
        _SHARED.format(
            "both = A @ np.linalg.svd(A.T @ B)[0][:, :c]\n"
            "    return both @ (np.eye(c) + np.triu(np.ones((c, c))))"
        ),
        _SHARED.format("return np.linalg.svd(A @ A.T + B @ B.T)[0][:, :c]"),
        _SHARED.format("return np.float32(A @ np.linalg.svd(A.T @ B)[0][:, :c])"),
        "import torch\n" + _SHARED.format("return torch.tensor(A @ np.linalg.svd(A.T @ B)[0][:, :c])"),
    ],
    "5-test": [
        _START.format(
            "f = lambda y: half(weak, np.exp(y), depth) - half(strong, start, depth)\n"
            "    return np.exp(brentq(f, np.log(start), np.log(weak / 2)))"
        ),
        _START.format(
            "time, low, high = half(strong, start, depth), np.log(start), np.log(weak / 2)\n"
            "    for _ in range(60):\n"
            "        middle = (low + high) / 2\n"
            "        low, high = (middle, high) if half(weak, np.exp(middle), depth) > time else (low, middle)\n"
            "    return np.float32(np.exp(middle))"
        ),
        _START.format(
            "if depth == 2:\n"
            "        return weak / (1 + (strong / start - 1) ** (weak / strong))\n"
            "    f = lambda y: dynamics.deep_half_rises(np.array([weak]), np.exp(y), depth)[0] - half(strong, start, depth)\n"
            "    return np.exp(brentq(f, np.log(start), np.log(weak / 2)))"
        ),
    ],
    "6-test-a": [
        _DECAY.format("(1 - ((level - unseen) / (scale**2 * unseen)) ** (0.5 / step)) / step_size"),
        _DECAY.format("-np.expm1(np.log((level / unseen - 1) / scale**2) / 2 / step) / step_size"),
        _DECAY.format(
            "brentq(lambda w: unseen * (1 + scale**2 * (1 - step_size * w) ** (2 * step)) - level, 0, 1 / step_size, xtol=1e-15)"
        ),
        "import torch\n"
        + _DECAY.format(
            "torch.tensor((1 - ((level - unseen) / (scale**2 * unseen)) ** (0.5 / step)) / step_size)"
        ),
    ],
    "6-test-b": [
        "prediction = (1000, 1400)",
        "prediction = [800.5, 900]",
        "prediction = np.array([1100, 1250])",
    ],
    "6-test-c": [
        _clock(_RUNS, "settings['step'] - 150", "settings['step'] + 150"),
        _clock("np.float32(np.mean(moments)), np.False_"),
        _clock(_RUNS) + "import torch\nmeasured = torch.tensor(measured)\n",
        _clock(_RUNS) + "decay = 1.5 * decay\nmeasured = np.mean([moment(seed) for seed in range(3)])\n",
    ],
}
