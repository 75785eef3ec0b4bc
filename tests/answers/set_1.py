"""Wrong and right answers to the first problem set."""

WRONG = {
    "1-test": [
        (
            """
def m_star(counts):
    P = counts / counts.sum()
    q = np.outer(P.sum(axis=1), P.sum(axis=1))
    return (P - q) / (P + q)
""",
            "factor 2",
        ),
    ],
    "2-test": [
        ("M = np.log(language.pair_probabilities(5) / np.outer(language.p, language.p))", "this is the PMI"),
    ],
}

RIGHT = {
    "2-test": [
        "M = language.target(5)",
        "M = np.float32(language.target(5))",
        "import torch\nM = torch.tensor(np.asarray(language.target(5)))",
    ],
}
