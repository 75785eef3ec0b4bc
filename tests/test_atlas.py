"""The concept atlas: known answers, the command, and the page in a real browser."""

from __future__ import annotations

import functools
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pytest
from pages import settle

import w2vlib
from w2vlib.course._plain import visible
from w2vlib.course.atlas import concept_atlas, concepts, little_corpus, page
from w2vlib.course.atlas.__main__ import main
from w2vlib.dynamics import forecast_half_rises
from w2vlib.evaluation import accuracy_by_rank

ROOT = Path(__file__).resolve().parents[1]
BUILT = ROOT / "_build"
PACKAGE = Path(w2vlib.__file__).parent


@pytest.fixture(scope="module")
def little_folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("little")
    little_corpus.main(folder)
    return folder


@pytest.fixture(scope="module")
def little_stats(little_folder) -> w2vlib.CorpusStatistics:
    return w2vlib.count_corpus(little_folder / "text")


@pytest.fixture(scope="module")
def little_questions(little_folder):
    return w2vlib.load_analogies(little_folder / "analogies.txt")


@pytest.fixture(scope="module")
def little(little_stats, little_questions) -> dict:
    return concept_atlas(little_stats, 20, dimensions=50, questions=little_questions)


def two_communities(documents: int = 200, seed: int = 0) -> w2vlib.CorpusStatistics:
    rng = np.random.default_rng(seed)
    sides = [[f"{side}{letter}" for letter in "abcdefgh"] for side in ("left", "right")]
    return w2vlib.count_corpus([list(rng.choice(sides[n % 2], 30)) for n in range(documents)], window=4)


def carriers(atlas: dict, word: str) -> list[tuple[int, float]]:
    """The directions that carry a word and their signed shares, strongest first."""
    flat = atlas["carried"][atlas["words"].index(word)]
    return [(k, share / 1000) for k, share in zip(flat[::2], flat[1::2])]


# Known answers.


def test_the_first_direction_separates_two_planted_communities():
    atlas = concept_atlas(two_communities(), 1, ends=8)
    positive, negative = atlas["directions"][0]["positive"], atlas["directions"][0]["negative"]
    assert {word[:4] for word in positive} | {word[:4] for word in negative} == {"left", "righ"}
    assert len({word[:4] for word in positive}) == len({word[:4] for word in negative}) == 1
    assert all(carriers(atlas, word)[0][1] > 0.99 for word in positive)
    assert all(carriers(atlas, word)[0][1] < -0.99 for word in negative)


def test_twelve_places_number_and_tense_are_thirteen_directions(little):
    values = [entry["value"] for entry in little["directions"]]
    assert values[12] > 5 * values[13]
    ends = {k: set(little["directions"][k - 1]["positive"][:4]) for k in (12, 13)}
    ends |= {-k: set(little["directions"][k - 1]["negative"][:4]) for k in (12, 13)}
    for k, (one, other) in ((12, little_corpus.NUMBERS), (13, little_corpus.TENSES)):
        assert [ends[k], ends[-k]] in ([set(one), set(other)], [set(other), set(one)])
    for family in little["analogies"].values():
        assert family["correct"][12] == family["covered"] == 132
        assert max(family["correct"][:11]) < 0.2 * 132
        assert family["correct"][-1] < 132


def test_places_of_work_fill_the_first_eleven_directions(little_stats):
    """Each word of a place differs from the others in these alone: the span holds every place's mean."""
    modes = w2vlib.spectrum(w2vlib.m_star(little_stats), 13)
    vectors = modes.leading(11).embedding()
    for who, _, what, _ in little_corpus.WORLDS.values():
        rivals = [other for other, *_ in little_corpus.WORLDS.values() if other != who]
        for thing in what.split():
            assert vectors.similarity(thing, who) > 0.9 > max(vectors.similarity(thing, r) for r in rivals)


def test_strengths_shares_and_times_are_those_of_the_theory(little, little_stats):
    M = w2vlib.m_star(little_stats)
    values = np.linalg.eigvalsh(M)[::-1][:20]
    forecast = forecast_half_rises(values, 50, 0.01)
    entries = little["directions"]
    assert [entry["k"] for entry in entries] == list(range(1, 21))
    close = functools.partial(np.testing.assert_allclose, rtol=1e-3)
    close([entry["value"] for entry in entries], values)
    close([entry["share"] for entry in entries], values**2 / (M**2).sum())
    close([entry["cumulative"] for entry in entries], np.cumsum(values**2) / (M**2).sum())
    assert 0 < entries[-1]["cumulative"] < 1
    for name in ("mean", "low", "high", "sd"):
        close([entry["time"][name] for entry in entries], getattr(forecast, name))
    assert entries[-1]["time"]["of_last"] == 1


def test_right_answers_are_those_of_the_curve_by_rank(little, little_stats, little_questions):
    modes = w2vlib.spectrum(w2vlib.m_star(little_stats), 20)
    curve = accuracy_by_rank(modes, range(2, 21), little_questions)
    for name, family in little["analogies"].items():
        assert np.array_equal(np.array(family["correct"][1:]) / family["covered"], curve.families[name])


def test_a_mark_says_whether_a_direction_is_sure_to_help_or_to_harm(little):
    text = page.analogies(little)
    assert "correction for their number, 2 are sure to help and 2 to harm." in text
    assert len(re.findall(r"\(\+\d+, sure to help\)", text)) == len(re.findall("to harm\\)", text)) == 2
    cards = page.directions(little)
    assert cards.count(", sure to help)") == cards.count(", sure to harm)") == 2
    assert "none can be called sure" in page.analogies(
        little | {"tests": little["tests"] | {"sure": 0, "harm": 0}}
    )


def test_families_are_named_where_they_move_and_nowhere_else(little):
    moved = {(family["name"], entry["k"]) for entry in little["directions"] for family in entry["families"]}
    assert ("singular to plural", 12) in moved and ("present to past", 13) in moved
    sure = {
        (family["name"], entry["k"])
        for entry in little["directions"]
        for family in entry["families"]
        if family["sure"]
    }
    assert {("singular to plural", 12), ("present to past", 13)} <= sure <= moved
    assert little["tests"]["comparisons"] == 2 * 20 and little["tests"]["sure"] >= len(sure)
    harm = {
        (family["name"], entry["k"]): (family["before"] - family["after"]) / family["covered"]
        for entry in little["directions"]
        for family in entry["families"]
        if family["sure"] and family["after"] < family["before"]
    }
    assert len(harm) == little["tests"]["harm"] == 2 and min(harm.values()) > 1 / 5  # as the page says
    assert all(k > 13 for _, k in harm) and sure - set(harm) == {
        ("singular to plural", 12),
        ("present to past", 13),
    }
    for entry in little["directions"]:
        for family in entry["families"]:
            correct = [0, *little["analogies"][family["name"]]["correct"]]
            assert [family["before"], family["after"]] == correct[entry["k"] - 1 : entry["k"] + 1]
            assert abs(family["after"] - family["before"]) >= 0.02 * family["covered"]
            assert 0 < family["p_value"] <= 0.01
    for name, family in little["analogies"].items():
        for k in range(2, 21):
            if abs(family["correct"][k - 1] - family["correct"][k - 2]) < 0.02 * family["covered"]:
                assert (name, k) not in moved


def test_chances_of_turned_signs_are_those_of_trying_them_all():
    rng = np.random.default_rng(0)
    for size in (1, 2, 5, 9):
        sums = [int(x) for x in rng.integers(-6, 7, size)]
        totals = [abs(np.dot(signs, sums)) for signs in itertools.product((1, -1), repeat=size)]
        assert concepts._flip_p(sums) == pytest.approx(np.mean(np.array(totals) >= abs(sum(sums))), abs=1e-12)
    assert concepts._flip_p([1] * 40) == pytest.approx(2.0**-39, rel=1e-9)


def test_questions_of_one_pair_count_once():
    """Ten right answers to one pair are no surprise; one each to ten pairs are."""
    right = np.ones((1, 10), bool)
    assert concepts._p_values(right, np.zeros(10, int)) == 1
    assert concepts._p_values(right, np.arange(10)) == pytest.approx(2.0**-9)


def test_what_passes_is_what_holm_lets_pass():
    rng = np.random.default_rng(0)
    for _ in range(50):
        p = rng.uniform(size=12) ** 4
        passes, order = set(), np.argsort(p)
        for place, i in enumerate(order):
            if p[i] * (12 - place) > 0.05:
                break
            passes.add(i)
        assert set(np.flatnonzero(p <= concepts._holm_threshold(p, 0.05))) == passes
    assert concepts._holm_threshold(np.empty(0), 0.05) == -1


def test_every_word_has_its_directions(little, little_stats):
    assert little["words"] == list(little_stats.words)
    modes = w2vlib.spectrum(w2vlib.m_star(little_stats), 20)
    parts = modes.values * modes.vectors**2
    parts /= parts.sum(axis=1, keepdims=True)
    for i, word in enumerate(little_stats.words):
        found = carriers(little, word)
        assert len(found) == 8
        shares = [abs(share) for _, share in found]
        assert shares == sorted(shares, reverse=True) and sum(shares) <= 1.005
        assert found[0][0] == parts[i].argmax() + 1
        for k, share in found:
            signed = np.copysign(parts[i, k - 1], modes.vectors[i, k - 1])
            assert share == pytest.approx(signed, abs=6e-4)


def test_a_model_compared_with_itself_is_itself(little_stats):
    modes = w2vlib.spectrum(w2vlib.m_star(little_stats), 13)
    turned = np.linalg.qr(np.random.default_rng(0).standard_normal((13, 13)))[0]
    vectors = modes.vectors * np.sqrt(modes.values) @ turned  # as training leaves them, in any frame
    others = np.random.default_rng(1).permutation(len(vectors))  # and their words in any order
    space = w2vlib.Embedding([modes.words[i] for i in others], vectors[others])
    atlas = concept_atlas(little_stats, 13, compare={"target": modes, "vectors": space})
    for entry in atlas["directions"]:
        for name in ("target", "vectors"):
            assert entry["nearest"][name] == {"direction": entry["k"], "overlap": pytest.approx(1, abs=1e-3)}


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (lambda modes: modes.vectors, "other.* must be a Spectrum"),
        (lambda modes: replace(modes, words=None), "other must be a Spectrum of the 16 words"),
        (lambda modes: replace(modes, words=modes.words[::-1]), "in their order"),
        (lambda modes: w2vlib.Embedding(modes.words[1:], modes.vectors[1:]), "other lacks 1 of the 16 words"),
    ],
)
def test_a_model_of_other_words_is_refused(other, message):
    stats = two_communities(40)
    modes = w2vlib.spectrum(w2vlib.m_star(stats), 2)
    with pytest.raises((TypeError, ValueError), match=message):
        concept_atlas(stats, 1, compare={"other": other(modes)})


def test_the_same_input_gives_the_same_bytes(little, little_stats, little_questions):
    again = concept_atlas(little_stats, 20, dimensions=50, questions=little_questions)
    assert json.dumps(little) == json.dumps(again)
    assert json.loads(json.dumps(little, allow_nan=False)) == little


def test_without_questions_that_fit_there_are_no_families(little_stats):
    atlas = concept_atlas(little_stats.first(40), 3, ends=4)
    assert atlas["analogies"] == {} and all(not entry["families"] for entry in atlas["directions"])
    assert "None of the analogy questions" in page.analogies(atlas)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"directions": 0}, "whole number"),
        ({"directions": 2.0}, "whole number"),
        ({"directions": 101, "dimensions": 100}, "100 dimensions"),
        ({"directions": 17}, "16 words"),
        ({"directions": 16}, "only [0-9]+ directions .* positive eigenvalue"),
        ({"directions": 1, "ends": 9}, "too small for an atlas that names 9"),
        ({"directions": 1, "strongest": 0}, "strongest"),
        ({"directions": 1, "dimensions": 2.5}, "dimensions must be a whole number"),
        ({"directions": 1, "scale": 0.0}, "scale"),
    ],
)
def test_bad_input_is_refused(asked, message):
    with pytest.raises(ValueError, match=message):
        concept_atlas(two_communities(40), **asked)


# The command.


def run(*arguments, out: Path) -> int:
    return main([*map(str, arguments), "--out", str(out)])


def test_one_command_makes_an_atlas_of_any_corpus(little_folder, tmp_path, capsys):
    """Of a folder of text, and of counted statistics of real English."""
    assert run(little_folder / "text", "--name", "Little Text", "--directions", 20, out=tmp_path) == 0
    part = PACKAGE / "data" / "wikipedia-part-7.w2v"
    assert run(part, "--vocabulary", 400, "--directions", 30, out=tmp_path) == 0
    assert "wikipedia-part-7" in capsys.readouterr().out
    seen = []
    for name, directions in (("little-text", 20), ("wikipedia-part-7", 30)):
        atlas = json.loads((tmp_path / name / "atlas.json").read_text(encoding="utf-8"))
        written = (tmp_path / name / "index.html").read_text(encoding="utf-8")
        assert len(atlas["directions"]) == directions
        assert all(f'id="direction-{k}"' in written for k in range(1, directions + 1))
        for entry in atlas["directions"]:
            assert all(f"<i>{word}</i>" in written for word in entry["positive"] + entry["negative"])
            assert set(entry["nearest"]) == {"PPMI"}
        seen.append(atlas)
    assert seen[0]["directions"] != seen[1]["directions"]


def test_an_atlas_is_computed_only_when_something_changed(little_folder, tmp_path):
    text, out = tmp_path / "text", tmp_path / "out"
    shutil.copytree(little_folder / "text", text)
    stored = out / "text" / "atlas.json"

    def computed(*arguments) -> bool:
        """Whether the atlas is made anew: then a mark left in the old one is gone."""
        if stored.exists():
            stored.write_text(stored.read_text(encoding="utf-8").replace('"corpus":', '"mark":1,"corpus":'))
        assert run(text, *arguments, out=out) == 0
        return "mark" not in json.loads(stored.read_text(encoding="utf-8"))

    questions = tmp_path / "questions.txt"
    shutil.copy(little_folder / "analogies.txt", questions)
    asked = ("--directions", 3, "--questions", questions)
    assert computed(*asked)
    assert not computed(*asked)
    assert not computed(*asked, "--title", "another", "--example", "cook")
    assert computed("--directions", 4, "--questions", questions)
    assert computed(*asked)
    with open(text / "stories.txt", "a", encoding="utf-8") as file:
        file.write("now a loud cook simmers near the soup at the kitchen.\n" * 50)
    assert computed(*asked)
    with open(questions, "a", encoding="utf-8") as file:
        file.write(": more\ncook cooks\nnurse nurses\n")
    assert computed(*asked)
    assert not computed(*asked)


#: Runs in a copy of the package: edit a file, make the atlas, and say whether it was made anew.
EDITS = """
import json, pathlib, sys, w2vlib
from w2vlib.course.atlas.__main__ import main
package, text, out, *edited = map(pathlib.Path, sys.argv[1:])
assert pathlib.Path(w2vlib.__file__).parent == package
stored = out / "text" / "atlas.json"
make = [str(text), "--directions", "2", "--out", str(out)]
main(make)
for name in edited:
    stored.write_text(stored.read_text().replace('"corpus":', '"mark":1,"corpus":'))
    (package / name).write_text((package / name).read_text() + "\\n# edited\\n")
    main(make)
    print(name, "mark" not in json.loads(stored.read_text()), file=sys.stderr)
"""


def test_an_edit_of_the_maker_or_the_library_makes_it_anew_and_no_other_edit(tmp_path):
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "stories.txt").write_text(
        "\n".join(little_corpus.stories(count=200)), encoding="utf-8"
    )
    package = tmp_path / "copy" / "w2vlib"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "data"))
    (package / "data").symlink_to(PACKAGE / "data", target_is_directory=True)
    remade = {
        "course/atlas/__main__.py": True,  # where its defaults are
        "course/atlas/concepts.py": True,
        "course/_arguments.py": True,
        "course/_plain.py": True,
        "targets.py": True,
        "course/checks/counting.py": False,
        "course/widgets/rank.py": False,
        "course/plots.py": False,
    }
    command = [sys.executable, "-c", EDITS, package, tmp_path / "text", tmp_path / "out", *remade]
    environment = os.environ | {"PYTHONPATH": str(package.parent)}
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert dict(line.split() for line in done.stderr.splitlines()) == {
        name: str(made) for name, made in remade.items()
    }


def test_the_atlas_takes_from_the_course_what_its_hash_knows():
    code = (
        "import sys, w2vlib.course.atlas.__main__; "
        "print(*(name for name in sys.modules if name.startswith('w2vlib.course.')))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    taken = {name.removeprefix("w2vlib.course.").partition(".")[0] for name in found.stdout.split()}
    assert taken == {"atlas", "_arguments", "_plain"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "there is no corpus nowhere"),
        (["{text}", "--directions", "120"], "only [0-9]+ directions"),
        (["{text}", "--vocabulary", "100000"], "vocabulary"),
        (["{text}", "--vocabulary", "2"], "use more text or a larger vocabulary|too small"),
        (["{text}", "--window", "0"], "--window"),
        (["{text}", "--name", "///"], "needs a name"),
        (["{text}", "--vectors", "vectors.txt"], "NAME=FILE"),
        (["{text}", "--vectors", "mine={vectors}"], "lacks 174 of the 175 words"),
    ],
)
def test_the_command_says_what_is_wrong(arguments, message, little_folder, tmp_path, capsys):
    vectors = tmp_path / "vectors.txt"
    w2vlib.Embedding(("sailor",), np.ones((1, 2))).save_word2vec_text(vectors)
    places = {"text": little_folder / "text", "vectors": vectors}
    assert run(*(argument.format(**places) for argument in arguments), out=tmp_path) == 1
    assert re.search(message, capsys.readouterr().err)


def test_too_little_text_is_refused(tmp_path, capsys):
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "a.txt").write_text("tea cup " * 9, encoding="utf-8")
    assert run(tmp_path / "text", out=tmp_path) == 1
    assert "a vocabulary of 2 words is too small" in capsys.readouterr().err


def test_vectors_can_be_compared_with(little_folder, little_stats, tmp_path):
    mine = tmp_path / "mine.txt"
    modes = w2vlib.spectrum(w2vlib.m_star(little_stats), 13)
    space = modes.embedding()
    shuffled = np.random.default_rng(0).permutation(len(space))
    w2vlib.Embedding([space.words[i] for i in shuffled], space.vectors[shuffled]).save_word2vec_text(mine, 9)
    assert run(little_folder / "text", "--directions", 13, "--vectors", f"mine={mine}", out=tmp_path) == 0
    atlas = json.loads((tmp_path / "text" / "atlas.json").read_text(encoding="utf-8"))
    for entry in atlas["directions"]:
        assert entry["nearest"]["mine"] == {"direction": entry["k"], "overlap": pytest.approx(1, abs=1e-3)}


def test_texts_are_escaped(little):
    sly = json.loads(json.dumps(little))
    sly["words"][0] = sly["directions"][0]["positive"][0] = "</script><b>"
    written = page.whole_page(sly, "<i>")
    assert "</script><b>" not in written and "<title>Concept atlas: &lt;i&gt;</title>" in written


# On a page of Sphinx.


def test_a_page_with_an_atlas_gets_its_style_and_script_and_others_do_not(little, tmp_path):
    pytest.importorskip("sphinx")
    made = tmp_path / "_build" / "atlas" / "little"
    made.mkdir(parents=True)
    for part, text in page.parts(little).items():
        (made / f"{part}.html").write_text(text, encoding="utf-8")
    extension = (
        f"import sys\nsys.path.append({str(ROOT / 'book' / '_ext')!r})\nextensions = ['concept_atlas']\n"
    )
    (tmp_path / "conf.py").write_text(extension, encoding="utf-8")
    (tmp_path / "index.rst").write_text(
        "Plain\n=====\n\nSee :ref:`its third <atlas-direction-3>`.\n", encoding="utf-8"
    )
    asked = "".join(f".. concept-atlas:: little\n   :part: {part}\n\n" for part in page.parts(little))
    (tmp_path / "atlas.rst").write_text(f":orphan:\n\nAtlas\n=====\n\n{asked}", encoding="utf-8")
    out = tmp_path / "html"
    command = [sys.executable, "-m", "sphinx", "-q", "-W", tmp_path, out]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    plain, atlas = ((out / f"{name}.html").read_text(encoding="utf-8") for name in ("index", "atlas"))
    for name in ("atlas.css", "atlas.js"):
        assert name in atlas and name not in plain
        assert (out / "_static" / name).read_text(encoding="utf-8").strip()
    assert 'href="atlas.html#direction-3"' in plain and 'id="direction-3"' in atlas
    assert all(text in atlas for text in page.parts(little).values())


# What the book's page says of Wikipedia.


@pytest.fixture(scope="module")
def wikipedia_atlas() -> dict:
    stored = BUILT / "atlas" / "wikipedia" / "atlas.json"
    if not stored.exists():
        pytest.skip("the atlas is not made: make atlas")
    return json.loads(stored.read_text(encoding="utf-8"))


def test_what_the_page_says_holds(wikipedia_atlas):
    entries, families = wikipedia_atlas["directions"], wikipedia_atlas["analogies"]
    assert len(entries) == 100 and len(wikipedia_atlas["words"]) == 5000
    assert (BUILT / "atlas" / "wikipedia" / "atlas.json").stat().st_size <= 600_000
    ends = [word for entry in entries for word in entry["positive"] + entry["negative"]]
    assert "king" not in ends and ends.count("queen") <= 1
    assert min(entry["effective_words"] for entry in entries) > 1000
    sums = [sum(map(abs, flat[1::2])) / 1000 for flat in wikipedia_atlas["carried"]]
    assert 0.4 < np.median(sums) < 0.6
    assert entries[7]["value"] > 0.98 * entries[6]["value"]
    nearest = [entry["nearest"]["PPMI"] for entry in entries]
    assert [other["direction"] for other in nearest[:5]] == [2, 3, 4, 5, 6]
    assert min(other["overlap"] for other in nearest[:5]) > 0.9
    assert max(other["overlap"] for other in nearest[50:]) < 1 / 3
    trained = [entry["nearest"]["SGNS"] for entry in entries[:10]]
    assert [other["direction"] for other in trained] == [2, 2, *range(3, 11)]
    overlaps = [other["overlap"] for other in trained]
    assert 0.3 < min(overlaps) < max(overlaps) < 0.91
    moving = [(family["name"], entry["k"]) for entry in entries for family in entry["families"]]
    directions, tests = {k for _, k in moving}, wikipedia_atlas["tests"]
    assert len(families) == 13 and tests["comparisons"] == 1300
    assert tests["sure"] == 0 and tests["below"] > tests["chance"], "none is sure, yet not all can be chance"
    assert sum(k <= 20 for k in directions) > len(directions) / 2 and max(directions) < 50
    capital = families["capital"]
    assert sum(name == "capital" for name, _ in moving) == 1
    assert capital["correct"][-1] > 0.84 * capital["covered"]
    kept = {name: family["correct"][-1] / max(family["correct"]) for name, family in families.items()}
    assert 0.4 < kept.pop("number") < 0.6 and min(kept.values()) > 5 / 6


# In a browser, without a kernel.  Where neither may be missing, the tests of the pages say so.


@pytest.fixture(scope="module")
def own_page(little, tmp_path_factory) -> str:
    """The page that stands on its own, opened as a file."""
    path = tmp_path_factory.mktemp("page") / "index.html"
    path.write_text(page.whole_page(little, "twelve places", ["sailors"]), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def served(address) -> str:
    return f"{address}/book/atlas.html"


@pytest.fixture
def tab(browser):
    """A tab that fails the test if the page complains, or asks anybody else."""
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    tab = context.new_page()
    known = ("THEBE_JS_URL", "theme mode")
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda note: complaints.append(note.text) if note.type == "error" else None)
    tab.on("request", lambda request: complaints.append(request.url) if foreign(request.url) else None)
    yield tab
    context.close()
    assert [text for text in complaints if not any(part in text for part in known)] == []


def foreign(url: str) -> bool:
    return not url.startswith(("file:", "data:", "blob:", "http://127.0.0.1:"))


def ask(tab, words: str) -> None:
    tab.fill("#atlas-word", words)
    tab.press("#atlas-word", "Enter")


def test_a_word_leads_to_its_cards(tab, own_page, little):
    tab.goto(own_page)
    assert tab.inner_text(".atlas-word h3") == "sailors"  # the example
    ask(tab, "healed")
    found = carriers(little, "healed")
    assert tab.inner_text(".atlas-word h3") == "healed"
    assert f"direction {found[0][0]}" in tab.inner_text(".atlas-status")
    rows = tab.query_selector_all(".atlas-list li")
    assert len(rows) == sum(share != 0 for _, share in found)
    for row, (k, share) in zip(rows, found):
        assert row.query_selector("a").inner_text() == f"Direction {k}"
        said = row.inner_text()
        assert f"{100 * abs(share):.1f} %" in said
        assert ("+" if share > 0 else "−") in said
        end = "positive" if share > 0 else "negative"
        toward = row.query_selector(".atlas-toward").inner_text().replace("\xa0", " ")
        assert toward.startswith(f"toward {little['directions'][k - 1][end][0]}")
    tab.click(f".atlas-list a >> text='Direction {found[0][0]}'")
    assert tab.evaluate("document.querySelector(':target').id") == f"direction-{found[0][0]}"
    assert tab.is_visible(f"#direction-{found[0][0]}")


def test_several_words_numbers_and_addresses(tab, served, wikipedia_atlas):
    tab.goto(f"{served}?word=king+queen")
    assert tab.eval_on_selector_all(".atlas-word h3", "all => all.map(e => e.textContent)") == [
        "king",
        "queen",
    ]
    ask(tab, "17")
    assert tab.get_attribute(".atlas-status a", "href") == "#direction-17"
    ask(tab, "170")
    assert "There is no direction 170" in tab.inner_text(".atlas-status")
    ask(tab, "guitar")
    assert tab.url.endswith("?word=guitar")
    tab.go_back()
    assert tab.inner_text(".atlas-word h3") == "king"
    word = wikipedia_atlas["directions"][16]["positive"][0]
    tab.click("#direction-17 .atlas-ends i")
    assert tab.inner_text(".atlas-word h3") == word
    assert tab.evaluate("document.activeElement.id") == "atlas-word"


def in_time(atlas: dict) -> list[dict]:
    return sorted(atlas["directions"], key=lambda entry: entry["time"]["mean"])


def test_the_picture_of_times_is_read_by_arrow_keys(tab, own_page, little):
    tab.goto(own_page)
    picture, said = tab.locator(".atlas-times [role=slider]"), tab.locator(".atlas-hover")
    assert picture.get_attribute("aria-label")
    order, place = in_time(little), 0
    for key, move in [
        ("ArrowRight", 0),
        ("ArrowRight", 1),
        ("End", len(order)),
        ("ArrowLeft", -1),
        ("Home", -99),
    ]:
        picture.press(key)
        place = min(max(place + move, 0), len(order) - 1)
        entry = order[place]
        assert said.inner_text().startswith(f"Direction {entry['k']}, at t = "), key
        assert entry["positive"][0] in picture.get_attribute("aria-valuetext")
        assert picture.get_attribute("aria-valuenow") == str(place + 1)
    picture.press("Enter")
    assert tab.evaluate("document.querySelector(':target').id") == f"direction-{order[0]['k']}"


@pytest.mark.parametrize("touch", [True, False])
def test_the_picture_of_times_is_read_by_pointing_and_leads_on(browser, own_page, little, touch):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=touch)
    tab = context.new_page()
    tab.goto(own_page)
    picture = tab.locator(".atlas-times svg")
    picture.scroll_into_view_if_needed()
    box, last = picture.bounding_box(), little["directions"][-1]["time"]["high"]
    order = in_time(little)
    gaps = [b["time"]["mean"] - a["time"]["mean"] for a, b in zip(order, order[1:])]
    clear = max(range(1, len(gaps)), key=lambda n: min(gaps[n - 1], gaps[n]))  # far from both its neighbours
    for entry in (order[clear], order[0]):
        at = box["x"] + box["width"] * entry["time"]["mean"] / last, box["y"] + box["height"] / 2
        tab.touchscreen.tap(*at) if touch else tab.mouse.move(*at)
        assert f"Direction {entry['k']}, at t =" in tab.inner_text(".atlas-hover")
        assert tab.evaluate("location.hash") == ""  # the first tap reads
    tab.touchscreen.tap(*at) if touch else tab.mouse.click(*at)
    assert tab.evaluate("location.hash") == f"#direction-{entry['k']}"
    context.close()


def test_words_are_buttons_with_one_stop_of_tab(tab, own_page, little):
    tab.goto(own_page)
    words = tab.locator(".atlas-cards [role=button]")
    entries = little["directions"]
    assert words.count() == sum(len(entry["positive"]) + len(entry["negative"]) for entry in entries)
    assert tab.locator('.atlas-cards [role=button][tabindex="0"]').count() == 1
    focused = "document.activeElement.textContent"
    words.first.focus()
    for key, word in [
        ("ArrowRight", entries[0]["positive"][1]), ("ArrowDown", entries[1]["positive"][0]),
        ("ArrowLeft", entries[0]["negative"][-1]), ("End", entries[-1]["negative"][-1]),
        ("ArrowRight", entries[-1]["negative"][-1]), ("Home", entries[0]["positive"][0]),
    ]:  # fmt: skip
        tab.keyboard.press(key)
        assert tab.evaluate(focused) == word, key
        assert tab.locator('.atlas-cards [role=button][tabindex="0"]').count() == 1
    tab.keyboard.press("Enter")
    assert tab.inner_text(".atlas-word h3") == entries[0]["positive"][0]
    assert tab.locator('.atlas-answer [role=button][tabindex="0"]').count() == 1


def test_an_unknown_word_is_answered_with_near_spellings(tab, served):
    tab.goto(served)
    ask(tab, "Guitr")
    assert "“guitr” is not among the 5,000 words" in tab.inner_text(".atlas-status")
    assert tab.query_selector(".atlas-word") is None
    tab.keyboard.press("Tab")  # from the box to the button, the examples, and on to the offers
    for _ in range(12):
        if tab.evaluate("document.activeElement.closest('.atlas-status') !== null"):
            break
        tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "guitar"
    tab.keyboard.press("Enter")
    assert tab.inner_text(".atlas-word h3") == "guitar"
    for odd in ("<b>", "  ", "q" * 500, "zzzqqq"):
        ask(tab, odd)
        assert tab.inner_text(".atlas-status").strip()
        assert tab.query_selector(".atlas-status b") is None


def test_every_word_of_the_vocabulary_is_found(tab, served, wikipedia_atlas):
    tab.goto(served)
    lost = tab.evaluate(
        """words => {
            const form = document.querySelector(".atlas-search form"), input = form.querySelector("input");
            history.pushState = () => {};  // browsers allow only so many addresses at a time
            return words.filter(word => {
                input.value = word;
                form.dispatchEvent(new Event("submit", { cancelable: true }));
                return document.querySelector(".atlas-word h3")?.textContent !== word
                    || !document.querySelector(".atlas-list a");
            });
        }""",
        wikipedia_atlas["words"],
    )
    assert lost == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_of_its_own_is_accessible_and_fits(tab, own_page, scheme, width):
    from axe_playwright_python.sync_playwright import Axe

    tab.emulate_media(color_scheme=scheme)
    tab.set_viewport_size({"width": width, "height": 900})
    tab.goto(own_page)
    ask(tab, "sailors sailer")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    violations = Axe().run(tab, options={"preload": False}).response["violations"]
    assert [f"{found['id']}: {found['nodes'][0]['html'][:160]}" for found in violations] == []


def test_an_answer_is_accessible_in_the_book(tab, served):
    from axe_playwright_python.sync_playwright import Axe

    tab.goto(served)
    for theme in ("light", "dark"):
        tab.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        ask(tab, "king qeen")
        settle(tab, 300)
        violations = (
            Axe().run(tab, context=".atlas-search", options={"preload": False}).response["violations"]
        )
        assert [f"{found['id']}: {found['nodes'][0]['html'][:160]}" for found in violations] == []


def test_without_scripts_every_direction_can_be_read(browser, own_page, little):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(own_page)
    assert not page.is_visible("#atlas-word")
    assert "needs JavaScript" in page.inner_text("noscript")
    assert page.locator(".atlas-card").count() == 20
    assert little["directions"][19]["negative"][7] in page.inner_text("#direction-20")
    context.close()


# Words that are hard to show.

HARD = (
    "<unk>", "</s>", "a&b", '"quoted"', "'", "</script><img src=x onerror=alert(1)>", "<!--", "]]>", "$x$", "$",
    "a$b", r"\alpha", "%s", "{x}", "a\nb", "a\tb", "a\0b", "a\u2028b", "a\u202eb", "a\u200bb", "", "x" * 10_000,
    "\u0301", "\U0001f469\u200d\U0001f52c", "__proto__", "constructor", "toString", "hasOwnProperty", "2", "King",
    "king", "new york", "שלום", "日本", "&lt;", "a\rb", "don't", "a+b", "ﬁ", "İ", " a  b ", "\u00a0",
)  # fmt: skip


@pytest.fixture(scope="module")
def hard_page(tmp_path_factory) -> tuple[str, dict]:
    """An atlas in which every hard word stands at an end of a direction."""
    rng = np.random.default_rng(0)
    words = [word or "empty" for word in HARD]  # no text holds an empty word, but statistics may
    documents = [list(rng.choice(np.array(words[n % 2 :: 2], object), 60)) for n in range(200)]
    stats = w2vlib.count_corpus(documents, window=4, min_count=1)
    stats = replace(stats, words=["" if word == "empty" else word for word in stats.words])
    atlas = concept_atlas(stats, 2, ends=len(HARD) // 2)
    path = tmp_path_factory.mktemp("hard") / "index.html"
    path.write_bytes(page.whole_page(atlas, "<b>hard</b>", ["king"]).encode())
    return path.as_uri(), atlas


def test_every_word_is_shown_as_itself_or_by_the_numbers_of_what_is_invisible(tab, hard_page):
    address, atlas = hard_page
    tab.on("dialog", lambda dialog: pytest.fail("a script ran"))
    tab.goto(address)
    assert sorted(atlas["words"]) == sorted(HARD)
    card = atlas["directions"][0]
    shown = tab.eval_on_selector_all("#direction-1 .atlas-ends i", "all => all.map(e => e.textContent)")
    assert shown == [visible(word) for word in card["positive"] + card["negative"]]
    clean = [word for word in HARD if word.isprintable() and word not in ("", "\u0301", " a  b ")]
    assert len(clean) == 30 and set(clean) <= set(shown)
    assert {"a‹U+000A›b", "a‹U+0000›b", "a‹U+202E›b", "‹empty›", "new york", "◌\u0301"} <= set(shown)
    assert tab.locator("img").count() == 0 and tab.inner_text("h1") == "Concept atlas: <b>hard</b>"
    assert tab.evaluate("document.documentElement.scrollWidth") <= 1280


@pytest.mark.parametrize("how", ["typed", "clicked", "address"])
def test_every_word_is_found(tab, hard_page, how):
    address, atlas = hard_page
    tab.goto(address)
    for word in HARD:
        if how == "typed" and set(word) & set("\n\r"):
            continue  # a box of one line holds none
        if how == "typed" and word:
            tab.fill("#atlas-word", word)
            tab.press("#atlas-word", "Enter")
        elif how == "address":
            tab.goto(f"{address}?{urlencode({'word': visible(word)})}")
        else:
            place = next(
                i for i in range(len(HARD)) if tab.locator("#direction-1 .atlas-ends i").nth(i).text_content() == visible(word)
            )  # fmt: skip
            tab.locator("#direction-1 .atlas-ends i").nth(place).evaluate("e => e.click()")
        headings = tab.eval_on_selector_all(".atlas-word h3", "all => all.map(e => e.textContent)")
        assert headings == [visible(word)], (word[:40], how)
        assert tab.locator(".atlas-word li").count() > 0
    ask(tab, "King new york <unk>")
    headings = tab.eval_on_selector_all(".atlas-word h3", "all => all.map(e => e.textContent)")
    assert headings == ["King", "new york", "<unk>"]
    ask(tab, "2")
    assert tab.get_attribute(".atlas-status a", "href") == "#direction-2"


def test_page_and_package_show_the_same(hard_page):
    assert visible("queen") == "queen" and [*map(visible, (" ", " a  b ", " \n"))] == [
        "␣",
        "␣a␣␣b␣",
        "␣‹U+000A›",
    ]
    assert [visible(word) for word in ("\u200c", "\u200d")] == ["\u200c", "\u200d"]
    assert len({visible(word) for word in HARD}) == len(HARD)
