"""What the project promises about itself: pins, notebooks, paths, commands."""

from __future__ import annotations

import ast
import fnmatch
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml
from IPython.core.inputtransformer2 import TransformerManager
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "book").glob("*.ipynb"))
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def project_files() -> list[Path]:
    """The files that belong to the project: those git knows, or would add."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is not a git repository, so the project's files are not known")
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


# Pins.


def requirements() -> dict[str, Requirement]:
    lines = [line.split(" #")[0].strip() for line in read("requirements.txt").splitlines()]
    parsed = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {normal(requirement.name): requirement for requirement in parsed}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_requirement_is_pinned_to_one_version():
    for requirement in requirements().values():
        assert re.fullmatch(r"==[\w.]+", str(requirement.specifier)), f"not a pin: {requirement}"


def test_the_installed_versions_are_the_pinned_ones():
    for name, requirement in requirements().items():
        if requirement.marker is None or requirement.marker.evaluate():
            installed = importlib.metadata.version(name).split("+")[0]
            assert f"=={installed}" == str(requirement.specifier), (
                f"{name} {installed} is installed: make setup"
            )


def environment(name: str) -> tuple[str, list[str]]:
    """The Python of an environment for conda, and the lines that pip reads."""
    read_in = yaml.safe_load(read(name))
    assert read_in["name"] == "w2vlib"
    python, version = read_in["dependencies"][0].split("=")
    assert python == "python"
    return version, [line for line in read_in["dependencies"][-1]["pip"] if not line.startswith("--")]


def test_the_conda_environment_repeats_the_pins():
    _, listed = environment("environment.yml")
    assert [str(Requirement(line)) for line in listed] == [str(r) for r in requirements().values()]


def test_binder_installs_what_running_the_chapters_needs_and_no_more():
    """What they and the library import, Lab, a kernel, what .binder/postBuild needs; and what these bring along."""
    brought = with_what_they_bring(DISTRIBUTIONS_TO_RUN | distributions_imported())
    _, listed = environment(".binder/environment.yml")
    assert listed == [str(r) for name, r in requirements().items() if name in brought]


#: Not imported, but needed: where notebooks open, what runs them, and what installs the package.
DISTRIBUTIONS_TO_RUN = {"jupyterlab", "ipykernel", "setuptools"}
#: Imported by the source only: the notebooks that are run take ``glue`` from the package.
NOT_IN_THE_RUN_EDITION = {"myst-nb"}
#: Imported only where a learner has installed it: for the whole of GloVe.
NOT_IN_THE_BOOK = {"pyarrow"}


def distributions_imported() -> set[str]:
    """The packages, by the names under which they are installed, that the library and the chapters import."""
    plain = TransformerManager().transform_cell
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "w2vlib").rglob("*.py")]
    sources += [plain(cell.source) for path in NOTEBOOKS for cell in cells(path, "code")]
    named = set()
    for node in (node for source in sources for node in ast.walk(ast.parse(source))):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            named.add(node.module)
    found = (
        {name.split(".")[0] for name in named} - set(sys.stdlib_module_names) - {"w2vlib"} - NOT_IN_THE_BOOK
    )
    known = importlib.metadata.packages_distributions()
    return {normal(distribution) for name in found for distribution in known[name]} - NOT_IN_THE_RUN_EDITION


def with_what_they_bring(names: set[str]) -> set[str]:
    """Some packages and all that they require, directly or through others."""
    found, new = set(), set(names)
    while new:
        name = new.pop()
        found.add(name)
        for line in importlib.metadata.requires(name) or ():
            required = Requirement(line)
            if required.marker is None or required.marker.evaluate({"extra": ""}):
                new |= {normal(required.name)} - found
    return found


@pytest.mark.parametrize("name", ["environment.yml", ".binder/environment.yml"])
def test_an_environment_is_of_its_own_and_lets_binder_keep_its_image(name):
    """A link would not survive in the folder that Binder gets; a local path would be installed at every commit."""
    assert not (ROOT / name).is_symlink()
    version, listed = environment(name)
    assert SpecifierSet(tomllib.loads(read("pyproject.toml"))["project"]["requires-python"]).contains(version)
    assert not [line for line in listed if line.startswith(("-e", "-r", ".", "/", "file:"))]


THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def started(folder: Path, python: str, **settings: str) -> list[str]:
    """What a program that .binder/start begins with this Python sees of the numbers of threads."""
    (folder / "python").write_text(f"#!/bin/sh\n{python}\n")
    (folder / "python").chmod(0o755)
    show = "import os, sys; print(*(os.environ.get(name) for name in sys.argv[1:]))"
    command = ["bash", str(ROOT / ".binder" / "start"), sys.executable, "-c", show, *THREADS]
    kept = {name: value for name, value in os.environ.items() if name not in THREADS}
    environ = {**kept, "PATH": f"{folder}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), **settings}
    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, check=True, text=True)
    return done.stdout.split()


@pytest.mark.skipif(os.name != "posix", reason="Binder's machines run Linux")
def test_binder_starts_with_as_many_threads_as_it_is_granted(tmp_path):
    real = f'exec {sys.executable} "$@"'
    assert started(tmp_path, real, OMP_NUM_THREADS="1") == ["1"] * 4
    least = started(tmp_path, real)
    assert len(set(least)) == 1 and 1 <= int(least[0]) <= os.cpu_count()
    assert started(tmp_path, "exit 1") == ["1"] * 4, "where nothing can be found out, one"
    assert started(tmp_path, "echo 3") == ["3"] * 4


def test_pyproject_names_what_is_pinned_and_pins_nothing():
    project = tomllib.loads(read("pyproject.toml"))["project"]
    pins = requirements()
    extras = project["optional-dependencies"]
    for line in [*project["dependencies"], *(line for extra in extras.values() for line in extra)]:
        requirement = Requirement(line)
        pin = pins[normal(requirement.name)]
        assert "==" not in str(requirement.specifier), f"{line} pins; pins belong in requirements.txt"
        assert requirement.specifier.contains(str(pin.specifier).removeprefix("==")), f"{line} against {pin}"
        assert str(requirement.marker) == str(pin.marker), f"{line} against {pin}"
    assert project["requires-python"] == ">=3.11,<3.15"


def test_nothing_else_pins():
    places = [
        ".github/workflows/book.yml",
        ".ci/run",
        "Makefile",
        "README.md",
        "CONTRIBUTING.md",
        ".binder/postBuild",
    ]
    for place in places:
        assert not re.search(r"[\w\]]==\d", read(place)), f"{place} pins a version"


def test_ci_and_the_workflow_make_the_same():
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), flags=re.M))
    jobs = yaml.safe_load(read(".github/workflows/book.yml"))["jobs"]
    commands = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    assert ".ci/run" in commands
    script = read(".ci/run")
    for text in (script, *commands):
        assert set(re.findall(r"^\s*make ([a-z-]+)", text, flags=re.M)) <= targets
    assert re.search(r"make test\b", script) and re.search(r"make book\b", script)


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_commands_in_documents_exist(document):
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), flags=re.M))
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", read(document), flags=re.S))
    named = set(re.findall(r"\bmake ([a-z-]+)\b(?!=)", code))
    assert named and named <= targets, named - targets
    for link in re.findall(r"\]\(([^)#\s]+)", read(document)):
        assert link.startswith("http") or (ROOT / link).exists(), (
            f"{document} links to {link}, which is not there"
        )


# Files.


def packaged(folder: Path, *command: str) -> None:
    setup = [sys.executable, "-c", "import setuptools; setuptools.setup()", "--quiet"]
    subprocess.run(
        [*setup, *command],
        cwd=ROOT,
        check=True,
        capture_output=True,
        env=os.environ | {"TMPDIR": str(folder)},
    )


def test_the_source_distribution_is_the_whole_project(tmp_path):
    packaged(tmp_path, "egg_info", "--egg-base", str(tmp_path))
    listed = (tmp_path / "w2vlib.egg-info" / "SOURCES.txt").read_text(encoding="utf-8").splitlines()
    found = {name for name in listed if "w2vlib.egg-info/" not in name}
    assert found == {path.relative_to(ROOT).as_posix() for path in project_files()}


def test_the_wheel_holds_all_of_the_package_and_nothing_else(tmp_path):
    packaged(tmp_path, "build", "--build-base", str(tmp_path), "--build-lib", str(tmp_path / "lib"))
    found = {path.relative_to(tmp_path / "lib") for path in (tmp_path / "lib").rglob("*") if path.is_file()}
    assert found == {
        path.relative_to(ROOT) for path in project_files() if path.is_relative_to(ROOT / "w2vlib")
    }


def test_there_is_one_version():
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    assert re.search(r"^version: (.+)$", read("CITATION.cff"), re.M)[1] == version
    assert re.search(r'^VERSION = "(.+)"$', read("w2vlib/_common/version.py"), re.M)[1] == version
    assert f"\n## {version} " in read("CHANGELOG.md")


def test_the_licence_of_all_data_is_named():
    named = read("LICENSE-DATA")
    for path in (ROOT / "w2vlib" / "data").iterdir():
        if path.name not in {"SHA256SUMS", "other-vectors.txt"} and path.suffix != ".json":
            assert any(fnmatch.fnmatch(path.name, word.strip(",")) for word in named.split()), path.name
    assert tomllib.loads(read("pyproject.toml"))["project"]["license-files"] == sorted(
        path.name for path in ROOT.glob("LICENSE*")
    )


def test_no_file_knows_the_machine_it_was_written_on():
    folders = ("home", "Users", "root", "work", "opt", "private", "mnt", "tmp")
    machine = re.compile(r"(?<![\w.:/~*-])/(?:" + "|".join(folders) + r")/[\w.-]+|\b[A-Z]:\\\\?Users")
    for path in project_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        assert not (found := machine.search(text)), f"{path.relative_to(ROOT)}: {found[0]}"


def test_the_data_stay_small():
    sizes = {path.name: path.stat().st_size for path in (ROOT / "w2vlib" / "data").iterdir()}
    assert sum(sizes.values()) <= 17_800_000
    assert sum(size for name, size in sizes.items() if name.endswith(".w2v")) <= 15_000_000


def test_there_is_nothing_left_to_be_written():
    unfinished = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
    for path in project_files():
        if path.suffix in {".py", ".md", ".ipynb", ".yml", ".toml", ".css", ".bib", ".cff"}:
            found = unfinished.search(path.read_text(encoding="utf-8"))
            assert not found, f"{path.relative_to(ROOT)}: {found[0]}"


# The table of contents and the notebooks.


def toc_files() -> list[str]:
    toc = yaml.safe_load(read("_toc.yml"))
    return [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]


def test_every_page_is_in_the_table_of_contents():
    pages = {
        f"book/{path.stem}" for suffix in ("ipynb", "md") for path in (ROOT / "book").glob(f"*.{suffix}")
    }
    assert sorted(toc_files()) == sorted(pages)


def cells(path: Path, kind: str) -> list:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def text_of(path: Path) -> str:
    """The Markdown of a page."""
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    return "\n\n".join(cell.source for cell in cells(path, "markdown"))


@each_notebook
def test_notebook_is_stripped(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    for cell in cells(path, "code"):
        if "NBVAL_CHECK_OUTPUT" in cell.source:
            assert cell.execution_count and cell.outputs, f"nothing to compare with: {cell.source[:80]}"
        else:
            assert not cell.execution_count and not cell.outputs, f"not stripped: {cell.source[:80]}"


@each_notebook
def test_notebook_has_the_parts_of_a_chapter(path):
    text, code = text_of(path), "\n".join(cell.source for cell in cells(path, "code"))
    assert re.match(r"\([\w-]+\)=\n# \S", text), "it begins with a label and a title"
    assert re.search(r"you can\b.*?\n\s*(?:1\.|[-*]) ", text, flags=re.S | re.I), "it has objectives"
    assert "assert " in code
    assert "```{bibliography}" in text
    assert re.search(r"^## Summary", text, flags=re.M)
    exercises = re.findall(r"\{exercise-start\}.*\n:label: (\S+)", text)
    solutions = re.findall(r"\{solution-start\} (\S+)\n:class: dropdown", text)
    assert exercises and exercises == solutions, "each exercise has its folded solution"
    assert text.count("{exercise-end}") == len(exercises) and text.count("{solution-end}") == len(solutions)


@each_notebook
def test_code_cells_are_short(path):
    for cell in cells(path, "code"):
        assert len(cell.source.splitlines()) <= 25, cell.source


@each_notebook
def test_figures_have_caption_name_and_alt_text(path):
    draws = re.compile(r"\bplt\.(?:subplots|figure|show|plot)\b|\bsavefig\b|\.imshow\(")
    for cell in cells(path, "code"):
        about = cell.metadata.get("mystnb", {})
        if about or (draws.search(cell.source) and "plt.close" not in cell.source):
            figure, image = about.get("figure", {}), about.get("image", {})
            for value in (figure.get("caption"), figure.get("name"), image.get("alt")):
                assert value and value.strip(), f"caption, name or alt text is missing: {cell.source[:120]}"


def test_labels_are_unique():
    seen: dict[str, str] = {}
    for path in [*NOTEBOOKS, *sorted((ROOT / "book").glob("*.md"))]:
        text = text_of(path)
        labels = re.findall(r"^\(([\w-]+)\)=$|^:label: (\S+)$|^\$\$ \(([\w-]+)\)$", text, flags=re.M)
        found = [next(filter(None, groups)) for groups in labels]
        if path.suffix == ".ipynb":
            figures = [
                cell.metadata.get("mystnb", {}).get("figure", {}).get("name") for cell in cells(path, "code")
            ]
            found += filter(None, figures)
        for label in found:
            assert label not in seen, f"{label} is defined in {seen[label]} and in {path.name}"
            seen[label] = path.name


# The public address.


def test_no_badge_and_no_address_that_is_not_settled():
    for document in ("README.md", "CONTRIBUTING.md", "CITATION.cff", "book/intro.md"):
        assert not re.search(r"mybinder\.org/v2|colab\.research|badge|github\.io", read(document)), document
