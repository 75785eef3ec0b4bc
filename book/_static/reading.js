// Read or Run.  The page as built is Read; Run opens what is folded.  The choice stays on this device.
(function () {
  "use strict";
  const html = document.documentElement;
  const FOLDS = "details.code-fold, .cell > details.above-input";
  const SAID = { read: "Set-up and checks are folded.", run: "All code is shown." };

  function keep(mode) {
    try { localStorage.setItem("w2v-mode", mode); } catch (blocked) { /* then it holds for this page only */ }
  }

  function show(mode, announce) {
    html.dataset.w2vMode = mode;
    document.querySelectorAll(FOLDS).forEach((fold) => { fold.open = mode === "run"; });
    document.querySelectorAll(".reading-switch").forEach((bar) => {
      bar.querySelectorAll("button").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.mode === mode)));
      const said = bar.querySelector(".reading-said");
      if (announce || mode === "run") said.textContent = SAID[mode];
    });
  }

  // The reader's place stays where it is, although code above it opens or closes.
  function change(mode, button) {
    const before = button.getBoundingClientRect().top;
    show(mode, true);
    keep(mode);
    window.scrollBy({ top: button.getBoundingClientRect().top - before, behavior: "instant" });
  }

  function start() {
    document.querySelectorAll(".reading-switch button").forEach((button) => {
      button.addEventListener("click", () => change(button.dataset.mode, button));
    });
    if (html.dataset.w2vMode === "run") show("run", false);
  }

  // Who is sent to a cell finds it open.
  function openCell() {
    const cell = location.hash.startsWith("#cell-") && document.getElementById(location.hash.slice(1));
    if (!cell) return;
    cell.querySelectorAll("details").forEach((fold) => { fold.open = true; });
    cell.scrollIntoView();
  }

  // Paper shows each fold as its line.
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details.code-fold[open]")];
    opened.forEach((fold) => { fold.open = false; });
  });
  window.addEventListener("afterprint", () => opened.forEach((fold) => { fold.open = true; }));

  window.addEventListener("hashchange", openCell);
  start(); // a deferred script: the page has been read
  openCell();
})();
