"""The commands of the Makefile: what is given to them is a value, whatever it holds, and never a command."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import w2vlib
from w2vlib.course.atlas import little_corpus
from w2vlib.course.atlas.__main__ import main

ROOT = Path(__file__).resolve().parents[1]
#: Stands where Python stands in .venv, and says what it was called with.
STUB = "#!/bin/sh\nexec {python} -c 'import json, os, sys; print(json.dumps([sys.argv[1:], dict(os.environ)]))' \"$@\"\n"
HARD = (
    "quote's", '"quoted"', "two  words", "a$b", "$(HOME)", "${HOME}", "$$", "$(shell touch ran)", "`touch ran`",
    "$(touch ran)", "x'; touch ran; : '", 'x"; touch ran; : "', "a#b", "a\\b", "a;touch ran", "a&touch ran", "-x",
    "--help", "日本", "*", "%", "a=b", "~", ".", "..", "folder/", "a|b", ">ran", "!!", "new\nline", "a\tb", "\\",
)  # fmt: skip


@pytest.fixture
def project(tmp_path) -> Path:
    """A copy of the Makefile with a stub for Python, so that no command takes long."""
    folder = tmp_path / "project"
    (folder / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", folder)
    stub = folder / ".venv" / "bin" / "python"
    stub.write_text(STUB.format(python=sys.executable), encoding="utf-8")
    stub.chmod(0o755)
    return folder


def make(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    command = ["make", "--no-print-directory", "-o", ".venv/.ready", *arguments]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(command, cwd=folder, env=clean | environment, capture_output=True, text=True)


def called(folder: Path, *arguments: str, **environment: str) -> tuple[list[str], dict]:
    done = make(folder, *arguments, **environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert not [*folder.rglob("ran")]
    return json.loads(done.stdout)


@pytest.mark.parametrize("given", HARD)
def test_what_is_given_arrives_as_it_is_written(project, given):
    start = ["-m", "w2vlib.course.atlas"]
    for target, before in (
        ("atlas", [*start, "--"]),
        ("data", ["tools/make_wikipedia_data.py"]),
        ("vectors", ["tools/make_wikipedia_vectors.py"]),
    ):
        assert called(project, target, f"CORPUS={given}")[0] == [*before, given]
        assert called(project, target, CORPUS=given)[0] == [*before, given]
    options = called(project, "atlas", f"WORDS={given}", f"WINDOW={given}", f"NAME={given}", "CORPUS=text")[0]
    assert options == [
        *start, f"--vocabulary={given}", f"--window={given}", f"--name={given}", "--", "text",
    ]  # fmt: skip
    assert called(project, "serve", f"PORT={given}")[1]["PORT"] == given
    for name in ("BOOK_REPOSITORY", "BOOK_BRANCH", "BOOK_URL"):
        assert called(project, "book", f"{name}={given}")[1][name] == given


def test_without_values_there_are_no_arguments(project):
    assert called(project, "atlas", NAME="host", WINDOW="80")[0] == ["-m", "w2vlib.course.atlas"]
    for target in ("data", "vectors"):
        done = make(project, target)
        assert done.returncode != 0 and f"make {target} CORPUS=folder" in done.stderr


@pytest.mark.parametrize("given", HARD)
def test_another_python_and_index_are_no_commands_either(project, given):
    (project / ".venv" / "bin" / "python").unlink()
    for name in ("requirements.txt", "pyproject.toml"):
        (project / name).touch()
    done = subprocess.run(
        ["make", f"PYTHON={given}", f"TORCH_INDEX={given}", "setup"], cwd=project, capture_output=True
    )
    assert done.returncode != 0 and not [*project.rglob("ran")]


def test_a_python_with_a_space_in_its_path_is_asked_for_its_version(project):
    stub = project / "my python"
    stub.write_text('#!/bin/sh\necho "$4" >asked\nexit 9\n', encoding="utf-8")
    stub.chmod(0o755)
    for name in ("requirements.txt", "pyproject.toml"):
        (project / name).touch()
    command = ["make", f"PYTHON={stub}", "setup"]
    assert subprocess.run(command, cwd=project, capture_output=True).returncode != 0
    assert (project / "asked").exists()


def test_help_and_readme_name_the_same_variables(project):
    said = make(project, "help").stdout
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("CORPUS", "WORDS", "WINDOW", "NAME", "PYTHON", "TORCH_INDEX"):
        assert f"{name}=" in said and f"{name}=" in readme, name
    given = re.search(r"^GIVEN := (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)[1].split()
    assert set(re.findall(r"\b([A-Z][A-Z_]+)=", said)) <= set(given)


# The commands themselves.


def python(*arguments, cwd: Path, **environment: str) -> subprocess.CompletedProcess:
    home = {"PYTHONPATH": str(Path(w2vlib.__file__).parents[1]), "PYTHONWARNINGS": "default"}
    command = [sys.executable, *map(os.fspath, arguments)]
    return subprocess.run(
        command, cwd=cwd, env=os.environ | home | environment, capture_output=True, text=True
    )


@pytest.mark.parametrize("port", ["x", "0", "-1", "65536", "9" * 99, "80 80", "８０", "1e3", "$x"])
def test_a_port_that_is_none_is_refused_before_anything_is_built(port):
    done = python(ROOT / "tools" / "serve_book.py", cwd=ROOT, PORT=port)
    assert done.returncode == 1 and done.stdout == ""
    assert (
        done.stderr
        == f"PORT must be a whole number between 1 and 65535, not {port!r}: make serve PORT=8000\n"
    )


def test_a_port_in_use_is_named_before_anything_is_built():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = python(ROOT / "tools" / "serve_book.py", cwd=ROOT, PORT=str(port))
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith(f"Port {port} cannot be used")


@pytest.mark.parametrize("tool", ["make_wikipedia_data.py", "make_wikipedia_vectors.py"])
def test_a_folder_without_the_corpus_is_refused(tool, tmp_path):
    for folder in (tmp_path, tmp_path / "no folder", Path("-x")):
        done = python(ROOT / "tools" / tool, folder, cwd=tmp_path)
        assert done.returncode == 1 and "Traceback" not in done.stderr
        assert "there is no enwiki-0.txt.xz in" in done.stderr and repr(str(folder)) in done.stderr


def test_a_text_that_cannot_be_written_is_said_so(tmp_path):
    (tmp_path / "file").touch()
    done = python("-m", "w2vlib.course.atlas.little_corpus", tmp_path / "file", cwd=tmp_path)
    assert done.returncode == 1 and done.stderr.startswith("The text was not written")


# The atlas of any corpus.


@pytest.fixture
def atlas(capsys, monkeypatch):
    """The command, run in a folder, without a process of its own."""

    def run(*arguments, cwd: Path) -> SimpleNamespace:
        monkeypatch.chdir(cwd)
        code = main(["--vocabulary=40", "--directions=2", *map(os.fspath, arguments)])
        said = capsys.readouterr()
        return SimpleNamespace(returncode=code, stdout=said.out, stderr=said.err)

    return run


@pytest.fixture(scope="module")
def text(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("text") / "stories.txt"
    path.write_text("\n".join(little_corpus.stories(count=300)), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("quote's", "quote-s"), ("日本", "日本"), ("a$b;c #d\\", "a-b-c-d"), ("-x", "x"), ("two  words/", "two-words"),
        ("wikipedia", "above-wikipedia"), ("little", "above-little"), ("กิน", "กิน"), ("x" * 200, "x" * 60),
        ("\udcff!", "above"), ("My.Text", "my-text"),
    ],
)  # fmt: skip
def test_a_folder_of_any_name_gets_an_atlas(atlas, folder, name, text, tmp_path):
    above = tmp_path / "above"
    place = above / folder.rstrip("/")
    try:
        place.mkdir(parents=True)
    except (OSError, UnicodeError):
        pytest.skip("this file system takes no such name")
    shutil.copy(text, place)
    done = atlas("--", folder, cwd=above)
    assert (done.returncode, done.stderr) == (0, "")
    assert (above / "_build" / "atlas" / name / "index.html").exists()
    assert [path.name for path in (above / "_build" / "atlas").iterdir()] == [name]


def test_the_folder_in_which_one_stands_gets_an_atlas(atlas, text, tmp_path):
    place = tmp_path / "above" / "mine"
    (place / "inner").mkdir(parents=True)
    shutil.copy(text, place)
    for corpus, cwd in ((".", place), ("..", place / "inner")):
        assert atlas(corpus, "--out", tmp_path / "out", cwd=cwd).returncode == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine"]


def test_two_corpora_of_one_name_are_both_kept(atlas, text, tmp_path):
    for place in ("a/text", "b/text", "c/b/Text"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "a.txt").write_text(
            f"{place} " * 9 + text.read_text(encoding="utf-8"), encoding="utf-8"
        )
    shutil.copy(text, tmp_path / "text.txt")
    for _ in range(2):  # each finds its own again
        said = [atlas(place, cwd=tmp_path).stdout for place in ("a/text", "b/text", "c/b/Text", "text.txt")]
        names = [re.search(r"_build/atlas/(.*)/index.html", line)[1] for line in said]
        assert names[:3] == ["text", "b-text", "c-b-text"] and len(set(names)) == 4
    tokens = {
        json.loads((tmp_path / "_build" / "atlas" / name / "atlas.json").read_bytes())["corpus"]["tokens"]
        for name in names
    }
    assert len(tokens) > 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--vocabulary=x", "{text}"], r"WORDS \(--vocabulary\) must be a whole number from 1 on, not 'x'"),
        (["--vocabulary=0", "{text}"], r"WORDS \(--vocabulary\) must be a whole number from 1 on, not 0"),
        (["--vocabulary=-7", "{text}"], r"WORDS \(--vocabulary\) .* not -7"),
        (["--vocabulary=1e3", "{text}"], r"WORDS \(--vocabulary\) .* not '1e3'"),
        (["--vocabulary=" + "9" * 5000, "{text}"], r"WORDS \(--vocabulary\)"),
        (["--vocabulary=999999999999999999999", "{text}"], r"only \d+ different words are seen at least 5 times"),
        (["--window=x", "{text}"], r"WINDOW \(--window\) must be a whole number between 1 and 10000, not 'x'"),
        (["--window=0", "{text}"], r"WINDOW \(--window\)"),
        (["--window=999999999999999999999", "{text}"], r"WINDOW \(--window\) must be a whole number between 1 and 10000"),
        (["--window=3"], "counted before keep their window"),
        (["--directions=0", "{text}"], "--directions must be a whole number"),
        (["--dimensions=2.5", "{text}"], "--dimensions must be a whole number"),
        (["--name=///", "{text}"], r"name of letters or digits, not '///': NAME="),
        (["--name=Wikipedia", "{text}"], "'wikipedia' is an atlas of the book; choose another name: NAME="),
        (["--name=a\u202eb", "{text}"], "cannot be shown on a page"),
        (["--title=a\nb", "{text}"], "cannot be shown on a page"),
        (["{here}/empty"], "holds no file"),
        (["{here}/nowhere"], "there is no corpus .*nowhere"),
        (["{here}/broken"], "is a link to nothing, which does not exist"),
        (["{here}/pipe"], "neither a folder nor a file"),
        (["{here}/bad.w2v"], "not a file of w2vlib statistics"),
        (["{here}/japanese.txt"], "without spaces between its words, so that '王と女王は川のそばの古"),
        (["{here}/chinese.txt"], "without spaces between its words"),
        (["{here}/thai.txt"], "without spaces between its words"),
        (["--vectors=x", "{text}"], "--vectors takes NAME=FILE, not 'x'"),
        (["--vectors=a={here}/none.npy", "{text}"], "none.npy"),
        (["--vectors=a={here}/pickled.npy", "{text}"], "pickled.npy is not a file of numbers"),
        (["--vectors=a={here}/text.npy", "{text}"], "text.npy is not a file of numbers"),
        (["--vectors=a={here}/short.npy", "{text}"], "short.npy is not a file of numbers"),
        (["--vectors=a={here}/shape.npy", "{text}"], r"shape.npy must be a real matrix, one row for each of the 40 words, not of shape \(3, 2\)"),
        (["--vectors=a={here}/nan.npy", "{text}"], "nan.npy must be finite, but holds nan in row 0, column 0"),
        (["--vectors=a=b.txt", "--vectors=a=c.txt", "{text}"], "'a' is the name of other vectors already"),
        (["--vectors=PPMI=b.txt", "{text}"], "'PPMI' is the name of other vectors already"),
        (["--questions={here}/none.txt", "{text}"], "none.txt"),
        (["--questions={here}", "{text}"], "--questions: .* cannot be read: it is not a file"),
        (["--questions={here}/no_question.txt", "{text}"], "--questions: .*no_question.txt' holds no question"),
        (["--questions=", "{text}"], "--questions must not be empty"),
        (["--name=", "{text}"], "--name must not be empty"),
        (["--title=", "{text}"], "--title must not be empty"),
        (["--example=", "{text}"], "--example must not be empty"),
        (["--example=cook", "--example=", "{text}"], "--example must not be empty"),
        (["--vectors=a={here}", "{text}"], "--vectors: .* cannot be read: it is not a file"),
        (["--vectors=a={here}/none.bin", "{text}"], "--vectors: .*none.bin' cannot be read: No such file"),
        (["--vectors=a={here}/loop", "{text}"], "--vectors: .*loop' cannot be read: "),
        (["--vectors=a={here}/bad.bin", "{text}"], "bad.bin"),
        (["--out={here}/bad.w2v", "{text}"], "--out: nothing can be written to .*bad.w2v': Not a directory"),
        (["--out={here}/bad.w2v/deep", "{text}"], "--out: nothing can be written to .*deep': Not a directory"),
        (["--out={here}/" + "x" * 300, "{text}"], "--out: nothing can be written to .*: File name too long"),
        (["--out={here}/loop", "{text}"], "--out: nothing can be written to .*loop"),
    ],
)  # fmt: skip
def test_the_atlas_says_what_is_wrong_in_terms_of_the_command(atlas, arguments, message, text, tmp_path):
    class Runs:
        def __reduce__(self):
            return os.system, (f"touch '{tmp_path}/ran'",)

    for name, sentence in (
        ("japanese", "王と女王は川のそばの古い家に座っていた。男と女は家に歩いて帰った。\n"),
        ("chinese", "国王和王后坐在河边的老房子里，男人和女人一起走回家。\n"),
        ("thai", "กษัตริย์และราชินีนั่งอยู่ในบ้านเก่าริมแม่น้ำ\n"),
    ):
        (tmp_path / f"{name}.txt").write_text(9 * sentence, encoding="utf-8")
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").symlink_to("nothing")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "bad.w2v").write_bytes(b"bad")
    (tmp_path / "bad.bin").write_bytes(b"40 2\nsailor \x00")
    (tmp_path / "no_question.txt").write_text(": family\n", encoding="utf-8")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "text.npy").write_text("40 2\n", encoding="utf-8")
    np.save(tmp_path / "pickled.npy", np.array([Runs()], object), allow_pickle=True)
    np.save(tmp_path / "shape.npy", np.ones((3, 2)))
    np.save(tmp_path / "nan.npy", np.full((40, 2), np.nan))
    np.save(tmp_path / "short.npy", np.ones((40, 2)))
    (tmp_path / "short.npy").write_bytes((tmp_path / "short.npy").read_bytes()[:-8])
    before = {*tmp_path.rglob("*")}
    done = atlas(*(part.format(text=text, here=tmp_path) for part in arguments), cwd=tmp_path)
    assert done.returncode == 1 and "Traceback" not in done.stderr and done.stdout == ""
    assert done.stderr.startswith("No atlas was made: ") and re.search(message, done.stderr), done.stderr
    assert not (tmp_path / "ran").exists()
    assert {*tmp_path.rglob("*")} == before


def test_a_name_that_is_given_is_not_taken_from_another_corpus(atlas, text, tmp_path):
    shutil.copy(text, tmp_path / "other.txt")
    page = tmp_path / "_build" / "atlas" / "mine" / "index.html"
    assert atlas("--name=mine", text, cwd=tmp_path).returncode == 0
    first = {path: path.read_bytes() for path in page.parent.iterdir()}
    done = atlas("--name=Mine", "other.txt", cwd=tmp_path)
    assert (
        done.returncode == 1
        and done.stdout == ""
        and re.search(
            r"NAME \(--name\): 'mine' is the atlas of another corpus already; .* remove _build/atlas/mine",
            done.stderr,
        )
    )
    assert {path: path.read_bytes() for path in page.parent.iterdir()} == first
    assert (
        atlas("--name=mine", "--directions=3", text, cwd=tmp_path).returncode == 0
    )  # one's own is made anew
    assert page.read_bytes() != first[page]
    shutil.rmtree(page.parent)
    assert atlas("--name=mine", "other.txt", cwd=tmp_path).returncode == 0


def test_an_atlas_is_compared_with_vectors_in_both_formats_of_word2vec(atlas, text, tmp_path):
    stats = w2vlib.count_corpus(w2vlib.Corpus(text), size=40, window=16, min_count=5)
    vectors = w2vlib.Embedding(
        stats.words, np.random.default_rng(0).standard_normal((40, 5)).astype(np.float32)
    )
    vectors.save_word2vec_binary(tmp_path / "vectors.bin")
    vectors.save_word2vec_text(tmp_path / "vectors.txt")
    made = []
    for name in ("vectors.bin", "vectors.txt"):
        assert atlas(f"--vectors=SGNS={name}", text, cwd=tmp_path).returncode == 0
        made.append(json.loads((tmp_path / "_build" / "atlas" / "stories" / "atlas.json").read_bytes()))
    assert made[0] == made[1] and "SGNS" in made[0]["directions"][0]["nearest"]


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read and write everything"
)
@pytest.mark.parametrize("option", ["--vectors=a=", "--questions=", "--out="])
def test_what_may_not_be_read_or_written_is_said_so(atlas, option, text, tmp_path):
    place = tmp_path / "place"
    place.mkdir() if option == "--out=" else place.touch()
    place.chmod(0o500 if option == "--out=" else 0)
    done = atlas(f"{option}{place}", text, cwd=tmp_path)
    assert done.returncode == 1 and option[:5] in done.stderr and "Permission denied" in done.stderr
    assert [*tmp_path.iterdir()] == [place]


def test_text_with_spaces_in_those_scripts_gets_an_atlas(tmp_path):
    words = [f"{one}{other}" for one in "王女川家男" for other in "のには本山"]
    rng = np.random.default_rng(0)
    lines = [" ".join(rng.choice(words[:12] if n % 2 else words[12:], 30)) for n in range(100)]
    (tmp_path / "text.txt").write_text("\n".join(lines), encoding="utf-8")
    done = python("-m", "w2vlib.course.atlas", "text.txt", "--directions=1", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_another_program_left_is_made_anew(atlas, text, tmp_path):
    assert atlas(text, cwd=tmp_path).returncode == 0
    folder = tmp_path / "_build" / "atlas" / "stories"
    whole = {path.name: path.read_bytes() for path in folder.iterdir()}
    for name in whole:
        for content in (b"", b"\xff\xfe", b"{", whole[name][:-9]):
            if name == "source.json":
                continue
            (folder / name).write_bytes(content)
            assert atlas(text, cwd=tmp_path).returncode == 0
            assert {path.name: path.read_bytes() for path in folder.iterdir()} == whole


def test_every_file_that_is_read_belongs_to_the_key(atlas, text, tmp_path):
    place = tmp_path / "corpus" / "__pycache__"  # passed over in programs, but read in a corpus
    place.mkdir(parents=True)
    shutil.copy(text, place)
    seen = set()
    for extra in ("", "cook cook cook\n" * 5):
        with open(place / text.name, "a", encoding="utf-8") as file:
            file.write(extra)
        assert atlas("corpus", cwd=tmp_path).returncode == 0
        seen.add((tmp_path / "_build" / "atlas" / "corpus" / "atlas.json").read_bytes())
    assert len(seen) == 2
