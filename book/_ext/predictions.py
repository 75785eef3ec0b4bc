r"""Predictions that listen, and quizzes.

A box that asks is an admonition of the class ``predict``; so it reads well in
JupyterLab, too.  What only the page needs is said in comments at its end::

    ```{admonition} Predict before you run
    :class: tip predict

    Which share of the squared length is explained by frequencies alone?

    - a half
    - three quarters
    - nearly all

    % kind: choice
    % answer: 3
    % hint: Squared length is dominated by large cells.
    ```

The kinds, and what belongs to them:

``choice``
    The options are the list in the box.  ``answer`` is the number of the right one, or a
    list of numbers, as ``1, 3``.  Or ``from`` is the key of a glued number, and the option nearest to it is right.
``number``
    ``from``, a key as in the role ``glue:text``, with a format if wanted: ``my-key:.1f``; or
    ``answer``.  ``within`` says what counts as a hit: ``factor 1.5`` or ``difference 5``.  ``unit``.
``words``
    What is written is kept and shown beside the result; nothing is marked.
``curve``
    ``x: 0 3 time`` and ``y: 0 1 strength`` are the axes; ``x: 4 1024 dimensions log`` is a logarithmic
    one.  ``points`` are those of the true curve, numbers or glued ones: ``0 0.1, 1 my-key``; or ``from`` is
    the key of a glued list of pairs.  ``within`` is the mean distance that counts as a hit, 0.15 of the height
    unless said.

``hint`` is shown with a wrong guess.  What follows and answers is veiled on the page until a guess is made
or "show me" is pressed: cells tagged ``hide-output`` and boxes named *What happens*.  Without scripts, and in
print, nothing is veiled.

A quiz question is an admonition of the class ``quiz`` with a list of options, each with a list inside it that
says why it is right or wrong.  ``% answer: 2`` is all that it needs.
"""

from __future__ import annotations

import ast
import json
import math
import re
import zlib
from dataclasses import dataclass
from html import escape

from docutils import nodes
from myst_nb.ext.glue.crossref import read_glue_cache
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform

KINDS = {
    "choice": {"answer", "from", "unit"},
    "number": {"answer", "from", "within", "unit"},
    "words": set(),
    "curve": {"x", "y", "points", "from", "within"},
    "quiz": {"answer"},
}
ANSWER = "What happens"

VEIL = """<p class="predict-veil veil-{n}"><span>Your guess first</span>, or
<button type="button" data-show="{n}">show me</button> <a href="#predict-{n}">to the question</a></p>"""
SUMMARY = """<div class="predict-summary" data-what="{what}"><p role="status"></p>
<button type="button" hidden>Erase my guesses</button></div>"""
NOSCRIPT = '<p class="predict-paper">Write your guess down before you read on.</p>'


@dataclass(frozen=True)
class Axis:
    """One axis of a curve: its ends, its name, and whether it is logarithmic."""

    low: float
    high: float
    name: str
    log: bool = False


# What a box says about itself.


def settings(text: str) -> dict:
    """Read the comments of a box.

    Raises
    ------
    ValueError
        If they say something unknown, or not enough.
    """
    said: dict = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        key, colon, value = line.partition(":")
        if not colon or not value.strip() or key in said:
            raise ValueError(f"a question is described by lines such as 'kind: choice', not by {line!r}")
        said[key] = value.strip()
    kind = said.get("kind")
    if kind not in KINDS:
        raise ValueError(f"the kind of a question is one of {', '.join(KINDS)}, not {kind!r}")
    unknown = set(said) - KINDS[kind] - {"kind", "hint"}
    if unknown:
        raise ValueError(f"a question of the kind {kind} has no {', '.join(sorted(unknown))}")
    if kind in ("choice", "number") and ("answer" in said) == ("from" in said):
        raise ValueError("the answer is given either by 'answer' or by 'from'")
    if kind == "number" and "within" not in said:
        raise ValueError("a number needs 'within', such as 'factor 1.5' or 'difference 5'")
    if kind == "curve" and not {"x", "y"} <= set(said):
        raise ValueError("a curve needs its axes, 'x' and 'y'")
    if kind == "curve" and ("points" in said) == ("from" in said):
        raise ValueError("a curve is given either by 'points' or by 'from'")
    return said


def axis(text: str) -> Axis:
    """Read an axis: ``0 3 time``, or ``4 1024 dimensions log``."""
    low, high, *name = text.split()
    log = len(name) > 1 and name[-1] == "log"
    made = Axis(float(low), float(high), " ".join(name[:-1] if log else name), log)
    if not made.low < made.high or (log and made.low <= 0) or not made.name:
        raise ValueError(f"an axis is its low end, its high end and its name, not {text!r}")
    return made


def tolerance(text: str) -> dict[str, float]:
    """Read what counts as a hit: ``factor 1.5`` or ``difference 5``."""
    found = re.fullmatch(r"(factor|difference) (\d+(?:\.\d+)?)", text)
    if not found or (found[1] == "factor" and float(found[2]) <= 1):
        raise ValueError(f"what counts as a hit is 'factor 1.5' or 'difference 5', not {text!r}")
    return {found[1]: float(found[2])}


def numbers_in(text: str) -> list[float]:
    """Return the numbers in a text, as people write them: 4,516 and −2."""
    plain = text.replace("−", "-").replace("\N{NO-BREAK SPACE}", " ")
    return [
        float(number.replace(",", ""))
        for number in re.findall(r"(?<![\w.])-?\d+(?:,\d{3})*(?:\.\d+)?(?:e-?\d+)?", plain)
    ]


def nearest_option(options: list[str], value: float) -> int:
    """Return the number of the option that is nearest to a value, by ratio where all are positive.

    Raises
    ------
    ValueError
        If an option holds no number, or two are equally near.
    """
    firsts = [numbers_in(option)[:1] for option in options]
    if not all(firsts):
        raise ValueError("with 'from', each option begins with a number")
    found = [first[0] for first in firsts]
    by_ratio = value > 0 and min(found) > 0
    far = [abs(math.log(x / value)) if by_ratio else abs(x - value) for x in found]
    if sorted(far)[0] == sorted(far)[1]:
        raise ValueError(f"two options are equally near to {value}")
    return far.index(min(far)) + 1


# What has been computed.


def glued(key: str, glue: dict) -> tuple[object, str]:
    """Return a glued value and the text that the page shows for it.

    Parameters
    ----------
    key
        As in the role ``glue:text``: a key, with a format after a colon if wanted.
    glue
        What the page has glued.
    """
    name, _, form = key.partition(":")
    if name not in glue:
        raise ValueError(f"nothing is glued as {name!r}")
    text = glue[name]["data"]["text/plain"]
    try:
        value = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        value = text
    return value, format(value, form) if form else str(value)


def number_of(key: str, glue: dict) -> tuple[float, str]:
    """Return a glued number, also one that is glued as a text such as "59 %", and its text.

    A range such as "3 to 5" counts as its middle.
    """
    value, text = glued(key, glue)
    found = [float(value)] if isinstance(value, int | float) else numbers_in(str(value))
    if not found:
        raise ValueError(f"{key!r} is no number: {text}")
    return sum(found[:2]) / len(found[:2]) if " to " in text else found[0], text


def asked(said: dict, options: list[str], glue: dict) -> dict:
    """Return what the page's script needs to know about a question."""
    kind = said["kind"]
    made: dict = {"kind": kind}
    if "hint" in said:
        made["hint"] = said["hint"]
    if kind in ("choice", "quiz"):
        if len(options) < 2:
            raise ValueError("a choice needs a list of options")
        if "from" in said:
            value, text = number_of(said["from"], glue)
            made["text"] = with_unit(text, said)
            right = [nearest_option(options, value)]
        else:
            right = [int(n) for n in said["answer"].split(",")]
        if not all(1 <= n <= len(options) for n in right):
            raise ValueError(f"there is no option {right}")
        made["right"] = right
    elif kind == "number":
        value, text = number_of(said["from"], glue) if "from" in said else (said["answer"], said["answer"])
        made |= {"value": float(value), "text": with_unit(text, said), "unit": said.get("unit", "")}
        made["within"] = tolerance(said["within"])
    elif kind == "curve":
        made |= {"x": vars(axis(said["x"])), "y": vars(axis(said["y"])), "points": points(said, glue)}
        made["within"] = float(said.get("within", 0.15))
    return made


def with_unit(text: str, said: dict) -> str:
    """Return the text of a number with its unit, which it may have already."""
    unit = said.get("unit", "")
    return text if unit and text.endswith(unit) else f"{text} {unit}".strip()


def points(said: dict, glue: dict) -> list[list[float]]:
    """Return the points of the true curve."""
    if "from" in said:
        return [[float(x), float(y)] for x, y in glued(said["from"], glue)[0]]

    def number(word: str) -> float:
        try:
            return float(word)
        except ValueError:
            return number_of(word, glue)[0]

    pairs = [pair.split() for pair in said["points"].split(",")]
    found = [[number(x), number(y)] for x, y in pairs]
    if len(found) < 2 or any(a[0] >= b[0] for a, b in zip(found, found[1:])):
        raise ValueError("a curve has at least two points, from left to right")
    return found


# The pages.


def form(n: int, made: dict) -> str:
    """Return the HTML with which a question is answered; it is shown only where scripts run."""
    buttons = {
        "choice": "",
        "quiz": "",
        "number": f'<label for="guess-{n}">Your guess</label> <input id="guess-{n}" type="text" inputmode="decimal" '
        f'autocomplete="off" size="8"> <span>{escape(made.get("unit", ""))}</span> '
        '<button type="submit">That is my guess</button>',
        "words": f'<label for="guess-{n}">Your guess</label> <textarea id="guess-{n}" rows="2"></textarea> '
        '<button type="submit">That is my guess</button>',
        "curve": '<div class="predict-curve"></div><button type="submit">That is my curve</button>',
    }[made["kind"]]
    show = "" if made["kind"] == "quiz" else f'<button type="button" data-show="{n}">Show me</button>'
    data = escape(json.dumps(made, ensure_ascii=False, sort_keys=True))
    return (
        f'<form class="predict-form" data-n="{n}" data-question="{data}">{buttons} {show}</form>'
        f'<div class="predict-result" tabindex="-1" role="status"></div>'
    )


class Listen(SphinxPostTransform):
    """Give the boxes that ask their forms, and veil what answers."""

    default_priority = 220  # after MyST-NB has folded outputs
    formats = ("html",)

    def run(self, **kwargs) -> None:
        boxes = [box for box in self.document.findall(nodes.admonition) if _kind_of_box(box)]
        listening = [box for box in boxes if any(True for _ in box.findall(nodes.comment))]
        if not listening:
            return
        glue = read_glue_cache(self.env.mystnb_config.output_folder, self.env.docname)
        self.env.metadata[self.env.docname]["questions"] = len(listening)
        for n, box in enumerate(listening, start=1):
            try:
                self.equip(n, box, glue)
            except ValueError as error:
                where = f"{self.env.docname}, question {n} ({box.astext()[:60]!r})"
                raise ExtensionError(f"{where}: {error}") from error
        _veil(self.document, listening)
        what = "quiz" if "quiz" in listening[0]["classes"] else "predict"
        next(self.document.findall(nodes.section)).append(
            nodes.raw("", SUMMARY.format(what=what), format="html")
        )

    def equip(self, n: int, box: nodes.admonition, glue: dict) -> None:
        comments = list(box.findall(nodes.comment))
        text = "\n".join(comment.astext() for comment in comments)
        if "quiz" in box["classes"]:
            text = f"kind: quiz\n{text}"
        said = settings(text)
        for comment in comments:
            comment.parent.remove(comment)
        question = box.astext()
        options: list[str] = []
        if said["kind"] in ("choice", "quiz"):
            listed = [child for child in box.children if isinstance(child, nodes.bullet_list)]
            if not listed:
                raise ValueError("a choice needs a list of options")
            listed[-1]["classes"].append("predict-options")
            options = [_equip_option(item, said["kind"]) for item in listed[-1].children]
        made = asked(said, options, glue)
        made["id"] = zlib.crc32(question.encode())
        box["ids"].append(f"predict-{n}")
        html = form(n, made)
        if said["kind"] in ("number", "words", "curve"):
            html = NOSCRIPT + html
        box += nodes.raw("", html, format="html")


def _kind_of_box(box: nodes.admonition) -> bool:
    return bool({"predict", "quiz"} & set(box["classes"]))


def _equip_option(item: nodes.list_item, kind: str) -> str:
    """Return an option's text; the reasons of a quiz stand behind a line that opens."""
    inner = [child for child in item.children if isinstance(child, nodes.bullet_list)]
    if kind == "quiz":
        if not inner:
            raise ValueError("each option of a quiz says in a list of its own why it is right or wrong")
        at = item.index(inner[0])
        reasons = [child for entry in inner[0].children for child in entry.children]
        item.remove(inner[0])
        opening = '<details class="quiz-why"><summary>Why, or why not</summary>'
        item.insert(at, nodes.raw("", opening, format="html"))
        item += [*reasons, nodes.raw("", "</details>", format="html")]
        return item[0].astext()
    return item.astext()


def _veil(document: nodes.document, listening: list[nodes.admonition]) -> None:
    """Veil what answers each question, up to the next question or the end of the part that holds an answer."""
    at = answered = 0
    todo: list[tuple[nodes.Element, int]] = []
    for node in document.findall(lambda node: isinstance(node, nodes.Element)):
        if node in listening:
            at, answered = (0 if "quiz" in node["classes"] else listening.index(node) + 1), 0
        elif isinstance(node, nodes.section) and answered:
            at = 0
        elif at and _answers(node):
            answered = answered or isinstance(node, nodes.admonition)
            todo.append((node, at))
    for node, n in todo:
        node["classes"] += ["veiled", f"veiled-{n}"]
        place = node.parent.index(node)
        node.parent.insert(place, nodes.raw("", VEIL.format(n=n), format="html"))


def _answers(node: nodes.Element) -> bool:
    if isinstance(node, HideCodeCellNode):
        return "below-input" in node["classes"]
    return isinstance(node, nodes.admonition) and "dropdown" in node["classes"] and _title(node) == ANSWER


def _title(box: nodes.admonition) -> str:
    title = box.next_node(nodes.title)
    return title.astext() if title is not None else ""


def add_assets(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Give pages that ask their script."""
    if app.env.metadata.get(page, {}).get("questions"):
        app.add_js_file("predictions.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, bool]:
    app.setup_extension("reading_mode")  # its script runs before anything is painted
    app.add_post_transform(Listen)
    app.connect("html-page-context", add_assets)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
