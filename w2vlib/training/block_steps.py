"""Steps of skip-gram with negative sampling, a batch of blocks at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from .blocks import Batch
from .population import PopulationLoss
from .threads import one_torch_thread

if TYPE_CHECKING:
    import torch

    from .inputs import Setup
    from .loop import State


class BlockSteps:
    """Steps by batches of blocks, whose pulls are summed as word2vec sums pairs."""

    stride = 256

    def __init__(
        self,
        setup: Setup,
        rates: np.ndarray,
        batches: Iterable[Batch],
        negatives: float,
        loss: PopulationLoss | None,
    ):
        self._size = size = len(setup.state[0])
        self._rates, self._population = rates, loss
        self._batches: Iterator[Batch] = iter(batches)
        self._labels: dict[tuple[int, int], torch.Tensor] = {}
        self._per_pair = 2 * size**2 / (1 + negatives)  # a pair's loss, in the unit of the records
        self._time = (0.5 if setup.tied else 0.25) * (1 + negatives) / size**2
        self._flow = np.zeros(len(rates) + 1)
        self._loss, self._pairs = 0.0, 0
        self._measured_until = 0 if loss is not None else int(setup.record.max(initial=0))

    def times(self, steps: np.ndarray) -> np.ndarray:
        return self._flow[steps]

    def loss(self, state: State, out: State, strengths: np.ndarray) -> float:
        import torch

        if self._population is not None:
            return self._population(state)
        if not self._flow.any():  # at the start, the batch that comes next is measured
            ahead = []
            for batch in self._batches:
                ahead.append(batch)
                if batch.pairs:
                    self._learn(torch.cat(state), batch, 0.0, measure=True)
                    break
            self._batches = chain(ahead, self._batches)
        mean = self._loss / self._pairs if self._pairs else np.nan
        self._loss, self._pairs = 0.0, 0
        return mean * self._per_pair

    def advance(self, state: State, out: State, done: int, count: int, measured: bool) -> None:
        import torch

        joined = torch.cat(state)  # words and contexts in one matrix are fetched, and added to, at once
        with one_torch_thread() if joined.device.type == "cpu" else nullcontext():
            for step in range(done, done + count):
                batch = next(self._batches, None)
                if batch is None:
                    raise ValueError("the text ended earlier than when it was first read; it must not change")
                if batch.pairs:
                    self._learn(joined, batch, self._rates[step], measure=step < self._measured_until)
                self._flow[step + 1] = self._flow[step] + self._time * self._rates[step] * batch.pairs
        for new, side in zip(out, joined.split(len(out[0]))):
            new.copy_(side)

    def _learn(self, joined: torch.Tensor, batch: Batch, rate: float, measure: bool) -> None:
        """Move the vectors along the summed gradient of a batch, unless the rate is 0."""
        import torch

        (n, height), wide, d = batch.rows.shape, batch.columns.shape[1], joined.shape[1]
        contexts = batch.columns.ravel()
        if len(joined) > self._size:
            contexts = contexts + self._size
        words = torch.from_numpy(np.concatenate((batch.rows.ravel(), contexts))).to(joined.device)
        weight, label = torch.from_numpy(batch.weight).to(joined), self._label(wide, batch.positives, joined)
        vectors = joined.index_select(0, words)
        mine, theirs = vectors[: n * height].view(n, height, d), vectors[n * height :].view(n, wide, d)
        x = torch.bmm(mine, theirs.transpose(1, 2))
        if measure:
            loss = torch.nn.functional.softplus(x).sub_(x * label).sub_(np.log(2)).mul_(weight)
            self._loss += loss.sum(dtype=torch.float64).item()
            self._pairs += batch.pairs
        if not rate:
            return
        pull = torch.sub(label, x.sigmoid_(), out=x).mul_(weight)
        moves = torch.empty_like(vectors)
        torch.bmm(pull, theirs, out=moves[: n * height].view(n, height, d))
        torch.bmm(pull.transpose(1, 2), mine, out=moves[n * height :].view(n, wide, d))
        joined.index_add_(0, words, moves, alpha=rate)

    def _label(self, columns: int, positives: int, like: torch.Tensor) -> torch.Tensor:
        """1 for neighbours, 0 for negatives."""
        if (columns, positives) not in self._labels:
            label = like.new_zeros(columns)
            label[:positives] = 1
            self._labels[columns, positives] = label
        return self._labels[columns, positives]
