"""The pairs that are met along a text, of any length, with windows of random reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from w2vlib.corpus import EncodedText
from w2vlib.counting import window_weights
from w2vlib.training._blocks import Batch, Negatives

_ROWS = 8  # words in a block, at most
_GROUP = 2**13  # of the rows of blocks that are made ready together
_PIECE = 2**22  # places of a text worked on together, where documents allow it


class PairsFromText:
    """Pairs met along a text, with windows of random reach.

    A block is a few words that follow each other, with all they see to one
    side.  A batch takes its blocks from places far apart: words come in bursts,
    and a batch in which one word stands many times would move it too far.
    """

    def __init__(
        self,
        text: Text,
        window: int,
        weighting: str,
        kept: np.ndarray,
        first: bool,
        negatives: Negatives,
        rng: np.random.Generator,
        epochs: int,
        batch_size: int,
    ):
        if not text.holds_a_pair(window):
            raise ValueError(
                f"no two words of the text stand within {window} places of each other in one document, so that "
                "there is no positive pair to learn from"
            )
        left = text.occurrences @ kept
        if left < 2:
            raise ValueError(
                f"subsampling keeps {left:.2g} of the text's {text.occurrences.sum():,} words on average, so that "
                "no pair is left; take a larger subsample, or None"
            )
        weights, _ = window_weights(window, weighting)
        # A pair at the distance δ is met where the reach is δ at least: with this chance.
        self._beyond = (weights / weights[0])[::-1]
        self._text, self._window, self._kept, self._first = text, int(window), kept, first
        self._negatives, self._rng, self._epochs = negatives, rng, epochs
        self._height = min(max(1, batch_size // 4), _ROWS)
        self._batches = [max(1, round(n * left / sum(text.lengths) / batch_size)) for n in text.lengths]
        self.steps = epochs * sum(self._batches)

    def __iter__(self) -> Iterator[Batch]:
        for _ in range(self._epochs):
            read = 0
            for read, piece in enumerate(self._text, start=1):
                if self._text.lengths[read - 1 : read] != [len(piece.ids)]:
                    raise ValueError("the text is not what it was when it was first read; it must not change")
                yield from self._along(piece, self._batches[read - 1])
            if read < len(self._text.lengths):
                raise ValueError("the text ended earlier than when it was first read; it must not change")

    def _along(self, piece: EncodedText, batches: int) -> Iterator[Batch]:
        ids, place = self._thinned(piece)
        reach = len(self._beyond) - np.searchsorted(self._beyond, self._rng.random(len(ids)), side="right")
        blocks = 2 * -(-len(ids) // self._height)
        before, after = self._window, self._window + self._height
        ids = np.pad(ids, (before, after))
        place = np.pad(place, (before, after), constant_values=(-(2**40), 2**40))
        reach = np.pad(reach.astype(np.uint32), (before, after))
        lanes = np.arange(-(-blocks // batches)) * batches
        together = max(1, _GROUP // max(1, len(lanes) * self._height))
        for begin in range(0, batches, together):
            block = np.arange(begin, min(begin + together, batches))[:, None] + lanes
            yield from self._blocks(ids, place, reach, block[block < blocks], (block < blocks).sum(axis=1))

    def _thinned(self, piece: EncodedText) -> tuple[np.ndarray, np.ndarray]:
        """The words that are kept, and their places where the windows are laid."""
        chance = np.append(self._kept, 0.0)  # gaps are never paired
        kept = np.empty(len(piece.ids), bool)
        for begin in range(0, len(kept), 2**20):
            words = piece.ids[begin : begin + 2**20]
            kept[begin : begin + 2**20] = self._rng.random(len(words)) < chance[words]
        where = np.flatnonzero(kept)
        place = where
        if self._first:
            gaps = np.flatnonzero(piece.ids == len(self._kept))
            place = np.arange(len(where)) + np.searchsorted(gaps, where)
        document = np.searchsorted(piece.offsets[1:], where, side="right")
        return piece.ids[where], place + self._window * document

    def _blocks(
        self, ids: np.ndarray, place: np.ndarray, reach: np.ndarray, block: np.ndarray, sizes: np.ndarray
    ) -> Iterator[Batch]:
        """Batches of so many blocks each; even blocks look back, odd ones ahead."""
        height, width = self._height, self._height + self._window
        run, ahead = np.divmod(block, 2)
        begin = (run * height + self._window)[:, None]
        centre = begin + np.arange(height)
        near = begin - self._window * (1 - ahead)[:, None] + np.arange(width)
        distance = (
            _short(place[near] - place[begin])[:, None] - _short(place[centre] - place[begin])[:, :, None]
        )
        distance *= (2 * ahead - 1).astype(np.int32)[:, None, None]
        distance -= 1  # and what lies on the other side becomes very large
        meets = distance.view(np.uint32) < reach[centre][:, :, None]
        rows, neighbours, ends = ids[centre], ids[near], np.append(0, np.cumsum(sizes))
        if self._negatives.shared is None:
            yield from self._one_by_one(rows, neighbours, meets, ends)
            return
        shared = self._negatives.shared
        weight = np.empty((len(block), height, width + shared), np.float32)
        weight[:, :, :width] = meets
        met = weight[:, :, :width].sum(axis=2)
        weight[:, :, width:] = (met * (self._negatives.k / shared))[:, :, None]
        columns = np.concatenate([neighbours, self._negatives.columns(len(block))], axis=1)
        pairs = np.append(0, np.cumsum(met.sum(axis=1, dtype=np.int64)))
        for a, b in zip(ends.tolist(), ends[1:].tolist()):
            yield Batch(rows[a:b], columns[a:b], weight[a:b], width, int(pairs[b] - pairs[a]))

    def _one_by_one(
        self, rows: np.ndarray, neighbours: np.ndarray, meets: np.ndarray, ends: np.ndarray
    ) -> Iterator[Batch]:
        """Every pair a block of its own."""
        block, row, column = np.nonzero(meets)
        words = rows[block, row, None]
        columns = np.concatenate(
            [neighbours[block, column, None], self._negatives.columns(len(block))], axis=1
        )
        edges = np.searchsorted(block, ends)
        weight = np.ones((max(np.diff(edges), default=0), 1, columns.shape[1]), np.float32)
        for a, b in zip(edges.tolist(), edges[1:].tolist()):
            yield Batch(words[a:b], columns[a:b], weight[: b - a], 1, b - a)


def _short(places: np.ndarray) -> np.ndarray:
    return np.clip(places, -(2**30), 2**30).astype(np.int32)


class Text:
    """A text that can be read again and again, once it is found to be one of `size` words."""

    def __init__(self, text: EncodedText | Iterable[EncodedText], size: int):
        if not isinstance(text, EncodedText) and (not isinstance(text, Iterable) or iter(text) is text):
            raise ValueError(
                "text must be an EncodedText, or something that yields them each time it is iterated (a list, an "
                f"object with __iter__), not {type(text).__name__}: it is read more than once"
            )
        self._text, self._size = text, size
        self.occurrences, self.lengths = np.zeros(size, np.int64), []
        for piece in self:
            self.occurrences += np.bincount(piece.ids, minlength=size + 1)[:size]
            self.lengths.append(len(piece.ids))
        if not self.occurrences.any():
            raise ValueError("the text is empty: it holds no word of the vocabulary")

    def holds_a_pair(self, window: int) -> bool:
        """Whether two words stand within a window of each other, before any is dropped."""
        for piece in self:
            where = np.flatnonzero(piece.ids < self._size)
            document = np.searchsorted(piece.offsets[1:], where, side="right")
            if ((np.diff(where) <= window) & (np.diff(document) == 0)).any():
                return True
        return False

    def __iter__(self) -> Iterator[EncodedText]:
        for chunk in [self._text] if isinstance(self._text, EncodedText) else self._text:
            _check_chunk(chunk, self._size)
            yield from _pieces(chunk)


def _check_chunk(chunk: EncodedText, size: int) -> None:
    if not isinstance(chunk, EncodedText):
        raise ValueError(f"text must yield EncodedText, as encode returns it, not {type(chunk).__name__}")
    ids, offsets = chunk.ids, chunk.offsets
    if ids.ndim != 1 or ids.dtype.kind not in "iu" or offsets.ndim != 1 or offsets.dtype.kind not in "iu":
        raise ValueError("an EncodedText must hold two lists of whole numbers, ids and offsets")
    if not (len(offsets) and offsets[0] == 0 and offsets[-1] == len(ids) and (np.diff(offsets) >= 0).all()):
        raise ValueError(f"offsets must rise from 0 to the number of words, {len(ids)}")
    if len(ids) and not 0 <= ids.min() <= ids.max() <= size:
        raise ValueError(
            f"word numbers must lie between 0 and {size} (a gap), found {ids.min()} … {ids.max()}: "
            f"the text was encoded with another vocabulary than the {size} words of initial"
        )


def _pieces(chunk: EncodedText) -> Iterator[EncodedText]:
    """Whole documents, not many more than `_PIECE` words at a time."""
    begin, last = 0, len(chunk.offsets) - 1
    while begin < last:
        end = int(np.searchsorted(chunk.offsets, chunk.offsets[begin] + _PIECE, side="right")) - 1
        end = min(max(end, begin + 1), last)
        a, b = chunk.offsets[begin], chunk.offsets[end]
        if b > a:
            yield EncodedText(chunk.ids[a:b], chunk.offsets[begin : end + 1] - a)
        begin = end
