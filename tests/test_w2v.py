"""The command `w2v`: its examples, its answers, its errors, and what it leaves behind."""

from __future__ import annotations

import inspect
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import click
import numpy as np
import pytest
from click.testing import CliRunner

import w2vlib
import w2vlib.commands
from w2vlib import prediction
from w2vlib.commands import _formats, _text, main
from w2vlib.commands._frame import w2v
from w2vlib.commands._table import _width, table
from w2vlib.training import Trajectory

CONTEXT = click.Context(w2v)
NAMES = w2v.list_commands(CONTEXT)
FAMILY = "man woman boy girl king queen father mother uncle aunt".split()
posix = pytest.mark.skipif(os.name != "posix", reason="names, links and signals as in POSIX")


def write_text(folder: Path) -> None:
    """A text of 240 words in two files, with the words of some analogies."""
    rng = np.random.default_rng(0)
    words = np.array(
        FAMILY + [f"{a}{b}{c}" for a in "bdfgkl" for b in "aeiou" for c in "mnprstwx"][: 240 - len(FAMILY)]
    )
    lines = [rng.choice(words, 30) for _ in range(60)] + [words[::-1], words]
    folder.mkdir()
    for name, part in (("one.txt", lines[::2]), ("two.txt", lines[1::2])):
        (folder / name).write_text("\n".join(map(" ".join, part)) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A folder with a text, its counts, its vectors and questions, made without the command."""
    folder = tmp_path_factory.mktemp("made")
    write_text(folder / "mytext")
    stats = w2vlib.count_corpus(folder / "mytext")
    stats.save(folder / "counts.w2v")
    for name in ("one", "two"):
        part = w2vlib.statistics.count_like(folder / "mytext" / f"{name}.txt", stats)
        part.save(folder / f"{name}.w2v")
    told = prediction.predict(stats, prediction.Settings(d=10, directions=3, seeds=(0, 1)))
    told.save(folder / "prediction.json")
    for seed in told.settings.seeds:
        prediction.train_as_predicted(told, stats, seed).save(folder / f"run-{seed}.npz")
    vectors = w2vlib.word_vectors(stats, 200)
    vectors.save_word2vec_text(folder / "vectors.txt")
    vectors.save_npz(folder / "vectors.npz")
    (folder / "questions.txt").write_text(": family\nman woman\nboy girl\nking queen\n", encoding="utf-8")
    return folder


@pytest.fixture
def here(made, tmp_path, monkeypatch) -> Path:
    """The same folder for one test, in which it stands."""
    folder = tmp_path / "here"
    shutil.copytree(made, folder)
    monkeypatch.chdir(folder)
    return folder


def run(*arguments: str | Path, code: int = 0) -> SimpleNamespace:
    """A command in this process: what it says and its exit code."""
    done = CliRunner().invoke(w2v, [*map(os.fspath, arguments)], prog_name="w2v")
    assert done.exit_code == code, (done.exit_code, done.stderr, done.exception)
    return SimpleNamespace(out=done.stdout, err=done.stderr)


def process(*arguments: str, **options) -> subprocess.CompletedProcess:
    """A command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "w2vlib", *arguments], env=environ(), capture_output=True, **options
    )


def environ(**settings: str) -> dict:
    home = {"PYTHONPATH": str(Path(w2vlib.__file__).parents[1]), "PYTHONWARNINGS": "default"}
    return os.environ | home | settings


def helped(name: str) -> str:
    return inspect.cleandoc(w2v.get_command(CONTEXT, name).help)


def lines_under(head: str, text: str) -> list[str]:
    return re.search(rf"^{head}:\n((?:  .*\n?)+)", text, flags=re.M)[1].splitlines()


# The help.


def test_what_is_there():
    assert {"count", "embed", "neighbours", "analogies", "atlas", "convert", "compress"} <= set(NAMES)
    assert {"merge", "remove", "influence"} <= set(NAMES)
    assert {"predict", "train", "report"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_example_of_the_help_runs(here, name):
    examples = lines_under("Examples", helped(name))
    assert examples
    for line in examples:
        program, first, *arguments = shlex.split(line)
        assert (program, first) == ("w2v", name)
        done = run(name, *arguments)
        if "--json" in arguments:
            json.loads(done.out)


def test_the_examples_of_the_command_itself_run(made, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(made / "mytext", "mytext")
    for line in lines_under("Examples", inspect.cleandoc(w2v.help)):
        run(*shlex.split(re.split("   +", line.strip())[0])[1:])
    assert sorted(os.listdir()) == ["counts.w2v", "mytext", "vectors.txt"]


def test_the_commands_of_the_readme_run(made, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(made / "mytext", "mytext")
    readme = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"^w2v (.*?) *#", readme, flags=re.M)
    assert {line.split()[0] for line in shown} >= {"count", "embed", "neighbours"}
    for line in shown:
        run(*shlex.split(line))


FIRST = {  # what a command answers first, for which its line in Python stands
    "count": "counts.w2v",
    "embed": "vectors.txt",
    "convert": "vectors.npz",
    "compress": "small.w2c",
    "atlas": "atlas/counts/atlas.json",
    "merge": "both.w2v",
    "remove": "rest.w2v",
    "predict": "prediction.json",
    "report": "report.html",
}


@pytest.mark.parametrize("name", FIRST)
def test_in_python_the_same_is_written(here, name):
    run(*shlex.split(lines_under("Examples", helped(name))[0])[1:])
    path = Path(FIRST[name])
    by_command = path.read_bytes()
    shutil.rmtree(path.parent) if path.parent != Path() else path.unlink()
    if name == "count":
        Path("vectors.txt").unlink()
    exec("\n".join(line.strip() for line in lines_under("In Python", helped(name))), {"w2vlib": w2vlib})
    assert path.read_bytes() == by_command


def test_in_python_the_same_is_answered(here):
    assert set(NAMES) >= set(FIRST) | {"neighbours", "analogies"}
    (line,) = lines_under("In Python", helped("neighbours"))
    answer = eval(line.strip(), {"w2vlib": w2vlib})
    assert json.loads(run("neighbours", "vectors.txt", "king", "--json").out) == {
        "king": [[*a] for a in answer]
    }
    one, many = lines_under("In Python", helped("analogies"))
    answer = eval(one.strip(), {"w2vlib": w2vlib})
    told = json.loads(run("analogies", "vectors.txt", "man", "king", "woman", "--json").out)
    assert told == {"question": ["man", "king", "woman"], "answers": [[*a] for a in answer]}
    score = eval(many.strip(), {"w2vlib": w2vlib})
    told = json.loads(run("analogies", "vectors.txt", "--json").out)
    assert (told["correct"], told["covered"], told["asked"]) == (score.correct, score.covered, score.asked)
    assert told["accuracy"] == score.accuracy and told["coverage"] == score.coverage
    assert {name: one["correct"] for name, one in told["families"].items()} == {
        name: one.correct for name, one in score.families.items()
    }
    assert score.covered > 10 and {one["accuracy"] for one in told["families"].values()} >= {None}


@pytest.mark.parametrize("name", NAMES)
def test_all_have_the_same_options_and_each_option_says_something(name):
    found = {option for parameter in w2v.get_command(CONTEXT, name).params for option in parameter.opts}
    assert {"--json", "-q", "--quiet", "--progress"} <= found
    for parameter in w2v.get_command(CONTEXT, name).params:
        assert isinstance(parameter, click.Argument) or parameter.help[-1] in ".]", parameter.name
    assert len(w2v.get_command(CONTEXT, name).get_short_help_str(70).split("...")) == 1
    assert run(name, "--help").out == run(name, "-h").out


def test_a_command_comes_with_its_module(tmp_path, monkeypatch):
    (tmp_path / "greet.py").write_text(
        "import click\n"
        "from w2vlib.commands._frame import command\n"
        "@command\n"
        "@click.argument('word')\n"
        "def command(shown, word):\n"
        "    '''Greet a word.'''\n"
        "    shown.note('greeting')\n"
        "    shown.result({'word': word}, [word])\n",
        encoding="utf-8",
    )
    (tmp_path / "_hidden.py").write_text("command = None\n", encoding="utf-8")
    monkeypatch.setattr(w2vlib.commands, "__path__", [*w2vlib.commands.__path__, str(tmp_path)])
    assert "Greet a word." in run("--help").out and "hidden" not in run("--help").out
    done = run("greet", "king")
    assert (done.out, done.err) == ("king\n", "greeting\n")
    done = run("greet", "king", "-q", "--json")
    assert (json.loads(done.out), done.err) == ({"word": "king"}, "")
    monkeypatch.undo()
    run("greet", "king", code=2)
    for module in ("greet", "_hidden"):
        sys.modules.pop(f"w2vlib.commands.{module}", None)
        vars(w2vlib.commands).pop(module, None)


# Counting and embedding.


@pytest.mark.parametrize(
    ("given", "how"),
    [
        ([], {}),
        (["--words", "50"], {"size": 50}),
        (["-V", "240"], {"size": 240}),
        (["--window", "3"], {"window": 3}),
        (["-w", "3", "--weighting", "harmonic"], {"window": 3, "weighting": "harmonic"}),
        (["--oov", "gap", "-V", "50"], {"oov": "gap", "size": 50}),
        (["--min-count", "8"], {"min_count": 8}),
        (["--source", "a text\nof mine"], {"source": "a text\nof mine"}),
        (["--documents", "files"], {"documents": "files"}),
    ],
)
def test_options_of_counting_are_those_of_the_library(here, given, how):
    documents = how.pop("documents", "lines")
    expected = w2vlib.count_corpus(w2vlib.Corpus(["mytext/two.txt", "mytext/one.txt"], documents), **how)
    expected.save("expected.w2v")
    done = run("count", "mytext/two.txt", "mytext/one.txt", "-o", "new.w2v", *given)
    assert Path("new.w2v").read_bytes() == Path("expected.w2v").read_bytes()
    assert done.out == "" and done.err.startswith(f"Wrote new.w2v: {len(expected)} words")
    run("embed", "mytext/two.txt", "mytext/one.txt", "-o", "new.npz", "-d", "5", *given)
    vectors = w2vlib.word_vectors(expected, 5)
    found = w2vlib.Embedding.load_npz("new.npz")
    assert found.words == vectors.words and np.array_equal(found.vectors, vectors.vectors)


def test_more_words_than_are_worth_it_are_left_out_unless_asked_for(here, monkeypatch):
    monkeypatch.setattr(_text, "MOST", 100)
    run("count", "mytext", "-o", "new.w2v")
    assert w2vlib.CorpusStatistics.load("new.w2v").words == w2vlib.count_corpus("mytext").words[:100]
    run("count", "mytext", "-o", "new.w2v", "-V", "120")
    assert len(w2vlib.CorpusStatistics.load("new.w2v")) == 120


def test_vectors_of_counts_that_were_made_before(here):
    stats = w2vlib.CorpusStatistics.load("counts.w2v")
    for given, d, size, how in (
        ([], 200, 240, {}),
        (["-d", "7"], 7, 240, {}),
        (["-V", "30"], 30, 30, {}),
        (["-d", "9", "-V", "9"], 9, 9, {}),
        (["--core", "60"], 60, 240, {"core": 60}),
        (["-d", "7", "--core", "60", "--pseudo-count", "3"], 7, 240, {"core": 60, "pseudo_count": 3}),
        (["-d", "7", "--pseudo-count", "0"], 7, 240, {"pseudo_count": 0}),
    ):
        told = json.loads(run("embed", "counts.w2v", "-o", "new.npz", "--json", *given).out)
        expected = w2vlib.word_vectors(stats.first(size), d, **how)
        assert np.array_equal(w2vlib.Embedding.load_npz("new.npz").vectors, expected.vectors)
        assert told == {
            "written": "new.npz", "format": "npz", "words": size, "dimensions": expected.vectors.shape[1],
        }  # fmt: skip


def test_the_residual_is_the_one_that_is_asked_for(here, monkeypatch):
    from w2vlib.commands import embed

    asked = []
    real = embed.word_vectors
    monkeypatch.setattr(embed, "word_vectors", lambda *given: asked.append(given[-1]) or real(*given))
    run("embed", "counts.w2v", "-o", "new.npz")
    run("embed", "counts.w2v", "-o", "new.npz", "--residual", "1e-5")
    assert asked == [1e-3, 1e-5]
    for bad in ("nan", "-1", "0"):
        assert "residual" in run("embed", "counts.w2v", "-o", "none.npz", "--residual", bad, code=1).err


@posix
@pytest.mark.parametrize(
    "name", ["two words", "-x", "--help", "日本", "a'b", 'a"b', "a\nb", "$HOME", b"\xff.txt"]
)
def test_files_of_any_name_are_read_and_written(here, name):
    name = os.fsdecode(name)
    try:
        shutil.copytree("mytext", name)
    except (OSError, UnicodeError):
        pytest.skip("this file system takes no such name")
    done = run("count", "-o", f"{name}.w2v", "--", name)
    assert len(done.err.splitlines()) == 1
    Path("counts.w2v").rename("other.w2v")
    assert Path(f"{name}.w2v").read_bytes() == Path("other.w2v").read_bytes()
    told = json.loads(run("embed", "--json", "--output", f"{name}.npz", "--", f"{name}.w2v").out)
    assert told["written"] == f"{name}.npz" and Path(f"{name}.npz").exists()


# A corpus that is added to and taken from.


def test_a_text_comes_and_goes_and_nothing_of_it_is_left(here):
    """To the byte: what is merged is what counting all gives, what remains is what counting the rest gives."""
    run("merge", "one.w2v", "two.w2v", "-o", "both.w2v")
    assert Path("both.w2v").read_bytes() == Path("counts.w2v").read_bytes()
    for part in ("mytext/one.txt", "one.w2v"):
        told = json.loads(run("remove", "counts.w2v", part, "-o", "rest.w2v", "--json").out)
        assert Path("rest.w2v").read_bytes() == Path("two.w2v").read_bytes()
        rest = w2vlib.CorpusStatistics.load("two.w2v")
        alone = int((rest.p == 0).sum())
        assert told == {
            "written": "rest.w2v", "words": 240, "tokens": rest.n_tokens, "documents": rest.n_documents, "alone": alone,
        }  # fmt: skip
    run("count", "mytext/two.txt", "-o", "new.w2v", "--like", "counts.w2v", "--documents", "lines")
    assert Path("new.w2v").read_bytes() == Path("two.w2v").read_bytes()


def test_words_that_are_left_alone_are_told_and_left_out_where_that_is_wanted(here):
    Path("more.txt").write_text("king queen\nhapax legomenon\n", encoding="utf-8")
    run("count", "mytext", "more.txt", "-o", "more.w2v")
    Path("part.txt").write_text("hapax legomenon\n", encoding="utf-8")
    done = run("remove", "more.w2v", "part.txt", "-o", "rest.w2v")
    assert "2 of 242 words stand near no other any more; --seen leaves them out" in done.err
    assert "2 word(s) never stand near another" in run("influence", "rest.w2v", "mytext", code=1).err
    assert "any more" not in run("remove", "more.w2v", "part.txt", "-o", "seen.w2v", "--seen").err
    assert len(w2vlib.CorpusStatistics.load("seen.w2v")) == 240
    run("embed", "seen.w2v", "-o", "new.npz")


def test_influence_is_that_of_the_library(here):
    told = json.loads(run("influence", "counts.w2v", "mytext", "-k", "4", "--json").out)
    stats = w2vlib.CorpusStatistics.load("counts.w2v")
    modes = w2vlib.spectrum(w2vlib.m_star(stats), 12)
    found = w2vlib.stability.influence(stats, w2vlib.Corpus("mytext"), modes)
    moves, _ = found.half_rises(w2vlib.dynamics.typical_start(12, 200, 1e-3))
    order = np.argsort(-np.abs(found.values[:, :4] / modes.values[:4]).max(axis=1), kind="stable")
    assert told["eigenvalues"] == modes.values[:4].tolist()
    assert [one["document"] for one in told["documents"][:3]] == [
        f"mytext/{'one' if row < 31 else 'two'}.txt:{row % 31 + 1}" for row in order[:3].tolist()
    ]
    for one, row in zip(told["documents"], order):
        assert one["values"] == found.values[row, :4].tolist()
        assert one["half_rises"] == moves[row, :4].tolist()
    lines = run("influence", "counts.w2v", "mytext", "-k", "4", "-n", "3").out.splitlines()
    assert len(lines) == 4 and lines[1].startswith(told["documents"][0]["document"])
    files = json.loads(run("influence", "counts.w2v", "mytext", "--files", "--json").out)["documents"]
    assert {one["document"] for one in files} == {"mytext/one.txt", "mytext/two.txt"}
    assert sum(one["share"] for one in files) == pytest.approx(1)


# Formats.


@pytest.mark.parametrize(
    "ending", ["txt", "vec", "bin", "npz", "txt.gz", "vec.bz2", "bin.xz", "TXT", "npz.gz", "glove"]
)
def test_vectors_go_from_every_format_to_every_other(here, ending):
    vectors = w2vlib.Embedding(
        ("a", "b", "5", "d\u00a0é"), np.float32([[1 / 3, 2], [-3, 1e-7], [2, 2], [9, 1e9]])
    )
    vectors.save_npz("start.npz")
    to = ["--to", "glove"] if ending == "glove" else []
    run("convert", "start.npz", f"one.{ending}", *to)
    run("convert", f"one.{ending}", "end.npz")
    end = w2vlib.Embedding.load_npz("end.npz")
    assert end.words == vectors.words and np.array_equal(end.vectors.astype(np.float32), vectors.vectors)
    assert (Path(f"one.{ending}").read_bytes()[:2] == b"\x1f\x8b") == ending.endswith("gz")
    shutil.copy(f"one.{ending}", "unnamed" + "".join(re.findall(r"\.(?:gz|bz2|xz)$", ending)))
    unnamed = next(Path().glob("unnamed*"))
    assert run("neighbours", unnamed, "a").out == run("neighbours", "start.npz", "a").out


def test_a_format_that_is_named_goes_before_the_name(here):
    run("convert", "vectors.txt", "new.txt", "--to", "binary")
    w2vlib.Embedding.load_word2vec_binary("new.txt")
    run("embed", "counts.w2v", "-o", "new.bin", "--format", "glove", "-d", "3")
    w2vlib.Embedding.load_word2vec_text("new.bin", header=False)
    Path("new.bin").write_text("1 2\n5 6\n", encoding="utf-8")  # GloVe's, or one word of two dimensions?
    run("neighbours", "new.bin", "5", code=1)
    assert run("neighbours", "new.bin", "5", "--from", "glove").out == "1  1.000\n"


def test_digits(here):
    run("embed", "counts.w2v", "-o", "few.txt", "--digits", "2")
    run("embed", "counts.w2v", "-o", "many.txt", "--digits", "17")
    run("embed", "counts.w2v", "-o", "all.npz")
    whole = w2vlib.Embedding.load_npz("all.npz")
    assert np.array_equal(w2vlib.Embedding.load_word2vec_text("many.txt").vectors, whole.vectors)
    assert not np.array_equal(w2vlib.Embedding.load_word2vec_text("few.txt").vectors, whole.vectors)
    run("convert", "all.npz", "few2.txt", "--digits", "2")
    assert Path("few2.txt").read_bytes() == Path("few.txt").read_bytes()


@pytest.mark.parametrize("name", ["new.kv", "new.kv.gz", "space d.kv"])
def test_gensim_reads_its_own_format_from_one_file(here, name):
    models = pytest.importorskip("gensim.models")
    before = set(os.listdir())
    run("embed", "counts.w2v", "-o", name, "-d", "5")
    assert set(os.listdir()) == before | {name}
    theirs = models.KeyedVectors.load(name)
    ours = w2vlib.word_vectors(w2vlib.CorpusStatistics.load("counts.w2v"), 5)
    assert theirs.index_to_key == [*ours.words]
    assert np.array_equal(theirs.vectors, ours.vectors.astype(np.float32))
    assert theirs.most_similar("king", topn=3)[0][0] == ours.neighbours("king", 1)[0][0]
    err = run("convert", name, "back.txt", code=1).err
    remedy = re.search(r"in Python: (gensim\.models\.(.*))\n", err)[1]
    exec(remedy, {"gensim": pytest.importorskip("gensim")})
    assert w2vlib.Embedding.load_word2vec_text("vectors.txt").words == ours.words


def test_what_gensim_would_write_is_written_only_with_gensim(here, monkeypatch):
    monkeypatch.setitem(sys.modules, "gensim", None)
    monkeypatch.setattr(_formats.importlib.util, "find_spec", lambda name: None)
    before = set(os.listdir())
    done = run("embed", "nowhere", "-o", "new.kv", code=1)
    assert done.err == "Error: this needs gensim, which is not installed: pip install gensim\n"
    assert set(os.listdir()) == before


def test_nothing_is_unpickled(here):
    class Runs:
        def __reduce__(self):
            return os.mkdir, ("ran",)

    import pickle

    for protocol in (2, 3, 4, 5):
        Path("bad.kv").write_bytes(pickle.dumps(Runs(), protocol))
        Path("bad.txt").write_bytes(pickle.dumps(Runs(), protocol))
        for name in ("bad.kv", "bad.txt"):
            assert "would have to be unpickled" in run("neighbours", name, "king", code=1).err
    np.savez("bad.npz", words=np.array([Runs()], object), vectors=np.ones((1, 2)))
    assert "allow_pickle" in run("convert", "bad.npz", "new.txt", code=1).err
    assert not Path("ran").exists() and not Path("new.txt").exists()


# Answers.


def test_neighbours_are_those_of_the_library(here):
    vectors = w2vlib.Embedding.load_word2vec_text("vectors.txt")
    done = run("neighbours", "vectors.txt", "king", "-n", "4")
    assert [line.split() for line in done.out.splitlines()] == [
        [word, f"{cosine:.3f}"] for word, cosine in vectors.neighbours("king", 4)
    ]
    done = run("neighbours", "vectors.txt", "king", "queen", "-n", "2")
    assert [line.split()[:2] for line in done.out.splitlines()] == [
        [word, near] for word in ("king", "queen") for near, _ in vectors.neighbours(word, 2)
    ]
    assert run("neighbours", "vectors.txt", "king", "-n", "0").out == ""
    err = run("neighbours", "vectors.txt", "king", "quen", code=1)
    assert (
        err.out == "" and "'quen' is not among the 240 words" in err.err and "did you mean 'queen'" in err.err
    )


def test_the_table_of_analogies_adds_up(here):
    out = run("analogies", "vectors.txt", "--questions", "questions.txt").out
    head, family, total = [re.split("  +", line) for line in out.splitlines()]
    assert head == ["family", "right", "covered", "asked", "accuracy"]
    score = w2vlib.analogy_accuracy(
        w2vlib.Embedding.load_word2vec_text("vectors.txt"), w2vlib.load_analogies("questions.txt")
    )
    assert family[1:] == total[1:] == [str(score.correct), "6", "6", f"{score.accuracy:.1%}"]


def test_capitals_are_kept_where_that_is_asked_for(here):
    w2vlib.Embedding(("Man", "Woman", "King", "Queen"), np.eye(4) + 1).save_word2vec_text("capitals.txt")
    Path("questions.txt").write_text(": all\nMan Woman King Queen\n", encoding="utf-8")
    assert "but for capitals" in run("analogies", "capitals.txt", "--questions", "questions.txt", code=1).err
    told = run("analogies", "capitals.txt", "--questions", "questions.txt", "--keep-capitals", "--json").out
    assert json.loads(told)["covered"] == 1


def test_a_warning_is_a_line(here):
    vectors = w2vlib.Embedding.load_word2vec_text("vectors.txt")
    words = [word.upper() if word in ("boy", "girl") else word for word in vectors.words]
    w2vlib.Embedding(words, vectors.vectors).save_word2vec_text("mixed.txt")
    Path("questions.txt").write_text(": a\nman woman\nboy girl\nking queen\n", encoding="utf-8")
    done = run("analogies", "mixed.txt", "--questions", "questions.txt", "--json")
    assert re.fullmatch(r"Warning: only 2 questions are covered; .*\n", done.err)
    json.loads(done.out)


def test_columns_are_aligned_in_every_script():
    words = ["queen", "王様", "café", "cafe\u0301", "กิน", "नमस्ते", "\x1b[31mred", "a\nb", ""]
    lines = [*table([(word, f"{0.5:.3f}") for word in words])]
    assert len(lines) == len(words)
    assert len({_width(line) for line in lines}) == 1
    assert all(line.endswith("  0.500") and line.isprintable() for line in lines)
    assert _width("王") == 2 and _width("é") == _width("e\u0301") == 1
    assert [*table([("a", "1"), ("b", "1,000")])] == ["a      1", "b  1,000"]
    assert [*table([("a", "bb", "1"), ("aa", "b", "-22")], words=2)] == ["a   bb    1", "aa  b   -22"]


# The atlas.


def test_the_atlas_is_that_of_the_course(here):
    options = ["--words", "40", "--window", "5", "--directions", "3", "--dimensions", "20", "--title", "Mine"]
    first, second = w2vlib.count_corpus("mytext", 2).words
    options += ["--example", first, "--example", second, "--questions", "questions.txt", "--name", "same"]
    assert run("atlas", "mytext", "-o", "one", *options).out == f"{Path('one/same/index.html')}\n"
    given = [option.replace("--words", "--vocabulary") for option in options]
    from w2vlib.course.atlas.__main__ import main as atlas

    assert atlas(["mytext", "--out", "two", *given]) == 0
    found = [
        {path.name: path.read_bytes() for path in Path(folder).rglob("*.*")} for folder in ("one", "two")
    ]
    assert found[0] == found[1] and len(found[0]) > 5
    told = json.loads(run("atlas", "mytext", "-o", "one", *options, "--json").out)
    assert told == {"written": str(Path("one/same/index.html"))}


def test_an_example_may_be_spelled_as_the_page_understands_it():
    from w2vlib.course.atlas.__main__ import check_examples

    check_examples(
        ["King, Queen", "new york king", "don't", "Cafe\u0301"],
        ["king", "queen", "new york", "don't", "café"],
    )
    with pytest.raises(ValueError, match="'kingg' is not one of the 1 words"):
        check_examples(["King", "kingg"], ["king"])


def test_several_texts_make_one_atlas(here):
    options = ["--directions", "2", "--words", "30", "--window", "4"]
    err = run("atlas", "mytext/one.txt", "mytext/two.txt", *options, code=1).err
    assert "an atlas of several texts is not named after one of them" in err
    run("atlas", "mytext/one.txt", "mytext/two.txt", *options, "--name", "both")
    run("atlas", "mytext", *options)
    assert Path("atlas/both/atlas.json").read_bytes() == Path("atlas/mytext/atlas.json").read_bytes()
    err = run("atlas", "mytext/one.txt", *options, "--name", "both", code=1).err
    assert "'both' is the atlas of another corpus already" in err
    assert "of which one file is taken" in run("atlas", "mytext", "counts.w2v", "--name", "x", code=1).err


# Errors.

BIG = "9" * 30


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["count", "nowhere", "-o", "new.w2v"], "there is no file or folder nowhere"),
        (["count", "", "-o", "new.w2v"], "must not be empty; . is the folder you are in"),
        (["count", "mytext", "mytext", "-o", "new.w2v"], "would be read twice"),
        (["count", "mytext", "mytext/one.txt", "-o", "new.w2v"], "would be read twice"),
        (["count", "empty", "-o", "new.w2v"], "holds no file to read"),
        (["count", "hidden", "-o", "new.w2v"], "but 1 whose names begin with a dot"),
        (["count", "blank.txt", "-o", "new.w2v"], "documents hold no word at all"),
        (["count", "bad.txt", "-o", "new.w2v"], "bad.txt, line 2, byte 4: 0xe9 is not valid UTF-8"),
        (["count", "vectors.npz", "-o", "new.w2v"], "zip archive"),
        (["count", "-", "-o", "new.w2v"], "not from standard input: write it to a file first"),
        (["count", "pipe", "-o", "new.w2v"], "no file that can be read again and again"),
        (["count", "mytext", "-o", "new.txt"], "a file that ends in .w2v, not in new.txt"),
        (["count", "mytext", "-o", "none/new.w2v"], "could not write none/new.w2v .there is no folder"),
        (["count", "mytext", "-o", "blank.txt/new.w2v"], "could not write blank.txt/new.w2v"),
        (["count", "mytext", "-o", "folder.w2v"], "could not write folder.w2v .Is a directory"),
        (["count", "mytext", "-o", "x" * 300 + ".w2v"], "File name too long"),
        (["count", "mytext", "-o", "mytext/new.w2v"], "lies in the folder mytext and would be read as text"),
        (["count", ".", "-o", "new.w2v"], "lies in the folder . and would be read as text"),
        (["count", "counts.w2v", "-o", "counts.w2v"], "it is the text itself"),
        (["count", "link.w2v", "-o", "counts.w2v"], "it is the text itself"),
        (
            ["count", "counts.w2v", "-o", "new.w2v"],
            "counts.w2v holds counts already; go on with them: w2v embed counts.w2v",
        ),
        (["count", "mytext", "-o", "new.w2v", "--words", "241"], "ask for 240 or fewer"),
        (["count", "mytext", "-o", "new.w2v", "--words", BIG], "ask for 240 or fewer"),
        (
            ["count", "mytext", "-o", "new.w2v", "--words", "0"],
            "--words must be a whole number from 1 on, not 0",
        ),
        (
            ["count", "mytext", "-o", "new.w2v", "--window", "0"],
            "--window must be a whole number from 1 on, not 0",
        ),
        (["count", "mytext", "-o", "new.w2v", "--window", BIG], "wider than any text"),
        (["count", "mytext", "-o", "new.w2v", "-w", "60", "--weighting", "harmonic"], "at most 22"),
        (["count", "mytext", "-o", "new.w2v", "--min-count", "9999"], "no word occurs at least 9999 times"),
        (["embed", "nowhere.w2v", "-o", "new.txt"], "nowhere.w2v: No such file"),
        (["embed", "bad.w2v", "-o", "new.txt"], "not a file of w2vlib statistics"),
        (
            ["embed", "counts.w2v", "-o", "new"],
            "could not tell the format of new from its name: .* --format text",
        ),
        (["embed", "counts.w2v", "-o", "new.w2v"], "let it end in .txt, .vec, .bin, .npz, .kv"),
        (["embed", "counts.w2v", "-o", "new/"], "it is the name of a folder"),
        (["embed", "counts.w2v", "-o", "none/new.txt"], "there is no folder"),
        (["embed", "mytext", "-o", "mytext/new.txt"], "would be read as text the next time"),
        (["embed", "mytext/one.txt", "-o", "mytext/one.txt"], "it is the text itself"),
        (
            ["embed", "counts.w2v", "-o", "new.txt", "-d", "0"],
            "--dimensions must be a whole number between 1 and 240",
        ),
        (
            ["embed", "counts.w2v", "-o", "new.txt", "-d", "241"],
            "--dimensions must be a whole number between 1 and 240",
        ),
        (["embed", "counts.w2v", "-o", "new.txt", "-V", "241"], "the vocabulary has no more words"),
        (
            ["embed", "counts.w2v", "-o", "new.txt", "--core", "0"],
            "--core must be a whole number from 1 on, not 0",
        ),
        (
            ["embed", "counts.w2v", "-o", "new.txt", "--pseudo-count", "-1"],
            "--pseudo-count must be 0 or more",
        ),
        (["neighbours", "nowhere.txt", "king"], "nowhere.txt: No such file"),
        (["neighbours", "mytext", "king"], "mytext: Is a directory"),
        (["neighbours", "-", "king"], "not from standard input"),
        (
            ["neighbours", "counts.w2v", "king"],
            "counts and no vectors; make some of them: w2v embed counts.w2v",
        ),
        (["neighbours", "mytext/one.txt", "king"], "could not convert to a number"),
        (["neighbours", "vectors.txt", "King"], "did you mean 'king'"),
        (["neighbours", "vectors.txt", ""], "'' is not among"),
        (
            ["neighbours", "vectors.txt", "king", "--from", "npz"],
            "cannot be read in the format npz and looks like text; leave --from out",
        ),
        (["analogies", "vectors.txt", "--questions", "nowhere"], "nowhere: No such file"),
        (["analogies", "vectors.txt", "--questions", "blank.txt"], "blank.txt holds no question"),
        (["analogies", "vectors.txt", "man", "king", "womann"], "did you mean 'woman'"),
        (["convert", "vectors.txt", "mytext"], "could not write mytext .Is a directory"),
        (["convert", "vectors.txt", "folder.w2v", "--to", "text"], "Is a directory"),
        (["convert", "spaced.npz", "new.txt"], "cannot hold the word 'a b'"),
        (["convert", "counts.w2v", "new.txt"], "counts and no vectors"),
        (["atlas", "nowhere"], "there is no corpus nowhere"),
        (["atlas", "-"], "not from standard input"),
        (["atlas", "."], "atlas: it lies in the folder . and would be read as text"),
        (
            ["atlas", "counts.w2v", "--window", "3"],
            "keep their window; leave --window out, or name the text: w2v atlas mytext --window",
        ),
        (["atlas", "mytext", "--words", "x"], "--words must be a whole number from 1 on, not 'x'"),
        (["atlas", "counts.w2v", "--example", "king kingg"], "'kingg' is not one of the 240 words"),
        (
            ["embed", "counts.w2v", "-o", "new.txt", "--residual", "5"],
            "--residual must be less than 1, not 5",
        ),
        (["embed", "enormous.txt", "-o", "new.txt"], "aaaaaaaa…; use a smaller vocabulary"),
        (
            ["merge", "one.w2v", "mytext", "-o", "b.w2v"],
            "mytext is no file of counts, whose name ends in .w2v",
        ),
        (["merge", "one.w2v", "two.w2v", "-o", "b.txt"], "kept in a file that ends in .w2v, not in b.txt"),
        (
            ["merge", "one.w2v", "other.w2v", "-o", "b.w2v"],
            "other.w2v was not counted as one.w2v was: its window",
        ),
        (
            ["merge", "one.w2v", "fewer.w2v", "-o", "b.w2v"],
            "vocabulary is another one; count its text anew: w2v count",
        ),
        (["merge", "one.w2v", "none.w2v", "-o", "b.w2v"], "none.w2v: No such file"),
        (["remove", "one.w2v", "two.w2v", "-o", "b.w2v"], "this text is not in these statistics: "),
        (
            ["remove", "counts.w2v", "one.w2v", "one.w2v", "-o", "b.w2v"],
            "this text is not in these statistics: ",
        ),
        (
            ["remove", "counts.w2v", "one.w2v", "mytext", "-o", "b.w2v"],
            "are taken, or text, and not both",
        ),
        (["remove", "counts.w2v", "mytext", "-o", "mytext/b.w2v"], "lies in the folder mytext"),
        (
            ["remove", "counts.w2v", "other.w2v", "-o", "b.w2v"],
            "other.w2v was not counted as counts.w2v was: its window",
        ),
        (["influence", "one.w2v", "mytext/two.txt"], "document 1 is not in these statistics: "),
        (["influence", "mytext", "mytext"], "mytext is no file of counts"),
        (["influence", "one.w2v", "two.w2v"], "two.w2v holds counts, and text is taken"),
        (["influence", "counts.w2v", "mytext", "--scale", "0"], "scale must be a positive, finite number"),
        (["count", "mytext", "-o", "b.w2v", "--like", "mytext"], "mytext is no file of counts"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_and_nothing_is_left(here, arguments, message):
    for name in ("empty", "hidden", "folder.w2v"):
        Path(name).mkdir()
    Path("hidden/.x.txt").write_text("a b\n", encoding="utf-8")
    Path("enormous.txt").write_text("a" * 10_000, encoding="utf-8")
    Path("blank.txt").write_text("\n \n", encoding="utf-8")
    Path("bad.txt").write_bytes(b"a b\ncaf\xe9\n")
    Path("bad.w2v").write_bytes(b"bad")
    Path("link.w2v").symlink_to("counts.w2v")
    os.mkfifo("pipe")
    w2vlib.Embedding(("a b",), [[1.0]]).save_npz("spaced.npz")
    words = w2vlib.CorpusStatistics.load("one.w2v").words
    for name, how in (("other", {"window": 3}), ("fewer", {"words": ["king", "queen"]})):
        w2vlib.count_corpus("mytext/one.txt", **({"words": words} | how)).save(f"{name}.w2v")
    before = {path: path.is_file() and path.read_bytes() for path in Path().rglob("*")}
    done = run(*arguments, code=1)
    assert re.fullmatch(r"Error: .*\n", done.err) and re.search(message, done.err), done.err
    assert "[Errno" not in done.err and done.out == ""
    assert {path: path.is_file() and path.read_bytes() for path in Path().rglob("*")} == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["cuont"], "No such command 'cuont'"),
        (["_text"], "No such command '_text'"),
        (["--wrong"], "No such option"),
        (["count"], "Missing argument 'TEXT...'"),
        (["count", "mytext"], "Missing option '-o'"),
        (["count", "-o", "new.w2v"], "Missing argument 'TEXT...'"),
        (["count", "mytext", "-o", "new.w2v", "--words", "many"], "'many' is not a valid integer"),
        (["count", "mytext", "-o", "new.w2v", "--weighting", "round"], "'round' is not one of"),
        (["embed", "counts.w2v", "mytext", "-o", "new.txt"], "One file of counts is taken"),
        (["embed", "counts.w2v", "-o", "new.txt", "--window", "16"], "--window says how to count"),
        (["embed", "counts.w2v", "-o", "new.txt", "--min-count", "1"], "--min-count says how to count"),
        (["embed", "counts.w2v", "-o", "new.txt", "--format", "word"], "'word' is not one of"),
        (["embed", "counts.w2v", "-o", "new.txt", "--digits", "18"], "18 is not in the range"),
        (["neighbours", "vectors.txt"], "Missing argument 'WORD...'"),
        (["analogies", "vectors.txt", "man", "king"], "An analogy has three words"),
        (
            ["analogies", "vectors.txt", "man", "king", "woman", "--questions", "questions.txt"],
            "Three words are a question of their own; leave them out, or --questions",
        ),
        (["analogies", "vectors.txt", "man", "king", "woman", "--keep-capitals"], "or --keep-capitals"),
        (["convert", "vectors.txt"], "Missing argument 'OUTPUT'"),
        (["convert", "vectors.txt", "new.txt", "--from", "kv"], "'kv' is not one of"),
        (["merge", "one.w2v", "-o", "both.w2v"], "Give two or more files of counts"),
        (
            ["count", "mytext", "-o", "b.w2v", "--like", "one.w2v", "-w", "16"],
            "--like one.w2v says how to count",
        ),
        (["influence", "counts.w2v"], "Missing argument 'TEXT...'"),
    ],
)
def test_what_is_not_understood_is_an_error_of_use(here, arguments, message):
    before = set(os.listdir())
    done = run(*arguments, code=2)
    assert message in done.err and done.err.startswith("Usage: w2v") and done.out == ""
    assert set(os.listdir()) == before


@pytest.mark.parametrize("output", ["none/new.txt", "mytext/new.txt", "new", "folder.txt", "new.txt/"])
@pytest.mark.parametrize("name", ["embed", "count", "convert"])
def test_what_cannot_be_written_is_known_before_anything_is_read(here, name, output, monkeypatch):
    Path("folder.txt").mkdir()
    if name == "count":
        Path("folder.w2v").mkdir()
        output = output.replace("txt", "w2v")
    for read in (_text.Corpus, w2vlib.CorpusStatistics):
        monkeypatch.setattr(read, "__init__", lambda *_, **__: pytest.fail("it was read"))
    monkeypatch.setattr(_formats, "load", lambda *_: pytest.fail("it was read"))
    if name == "convert" and output.startswith("mytext"):
        return
    given = ["convert", "vectors.txt", output] if name == "convert" else [name, "mytext", "-o", output]
    assert output in run(*given, code=1).err


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read and write everything"
)
def test_what_is_protected_is_said_before_anything_is_read(here):
    Path("closed").mkdir(0o500)
    assert (
        "closed is protected against writing" in run("count", "nowhere", "-o", "closed/new.w2v", code=1).err
    )
    Path("counts.w2v").chmod(0o400)
    assert "protected against writing" in run("count", "nowhere", "-o", "counts.w2v", code=1).err
    Path("vectors.txt").chmod(0)
    assert "Permission denied" in run("neighbours", "vectors.txt", "king", code=1).err


def test_what_memory_does_not_hold_is_said(here, monkeypatch):
    def too_much(*_, **__):
        raise np._core._exceptions._ArrayMemoryError((10**6, 10**6), np.dtype(float))

    monkeypatch.setattr(_text, "count_at_most", too_much)
    err = run("count", "mytext", "-o", "new.w2v", code=1).err
    assert re.fullmatch(
        r"Error: there is not enough memory \(Unable to allocate .*\); keep fewer words\n", err
    )


def test_a_fault_of_ours_is_not_hidden(here, monkeypatch):
    def fault(*_, **__):
        raise AttributeError("a fault")

    monkeypatch.setattr(_text, "count_at_most", fault)
    with pytest.raises(AttributeError, match="a fault"):
        CliRunner().invoke(w2v, ["count", "mytext", "-o", "new.w2v"], catch_exceptions=False)


# What is said where.


@pytest.mark.parametrize("name", NAMES)
def test_json_is_all_there_is_on_standard_output_and_quiet_is_quiet(here, name):
    for line in lines_under("Examples", helped(name)):
        arguments = shlex.split(line)[1:]
        if "--json" in arguments:
            continue
        done = run(*arguments, "--json")
        json.loads(done.out)
        assert done.out.isascii() and done.err == ""
        assert run(*arguments, "--quiet").err == ""
        writes = name in "count embed convert compress merge remove predict train report".split()
        prints = not writes or name == "predict"
        assert (run(*arguments, "-q").out != "") == prints
        assert (run(*arguments).err != "") == writes


def test_progress_is_shown_where_it_is_wanted(here):
    for given, seen in (
        (["--progress"], True),
        (["--no-progress"], False),
        ([], False),
        (["-q", "--progress"], True),
    ):
        done = run("count", "mytext", "-o", "new.w2v", "--json", *given)
        assert ("reading" in done.err) == seen
        json.loads(done.out)


@posix
def test_progress_is_shown_in_a_terminal(here):
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    for given, seen in ([], True), (["-q"], False):
        command = [sys.executable, "-m", "w2vlib", "count", "mytext", "-o", "new.w2v", "--json", *given]
        done = subprocess.run(command, env=environ(), stdout=subprocess.PIPE, stderr=theirs, check=True)
        os.write(theirs, b"\n.\n")
        said = b""
        while not said.endswith(b".\r\n"):
            said += os.read(ours, 1 << 16)
        assert (b"reading" in said) == seen
        json.loads(done.stdout)
    os.close(ours), os.close(theirs)


def test_progress_without_tqdm_is_an_error_only_where_it_is_asked_for(here, monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    assert "this needs tqdm" in run("count", "mytext", "-o", "new.w2v", "--progress", code=1).err
    run("count", "mytext", "-o", "new.w2v")


# Processes.


def test_without_click_a_line_says_what_to_install():
    code = "import sys; sys.modules['click'] = None; from w2vlib.commands import main; main(['count'])"
    done = subprocess.run([sys.executable, "-c", code], env=environ(), capture_output=True, text=True)
    assert done.returncode == 1 and done.stdout == ""
    assert re.fullmatch(r"Error: .*needs click: pip install click.*\n", done.stderr)


@posix
def test_an_interrupt_leaves_nothing_and_says_so(here):
    for place in ("_text.count_at_most", "_text.Corpus", "count._text.check_output"):
        code = (
            "import os, signal, sys, w2vlib.commands as commands; from w2vlib.commands import _text, count; "
            "signal.signal(signal.SIGINT, signal.default_int_handler); "
            f"commands.{place} = lambda *_, **__: os.kill(os.getpid(), signal.SIGINT); "
            "commands.main(['count', 'mytext', '-o', 'new.w2v'])"
        )
        done = subprocess.run([sys.executable, "-c", code], env=environ(), capture_output=True, text=True)
        assert (done.returncode, done.stdout, done.stderr) == (130, "", "Interrupted\n")
        assert not Path("new.w2v").exists()


@posix
def test_a_closed_pipe_ends_quietly(here):
    words = w2vlib.CorpusStatistics.load("counts.w2v").words
    command = [sys.executable, "-m", "w2vlib", "neighbours", "vectors.txt", *words, "-n", "240"]
    with subprocess.Popen(command, env=environ(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as started:
        assert started.stdout.readline().split()[0] == words[0].encode()
        started.stdout.close()
        assert (started.stderr.read(), started.wait()) == (b"", 141)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="Linux has a device that is full")
def test_a_full_output_is_an_error(here):
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "w2vlib", "neighbours", "vectors.txt", "king"]
        done = subprocess.run(command, env=environ(), stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (1, "Error: No space left on device\n")


def test_a_terminal_that_cannot_show_a_word_shows_its_number(here):
    w2vlib.Embedding(("König", "王"), np.eye(2) + 1).save_word2vec_text("scripts.txt")
    command = [sys.executable, "-m", "w2vlib", "neighbours", "scripts.txt", "König"]
    settings = environ(PYTHONIOENCODING="latin-1", PYTHONUTF8="0")
    done = subprocess.run(command, env=settings, capture_output=True)
    assert (done.returncode, done.stdout.split()[0], done.stderr) == (0, rb"\u738b", b"")


@posix
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("co", {"compress", "convert", "count"}),
        ("count --w", {"--words", "--window", "--weighting", "--workers"}),
        ("count my", {"my"}),
    ],
)
def test_the_shell_completes_commands_options_and_files(here, typed, offered):
    words = ["w2v", *typed.split(" ")]
    settings = environ(
        _W2V_COMPLETE="bash_complete", COMP_WORDS=" ".join(words), COMP_CWORD=str(len(words) - 1)
    )
    done = subprocess.run([sys.executable, "-m", "w2vlib"], env=settings, capture_output=True, text=True)
    assert {line.split(",")[1] for line in done.stdout.splitlines()} == offered
    assert ("file," in done.stdout) == ("my" in typed)


def test_the_help_tells_how_to_complete_and_the_script_is_there():
    for shell in re.findall(r"_W2V_COMPLETE=(\w+)_source", w2v.help):
        command = [sys.executable, "-m", "w2vlib"]
        settings = environ(_W2V_COMPLETE=f"{shell}_source")
        done = subprocess.run(command, env=settings, capture_output=True, text=True)
        assert done.returncode == 0 and "w2v" in done.stdout


def test_the_entry_point_and_the_module_are_the_command():
    import tomllib

    root = Path(__file__).resolve().parents[1]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["scripts"] == {"w2v": f"{main.__module__}:{main.__name__}"}
    assert "click" in project["optional-dependencies"]["cli"]
    done = process("--version", text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"w2v, version {w2vlib.__version__}\n", "")


# Training that was predicted, and goes on.


def test_runs_are_those_of_the_library_one_file_for_each_seed(here):
    done = run("train", "prediction.json", "counts.w2v", "-o", "new.npz")
    assert [line for line in done.err.splitlines() if line.startswith("Wrote")] == [
        f"Wrote new-{seed}.npz: {(steps := Trajectory.load('run-0.npz')).last_step:,} steps, "
        f"{len(steps.steps):,} of them recorded"
        for seed in (0, 1)
    ]
    for seed in (0, 1):
        assert Path(f"new-{seed}.npz").read_bytes() == Path(f"run-{seed}.npz").read_bytes()
    run("train", "prediction.json", "counts.w2v", "-o", "one.npz", "--seed", "1", "--seed", "1", "-q")
    assert Path("one.npz").read_bytes() == Path("run-1.npz").read_bytes()
    assert not list(Path().glob("*.checkpoint"))


def test_a_run_that_is_interrupted_goes_on_with_the_same_command(here, monkeypatch):
    from w2vlib.training import _loop

    looked = [0]

    def strengths(state, found=_loop.pair_strengths):
        looked[0] += 1
        if looked[0] == 150:  # of the second seed
            raise KeyboardInterrupt
        return found(state)

    monkeypatch.setattr(_loop, "pair_strengths", strengths)
    stopped = run("train", "prediction.json", "counts.w2v", "-o", "new.npz", code=130)
    assert "the same command goes on from new-1.npz.checkpoint\nInterrupted\n" in stopped.err
    assert "Warning" not in stopped.err and not Path("new-1.npz").exists()
    before = looked[0]
    run("train", "prediction.json", "counts.w2v", "-o", "new.npz")
    assert looked[0] - before < 60  # of some 200 looks; the first seed is only looked at once more
    for seed in (0, 1):
        assert Path(f"new-{seed}.npz").read_bytes() == Path(f"run-{seed}.npz").read_bytes()
    assert not list(Path().glob("*.checkpoint"))


@pytest.mark.parametrize(
    "given, said",
    [
        (["-o", "new.txt"], "runs are kept in files that end in .npz, not in new.txt; name one: -o run.npz"),
        (["-o", "new.npz", "--seed", "7"], "seed 7 was not predicted, only 0, 1; take one of these"),
        (["-o", "none/new.npz"], "could not write none/new-0.npz (there is no folder"),
        (
            ["-o", "new.npz", "--checkpoint-every", "-1"],
            "--checkpoint-every must be 0 or more and finite, not -1",
        ),
    ],
)
def test_what_cannot_be_trained_is_refused_before_training(here, given, said):
    before = sorted(os.listdir())
    assert said in run("train", "prediction.json", "counts.w2v", *given, code=1).err
    assert sorted(os.listdir()) == before


def test_other_counts_and_other_files_are_not_trained_on(here):
    assert (
        "these are not the statistics that were predicted from"
        in run("train", "prediction.json", "one.w2v", "-o", "new.npz", code=1).err
    )
    assert "is not a prediction" in run("train", "counts.w2v", "counts.w2v", "-o", "new.npz", code=1).err
    assert "is no file of counts" in run("train", "prediction.json", "mytext", "-o", "new.npz", code=1).err
    Path("new-0.npz.checkpoint").write_bytes(b"something else")
    assert (
        "new-0.npz.checkpoint is not a file of a checkpoint of training"
        in run("train", "prediction.json", "counts.w2v", "-o", "new.npz", code=1).err
    )


def test_word2vec_is_trained_or_the_lack_of_pytorch_is_said(here, monkeypatch):
    stats = w2vlib.CorpusStatistics.load("counts.w2v").first(30)
    stats.save("few.w2v")
    settings = prediction.Settings("word2vec", d=5, directions=2, seeds=(0,), epochs=1)
    told = prediction.predict(stats, settings)
    told.save("word2vec.json")
    run("train", "word2vec.json", "few.w2v", "-o", "new.npz")
    found = Trajectory.load("new.npz")
    assert found.objective == "logistic" and found.words == stats.words
    monkeypatch.setitem(sys.modules, "torch", None)
    said = run("train", "word2vec.json", "few.w2v", "-o", "other.npz", code=1).err
    assert said.endswith("Error: this needs torch, which is not installed: pip install torch\n")
