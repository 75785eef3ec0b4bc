"""Files that are written whole or not at all, and files whose bytes are known."""

from __future__ import annotations

import errno
import gzip
import hashlib
import os
import stat
import subprocess
import sys
import threading

import pytest

from w2vlib._common import files
from w2vlib._common.files import checked_bytes, replace_file, shipped_bytes


def test_a_file_is_written_whole_and_replaced(tmp_path):
    path = tmp_path / "a.bin"
    for content in (b"first\0\r\n", b"", b"longer than before"):
        replace_file(path, content)
        assert path.read_bytes() == content
    replace_file(str(path), b"by its name")
    assert path.read_bytes() == b"by its name"
    assert os.listdir(tmp_path) == ["a.bin"]


def test_who_reads_the_old_file_reads_on(tmp_path):
    path = tmp_path / "a.txt"
    replace_file(path, b"old")
    with open(path, "rb") as reader:
        replace_file(path, b"new and longer")
        assert reader.read() == b"old"


def test_the_error_names_the_file_and_keeps_its_kind(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"could not write .*none.a\.txt .*nothing was left behind"):
        replace_file(tmp_path / "none" / "a.txt", b"x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError, match="could not write .*folder"):
        replace_file(tmp_path / "folder", b"x")
    assert os.listdir(tmp_path) == ["folder"]


@pytest.fixture
def umask():
    """Sets the umask, and puts the old one back in the end."""
    old = os.umask(0o022)
    yield os.umask
    os.umask(old)


def mode(path) -> str:
    return oct(stat.S_IMODE(path.stat().st_mode))


posix = pytest.mark.skipif(os.name != "posix", reason="modes and links as in POSIX")


@posix
@pytest.mark.parametrize(
    "mask, expected", [(0o022, "0o644"), (0o077, "0o600"), (0o002, "0o664"), (0, "0o666")]
)
def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path, umask, mask, expected):
    umask(mask)
    replace_file(tmp_path / "new", b"x")
    assert mode(tmp_path / "new") == expected


@posix
@pytest.mark.parametrize("kept", [0o600, 0o640, 0o666, 0o755])
def test_a_file_that_was_there_keeps_its_mode(tmp_path, umask, kept):
    path = tmp_path / "old"
    path.write_bytes(b"old")
    path.chmod(kept)
    replace_file(path, b"new")
    assert (path.read_bytes(), mode(path)) == (b"new", oct(kept))


@posix
def test_a_private_file_is_never_open_to_others(tmp_path, umask, monkeypatch):
    path = tmp_path / "old"
    path.touch(0o600)
    seen = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (seen.append(os.fstat(handle).st_mode), fsync(handle)))
    replace_file(path, b"secret")
    assert [oct(stat.S_IMODE(found)) for found in seen] == ["0o600"]


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="only Linux has files without a name")
@pytest.mark.parametrize("refused", ["open", "link", "proc"])
def test_where_a_file_needs_a_name_it_has_one(tmp_path, umask, monkeypatch, refused):
    """On file systems and in containers without files that have none."""
    real = getattr(os, refused, None)

    def refuse(path, *arguments, **options):
        if refused == "link" or arguments[0] & os.O_TMPFILE == os.O_TMPFILE:
            seen.append(path)
            raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))
        return real(path, *arguments, **options)

    seen = []
    if refused == "proc":
        monkeypatch.setattr(files, "_OPEN", str(tmp_path / "none"))
    else:
        monkeypatch.setattr(os, refused, refuse)
    path = tmp_path / "a"
    replace_file(path, b"first")
    assert mode(path) == "0o644"
    path.chmod(0o640)
    replace_file(path, b"second")
    assert (path.read_bytes(), mode(path), os.listdir(tmp_path)) == (b"second", "0o640", ["a"])
    assert len(seen) == (0 if refused == "proc" else 2)
    monkeypatch.setattr(os, "replace", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        replace_file(path, b"third")
    assert (path.read_bytes(), os.listdir(tmp_path)) == (b"second", ["a"])


@posix
def test_a_link_leads_to_the_file_and_stays(tmp_path):
    (tmp_path / "folder").mkdir()
    target = tmp_path / "folder" / "target"
    for link, to in (("one", "folder/target"), ("two", "one"), ("three", target)):
        (tmp_path / link).symlink_to(to)
    for link in ("one", "two", "three"):  # at first the links dangle
        replace_file(tmp_path / link, link.encode())
        assert (tmp_path / link).is_symlink()
        assert target.read_bytes() == link.encode()
        assert not target.is_symlink()
    assert os.listdir(tmp_path / "folder") == ["target"]
    assert sorted(os.listdir(tmp_path)) == ["folder", "one", "three", "two"]


@posix
def test_links_that_lead_nowhere_are_refused_and_stay(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    (tmp_path / "c").symlink_to("none/c")
    (tmp_path / "d").symlink_to(tmp_path)
    for name in "abcd":
        with pytest.raises(OSError, match=f"could not write .*{name} "):
            replace_file(tmp_path / name, b"x")
        assert (tmp_path / name).is_symlink()
    assert sorted(os.listdir(tmp_path)) == ["a", "b", "c", "d"]


@posix
def test_another_hard_link_keeps_the_old_content(tmp_path):
    (tmp_path / "one").write_bytes(b"old")
    os.link(tmp_path / "one", tmp_path / "two")
    replace_file(tmp_path / "one", b"new")
    assert ((tmp_path / "one").read_bytes(), (tmp_path / "two").read_bytes()) == (b"new", b"old")


@posix
def test_a_pipe_is_written_into(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="could not write .*pipe .nobody reads from it"):
        replace_file(pipe, b"x")
    content = bytes(range(256)) * 2**10  # more than a pipe holds at a time
    read = []
    # Open for both, so that the reader waits for what is written, whoever comes first.
    with open(os.open(pipe, os.O_RDWR), "rb") as file:
        thread = threading.Thread(target=lambda: read.append(file.read(len(content))))
        thread.start()
        replace_file(pipe, content)
        thread.join()
    assert read == [content]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert os.listdir(tmp_path) == ["pipe"]


@posix
def test_devices_stay_devices():
    replace_file(os.devnull, b"x")
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="needs names for what is open")
@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1"])
def test_what_is_open_already_is_written_on(tmp_path, name):
    code = f"from w2vlib._common.files import replace_file; replace_file({name!r}, b'written')"
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout == b"written"
    with open(tmp_path / "out", "wb") as out:
        subprocess.run(command, stdout=out, check=True)
        assert os.path.samestat(os.fstat(out.fileno()), os.stat(tmp_path / "out"))
    assert (tmp_path / "out").read_bytes() == b"written"
    assert os.listdir(tmp_path) == ["out"]


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
def test_what_is_protected_stays_as_it_is(tmp_path):
    path = tmp_path / "old"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(PermissionError, match="could not write .*old .*protected against writing"):
        replace_file(path, b"new")
    path.chmod(0o644)
    tmp_path.chmod(0o555)
    for name in ("old", "new"):
        with pytest.raises(PermissionError, match=f"could not write .*{name} "):
            replace_file(tmp_path / name, b"new")
    tmp_path.chmod(0o755)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["old"]


@posix
@pytest.mark.parametrize("name", ["n" * 255, "ж" * 127, "with\nnewline", " ", "caf\udce9", "-rf", "~"])
def test_any_name_that_a_file_can_have(tmp_path, name):
    for path in (tmp_path / name, os.fsencode(tmp_path / name)):
        replace_file(path, b"x")
        assert os.listdir(tmp_path) == [name]


@pytest.mark.parametrize("name, error", [("n" * 256, OSError), ("nul\0", ValueError), ("\ud83d", ValueError)])
def test_names_that_no_file_can_have(tmp_path, name, error):
    with pytest.raises(error, match="could not write|cannot be the name of a file"):
        replace_file(tmp_path / name, b"x")
    assert os.listdir(tmp_path) == []


def test_the_name_says_how_a_file_is_packed(tmp_path):
    for name in ("a.gz", "b.GZ", "c.txt.gz"):
        replace_file(tmp_path / name, b"king")
        assert gzip.decompress((tmp_path / name).read_bytes()) == b"king"
    replace_file(tmp_path / "gz", b"king")
    assert (tmp_path / "gz").read_bytes() == b"king"


@pytest.mark.parametrize("step", ["open", "fdopen", "fsync", "chmod", "replace"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, OSError(28, "No space left on device")])
def test_whatever_happens_the_old_file_stays_and_no_other(tmp_path, monkeypatch, step, error):
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def fail(*_):
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(os, step, fail)
        with pytest.raises(error if isinstance(error, type) else OSError):
            replace_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


def test_bytes_are_given_out_if_they_are_the_ones_expected(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"as it was")
    digest = hashlib.sha256(b"as it was").hexdigest()
    assert checked_bytes(path, digest, "get it again") == b"as it was"
    path.write_bytes(b"as it is")
    found = hashlib.sha256(b"as it is").hexdigest()
    with pytest.raises(ValueError, match=rf"a\.txt .*SHA-256 is {found}, not {digest}; get it again"):
        checked_bytes(path, digest, "get it again")


def test_every_shipped_file_is_listed_and_as_listed():
    names = [line.split()[1] for line in (files.DATA / "SHA256SUMS").read_text().splitlines()]
    assert len(names) == len(set(names)) > 1
    for name in names:
        assert shipped_bytes(name) == (files.DATA / name).read_bytes()
