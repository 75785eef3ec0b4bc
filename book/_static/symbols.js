// Symbols that answer, and previews in place.
//
// Point at a symbol of a formula, or tap it: a card says what the notation page says of it.  Formulas are no
// tab stops; for the keyboard there is the list "Symbols on this page".  Links to theorems, equations, figures,
// exercises, sources and words of the glossary show their target in the same card.
//
// A formula is read from what MathJax has drawn, as a tree of letters with accents, indices and exponents, by
// the rules of book/_ext/symbols.py.
"use strict";

(() => {
  const HERE = document.currentScript.src;
  const ROOT = new URL("../", HERE);
  const OPENS = 180, CLOSES = 320, LONG_PRESS = 450; // milliseconds
  const TARGETS = ".proof, .exercise, .solution, div.math, figure, div.citation, dl.glossary > dt";
  const article = document.querySelector("article");
  if (!article) return;

  // 1. What is known: fetched when it is first asked for, as a classic script, which file:// allows.

  let fetched;
  function known() {
    fetched ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL("symbols-data.js", HERE);
      script.onload = () => resolve(number(window.w2vSymbols));
      script.onerror = reject;
      document.head.append(script);
    });
    return fetched;
  }

  // Symbols have the numbers that the build gave them: first those of this page only, then those of the notation page.
  function number(data) {
    const page = data.pages[DOCUMENTATION_OPTIONS.pagename] ?? { here: [], told: [] };
    const symbols = [], byBase = new Map();
    const own = new Set(page.here.flatMap((row) => row.look.map((look) => look[0])));
    for (const row of [...page.here, ...data.rows]) {
      (row.tex ?? []).forEach((tex, place) => {
        const [base, sub, sup] = row.look[place];
        const shy = row.id && data.shy.includes(base) && !page.told.includes(row.id);
        const symbol = { row, tex, place, base, sub, sup, shy, number: symbols.length };
        symbols.push(symbol);
        if (row.id && own.has(base)) return;
        if (!byBase.has(base)) byBase.set(base, []);
        byBase.get(base).push(symbol);
      });
    }
    return { symbols, byBase };
  }

  // 2. Reading a formula.

  const LEAVES = ["MJX-MI", "MJX-MN", "MJX-MO"];
  const ROWS = ["MJX-TEXATOM", "MJX-MROW", "MJX-MSTYLE", "MJX-MATH"];
  const INNER = /^MJX-(M[A-Z]|TEXATOM)/; // an element of the formula, not of its layout
  const IGNORED = ["MJX-MTEXT", "MJX-MSPACE", "MJX-MPHANTOM", "MJX-ASSISTIVE-MML"];
  const SCRIPTED = ["MJX-MSUB", "MJX-MSUP", "MJX-MSUBSUP"];
  const ACCENTS = new Map([["^", "^"], ["ˆ", "^"], ["¯", "¯"], ["‾", "¯"], ["~", "~"], ["˜", "~"], ["˙", "˙"]]);
  const STYLES = [["mjx-cal", "C:"], ["mjx-b", "B:"], ["mjx-ss", "S:"], ["mjx-ds", "D:"]];
  const VARIANTS = "ϵϑϰϕϱϖ"; // these six are letters of their own here

  function letters(element) {
    const code = (glyph) => [...glyph.classList].find((name) => /^mjx-c[0-9A-F]+$/.test(name));
    const stretched = element.querySelector("mjx-stretchy-v, mjx-stretchy-h"); // drawn in pieces, named as a whole
    if (stretched) return letter(code(stretched));
    return [...element.querySelectorAll("mjx-c")].map((glyph) => letter(code(glyph))).join("");
  }

  function letter(name) {
    const code = name ? parseInt(name.slice(5), 16) : 0;
    if (code >= 0x1d716 && code <= 0x1d71b) return VARIANTS[code - 0x1d716];
    const character = code === 0x2225 ? "‖" : code ? String.fromCodePoint(code) : "";
    return code >= 0x1d400 || code === 0x210e ? character.normalize("NFKC") : character;
  }

  const formulaChildren = (element) => [...element.children].flatMap((child) =>
    IGNORED.includes(child.tagName) ? [] : INNER.test(child.tagName) ? [child] : formulaChildren(child));

  const plain = (node) => node.key && !node.sub && !node.sup;

  function read(element) {
    const node = { element, key: "", parts: [], sub: null, sup: null };
    const tag = element.tagName;
    if (LEAVES.includes(tag)) return Object.assign(node, { key: leafKey(element) });
    if (SCRIPTED.includes(tag)) return readScripts(element, node);
    const inner = formulaChildren(element);
    const limits = tag === "MJX-MUNDEROVER" || tag === "MJX-MOVER"; // what is above is drawn first
    if (tag === "MJX-MOVER" && inner.length === 2) {
      const base = read(inner[1]);
      const accent = ACCENTS.get(letters(inner[0]));
      if (accent) return Object.assign(node, { key: accent + flat(base, true), parts: [base], accent: true });
    }
    node.parts = (limits ? [...inner.slice(1), inner[0]] : inner).map(read);
    if (ROWS.includes(tag) && node.parts.length === 1 && plain(node.parts[0])) {
      return Object.assign(node, node.parts[0], { element });
    }
    return node;
  }

  function leafKey(element) {
    const text = letters(element);
    if (element.tagName === "MJX-MO") return text;
    for (const [name, mark] of STYLES) if (element.classList.contains(name)) return mark + text;
    const upright = element.tagName === "MJX-MI" && element.classList.contains("mjx-n");
    return upright && /^[A-Za-z]/.test(text) ? "r:" + text : text;
  }

  function readScripts(element, node) {
    const [base, ...scripts] = formulaChildren(element).map(read);
    const named = { "MJX-MSUB": ["sub"], "MJX-MSUP": ["sup"], "MJX-MSUBSUP": ["sup", "sub"] }[element.tagName];
    named.forEach((name, place) => { node[name] = scripts[place] ?? null; });
    if (!base) return node;
    if (plain(base)) return Object.assign(node, { key: base.key, parts: base.accent ? base.parts : [], accent: base.accent, base });
    const last = base.parts.at(-1);
    if (last?.key === "‖") { // the index of a norm belongs to its second bar
      const bar = { ...last, sub: node.sub, sup: node.sup, base: last };
      return { element, key: "", parts: [...base.parts.slice(0, -1), bar], sub: null, sup: null };
    }
    node.parts = [base];
    return node;
  }

  function flat(node, style) {
    if (!node) return "";
    const key = style ? node.key : node.key.replace(/^r:/, "");
    const inside = node.accent ? "" : node.parts.map((part) => flat(part, style)).join("");
    return key + inside + flat(node.sub, style) + flat(node.sup, style);
  }

  // 3. Which symbol it is.

  function rank(symbol, sub, sup) {
    const signs = symbol.sup === "±" ? ["+", "−", "±"] : [symbol.sup];
    if (symbol.sup && !signs.includes(sup)) return 0;
    if (symbol.sub && symbol.sub !== "*" && symbol.sub !== sub) return 0;
    if (symbol.sup && symbol.base === "r:cos" && !sub) return 0;
    const counted = symbol.sub === "*" && /^([ijk]{1,2}|\d)$/.test(sub);
    if (symbol.shy && !(sub && (symbol.sub === sub || counted))) return 0;
    return 1 + (symbol.sup ? 4 : 0) + (symbol.sub === sub ? 2 : symbol.sub === "*" && sub ? 1 : 0);
  }

  function best(node, byBase) {
    const sub = flat(node.sub), sup = flat(node.sup);
    let found = null, most = 0;
    for (const symbol of byBase.get(node.key) ?? []) {
      const fits = rank(symbol, sub, sup);
      if (fits > most) [found, most] = [symbol, fits];
    }
    return found;
  }

  // A differential, as in dW and d/dt, or a function, as in O(x).
  function meansElse(node, after) {
    if (!after) return false;
    if (node.key === "O" || node.key === "ℓ") return after.key === "(";
    if (node.key !== "d" || node.sub) return false;
    const row = !after.key && after.parts.length > 0;
    const first = row ? after.parts[0].key : after.key;
    return row ? first === "d" : /\p{L}$/u.test(first) && !first.startsWith("r:");
  }

  function* within(node, byBase, after = null) {
    if (!node) return;
    const found = node.key && !meansElse(node, after) ? best(node, byBase) : null;
    if (found) {
      const powerApart = node.sup && !node.sub && !found.sup;
      yield [powerApart ? node.base.element : node.element, found];
      if (powerApart) yield* within(node.sup, byBase);
      return;
    }
    for (let place = 0; place < node.parts.length; place++) {
      yield* within(node.parts[place], byBase, node.parts[place + 1] ?? null);
    }
    yield* within(node.sub, byBase);
    yield* within(node.sup, byBase);
  }

  const seen = new WeakMap(); // the symbols of each formula: elements, and what they are
  function symbolsOf(container, data) {
    if (!seen.has(container)) {
      const drawn = container.querySelector("mjx-math");
      seen.set(container, new Map(drawn ? within(read(drawn), data.byBase) : []));
    }
    return seen.get(container);
  }

  function symbolAt(target, data) {
    const container = target.closest("mjx-container");
    if (!container) return null;
    const symbols = symbolsOf(container, data);
    for (let element = target; element && element !== container; element = element.parentElement) {
      if (symbols.has(element)) return [element, symbols.get(element)];
    }
    return null;
  }

  // 4. The card.

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const body = make("div", { class: "w2v-card-body" });
  const close = make("button", { type: "button", class: "w2v-card-close", "aria-label": "Close" }, "×");
  const card = make("div", { class: "w2v-card", role: "dialog", tabindex: "-1" }, close, body);
  const spoken = make("p", { class: "w2v-card-spoken", role: "status" });
  if ("popover" in card) card.setAttribute("popover", "manual");
  else card.hidden = true;
  article.append(card, spoken);

  let about = null; // what the open card explains
  let pinned = false; // it stays until it is closed
  let origin = null; // where the keyboard came from
  let timer = 0, turn = 0;

  function visible(show) {
    if (!card.hasAttribute("popover")) card.hidden = !show;
    else if (show !== card.matches(":popover-open")) show ? card.showPopover() : card.hidePopover();
  }

  function hide() {
    turn += 1;
    clearTimeout(timer);
    about?.classList.remove("w2v-asked");
    if (card.contains(document.activeElement)) origin?.focus({ preventScroll: true });
    about = origin = null;
    pinned = false;
    visible(false);
    window.MathJax?.typesetClear?.([body]);
    body.replaceChildren();
  }

  // Show a card beside an element; `fill` writes it and returns its name.
  async function show(element, fill, { pin = false, from = null, aloud = "" } = {}) {
    const mine = ++turn;
    clearTimeout(timer);
    let parts;
    try {
      parts = await fill();
    } catch {
      return false; // nothing to show, as from file://, where other pages cannot be read
    }
    if (mine !== turn || !parts) return false;
    about?.classList.remove("w2v-asked");
    window.MathJax?.typesetClear?.([body]);
    body.replaceChildren(...parts.content);
    card.setAttribute("aria-label", parts.name);
    about = element;
    pinned = pin;
    origin = from;
    element.classList.add("w2v-asked");
    visible(true);
    place();
    await window.MathJax?.typesetPromise?.([body]).catch(() => {});
    if (mine !== turn) return false;
    place();
    for (const box of [body, ...body.querySelectorAll(".w2v-equation, div.math, pre")]) {
      const scrolls = box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1;
      scrolls ? box.setAttribute("tabindex", "0") : box.removeAttribute("tabindex"); // for the keyboard
    }
    if (aloud) spoken.textContent = aloud === true ? parts.aloud : aloud;
    return true;
  }

  // Below what it explains, or above if there is more room; never over it, and inside the window.
  function place() {
    const box = about.getBoundingClientRect(), gap = 6, edge = 8;
    const bar = document.querySelector(".bd-header-article")?.getBoundingClientRect().bottom ?? 0; // stays at the top
    const below = innerHeight - box.bottom - gap - edge, above = box.top - Math.max(bar, 0) - gap - edge;
    body.style.maxHeight = "";
    const wanted = card.offsetHeight;
    const under = wanted <= below || below >= above;
    const height = Math.min(wanted, Math.max(under ? below : above, 96));
    body.style.maxHeight = `${height - (wanted - body.offsetHeight)}px`;
    const widest = document.documentElement.clientWidth - card.offsetWidth - edge;
    const left = Math.max(edge, Math.min(box.left + box.width / 2 - card.offsetWidth / 2, widest));
    const holder = card.hasAttribute("popover") ? { left: -scrollX, top: -scrollY } : card.offsetParent.getBoundingClientRect();
    card.style.left = `${left - holder.left}px`;
    card.style.top = `${(under ? box.bottom + gap : box.top - gap - card.offsetHeight) - holder.top}px`;
  }

  // Text with \(formulas\), for MathJax to draw.
  function text(string) {
    return string.split(/(\\\(.*?\\\))/s).map((piece) => piece.startsWith("\\(") ? formula(piece) : piece);
  }
  const formula = (tex) => make("span", { class: "math" }, tex);

  function symbolCard(symbol) {
    const { row, place } = symbol;
    const title = make("p", { class: "w2v-card-title" });
    row.tex.forEach((tex, other) => {
      const span = formula(`\\(${tex}\\)`);
      title.append(other ? ", " : "", other === place && row.tex.length > 1 ? make("b", {}, span) : span);
    });
    title.append(" ", make("small", {}, row.say[place]));
    const content = [title, make("p", {}, ...text(row.mean))];
    const rows = make("dl");
    const add = (name, ...what) => rows.append(make("dt", {}, name), make("dd", {}, ...what));
    if (row.value) add(row.about, ...text(row.value));
    if (row.code) add("in code", make("code", {}, row.code));
    if (!row.id) add("where", "only on this page");
    const said = row.id ? saidHere(symbol) : null;
    if (said) add("here", said);
    if (row.eq) {
      const [address, number, tex] = row.eq;
      add("equation", make("a", { class: "reference internal", href: new URL(address, ROOT) }, `(${number})`),
        make("span", { class: "math w2v-equation" }, `\\[${tex}\\]`));
    }
    if (rows.children.length) content.push(rows);
    if (row.id && DOCUMENTATION_OPTIONS.pagename !== "book/notation") {
      content.push(make("p", { class: "w2v-card-more" }, make("a", { href: new URL(`book/notation.html#${row.id}`, ROOT) }, "Notation")));
    }
    const aloud = `${row.say[place]}: ${plainText(row.mean)}`;
    return { name: `Symbol ${row.say[place]}`, content, aloud };
  }

  // Formulas in a spoken sentence: without backslashes and braces they can be followed.
  const plainText = (string) => string.replace(/\\\((.*?)\\\)/gs, (_, tex) =>
    tex.replace(/\\(lVert|rVert|tfrac|frac|mathrm|rm|operatorname|,|!)/g, " ").replace(/[\\{}_^]/g, " ")).replace(/\s+/g, " ");

  // The sentence of this chapter's Notation that first holds the symbol.
  function saidHere(symbol) {
    const paragraph = document.getElementById("notation-here");
    if (!paragraph || !fetchedData) return null;
    for (const sentence of sentences(paragraph)) {
      const holds = sentence.some((node) => node.nodeType === 1 &&
        [...node.querySelectorAll("mjx-container")].some((container) =>
          [...symbolsOf(container, fetchedData).values()].includes(symbol)));
      if (holds) return make("span", {}, ...sentence.map(copied));
    }
    return null;
  }

  function sentences(paragraph) {
    const all = [[]];
    for (const node of [...paragraph.childNodes].filter((child) => child.nodeName !== "STRONG")) {
      if (node.nodeType !== 3) { all.at(-1).push(node); continue; }
      node.data.split(/(?<=\.)\s+/).forEach((piece, place) => {
        if (place) all.push([]);
        if (piece) all.at(-1).push(document.createTextNode(piece));
      });
    }
    return all;
  }

  // A copy for the card: no second target of a link, nothing that waits for a script of its own.
  function copied(node, base = location.href) {
    const copy = node.cloneNode(true);
    if (copy.nodeType !== 1) return copy;
    const unwanted = "script, style, button, input, select, .headerlink, .w2v-card, .toggle-button";
    copy.querySelectorAll(unwanted).forEach((element) => element.remove());
    for (const element of [copy, ...copy.querySelectorAll("*")]) {
      for (const { name } of [...element.attributes]) {
        if (name === "id" || name === "tabindex" || name === "aria-labelledby" || name.startsWith("on")) element.removeAttribute(name);
      }
      for (const name of ["href", "src"]) {
        if (element.hasAttribute(name)) element.setAttribute(name, new URL(element.getAttribute(name), base));
      }
      element.classList.remove("w2v-asked", "toggle", "toggle-hidden", "dropdown");
    }
    return copy;
  }

  // 5. Previews of what links lead to.

  const pages = new Map();
  function page(address) {
    if (!pages.has(address)) {
      const answer = location.protocol === "file:" ? Promise.reject(new Error("no other file can be read")) : fetch(address)
        .then((response) => response.ok ? response.text() : Promise.reject(new Error(response.status)))
        .then((source) => new DOMParser().parseFromString(source, "text/html"));
      answer.catch(() => pages.delete(address));
      pages.set(address, answer);
    }
    return pages.get(address);
  }

  async function linkCard(link) {
    const address = new URL(link.href), id = decodeURIComponent(address.hash.slice(1));
    const same = address.pathname === location.pathname;
    address.hash = "";
    const source = same ? document : await page(address.href);
    const found = source.getElementById(id), target = found?.matches(TARGETS) ? found : found?.closest("figure, dl.glossary > dt");
    if (!target) return null;
    const from = same ? location.href : address.href;
    const content = target.tagName === "DT" ? [copied(target, from), copied(target.nextElementSibling, from)] : [copied(target, from)];
    const title = target.querySelector(".admonition-title, .caption-number, .eqno, .label") ?? target;
    const shown = title.cloneNode(true);
    shown.querySelectorAll(".headerlink, mjx-container").forEach((element) => element.remove());
    const name = shown.textContent.replace(/\s+/g, " ").trim();
    return { name: `Preview: ${name}`, content: [make("div", { class: "w2v-preview" }, ...content)], aloud: `Preview: ${name}` };
  }

  const previewed = (target) => {
    const link = target.closest?.("a.reference.internal[href*='#']");
    return link && article.contains(link) && !card.contains(link) && !link.matches(".headerlink, .w2v-symbol") ? link : null;
  };

  // 6. Mouse, touch and keyboard.

  let fetchedData = null;
  const ask = () => known().then((data) => (fetchedData = data));
  const later = (wait, act) => { clearTimeout(timer); timer = setTimeout(act, wait); };

  article.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    if (card.contains(event.target)) { clearTimeout(timer); return; }
    const link = previewed(event.target);
    const inFormula = !link && event.target.closest("mjx-container");
    if (!link && !inFormula) return;
    if (link) return pinned || link === about ? undefined : later(OPENS, () => show(link, () => linkCard(link)));
    ask().then((data) => {
      const [element, symbol] = symbolAt(event.target, data) ?? [];
      if (!element || pinned) return;
      if (element === about) return clearTimeout(timer);
      later(OPENS, () => show(element, () => symbolCard(symbol)));
    }, () => {});
  });
  article.addEventListener("pointerout", (event) => {
    if (event.pointerType !== "mouse" || pinned) return;
    if (about && about !== document.activeElement) later(CLOSES, hide);
    else if (!about) clearTimeout(timer);
  });

  // A click or tap on a symbol: its card stays.
  article.addEventListener("click", (event) => {
    if (card.contains(event.target) || event.target.closest("a, button, summary")) return;
    if (!event.target.closest("mjx-container")) return;
    ask().then((data) => {
      const [element, symbol] = symbolAt(event.target, data) ?? [];
      if (element) show(element, () => symbolCard(symbol), { pin: true, aloud: true });
    }, () => {});
  });
  document.addEventListener("pointerdown", (event) => {
    if (about && !card.contains(event.target) && !about.contains(event.target)) hide();
  });
  close.addEventListener("click", hide);

  // A long press on a link previews it; the tap that ends it does not follow the link.
  let pressed = null, held = false;
  article.addEventListener("pointerdown", (event) => {
    held = false;
    const link = event.pointerType === "mouse" ? null : previewed(event.target);
    if (!link) return;
    pressed = setTimeout(() => {
      held = true;
      show(link, () => linkCard(link), { pin: true, aloud: true });
    }, LONG_PRESS);
  });
  for (const name of ["pointerup", "pointercancel", "pointermove"]) {
    article.addEventListener(name, (event) => {
      if (name !== "pointermove" || Math.hypot(event.movementX, event.movementY) > 4) clearTimeout(pressed);
    });
  }
  article.addEventListener("contextmenu", (event) => { if (held) event.preventDefault(); });
  article.addEventListener("click", (event) => {
    if (held && previewed(event.target)) event.preventDefault();
    held = false;
  }, true);

  article.addEventListener("focusin", (event) => {
    const link = previewed(event.target);
    if (link && link.matches(":focus-visible") && link !== about) show(link, () => linkCard(link), { aloud: true });
  });
  article.addEventListener("focusout", (event) => {
    if (!about || card.contains(event.relatedTarget)) return;
    if (event.target === about || (card.contains(event.target) && event.relatedTarget)) later(0, hide);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && about) {
      hide();
      event.stopPropagation();
    } else if (event.key === "Tab" && origin && card.contains(document.activeElement)) {
      const stops = [...card.querySelectorAll("a[href], button, [tabindex='0']")];
      const last = event.shiftKey ? [card, stops[0]] : [stops.at(-1)];
      if (last.includes(document.activeElement)) { // out of the card is back to where it was opened
        event.preventDefault();
        hide();
      }
    }
  }, true);
  addEventListener("resize", () => { if (about) hide(); });

  // 7. "Symbols on this page": one tab stop, arrow keys from symbol to symbol.

  function list(details) {
    const buttons = [...details.querySelectorAll("a.w2v-symbol")].map((link) => {
      const button = make("button", {
        type: "button", class: "w2v-symbol", tabindex: "-1", "aria-haspopup": "dialog",
        "aria-label": link.getAttribute("aria-label"), "data-symbol": link.dataset.symbol,
      });
      button.append(...link.childNodes);
      link.replaceWith(button);
      return button;
    });
    const bar = details.querySelector("ul");
    const tools = make("div", { role: "toolbar", "aria-label": "Symbols on this page", "aria-orientation": "vertical" });
    bar.replaceWith(tools);
    tools.append(bar);
    buttons[0].tabIndex = 0;
    const open = (button, options) => ask().then((data) =>
      show(button, () => symbolCard(data.symbols[button.dataset.symbol]), options), () => false);
    tools.addEventListener("keydown", (event) => {
      const at = buttons.indexOf(document.activeElement), last = buttons.length - 1;
      const to = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: last }[event.key];
      if (at < 0 || to === undefined) return;
      event.preventDefault();
      event.stopPropagation(); // the theme turns pages by arrow keys
      const next = buttons[(to + buttons.length) % buttons.length];
      buttons.forEach((button) => { button.tabIndex = button === next ? 0 : -1; });
      next.focus();
    });
    tools.addEventListener("focusin", (event) => {
      const button = event.target.closest(".w2v-symbol");
      if (button?.matches(":focus-visible") && button !== about) open(button, { aloud: true });
    });
    tools.addEventListener("click", async (event) => {
      const button = event.target.closest(".w2v-symbol");
      if (!button) return;
      buttons.forEach((other) => { other.tabIndex = other === button ? 0 : -1; });
      if (await open(button, { pin: true, from: button, aloud: true }) && event.detail === 0) card.focus();
    });
  }
  document.querySelectorAll("details.w2v-symbols").forEach(list);

  window.w2vSymbolsIn = (container) => ask().then((data) =>
    [...symbolsOf(container, data).values()].map((symbol) => symbol.number)); // for the tests
})();
