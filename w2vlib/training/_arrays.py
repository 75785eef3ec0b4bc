"""Arrays to train with, NumPy's or PyTorch's: training is written in what both know by the same name.

Such are operators, those that work in place included, and the functions of a
:func:`namespace`.  PyTorch is imported where a device is named, and never else.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from .._common.validate import one_of

if TYPE_CHECKING:
    import torch

    Array = np.ndarray | torch.Tensor
    State = tuple[Array, ...]


def namespace(array: Array) -> ModuleType:
    """NumPy or PyTorch, whichever the array belongs to."""
    if isinstance(array, np.ndarray):
        return np
    import torch

    return torch


def on_host(array: Array) -> np.ndarray:
    """The same numbers for NumPy; shares memory where they are within its reach."""
    return array if isinstance(array, np.ndarray) else array.cpu().numpy()


def exact(array: Array) -> np.ndarray:
    """The same numbers for NumPy, in double precision."""
    return on_host(array).astype(np.float64, copy=False)


def put(array: np.ndarray, beside: Array) -> Array:
    """The array where another is and in its dtype; only to be read, as it may share memory with what was given."""
    if isinstance(beside, np.ndarray):
        with np.errstate(over="ignore"):  # a start too large for single precision is seen to diverge
            return np.ascontiguousarray(array, beside.dtype)
    import torch

    array = np.ascontiguousarray(array)
    if not array.flags.writeable:  # torch would warn
        array = array.copy()
    return torch.from_numpy(array).to(beside.dtype).to(beside.device)


def place(device: str | torch.device | None, dtype: str | torch.dtype) -> Array:
    """A number on the device, in the dtype, beside which others can be put; None is for NumPy."""
    name = one_of("dtype", str(dtype).removeprefix("torch."), ("float32", "float64"))
    if device is None:
        return np.zeros(1, name)
    try:
        import torch
    except ImportError:
        raise ModuleNotFoundError(
            "training on a device, or on sampled pairs, needs PyTorch, which is not installed: "
            'pip install "w2vlib[train]"',
            name="torch",
        ) from None

    try:
        chosen = torch.device(device)
        if chosen.type == "meta":
            raise RuntimeError("it holds no numbers")
        return torch.zeros(1, dtype=getattr(torch, name), device=chosen)
    except (AssertionError, NotImplementedError, RuntimeError, TypeError) as error:
        reason = str(error).split("\n")[0].split(". ")[0]
        raise ValueError(
            f"device {str(device)!r} cannot be used with {name} here ({reason}); "
            f"available: {', '.join(_available())}"
        ) from None


def _available() -> list[str]:
    import torch

    found = ["cpu"] + [f"cuda:{i}" for i in range(torch.cuda.device_count())]
    return found + (["mps (float32 only)"] if torch.backends.mps.is_available() else [])
