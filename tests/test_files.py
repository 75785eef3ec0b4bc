"""Files that are written whole or not at all, and files whose bytes are known."""

from __future__ import annotations

import hashlib
import os
import stat

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
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


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
