"""A prediction as a file that a person can read, and that nobody can change unnoticed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import scipy.sparse

from .._common.arguments import check_kind, checked
from .._common.files import replace_file, whole_content
from .._common.validate import whole_number
from ..statistics import CorpusStatistics, check_dense
from ..targets import m_star
from ._said import sentences
from .settings import Settings, training_arguments

__all__ = ["Prediction", "statistics_sha256"]

_FORMAT = 1
_KIND = "w2vlib prediction"
_UNFIT = (AttributeError, KeyError, IndexError, OverflowError, TypeError, ValueError, RecursionError)


@checked
def statistics_sha256(stats: CorpusStatistics) -> str:
    """Return a SHA-256 of what was counted: words, numbers, and how; not of how a file packs them.

    Parameters
    ----------
    stats : CorpusStatistics

    Returns
    -------
    str
        The same for dense and for sparse counts, and whatever the source is called.

    Notes
    -----
    Introduced in chapter *your-corpus*.

    Examples
    --------
    >>> from w2vlib import count_corpus
    >>> one, other = (count_corpus([["a", "b"], ["a"]], window=1, sparse=how) for how in (False, True))
    >>> statistics_sha256(one) == statistics_sha256(other) != statistics_sha256(one.first(1))
    True
    """
    about = [stats.window, stats.weighting, stats.oov, stats.n_tokens, stats.n_documents, *stats.words]
    total = hashlib.sha256(json.dumps(about, ensure_ascii=False).encode())
    total.update(stats.occurrences.astype("<i8").tobytes())
    if stats.sparse:
        met = scipy.sparse.tril(stats.counts, format="csr")
        met.eliminate_zeros()
        met.sort_indices()
        rows = ((met.indices[a:b], met.data[a:b]) for a, b in zip(met.indptr, met.indptr[1:]))
    else:
        lower = (row[: i + 1] for i, row in enumerate(stats.counts))
        rows = ((here, row[here]) for row in lower for here in [np.flatnonzero(row)])
    for columns, counts in rows:
        total.update(len(columns).to_bytes(8, "little"))
        total.update(columns.astype("<i4").tobytes() + counts.astype("<u8").tobytes())
    return total.hexdigest()


@dataclass(frozen=True, eq=False)
class Prediction:
    """What training will do, as :func:`predict` says it.

    Attributes
    ----------
    content : dict
        Plain data, see :func:`predict`.
    settings : Settings
        Made from the content.

    Raises
    ------
    ValueError
        On creation, if the content is not that of a prediction.

    Notes
    -----
    Introduced in chapter *your-corpus*.

    Examples
    --------
    >>> from w2vlib import load_wikipedia
    >>> from w2vlib.prediction import Settings, predict
    >>> stats = load_wikipedia(60)
    >>> said = predict(stats, Settings(d=10, directions=3))
    >>> sorted(said.training(stats, 0))
    ['dtype', 'initial', 'record', 'step_size', 'steps', 'target']
    >>> said.sentences()[0]
    'The text has 44,918,079 words in 94,850 documents; 60 different ones are kept.'
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "prediction.json"
    >>> said.save(path)
    >>> Prediction.load(path).digest == said.digest
    True
    """

    content: dict
    settings: Settings = field(init=False)

    def __post_init__(self):
        check_kind("content", self.content, "dict")
        try:
            told = self.content["settings"]
            object.__setattr__(self, "settings", Settings(**told))
            _check(self.content)
        except _UNFIT as error:
            reason = f"it has no {error}" if isinstance(error, KeyError) else error
            raise ValueError(f"content is not that of a prediction: {reason}") from None

    def __repr__(self) -> str:
        corpus, settings = self.content["corpus"], self.settings
        return (
            f"Prediction({settings.model}, d = {settings.d}, {len(self.content['directions'])} directions of "
            f"{corpus['words']:,} words)"
        )

    @property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return _digest(self.content)

    def sentences(self) -> list[str]:
        """Return in plain words what can be said of this text, and what cannot."""
        return sentences(self.content)

    def check(self, stats: CorpusStatistics) -> None:
        """Raise ValueError unless these are the statistics that the prediction was made from."""
        expected, found = self.content["corpus"]["sha256"], statistics_sha256(stats)
        if expected != found:
            raise ValueError(
                f"these are not the statistics that were predicted from: their SHA-256 is {found}, not {expected}; "
                "take the same file, or predict again"
            )

    @checked
    def training(self, stats: CorpusStatistics, rng: int) -> dict:
        """Return the arguments of the training that is predicted.

        They are those of :func:`~w2vlib.training.train_qwem`, or for word2vec of
        :func:`~w2vlib.training.train_word2vec_sampled`.

        Parameters
        ----------
        stats : CorpusStatistics
            Those that the prediction was made from.
        rng : int
            A seed, one of those in the settings.

        Returns
        -------
        dict
            The same for the same input.

        Raises
        ------
        ValueError
            If the statistics are others or sparse, or the seed is not named.
        """
        settings, planned = self.settings, self.content["training"]
        check_seed(self, rng)
        self.check(stats)
        check_dense("training", stats)
        stats, recorded = stats.seen(), planned["recorded"]
        if settings.model == "word2vec":
            return {
                "stats": stats,
                "record": recorded,
                **training_arguments(settings, len(stats), rng, planned["pairs"]),
            }
        return {
            "target": m_star(stats),
            "initial": settings.start(len(stats), rng),
            "step_size": planned["step_size"],
            "steps": planned["steps"],
            "record": recorded,
            "dtype": "float32",
        }

    @checked
    def save(self, path: str | Path) -> None:
        """Write to a file of JSON that a person can read; the same prediction gives the same bytes.

        Raises
        ------
        OSError
            If the file cannot be written; the message names it.
        """
        whole = {"kind": _KIND, "format": _FORMAT} | self.content | {"sha256": self.digest}
        replace_file(path, (_readable(whole) + "\n").encode())

    @classmethod
    @checked
    def load(cls, path: str | Path) -> Prediction:
        """Read a file written by :meth:`save`, and find that nothing in it was changed.

        Raises
        ------
        ValueError
            If the file is no prediction, was changed, or was written in a newer format.
        """
        try:
            content = json.loads(whole_content(path))
            if not isinstance(content, dict) or content.pop("kind") != _KIND:
                raise ValueError("it does not say that it is one")
            version, digest = whole_number("format", content.pop("format")), content.pop("sha256")
            if version > _FORMAT:
                raise _TooNew(
                    f"{path} has format version {version}, this w2vlib reads version {_FORMAT}; update w2vlib"
                )
            if _digest(content) != digest:
                raise ValueError("it was changed after it was written: its SHA-256 does not match")
            return cls(content)
        except _TooNew as error:
            raise ValueError(str(error)) from None
        except _UNFIT as error:
            reason = f"it has no {error}" if isinstance(error, KeyError) else error
            raise ValueError(
                f"{path} is not a prediction, or was changed ({reason}); predict again"
            ) from None


def _digest(content: dict) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def check_seed(prediction: Prediction, seed: int) -> None:
    """Raise ValueError unless a start was predicted."""
    if whole_number("rng", seed, 0, 2**64) not in prediction.settings.seeds:
        raise ValueError(
            f"seed {seed} was not predicted, only {', '.join(map(str, prediction.settings.seeds))}; "
            "take one of these, or predict it"
        )


class _TooNew(Exception):
    """A file of a format that is not known yet."""


def _check(content: dict) -> None:
    """Raise one of `_UNFIT` unless all that is read is there."""
    check_kind("corpus", content["corpus"]["sha256"], "str")
    whole_number("steps", content["training"]["steps"])
    check_kind("directions", content["directions"], "list")


def _readable(data, indent: str = "") -> str:
    """JSON with a line for each entry of a dict, and lists of numbers or words on one line."""
    deeper = indent + " "
    if isinstance(data, dict) and data:
        entries = (f"{json.dumps(k, ensure_ascii=False)}: {_readable(v, deeper)}" for k, v in data.items())
        return "{\n" + ",\n".join(deeper + entry for entry in entries) + f"\n{indent}}}"
    if isinstance(data, list) and any(isinstance(entry, dict) for entry in data):
        entries = (deeper + _readable(entry, deeper) for entry in data)
        return "[\n" + ",\n".join(entries) + f"\n{indent}]"
    return json.dumps(data, ensure_ascii=False, allow_nan=False)
