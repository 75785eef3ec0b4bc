"""Make what chapter 25 needs of real text: counts of pairs at each lag, and recorded runs of an attention head.

    make lags CORPUS=folder

The folder is that of ``make data``.  The counts, ``wikipedia-lags.npy.xz``, are the
same byte for byte each time.  The runs, ``next_word.json``, are the same with the
versions pinned in requirements.txt on one kind of machine; on another they differ
by roundings that grow.  Takes half an hour and 1.5 GB of memory on one core.
"""

from __future__ import annotations

import io
import json
import sys

import numpy as np
from make_wikipedia_data import corpus_in, write_sums

import w2vlib
from w2vlib._common.files import DATA, check_writable, replace_file
from w2vlib._common.progress import progress_bar
from w2vlib._one_pass import NumberedText
from w2vlib.corpus import EncodedText
from w2vlib.counting import lag_counts, whole_windows
from w2vlib.dynamics import AttentionForecast, attention_drives, forecast_attention, subspace_overlap

SHIPPED, SIZES = 100, (100, 300)  # words that are told apart; all others are one more word
REACH, DIMENSIONS, SCALE, RATE, STEPS, EVERY = 8, 16, 0.01, 0.1, 800, 10
LEVEL = 0.1  # of a logit less the mean, at which a head is said to attend
SEEDS, RANK = (0, 1, 2), 4
BATCH, BATCH_BY_CONTENT = 8_192, 4_096
CHUNK = 4_000_000  # words that are counted at a time


def main(folder: str) -> None:
    for name in ("wikipedia-lags.npy.xz", "next_word.json"):
        check_writable(DATA / name)
    corpus, words, runs = corpus_in(folder), w2vlib.load_wikipedia().words, []
    with NumberedText(corpus) as numbered:
        for size in SIZES:
            ids, ends, counts = in_windows(numbered, words[:size])
            if size == SHIPPED:
                content = io.BytesIO()
                np.save(content, counts.astype("<u4"), allow_pickle=False)
                replace_file(DATA / "wikipedia-lags.npy.xz", content.getvalue())
            for rank in (0, RANK):
                runs += [run(ids, ends, counts, seed, rank) for seed in SEEDS]
    settings = {
        "reach": REACH, "dimensions": DIMENSIONS, "scale": SCALE, "rate": RATE, "steps": STEPS, "every": EVERY,
        "level": LEVEL,
    }  # fmt: skip
    told = {"settings": settings, "windows": len(ends), "runs": runs, "command": "make lags CORPUS=folder"}
    replace_file(DATA / "next_word.json", (json.dumps(told, separators=(",", ":")) + "\n").encode())
    write_sums()


def in_windows(numbered: NumberedText, words: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The text as numbers of words, where next words with whole windows stand, and the counts of pairs at each lag."""
    ids, ends, counts, n = [], [], 0, 0
    for some, offsets in numbered.encoded(words, "gap", CHUNK):
        text = EncodedText(some, offsets)
        counts = counts + lag_counts(text, len(words) + 1, REACH)
        ids.append(some.astype(np.int16))
        ends.append((whole_windows(text, REACH) + n).astype(np.int32))
        n += len(some)
    return np.concatenate(ids), np.concatenate(ends), counts


def start_of(size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """W and Z before training, from one seed."""
    rng = np.random.default_rng(seed)
    return tuple(w2vlib.initial_weights(size, DIMENSIONS, SCALE, rng) for _ in range(2))


def run(ids: np.ndarray, ends: np.ndarray, counts: np.ndarray, seed: int, rank: int) -> dict:
    """Forecast a head, then train it on windows of the text; with a rank, words attract attention by themselves, too."""
    size = counts.shape[1]
    drives, _, p = attention_drives(counts)
    step_size = RATE / float(np.linalg.svd(drives[0], compute_uv=False)[0])
    start = start_of(size, seed)
    forecast = forecast_attention(counts, *start, step_size, STEPS)
    expected = forecast.first_attention(LEVEL)
    straight = forecast_attention(counts, *start, step_size, int(expected) + 1, curvature=False)
    batch = BATCH_BY_CONTENT if rank else BATCH
    trained = train(ids, ends, p, start, step_size, seed, rank, batch)
    began = trained["course"].first_attention(LEVEL)
    at = round(began)
    there = forecast_attention(counts, *start, step_size, at)
    forecast_modes, trained_modes = (
        np.linalg.svd(W @ Z.T)[0] for W, Z in ((there.word, there.context), trained["kept"][at])
    )
    overlaps = [subspace_overlap(forecast_modes[:, :k], trained_modes[:, :k]) for k in (1, 3)]
    told = {
        "words": size, "seed": seed, "rank": rank, "batch": batch, "step_size": step_size,
        "expected": expected, "without_curvature": straight.first_attention(LEVEL), "trained": began,
        "overlaps": np.round(overlaps, 4).tolist(),
    }  # fmt: skip
    for name, course in (("forecast", forecast), ("course", trained["course"])):
        told[name] = {
            "logits": np.round(course.logits[::EVERY], 4).tolist(),
            "strengths": np.round(course.strengths[::EVERY], 4).tolist(),
        }
    told["course"]["loss"] = np.round(np.reshape(trained["loss"], (-1, EVERY)).mean(axis=1), 4).tolist()
    told["course"]["content"] = np.round(trained["content"][::EVERY], 6).tolist() if rank else None
    print(
        {
            name: told[name]
            for name in ("words", "seed", "rank", "expected", "without_curvature", "trained", "overlaps")
        }
    )
    return told


def train(ids, ends, p, start, step_size: float, seed: int, rank: int, batch: int) -> dict:
    """Train a head on windows drawn at random from the text, by autograd of the true loss."""
    import torch
    from torch.nn.functional import cross_entropy, embedding

    torch.set_num_threads(1)
    draw = torch.Generator().manual_seed(seed)
    text, places, bias = torch.tensor(ids), torch.tensor(ends), torch.log(torch.tensor(p)).float()
    W, Z = (torch.tensor(side).float() for side in start)
    state = [W, Z, torch.zeros(REACH)]
    if rank:
        state += [torch.randn(len(p), rank, generator=draw) * SCALE / rank**0.5 for _ in range(2)]
    lags = torch.arange(REACH + 1)
    logits, strengths, content, losses, kept = [], [], [], [], {}
    for step in progress_bar(
        True, range(STEPS + 1), desc=f"{len(p)} words, seed {seed}, rank {rank}", mininterval=5
    ):
        W, Z, ell, *queries_keys = state
        logits.append((ell - ell.mean()).double().numpy())
        strengths.append(float(torch.linalg.norm(W @ Z.T)))
        kept[step] = W.double().numpy(), Z.double().numpy()
        if rank:
            content.append(float(torch.linalg.matrix_norm(queries_keys[0] @ queries_keys[1].T, 2)))
        if step == STEPS:
            break
        here = places[torch.randint(len(places), (batch,), generator=draw)].long()
        words = text[here[:, None] - lags].long()
        following, before = words[:, 0], words[:, 1:]
        with torch.enable_grad():
            for part in state:
                part.requires_grad_()
            scores = ell
            if rank:
                query, key = embedding(before[:, 0], queries_keys[0]), embedding(before, queries_keys[1])
                scores = ell + (query[:, None] * key).sum(2)
            shares = torch.softmax(scores, -1)
            seen = (embedding(before, W) * shares[..., None]).sum(1)
            loss = cross_entropy(seen @ Z.T + bias, following)
            slopes = torch.autograd.grad(loss, state)
        losses.append(loss.item())
        state = [part.detach() - step_size * slope for part, slope in zip(state, slopes)]
    course = AttentionForecast(np.array(logits), np.array(strengths), *kept[STEPS])
    return {"course": course, "kept": kept, "content": content, "loss": losses}


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
