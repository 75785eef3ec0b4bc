"""Where the book is public: read from the environment, and checked."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass

_ON_THE_WEB = re.compile(r"https?://[^\s/?#()]+(?:/[^\s?#()]*)?")
_ON_GITHUB = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+")


@dataclass(frozen=True)
class Address:
    """Where the book is public: its repository on GitHub and its pages, "" for what is nowhere."""

    repository: str = ""
    website: str = ""


def public_address(environ: Mapping[str, str]) -> Address:
    """Return where the book is public, from ``BOOK_REPOSITORY`` and ``BOOK_URL``.

    Raises
    ------
    SystemExit
        If ``BOOK_REPOSITORY`` is not the address of a GitHub repository, or ``BOOK_URL`` none of the web.
    """
    repository = environ.get("BOOK_REPOSITORY", "").strip().rstrip("/").removesuffix(".git")
    if repository and not _ON_GITHUB.fullmatch(repository):
        sys.exit(f"BOOK_REPOSITORY must read https://github.com/owner/name, not {repository!r}")
    website = environ.get("BOOK_URL", "").strip()
    if website and not _ON_THE_WEB.fullmatch(website):
        sys.exit(f"BOOK_URL must read https://host/folder, not {website!r}")
    return Address(repository, website)
