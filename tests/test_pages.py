"""The built pages: links, figures, mathematics, width, accessibility, and no other host.

They are looked at in a real browser.  Every page of the table of contents is
tested, so a new chapter is covered as soon as it is listed there.
"""

from __future__ import annotations

import copy
import functools
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from pages import (
    HTML,
    ROOT,
    SCREENS,
    SETTLED,
    WINDOWS,
    accessibility,
    first_picture,
    overflow,
    page_file,
    settle,
    soup,
    toc_pages,
)
from test_symbols import symbols, symbols_on

pytestmark = pytest.mark.usefixtures("built")

SLIDERS = "article input[type=range]"


# Without a browser.


def test_every_link_and_anchor_resolves():
    broken = []
    for path in sorted(HTML.rglob("*.html")):
        if "_static" in path.relative_to(HTML).parts:
            continue
        for tag, attribute in (("a", "href"), ("link", "href"), ("img", "src"), ("script", "src")):
            for element in soup(path).find_all(tag, **{attribute: True}):
                address = element[attribute]
                parts = urlsplit(address)
                if parts.scheme or parts.netloc or address in ("", "#"):
                    continue
                target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
                if target.is_dir():
                    target /= "index.html"
                if not target.exists():
                    broken.append(f"{path.relative_to(HTML)}: {address}")
                elif (
                    parts.fragment
                    and target.suffix == ".html"
                    and unquote(parts.fragment) not in anchors(target)
                ):
                    broken.append(f"{path.relative_to(HTML)}: no such anchor: {address}")
    assert not broken, "\n".join(broken)


@functools.cache
def anchors(path: Path) -> set[str]:
    page = soup(path)
    return {e["id"] for e in page.find_all(id=True)} | {
        e["name"] for e in page.find_all("a", attrs={"name": True})
    }


@pytest.mark.parametrize("page", toc_pages())
def test_pictures_have_alt_texts_and_figures_have_captions(page):
    article = soup(page_file(page))
    silent = [str(image)[:200] for image in article.find_all("img") if not image.get("alt", "").strip()]
    assert not silent, "no alt text:\n" + "\n".join(silent)
    for figure in article.find_all("figure"):
        caption = figure.find("figcaption")
        assert caption and caption.get_text(strip=True), f"no caption: {str(figure)[:200]}"
    for image in article.select(".cell_output img"):
        assert image.find_parent("figure"), f"a picture that is no figure: {str(image)[:200]}"


@pytest.mark.parametrize("page", toc_pages())
def test_nothing_is_left_unrendered(page):
    article = copy.copy(soup(page_file(page)).find("article"))  # others look at the whole of it
    assert article and article.find("h1"), "the page has no title"
    for traceback in article.select(".output.traceback, .output.stderr"):
        raise AssertionError(f"an error on the page: {traceback.get_text()[:300]}")
    for code in article.select("pre, code"):
        code.extract()
    text = article.get_text()
    assert not soup(page_file(page)).find("script", type="application/vnd.jupyter.widget-state+json")
    for mark in (
        "{glue",
        "{cite",
        "{ref}",
        "{eq}",
        "{prf:",
        "{exercise",
        "{solution",
        ":class: dropdown",
        "```",
        "| --- ",
        "np.int64(",
        "np.float64(",
    ):
        assert mark not in text, f"{mark!r} stands on the page as text"


@pytest.mark.parametrize("page", toc_pages())
def test_buttons_only_where_they_lead_somewhere(page):
    config = yaml.safe_load((ROOT / "_build" / "config.yml").read_text(encoding="utf-8"))
    repository = config["repository"]["url"]
    links = [a["href"] for a in soup(page_file(page)).find_all("a", href=True)]
    hosts = ("mybinder.org", "colab.research.google.com")
    launch = [link for link in links if urlsplit(link).hostname in hosts]
    if not repository:
        about = [link for link in links if "/issues/new" in link or "/edit/" in link]
        assert not launch + about, f"these lead nowhere, as no repository is set: {launch + about}"
        return
    owner_and_name = urlsplit(repository).path.strip("/")
    assert repository in links
    assert any(link.startswith(f"{repository}/issues") for link in links)
    assert any(link.startswith(f"{repository}/edit/") and page in link for link in links)
    if (ROOT / f"{page}.ipynb").exists():
        for host in hosts:
            notebook = page.removeprefix("book/") + ".ipynb"
            assert any(
                host in link and owner_and_name in link and link.endswith(notebook) for link in launch
            ), host


# In a browser.


@pytest.fixture(scope="module", params=toc_pages())
def tab(request, browser, address):
    """A visit of a page, for all tests that leave it as it was; what it should not do is in ``tab.complaints``."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    tab = context.new_page()
    tab.name, tab.complaints = request.param, []

    def route(route):
        url = route.request.url
        if url.startswith((address, "data:", "blob:")):
            route.continue_()
        else:
            tab.complaints.append(f"asks another host: {url}")
            route.abort()

    def note(text):
        tab.complaints.append(f"console: {text}")

    context.route("**/*", route)
    tab.on("console", lambda message: note(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: note(str(error)))
    tab.on("response", lambda answer: answer.ok or note(f"{answer.status} {answer.url}"))
    tab.goto(f"{address}/{tab.name}.html", wait_until="load")
    tab.evaluate("window.MathJax && MathJax.startup ? MathJax.startup.promise : null")
    yield tab
    context.close()


def test_the_browser_reads_formulas_as_the_build_does(tab):
    drawn = tab.evaluate("""async () => {
        const spans = [...document.querySelectorAll("article .math")].filter(e => !e.closest(".w2v-symbols"));
        return Promise.all(spans.map(e => w2vSymbolsIn(e.querySelector("mjx-container"))));
    }""")
    found, listed = symbols_on(tab.name)
    spans = [
        e
        for e in soup(page_file(tab.name)).select("article .math")
        if not e.find_parent("details", class_="w2v-symbols")
    ]
    assert len(drawn) == len(spans)
    for numbers, span in zip(drawn, spans):
        tex = "".join(
            text for text in span.find_all(string=True) if not text.find_parent(class_="eqno")
        ).strip()
        expected = list(found.within(symbols.read(tex[2:-2])))
        assert [listed[n][1] for n in numbers] == [listed[n][1] for n in expected], tex
        assert numbers == expected


def test_page_in_a_browser(tab):
    """At two widths, light and dark; all complaints at once."""
    page, complaints = tab.name, mathematics(tab)
    if tab.locator(SLIDERS).count() != len(soup(page_file(page)).select(SLIDERS)):
        complaints.append("a script adds or takes sliders, so not all are tested")
    for theme in ("light", "dark"):
        tab.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        for width in (1280, 390):
            tab.set_viewport_size({"width": width, "height": 900})
            settle(tab, SETTLED)
            found = overflow(tab, width)
            down = first_picture(tab) / WINDOWS[width]
            if (ROOT / f"{page}.ipynb").exists() and down > SCREENS:
                found.append(f"the first picture begins {down:.1f} screens down")
            # What axe sees hardly differs in the other two.
            if (theme, width) in (("light", 1280), ("dark", 390)):
                found += accessibility(tab, page, again=theme == "dark")
            complaints += [f"{width} px, {theme}: {text}" for text in found]
    complaints += tab.complaints
    assert not complaints, "\n".join(complaints)


def mathematics(tab) -> list[str]:
    found = tab.evaluate(
        """() => ({
            wanted: document.querySelectorAll("article .math").length,
            shown: document.querySelectorAll("article mjx-container").length,
            wrong: [...document.querySelectorAll("mjx-merror, mjx-mtext[style*=red]")]
                .map(e => e.closest("mjx-container").textContent || e.closest(".math").outerHTML.slice(0, 120)),
        })"""
    )
    texts = [f"mathematics with an error: {text}" for text in found["wrong"]]
    if found["shown"] < found["wanted"]:
        texts.append(f"{found['wanted']} formulas, but {found['shown']} are shown")
    return texts
