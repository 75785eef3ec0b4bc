// What the pages do beyond being read: share and cite, enlarge, show that more lies aside, keep the reader's place.
// All of it is added to pages that read well without.  What is kept is kept on the reader's device only.
(() => {
  "use strict";
  const article = document.querySelector("article.bd-article");
  if (!article) return;
  const page = typeof DOCUMENTATION_OPTIONS === "undefined" ? "" : DOCUMENTATION_OPTIONS.pagename || "";

  // Make an element; texts are never read as HTML.
  function make(name, attributes = {}, ...content) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...content);
    return made;
  }
  const button = (text, act, attributes = {}) => {
    const made = make("button", { type: "button", ...attributes }, text);
    made.addEventListener("click", act);
    return made;
  };

  // ---- What is kept on the device, all under one prefix.
  const PREFIX = "w2v-";
  const kept = {
    get(name) {
      try { return JSON.parse(localStorage.getItem(PREFIX + name)); } catch { return null; }
    },
    set(name, value) {
      try { localStorage.setItem(PREFIX + name, JSON.stringify(value)); } catch { /* a browser that keeps nothing */ }
    },
    names() {
      try { return Object.keys(localStorage).filter(name => name.startsWith(PREFIX)); } catch { return []; }
    },
    erase() {
      for (const name of kept.names()) localStorage.removeItem(name);
    },
  };
  const sidebar = () => [...document.querySelectorAll(".bd-docs-nav a.reference.internal")];
  const isRoot = Boolean(document.querySelector(".continue-at"));
  const pathOf = link => new URL(link.getAttribute("href"), location.href).pathname;

  // Which pages are read to the end is told by a mark in the sidebar, to eye and ear.
  function markRead() {
    const read = new Set(kept.get("read") || []);
    for (const link of sidebar()) {
      const name = link.getAttribute("href") === "#" ? location.pathname : pathOf(link);
      const done = read.has(name.split("/").pop());
      link.classList.toggle("is-read", done);
      let told = link.querySelector(".visually-hidden");
      if (done && !told) link.append(make("span", { class: "visually-hidden" }, " (read)"));
      if (!done && told) told.remove();
    }
  }
  function noteRead() {
    const file = location.pathname.split("/").pop();
    const read = kept.get("read") || [];
    if (!Array.isArray(read) || read.includes(file)) return;
    kept.set("read", [...read, file]);
    markRead();
    offerErasing();
  }
  function keepPlace() {
    const headings = [...article.querySelectorAll("h1, h2")];
    const title = headings[0];
    if (!title || isRoot || !document.querySelector(".bd-docs-nav a.current")) return;
    const words = e => [...e.childNodes].filter(n => !(n.classList && n.classList.contains("headerlink")))
      .map(n => n.textContent).join("").trim();
    let timer = 0;
    const note = () => {
      timer = 0;
      if (scrollY < 200) return; // who only looks in has no place yet
      const passed = headings.filter(h => h.getBoundingClientRect().top < innerHeight / 2).pop() || title;
      const section = passed.closest("section[id]");
      kept.set("place", {
        page: location.pathname.split("/").pop(), title: words(title),
        anchor: passed === title || !section ? "" : section.id, section: passed === title ? "" : words(passed),
      });
      offerErasing();
    };
    addEventListener("scroll", () => { timer = timer || setTimeout(note, 400); }, { passive: true });
    const end = document.querySelector(".prev-next-footer") || article.lastElementChild;
    new IntersectionObserver(seen => {
      if (seen.some(entry => entry.isIntersecting) && scrollY > innerHeight) noteRead();
    }).observe(end);
  }
  function offerToContinue() {
    const line = document.querySelector(".continue-at"), place = kept.get("place");
    if (!line) return;
    line.replaceChildren();
    if (!place || typeof place.page !== "string" || typeof place.title !== "string") return;
    const known = sidebar().find(link => pathOf(link).split("/").pop() === place.page);
    if (!known) return; // the page has moved since
    const text = place.section ? `${place.title}: ${place.section}` : place.title;
    const anchor = /^[\w-]+$/.test(place.anchor || "") ? `#${place.anchor}` : "";
    line.append("Continue at ", make("a", { href: known.getAttribute("href") + anchor }, text));
  }
  const eraser = make("p", { class: "erase-kept" });
  function offerErasing() {
    if (!kept.names().length || eraser.querySelector("button")) return;
    const status = make("span", { role: "status" });
    const erase = button("Forget", () => {
      kept.erase();
      document.documentElement.classList.remove("returning");
      markRead();
      offerToContinue();
      eraser.replaceChildren(status);
      status.textContent = "Nothing is kept any more.";
      document.dispatchEvent(new CustomEvent("w2v-erased"));
    });
    eraser.replaceChildren(
      "Your place, answers and settings are kept on this device only. ", erase, " ", status);
  }
  addEventListener("storage", markRead);

  // ---- Share and cite.
  const NAMED = ".proof[id], .exercise[id]";
  let box = null, opener = null;
  const absolute = id => {
    const canonical = document.querySelector("link[rel=canonical]");
    return (canonical ? canonical.href : location.href.split("#")[0]) + (id ? `#${id}` : "");
  };
  function nameOf(target) {
    const number = target.querySelector(".caption-number, .eqno");
    const text = number ? number.firstChild.textContent.trim() : "";
    return text.startsWith("(") ? `Equation ${text}` : text.replace(/^Fig\./, "Figure");
  }
  // The entry of this page, which stands at its foot, with the place within it.
  function bibtex(id, name) {
    const entry = document.querySelector(".cite-page pre");
    if (!entry) return "";
    const [head, ...fields] = entry.textContent.trim().split("\n");
    fields.pop(); // the brace
    const own = fields.filter(field => !/^\s*url\b/.test(field)).map(field => field.replace(/,$/, ""));
    if (name) own.push(`  note = {${name.replace(/[{}\\]/g, "")}}`);
    if (location.protocol !== "file:") own.push(`  url = {${absolute(id)}}`);
    return `${head}\n${own.join(",\n")}\n}`;
  }
  async function copy(text, status, what) {
    const area = make("textarea", { readonly: "", "aria-label": what });
    area.value = text;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      status.before(area); // as browsers want it without a secure connection
      area.select();
      if (!document.execCommand("copy")) {
        status.textContent = "Copy it from here.";
        return;
      }
      area.remove();
    }
    status.textContent = `${what} copied.`;
  }
  function close(back) {
    if (!box) return;
    box.remove();
    opener.setAttribute("aria-expanded", "false");
    if (back) opener.focus();
    box = opener = null;
  }
  function open(link, target) {
    const again = opener === link;
    close();
    if (again) return;
    const id = target.id, name = nameOf(target);
    const status = make("span", { role: "status" });
    opener = link;
    opener.setAttribute("aria-expanded", "true");
    box = make("span", { class: "share-box", role: "group", "aria-label": `Share ${name}` },
      button("Copy link", () => copy(absolute(id), status, "Link")),
      button("Copy BibTeX", () => copy(bibtex(id, name), status, "BibTeX")), status);
    link.after(box);
    if (box.getBoundingClientRect().right > document.documentElement.clientWidth - 8) box.classList.add("to-the-left");
    box.querySelector("button").focus({ preventScroll: true });
  }
  function offerSharing() {
    for (const target of article.querySelectorAll(NAMED)) {
      const title = target.querySelector(".admonition-title");
      if (title) title.append(make("a", { class: "headerlink", href: `#${target.id}` }, "#"));
    }
    for (const link of article.querySelectorAll(".headerlink")) {
      const target = link.closest(`${NAMED}, figure[id], div.math[id]`);
      if (!target || target.id !== decodeURIComponent(link.hash.slice(1))) continue;
      link.removeAttribute("title");
      for (const [key, value] of Object.entries(
        { role: "button", "aria-expanded": "false", "aria-label": `Share or cite ${nameOf(target)}` }))
        link.setAttribute(key, value);
      link.addEventListener("click", event => {
        event.preventDefault();
        event.stopPropagation();
        history.replaceState(null, "", link.hash);
        open(link, target);
      });
      link.addEventListener("keydown", event => {
        if (event.key === " ") { event.preventDefault(); link.click(); }
      });
    }
    document.addEventListener("keydown", event => { if (event.key === "Escape" && box) close(true); });
    document.addEventListener("click", event => { if (box && !box.contains(event.target)) close(); });
    const cite = document.querySelector(".cite-page");
    if (!cite) return;
    const status = make("span", { role: "status" });
    cite.querySelector("pre").after(button("Copy BibTeX", () => copy(bibtex("", ""), status, "BibTeX")), " ", status);
  }

  // ---- Wide things say that there is more, on either side; equations shrink a little first.
  const WIDE = "span.math.is-wide, div.math mjx-container[display], pre, .pst-scrollable-table-container, .atlas-table, .cell_output .text_html";
  const SMALLEST = 0.8;
  function fit(equation) {
    const size = parseFloat(equation.dataset.size || (equation.dataset.size = parseFloat(equation.style.fontSize) || 100));
    equation.style.fontSize = `${size}%`;
    const ratio = equation.clientWidth / equation.scrollWidth;
    if (ratio < 1 && equation.clientWidth)
      equation.style.fontSize = `${size * Math.max(SMALLEST, Math.floor(ratio * 98) / 100)}%`;
  }
  function tell(element) {
    const more = element.scrollWidth - element.clientWidth;
    const wide = more > 4 && element.clientWidth > 0; // less is rounding, or the slant of a letter
    element.classList.toggle("more-before", wide && element.scrollLeft > 2);
    element.classList.toggle("more-after", wide && element.scrollLeft < more - 2);
    if (element.matches("mjx-container, span.math")) {
      if (wide) element.tabIndex = 0; // to be scrolled by keyboard
      else element.removeAttribute("tabindex");
    }
  }
  const widths = new Map();
  const resized = new ResizeObserver(entries => {
    for (const { target } of entries) {
      const box = target.closest("div.math") || target;
      if (widths.get(target) === box.clientWidth) continue;
      widths.set(target, box.clientWidth);
      if (target.matches("mjx-container")) fit(target);
      tell(target);
    }
  });
  // A formula in a line, wider than the line, scrolls in it.  How wide it is by itself is measured once, and
  // tables scroll as a whole: so nothing that follows from the answer can change it.
  const natural = new WeakMap();
  function findWideInLines() {
    const found = [];
    for (const formula of article.querySelectorAll("span.math")) {
      const line = formula.parentElement.closest("p, li, dd, td, th, div, .w2v-symbols li > span"), typeset = formula.firstElementChild;
      if (!line || !typeset || !line.clientWidth) continue;
      if (line.closest("td, th") && !(line.closest(".as-cards") && innerWidth <= 600)) continue;
      if (!natural.get(formula)) natural.set(formula, typeset.scrollWidth);
      found.push([formula, natural.get(formula) > line.clientWidth]);
    }
    for (const [formula, wide] of found) {
      if (wide === formula.classList.contains("is-wide")) continue;
      formula.classList.toggle("is-wide", wide);
      if (!wide) tell(formula);
    }
  }
  function watchWide() {
    findWideInLines();
    for (const element of article.querySelectorAll(WIDE)) {
      if (widths.has(element)) continue;
      widths.set(element, -1);
      element.addEventListener("scroll", () => tell(element), { passive: true });
      resized.observe(element);
    }
  }

  let soon = 0;
  new ResizeObserver(() => {
    soon = soon || requestAnimationFrame(() => { soon = 0; watchWide(); });
  }).observe(article);

  // A sheet is wider than a phone: there equations have their own size.
  const equations = () => article.querySelectorAll("mjx-container[data-size]");
  addEventListener("beforeprint", () => {
    for (const equation of equations()) equation.style.fontSize = `${equation.dataset.size}%`;
  });
  addEventListener("afterprint", () => equations().forEach(fit));

  // ---- Figures can be enlarged.
  let view = null;
  function enlarge(figure, back) {
    const pictures = [...figure.querySelectorAll("img")].filter(image => image.checkVisibility());
    const stage = make("div", { class: "enlarged-stage", tabindex: "0", role: "group", "aria-label": "Figure; scrolls" },
      ...pictures.map(image => image.cloneNode()));
    let zoom = 1;
    const turn = factor => () => {
      zoom = Math.min(4, Math.max(1, zoom * factor));
      stage.style.setProperty("--zoom", zoom);
    };
    view = make("dialog", { class: "enlarged", "aria-label": nameOf(figure) || "Figure" },
      make("div", { class: "enlarged-buttons" },
        button("−", turn(1 / 1.5), { "aria-label": "Smaller" }),
        button("+", turn(1.5), { "aria-label": "Larger" }),
        button("Close", () => view.close(), { autofocus: "" })),
      make("figure", {}, stage));
    const stops = [...view.querySelectorAll("button"), stage];
    view.addEventListener("keydown", event => {
      if (event.key !== "Tab") return; // round and round: else the tab key leaves for the browser's own buttons
      event.preventDefault();
      const next = stops.indexOf(document.activeElement) + (event.shiftKey ? -1 : 1);
      stops[(next + stops.length) % stops.length].focus();
    });
    view.addEventListener("close", () => { view.remove(); view = null; back.focus(); });
    article.append(view);
    view.showModal();
  }
  function offerEnlarging() {
    for (const figure of article.querySelectorAll("figure")) {
      const image = figure.querySelector(":scope > img, :scope > a > img, :scope > picture > img, :scope > span > img");
      if (!image || figure.querySelector("svg, canvas, input")) continue;
      const opens = button("", () => enlarge(figure, opens),
        { class: "enlarge fas fa-expand", "aria-label": `Enlarge ${nameOf(figure) || "the figure"}` });
      figure.classList.add("can-be-enlarged");
      figure.prepend(opens);
      for (const picture of figure.querySelectorAll("img"))
        picture.addEventListener("click", () => enlarge(figure, opens));
    }
  }

  // ---- A line does not begin with the full stop after a formula, and a number keeps its per cent.
  function keepTogether() {
    const JOINER = "\u2060", text = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
    for (let node; (node = text.nextNode());) {
      if (node.parentElement.closest("pre, code, script, style, textarea, .math, .w2v-live")) continue;
      const after = node.previousSibling?.nodeType === 1 && node.previousSibling.matches("span.math");
      if (after && /^([.,;:!?%)\]’”]|-\w)/.test(node.data)) node.data = JOINER + node.data;
      if (/(^|\d) %/.test(node.data)) node.data = node.data.replace(/(^|\d) %/g, "$1\u00a0%");
    }
  }

  // ---- On a phone each row of the notation page is a card: every cell names its column.
  function labelCells() {
    if (!/(^|\/)notation$/.test(page)) return;
    for (const table of article.querySelectorAll("table")) {
      const heads = [...table.querySelectorAll("thead th")].map(head => head.textContent.trim());
      if (heads.length < 3) continue;
      table.classList.add("as-cards");
      // Cards are no table to a screen reader unless they say so.
      table.setAttribute("role", "table");
      for (const row of table.rows) row.setAttribute("role", "row");
      for (const head of table.querySelectorAll("th")) head.setAttribute("role", "columnheader");
      for (const row of table.tBodies[0].rows)
        [...row.cells].forEach((cell, i) => { cell.setAttribute("role", "cell"); cell.dataset.label = heads[i]; });
    }
  }

  const footer = document.querySelector(".bd-footer-content__inner") || article;
  footer.append(eraser);
  keepTogether();
  markRead();
  offerToContinue();
  offerErasing();
  keepPlace();
  offerSharing();
  offerEnlarging();
  labelCells();
  watchWide();
  addEventListener("load", () => {
    const typeset = globalThis.MathJax && MathJax.startup && MathJax.startup.promise;
    if (typeset) typeset.then(watchWide);
    watchWide();
  });
})();
