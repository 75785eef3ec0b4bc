"""Read and Run, predictions that listen, quizzes: as a reader meets them, by mouse, keyboard and touch."""

from __future__ import annotations

import ast
import json
import re

import nbformat
import predictions
import pytest
from pages import HTML, ROOT, accessibility, overflow, page_file, settle, soup, toc_pages, visiting

pytestmark = pytest.mark.usefixtures("built")

CHAPTER = "book/01-words-as-vectors"
QUIZZES = [page for page in toc_pages() if "/quiz-" in page]
NOTEBOOKS = [page for page in toc_pages() if (ROOT / f"{page}.ipynb").exists()]
#: An answer in sight, and one that is veiled.
SEEN = "e => e.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true})"


@pytest.fixture
def visit(browser, address):
    """Open a page with an empty store."""
    with visiting(browser, address, ("THEBE",), viewport={"width": 1280, "height": 900}) as go:
        yield go


def glue(page: str) -> dict:
    path = ROOT / "_build" / "jupyter_execute" / f"{page}.glue.json"
    return json.loads(path.read_text(encoding="utf-8"))


def number_box(tab):
    return tab.locator("#predict-1")


def stored(tab) -> dict:
    return tab.evaluate("() => Object.fromEntries(Object.entries(localStorage))")


def told(tab) -> dict:
    return {key: json.loads(value) for key, value in stored(tab).items() if key.startswith("w2v-predict-")}


# Read and Run.


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_each_fold_says_how_many_assertions_it_holds(page):
    folds = soup(page_file(page)).select("details.code-fold")
    assert folds, "nothing is folded"
    for fold in folds:
        assert not fold.has_attr("open")
        code = fold.find("pre").get_text()
        said = fold.find("summary").get_text()
        asserts = len(re.findall(r"^\s*(?:assert\b|(?:\w+\.)*(?:assert_|check_)\w*\()", code, flags=re.M))
        if said == "Set-up":
            assert asserts == 0 and not re.search(r"\b(def|for|print|m_star|spectrum)\b", code), code
        else:
            assert int(re.match(r"✓ (\d+) checks? passed$", said)[1]) == asserts, code


def test_folds_open_by_mouse_and_keyboard_and_show_their_lines(visit):
    tab = visit(CHAPTER)
    fold = tab.locator("details.code-fold.checks").first
    assert not fold.locator("pre").evaluate(SEEN)
    fold.locator("summary").click()
    assert fold.locator("pre").evaluate(SEEN)
    fold.locator("summary").press("Enter")
    assert not fold.locator("pre").evaluate(SEEN)


def opened(tab) -> tuple[int, int]:
    counted = "() => {const f = [...document.querySelectorAll('.code-fold, details.above-input')]; return [f.filter(e => e.open).length, f.length]}"
    return tuple(tab.evaluate(counted))


def test_run_opens_everything_is_announced_and_remembered(visit):
    tab = visit(CHAPTER)
    said = tab.locator(".reading-said")
    assert opened(tab)[0] == 0 and opened(tab)[1] > 10
    run, read = (
        tab.get_by_role("button", name="Run", exact=True),
        tab.get_by_role("button", name="Read", exact=True),
    )
    assert said.get_attribute("role") == "status" and "folded" in said.inner_text()
    run.press("Enter")
    assert opened(tab)[0] == opened(tab)[1]
    assert run.get_attribute("aria-pressed") == "true" and read.get_attribute("aria-pressed") == "false"
    assert said.inner_text() == "All code is shown."
    assert stored(tab)["w2v-mode"] == "run"
    tab.reload(wait_until="load")
    assert opened(tab)[0] == opened(tab)[1]
    read.click()
    assert opened(tab)[0] == 0 and "folded" in said.inner_text()
    tab.reload(wait_until="load")
    assert opened(tab)[0] == 0


def test_the_switch_answers_to_touch(visit):
    tab = visit(CHAPTER, has_touch=True)
    tab.get_by_role("button", name="Run", exact=True).tap()
    assert opened(tab)[0] == opened(tab)[1]


def test_the_address_may_ask_for_run(visit):
    tab = visit(CHAPTER, "?mode=run")
    assert opened(tab)[0] == opened(tab)[1]
    assert "w2v-mode" not in stored(tab), "a link of someone else's is no choice of the reader's"


@pytest.mark.parametrize("page", [CHAPTER, "book/10-one-mode"])
def test_the_copy_button_gives_the_whole_cell(page, visit):
    cells = [
        cell.source
        for cell in nbformat.read(ROOT / f"{page}.ipynb", as_version=4).cells
        if cell.cell_type == "code" and "remove-cell" not in cell.metadata.get("tags", [])
    ]
    tab = visit(page, permissions=["clipboard-read", "clipboard-write"])
    parted = tab.locator(".code-parts + .copybtn")
    assert parted.count() == tab.locator(".code-parts").count() > 5
    assert tab.locator(".code-parts .copybtn").count() == 0
    wanted = {ast.dump(ast.parse(code)) for code in cells}
    for n in range(parted.count()):
        parted.nth(n).evaluate("button => button.click()")
        copied = tab.evaluate("() => navigator.clipboard.readText()")
        assert ast.dump(ast.parse(copied)) in wanted, copied


def test_on_paper_each_fold_is_its_line(visit):
    tab = visit(CHAPTER, "?mode=run")
    tab.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    assert tab.locator(".code-fold[open]").count() == 0
    tab.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert opened(tab)[0] == opened(tab)[1]


# Predictions.


def test_nothing_is_veiled_without_scripts(visit):
    tab = visit(CHAPTER, java_script_enabled=False)
    for selector in (".predict-form", ".predict-veil", ".reading-switch", ".predict-summary"):
        assert tab.locator(selector).count() > 0
        assert not any(
            tab.locator(selector).nth(n).is_visible() for n in range(tab.locator(selector).count())
        )
    veiled = tab.locator(".veiled")
    assert veiled.count() > 2 and all(veiled.nth(n).is_visible() for n in range(veiled.count()))
    assert tab.locator("#predict-2 li").first.is_visible()
    fold = tab.locator("details.code-fold").first
    fold.locator("summary").click()
    assert fold.locator("pre").is_visible()


def veils(tab, n: int) -> tuple[set[bool], set[bool]]:
    """Whether the answers to a question are seen, and its veils."""
    seen = "es => es.map(e => e.checkVisibility())"
    return set(tab.locator(f".veiled-{n}").evaluate_all(seen)), set(
        tab.locator(f".veil-{n}").evaluate_all(seen)
    )


def test_a_number_is_compared_with_the_run_and_kept(visit):
    truth = ast.literal_eval(glue(CHAPTER)["words-as-vectors-accuracy"]["data"]["text/plain"])
    tab = visit(CHAPTER)
    box = number_box(tab)
    assert veils(tab, 1) == ({False}, {True}) and veils(tab, 2) == ({False}, {True})
    box.get_by_role("textbox").fill("many")
    box.get_by_role("textbox").press("Enter")
    assert box.locator(".predict-result").inner_text() == "Please write a number."
    assert veils(tab, 1) == ({False}, {True}) and not told(tab)
    box.get_by_role("textbox").fill("12,5 %")
    box.get_by_role("textbox").press("Enter")
    result = box.locator(".predict-result")
    assert result.locator("p").first.inner_text() == f"You said 12.5 %, the run says {truth}. Not a hit."
    assert result.locator("p").count() == 2, "a wrong guess gets a reason"
    assert tab.evaluate("() => document.activeElement.className").startswith("predict-result")
    assert veils(tab, 1) == ({True}, {False}) and veils(tab, 2) == ({False}, {True})
    answer = tab.locator("div.admonition.veiled-1").first
    assert answer.locator(".predict-told").inner_text() in result.inner_text()
    assert answer.locator("table").is_visible() and tab.locator("details.veiled-1[open]").count() > 1
    assert tab.locator("details .predict-told").count() == 0
    assert told(tab)["w2v-predict-01-words-as-vectors-1"] | {"id": 0} == {
        "id": 0,
        "guess": 12.5,
        "hit": False,
    }

    tab.reload(wait_until="load")
    assert f"You said 12.5 %, the run says {truth}" in result.inner_text()
    assert veils(tab, 1) == ({True}, {False}) and veils(tab, 2) == ({False}, {True})
    assert answer.locator("table").is_visible()


def test_a_near_number_is_a_hit(visit):
    tab = visit(CHAPTER)
    number_box(tab).get_by_role("textbox").fill("55")
    number_box(tab).get_by_role("button", name="That is my guess").click()
    assert number_box(tab).locator(".predict-result").inner_text().endswith("A hit.")
    assert told(tab)["w2v-predict-01-words-as-vectors-1"]["hit"] is True


@pytest.mark.parametrize("by", ["mouse", "keyboard", "touch"])
def test_a_choice_by_mouse_keyboard_and_touch(by, visit):
    tab = visit(CHAPTER, has_touch=True)
    options = tab.locator("#predict-2 .predict-options button")
    wrong, right = options.nth(0), options.nth(1)
    if by == "keyboard":
        wrong.focus()
        tab.keyboard.press("Tab")
        tab.keyboard.press("Space")
    else:
        getattr(right, {"mouse": "click", "touch": "tap"}[by])()
    value = ast.literal_eval(glue(CHAPTER)["words-as-vectors-counts-accuracy"]["data"]["text/plain"])
    said = tab.locator("#predict-2 .predict-result").inner_text().replace("\xa0", " ")
    assert said == f"You said a quarter, about 25 %, the run says {value}. A hit."
    assert right.get_attribute("aria-pressed") == "true" and "✓ the run" in right.inner_text()
    assert right.is_disabled() and wrong.is_disabled()
    assert veils(tab, 2) == ({True}, {False})


def test_show_me_shows_and_counts_for_nothing(visit):
    tab = visit(CHAPTER)
    assert veils(tab, 1) == ({False}, {True})
    tab.locator(".veil-1 button").first.click()
    assert number_box(tab).locator(".predict-result").inner_text() == "The run says 59 %."
    assert veils(tab, 1) == ({True}, {False})
    assert told(tab)["w2v-predict-01-words-as-vectors-1"]["hit"] is None
    assert "0 of 0 in the book" in tab.locator(".predict-summary").inner_text()


def test_the_summary_counts_and_the_button_erases(visit, address):
    tab = visit(CHAPTER)
    summary = tab.locator(".predict-summary")
    assert "No prediction on this page yet" in summary.inner_text()
    number_box(tab).get_by_role("textbox").fill("59")
    number_box(tab).get_by_role("textbox").press("Enter")
    tab.locator("#predict-2 .predict-options button").nth(3).click()
    assert "1 of 2 predictions hit on this page; 1 of 2 in the book." in summary.inner_text()
    tab.goto(f"{address}/book/02-counting.html", wait_until="load")
    tab.locator("#predict-1 .predict-options button").nth(1).click()
    assert "1 of 1 prediction hit on this page; 2 of 3 in the book." in summary.inner_text()
    tab.get_by_role("button", name="Run", exact=True).click()
    with tab.expect_navigation():
        tab.get_by_role("button", name="Erase my guesses").click()
    assert not told(tab) and stored(tab)["w2v-mode"] == "run"
    assert "No prediction on this page yet; 0 of 0 in the book." in summary.inner_text()
    assert veils(tab, 1) == ({False}, {True})


def test_a_guess_at_another_question_is_not_taken_for_one_at_this(visit):
    tab = visit(CHAPTER)
    old = json.dumps({"id": 1, "guess": 3, "hit": True})
    tab.evaluate("old => localStorage.setItem('w2v-predict-01-words-as-vectors-1', old)", old)
    tab.reload(wait_until="load")
    assert number_box(tab).locator(".predict-result").inner_text() == ""
    assert veils(tab, 1) == ({False}, {True})


def test_where_nothing_can_be_stored_a_guess_still_gets_its_answer(browser, address):
    context = browser.new_context()
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError') }})"
    )
    tab = context.new_page()
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(f"{error.stack}"))
    tab.goto(f"{address}/{CHAPTER}.html", wait_until="load")
    tab.locator("#predict-2 .predict-options button").nth(1).click()
    assert "A hit." in tab.locator("#predict-2 .predict-result").inner_text()
    assert "Your browser keeps nothing" in tab.locator(".predict-summary").inner_text()
    tab.get_by_role("button", name="Run", exact=True).click()
    assert opened(tab)[0] == opened(tab)[1]
    ours = [error for error in errors if re.search(r"(reading|predictions)\.js", error)]
    assert not ours, ours
    context.close()


def test_on_paper_nothing_is_veiled(visit):
    tab = visit(CHAPTER)
    tab.emulate_media(media="print")
    tab.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    assert veils(tab, 1) == ({True}, {False}) and veils(tab, 2) == ({True}, {False})
    assert tab.locator("div.admonition.veiled-1 table").first.is_visible()
    assert tab.locator("details.veiled-1 pre").first.is_visible()
    assert (
        not tab.locator("#predict-1 form").is_visible()
        and tab.locator("#predict-1 .predict-paper").is_visible()
    )
    assert not tab.locator(".predict-summary").is_visible()
    tab.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert tab.locator("details.veiled-1[open]").count() == 0


@pytest.mark.parametrize("query", ["", "?mode=run"])
def test_nothing_moves_while_a_page_with_guesses_loads(query, visit):
    tab = visit(CHAPTER, query)
    number_box(tab).get_by_role("textbox").fill("59")
    number_box(tab).get_by_role("textbox").press("Enter")
    tab.evaluate("() => scrollTo(0, 0)")
    tab.add_init_script(
        "window.shifts = []; new PerformanceObserver(list => list.getEntries().forEach(e => shifts.push(e.value)))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    tab.reload(wait_until="load")
    settle(tab, 500)
    assert sum(tab.evaluate("() => shifts")) <= 0.01


# Words and curves, on a page that has nothing else.

HARNESS = """<!doctype html><html lang="en" class="w2v-scripted" data-w2v-page="harness"><head><meta charset="utf-8"><title>Harness</title>
<link rel="stylesheet" href="_static/reading.css"></head><body><main><h1>Harness</h1>
<div class="admonition" id="predict-1">{form}</div></main>
<script src="_static/predictions.js"></script></body></html>"""


@pytest.fixture
def harness(visit, address):
    def go(said: dict, **options):
        html = HARNESS.format(form=predictions.form(1, predictions.asked(said, [], {}) | {"id": 7}))
        tab = visit("_static/harness-is-not-there", **options)
        tab.route("**/harness.html", lambda route: route.fulfill(body=html, content_type="text/html"))
        tab.goto(f"{address}/harness.html")
        return tab

    return go


LINE = {
    "kind": "curve",
    "x": "0 8 time",
    "y": "0 10 strength",
    "points": "0 0, 8 10",
    "hint": "It is a line.",
}


def heights(tab) -> list[int]:
    read = "dots => dots.map(dot => Number(dot.getAttribute('aria-valuenow')))"
    return tab.locator("[role=slider]").evaluate_all(read)


def test_a_curve_is_drawn_by_arrow_keys(harness):
    tab = harness(LINE)
    dots = tab.locator("[role=slider]")
    assert heights(tab) == [50] * 9
    assert dots.nth(2).get_attribute("aria-label") == "strength at time 2"
    dots.nth(0).focus()
    for n in range(9):
        wanted = round(n * 100 / 8 / 5) * 5
        tab.keyboard.press("Home")
        for _ in range(wanted // 5):
            tab.keyboard.press("ArrowUp")
        tab.keyboard.press("ArrowRight")
    assert heights(tab) == [round(n * 100 / 8 / 5) * 5 for n in range(9)]
    assert dots.nth(8).get_attribute("aria-valuetext") == "10"
    tab.get_by_role("button", name="That is my curve").press("Enter")
    assert re.fullmatch(
        r"Your curve is off by \d % of the height on average. A hit.",
        tab.locator(".predict-result").inner_text(),
    )
    assert told(tab)["w2v-predict-harness-1"]["hit"] is True
    assert tab.locator("polyline.truth").count() == 1 and dots.count() == 0
    kept = tab.locator("polyline.guess").get_attribute("points")
    tab.reload()
    assert tab.locator("polyline.guess").get_attribute("points") == kept
    assert "A hit." in tab.locator(".predict-result").inner_text()


@pytest.mark.parametrize("by", ["mouse", "touch"])
def test_a_curve_is_drawn_in_one_stroke(by, harness):
    tab = harness(LINE, has_touch=True)
    axes = tab.locator(".predict-curve .axis").bounding_box()

    def at(share, y):
        return axes["x"] + share * axes["width"], axes["y"] + (1 - y) * axes["height"]

    path = [at(n / 4, 1 - n / 4) for n in range(5)]  # the wrong way down
    if by == "mouse":
        tab.mouse.move(*path[0])
        tab.mouse.down()
        for place in path[1:]:
            tab.mouse.move(*place)
        tab.mouse.up()
    else:
        touch = tab.context.new_cdp_session(tab)
        for kind, places in [
            ("touchStart", path[:1]),
            *(("touchMove", [place]) for place in path[1:]),
            ("touchEnd", []),
        ]:
            points = [{"x": x, "y": y} for x, y in places]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert heights(tab) == pytest.approx([100 - n * 12.5 for n in range(9)], abs=3)
    tab.get_by_role("button", name="That is my curve").click()
    assert tab.locator(".predict-result").inner_text().startswith("Your curve is off by 5")
    assert "Not a hit." in tab.locator(".predict-result").inner_text()
    assert "It is a line." in tab.locator(".predict-result").inner_text()


def test_words_are_kept_and_read_as_text(harness):
    tab = harness({"kind": "words"})
    tab.get_by_role("button", name="That is my guess").click()
    assert tab.locator(".predict-result").inner_text() == "Please write a few words."
    tab.get_by_role("textbox").fill("<b>rivers</b> & cities")
    tab.get_by_role("button", name="That is my guess").click()
    assert "You said: “<b>rivers</b> & cities”." in tab.locator(".predict-result").inner_text()
    tab.reload()
    assert "You said: “<b>rivers</b> & cities”." in tab.locator(".predict-result").inner_text()
    assert told(tab)["w2v-predict-harness-1"]["hit"] is None


# Quizzes.


def test_there_is_a_quiz_for_each_part():
    assert len(QUIZZES) == 5
    for page in QUIZZES:
        assert len(soup(page_file(page)).select(".admonition.quiz form")) >= 5


@pytest.mark.parametrize("page", QUIZZES)
def test_every_option_of_a_quiz_says_why(page, visit):
    tab = visit(page)
    hits = 0
    for n in range(1, 6):
        box = tab.locator(f"#predict-{n}")
        right = json.loads(box.locator("form").get_attribute("data-question"))["right"]
        options = box.locator(".predict-options button")
        first = [3, 1, 2, 1, 3][n - 1]
        hits += first in right
        for at in [first, *(k for k in range(1, options.count() + 1) if k != first)]:
            options.nth(at - 1).click()
            why = box.locator(".quiz-why").nth(at - 1)
            assert why.is_visible() and len(why.inner_text()) > 20
            assert ("✓ right" if at in right else "✗ not so") in options.nth(at - 1).inner_text()
            said = box.locator(".predict-result").text_content()
            assert said.startswith("Right. " if at in right else "Not so. ") and len(said) > 20
    summary = tab.locator(".predict-summary")
    assert f"{hits} of 5 answers right on this page; {hits} of 5 in the book." in summary.inner_text()
    tab.reload(wait_until="load")
    assert f"{hits} of 5 answers right on this page" in summary.inner_text()
    with tab.expect_navigation():
        tab.get_by_role("button", name="Erase my guesses").click()
    assert not [key for key in stored(tab) if key.startswith("w2v-quiz-")]


def test_a_quiz_without_scripts_has_its_reasons_behind_a_line(visit):
    tab = visit(QUIZZES[0], java_script_enabled=False)
    why = tab.locator(".quiz-why").first
    assert why.locator("summary").is_visible() and not why.locator("p").first.is_visible()
    why.locator("summary").click()
    assert why.locator("p").first.is_visible()


# Both.


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
@pytest.mark.parametrize("page", [CHAPTER, *QUIZZES[:1]])
def test_answered_pages_are_accessible_and_not_too_wide(theme, page, width, visit):
    """Before an answer they are looked at where all pages are."""
    tab = visit(page, reduced_motion="reduce")
    tab.set_viewport_size({"width": width, "height": 900})
    tab.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    for box in tab.locator(".predict-form").all():
        buttons = box.locator("xpath=..").locator(".predict-options button")
        if buttons.count():
            buttons.first.click()
    settle(tab, 300)
    found = [text for text in accessibility(tab, page) if re.search("predict|reading|fold|quiz|veil", text)]
    assert found + overflow(tab, width) == []


def test_scripts_are_small():
    import gzip

    size = sum(
        len(gzip.compress((HTML / "_static" / name).read_bytes()))
        for name in ("reading.js", "predictions.js")
    )
    assert size <= 10_000
