// Predictions that listen, and quizzes.  Guesses stay on this device; nothing is sent anywhere.
(function () {
  "use strict";
  const html = document.documentElement;
  const page = html.dataset.w2vPage;
  const SVG = "http://www.w3.org/2000/svg";
  const memory = new Map(); // what holds where nothing can be stored
  let blocked = false;

  // What is kept.

  function load(key) {
    try {
      const text = localStorage.getItem(key);
      if (text !== null) return JSON.parse(text);
    } catch (error) { blocked = !(error instanceof SyntaxError); }
    return memory.get(key) || null;
  }

  function save(key, value) {
    memory.set(key, value);
    try { localStorage.setItem(key, JSON.stringify(value)); } catch (error) { blocked = true; }
  }

  function keys(prefix) {
    const found = new Set(memory.keys());
    try { Object.keys(localStorage).forEach((key) => found.add(key)); } catch (error) { blocked = true; }
    return [...found].filter((key) => key.startsWith(prefix));
  }

  function forget(prefix) {
    keys(prefix).forEach((key) => {
      memory.delete(key);
      try { localStorage.removeItem(key); } catch (error) { blocked = true; }
    });
  }

  // Small helpers.

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function drawn(name, values, parent) {
    const made = document.createElementNS(SVG, name);
    Object.entries(values).forEach(([key, value]) => made.setAttribute(key, value));
    parent.append(made);
    return made;
  }

  function number(text) {
    const plain = text.trim().replace("−", "-").replace(/[%\s]/g, "").replace(/,(?=\d{3}(\D|$))/g, "").replace(",", ".");
    return plain === "" ? NaN : Number(plain);
  }

  function question(form) {
    const asked = JSON.parse(form.dataset.question);
    asked.n = form.dataset.n;
    asked.form = form;
    asked.box = form.closest(".admonition");
    asked.result = asked.box.querySelector(".predict-result");
    asked.options = [...asked.box.querySelectorAll(".predict-options > li")];
    asked.key = "w2v-" + (asked.kind === "quiz" ? "quiz-" : "predict-") + page + "-" + asked.n;
    return asked;
  }

  // Whether a guess is right: true or false; null for what is not marked.

  function judge(asked, guess) {
    if (guess === null) return null;
    if (asked.kind === "choice" || asked.kind === "quiz") return asked.right.includes(guess);
    if (asked.kind === "curve") return distance(asked, guess) <= asked.within;
    if (asked.kind !== "number") return null;
    if (asked.within.difference !== undefined) return Math.abs(guess - asked.value) <= asked.within.difference;
    return guess * asked.value > 0 && Math.abs(Math.log(guess / asked.value)) <= Math.log(asked.within.factor);
  }

  function optionText(asked, n) {
    return asked.options[n - 1].dataset.text;
  }

  function truth(asked) {
    return asked.text || asked.right.map((n) => optionText(asked, n)).join(", or ");
  }

  function sentence(asked, guess) {
    const hit = judge(asked, guess);
    if (guess === null) return asked.kind === "choice" || asked.kind === "number" ? `The run says ${truth(asked)}.` : "Here it is.";
    if (asked.kind === "words") return `You said: “${guess}”. Compare it with what follows.`;
    if (asked.kind === "curve")
      return `Your curve is off by ${Math.round(100 * distance(asked, guess))} % of the height on average. ${hit ? "A hit." : "Not a hit."}`;
    const said = asked.kind === "number" ? `${guess} ${asked.unit}`.trim() : optionText(asked, guess);
    return `You said ${said}, the run says ${truth(asked)}. ${hit ? "A hit." : "Not a hit."}`;
  }

  // Showing the answer.

  function unveil(asked) {
    html.classList.add("w2v-told-" + asked.n);
    document.querySelectorAll(".veiled-" + asked.n).forEach((answer) => {
      if (answer.tagName === "DETAILS") answer.open = true;
      else if (answer.classList.contains("toggle-hidden")) answer.querySelector("button.toggle-button").click();
      else answer.classList.add("toggle-shown"); // the theme has not folded it yet
    });
  }

  function tell(asked, guess) {
    const hit = judge(asked, guess);
    const text = sentence(asked, guess);
    asked.result.replaceChildren(element("p", text));
    asked.result.classList.toggle("hit", hit === true);
    if (hit === false && asked.hint) asked.result.append(element("p", asked.hint));
    document.querySelectorAll("div.admonition.veiled-" + asked.n).forEach((answer) => {
      answer.querySelectorAll(".predict-told").forEach((old) => old.remove());
      if (guess !== null) answer.querySelector(".admonition-title").after(element("p", text, "predict-told"));
    });
    asked.form.querySelectorAll("button, input, textarea").forEach((control) => { control.disabled = true; });
    asked.form.querySelectorAll("button").forEach((button) => { button.hidden = true; });
    markOptions(asked, guess);
    if (asked.curve) asked.curve.finish(guess);
  }

  function markOptions(asked, guess) {
    asked.options.forEach((option, at) => {
      const button = option.querySelector("button");
      const right = asked.right.includes(at + 1);
      button.disabled = true;
      button.classList.toggle("chosen", guess === at + 1);
      button.classList.toggle("right", right);
      button.setAttribute("aria-pressed", String(guess === at + 1));
      const marks = [guess === at + 1 && "your guess", right && "✓ the run"].filter(Boolean).join(", ");
      if (marks && !button.querySelector(".predict-mark")) button.append(element("span", marks, "predict-mark"));
    });
  }

  function answer(asked, guess) {
    save(asked.key, { id: asked.id, guess: guess, hit: judge(asked, guess) });
    unveil(asked);
    tell(asked, guess);
    asked.result.focus({ preventScroll: false });
    summarise();
  }

  // A quiz: every option says why; the first choice counts.

  function answerQuiz(asked, guess) {
    const kept = load(asked.key) || { id: asked.id, guess: guess, hit: judge(asked, guess) };
    save(asked.key, kept);
    tellQuiz(asked, guess);
    asked.options[guess - 1].querySelector(".quiz-why").scrollIntoView({ block: "nearest" });
    summarise();
  }

  function tellQuiz(asked, guess) {
    const right = judge(asked, guess);
    const button = asked.options[guess - 1].querySelector("button");
    const why = asked.options[guess - 1].querySelector(".quiz-why");
    why.open = true;
    why.classList.add("told");
    button.classList.toggle("right", right);
    button.classList.add("chosen");
    if (!button.querySelector(".predict-mark")) button.append(element("span", right ? "✓ right" : "✗ not so", "predict-mark"));
    const reason = [...why.querySelectorAll("p")].map((p) => p.textContent).join(" ");
    asked.result.replaceChildren(element("p", (right ? "Right. " : "Not so. ") + reason, "visually-hidden"));
  }

  // The controls.

  function makeOptions(asked) {
    asked.options.forEach((option, at) => {
      const text = option.querySelector(":scope > p") || option;
      option.dataset.text = text.textContent.trim().replace(/\.$/, "");
      const button = element("button");
      button.type = "button";
      button.append(...(text === option ? [...option.childNodes] : [...text.childNodes]));
      if (text !== option) text.remove();
      option.prepend(button);
      const say = asked.kind === "quiz" ? answerQuiz : answer;
      button.addEventListener("click", () => say(asked, at + 1));
    });
  }

  function submit(asked, event) {
    event.preventDefault();
    let guess = null;
    if (asked.kind === "curve") guess = asked.curve.values();
    else {
      const field = asked.form.querySelector("input, textarea");
      guess = asked.kind === "number" ? number(field.value) : field.value.trim();
      if (guess === "" || Number.isNaN(guess)) {
        asked.result.replaceChildren(element("p", asked.kind === "number" ? "Please write a number." : "Please write a few words."));
        field.focus();
        return;
      }
    }
    answer(asked, guess);
  }

  function restore(asked) {
    const kept = load(asked.key);
    if (kept && kept.id === asked.id) {
      if (asked.kind === "quiz") tellQuiz(asked, kept.guess);
      else {
        if (asked.kind === "number" || asked.kind === "words")
          asked.form.querySelector("input, textarea").value = kept.guess === null ? "" : kept.guess;
        unveil(asked);
        tell(asked, kept.guess);
      }
    } else if (asked.kind !== "quiz") html.classList.remove("w2v-told-" + asked.n); // the question has changed
  }

  // Curves: nine points, each a slider by name; drawn by pointer or finger, or moved by arrow keys.

  const LEFT = 34, LOW = 34, POINTS = 9;

  function place(axis, value) {
    const by = axis.log ? Math.log : (x) => x;
    return (by(value) - by(axis.low)) / (by(axis.high) - by(axis.low));
  }

  function at(axis, share) {
    return axis.log ? axis.low * Math.pow(axis.high / axis.low, share) : axis.low + share * (axis.high - axis.low);
  }

  function rounded(value) {
    return Number(value.toPrecision(3)).toLocaleString("en");
  }

  // The height of the true curve, as a share of the axis, at a share of the width.
  function height(asked, share) {
    const known = asked.points.map(([x, y]) => [place(asked.x, x), place(asked.y, y)]);
    const after = known.findIndex(([x]) => x >= share);
    if (after < 0) return known[known.length - 1][1];
    if (after === 0) return known[0][1];
    const [[a, ya], [b, yb]] = [known[after - 1], known[after]];
    return ya + ((share - a) / (b - a)) * (yb - ya);
  }

  function distance(asked, guess) {
    const off = guess.map((y, i) => Math.abs(y - height(asked, i / (POINTS - 1))));
    return off.reduce((sum, x) => sum + x, 0) / off.length;
  }

  function makeCurve(asked) {
    const root = asked.form.querySelector(".predict-curve");
    const { width: wide, height: high } = root.getBoundingClientRect(); // one unit is one pixel, so labels stay legible
    const svg = drawn("svg", { viewBox: `0 0 ${wide} ${high}`, role: "group", "aria-label": `Draw ${asked.y.name} against ${asked.x.name}` }, root);
    const right = wide - 8, top = 8, low = high - LOW;
    const px = (share) => LEFT + share * (right - LEFT);
    const py = (share) => low - share * (low - top);
    const heights = new Array(POINTS).fill(0.5);
    let done = false;

    drawn("path", { d: `M${LEFT} ${top}V${low}H${right}`, class: "axis" }, svg);
    function label(text, x, y, anchor) {
      drawn("text", { x, y, "text-anchor": anchor, "aria-hidden": "true" }, svg).textContent = text;
    }
    label(rounded(asked.x.low), LEFT, low + 15, "middle");
    label(rounded(asked.x.high), right, low + 15, "end");
    label(asked.x.name, (LEFT + right) / 2, low + 28, "middle");
    label(rounded(asked.y.low), LEFT - 5, low, "end");
    label(rounded(asked.y.high), LEFT - 5, top + 8, "end");
    label(asked.y.name, LEFT + 8, top + 8, "start");
    const line = drawn("polyline", { class: "guess" }, svg);
    const dots = heights.map((_, i) => drawn("circle", {
      r: 7, tabindex: 0, role: "slider", "aria-valuemin": 0, "aria-valuemax": 100,
      "aria-label": `${asked.y.name} at ${asked.x.name} ${rounded(at(asked.x, i / (POINTS - 1)))}`,
    }, svg));

    function redraw() {
      line.setAttribute("points", heights.map((y, i) => `${px(i / (POINTS - 1))},${py(y)}`).join(" "));
      dots.forEach((dot, i) => {
        dot.setAttribute("cx", px(i / (POINTS - 1)));
        dot.setAttribute("cy", py(heights[i]));
        dot.setAttribute("aria-valuenow", Math.round(100 * heights[i]));
        dot.setAttribute("aria-valuetext", rounded(at(asked.y, heights[i])));
      });
    }

    function set(i, y) {
      if (done) return;
      heights[i] = Math.min(1, Math.max(0, y));
      redraw();
    }

    const STEPS = { ArrowUp: 0.05, ArrowDown: -0.05, PageUp: 0.2, PageDown: -0.2, Home: -1, End: 1 };
    dots.forEach((dot, i) => dot.addEventListener("keydown", (event) => {
      const next = { ArrowLeft: i - 1, ArrowRight: i + 1 }[event.key];
      if (event.key in STEPS) set(i, heights[i] + STEPS[event.key]);
      else if (next !== undefined) (dots[next] || dot).focus();
      else return;
      event.preventDefault();
    }));

    // A stroke sets every point that it passes, however fast it is.
    let last = null;
    function stroke(event) {
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      const here = [((point.x - LEFT) / (right - LEFT)) * (POINTS - 1), (low - point.y) / (low - top)];
      const from = last || here;
      const [a, b] = [Math.min(from[0], here[0]), Math.max(from[0], here[0])];
      for (let i = 0; i < POINTS; i++) {
        if (i < a - 0.5 || i > b + 0.5) continue;
        const share = b - a < 0.5 ? 1 : Math.min(1, Math.max(0, (i - from[0]) / (here[0] - from[0])));
        set(i, from[1] + share * (here[1] - from[1]));
      }
      last = here;
    }
    svg.addEventListener("pointerdown", (event) => {
      if (done) return;
      svg.setPointerCapture(event.pointerId);
      last = null;
      stroke(event);
      event.preventDefault();
    });
    svg.addEventListener("pointermove", (event) => { if (svg.hasPointerCapture(event.pointerId)) stroke(event); });
    redraw();

    asked.curve = {
      values: () => heights.map((y) => Math.round(y * 1000) / 1000),
      finish(guess) {
        if (guess) guess.forEach((y, i) => set(i, y));
        else line.remove();
        done = true;
        dots.forEach((dot) => dot.remove());
        const path = Array.from({ length: 97 }, (_, i) => `${px(i / 96)},${py(height(asked, i / 96))}`).join(" ");
        drawn("polyline", { class: "truth", points: path }, svg);
        svg.setAttribute("role", "img");
        svg.setAttribute("aria-label", `${asked.y.name} against ${asked.x.name}: ` + asked.points.map(([x, y]) => `${rounded(y)} at ${rounded(x)}`).join(", "));
        label("the run", px(0.98), py(height(asked, 0.98)) + (height(asked, 0.98) > 0.85 ? 20 : -9), "end");
      },
    };
  }

  // The end of the page.

  function count(prefix) {
    const told = keys(prefix).map(load).filter((kept) => kept && typeof kept.hit === "boolean");
    return [told.filter((kept) => kept.hit).length, told.length];
  }

  function summarise() {
    document.querySelectorAll(".predict-summary").forEach((bar) => {
      const what = bar.dataset.what;
      const prefix = `w2v-${what}-`;
      const [hits, told] = count(`${prefix}${page}-`);
      const [allHits, allTold] = count(prefix);
      const noun = what === "quiz" ? ["answer", "answers", "right"] : ["prediction", "predictions", "hit"];
      const here = told ? `${hits} of ${told} ${told === 1 ? noun[0] : noun[1]} ${noun[2]} on this page` : `No ${noun[0]} on this page yet`;
      const kept = blocked ? " Your browser keeps nothing, so they are forgotten when you leave." : " They are kept on this device only.";
      bar.querySelector("p").textContent = `${here}; ${allHits} of ${allTold} in the book.${allTold ? kept : ""}`;
      bar.querySelector("button").hidden = !keys(prefix).length;
    });
  }

  function erase(what) {
    forget(`w2v-${what}-`);
    location.reload();
  }

  // Nothing is veiled on paper.
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details.veiled:not([open]), .quiz-why:not([open])")];
    opened.forEach((answer) => { answer.open = true; });
  });
  window.addEventListener("afterprint", () => opened.forEach((answer) => { answer.open = false; }));

  const all = [...document.querySelectorAll(".predict-form")].map(question);
  all.forEach((asked) => {
    makeOptions(asked);
    if (asked.kind === "curve") makeCurve(asked);
    asked.form.addEventListener("submit", (event) => submit(asked, event));
    restore(asked);
  });
  document.querySelectorAll("[data-show]").forEach((button) => button.addEventListener("click", () => {
    const asked = all.find((one) => one.n === button.dataset.show);
    answer(asked, null);
  }));
  document.querySelectorAll(".predict-summary button").forEach((button) => {
    button.addEventListener("click", () => erase(button.closest(".predict-summary").dataset.what));
  });
  summarise();
})();
