"""What the tests of the built pages share: which pages there are, a server, a browser, and what is asked of a page.

A file of such tests is named ``test_pages_<part>.py`` and says
``pytestmark = pytest.mark.usefixtures("built")``; the fixtures ``built``, ``address``
and ``browser`` are known everywhere.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml
from addresses import Address
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[1]
HTML = ROOT / "_build" / "html"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: What Chromium makes anew beside each page, which no test looks at: its menus of suggestions and a spare process.
#: Without them a visit costs half as much.  The rest are those features that Playwright turns off and that pages
#: could notice, as only the last such list counts.
WITHOUT = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "SpareRendererForSitePerProcess"),
    *("HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "PaintHolding", "ThirdPartyStoragePartitioning"),
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "PreconnectToSearch"),
)

#: The theme makes wide boxes reachable by keyboard some time after a change of width.
SETTLED = 500
#: A chapter shows a picture within so many windows of this height and width.
SCREENS, WINDOWS = 2, {1280: 800, 390: 844}
#: What axe finds in the theme's and docutils' templates, which the book does not write.
ALLOWED = {
    "aria-allowed-role": "docutils gives the list of sources the role doc-biblioentry",
    "aria-deprecated-role": "docutils gives the list of sources the role doc-biblioentry",
    "aria-required-children": "docutils' list of sources holds no list items",
    "empty-table-header": "Markdown has no table without a header, and no corner without a cell",
    "label-content-name-mismatch": "the theme's search and colour buttons",
    "region": "the theme's logo stands outside the landmarks",
}


#: Thousands of elements, all of one make: the strokes of formulas are in the colour of the text around them,
#: and code is coloured by one style, which is looked at on one page.
FORMULAS, CODE = "mjx-math, mjx-assistive-mml", "pre"
CODE_IS_SEEN_ON = "book/01-words-as-vectors"
#: The one rule that looks at these as well.
SCROLLING = "scrollable-region-focusable"
#: The rules whose answer depends on colours and sizes; the others are asked once a page.
OF_LOOKS = ["color-contrast", "link-in-text-block", "target-size"]


#: For scripts of tests: how many times as light as the other one of two colours is, as WCAG counts it.
CONTRAST = """
  const channel = v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = color => { const [r, g, b] = color.match(/[\\d.]+/g).map(Number); return .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b); };
  const contrast = (one, other) => { const [a, b] = [light(one) + .05, light(other) + .05]; return Math.max(a, b) / Math.min(a, b); };
"""


def toc_pages() -> list[str]:
    """Every page of the table of contents, without its suffix."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    chapters = [chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]
    return [toc["root"], *chapters]


@functools.cache
def built_for() -> Address:
    """Where the book said, when it was built, that it is public."""
    config = yaml.safe_load((ROOT / "_build" / "config.yml").read_text(encoding="utf-8"))
    return Address(config.get("repository", {}).get("url", ""), config["html"].get("baseurl", ""))


def missing(reason: str) -> None:
    """Skip; but fail where nothing may be missing."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


@functools.cache
def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def page_file(name: str) -> Path:
    return HTML / f"{name}.html"


@pytest.fixture(scope="session")
def built() -> None:
    """Skip where no book is built; fail where one must be."""
    if not (HTML / "index.html").exists():
        missing("the book is not built: make book")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def address(built):
    """The built book, on a server of its own."""
    handler = functools.partial(Quiet, directory=str(HTML))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def browser():
    """Chromium, or Chrome; it needs no built book."""
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        missing("no Chromium or Chrome on this machine: the pages are not looked at")
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", f"--disable-features={','.join(WITHOUT)}"]
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()


@contextlib.contextmanager
def visiting(browser, address: str, harmless: tuple[str, ...] = (), **usual):
    """Yield a function that opens a page in a context of its own; complain about errors of its scripts."""
    contexts, wrong = [], []

    def complain(error):
        if not any(text in str(error) for text in harmless):
            wrong.append(str(error))

    def go(page: str, query: str = "", **options):
        contexts.append(browser.new_context(**usual | options))
        tab = contexts[-1].new_page()
        tab.on("pageerror", complain)
        tab.goto(f"{address}/{page}.html{query}", wait_until="load")
        return tab

    yield go
    for context in contexts:
        context.close()
    assert not wrong, wrong


def settle(tab, milliseconds: int) -> None:
    """Wait so long by the page's own clock, then for two of its frames.

    What it was to do by then it has done, however busy the machine is.
    """
    tab.evaluate(
        """wait => new Promise(done => setTimeout(
            () => requestAnimationFrame(() => requestAnimationFrame(() => done())), wait))""",
        milliseconds,
    )


def first_picture(tab) -> float:
    """How far below the top of the page its first picture begins, in pixels."""
    return tab.evaluate(
        """() => Math.min(...[...document.querySelectorAll("article :is(figure img, .w2v-picture)")]
            .filter(e => e.checkVisibility() && e.getBoundingClientRect().height > 60)
            .map(e => e.getBoundingClientRect().top + scrollY))"""
    )


def overflow(tab, width: int) -> list[str]:
    """Whether the page is wider than the window, and what makes it so."""
    return tab.evaluate(
        """width => {
            if (document.documentElement.scrollWidth <= width) return [];
            const inside = e => {
                for (let p = e.parentElement; p; p = p.parentElement)
                    if (getComputedStyle(p).overflowX !== "visible") return true;
                return false;
            };
            const wide = [...document.querySelectorAll("main *")]
                .filter(e => e.getBoundingClientRect().right > width + 1 && !inside(e))
                .map(e => e.outerHTML.slice(0, 120));
            return ["wider than the window", ...wide.slice(0, 5)];
        }""",
        width,
    )


#: Asks axe, which looks at some elements without what is in them, however it goes through the page.
AXE = """async ([asked, whole]) => {
    const closed = new Set(whole && document.querySelectorAll(whole));
    const walker = Document.prototype.createTreeWalker.bind(document);
    for (const e of closed) Object.defineProperty(e, "childNodes", { value: [], configurable: true });
    document.createTreeWalker = (root, kinds) => walker(root, kinds, e => closed.has(e.parentNode)
        ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    try { return (await axe.run(document, asked)).violations; }
    finally { for (const e of closed) delete e.childNodes; delete document.createTreeWalker; }
}"""


def accessibility(tab, page: str, again: bool = False) -> list[str]:
    """What axe finds; seen again in other colours or at another width, only what may then differ."""
    from axe_playwright_python.base import AXE_SCRIPT

    asked = {"preload": False, "resultTypes": ["violations"]}
    closed = FORMULAS if page == CODE_IS_SEEN_ON else f"{FORMULAS}, {CODE}"
    most = asked | {"rules": {rule: {"enabled": False} for rule in (*ALLOWED, SCROLLING)}}
    if again and page != CODE_IS_SEEN_ON:  # where menus and buttons are those of all pages
        most = asked | {"runOnly": OF_LOOKS}
    wide = asked | {"runOnly": [SCROLLING]}  # formulas, code and its output, too
    if not tab.evaluate("'axe' in window"):
        tab.evaluate(AXE_SCRIPT)
    violations = [found for look in ((most, closed), (wide, None)) for found in tab.evaluate(AXE, look)]
    return [
        f"axe, {violation['id']}: {violation['help']}: {node['html'][:160]}"
        for violation in violations
        for node in violation["nodes"]
    ]
