"""Wrong and right answers to the first problem set."""

DISTANCE = """
def turned_distance(W, Z):
    {}
"""
JOINT = """
def joint(step, p, weights):
    P = np.zeros(step.shape)
    for delta, weight in enumerate(weights, start=1):
        ahead = p[:, None] * {power}
        P += weight * {both}
    return P / {total}
"""
POWER, BOTH, TOTAL = "np.linalg.matrix_power(step, delta)", "(ahead + ahead.T) / 2", "sum(weights)"
WATCHED = """
def watched(step, kept):
    lost = [i for i in range(len(step)) if i not in kept]
    corner, away = step[np.ix_(kept, kept)], step[np.ix_(kept, lost)]
    among, home = step[np.ix_(lost, lost)], step[np.ix_(lost, kept)]
    {}
"""
KNOWN = """
def target(P, p=None):
    P = P / P.sum()
    p = P.sum(axis=1) if p is None else p
    return 2 * (P - np.outer(p, p)) / (P + np.outer(p, p))

lost = np.setdiff1d(np.arange(32), known)
part = lambda rows, columns: step[np.ix_(rows, columns)]
steps = part(known, known) + part(known, lost) @ np.linalg.solve(np.eye(16) - part(lost, lost), part(lost, known))
P = np.asarray(language.pair_probabilities(window=1))
cut, p = P[np.ix_(known, known)], language.p[known]
M_gap, M_drop = target(cut), target(p[:, None] * steps)
{}
"""
OWN = """
P, q = np.asarray(language.pair_probabilities(window=5)), np.outer(language.p, language.p)
M = {}
"""
EXCESS = """
prediction = (1.0, 1.2)
rng = student_rng(STUDENT, {seed})
M, P = np.asarray(language.target(5)), np.asarray(language.pair_probabilities(5))
texts = [language.text({length}, rng) for _ in range(5)]
counts = [w2vlib.count_corpus([text], window={window}, words=language.words) for text in texts]
errors = np.array([np.asarray(w2vlib.m_star(counted)) for counted in counts]) - M
foreseen = (1 - M**2 / 4) * np.sqrt({unit} / (8000 * 30 * P))
pairs = ~np.eye(32, dtype=bool)
measured = {measured}
held = {held}
"""
RMS = "np.sqrt(np.mean(errors[:, pairs] ** 2) / np.mean(foreseen[pairs] ** 2))"
HELD = "prediction[0] <= measured <= prediction[1]"


def joint(power=POWER, both=BOTH, total=TOTAL):
    return JOINT.format(power=power, both=both, total=total)


def excess(measured=RMS, held=HELD, seed="'set 1, problem 6'", length=8000, window=5, unit="11 / 3"):
    return EXCESS.format(measured=measured, held=held, seed=seed, length=length, window=window, unit=unit)


WRONG = {
    "1-test": [
        (DISTANCE.format("return np.linalg.norm(W - Z)"), "nothing was turned"),
        (
            DISTANCE.format("""left, _, right = np.linalg.svd(W.T @ Z)
    left[:, -1] *= np.sign(np.linalg.det(left @ right))
    return np.linalg.norm(W @ left @ right - Z)"""),
            "mirrors are left out",
        ),
        (DISTANCE.format("return np.linalg.norm(W @ (np.linalg.pinv(W) @ Z) - Z)"), "as in a regression"),
        (DISTANCE.format("return np.linalg.norm(W @ W.T - Z @ Z.T)"), "distance of the inner products"),
        (
            DISTANCE.format("""left, _, right = np.linalg.svd(W.T @ Z)
    return np.linalg.norm(W @ left @ right - Z) ** 2"""),
            "take its root",
        ),
        (
            DISTANCE.format("""left, _, right = np.linalg.svd(W.T @ Z)
    return np.linalg.norm(W @ left @ right - Z) / np.linalg.norm(Z)"""),
            "relative to the length of Z",
        ),
        (
            DISTANCE.format("""left, _, right = np.linalg.svd(W.T @ Z)
    return np.linalg.norm(W @ (left @ right).T - Z)"""),
            "the wrong way",
        ),
        (
            DISTANCE.format("return np.linalg.svd(W.T @ Z, compute_uv=False).sum()"),
            "this is the sum of the singular values",
        ),
        (
            DISTANCE.format("""W, Z = (X / np.linalg.norm(X, axis=1, keepdims=True) for X in (W, Z))
    left, _, right = np.linalg.svd(W.T @ Z)
    return np.linalg.norm(W @ left @ right - Z)"""),
            "scaled to length 1",
        ),
        (
            DISTANCE.format("return np.sqrt(-1e-16 + 0 * W.sum())"),
            "below 0 by rounding",
        ),
    ],
    "2-test": [
        ("def joint(step, p, weights):\n    return p[:, None] * step", "only lag 1 was counted"),
        (joint(both="ahead"), "both of its ends"),
        (joint(both="(ahead + ahead.T)"), "both ends were added and not averaged"),
        (joint(total="1"), "the weights were not divided by their sum"),
        (joint(power="step**delta"), "entry by entry"),
        (joint(power="np.linalg.matrix_power(step, delta - 1)"), "stands with a word and itself"),
        (joint().replace("enumerate(weights,", "enumerate(weights[::-1],"), "the weights run the wrong way"),
        (joint(both="np.linalg.matrix_power(step, delta)"), "multiply row i by p_i"),
        (
            joint(power="np.linalg.matrix_power(step, delta).T").replace("+ ahead.T", "+ ahead"),
            "entry (0, 1)",
        ),
        (joint().replace("+= weight *", "+=").replace("/ sum(weights)", "/ len(weights)"), "the same weight"),
    ],
    "3-test-a": [
        (WATCHED.format("return corner"), "this is the corner of the table"),
        (WATCHED.format("return corner / corner.sum(axis=1, keepdims=True)"), "rows made to add up to 1"),
        (WATCHED.format("return corner + away @ home"), "only one unknown word in a row"),
        (WATCHED.format("return corner + away @ (home + among @ home)"), "but no more"),
        (
            WATCHED.format("return away @ np.linalg.solve(np.eye(len(lost)) - among, home)"),
            "follow each other at once",
        ),
        (
            WATCHED.format("return (corner + away @ np.linalg.solve(np.eye(len(lost)) - among, home)).T"),
            "rows and columns are exchanged",
        ),
        (
            WATCHED.format("return corner + away @ (np.eye(len(lost)) - among) @ home"),
            "an inverse is missing",
        ),
        (
            """
def watched(step, kept):
    kept = sorted(kept)
    lost = [i for i in range(len(step)) if i not in kept]
    back = np.linalg.solve(np.eye(len(lost)) - step[np.ix_(lost, lost)], step[np.ix_(lost, kept)])
    return step[np.ix_(kept, kept)] + step[np.ix_(kept, lost)] @ back
""",
            "another order",
        ),
        (WATCHED.format("return corner + 0.1"), "must add up to 1"),
    ],
    "3-test-b": [
        (KNOWN.format("M_gap, M_drop = M_drop, M_gap"), "the two are exchanged"),
        (
            KNOWN.format("M_gap = np.asarray(language.target(1))[np.ix_(known, known)]"),
            "this is the corner of the target of all 32 words",
        ),
        (KNOWN.format("M_gap = target(cut, p)"), "but p not"),
        (KNOWN.format("M_drop = M_gap"), "the two are exchanged"),
        (
            KNOWN.format("q = np.outer(cut.sum(axis=1), cut.sum(axis=1))\nM_gap = 2 * (cut - q) / (cut + q)"),
            "not divided by its sum",
        ),
        (KNOWN.format("M_gap = 2 * np.arctanh(M_gap / 2)"), "this is the PMI"),
        (KNOWN.format("M_drop = M_drop / 2"), "is not"),
    ],
    "4-test-a": [
        (
            """
def m_star(counts):
    P = counts / counts.sum()
    q = np.outer(P.sum(axis=1), P.sum(axis=1))
    return (P - q) / (P + q)
""",
            "every entry is half",
        ),
        (
            """
def m_star(counts):
    P = counts / counts.sum()
    return np.log(P / np.outer(P.sum(axis=1), P.sum(axis=1)))
""",
            "NumPy warns",
        ),
    ],
    "4-test-b": [
        (OWN.format("np.log(P / q)"), "this is the PMI"),
        (OWN.format("np.maximum(np.log(P / q), 0)"), "this is the PPMI"),
        (OWN.format("(P - q) / (P + q)"), "the factor 2 is missing"),
        (OWN.format("P / q - 1"), "divide the difference by P + q"),
        ("M = language.target(1)", "the window asked for is 5"),
        ("M = language.target(5, 'flat')", "fall linearly"),
        (OWN.format("2 * (P - 1 / 1024) / (P + 1 / 1024)"), "equally frequent"),
        ("M = even_language.target(5)", "the language in which all words"),
    ],
    "6-test-a": [
        ("prediction = 1.2", "two numbers"),
        ("prediction = (1.4, 1.0)", "swapped"),
        ("prediction = (1.2, 1.2)", "a single number"),
        ("prediction = (0, 3.9)", "cannot fail"),
        ("prediction = (1, 5)", "beyond what is possible"),
        ("prediction = (1, np.inf)", "cannot fail"),
    ],
    "6-test-b": [
        (excess(held="True"), "did not hold"),
        (excess(held="'yes'"), "True or False"),
        (excess(measured="1.1"), "middle of the prediction"),
        (excess(measured=f"{RMS} ** 2"), "the square of the ratio"),
        (excess(measured=f"1 / {RMS}"), "upside down"),
        (excess(measured="np.sqrt(np.mean(errors[:, pairs] ** 2))"), "this is the error itself"),
        (
            excess(measured="np.sqrt(np.mean(errors[0][pairs] ** 2) / np.mean(foreseen[pairs] ** 2))"),
            "the first text alone",
        ),
        (excess(measured="np.sqrt(np.mean(errors ** 2) / np.mean(foreseen ** 2))"), "words with themselves"),
        (
            excess(measured="np.sqrt(np.mean((errors / foreseen)[:, pairs] ** 2))"),
            "divide root mean square by root mean square",
        ),
        (excess().replace("(1 - M**2 / 4) * ", ""), "the factor 1 − M*²/4 is missing"),
        (excess(unit="1"), "a unit u = (2L + 1)/3 is missing"),
        (
            excess(
                measured="np.sqrt(np.mean(errors.mean(axis=0)[pairs] ** 2) / np.mean(foreseen[pairs] ** 2))"
            ),
            "averaged over the texts before",
        ),
        (
            excess(measured="np.abs(errors[:, pairs]).mean() / np.abs(foreseen[pairs]).mean()"),
            "these are mean moduli",
        ),
        (excess(seed="'another seed'"), "measured with the seed that is asked for"),
    ],
}

RIGHT = {
    "1-test": [
        DISTANCE.format("""values = np.linalg.svd(W.T @ Z, compute_uv=False)
    return np.sqrt(np.maximum((W**2).sum() + (Z**2).sum() - 2 * values.sum(), 0))"""),
        DISTANCE.format("""from scipy.linalg import orthogonal_procrustes
    return np.linalg.norm(W @ orthogonal_procrustes(W, Z)[0] - Z)"""),
        DISTANCE.format("""import torch
    W, Z = torch.tensor(W), torch.tensor(Z)
    left, _, right = torch.linalg.svd(W.T @ Z)
    return torch.linalg.norm(W @ left @ right - Z)"""),
    ],
    "2-test": [
        joint(),
        """
def joint(step, p, weights):
    V, P, now = len(p), np.zeros(step.shape), np.diag(p)
    for weight in weights:
        now = now @ step
        for i in range(V):
            for j in range(V):
                P[i, j] += weight * now[i, j]
                P[j, i] += weight * now[i, j]
    return P / P.sum()
""",
        joint().replace("return P /", "return np.float32(P) /"),
    ],
    "3-test-a": [
        WATCHED.format("return corner + away @ np.linalg.inv(np.eye(len(lost)) - among) @ home"),
        WATCHED.format("""for _ in range(2000):
        corner, away = corner + away @ home, away @ among
    return corner"""),
        """
def watched(step, kept):
    size, order = len(step), list(kept)
    step = np.array(step, dtype=float)
    for lost in set(range(size)) - set(order):  # one word after another
        step += np.outer(step[:, lost], step[lost]) / (1 - step[lost, lost])
        step[:, lost] = step[lost] = 0
    return step[np.ix_(order, order)]
""",
    ],
    "3-test-b": [KNOWN.format(""), KNOWN.format("M_gap, M_drop = np.float32(M_gap), M_drop.tolist()")],
    "4-test-a": [
        """
def m_star(counts):
    total, rows = counts.sum(), counts.sum(axis=1)
    result = np.full(counts.shape, -2.0)
    for i, j in np.argwhere(counts > 0):
        result[i, j] = 2 * np.tanh(np.log(counts[i, j] * total / (rows[i] * rows[j])) / 2)
    return result
""",
    ],
    "4-test-b": [
        "M = language.target(5)",
        "M = np.float32(language.target(5))",
        "import torch\nM = torch.tensor(np.asarray(language.target(5)))",
        OWN.format("2 * np.tanh(np.log(P / q) / 2)"),
    ],
    "6-test-a": ["prediction = [0, 2]", "prediction = np.array([1.2, 1.5])"],
    "6-test-b": [
        excess().replace("(1.0, 1.2)", "(1.05, 1.6)"),
        excess(measured=f"np.float32({RMS})"),
        excess(measured=f"round({RMS}, 5)"),
    ],
}
