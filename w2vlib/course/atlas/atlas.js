// The search of the concept atlas: which directions carry a word, and when are they learned?
// It works without a server: the data stand on the page.  Without it the page still shows every direction.
(() => {
  "use strict";
  const root = document.querySelector(".atlas-search");
  if (!root) return;
  const atlas = JSON.parse(root.querySelector(".atlas-data").textContent);
  // A word as one can see it, as in the package: numbers for what is invisible or turns lines around.
  const code = letter => `‹U+${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}›`;
  const visible = word => word.replace(/^(?=\p{M})/u, "◌").replace(/^ | $|(?<= ) | (?= )/g, "␣")
    .replace(/(?![ \u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Z}]/gu, code) || "‹empty›";
  const row = new Map(atlas.words.map((word, i) => [visible(word), i]));
  for (const [i, word] of atlas.words.entries()) row.set(word, i); // both ways of writing it are understood
  const form = root.querySelector("form"), input = root.querySelector("input");
  const status = root.querySelector(".atlas-status"), answer = root.querySelector(".atlas-answer");
  const last = atlas.directions[atlas.directions.length - 1].time.high;
  const MOST = 4; // words at a time
  let shown = null; // what was asked last

  // Make an element; texts are never read as HTML.
  function make(name, attributes = {}, ...content) {
    const svg = ["svg", "path"].includes(name);
    const made = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...content);
    return made;
  }
  const number = x => (x >= 100 ? Math.round(x).toLocaleString("en") : x.toPrecision(3));
  const italics = words => words.flatMap((word, i) => [i ? ", " : "", make("i", {}, visible(word))]);
  const small = n => ["no", "one", "two", "three", "four", "five", "six", "seven", "eight"][n] ?? String(n);
  const leap = k => make("a", { href: `#direction-${k}` }, `Direction ${k}`);

  function carriers(word) {
    const flat = atlas.carried[row.get(word)], found = [];
    for (let i = 0; i < flat.length; i += 2) {
      const entry = atlas.directions[flat[i] - 1];
      found.push({ ...entry, part: Math.abs(flat[i + 1]) / 1000, sign: Math.sign(flat[i + 1]) });
    }
    return found.filter(entry => entry.part > 0);
  }

  // How the directions' part of the squared length grows: each is a logistic, known before training.
  function growth(found) {
    const at = t => found.reduce((sum, d) => sum + d.part / (1 + Math.exp(-2 * d.value * (t - d.time.mean))), 0);
    const top = 1.02 * at(1e9) || 1, line = [];
    for (let x = 0; x <= 100; x += 0.5) line.push(`${x} ${(100 - (100 * at((x / 100) * last)) / top).toFixed(2)}`);
    const place = d => (100 * d.time.mean) / last;
    const rises = found.map(d => make("path", { class: "atlas-rise", d: `M${place(d)} 0V100` }));
    const names = [];
    for (const d of [...found].sort((a, b) => b.part - a.part)) {
      if (names.some(name => Math.abs(name.x - place(d)) < 6)) continue;
      names.push({ x: place(d), k: d.k });
    }
    return make("div", { class: "atlas-grows", "aria-hidden": "true" },
      make("div", { class: "atlas-plot" },
        make("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none" },
          make("path", { class: "atlas-area", d: `M${line.join("L")}V100H0Z` }), ...rises,
          make("path", { d: `M${line.join("L")}` })),
        ...names.map(({ x, k }) => make("span", { style: `left:${x}%;bottom:100%` }, String(k)))),
      make("p", { class: "atlas-axis" }, "flow time ", make("i", {}, "t"), `, up to ${number(last)}`));
  }

  function about(word) {
    const found = carriers(word);
    const whole = Math.round(100 * found.reduce((sum, d) => sum + d.part, 0));
    const first = found.reduce((a, b) => (a.time.mean < b.time.mean ? a : b));
    return make("section", { class: "atlas-word", "aria-label": visible(word) },
      make("h3", {}, visible(word)),
      make("p", {}, `Its ${small(found.length)} strongest directions hold ${whole} % of its vector's squared length. `,
        `The first of them to be learned is direction ${first.k}. The curve is the forecast of their sum, from before training. Below, each with its share and the time at which it is half learned.`),
      growth(found),
      make("ol", { class: "atlas-list" }, ...found.map(d => {
        const [toward, away] = d.sign > 0 ? [d.positive, d.negative] : [d.negative, d.positive];
        return make("li", {},
          make("span", { class: "atlas-much" }, leap(d.k), ` ${d.sign > 0 ? "+" : "−"}`,
            make("span", { class: "atlas-share", style: `width:${(100 * d.part) / found[0].part}%` })),
          make("span", { class: "atlas-toward" }, "toward ", ...italics(toward.slice(0, 4)),
            make("span", { class: "atlas-away" }, "away from ", ...italics(away.slice(0, 4)))),
          make("span", { class: "atlas-much" }, `${(100 * d.part).toFixed(1)} %, at `, make("i", {}, "t"),
            ` = ${number(d.time.mean)}`));
      })));
  }

  // How many letters to insert, drop, change or swap.
  function distance(a, b, limit) {
    if (Math.abs(a.length - b.length) > limit) return limit + 1;
    let before = [], now = Array.from({ length: b.length + 1 }, (_, j) => j);
    for (let i = 1; i <= a.length; i++) {
      const next = [i];
      for (let j = 1; j <= b.length; j++) {
        const same = a[i - 1] === b[j - 1] ? 0 : 1;
        next[j] = Math.min(now[j] + 1, next[j - 1] + 1, now[j - 1] + same);
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
      }
      [before, now] = [now, next];
    }
    return now[b.length];
  }

  function near(word) {
    const limit = Math.max(1, Math.min(3, Math.floor(word.length / 2)));
    const rated = [];
    atlas.words.forEach((known, i) => {
      let far = distance(word, known, limit);
      if (word.length > 2 && (known.startsWith(word) || (known.length > 3 && word.startsWith(known)))) far = Math.min(far, 1.5);
      if (far <= limit) rated.push([far, i, known]);
    });
    return rated.sort((a, b) => a[0] - b[0] || a[1] - b[1]).slice(0, 5).map(entry => entry[2]);
  }

  // The words of the atlas that a text names, and what it holds instead of words.
  function parsed(text) {
    const spellings = part => [part, part.normalize("NFC"), part.normalize("NFC").toLowerCase()];
    const find = part => spellings(part).filter(spelling => row.has(spelling)).slice(0, 1);
    const runs = part => spellings(part)[2].match(/[\p{L}\p{M}]+|\d+/gu) ?? [];
    const found = find(text), parts = found.length ? [] : text.split(/\s+/).filter(Boolean);
    for (let i = 0; i < parts.length && found.length <= MOST;) {
      let n = Math.min(parts.length - i, 8), known = [];
      for (; n; n--) if ((known = find(parts.slice(i, i + n).join(" "))).length) break; // a word may hold spaces
      found.push(...(n ? known : runs(parts[i])));
      i += n || 1;
    }
    return [...new Set(found.map(part => atlas.words[row.get(part)] ?? part))].slice(0, MOST);
  }

  function show(text, address) {
    shown = text;
    const words = parsed(text);
    answer.replaceChildren();
    status.replaceChildren();
    if (!words.length) {
      if (address) status.append("Type a word, such as ", make("i", {}, visible(atlas.words[Math.min(99, atlas.words.length - 1)])), ".");
      return false;
    }
    const known = words.filter(word => row.has(word)), strange = words.filter(word => !row.has(word));
    for (const word of known) answer.append(about(word));
    asButtons(answer);
    if (known.length) {
      for (const [i, word] of known.entries()) {
        status.append(i ? "; " : "", make("bdi", {}, visible(word)), ` is carried most by direction ${carriers(word)[0].k}`);
      }
      status.append(". ");
    }
    const count = atlas.directions.length;
    for (const word of known) { // a number can be a word, too
      if (/^[1-9]\d*$/.test(word) && word <= count) status.append("Go to ", leap(Number(word)), ". ");
    }
    for (const word of strange) {
      if (/^\d+$/.test(word)) {
        if (word >= 1 && word <= count) status.append("Go to ", leap(Number(word)), ". ");
        else status.append(`There is no direction ${word}: this atlas has ${count}. `);
        continue;
      }
      const offers = near(word);
      status.append("“", make("bdi", {}, visible(word)), `” is not among the ${atlas.words.length.toLocaleString("en")} words of this atlas. `);
      status.append(offers.length ? "Spelled nearly so: " : "No word of it is spelled nearly so. ");
      for (const offer of offers) {
        const button = make("button", { type: "button" }, visible(offer));
        button.addEventListener("click", () => visit(words.map(other => visible(other === word ? offer : other)).join(" ")));
        status.append(button, " ");
      }
    }
    if (address && known.length) {
      const query = `?word=${known.map(word => encodeURIComponent(visible(word))).join("+")}`;
      try {
        if (address === "new" && location.search !== query) history.pushState(null, "", query);
        else history.replaceState(null, "", query);
      } catch { /* Some browsers allow no new address for a file. */ }
    }
    return true;
  }

  function visit(word) {
    input.value = word;
    show(word, "new");
    root.scrollIntoView({ block: "start" });
    input.focus({ preventScroll: true });
  }

  for (const hidden of root.querySelectorAll("[hidden]")) hidden.hidden = false;
  root.classList.add("is-live");
  form.addEventListener("submit", event => {
    event.preventDefault();
    show(input.value, "new");
  });
  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting); // what is typed half is not yet unknown
    waiting = setTimeout(() => {
      if (parsed(input.value).every(word => row.has(word))) show(input.value, "same");
    }, 250);
  });

  // Words are buttons: by pointer each, by keyboard one stop of Tab for all of them, and arrows from word to word.
  const WORDS = ".atlas-ends i, .atlas-toward i";
  function asButtons(place) {
    for (const word of place.querySelectorAll(WORDS)) {
      word.setAttribute("role", "button");
      word.tabIndex = -1;
    }
    const first = place.querySelector(WORDS);
    if (first) first.tabIndex = 0;
  }
  function rove(place, to) {
    for (const word of place.querySelectorAll(`${WORDS.split(",").map(part => `${part}[tabindex="0"]`)}`)) word.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  }
  function byKey(place, event) {
    if (!event.target.matches(WORDS)) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      visit(event.target.textContent);
      return;
    }
    const words = [...place.querySelectorAll(WORDS)], at = words.indexOf(event.target);
    const cards = [...place.children], card = cards.findIndex(one => one.contains(event.target));
    const inCard = n => cards[Math.min(Math.max(n, 0), cards.length - 1)].querySelector(WORDS);
    const next = { ArrowRight: words[at + 1], ArrowLeft: words[at - 1], ArrowDown: inCard(card + 1), ArrowUp: inCard(card - 1),
      Home: words[0], End: words.at(-1) }[event.key];
    if (!next) return;
    event.preventDefault();
    rove(place, next);
  }
  const cards = document.querySelector(".atlas-cards");
  for (const place of [answer, cards].filter(Boolean)) {
    place.classList.add("atlas-live");
    place.addEventListener("click", event => { if (event.target.matches(WORDS)) visit(event.target.textContent); });
    place.addEventListener("keydown", event => byKey(place, event));
  }
  if (cards) asButtons(cards);
  for (const button of root.querySelectorAll(".atlas-try button")) {
    button.addEventListener("click", () => visit(button.textContent));
  }

  // The picture of times is a slider through the directions: point at a line, tap it, or press arrow keys to read
  // its words; click it again, or press Enter, to go to its card.
  const times = document.querySelector(".atlas-times");
  if (times) {
    const place = times.querySelector(".atlas-plot"), plot = times.querySelector("svg"), hover = times.querySelector(".atlas-hover");
    const lines = [...plot.querySelectorAll("[data-k]")], inTime = [...atlas.directions].sort((a, b) => a.time.mean - b.time.mean);
    let here = null;
    hover.textContent = "Point at a line to read its words, or use the arrow keys; click, tap again or press Enter to go to its card.";
    times.classList.add("atlas-live");
    place.removeAttribute("aria-hidden");
    for (const [name, value] of Object.entries({ role: "slider", tabindex: 0, "aria-label": "Directions in the order of their times",
      "aria-valuemin": 1, "aria-valuemax": inTime.length, "aria-valuenow": 1, "aria-valuetext": "no direction chosen yet" }))
      place.setAttribute(name, value);
    function choose(direction) {
      if (direction === here) return;
      here = direction;
      for (const line of lines) line.classList.toggle("atlas-here", Number(line.dataset.k) === here.k);
      const words = [here.positive, here.negative].map(end => end.slice(0, 4));
      hover.replaceChildren(make("a", { href: `#direction-${here.k}` }, `Direction ${here.k}`), ", at ", make("i", {}, "t"),
        ` = ${number(here.time.mean)}: `, ...italics(words[0]), " against ", ...italics(words[1]), ".");
      place.setAttribute("aria-valuenow", inTime.indexOf(here) + 1);
      place.setAttribute("aria-valuetext", `Direction ${here.k}, at t = ${number(here.time.mean)}: ${words.map(end => end.map(visible).join(", ")).join(" against ")}`);
    }
    const nearest = event => {
      const box = plot.getBoundingClientRect(), t = ((event.clientX - box.left) / box.width) * last;
      return atlas.directions.reduce((a, b) => (Math.abs(a.time.mean - t) <= Math.abs(b.time.mean - t) ? a : b));
    };
    let before = null; // what was chosen when the finger came down
    plot.addEventListener("pointerdown", event => {
      before = here;
      if (event.pointerType !== "mouse") choose(nearest(event));
    });
    plot.addEventListener("pointermove", event => { if (event.pointerType === "mouse" || event.buttons) choose(nearest(event)); });
    plot.addEventListener("click", event => {
      const chosen = nearest(event), first = event.pointerType && event.pointerType !== "mouse" && chosen !== before;
      choose(chosen);
      if (!first) location.hash = `direction-${chosen.k}`; // the first tap reads, as pointing does
    });
    place.addEventListener("keydown", event => {
      const at = inTime.indexOf(here), end = inTime.length - 1;
      const to = { ArrowRight: at + 1, ArrowUp: at + 1, ArrowLeft: at - 1, ArrowDown: at - 1, PageUp: at + 10, PageDown: at - 10, Home: 0, End: end }[event.key];
      if (to !== undefined) choose(inTime[Math.min(Math.max(to, 0), end)]);
      else if (event.key === "Enter" && here) location.hash = `direction-${here.k}`;
      else return;
      event.preventDefault();
    });
  }

  // An address can name words (?word=king+queen); one that names nothing at all gets an example.
  function fromAddress() {
    const asked = new URLSearchParams(location.search).get("word") ?? "";
    if (asked === shown) return;
    input.value = asked;
    show(asked, "");
  }
  window.addEventListener("popstate", fromAddress);
  if (location.search) fromAddress();
  else if (!location.hash && root.dataset.example) {
    input.value = root.dataset.example;
    show(root.dataset.example, "");
    status.replaceChildren();
    shown = "";
  }
})();
