"""Day and night figures: of each figure of matplotlib's one for the light pages, and one for the dark.

The two stand side by side in the page, and its theme shows one of them, without
a script.  By day only what is written changes, where its contrast is below 4.5: it
gets darker.  At night colours of data keep their hue and their order from dark to
light; greys change ends, so that black text becomes light.  What is written reaches
a contrast of 4.5 again, lines and dots one of 3; only grids stay faint.  Pictures in
a figure (matrices, colour bars) and dots on them keep their colours; what is written
on them is black or white, if its own colour cannot be read.

Lightness, hue and chroma are those of OKLab, the contrast that of WCAG 2.
"""

from __future__ import annotations

import base64
import html
import io
import math
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.osutil import relative_uri

#: The ground of the dark pages, and the colour of black text there.
GROUND, INK, WHITE, BLACK = "#121212", "#e4e4e4", "#ffffff", "#000000"
TEXT, MARK = 4.5, 3.0  # the contrasts that are reached
#: From this lightness on a grey is a grid or a frame, which stays faint; above the second it is paper.
FAINT, PAPER = 0.87, 0.985
#: The lightness of the ends of the scale that figures use for numbered things.
DARKEST, LIGHTEST = 0.27, 0.86
GREY = 0.03  # chroma below which a colour is a grey
SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
MADE_BY_MATPLOTLIB = "figure_1"
KINDS = re.compile(r"(text|line2d|PathCollection)_\d")
COLOR = re.compile(r"#[0-9a-fA-F]{6}")

# 1. Colours.


def linear(color: str) -> tuple[float, ...]:
    """Return the linear red, green and blue of a colour ``#rrggbb``."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return tuple(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)


def luminance(color: str) -> float:
    red, green, blue = linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(color: str, other: str) -> float:
    """Return the contrast of two colours, between 1 and 21.

    Examples
    --------
    >>> round(contrast("#ffffff", "#000000"), 3), contrast("#123456", "#123456")
    (21.0, 1.0)
    """
    light, dark = sorted((luminance(color), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def oklch(color: str) -> tuple[float, float, float]:
    """Return lightness, chroma and hue.

    Examples
    --------
    >>> [round(part, 3) for part in oklch("#ff0000")]
    [0.628, 0.258, 0.51]
    """
    red, green, blue = linear(color)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        math.hypot(a, b),
        math.atan2(b, a),
    )


def from_oklch(lightness: float, chroma: float, hue: float) -> str:
    """Return the colour, with as much of its chroma as a screen can show at this lightness.

    Examples
    --------
    >>> from_oklch(*oklch("#009e73")), from_oklch(0.7, 0, 0)
    ('#009e73', '#9e9e9e')
    """
    shown = _rgb(lightness, chroma, hue)
    if not _fits(shown):
        low, high = 0.0, chroma
        for _ in range(24):
            chroma = (low + high) / 2
            low, high = (chroma, high) if _fits(_rgb(lightness, chroma, hue)) else (low, chroma)
        shown = _rgb(lightness, low, hue)
    return "#" + "".join(f"{round(255 * _companded(min(max(part, 0), 1))):02x}" for part in shown)


def _rgb(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _fits(parts: tuple[float, float, float]) -> bool:
    return all(-1e-4 <= part <= 1 + 1e-4 for part in parts)


def _companded(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


@lru_cache(maxsize=None)
def at_night(color: str, text: bool = False, ground: str = GROUND) -> str:
    """Return what a colour of the day becomes at night, on a ground.

    Examples
    --------
    >>> at_night("#000000"), at_night("#ffffff"), contrast(at_night("#777777", text=True), GROUND) >= TEXT
    ('#e4e4e4', '#121212', True)
    """
    lightness, chroma, hue = oklch(color)
    dark, light = oklch(GROUND)[0], oklch(INK)[0]
    if chroma < GREY:
        if lightness > PAPER and not text:
            return GROUND
        turned = dark + (1 - lightness) * (light - dark)
        if lightness > FAINT and not text:
            return from_oklch(max(turned, dark + 0.09), 0, 0)
        return enough(turned, 0, 0, TEXT if text else MARK, ground)
    # Data: the scale from dark to light, moved up to where its darkest can be read; its lightest stays.
    lowest = oklch(enough(0, 0, 0, TEXT, GROUND))[0]
    above = (lightness - DARKEST) / (LIGHTEST - DARKEST)
    return enough(lowest + (LIGHTEST - lowest) * max(above, 0), chroma, hue, TEXT, ground)


def enough(lightness: float, chroma: float, hue: float, wanted: float, ground: str) -> str:
    """Return a colour made lighter, on a light ground darker, until its contrast is enough."""
    step = 0.004 if luminance(ground) < 0.18 else -0.004
    while contrast(color := from_oklch(lightness, chroma, hue), ground) < wanted and 0 <= lightness <= 1:
        lightness += step
    return color


# 2. A figure.


@dataclass
class Picture:
    """Where a picture lies in a figure, and its data."""

    left: float
    top: float
    width: float
    height: float
    address: str

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.left + self.width and self.top <= y <= self.top + self.height

    def color(self, x: float, y: float) -> str:
        """Return the colour at a place; the rows of the data run upwards."""
        from PIL import Image

        with Image.open(io.BytesIO(base64.b64decode(self.address.partition(",")[2]))) as data:
            across, up = (x - self.left) / self.width, 1 - (y - self.top) / self.height
            spot = round(across * (data.width - 1)), round(up * (data.height - 1))
            return "#" + bytes(data.convert("RGB").getpixel(spot)).hex()


def pictures(root: ElementTree.Element) -> list[Picture]:
    """Return the pictures of a figure; matplotlib writes them upside down, at minus their top."""
    found = []
    for image in root.iter(f"{{{SVG}}}image"):
        x, y, width, height = (float(image.get(name)) for name in ("x", "y", "width", "height"))
        flipped = image.get("transform", "").startswith("scale(1 -1)")
        address = image.get(f"{{{XLINK}}}href", "")
        found.append(Picture(x, -y if flipped else y, width, height, address))
    return found


def place(group: ElementTree.Element) -> tuple[float, float] | None:
    """Return where a text, or a group of dots, begins."""
    for element in group.iter():
        if element.tag == f"{{{SVG}}}use" and element.get("x"):
            return float(element.get("x")), float(element.get("y"))
        moved = re.match(r"translate\((\S+) (\S+)\)", element.get("transform", ""))
        if moved:
            return float(moved[1]), float(moved[2])
    return None


def declarations(style: str) -> list[tuple[str, str]]:
    """Split a style into names and values."""
    pairs = [part.partition(":") for part in style.split(";") if part.strip()]
    return [(name.strip(), value.strip()) for name, _, value in pairs]


def parts(root: ElementTree.Element) -> Iterator[tuple[str, ElementTree.Element, str]]:
    """Return all elements with their kind, and the colour of the picture behind a text, or "".

    The kind is "text", "mark", or "kept" for marks that lie on a picture.
    """
    lying = pictures(root)

    def walk(
        element: ElementTree.Element, kind: str, behind: str
    ) -> Iterator[tuple[str, ElementTree.Element, str]]:
        if element.tag == f"{{{SVG}}}g" and KINDS.match(element.get("id", "")):
            kind = "text" if element.get("id").startswith("text") else "mark"
            at = place(element)
            below = [picture for picture in lying if at and picture.holds(*at)]
            if below and kind == "mark":
                kind = "kept"
            behind = below[-1].color(at[0] + 2, at[1] - 2) if below and kind == "text" else ""
        yield kind, element, behind
        for child in element:
            yield from walk(child, kind, behind)

    return walk(root, "mark", "")


def by_day(color: str, kind: str, behind: str) -> str:
    """Return what a colour is by day: itself, or dark enough to be read."""
    if kind == "text" and not behind:
        return enough(*oklch(color), TEXT, WHITE) if contrast(color, WHITE) < TEXT else color
    return on_picture(color, behind) if kind == "text" else color


def by_night(color: str, kind: str, behind: str) -> str:
    """Return what a colour is at night."""
    if kind == "text" and behind:
        return on_picture(color, behind)
    return color if kind == "kept" else at_night(color, kind == "text")


def on_picture(color: str, behind: str) -> str:
    if contrast(color, behind) >= TEXT:
        return color
    return max(BLACK, WHITE, key=lambda ink: contrast(ink, behind))


def day(svg: str) -> str:
    """Return a figure whose text can be read on white."""
    return painted(svg, by_day)


def night(svg: str) -> str:
    """Return a figure in the colours of the night."""
    return painted(svg, by_night)


def painted(svg: str, paint: Callable[[str, str, str], str]) -> str:
    """Return a figure in other colours."""
    for prefix, name in (("", SVG), ("xlink", XLINK)):
        ElementTree.register_namespace(prefix, name)
    root = ElementTree.fromstring(svg)
    for metadata in root.findall(f"{{{SVG}}}metadata"):
        root.remove(metadata)
    for kind, element, behind in list(parts(root)):
        style = declarations(element.get("style", ""))
        recoloured = [
            (name, paint(value.lower(), kind, behind))
            if name in ("fill", "stroke") and COLOR.fullmatch(value)
            else (name, value)
            for name, value in style
        ]
        if style:
            element.set("style", "; ".join(f"{name}: {value}" for name, value in recoloured))
        if element.get("id", "").startswith("text"):
            element.set("fill", paint(BLACK, kind, behind))  # matplotlib leaves black unsaid
    return ElementTree.tostring(root, encoding="unicode")


def size(svg: str) -> tuple[float, float]:
    """Return width and height in the pixels of a page."""
    root = ElementTree.fromstring(svg)
    return tuple(float(root.get(name).removesuffix("pt")) * 4 / 3 for name in ("width", "height"))


# 3. In the pages.


def pair(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Set a second picture beside each figure that matplotlib drew; the style shows one of them."""
    if app.builder.format != "html":
        return
    folder = relative_uri(app.builder.get_target_uri(docname), app.builder.imagedir)
    for image in list(doctree.findall(nodes.image)):
        uri = image["uri"]
        source = Path(app.srcdir) / uri
        if not uri.endswith(".svg") or uri not in app.env.images or "no-invert" in image["classes"]:
            continue
        svg = source.read_text(encoding="utf-8")
        if f'id="{MADE_BY_MATPLOTLIB}"' not in svg:
            continue
        stem = Path(app.env.images[uri][1]).stem
        target = Path(app.outdir) / app.builder.imagedir
        target.mkdir(parents=True, exist_ok=True)
        both = ""
        for paint, name, look in (
            (day, f"{stem}-day.svg", "w2v-day"),
            (night, f"{stem}-night.svg", "w2v-night dark-light"),
        ):
            (target / name).write_text(paint(svg), encoding="utf-8")
            both += html_image(image, f"{folder}/{name}", look, size(svg))
        image.replace_self(nodes.raw("", both, format="html"))


def html_image(image: nodes.image, address: str, look: str, size: tuple[float, float]) -> str:
    """Return the element, with room kept for it before it is there."""
    classes, alt = " ".join([*image["classes"], look]), html.escape(image.get("alt", ""))
    width, height = size
    return (
        f'<img alt="{alt}" class="{classes}" src="{address}" width="{width:.0f}" height="{height:.0f}" '
        f'style="aspect-ratio: {width:.3f} / {height:.3f}" loading="lazy" />'
    )


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-resolved", pair)
    app.add_css_file("night.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
