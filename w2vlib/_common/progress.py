"""Progress bars, and nothing where none is wanted."""

from __future__ import annotations

from collections.abc import Iterable


class _NoBar:
    """Looks like a bar, and shows nothing."""

    n = 0

    def __init__(self, over: Iterable = ()):
        self._over = over

    def __iter__(self):
        return iter(self._over)

    def update(self, _: int) -> None:
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


def progress_bar(wanted: bool, over: Iterable | None = None, **options):
    """Return tqdm's bar, over an iterable or to be updated by hand; or, if not wanted, what does the same unseen."""
    if not wanted:
        return _NoBar(() if over is None else over)
    try:
        from tqdm.auto import tqdm
    except ImportError:
        raise ModuleNotFoundError(
            "a bar needs tqdm, which is not installed: pip install tqdm, or pass progress=False", name="tqdm"
        ) from None
    return tqdm(over, **options)
