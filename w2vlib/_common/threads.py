"""Small matrices on one thread: two that wait for each other cost more than they share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

_SMALL = 1000  # words up to which threads wait for each other longer than they work


def processors() -> int:
    return 2


@contextmanager
def limited_threads(size: int | None = None) -> Iterator[None]:
    """One thread for small matrices."""
    if size is not None and size > _SMALL:
        yield
        return
    torch = sys.modules.get("torch")
    before = torch.get_num_threads() if torch else None
    try:
        from threadpoolctl import threadpool_limits

        limits = threadpool_limits(1, user_api="blas")
    except ImportError:
        limits = nullcontext()
    with limits:
        if torch:
            torch.set_num_threads(1)
        try:
            yield
        finally:
            if torch:
                torch.set_num_threads(before)
