"""Wrong and right answers to the third problem set."""

_SPECTRUM = """
values, U = np.linalg.eigh(M)
values, U = values[::-1], U[:, ::-1]
R = np.linalg.qr(W0.T @ U[:, :4])[1]
own = np.diag(R) ** 2
"""
_TAU = _SPECTRUM + "tau = np.log(values[:4] / own) / (2 * values[:4])\n"
_PLATEAUS = "largest = np.linalg.eigvalsh(M)[::-1][:4]\nplateaus = -np.cumsum([0, *largest**2]) / 4\n"
_HUNDRED = """
prediction = (0.05, 0.3)
values, U = np.linalg.eigh(M)
first, u = values[-1], U[:, -1]
step_size = 0.1 / first
forecast = (np.log(first) - np.log(2 * sigma**2 / d) - digamma(d / 2)) / (2 * first)
rng = student_rng(STUDENT, "set 3, problem 3")
W = np.array([w2vlib.initial_weights(32, d, scale=sigma, rng=rng) for _ in range(100)])
early = np.zeros(100, bool)
for n in range(int(forecast / step_size) + 1):
    early |= np.sum((u @ W) ** 2, axis=1) >= first / 2
    W = W + step_size * (M @ W - W @ (W.transpose(0, 2, 1) @ W))
measured = early.mean()
held = bool(0.05 <= measured <= 0.3)
"""
_DESCENT = """
def descent(W0, M, step_size, steps):
    W = W0.copy()
    for _ in range(steps):
        {}
    return W
"""
_SWING = """
def swing(h):
    a = (1 + h + np.sqrt((1 + h) ** 2 - 4)) / 2
    return {}
"""
_LOSSES = """
largest, h = np.linalg.eigvalsh(M)[::-1], 1.15
a = (1 + h + np.sqrt((1 + h) ** 2 - 4)) / 2
shares = np.array([1 / (a * h), a / h])
losses = np.sort(largest[0] ** 2 * ((shares - 1) ** 2 - 1) / 4) - np.sum(largest[1:4] ** 2) / 4
"""

WRONG = {
    "1-test": [
        (_DESCENT.format("W = W - step_size * (M - W @ W.T) @ W"), "this climbs"),
        (_DESCENT.format("W = W + 2 * step_size * (M - W @ W.T) @ W"), "twice too long"),
        (_DESCENT.format("W = W + 4 * step_size * (M - W @ W.T) @ W"), "four times too long"),
        (_DESCENT.format("W = W + step_size / 2 * (M - W @ W.T) @ W"), "half as long"),
        (_DESCENT.format("W = W + step_size * M @ W"), "without a brake"),
        (_DESCENT.format("W = W + step_size * (M + W @ W.T) @ W"), "wrong sign"),
        (_DESCENT.format("W = step_size * (M - W @ W.T) @ W"), "add it to W"),
        (_DESCENT.format("return W + step_size * (M - W @ W.T) @ W"), "inside the loop"),
        (
            _DESCENT.format("for i in range(len(W)):\n            W[i] += step_size * (M[i] - W @ W[i]) @ W"),
            "one after another",
        ),
        (
            _DESCENT.replace("range(steps)", "range(steps + 1)").format(
                "W = W + step_size * (M - W @ W.T) @ W"
            ),
            "a step too many",
        ),
        (_DESCENT.replace("W0.copy()", "W0").format("W += step_size * (M - W @ W.T) @ W"), "work on a copy"),
        (
            _DESCENT.replace("return W", "return W @ W.T").format("W = W + step_size * (M - W @ W.T) @ W"),
            "scores of all pairs",
        ),
        (_DESCENT.format("pass"), "nothing has been changed"),
    ],
    "2-test-a": [
        (_TAU + "tau = 2 * tau", "a 2 is missing"),
        (_TAU + "tau = tau[::-1]", "ascending order"),
        (_TAU + "tau = tau / (0.1 / values[0])", "these are steps"),
        (_TAU + "tau = tau / np.log(10)", "base 10"),
        (_SPECTRUM + "tau = np.log(values[:4] / sigma**2) / (2 * values[:4])", "the scale σ²"),
        (_SPECTRUM + "tau = np.log(values[:4] / sigma**2 * d) / (2 * values[:4])", "one entry"),
        (
            _SPECTRUM
            + "tau = np.log(values[:4] / np.sum((W0.T @ U[:, :4]) ** 2, axis=0)) / (2 * values[:4])",
            "whole rows",
        ),
        (
            _SPECTRUM + "tau = np.log(values[:4] / np.linalg.svd(W0)[1] ** 2) / (2 * values[:4])",
            "singular values of W₀",
        ),
        (
            _SPECTRUM
            + "tau = np.log(values[:4] / np.diag(np.linalg.qr(U[:, :4].T @ W0)[1]) ** 2) / (2 * values[:4])",
            "its transpose",
        ),
        (_SPECTRUM + "tau = np.log(values[:4] / np.abs(np.diag(R))) / (2 * values[:4])", "its square"),
        (_SPECTRUM + "tau = np.log(1 / own) / (2 * values[:4])", "under the logarithm is missing"),
        (
            """
values, U = np.linalg.eigh(M)
order = np.argsort(-np.abs(values))[:4]
R = np.linalg.qr(W0.T @ U[:, order])[1]
tau = np.log(np.abs(values[order]) / np.diag(R) ** 2) / (2 * np.abs(values[order]))
""",
            "cannot be learned by tied vectors",
        ),
        (_TAU + "tau = tau[:3]", "the shape should be (4,)"),
        (_TAU + "tau = tau * np.nan", "NaN"),
    ],
    "2-test-b": [
        (_PLATEAUS + "plateaus = plateaus * 4", "the quarter is missing"),
        (_PLATEAUS + "plateaus = plateaus * 2", "½λ² a mode"),
        (_PLATEAUS + "plateaus = -plateaus", "sign is turned round"),
        (_PLATEAUS + "plateaus = plateaus[1:]", "the first one is missing"),
        (_PLATEAUS + "plateaus = plateaus + np.sum(M**2) / 4", "count the loss from 0"),
        (_PLATEAUS + "plateaus = -np.cumsum([0, *largest]) / 4", "the square of its eigenvalue"),
        (_PLATEAUS + "plateaus = np.array([0, *-(largest**2) / 4])", "add them up"),
        (
            "loud = np.sort(np.abs(np.linalg.eigvalsh(M)))[::-1][:4]\nplateaus = -np.cumsum([0, *loud**2]) / 4",
            "cannot be learned",
        ),
    ],
    "3-test-a": [
        ("prediction = (0, 1)", "covers most"),
        ("prediction = (0.5, 0.2)", "the ends are swapped"),
        ("prediction = (0.5, 0.5)", "no measurement meets"),
        ("prediction = 0.5", "a prediction is two numbers"),
        ("prediction = (10, 30)", "reaches beyond"),
        ("prediction = (0.2, float('inf'))", "cannot fail"),
    ],
    "3-test-b": [
        (_HUNDRED + "held = not held", "it "),
        (_HUNDRED + "held = 'yes'", "by True or False"),
        (_HUNDRED + "measured = 1 - measured", "count those that are early"),
        (_HUNDRED + "measured = 100 * measured", "divide by a hundred"),
        (_HUNDRED + "prediction = (0.4, 0.6)\nmeasured = 0.5", "middle of the prediction"),
        (_HUNDRED.replace("problem 3", "problem 4").replace("0.1 / first", "0.05 / first"), "with the seed"),
        (_HUNDRED + "measured = 0.53", "is 0.53, which is not right"),
    ],
    "5-test-a": [
        (_SWING.format("a / h, 1 / (a * h)"), "the higher share comes first"),
        (_SWING.format("np.sqrt(1 / (a * h)), np.sqrt(a / h)"), "the share is the square"),
        (_SWING.format("(1 / (a * h)) ** 2, (a / h) ** 2"), "a square already"),
        (_SWING.format("1 / a, a"), "divided by h"),
        (_SWING.format("1, 1"), "this is the goal"),
        (_SWING.format("1 + 2 / h, 1 + 2 / h"), "does not attract"),
        (_SWING.format("a / h"), "a single thing"),
        (_SWING.format("1 - 1 / (a * h), a / h - 1"), "distances from the goal"),
        (
            """
def swing(h):
    x = [0.5]
    for _ in range(20000):
        x.append(x[-1] * (1 + 2 * h * (1 - x[-1])))
    return sorted(x[-2:])
""",
            "square all of",
        ),
        (
            """
def swing(h):
    x = [0.9]
    for _ in range(4):
        x.append(x[-1] * (1 + h * (1 - x[-1])) ** 2)
    return sorted(x[-2:])
""",
            "wait longer",
        ),
    ],
    "5-test-b": [
        (_LOSSES + "losses = losses[::-1]", "the higher loss comes first"),
        (_LOSSES + "losses = [-np.sum(largest[:4] ** 2) / 4] * 2", "a shorter step reaches"),
        (_LOSSES + "losses = losses + np.sum(largest[1:4] ** 2) / 4", "the first mode alone"),
        (_LOSSES + "losses = losses + np.sum(M**2) / 4", "count the loss from 0"),
        (_LOSSES + "losses = 4 * losses", "a factor ¼"),
        (_LOSSES + "losses = shares", "return losses"),
    ],
    "6-test-a": [
        (
            "def batch_for(radius, values, d, step_size, limit=0.3):\n"
            "    return int(np.ceil(step_size * radius / (limit * np.max(values))))",
            "the largest eigenvalue was used",
        ),
        (
            "def batch_for(radius, values, d, step_size, limit=0.3):\n"
            "    return int(step_size * radius / (limit * np.sort(values)[-d]))",
            "rounded down",
        ),
        (
            "def batch_for(radius, values, d, step_size, limit=0.3):\n"
            "    return int(np.ceil(step_size * radius / (limit * np.sort(np.abs(values))[-d])))",
            "by modulus",
        ),
    ],
    "6-test-b": [
        ("ratio = np.sum(M**2) / (4 * len(M) ** 2)", "upside down"),
        ("ratio = len(M) ** 2 / np.sum(M**2)", "the quarter is missing"),
        ("ratio = 2 * len(M) / np.linalg.norm(M)", "this is its root"),
        ("ratio = 1.0", "noisier than its probability"),
        (
            "values = np.linalg.eigvalsh(M)\nratio = 4 * len(M) ** 2 / np.sum(values[values > 0] ** 2)",
            "negative eigenvalues were left out",
        ),
        ("ratio = 4 * len(M) ** 2 / np.sum(np.linalg.eigvalsh(M)[-4:] ** 2)", "only the four directions"),
        ("ratio = 4 * len(M) / np.linalg.eigvalsh(M)[-1]", "were not squared"),
        ("ratio = 4 / np.max(M**2)", "the largest entries"),
        ("ratio = 4 * len(M) / np.sum(M**2)", "beside an eigenvalue"),
    ],
}

RIGHT = {
    "1-test": [
        """
def descent(W0, M, step_size, steps):
    W = np.array(W0)
    for _ in range(steps):
        X = [[sum(a * b for a, b in zip(w, v)) for v in W] for w in W]
        new = [[W[i][k] + step_size * sum((M[i][j] - X[i][j]) * W[j][k] for j in range(len(W)))
                for k in range(W.shape[1])] for i in range(len(W))]
        W = np.array(new)
    return new if steps else W
""",
        """
import torch
def descent(W0, M, step_size, steps):
    W, M = torch.tensor(W0, requires_grad=True), torch.tensor(M)
    for _ in range(steps):
        loss = ((W @ W.T - M) ** 2).sum() / 4
        [gradient] = torch.autograd.grad(loss, W)
        W = (W - step_size * gradient).detach().requires_grad_()
    return W
""",
        """
def descent(W0, M, step_size, steps):
    W0 = np.float32(W0)
    for _ in range(steps):
        W0 = W0 + np.float32(step_size) * (np.float32(M) @ W0 - W0 @ (W0.T @ W0))
    return W0
""",
    ],
    "2-test-a": [
        _TAU + "tau = list(tau)",
        _SPECTRUM + "tau = np.log(values[:4] / own - 1) / (2 * values[:4])",
        _TAU + "tau = np.float32(tau)",
        """
import scipy.linalg
modes = w2vlib.spectrum(M, 4)
turned = W0 @ np.linalg.qr(np.random.default_rng(0).standard_normal((4, 4)))[0]
R = scipy.linalg.qr(turned.T @ -modes.vectors)[1]
tau = [np.log(value / r**2) / (2 * value) for value, r in zip(modes.values, np.diag(R))]
""",
    ],
    "2-test-b": [
        _PLATEAUS + "plateaus = [float(x) for x in plateaus]",
        "values = w2vlib.spectrum(M, 4).values\nplateaus = [-sum(v**2 for v in values[:k]) / 4 for k in range(5)]",
    ],
    "3-test-a": ["prediction = [0.4, 0.6]", "prediction = np.array([0.0, 0.2])"],
    "3-test-b": [
        _HUNDRED,
        _HUNDRED + "prediction = (0.4, 0.6)\nheld = np.bool_(False)",
        _HUNDRED + "measured = np.float32(measured)",
    ],
    "5-test-a": [
        """
def swing(h):
    x = [0.9]
    for _ in range(3000):
        x.append(x[-1] * (1 + h * (1 - x[-1])) ** 2)
    return min(x[-2:]), max(x[-2:])
""",
        """
def swing(h):
    w = 1e-3
    for _ in range(10000):
        before, w = w, w * (1 + h - h * w**2)
    return np.sort([before**2, w**2])
""",
        """
import torch
def swing(h):
    roots = np.roots([1, -(1 + h), 1])
    return torch.tensor([1 / (max(roots) * h), max(roots) / h])
""",
    ],
    "5-test-b": [
        _LOSSES,
        _LOSSES + "losses = list(np.float32(losses))",
        """
W = w2vlib.initial_weights(32, 4, scale=0.1, rng=7)  # another start swings alike
seen = []
for _ in range(3000):
    W = W + 1.15 / np.linalg.norm(M, 2) * (M - W @ W.T) @ W
    seen.append(np.sum((W.T @ W) ** 2) / 4 - np.sum(W * (M @ W)) / 2)
losses = min(seen[-2:]), max(seen[-2:])
""",
    ],
    "6-test-a": [
        "def batch_for(radius, values, d, step_size, limit=0.3):\n"
        "    return -(-step_size * radius // (limit * sorted(values)[::-1][d - 1]))",
    ],
    "6-test-b": [
        "ratio = 4 / np.mean(M**2)",
        "ratio = 32**3 / max(np.linalg.eigvalsh(32**2 * M**2 / 4))",
        "ratio = np.float32(4 * 32**2 / np.sum(np.linalg.eigvalsh(M) ** 2))",
    ],
}
