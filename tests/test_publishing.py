"""Publishing: what the workflow does with the run edition, tried on a repository of its own."""

from __future__ import annotations

import os
import subprocess
import tarfile
from pathlib import Path

import launch
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "book.yml").read_text(encoding="utf-8"))
JOBS = WORKFLOW["jobs"]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="the workflow's commands are those of Linux")


def commands(job: str) -> list[str]:
    return [step["run"] for step in JOBS[job]["steps"] if "run" in step]


def run(script: str, folder: Path, **variables: str) -> str:
    """What a step of the workflow says, run as its machine runs it."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GITHUB_"))}
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script]
    environ = clean | variables | {"HOME": str(folder)}
    return subprocess.run(
        command, cwd=folder, env=environ, check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture
def place(tmp_path):
    """What the job that builds leaves behind, and an empty repository."""
    made = tmp_path / "project" / "_build"
    for name, text in {
        "notebooks/.binder/start": "#!/bin/bash\n",
        "notebooks/.binder/environment.yml": "name: w2vlib\n",
        "notebooks/start.ipynb": "{}",
        "notebooks/w2vlib/data/words.w2v": "words",
        "notebooks/.gitignore": "*.w2v\n",
        "html/index.html": "a page",
        "lite/lab/index.html": "a site",
    }.items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(text)
    (made / "notebooks" / ".binder" / "start").chmod(0o755)
    (tmp_path / "owner").mkdir()
    run("git init --quiet --bare owner/name.git", tmp_path)
    return tmp_path


def gathered(place):
    (script,) = [text for text in commands("book") if "notebooks.tar" in text]
    run(script, place / "project")
    return place / "project" / "_build"


def publish(place, source: str) -> None:
    """As on the machine of the second job: an empty folder, with what the first has handed over."""
    folder = place / f"machine-{source}"
    folder.mkdir()
    (folder / "notebooks.tar").write_bytes((place / "project" / "_build" / "notebooks.tar").read_bytes())
    (script,) = commands("notebooks")
    run(
        script,
        folder,
        GITHUB_TOKEN="a-token",
        GITHUB_SHA=source,
        GITHUB_SERVER_URL=place.as_uri(),
        GITHUB_REPOSITORY="owner/name",
    )


def test_the_branch_is_one_commit_that_names_its_source_and_holds_all_files(place):
    gathered(place)
    git = f"git -C owner/name.git {{}} {launch.BRANCH}"
    for source in ("a1b2c3", "d4e5f6"):  # the second takes the place of the first
        publish(place, source)
        assert run(git.format("log --format=%s"), place) == f"The notebooks of {source}"
    listed = run(git.format("ls-tree -r --format='%(objectmode) %(path)'"), place).splitlines()
    assert sorted(listed) == [
        "100644 .binder/environment.yml",
        "100644 .gitignore",
        "100644 start.ipynb",
        "100644 w2vlib/data/words.w2v",
        "100755 .binder/start",
    ]


def test_the_site_for_the_browser_lies_beside_the_pages(place):
    made = gathered(place)
    assert (made / "html" / "lite" / "lab" / "index.html").read_text() == "a site"
    with tarfile.open(made / "notebooks.tar") as archive:
        assert all(name.split("/")[0] == "notebooks" for name in archive.getnames())


def test_nothing_is_published_that_was_not_made(place):
    (place / "project" / "_build" / "lite" / "lab" / "index.html").unlink()
    (place / "project" / "_build" / "lite" / "lab").rmdir()
    (place / "project" / "_build" / "lite").rmdir()
    with pytest.raises(subprocess.CalledProcessError):
        gathered(place)


def test_one_job_may_write_and_only_after_all_tests_on_main():
    assert WORKFLOW["permissions"] == {"contents": "read"}
    may_write = {name for name, job in JOBS.items() if job.get("permissions", {}).get("contents") == "write"}
    assert may_write == {"notebooks"}
    for name in ("notebooks", "publish"):
        assert JOBS[name]["if"] == "github.ref == 'refs/heads/main'"
        assert JOBS[name]["needs"] == ["book", "unit", "wheel"]
    uploads = [step for step in JOBS["book"]["steps"] if "upload" in step.get("uses", "")]
    assert uploads and all(step["if"] == "github.ref == 'refs/heads/main'" for step in uploads)
