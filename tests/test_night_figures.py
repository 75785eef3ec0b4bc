"""Figures by day and by night: what can be read, what keeps its order, and that two runs give the same."""

from __future__ import annotations

import base64
import doctest
import io
import re
import xml.etree.ElementTree as ElementTree

import night_figures
import pytest
from pages import HTML, page_file, soup, toc_pages

IMAGES = HTML / "_images"
WHITE, SVG, XLINK = (255, 255, 255), "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
#: Greys as light as these are grids, frames and paper by day.
FAINT = 0xD8
VIRIDIS = ["#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#60ca60", "#b0dd2f"]


def nights() -> list:
    return sorted(IMAGES.glob("*-night.svg"))


def rgb(color: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(color.removeprefix("#")))


def ratio(color, ground) -> float:
    """Contrast by the definition of WCAG 2."""

    def luminance(parts):
        shares = [part / 255 for part in parts]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(color), luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def color_of(style: str, name: str) -> str | None:
    found = re.search(rf"(?:^|[;\s]){name}: (#[0-9a-f]{{6}})", style)
    return found and found[1]


def behind(root, x: float, y: float):
    """The colour of the picture at a place of a figure, None where there is none."""
    from PIL import Image

    for image in root.iter(f"{SVG}image"):
        left, low, width, height = (float(image.get(name)) for name in ("x", "y", "width", "height"))
        if left <= x <= left + width and -low <= y <= height - low:
            data = base64.b64decode(image.get(f"{XLINK}href").split(",")[1])
            picture = Image.open(io.BytesIO(data)).convert("RGB")
            across, down = (x - left) / width, (y + low) / height
            place = int(across * (picture.width - 1)), int((1 - down) * (picture.height - 1))
            return picture.getpixel(place)
    return None


def texts(root):
    """Each text of a figure: what it says, its colour, and the colour of a picture behind it."""
    said = {}
    for group in root.iter(f"{SVG}g"):
        if not group.get("id", "").startswith("text_"):
            continue
        colors = [color_of(e.get("style", ""), "fill") or e.get("fill") for e in group.iter(f"{SVG}g")]
        inner = [color for color in colors if color]
        moved = next(
            re.match(r"translate\((\S+) (\S+)\)", e.get("transform"))
            for e in group.iter()
            if e.get("transform")
        )
        said[group.get("id")] = (
            rgb(inner[-1] if inner else "#000000"),
            behind(root, float(moved[1]) + 2, float(moved[2]) - 2),
        )
    return said


def unreadable(path, ground) -> list[str]:
    root = ElementTree.parse(path).getroot()
    return [
        f"{path.name}: {name}: #{bytes(color).hex()}, {ratio(color, under or ground):.2f}"
        for name, (color, under) in texts(root).items()
        if ratio(color, under or ground) < 4.5
    ]


# Colours.


def test_examples():
    done = doctest.testmod(night_figures)
    assert done.attempted and not done.failed


def test_black_white_and_data():
    assert night_figures.at_night("#ffffff") == night_figures.GROUND
    assert ratio(rgb(night_figures.at_night("#000000", True)), rgb(night_figures.GROUND)) > 12
    seen = [night_figures.at_night(color) for color in VIRIDIS]
    light = [night_figures.oklch(color)[0] for color in seen]
    assert light == sorted(light) and len(set(seen)) == len(seen), "dark to light stays dark to light"
    for day, dark in zip([*VIRIDIS, "#0072b2", "#e69f00", "#cc79a7", "#009e73", "#d55e00"], seen):
        turn = abs(night_figures.oklch(day)[2] - night_figures.oklch(dark)[2])
        assert turn < 0.05, f"{day} and {dark} differ in hue"


@pytest.mark.parametrize("red", range(0, 256, 51))
@pytest.mark.parametrize("green", range(0, 256, 51))
@pytest.mark.parametrize("blue", range(0, 256, 51))
def test_any_colour_can_be_read(red, green, blue):
    color = f"#{red:02x}{green:02x}{blue:02x}"
    ground = rgb(night_figures.GROUND)
    assert ratio(rgb(night_figures.at_night(color, True)), ground) >= 4.5
    if min(red, green, blue) < FAINT:
        assert ratio(rgb(night_figures.at_night(color)), ground) >= 3


def test_what_lies_on_a_picture_is_read_there():
    from PIL import Image

    data = io.BytesIO()
    Image.new("RGB", (4, 4), "#200000").save(data, "PNG")
    picture = "data:image/png;base64," + base64.b64encode(data.getvalue()).decode()
    svg = f"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="72pt" height="36pt">
    <g id="figure_1"><image x="10" y="-20" width="10" height="10" transform="scale(1 -1) translate(0 -10)"
    xlink:href="{picture}"/>
    <g id="text_1"><g style="fill: #ffffff" transform="translate(12 25) scale(0.1 -0.1)"/></g>
    <g id="text_4"><g transform="translate(12 25)"/></g>
    <g id="line2d_1"><path style="fill: #440154"/><use x="12" y="25" style="fill: #440154"/></g>
    <g id="text_2"><g style="fill: #ffffff" transform="translate(50 25) scale(0.1 -0.1)"/></g>
    <g id="text_3"><g transform="translate(50 25)"/></g></g></svg>"""
    root = ElementTree.fromstring(night_figures.night(svg))
    colors = {
        g.get("id"): g[0].get("style") or g.get("fill")
        for g in root.iter(f"{SVG}g")
        if g.get("id", "")[:4] == "text"
    }
    assert colors["text_1"] == "fill: #ffffff"
    assert ratio(rgb(colors["text_2"].removeprefix("fill: ")), rgb(night_figures.GROUND)) >= 4.5
    assert colors["text_3"] == night_figures.INK
    assert colors["text_4"] == "#ffffff", "black on nearly black"
    assert "#440154" in night_figures.night(svg), "dots on a picture keep their colours"
    assert night_figures.size(svg) == (96, 48)
    assert night_figures.night(svg) == night_figures.night(svg)


# What is built.


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("page", toc_pages())
def test_every_figure_has_its_night(page):
    article = soup(page_file(page)).article
    drawn = [
        image
        for image in article.select("img[src$='.svg']")
        if "figure_1" in (HTML / "book" / image["src"]).read_text("utf-8")
    ]
    days = article.select("img.w2v-day")
    assert len(drawn) == 2 * len(days)
    for day in days:
        dark = day.find_next_sibling("img")
        assert dark["class"][-2:] == ["w2v-night", "dark-light"]
        assert dark["src"] == day["src"].replace("-day.svg", "-night.svg")
        for name in ("alt", "width", "height", "loading"):
            assert dark[name] == day[name]
        assert day["loading"] == "lazy" and day["alt"]


@pytest.mark.usefixtures("built")
def test_what_is_written_at_night_can_be_read():
    assert len(nights()) > 50
    ground = rgb(night_figures.GROUND)
    found = [text for path in nights() for text in unreadable(path, ground)]
    assert not found, "\n".join(found)


@pytest.mark.usefixtures("built")
def test_lines_and_dots_can_be_seen_at_night():
    ground, found = rgb(night_figures.GROUND), []
    for path in nights():
        for kind, element, _ in night_figures.parts(ElementTree.parse(path).getroot()):
            if kind != "mark":
                continue
            for name in ("fill", "stroke"):
                color = color_of(element.get("style", ""), name)
                if color and ratio(rgb(color), ground) < 3:
                    found.append((path.name, color))
    greys = {color for _, color in found}
    assert all(len(set(rgb(color))) == 1 for color in greys), "only greys may be faint"
    assert greys <= {
        night_figures.GROUND,
        night_figures.at_night("#dddddd"),
        night_figures.at_night("#eeeeee"),
    }, greys


@pytest.mark.usefixtures("built")
def test_what_is_written_by_day_can_be_read():
    days = [path.with_name(path.name.replace("-night", "-day")) for path in nights()]
    found = [text for path in days for text in unreadable(path, WHITE)]
    assert not found, "\n".join(found)
