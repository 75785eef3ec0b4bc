"""Wrong and right answers to the fourth problem set."""

_PARTS = """
values, U = np.linalg.eigh(M)
products = np.array(list(itertools.product([0, 1], repeat=5)))
patterns = np.array([np.prod(np.where(row, signs, 1), axis=1) for row in products])
all_parts = products[np.abs(patterns @ U[:, ::-1]).argmax(axis=0)]
parts = all_parts[:8]
"""
_EIGENVALUE = """
def product_eigenvalue(strengths, members):
    x = np.array(list(itertools.product([1, -1], repeat=len(strengths))))
    r = np.prod(1 + np.array(strengths) * x, axis=1)
    member = np.prod(x[:, list(members)], axis=1)
    return {}
"""
_SHARE = """
def offset_share(values, parts, k):
    felt, single = parts[:, k] == 1, parts.sum(axis=1) == 1
    alone, n = felt & single, parts.shape[1]
    m, phi = 2 ** (n - 1), values[alone].sum() / values[felt].sum()
    return {}
"""
_SHARES = """
d, tie, exclude = 4, 1e-9, True
{}
values, U = np.linalg.eigh(M)
values, U = values[::-1], U[:, ::-1]
W = U[:, :d] * np.sqrt(values[:d])
unit = W / np.linalg.norm(W, axis=1, keepdims=True)
place = {{tuple(row): i for i, row in enumerate(signs.tolist())}}
def turned(i, *which):
    return place[tuple(-s if k in which else s for k, s in enumerate(signs[i].tolist()))]
shares = np.zeros((5, 5))
for k, l in itertools.permutations(range(5), 2):
    for a in range(32):
        b, c, answer = turned(a, k), turned(a, l), turned(a, k, l)
        scores = unit @ (unit[b] - unit[a] + unit[c])
        right = scores[answer]
        scores[[a, b, c, answer] if exclude else [answer]] = -np.inf
        shares[k, l] += (right > scores.max() + tie) / 32
"""
_TEXT = """
prediction = (0.5, 0.9)
text = language.text(2000, student_rng(STUDENT, "set 4, problem 6"))
vectors = w2vlib.spectrum(w2vlib.m_star(w2vlib.count_corpus([text], window=1)), 5).embedding()
measured = w2vlib.analogy_accuracy(vectors, {"own": language.questions()}).accuracy
held = bool(0.5 <= measured <= 0.9)
"""
_WAVES = "def wave_eigenvalues(c):\n    return {}\n"
_PRISM = """
def prism(within, between):
    a, b = np.fft.rfft(within).real, np.fft.rfft(between).real
    return {}
"""

WRONG = {
    "1-test": [
        (
            _PARTS + "loud = np.argsort(-np.abs(values[::-1]))\nparts = all_parts[loud][:8]",
            "cannot be learned, though it is large in modulus",
        ),
        (_PARTS + "parts = all_parts[::-1][:8]", "has no attribute"),
        (_PARTS + "parts = parts[::-1]", "the rows are turned round"),
        (_PARTS + "parts = parts[:, np.argsort(-rho)]", "in the order of strength"),
        (_PARTS + "parts = parts[:, ::-1]", "in reverse order"),
        (_PARTS + "parts = parts.T", "turned on its side"),
        (_PARTS + "parts = 1 - parts", "0 and 1 are swapped"),
        (_PARTS + "parts = -parts", "no sign of its own"),
        (_PARTS + "parts = 2 * parts", "write 1 or 0"),
        (_PARTS + "parts = parts[:5]", "the shape should be (8, 5)"),
        (_PARTS + "parts[[5, 6]] = parts[[6, 5]]", "direction 6 has an eigenvalue of"),
        (_PARTS + "parts[7] = parts[6]", "the same product"),
        ("parts = np.array(language.names)", "texts"),
    ],
    "3-test": [
        (_EIGENVALUE.format("np.mean(2 * (r - 1) / (r + 1) * member)"), "a mean over the V words"),
        (_EIGENVALUE.format("np.sum(np.log(r) * member)"), "the eigenvalue of PMI"),
        (_EIGENVALUE.format("np.sum((r - 1) / (r + 1) * member)"), "the factor 2"),
        (_EIGENVALUE.format("np.sum(2 * np.tanh(np.log(r)) * member)"), "tanh of the whole PMI"),
        (_EIGENVALUE.format("np.sum(r * member)"), "the eigenvalue of P/q"),
        (_EIGENVALUE.format("np.sum(2 * (r - 1) / (r + 1))"), "the product over the members is missing"),
        (_EIGENVALUE.format("abs(np.sum(2 * (r - 1) / (r + 1) * member))"), "taken for positive"),
        (_EIGENVALUE.format("-np.sum(2 * (r - 1) / (r + 1) * member)"), "the sign is turned round"),
        (
            """
def product_eigenvalue(strengths, members):
    x = np.array(list(itertools.product([1, -1], repeat=len(members)))).reshape(-1, len(members))
    r = np.prod(1 + np.array(strengths)[list(members)] * x, axis=1)
    return np.sum(2 * (r - 1) / (r + 1) * np.prod(x, axis=1))
""",
            "only the attributes of the product",
        ),
        (_EIGENVALUE.format("np.sum(np.maximum(np.log(r), 0) * member)"), "PPMI"),
    ],
    "4-test": [
        (_SHARE.format("phi"), "this is φ"),
        (_SHARE.format("m * phi"), "grows with the number of pairs"),
        (_SHARE.format("(2 * m * phi - 1) / (2 * m - 1)"), "half of the words"),
        (_SHARE.format("(n * phi - 1) / (n - 1)"), "not n"),
        (_SHARE.format("(m * values[alone].sum() / values.sum() - 1) / (m - 1)"), "leave them out"),
        (
            _SHARE.format("(m * np.sqrt(values[alone]).sum() / np.sqrt(values[felt]).sum() - 1) / (m - 1)"),
            "roots of eigenvalues",
        ),
        (
            _SHARE.format("(m * (values[alone] ** 2).sum() / (values[felt] ** 2).sum() - 1) / (m - 1)"),
            "eigenvalues were squared",
        ),
        (
            _SHARE.format("(m * values[single].sum() / values[felt].sum() - 1) / (m - 1)"),
            "all single attributes",
        ),
        (_SHARE.format("1.0"), "it should be below 1"),
        (_SHARE.format("max(0, (m * phi - 1) / (m - 1))"), "it is not 0"),
        (_SHARE.format("1 - (m * phi - 1) / (m - 1)"), "what is not common"),
    ],
    "5-test": [
        (_SHARES.format("exclude = False"), "leave a, b and c out"),
        (_SHARES.format("d = 5"), "five dimensions"),
        (_SHARES.format("d = 3"), "three attributes"),
        (_SHARES.format("tie = -1e-9"), "if a tie counts"),
        (_SHARES.format("") + "shares = np.where(np.eye(5), 0, 1 - shares)", "turned round"),
        (_SHARES.format("") + "shares = 32 * shares", "divide by the 32"),
        (_SHARES.format("") + "shares = 100 * shares", "per cent"),
        (_SHARES.format("") + "shares = shares.mean()", "the shape should be (5, 5)"),
        (_SHARES.format("") + "shares[np.argmin(rho), np.argmin(rho)] = 1", "the diagonal is 0"),
        (_SHARES.format("") + "shares = np.roll(shares, 1)", "which is not right"),
        (_SHARES.format("") + "shares = np.where(np.eye(5), 0, (1 + shares) / 2)", "a tie is no solution"),
    ],
    "6-test-a": [
        ("prediction = (0, 1)", "covers most"),
        ("prediction = (0.9, 0.5)", "the ends are swapped"),
        ("prediction = (50, 90)", "reaches beyond"),
        ("prediction = 0.7", "a prediction is two numbers"),
    ],
    "6-test-b": [
        (_TEXT + "held = not held", "what was predicted"),
        (_TEXT + "measured = 640 * measured", "divide by 640"),
        (_TEXT + "measured = 100 * measured", "give a share"),
        (_TEXT + "measured = 1 - measured", "not solved"),
        (_TEXT + "measured = 1.0", "endless text"),
        (_TEXT.replace("problem 6", "problem 5"), "which is not right"),
        (_TEXT.replace(", window=1", ""), "which is not right"),
        (_TEXT + "held = 'it held'", "by True or False"),
    ],
    "7-test-a": [
        (_WAVES.format("np.fft.rfft(c).real / len(c)"), "divided by m"),
        (_WAVES.format("np.sort(np.fft.rfft(c).real)[::-1]"), "these are sorted"),
        (_WAVES.format("np.fft.fft(c).real"), "are the same, so stop"),
    ],
    "7-test-b": [
        (_PRISM.format("np.array([a - b, a + b])"), "the rows are swapped"),
        (_PRISM.format("np.array([a, b])"), "add and subtract them"),
        (_PRISM.format("np.array([a + b, a + b])"), "both rows"),
        (_PRISM.format("np.array([a, a])"), "between the circles were left out"),
        (_PRISM.format("np.array([a + b, a - b]) / 2"), "these are halved"),
        (_PRISM.format("np.array([a + b, b - a])"), "the other way round"),
        (_PRISM.format("np.sort([a + b, a - b])[:, ::-1]"), "the rows are sorted"),
        (_PRISM.format("np.array([a + b, a - b]).T"), "turned on its side"),
        (
            "def prism(within, between):\n"
            "    both = np.array([within, between])\n"
            "    whole = np.fft.fft(both).real\n"
            "    return np.array([whole[0] + whole[1], whole[0] - whole[1]])",
            "stop at k",
        ),
    ],
}

RIGHT = {
    "1-test": [
        _PARTS + "parts = parts.tolist()",
        _PARTS + "parts = parts == 1",
        _PARTS + "parts = np.float32(parts)",
        """
import torch
vectors = -w2vlib.spectrum(M, 8).vectors * np.sqrt(32)
rows = []
for u in vectors.T:
    [found] = [T for size in range(6) for T in itertools.combinations(range(5), size)
               if abs(sum(u[i] * np.prod([signs[i, k] for k in T]) for i in range(32))) > 31]
    rows.append([int(k in found) for k in range(5)])
parts = torch.tensor(rows)
""",
    ],
    "3-test": [
        """
def product_eigenvalue(strengths, members):
    total = 0.0
    for x in itertools.product([1, -1], repeat=len(strengths)):
        r = 1.0
        for rho, sign in zip(strengths, x):
            r *= 1 + rho * sign
        total += 2 * np.tanh(np.log(r) / 2) * np.prod([x[k] for k in members])
    return total
""",
        """
def product_eigenvalue(strengths, members):
    import scipy.linalg
    r = np.ones(1)
    for rho in strengths:
        r = np.kron(r, [1 + rho, 1 - rho])
    place = sum(2 ** (len(strengths) - 1 - k) for k in members)
    return (scipy.linalg.hadamard(len(r)) @ (2 * (r - 1) / (r + 1)))[place]
""",
        """
import torch
def product_eigenvalue(strengths, members):
    x = torch.tensor(list(itertools.product([1.0, -1.0], repeat=len(strengths))), dtype=torch.float64)
    r = (1 + torch.tensor(strengths, dtype=torch.float64) * x).prod(dim=1)
    return (2 * (r - 1) / (r + 1) * x[:, members].prod(dim=1)).sum()
""",
    ],
    "4-test": [
        _SHARE.format("1 + (phi - 1) * m / (m - 1)"),
        """
def offset_share(values, parts, k):
    n = parts.shape[1]
    words = np.array(list(itertools.product([1, -1], repeat=n)))
    W = np.array([np.prod(words[:, row == 1], axis=1) for row in parts]).T * np.sqrt(values / 2**n)
    R = []
    for i, word in enumerate(words):
        if word[k] == 1:
            other = word.copy()
            other[k] = -1
            [j] = [j for j, w in enumerate(words) if (w == other).all()]
            R.append(W[i] - W[j])
    inner = np.array(R) @ np.array(R).T
    return (inner.sum() - np.trace(inner)) / ((len(R) - 1) * np.trace(inner))
""",
        _SHARE.format("np.float32((m * phi - 1) / (m - 1))"),
    ],
    "5-test": [
        _SHARES.format(""),
        _SHARES.format("signs = -signs"),  # the same questions, begun elsewhere
        """
last = np.arange(5) == np.argmin(rho)
shares = np.float32((last[:, None] | last) & ~np.eye(5, dtype=bool))
""",
    ],
    "6-test-a": ["prediction = [0.3, 0.6]", "prediction = np.array([0.0, 0.5])"],
    "6-test-b": [
        _TEXT,
        _TEXT + "prediction = (0.1, 0.2)\nheld = np.bool_(False)",
        _TEXT + "measured = round(measured, 3)",
    ],
    "7-test-a": [
        _WAVES.format(
            "[sum(x * np.cos(2 * np.pi * j * k / len(c)) for j, x in enumerate(c)) "
            "for k in range(len(c) // 2 + 1)]"
        )
    ],
    "7-test-b": [
        _PRISM.format("[list(a + b), list(a - b)]"),
        _PRISM.format("np.float32([a + b, a - b])"),
        """
def prism(within, between):
    m = len(within)
    M = np.block([[np.array([np.roll(c, i) for i in range(m)]) for c in row]
                  for row in ((within, between), (between, within))])
    waves = [np.cos(2 * np.pi * k * np.arange(m) / m) for k in range(m // 2 + 1)]
    return [[(M @ np.r_[w, sign * w])[0] for w in waves] for sign in (1, -1)]
""",
    ],
}
