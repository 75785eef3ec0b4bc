"""The concept atlas as HTML: a search, a picture of times, a table of analogies, a card for each direction.

Everything can be read without JavaScript, except the answers of the search.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from .._plain import json_in_html, nice_ticks, percent, three_digits, visible

HERE = Path(__file__).resolve().parent


def parts(atlas: Mapping, examples: Sequence[str] = ()) -> dict[str, str]:
    """Return the four parts of the atlas as HTML, by name: search, times, analogies, directions.

    Examples are words to try, several in one text to compare them; without any,
    three are taken from the ends of the first directions.
    """
    return {
        "search": search(atlas, examples),
        "times": times(atlas),
        "analogies": analogies(atlas),
        "directions": directions(atlas),
    }


def whole_page(atlas: Mapping, title: str, examples: Sequence[str] = ()) -> str:
    """Return a page that stands on its own: one file, which asks nobody for anything."""
    corpus, made = atlas["corpus"], parts(atlas, examples)
    count = len(atlas["directions"])
    about = f"vocabulary of {corpus['words']:,} words, window of {corpus['window']}"
    if corpus["tokens"]:
        about = f"{corpus['tokens']:,} words of text in {corpus['documents']:,} documents; {about}"
    source = f" Source: <bdi>{escape(corpus['source'])}</bdi>." if corpus["source"] else ""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Concept atlas: {escape(title)}</title>
<link rel="icon" href="data:,">
<style>
{(HERE / "atlas.css").read_text(encoding="utf-8")}</style>
</head>
<body class="atlas-page">
<main>
<h1>Concept atlas: <bdi>{escape(title)}</bdi></h1>
<p>What the least-squares model of word2vec learns from this text, and when: the {count} leading directions of
M*, a matrix that can be computed from counts alone. Nothing here was trained. Made from {about}.{source}</p>
<h2>Which concepts carry a word?</h2>
{made["search"]}
<h2>When each direction is learned</h2>
{made["times"]}
<h2>What the directions are good for</h2>
{made["analogies"]}
<h2>The directions</h2>
{made["directions"]}
</main>
<script>
{(HERE / "atlas.js").read_text(encoding="utf-8")}</script>
</body>
</html>
"""


def search(atlas: Mapping, examples: Sequence[str] = ()) -> str:
    """The form, the place for its answers, and the data that it searches."""
    examples = [*examples] or [visible(entry["positive"][0]) for entry in atlas["directions"][:3]]
    offers = " ".join(f'<button type="button">{escape(words)}</button>' for words in examples)
    data = json_in_html(atlas, separators=(",", ":"))
    return f"""<div class="atlas atlas-search" data-example="{escape(examples[0])}">
<form role="search" aria-label="Words of the atlas" hidden>
<label for="atlas-word">A word, or several to compare; or the number of a direction</label>
<span class="atlas-line"><input id="atlas-word" type="search" name="word" autocomplete="off" autocapitalize="off"
 spellcheck="false"><button type="submit">Show</button></span>
</form>
<p class="atlas-try" hidden>Try {offers}</p>
<p class="atlas-status" role="status"></p>
<div class="atlas-answer"></div>
<noscript><p>The search needs JavaScript. Everything else on this page does not: your browser's own search finds a
word at the ends of the directions below.</p></noscript>
<script type="application/json" class="atlas-data">{data}</script>
</div>"""


def times(atlas: Mapping) -> str:
    """The half-rise times of all directions, and how strong each is."""
    entries = atlas["directions"]
    last, first = entries[-1]["time"]["high"], max(entry["value"] for entry in entries)
    stems, names = [], []
    shown = {1, 2, 5, 10, 20, 50, 100} | {len(entries)}
    shown |= {entry["k"] for entry, then in zip(entries, entries[1:]) if entry["value"] > 2 * then["value"]}
    for entry in entries:
        x, low, high = (100 * entry["time"][name] / last for name in ("mean", "low", "high"))
        y = 100 - 96 * entry["value"] / first
        stems.append(
            f'<path class="atlas-bar" d="M{low:.2f} {y:.1f}H{high:.2f}"/>'
            f'<path d="M{x:.2f} 100V{y:.1f}" data-k="{entry["k"]}"/>'
        )
        near = names and x - names[-1][0] < 2.5
        if entry["k"] in shown and not near:
            names.append((x, f'<span style="left:{x:.2f}%;bottom:{100 - y:.1f}%">{entry["k"]}</span>'))
    ticks = "".join(f'<span style="left:{100 * t / last:.2f}%">{t:g}</span>' for t in nice_ticks(last))
    settings = atlas["settings"]
    one, end = entries[0], entries[-1]
    return f"""<figure class="atlas atlas-times">
<div class="atlas-plot" aria-hidden="true">
<svg viewBox="0 0 100 100" preserveAspectRatio="none">{"".join(stems)}</svg>
{"".join(name for _, name in names)}
</div>
<div class="atlas-ticks" aria-hidden="true">{ticks}</div>
<p class="atlas-axis" aria-hidden="true">flow time <i>t</i></p>
<figcaption><p>Each line is a direction. It stands where its strength is forecast to reach half of its final value,
and is as high as that value, λ. The cross bar holds the time with probability
{100 * settings["coverage"]:.0f} %, for {settings["dimensions"]} dimensions and random vectors of scale
σ = {settings["scale"]:g}, not yet drawn. Direction 1 comes at <i>t</i> = {three_digits(one["time"]["mean"])}, direction
{end["k"]} at {three_digits(end["time"]["mean"])}. Gradient descent with step size η takes <i>t</i>/η steps.
<span class="atlas-hover"></span></p></figcaption>
</figure>"""


def analogies(atlas: Mapping) -> str:
    """For each family, how far the directions get with it, and which of them move it most."""
    families = atlas["analogies"]
    if not families:
        return '<p class="atlas">None of the analogy questions has all its words in this vocabulary.</p>'
    rows = []
    for name, family in families.items():
        moves = [
            (moved["after"] - moved["before"], entry["k"], moved["sure"])
            for entry in atlas["directions"]
            for moved in entry["families"]
            if moved["name"] == name
        ]
        best = sorted(moves, key=lambda move: -abs(move[0]))[:5]
        links = ", ".join(
            f'<a href="#direction-{k}">{k}</a> ({signed(change)}{sure_to(change) if sure else ""})'
            for change, k, sure in best
        )
        most = max(family["correct"])
        where = family["correct"].index(most) + 1
        rows.append(
            f'<tr><th scope="row">{escape(name)}</th><td>{family["covered"]:,}</td>'
            f"<td>{100 * family['correct'][-1] / family['covered']:.0f} %</td>"
            f"<td>{100 * most / family['covered']:.0f} %, at {where}</td><td>{links or 'none by itself'}</td></tr>"
        )
    count, tests = len(atlas["directions"]), atlas["tests"]
    return f"""<p class="atlas">Of {tests["comparisons"]:,} comparisons of a direction with a family,
{tests["below"]:,} have a p-value of 0.01 or less; by chance alone {three_digits(tests["chance"])} would at most. After
correction for their number, {sure_ones(tests)}.</p>
<div class="atlas atlas-table" tabindex="0" role="region" aria-label="Analogies by family">
<table><thead><tr><th scope="col">family</th><th scope="col">questions</th><th scope="col">with all {count}</th>
<th scope="col">at best</th><th scope="col">moved most by direction, perhaps</th></tr></thead>
<tbody>
{chr(10).join(rows)}
</tbody></table></div>"""


def sure_to(change: int) -> str:
    return f", sure to {'help' if change > 0 else 'harm'}"


def sure_ones(tests: Mapping) -> str:
    """How many comparisons remain after correction, and in which direction."""
    if not tests["sure"]:
        return "none can be called sure"
    return f"{tests['sure'] - tests['harm']} are sure to help and {tests['harm']} to harm"


def directions(atlas: Mapping) -> str:
    """A card for each direction."""
    last = atlas["directions"][-1]["time"]["high"]
    cards = "\n".join(card(entry, last) for entry in atlas["directions"])
    return f'<ol class="atlas atlas-cards">\n{cards}\n</ol>'


def card(entry: Mapping, last: float) -> str:
    time, k = entry["time"], entry["k"]
    low, mean, high = (100 * time[name] / last for name in ("low", "mean", "high"))
    facts = {
        "strength": f"λ = {three_digits(entry['value'])}",
        "share of M*": f"{part(entry['share'])}, with those before {part(entry['cumulative'])}",
        "half learned": f"<i>t</i> = {three_digits(time['mean'])}, within {three_digits(time['low'])} … {three_digits(time['high'])}",
        "spread over": f"{round(entry['effective_words']):,} words",
    }
    for name, other in entry["nearest"].items():
        facts[f"nearest in {escape(name)}"] = f"its {other['direction']}, cos² = {other['overlap']:.2f}"
    listed = "".join(f"<div><dt>{name}</dt><dd>{fact}</dd></div>" for name, fact in facts.items())
    moved = ", ".join(
        f"<b>{escape(family['name'])}</b> {family['before']:,} → {family['after']:,} of {family['covered']:,} "
        f"(p = {family['p_value']:.1g}{sure_to(family['after'] - family['before']) if family['sure'] else ''})"
        for family in entry["families"]
    )
    moved = f'<p class="atlas-moved">Analogies answered: {moved}</p>' if moved else ""
    return f"""<li class="atlas-card" id="direction-{k}">
<h3><a href="#direction-{k}">Direction {k}</a></h3>
<svg class="atlas-when" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><path class="atlas-rail" \
d="M0 5H100"/><rect x="{low:.2f}" y="1" width="{high - low:.2f}" height="8"/><path d="M{mean:.2f} 0V10"/></svg>
<div class="atlas-ends"><p><b title="positive end">+</b> {ends(entry["positive"])}</p>
<p><b title="negative end">−</b> {ends(entry["negative"])}</p></div>
<dl>{listed}</dl>
{moved}</li>"""


def ends(words: list[str]) -> str:
    return ", ".join(f"<i>{escape(visible(word))}</i>" for word in words)


def signed(change: int) -> str:
    return f"{'+' if change > 0 else '−'}{abs(change)}"


def part(share: float) -> str:
    return percent(share, 1 if share >= 0.001 else 2)
