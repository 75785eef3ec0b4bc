"""Small matrices on one thread: two that wait for each other cost more than they share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from ..dynamics.riccati import one_thread

_SMALL = 1000  # words up to which threads wait for each other longer than they work


@contextmanager
def one_torch_thread() -> Iterator[None]:
    """Let PyTorch work on one thread of the processor, and go back to as many as before.

    Examples
    --------
    >>> import torch
    >>> with one_torch_thread():
    ...     torch.get_num_threads()
    1
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def few_threads(size: int) -> Iterator[None]:
    """Let PyTorch and NumPy work on one thread if there are few words.

    Examples
    --------
    >>> import torch
    >>> with few_threads(100):
    ...     torch.get_num_threads()
    1
    """
    small = size <= _SMALL
    with one_torch_thread() if small else nullcontext(), one_thread() if small else nullcontext():
        yield
