"""Makes nbval compare what notebooks say, and not how their pictures are stored.

nbval leaves out PNG by itself.  Figures are also drawn as SVG and live figures as HTML, which
the run edition does not store.  A plugin: ``pytest -p text_only``.
"""

from __future__ import annotations

PICTURES = ("image/svg+xml", "text/html")


def pytest_collectstart(collector) -> None:
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += PICTURES
