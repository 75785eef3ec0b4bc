"""Measure what a page costs its reader: bytes, requests, the time until something shows, and what jumps.

    .venv/bin/python tools/measure_pages.py [page ...]

The built pages are served compressed, as public servers do it, to a browser whose line
carries 1.6 Mbit/s and takes 100 ms for an answer.  Nothing is touched or scrolled.
"""

from __future__ import annotations

import functools
import gzip
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

HTML = Path(__file__).resolve().parents[1] / "_build" / "html"
PAGES = ("intro", "11-staircase", "13-random-start", "16-real-word2vec", "assumptions", "atlas")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
TEXT = (".html", ".css", ".js", ".json", ".svg", ".txt", ".xml")
LINE = {"offline": False, "latency": 100, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.8e6 / 8}
#: Pages go on asking for a moment after they are loaded.
SETTLED = 1500
OBSERVE = """
window.measured = { paint: 0, shift: 0 };
new PerformanceObserver(list => {
  for (const entry of list.getEntries())
    if (entry.name === "first-contentful-paint") measured.paint = entry.startTime;
}).observe({ type: "paint", buffered: true });
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) measured.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@dataclass(frozen=True)
class Cost:
    """What a page costs: kilobytes over the line, requests, seconds until something shows, layout shift."""

    kilobytes: float
    requests: int
    first_paint: float
    shift: float


class Compressed(SimpleHTTPRequestHandler):
    """Serve files, texts of them compressed."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        data = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if path.suffix in TEXT:
            data = gzip.compress(data, 9, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(folder: Path = HTML) -> Iterator[str]:
    """Serve a folder, compressed; yield its address."""
    handler = functools.partial(Compressed, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def measure(browser: Browser, address: str, width: int = 1280, height: int = 800) -> Cost:
    """Visit a page for the first time, over a slow line, and return what it costs."""
    context = browser.new_context(viewport={"width": width, "height": height})
    tab = context.new_page()
    line = context.new_cdp_session(tab)
    loaded: list[float] = []
    line.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    tab.add_init_script(OBSERVE)
    tab.goto(address, wait_until="load")
    tab.evaluate("window.MathJax && MathJax.startup ? MathJax.startup.promise : null")
    tab.wait_for_timeout(SETTLED)
    found = tab.evaluate("measured")
    context.close()
    return Cost(sum(loaded) / 1000, len(loaded), found["paint"] / 1000, found["shift"])


def main(pages: list[str]) -> int:
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        sys.exit("No Chromium or Chrome on this machine.")
    print(f"{'page':20} {'kB':>6} {'requests':>9} {'first paint':>12} {'layout shift':>13}")
    with sync_playwright() as playwright, served() as address:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for page in pages:
            cost = measure(browser, f"{address}/book/{page}.html")
            print(
                f"{page:20} {cost.kilobytes:6.0f} {cost.requests:9d} "
                f"{cost.first_paint:10.2f} s {cost.shift:13.4f}",
                flush=True,
            )
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(PAGES)))
