"""What every live figure is tried for in a browser: it says what the library says, and answers to every hand.

A figure's own test opens it and calls these:

    tab = opened(browser, explorer)
    agrees(tab, explorer, states)
    says_the_same(browser, explorer)
    answers(browser, explorer)
"""

from __future__ import annotations

import functools
import itertools
import random
from pathlib import Path

import numpy as np
from pages import CONTRAST, settle

PAGE = """<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8"><title>A figure</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font-family:sans-serif;margin:16px;background:#fff}}html[data-theme=dark] body{{background:#14181e;color:#ced6dd}}
html[data-theme=dark]{{--pst-color-text-base:#ced6dd;--pst-color-text-muted:#9ca4af}}</style></head>
<body><main><article><h1>A figure</h1>{figure}</article></main></body></html>"""
SAID = "root => root.w2v.text"
AGAIN = "(f => f.set(f.start))(document.querySelector('.w2v-live').w2v)"


def opened(browser, *explorers, width=1000, query="", touch=False, still=True, folder: Path | None = None):
    """Return a tab with figures on a page of their own, from a server of none: complaints of the console fail."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, has_touch=touch,
        reduced_motion="reduce" if still else "no-preference",
    )  # fmt: skip
    html = PAGE.format(figure="".join(map(_drawn, explorers)))
    context.route("http://figure.test/**", lambda route: route.fulfill(body=html, content_type="text/html"))
    tab = context.new_page()
    tab.complaints = []
    tab.on("console", lambda message: message.type == "error" and tab.complaints.append(message.text))
    tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
    tab.goto(f"http://figure.test/{query}")
    tab.evaluate("w2v.ready()")
    settle(tab, 100)
    return tab


@functools.cache
def _drawn(explorer) -> str:
    """What a page holds of a figure; drawn once, however many tabs show it."""
    return explorer._repr_mimebundle_()["text/html"]


def put(tab, state: dict, at: int = 0) -> None:
    tab.evaluate(
        "([at, state]) => document.querySelectorAll('.w2v-live')[at].w2v.set(state)", [at, plain(state)]
    )


def plain(state: dict) -> dict:
    return {name: value.item() if isinstance(value, np.generic) else value for name, value in state.items()}


def said(tab, at: int = 0) -> str:
    return tab.evaluate("at => document.querySelectorAll('.w2v-live')[at].w2v.text", at)


def numbers(tab, at: int = 0) -> dict:
    """What the script computed, as arrays."""
    return tab.evaluate("at => document.querySelectorAll('.w2v-live')[at].w2v.result.numbers", at)


def some_states(explorer, count: int = 40, seed: int = 0) -> list[dict]:
    """The first state, all corners (of few controls), and some states by chance."""
    chance, controls = random.Random(seed), explorer.sliders

    def choices(control):
        if hasattr(control, "positions"):
            return list(control.positions)
        if hasattr(control, "known"):
            return [chance.choice(control.known) for _ in range(3)]
        return [control.low, control.high]

    def any_value(control):
        if hasattr(control, "low"):
            steps = round((control.high - control.low) / control.step)
            return control._typed(min(control.low + chance.randint(0, steps) * control.step, control.high))
        return chance.choice(choices(control))

    names = [control.name for control in controls]
    corners = [dict(zip(names, values)) for values in itertools.product(*map(choices, controls))]
    chance.shuffle(corners)
    return [
        {control.name: control.start for control in controls},
        *corners[:16],
        *({control.name: any_value(control) for control in controls} for _ in range(count)),
    ]


def agrees(tab, explorer, states=None, at: int = 0) -> None:
    """The figure says, word by word, what the package says, in each state."""
    for state in some_states(explorer) if states is None else states:
        put(tab, state, at)
        assert said(tab, at) == explorer.describe(**state), state
    assert tab.complaints == []


def says_the_same(browser, explorer) -> None:
    """As ``agrees``, on a page of its own."""
    tab = opened(browser, explorer)
    agrees(tab, explorer)
    tab.context.close()


def answers(browser, explorer) -> None:
    """Keyboard, mouse and touch move it; the address keeps what was moved; names, contrast and size are right."""
    _looked_at(browser, explorer, 390).context.close()
    tab = _looked_at(browser, explorer, 1000)
    _by_keyboard(tab, explorer)
    _by_pointer(tab, mouse)
    _keeps_its_address(browser, tab, explorer)
    tab.context.close()
    tab = opened(browser, explorer, touch=True)
    _by_pointer(tab, finger)
    tab.context.close()


def _looked_at(browser, explorer, width: int):
    """A tab with the figure in its first state, after a look in the dark and one in the light."""
    tab = opened(browser, explorer, width=width)
    for theme in ("dark", "light"):
        tab.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        settle(tab, 100)
        _is_legible(tab)
        # What axe sees hardly differs in the other two.
        if (width, theme) in ((1000, "light"), (390, "dark")):
            _is_accessible(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.complaints == []
    return tab


def _by_keyboard(tab, explorer) -> None:
    for control in explorer.sliders:
        before = tab.evaluate("document.querySelector('.w2v-live').w2v.state")
        place = f'[data-control="{control.name}"] input'
        if hasattr(control, "positions"):
            tab.locator(f"{place}:checked").press("ArrowRight")
        elif hasattr(control, "known"):
            other = next(word for word in control.known if word not in before.values())
            tab.locator(place).fill(other)
        else:
            tab.locator(place).press("Home")
            tab.locator(place).press("End")
            spoken = tab.locator(place).get_attribute("aria-valuetext")
            tab.locator(place).press("Home")
            assert control.low == control.high or tab.locator(place).get_attribute("aria-valuetext") != spoken
            tab.locator(place).press("ArrowRight")
        after = tab.evaluate("document.querySelector('.w2v-live').w2v.state")
        assert after != before or getattr(control, "low", 0) == getattr(control, "high", 1), control.name
        state = {name: after[name] for name in after}
        assert said(tab) == explorer.describe(**_typed(explorer, state))
    settle(tab, 900)
    announced = tab.locator(".w2v-spoken[role=status]").text_content()
    assert announced and announced == said(tab), "the result is not announced"


def _typed(explorer, state: dict) -> dict:
    named = {control.name: control for control in explorer.sliders}
    return {name: named[name]._typed(v) if hasattr(named[name], "_typed") else v for name, v in state.items()}


def _by_pointer(tab, hand) -> None:
    """Every place of the picture that can be pointed at does something, by ``mouse`` or by ``finger``."""
    parts = tab.locator(".w2v-picture :is(.w2v-pad, .w2v-grab)")
    tab.evaluate(AGAIN)
    start = str(tab.evaluate("document.querySelector('.w2v-live').w2v.state"))
    for part in range(min(parts.count(), 4)):
        seen = set()
        for x, y in ((0.35, 0.4), (0.62, 0.55), (0.8, 0.3)):
            tab.evaluate(AGAIN)
            box = parts.nth(part).bounding_box()
            at = box["x"] + x * box["width"], box["y"] + y * box["height"]
            hand(tab, at, (at[0] + 60, at[1] + 4))
            seen.add(str(tab.evaluate("document.querySelector('.w2v-live').w2v.state")))
        assert seen != {start}, f"part {part} does not answer to the {hand.__name__}"
    assert tab.complaints == []


def mouse(tab, at, to) -> None:
    """Press, draw, release."""
    tab.mouse.move(*at)
    tab.mouse.down()
    tab.mouse.move(*to, steps=3)
    tab.mouse.up()


def finger(tab, at, to) -> None:
    """The same on a touch screen."""
    session = tab.context.new_cdp_session(tab)

    def touch(kind, *places):
        points = [{"x": x, "y": y} for x, y in places]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", at)
    for share in (0.3, 0.6, 1.0):
        touch("touchMove", tuple(a + share * (b - a) for a, b in zip(at, to)))
    touch("touchEnd")


def _keeps_its_address(browser, tab, explorer) -> None:
    state = some_states(explorer, 3, seed=5)[-1]
    put(tab, state)
    settle(tab, 900)
    query, text = tab.evaluate("location.search"), said(tab)
    again = opened(browser, explorer, query=query)
    assert said(again) == text
    again.locator(".w2v-again").click()
    settle(again, 900)
    assert again.evaluate("location.search") == ""
    again.context.close()


def ignores_nonsense_of_the_address(browser, explorer) -> None:
    """All figures read the address by one script; so this is asked of some figures only."""
    name, control = explorer.name, explorer.sliders[0].name
    for nonsense in (f"?{name}=time:zzz,d:,q", f"?{name}=%E0%A4", f"?{name}={control}:%25E0%25A4"):
        strange = opened(browser, explorer, query=nonsense)
        assert said(strange) == explorer.describe() and not strange.complaints
        strange.context.close()


LEGIBLE = """() => {
  CONTRAST
  const ground = getComputedStyle(document.body).backgroundColor;
  const wrong = [];
  for (const text of document.querySelectorAll(".w2v-live svg text, .w2v-live :is(label, legend, dt, dd, button, strong, .w2v-value)")) {
    if (!text.textContent.trim()) continue;
    const style = getComputedStyle(text), ratio = contrast(text.closest("svg") ? style.fill : style.color, ground);
    if (ratio < 4.5) wrong.push(`${text.textContent}: contrast ${ratio.toFixed(2)}`);
    if (parseFloat(style.fontSize) < 11) wrong.push(`${text.textContent}: ${style.fontSize}`);
    const box = text.getBoundingClientRect();
    if (box.right > innerWidth + 1 || box.left < -1) wrong.push(`${text.textContent}: out of the window`);
  }
  return wrong;
}""".replace("CONTRAST", CONTRAST)


def _is_legible(tab) -> None:
    wrong = tab.evaluate(LEGIBLE)
    assert not wrong, wrong


def _is_accessible(tab) -> None:
    from axe_playwright_python.sync_playwright import Axe

    violations = Axe().run(tab, None, {"preload": False}).response["violations"]
    assert not violations, [
        f"{found['id']}: {node['html'][:160]}" for found in violations for node in found["nodes"]
    ]
    for control in tab.query_selector_all(".w2v-live :is(input, select, button)"):
        named = tab.evaluate(
            "e => (e.labels?.[0]?.textContent ?? e.textContent ?? e.getAttribute('aria-label')).trim()",
            control,
        )
        assert named, "a control without a name"
