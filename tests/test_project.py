"""What the project promises about itself: pins, notebooks, paths, commands."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml
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


def test_the_conda_environment_repeats_the_pins():
    environment = yaml.safe_load(read("environment.yml"))
    pip = environment["dependencies"][-1]["pip"]
    listed = [str(Requirement(line)) for line in pip if not line.startswith("--")]
    assert listed == [str(requirement) for requirement in requirements().values()]
    assert environment["name"] == "w2vlib"
    local = [line for line in pip if line.startswith(("-e", "-r", ".", "/", "file:"))]
    assert not local, f"these make Binder rebuild its image at every commit: {local}"


def test_conda_and_binder_read_one_file():
    """Conda looks for it at the top, Binder in its own folder; two copies would drift apart."""
    link = ROOT / "environment.yml"
    assert link.is_symlink() and link.readlink() == Path(".binder/environment.yml")
    assert not (ROOT / ".binder" / "environment.yml").is_symlink()


def test_the_conda_environment_has_a_python_that_the_package_allows():
    python, version = yaml.safe_load(read("environment.yml"))["dependencies"][0].split("=")
    allowed = tomllib.loads(read("pyproject.toml"))["project"]["requires-python"]
    assert python == "python" and SpecifierSet(allowed).contains(version)


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
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), flags=re.M))
    jobs = yaml.safe_load(read(".github/workflows/book.yml"))["jobs"]
    commands = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    assert ".ci/run" in commands
    script = read(".ci/run")
    for text in (script, *commands):
        assert set(re.findall(r"^\s*make ([a-z]+)", text, flags=re.M)) <= targets
    assert re.search(r"make test\b", script) and re.search(r"make book\b", script)


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_commands_in_documents_exist(document):
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), flags=re.M))
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", read(document), flags=re.S))
    named = set(re.findall(r"\bmake ([a-z]+)\b(?!=)", code))
    assert named and named <= targets, named - targets
    for link in re.findall(r"\]\(([^)#\s]+)", read(document)):
        assert link.startswith("http") or (ROOT / link).exists(), (
            f"{document} links to {link}, which is not there"
        )


# Files.


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
    assert sum(sizes.values()) <= 17_000_000
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
