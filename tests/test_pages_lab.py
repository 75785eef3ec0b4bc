"""The run edition, opened in JupyterLab by a browser and run there by its menu."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from notebooks_made import MADE, RAW, opened
from pages import settle

pytestmark = pytest.mark.usefixtures("built")
#: One with theorems, references and a picture before its cell; one with live figures and tables; the start page.
LOOKED_AT = ["12-any-start", "11-staircase", "start"]
#: All cells are in the page at once, not only those in view; nothing is asked of another host.
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab of its own, on the notebooks as they were made."""
    opened(next(iter(sorted(MADE.glob("*.ipynb"))), None))
    folder = tmp_path_factory.mktemp("lab")
    for name in LOOKED_AT:
        shutil.copy2(MADE / f"{name}.ipynb", folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name, setting in SETTINGS.items():
        file = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(setting))
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--IdentityProvider.token=",
        f"--ServerApp.port={port}", f"--ServerApp.root_dir={folder}",
    ]  # fmt: skip
    environment = os.environ | {"JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"), "HOME": str(folder)}
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_for(f"http://127.0.0.1:{port}/api", server, folder / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(address, timeout=5)
            return
        except OSError:
            assert server.poll() is None, log.read_text()
            time.sleep(0.2)
    raise TimeoutError(log.read_text())


def open_notebook(browser, lab: str, name: str):
    """A tab with the notebook, once all of its text is rendered; and the hosts that were asked."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    tab, elsewhere = context.new_page(), []
    context.on(
        "request",
        lambda request: request.url.startswith((lab, "data:", "blob:")) or elsewhere.append(request.url),
    )
    tab.goto(f"{lab}/lab/workspaces/{name}/tree/{name}.ipynb", wait_until="domcontentloaded")
    cells = sum(cell.cell_type == "markdown" for cell in opened(MADE / f"{name}.ipynb").cells)
    tab.wait_for_function(
        "cells => document.querySelectorAll('.jp-Notebook .jp-RenderedMarkdown').length >= cells"
        " && !document.querySelector('.jp-Notebook .jp-MarkdownCell.jp-mod-unrendered')",
        arg=cells,
        timeout=60_000,
    )
    settle(tab, 1500)
    return tab, elsewhere


def shown(tab) -> str:
    """The rendered text of the notebook, without formulas and code."""
    return tab.evaluate(
        """() => [...document.querySelectorAll('.jp-Notebook .jp-MarkdownCell .jp-RenderedMarkdown')].map(cell => {
            const copy = cell.cloneNode(true);
            copy.querySelectorAll('mjx-container, code, pre').forEach(part => part.remove());
            return copy.textContent;
        }).join('\\n')"""
    )


@pytest.mark.parametrize("name", LOOKED_AT)
def test_it_reads_well_in_jupyterlab(browser, lab, name):
    tab, elsewhere = open_notebook(browser, lab, name)
    text = shown(tab)
    assert not (found := RAW.search(text)), found[0]
    assert "$" not in text and "\\frac" not in text
    assert not tab.evaluate(
        "document.querySelectorAll('.jp-Notebook mjx-merror, .jp-Notebook .MathJax_Error').length"
    )
    broken = "[...document.querySelectorAll('.jp-Notebook img')].filter(e => !e.complete || !e.naturalWidth).length"
    assert tab.evaluate(broken) == 0
    assert not elsewhere
    tab.context.close()


def test_folded_code_is_folded_and_a_solution_opens(browser, lab):
    tab, _ = open_notebook(browser, lab, "12-any-start")
    notebook = opened(MADE / "12-any-start.ipynb")
    hidden = sum(bool(cell.metadata.get("jupyter", {}).get("source_hidden")) for cell in notebook.cells)
    assert hidden and tab.locator(".jp-Notebook .jp-CodeCell .jp-InputPlaceholder").count() == hidden
    solution = tab.locator(".jp-RenderedMarkdown details", has_text="Solution to exercise").first
    folded = solution.bounding_box()["height"]
    solution.locator("summary").click()
    settle(tab, 500)
    assert solution.evaluate("details => details.open")
    assert solution.bounding_box()["height"] > folded + 100
    tab.context.close()
