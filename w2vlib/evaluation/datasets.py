"""Where the standard test sets of word vectors come from.

Google's analogies, WordSim-353 and SimLex-999 are read from an installed
gensim, which carries them; otherwise they are downloaded once into a cache and
checked against a known SHA-256.  A small analogy set of our own is part of this
package and always there.
"""

from __future__ import annotations

import hashlib
import importlib.util
from importlib import resources
from pathlib import Path

__all__ = ["DatasetUnavailableError", "dataset_path"]

_GENSIM = "https://raw.githubusercontent.com/piskvorky/gensim/4.4.0/gensim/test/test_data/"
_FILES = {
    "google": ("questions-words.txt", "8c29b3332afc46f3fb8be04cb5297bf96f39aa7131272dff57869b4485b22a36"),
    "wordsim353": ("wordsim353.tsv", "f92a022fc2537793a15bc3a8c162ebcd74990e033a228bb6388cb71e4c0b1e1d"),
    "simlex999": ("simlex999.txt", "d5e0501971478a511430ee880bd0121e94ac701ba86d90544d83e6d2ba3db05d"),
}


class DatasetUnavailableError(RuntimeError):
    """A test set that is neither installed nor can be downloaded; the message says what to do."""


def dataset_path(name: str) -> Path:
    """Return the path of a test set's file.

    Parameters
    ----------
    name : {"w2vlib", "google", "wordsim353", "simlex999"}
        ``"w2vlib"`` is the analogy set of this package.

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        If the name is not known, or a file does not have the expected checksum.
    DatasetUnavailableError
        If gensim is not installed and the download fails.

    Examples
    --------
    >>> dataset_path("w2vlib").name
    'analogies.txt'
    """
    if name == "w2vlib":
        return Path(str(resources.files("w2vlib") / "data" / "analogies.txt"))
    if name not in _FILES:
        raise ValueError(
            f"there is no test set {name!r}; known are 'w2vlib', " + ", ".join(map(repr, _FILES))
        )
    file, digest = _FILES[name]
    spec = importlib.util.find_spec("gensim")
    if spec is not None and spec.origin:
        path = Path(spec.origin).parent / "test" / "test_data" / file
        if path.exists():
            return _checked(path, digest)
    return _downloaded(name, file, digest)


def _checked(path: Path, digest: str) -> Path:
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != digest:
        raise ValueError(
            f"{path} is not the file expected: its SHA-256 is {found}, not {digest}; reinstall gensim"
        )
    return path


def _downloaded(name: str, file: str, digest: str) -> Path:
    remedy = (
        f"the test set {name!r} comes with gensim (pip install gensim) or is downloaded once; "
        "offline, use the analogies of this package: dataset_path('w2vlib')"
    )
    try:
        import pooch
    except ImportError:
        raise DatasetUnavailableError(f"neither gensim nor pooch is installed: {remedy}") from None
    try:
        return Path(
            pooch.retrieve(
                _GENSIM + file, known_hash=f"sha256:{digest}", fname=file, path=pooch.os_cache("w2vlib")
            )
        )
    except ValueError as error:  # the checksum; nothing is kept
        raise ValueError(f"{file} was downloaded, but is not the file expected: {error}") from error
    except Exception as error:
        raise DatasetUnavailableError(f"{file} could not be downloaded ({error}): {remedy}") from error
