"""Files written whole or not at all, the folder of what is shipped, and whether files have changed."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import BinaryIO

from .archives import packed, unpacked

#: Statistics, vectors and questions that come with the package.
DATA = Path(str(resources.files("w2vlib"))) / "data"

#: Where Linux keeps the files that this process has open.
_OPEN = "/proc/self/fd"
#: Names of what is open already, to be written on and not replaced.
_DESCRIPTORS = ("/dev/std", "/dev/fd/", "/proc/")


def replace_file(path: str | Path, content: bytes) -> None:
    """Write `content` to `path` so that a failure leaves the old file, or none, behind.

    A name that ends in ``.gz``, ``.bz2`` or ``.xz`` is that of a packed file.
    A link leads to the file that is written, and stays.  A file that was there
    keeps its mode and, where that is allowed, its owner; its other hard links
    keep the old content.  Pipes and devices are written into.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "small.txt"
    >>> replace_file(path, b"whole")
    >>> path.read_bytes()
    b'whole'
    """
    path = _path(path)
    content = packed(path, content)
    with _errors_naming(path, "; nothing was left behind"):
        old = _status(path)
        if _is_replaced(path, old):
            _replace(os.path.realpath(path), content, old)
            return
    with _errors_naming(path):
        _write_into(path, content, old)


def check_writable(path: str | Path) -> None:
    """Raise what :func:`replace_file` would raise, as far as that is known before there is anything to write.

    Examples
    --------
    >>> import tempfile
    >>> check_writable(Path(tempfile.mkdtemp()) / "none" / "small.txt")
    Traceback (most recent call last):
    ...
    FileNotFoundError: [Errno 2] could not write ...small.txt (there is no folder ...none)
    """
    path = _path(path)
    with _errors_naming(path):
        old = _status(path)
        if not _is_replaced(path, old):
            _check_takes_bytes(old)
            return
        place = os.path.realpath(path)
        folder = os.path.dirname(place)
        if not os.path.isdir(folder):
            raise FileNotFoundError(errno.ENOENT, f"there is no folder {folder}")
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, f"the folder {folder} is protected against writing")
        _check_unprotected(place, old)


def _path(path: str | Path) -> Path:
    if not os.fsdecode(path):
        raise _no_name(path, "it is empty")
    return Path(os.fsdecode(path))


@contextlib.contextmanager
def _errors_naming(path: Path, left: str = "") -> Iterator[None]:
    """Let errors name the file that was to be written, and say what is `left` of it."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, f"could not write {path} ({error.strerror}){left}") from error
    except ValueError as error:
        raise _no_name(path, error) from None


def _is_replaced(path: Path, old: os.stat_result | None) -> bool:
    """Whether a new file takes the place of what is there; else it is written into."""
    return old is None or (stat.S_ISREG(old.st_mode) and not str(path).startswith(_DESCRIPTORS))


def _status(path: Path) -> os.stat_result | None:
    """What stands at the end of a path and its links; None if nothing does."""
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _check_unprotected(path: str, old: os.stat_result | None) -> None:
    if old is not None and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "the file that is there is protected against writing")


def _replace(path: str, content: bytes, old: os.stat_result | None, unnamed: bool = True) -> None:
    """Write a new file beside the old one, then let it take the name.

    Where the system can, the new file has no name until it is whole, so that a process
    that is killed leaves nothing.
    """
    _check_unprotected(path, old)
    folder = os.path.dirname(path)
    temporary = os.path.join(folder, f".w2vlib-{secrets.token_hex(8)}")
    mode = 0o666 if old is None else 0o600  # less the umask
    handle = _unnamed(folder, mode) if unnamed else None
    unnamed = handle is not None
    try:
        if handle is None:
            create = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            handle = os.open(temporary, create, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)
            if old is not None:
                _dress(handle if unnamed else temporary, old)
            if unnamed and not _named(handle, temporary):
                return _replace(path, content, old, unnamed=False)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def _dress(new: int | str, old: os.stat_result) -> None:
    """Give a file the owner, where that is allowed, and the mode of another."""
    if hasattr(os, "chown"):
        with contextlib.suppress(PermissionError):
            os.chown(new, old.st_uid, old.st_gid)
    os.chmod(new, stat.S_IMODE(old.st_mode))


def _unnamed(folder: str, mode: int) -> int | None:
    """Open a new file that has no name, as Linux can on most file systems; None elsewhere."""
    if hasattr(os, "O_TMPFILE") and os.path.isdir(_OPEN):
        with contextlib.suppress(OSError):
            return os.open(folder, os.O_TMPFILE | os.O_WRONLY, mode)
    return None


def _named(handle: int, path: str) -> bool:
    """Give an open file a name; False where the system refuses."""
    folder = os.open(os.path.dirname(path), os.O_RDONLY)
    try:
        # With a folder given, Python calls linkat, which follows the link in /proc to the file.
        os.link(f"{_OPEN}/{handle}", path, src_dir_fd=folder, follow_symlinks=True)
    except OSError:
        return False
    finally:
        os.close(folder)
    return True


def _check_takes_bytes(found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if stat.S_ISBLK(found.st_mode):
        raise OSError(errno.EINVAL, "it is a disk, not a file")


def _write_into(path: Path, content: bytes, found: os.stat_result) -> None:
    """Write to what is no regular file: it stays, and takes what is written."""
    _check_takes_bytes(found)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        if error.errno != errno.ENXIO:
            raise
        raise OSError(error.errno, "nobody reads from it") from error
    with os.fdopen(handle, "wb") as file:
        os.set_blocking(handle, True)
        file.write(content)


def opened(path: str | Path) -> BinaryIO:
    """Open a file to read its bytes.

    Examples
    --------
    >>> opened("words\\0.txt")
    Traceback (most recent call last):
    ...
    ValueError: 'words\\x00.txt' cannot be the name of a file (embedded null byte)
    """
    try:
        return open(path, "rb")
    except ValueError as error:
        raise _no_name(path, error) from None


def _no_name(path: str | Path, why: ValueError | str) -> ValueError:
    return ValueError(f"{str(path)!r} cannot be the name of a file ({why})")


def whole_content(path: str | Path) -> bytes:
    """Return the content of a file, unpacked as its name says, in memory bounded by the file's size.

    Examples
    --------
    >>> whole_content(DATA / "wikipedia-part-0.w2v")[:17]
    b'w2vlib statistics'
    """
    with opened(path) as file:
        stream = unpacked(file, path)
        most = None if stream is file else most_unpacked(os.fstat(file.fileno()).st_size)
        content = stream.read(most)
        if most is not None and stream.read(1):
            raise ValueError(f"{path} unpacks to more than {most:,} bytes, which no real file does")
    return content


def most_unpacked(size: int) -> int:
    """Return how many bytes a real file, of `size` packed bytes, holds at most; no gzip packs more closely.

    Examples
    --------
    >>> most_unpacked(1_000)
    17877216
    """
    return 2**24 + 1100 * size


def checked_bytes(path: Path, digest: str, remedy: str) -> bytes:
    """Return the bytes of a file, once its SHA-256 is found to be the one expected.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "small.txt"
    >>> replace_file(path, b"other")
    >>> checked_bytes(path, "2c26b46b", "get it again")
    Traceback (most recent call last):
    ...
    ValueError: ...small.txt is not the file expected: its SHA-256 is d9298..., not 2c26b46b; get it again
    """
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        raise ValueError(f"{path} is not the file expected: its SHA-256 is {found}, not {digest}; {remedy}")
    return content


def shipped_bytes(name: str) -> bytes:
    """Return the bytes of a file that is shipped, checked against the list of sums beside it.

    Examples
    --------
    >>> shipped_bytes("wikipedia-part-0.w2v")[:17]
    b'w2vlib statistics'
    """
    sums = (line.split() for line in (DATA / "SHA256SUMS").read_text().splitlines())
    return checked_bytes(DATA / name, {file: digest for digest, file in sums}[name], "install w2vlib again")
