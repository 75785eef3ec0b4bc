"""Wrong and right answers to the second problem set."""

GRADIENT = """
def tied_gradient(W, A, B):
    X = W @ W.T
    sigm = np.exp(-np.logaddexp(0, -X))
    error = (A + B) * sigm - A
    return {}
"""
EVEN = """
def even_weight(P, p, K):
    return {}
"""
TARGET = """
def tied_target(A, B):
    a, b = A + A.T, B + B.T
    return {}, {}
"""
M_RIGHT, PSI_RIGHT = "2 * (a - b) / (a + b)", "2 / (a + b)"
BEST = """
values, vectors = np.linalg.eigh(M)
values, vectors = values[::-1], vectors[:, ::-1]
by_size = np.argsort(-np.abs(values))
W = vectors[:, :4] * np.sqrt(values[:4])
left = np.sum(values[values < 0] ** 2)
X_untied = vectors[:, by_size[:2]] * values[by_size[:2]] @ vectors[:, by_size[:2]].T
{}
"""
NEGATIVES = """
q = np.outer(p, p)
directions, largest, shares = [], [], []
for K in (1, 2, 5, 15):
    target = {target}
    values = np.linalg.eigvalsh(target)
    directions.append({count})
    largest.append({first})
    shares.append({share})
{}
"""
TURN = """
prediction = (0.85, 0.95)
rng = student_rng(STUDENT, {seed})
texts = [language.text(2000, rng) for _ in range(10)]
found = [np.asarray(w2vlib.m_star(w2vlib.count_corpus([t], window={window}, words=language.words))) for t in texts]

def directions(target):
    return np.linalg.eigh(target)[1][:, ::-1]

truth = directions(M)
cosines = np.array([[u @ v for u, v in zip(directions(target).T, truth.T)] for target in found])
measured = {measured}
held = {held}
"""
HELD = "prediction[0] <= measured <= prediction[1]"


def negatives(
    more="",
    target="2 * (P - K * q) / (P + K * q)",
    count="np.sum(values > 0)",
    first="values[-1]",
    share="np.sum(values[values > 0] ** 2) / np.sum(values**2)",
):
    return NEGATIVES.format(more, target=target, count=count, first=first, share=share)


def turn(measured="np.mean(cosines[:, 3] ** 2)", held=HELD, seed="'set 2, problem 6'", window=2):
    return TURN.format(measured=measured, held=held, seed=seed, window=window)


WRONG = {
    "1-test": [
        (GRADIENT.format("-(error + error.T) @ W"), "points up where it should point down"),
        (GRADIENT.format("(error + error.T) @ W / 2"), "half of what it should be"),
        (GRADIENT.format("error @ W"), "half of what"),
        (GRADIENT.format("2 * error @ W"), "right only if the weights are symmetric"),
        (GRADIENT.format("2 * error.T @ W"), "twice the role of the neighbour"),
        (
            GRADIENT.format("(error + error.T) @ W").replace("* sigm", "* X"),
            "the logistic function is missing",
        ),
        (
            GRADIENT.format("(error + error.T) @ W").replace(
                "(A + B) * sigm - A", "(A + B) * X / 2 - (A - B)"
            ),
            "the least-squares model",
        ),
        (
            GRADIENT.format("(error + error.T) @ W").replace("(A + B) * sigm", "B * sigm"),
            "the attraction pulls with A (1 − sigm(x))",
        ),
        (GRADIENT.format("(error + error.T) @ W / A.size"), "divided by the number of pairs"),
        (
            """
def tied_gradient(W, A, B):
    X = W @ W.T
    error = (A + B) * np.exp(X) / (1 + np.exp(X)) - A
    return (error + error.T) @ W
""",
            "e to the power 900",
        ),
        (
            """
def tied_gradient(W, A, B):
    error = (A + B) / (1 + np.exp(-W @ W.T)) - A
    error = (error + error.T) * (1 - np.eye(len(W)))
    return error @ W
""",
            "should be",
        ),
    ],
    "2-test-a": [
        (EVEN.format("1 / (P + np.outer(p, p))"), "K is missing"),
        (EVEN.format("1 / (K * P + np.outer(p, p))"), "K stands with P"),
    ],
    "2-test-b": [
        (
            "def tied_target(A, B):\n    return 2 * (A - B) / (A + B), 1 / (A + B)",
            "add the weights of both orders first",
        ),
        (
            """
def tied_target(A, B):
    M = 2 * (A - B) / (A + B)
    return (M + M.T) / 2, 2 / (A + A.T + B + B.T)
""",
            "add the weights, then divide",
        ),
        (TARGET.format("2 * (A - b / 2) / (A + b / 2)", PSI_RIGHT), "only B was taken from both orders"),
        (TARGET.format("(a - b) / (a + b)", PSI_RIGHT), "the factor 2 is missing"),
        (TARGET.format("np.log(np.maximum(a, 1e-300) / b)", PSI_RIGHT), "the logistic loss is least"),
        (TARGET.format("2 * (b - a) / (a + b)", PSI_RIGHT), "A and B are exchanged"),
        (TARGET.format(M_RIGHT, "1 / (a + b)"), "not their sum"),
        (TARGET.format(M_RIGHT, "1 / (A + B)"), "get one factor"),
        (TARGET.format(M_RIGHT, "(1 / (A + B) + 1 / (A + B).T) / 2"), "the mean of two factors"),
        (TARGET.format(M_RIGHT, "(a + b) / 2"), "this is the weight itself"),
        ("def tied_target(A, B):\n    return A - B", "return two arrays"),
    ],
    "4-test-a": [
        (
            BEST.format("W = vectors[:, by_size[:4]] * np.sqrt(np.abs(values[by_size[:4]]))"),
            "you kept the largest in modulus: -17.5 cannot be learned",
        ),
        (
            BEST.format("W = vectors[:, by_size[:4]] * np.sqrt(np.maximum(values[by_size[:4]], 0))"),
            "one of the 4 columns is empty",
        ),
        (BEST.format("W = vectors[:, -4:] * np.sqrt(np.abs(values[-4:]))"), "eigh sorts upwards"),
        (BEST.format("W = vectors[:, :4]"), "the root of its eigenvalue"),
        (BEST.format("W = vectors[:, :4] * values[:4]"), "take the root"),
        (BEST.format("W = W @ W.T"), "are these the scores"),
        (BEST.format("W = vectors[:, :5]"), "the shape should be (32, 4)"),
        (BEST.format("W = vectors[:4].T * np.sqrt(values[:4])"), "rows of the eigenvectors"),
        (
            BEST.format("""with np.errstate(invalid="ignore"):
    W = vectors[:, by_size[:4]] * np.sqrt(values[by_size[:4]])"""),
            "a root taken of a negative eigenvalue",
        ),
        (BEST.format("W = np.ones((32, 4))"), "times the least"),
    ],
    "4-test-b": [
        (BEST.format("left = np.sum(values[20:] ** 2)"), "only the last 12 eigenvalues were counted"),
        (BEST.format("left = np.sum(values[by_size[20:]] ** 2)"), "largest in modulus were taken off"),
        (BEST.format("left = (left - np.sum(values**2)) / 4"), "this is the loss"),
        (BEST.format("left = left**0.5"), "the root of it"),
        (BEST.format("left /= np.sum(values**2)"), "it is a share"),
        (BEST.format("left = -np.sum(values[values < 0])"), "add up their squares"),
        (BEST.format("left = values[-1] ** 2"), "the other negative ones"),
        (BEST.format("left = np.sum(values[values > 0] ** 2)"), "what they explain"),
        (BEST.format("left = 1.5"), "is 1.5, which is not right"),
    ],
    "4-test-c": [
        (BEST.format("X_untied = vectors[:, :2] * values[:2] @ vectors[:, :2].T"), "the best tied answer"),
        (
            BEST.format("""left_, singular, _ = np.linalg.svd(M)
X_untied = left_[:, :2] * singular[:2] @ left_[:, :2].T"""),
            "the sign of the negative direction is lost",
        ),
        (BEST.format("X_untied = W @ W.T"), "is not"),
        (BEST.format("X_untied = M"), "this is the target itself"),
        (
            BEST.format(
                "X_untied = vectors[:, by_size[:4]] * values[by_size[:4]] @ vectors[:, by_size[:4]].T"
            ),
            "this is of rank 4",
        ),
        (
            BEST.format("X_untied = vectors[:, [-1, -2]] * values[[-1, -2]] @ vectors[:, [-1, -2]].T"),
            "lowest",
        ),
    ],
    "5-test-a": [
        (negatives(target="M / K"), "it is the same for all K"),
        (negatives(target="M - np.log(K)"), "it is the same for all K"),
        (negatives(count="np.sum(values < 0)"), "these are the negative ones"),
        (negatives(count="np.sum(target > 0)"), "entries were counted"),
        (negatives(target="2 * (K * P - q) / (K * P + q)"), "K stands with P"),
        (negatives(count="np.linalg.matrix_rank(target)"), "negative eigenvalues were counted as well"),
        (negatives("directions = [15, 16, 20, 31]"), "entry (1,) is 16, which is not right"),
        (negatives("directions = 31"), "the shape should be (4,)"),
        (negatives(first="values[0]"), "eigvalsh sorts upwards"),
        (negatives(first="np.abs(values).max()"), "the largest in modulus, which belong"),
        (negatives(first="values[np.argmax(np.abs(values))]"), "the largest in modulus are negative"),
        (negatives("largest = largest[0] / np.array([1, 2, 5, 15])"), "made anew for each K"),
    ],
    "5-test-b": [
        (negatives(target="M / K"), "it is the same for all K"),
        (negatives(target="M - np.log(K)"), "it belongs inside the tanh"),
        (negatives(target="2 * (K * P - q) / (K * P + q)"), "K stands with P"),
        (negatives("shares = 1 - np.array(shares)"), "cannot be reached"),
        (negatives("shares = 100 * np.array(shares)"), "in per cent"),
        (negatives(share="np.sum(values[values > 0]) / np.sum(np.abs(values))"), "one of squares"),
        (negatives(share="np.mean(values > 0)"), "share of directions"),
        (negatives("shares = np.sqrt(shares)"), "a ratio of lengths"),
    ],
    "6-test-a": [
        ("prediction = 0.8", "two numbers"),
        ("prediction = (0.9, 0.7)", "swapped"),
        ("prediction = (0.7, 0.7)", "a single number"),
        ("prediction = (0.1, 0.95)", "cannot fail"),
        ("prediction = (0.8, 1.2)", "beyond what is possible"),
        ("prediction = (70, 90)", "beyond what is possible"),
    ],
    "6-test-b": [
        (turn(held="True"), "did not hold"),
        (turn(held="'no'"), "True or False"),
        (turn(measured="(0.85 + 0.95) / 2"), "middle of the prediction"),
        (turn(measured="np.mean(np.abs(cosines[:, 3]))"), "the cosine was not squared"),
        (turn(measured="np.mean(cosines[:, 4] ** 2)"), "this is direction 5"),
        (turn(measured="np.mean(cosines[:, 2] ** 2)"), "this is direction 3"),
        (turn(measured="np.mean(cosines[:, -4] ** 2)"), "fourth from below"),
        (turn(measured="cosines[0, 3] ** 2"), "the first text alone"),
        (
            turn(measured="(directions(np.mean(found, axis=0))[:, 3] @ truth[:, 3]) ** 2"),
            "the ten texts were put together",
        ),
        (
            turn(
                measured="np.mean([np.sum((directions(t)[:, :4].T @ truth[:, :4]) ** 2) / 4 for t in found])"
            ),
            "the overlap of the span",
        ),
        (turn(measured="1 - np.mean(cosines[:, 3] ** 2)"), "the part that is lost"),
        (
            turn(
                measured="""np.mean([
    (np.linalg.svd(t)[0][:, 3] @ np.linalg.svd(M)[0][:, 3]) ** 2 for t in found
])"""
            ),
            "as an SVD does",
        ),
        (turn(seed="'another seed'"), "measured with the seed that is asked for"),
        (turn(window=1), "measured with the seed that is asked for"),
    ],
}

RIGHT = {
    "1-test": [
        GRADIENT.format("(error + error.T) @ W"),
        """
def tied_gradient(W, A, B):
    import torch
    W = torch.tensor(W, requires_grad=True)
    X, softplus = W @ W.T, torch.nn.functional.softplus
    loss = (torch.tensor(A) * softplus(-X) + torch.tensor(B) * softplus(X)).sum()
    return torch.autograd.grad(loss, W)[0]
""",
        """
def tied_gradient(W, A, B):
    gradient = np.zeros(W.shape)
    for i in range(len(W)):
        for j in range(len(W)):
            x = float(W[i] @ W[j])
            sigm = 1 / (1 + np.exp(-x)) if x > -700 else 0.0
            error = (A[i, j] + B[i, j]) * sigm - A[i, j]
            gradient[i] += error * W[j]
            gradient[j] += error * W[i]
    return gradient
""",
    ],
    "2-test-a": [EVEN.format("1 / (P + K * p * p[:, None])")],
    "2-test-b": [
        TARGET.format(M_RIGHT, PSI_RIGHT),
        TARGET.format("2 * np.tanh(np.log(np.maximum(a, 1e-300) / b) / 2)", "np.float32(2 / (a + b))"),
        """
def tied_target(A, B):
    size = len(A)
    M, Psi = np.zeros((2, size, size))
    for i in range(size):
        for j in range(size):
            pull, push = (A[i, j] + A[j, i]) / 2, (B[i, j] + B[j, i]) / 2
            M[i, j], Psi[i, j] = 2 * (pull - push) / (pull + push), 1 / (pull + push)
    return [M, Psi]
""",
    ],
    "4-test-a": [
        BEST.format("W = -W[:, [2, 0, 3, 1]]"),
        BEST.format("W = np.float32(W)"),
        BEST.format("W = W @ np.linalg.qr(np.random.default_rng(0).standard_normal((4, 4)))[0]"),
        BEST.format("import torch\nW = torch.tensor(W)"),
        """
W = np.random.default_rng(1).normal(0, 0.1, (32, 4))
for _ in range(4000):
    W = W + 0.02 * (M - W @ W.T) @ W
left = X_untied = ...
""",
    ],
    "4-test-b": [
        BEST.format("""V = vectors[:, :20] * np.sqrt(np.maximum(values[:20], 0))
left = np.linalg.norm(V @ V.T - M) ** 2"""),
        BEST.format("left = float(np.sum(M**2) - np.sum(values[values > 0] ** 2))"),
    ],
    "4-test-c": [
        BEST.format("""u, s, v = np.linalg.svd(M)
X_untied = u[:, :2] * s[:2] @ v[:2]"""),
        BEST.format("X_untied = X_untied.tolist()"),
    ],
    "5-test-a": [negatives(), negatives("directions = np.array(directions, dtype=float)")],
    "5-test-b": [
        negatives(),
        negatives("shares = np.float32(shares)"),
        negatives(
            share="1 - np.sum(np.minimum(values, 0) ** 2) / np.sum(target**2)",
            target="2 * np.tanh(np.log(P / (K * q)) / 2)",
        ),
    ],
    "6-test-a": ["prediction = [0.6, 0.95]", "prediction = (0, 0.7)"],
    "6-test-b": [
        turn(),
        turn().replace("(0.85, 0.95)", "(0.3, 0.9)"),
        turn(measured="round(np.mean(cosines[:, 3] ** 2), 5)"),
        turn(
            measured="np.mean((cosines * np.random.default_rng(0).choice([-1, 1], cosines.shape))[:, 3] ** 2)"
        ),
    ],
}
