"""Packed files: every byte of them is unpacked, or the file is refused; a name says how it is packed.

A name that ends in ``.gz``, ``.bz2`` or ``.xz`` is that of a packed file.  Such a file may hold
several streams, one after another.  Python's own readers take a stream that does not begin as it
should for rubbish, and leave out the rest of the file without a word; here nothing is left out.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_PIECE = 1 << 18  # bytes
_DAMAGED = (EOFError, OSError, ValueError, lzma.LZMAError, zlib.error)


class _Gunzip:
    """zlib's decompressor of one gzip stream, used as those of bz2 and lzma are."""

    def __init__(self):
        self._stream = zlib.decompressobj(wbits=31)
        self.needs_input = True

    def decompress(self, data: bytes, most: int) -> bytes:
        piece = self._stream.decompress(self._stream.unconsumed_tail + data, most)
        self.needs_input = len(piece) < most
        return piece

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data


_STREAMS = {
    ".gz": _Gunzip,
    ".bz2": bz2.BZ2Decompressor,
    ".xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ),
}
_PACKERS = {
    ".gz": lambda content: gzip.compress(content, mtime=0),
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
}
#: Endings of the names of packed files.
PACKED = tuple(_PACKERS)
_SMALLEST = {".gz": 20, ".xz": 32}  # bytes of a stream of nothing


def _ending(path: str | Path) -> str:
    return Path(path).suffix.lower()


def packed(path: str | Path, content: bytes) -> bytes:
    """Return `content` packed as the name `path` says, or as it is; the same bytes each time.

    Examples
    --------
    >>> packed("words.txt", b"king"), packed("words.txt.gz", b"king")[:2]
    (b'king', b'\\x1f\\x8b')
    """
    pack = _PACKERS.get(_ending(path))
    return pack(content) if pack else bytes(content)


def unpacked(raw: BinaryIO, path: str | Path) -> BinaryIO:
    """Return a stream of the bytes that the file `path`, opened as `raw`, holds once unpacked.

    It raises ValueError where the file is found to be damaged, and never
    holds more than a piece of the file in memory.

    Examples
    --------
    >>> two = packed("a.gz", b"one ") + packed("a.gz", b"two")
    >>> unpacked(io.BytesIO(two), "a.gz").read()
    b'one two'
    >>> unpacked(io.BytesIO(two[:-5]), "a.gz").read()
    Traceback (most recent call last):
    ...
    ValueError: a.gz cannot be unpacked after 7 bytes of its content (it ends too early); it is truncated or ...
    """
    if _ending(path) not in _STREAMS:
        return raw
    return io.BufferedReader(_Pieces(_unpack(raw, path)), _PIECE)


def _unpack(raw: BinaryIO, path: str | Path) -> Iterator[bytes]:
    ending = _ending(path)
    done = 0
    data = raw.read(_PIECE) or b""
    try:
        while True:
            stream = _STREAMS[ending]()
            while not stream.eof:
                if stream.needs_input and not data:
                    raise EOFError("it ends too early")
                piece = stream.decompress(data, _PIECE)
                data = b""
                done += len(piece)
                yield piece
                if stream.needs_input and not stream.eof:
                    data = raw.read(_PIECE)
            data = _after_padding(stream.unused_data, raw, ending)
            if not data:
                return
    except _DAMAGED as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk, not the content
        raise ValueError(
            f"{path} cannot be unpacked after {done:,} bytes of its content ({error}); "
            f"it is truncated or damaged, or no {ending} file: get it again"
        ) from error


def _after_padding(data: bytes, raw: BinaryIO, ending: str) -> bytes:
    """The next bytes that belong to a stream, after zeros that a format allows between or behind its streams.

    As many zeros as the smallest stream has bytes could be a stream that was lost.
    """
    data = data or raw.read(_PIECE)
    if ending not in _SMALLEST:
        return data
    zeros = 0
    while data:
        rest = data.lstrip(b"\0")
        zeros += len(data) - len(rest)
        data = rest or raw.read(_PIECE)
        if rest:
            break
    if zeros >= _SMALLEST[ending]:
        raise ValueError(f"{zeros:,} zero bytes stand where a stream may have been lost")
    if zeros and (data if ending == ".gz" else zeros % 4):
        raise ValueError(f"{zeros} zero bytes stand where a stream should begin")
    return data


class _Pieces(io.RawIOBase):
    """Pieces of bytes as a file."""

    def __init__(self, pieces: Iterator[bytes]):
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        n = min(len(buffer), len(self._rest))
        buffer[:n] = self._rest[:n]
        self._rest = self._rest[n:]
        return n
