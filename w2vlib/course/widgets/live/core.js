// Figures that compute what they show: their state, controls, address and words.
// A kind is { prepare(table), draw(model, state, picture, figure) → { title, notes, numbers? } }, given its name by w2v.kind.
(w2v => {
  "use strict";
  if (w2v.kinds) return; // a notebook brings this script once for each figure
  const kinds = (w2v.kinds = new Map()), waiting = new Map();
  const { make, Picture } = w2v.drawing, { described } = w2v.text;
  const QUIET = 600; // ms without a move, before the result is announced and the address follows
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  // Only a page of the book keeps its figures' state in the address; a notebook's address is not ours.
  const inPage = () => Boolean(document.querySelector("article.bd-article, main article"));

  w2v.kind = (name, kind) => kinds.set(name, kind);

  function element(name, attributes = {}, ...content) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(key, value);
    made.append(...content);
    return made;
  }
  w2v.element = element;

  // Tables of bytes come as text: { base64, shape, scale } becomes { data, shape, scale }.
  function unpacked(thing) {
    if (Array.isArray(thing)) return thing.map(unpacked);
    if (thing === null || typeof thing !== "object") return thing;
    if (typeof thing.base64 === "string") {
      const { base64, ...rest } = thing, letters = atob(base64);
      return { ...rest, data: Int8Array.from(letters, letter => letter.charCodeAt(0)) };
    }
    return Object.fromEntries(Object.entries(thing).map(([key, value]) => [key, unpacked(value)]));
  }

  // A large table lies in a file of its own, a script, so that it can be had without a server, too.
  w2v.data = (name, table) => { waiting.get(name)?.resolve(table); waiting.set(name, { promise: Promise.resolve(table) }); };
  function fetched(name, address) {
    if (!waiting.has(name)) {
      const entry = {};
      entry.promise = new Promise((resolve, reject) => Object.assign(entry, { resolve, reject }));
      waiting.set(name, entry);
      const script = element("script", { src: address });
      script.addEventListener("error", () => { waiting.delete(name); entry.reject(new Error(`cannot load ${address}`)); });
      document.head.append(script);
    }
    return waiting.get(name).promise;
  }

  class Figure {
    constructor(root) {
      this.root = root;
      this.kind = kinds.get(root.dataset.kind);
      this.name = root.dataset.name;
      const script = root.querySelector("script.w2v-table");
      const { controls, start } = JSON.parse(script.textContent);
      Object.assign(this, { controls, start, script, state: { ...start } });
      this.box = root.querySelector(".w2v-picture");
      this.says = root.querySelector(".w2v-says");
      this.spoken = root.querySelector(".w2v-spoken");
      this.inputs = new Map();
      for (const control of controls) this.bind(control);
      this.buttons();
      this.box.addEventListener("pointermove", event => this.follow?.(...this.place(event)));
      for (const end of ["pointerup", "pointercancel"]) this.box.addEventListener(end, () => { this.follow = null; });
      Object.assign(this.state, this.fromAddress());
      this.loaded = this.load(script);
    }

    async load(script) {
      try {
        const { table } = script.dataset.src ? await fetched(script.dataset.name, script.dataset.src) : JSON.parse(script.textContent);
        this.model = this.kind.prepare ? this.kind.prepare(unpacked(table), this) : unpacked(table);
      } catch (error) {
        this.root.classList.add("w2v-failed");
        this.says.textContent = `This figure's numbers could not be read (${error.message}). Load the page again.`;
        return;
      }
      this.root.classList.add("w2v-ready");
      for (const { name, words } of this.controls) // an address may hold words that are not known here
        if (words && !this.kind.knows?.(this.model, this.state[name])) this.state[name] = this.start[name];
      let width = 0;
      new ResizeObserver(() => {
        if (this.box.clientWidth !== width) { width = this.box.clientWidth; this.draw(); }
      }).observe(this.box);
      this.show();
    }

    // Controls: what the package has written is given its behaviour.
    bind(control) {
      const row = this.root.querySelector(`[data-control="${control.name}"]`);
      const inputs = [...row.querySelectorAll("input, select")];
      this.inputs.set(control.name, { control, inputs, value: row.querySelector(".w2v-value") });
      for (const input of inputs) {
        input.addEventListener("input", () => {
          this.stop();
          const chosen = control.positions || control.words ? input.value : Number(input.value);
          if (control.words) this.typed(control, input, chosen); else this.move(control.name, chosen);
        });
        if (control.words) this.suggesting(control, input);
      }
    }

    // A control is moved by hand: it may bring others with it, such as the switch that gives it effect.
    move(name, value) { return this.set({ [name]: value, ...this.kind.with?.(name) }); }

    // A box for a word offers words that begin so, and says what it does not know.
    suggesting(control, input) {
      const list = element("datalist", { id: `${input.id}-words` }), hint = element("span", { class: "w2v-hint" });
      input.setAttribute("list", list.id);
      input.after(list, hint);
      input.addEventListener("input", () => {
        hint.textContent = "";
        list.replaceChildren(...(this.kind.begins?.(this.model, input.value) ?? []).map(word => element("option", { value: word })));
      });
      input.addEventListener("change", () => { hint.textContent = this.typed(control, input, input.value, true); });
    }

    // A word that is typed: known words are taken at once; what is unknown is said once it is finished.
    typed(control, input, text, finished = false) {
      const word = [text, text.trim(), text.trim().toLowerCase()].find(form => this.kind.knows?.(this.model, form));
      input.setAttribute("aria-invalid", String(finished && word === undefined));
      if (word !== undefined) this.set({ [control.name]: word });
      if (word !== undefined || !finished) return "";
      const near = this.kind.near?.(this.model, text.trim().toLowerCase()) ?? [];
      const said = `“${text}” is not among the words of this figure.${near.length ? ` Near it: ${near.join(", ")}.` : ""}`;
      this.announce(said);
      return said;
    }

    buttons() {
      const act = (name, action) => this.root.querySelector(`.w2v-${name}`)?.addEventListener("click", action);
      act("play", () => (this.playing ? this.stop() : this.play()));
      act("again", () => { this.stop(); this.set(this.start); });
      act("link", () => this.copyLink());
      for (const button of this.root.querySelectorAll("[data-set]"))
        button.addEventListener("click", () => { this.stop(); this.set(JSON.parse(button.dataset.set)); });
    }

    // The nearest value that a control allows; undefined if it is none.
    allowed({ name }, value) {
      const { control } = this.inputs.get(name) ?? {};
      if (!control) return undefined;
      if (control.positions) return Object.hasOwn(control.positions, value) ? value : undefined;
      if (control.words) return typeof value === "string" && (!this.model || this.kind.knows?.(this.model, value)) ? value : undefined;
      if (typeof value !== "number" || !isFinite(value)) return undefined;
      const { low, high, step } = control, steps = Math.round((Math.min(Math.max(value, low), high) - low) / step);
      return Number(Math.min(low + steps * step, high).toFixed(9));
    }

    set(changes) {
      let changed = false;
      for (const [name, value] of Object.entries(changes)) {
        const taken = this.allowed({ name }, value);
        if (taken === undefined || taken === this.state[name]) continue;
        this.state[name] = taken;
        changed = true;
      }
      if (changed) this.touched = true;
      if (changed && this.model) this.show();
      return changed;
    }

    show() {
      this.draw();
      clearTimeout(this.later);
      this.later = setTimeout(() => {
        if (!this.touched) return; // what stands there first is not news
        this.spoken.textContent = this.text;
        this.toAddress();
      }, QUIET);
    }

    draw() {
      const width = this.box.clientWidth, height = this.box.clientHeight;
      if (!this.model || !width || !height) return;
      const picture = new Picture(width, height, this);
      const result = this.kind.draw(this.model, { ...this.state }, picture, this);
      this.result = result;
      this.text = described(result);
      this.box.replaceChildren(picture.svg);
      const list = element("dl", {}, ...result.notes.flatMap(([name, text, areWords]) =>
        [element("dt", {}, name), element("dd", {}, areWords ? element("i", {}, text) : text)]));
      this.says.replaceChildren(element("strong", {}, result.title), list);
      for (const { control, inputs, value } of this.inputs.values()) {
        const now = this.state[control.name], spoken = this.kind.spoken?.(control.name, now, this.model) ?? this.written(control, now);
        for (const input of inputs) {
          if (input.type === "radio") input.checked = input.value === now;
          else if (document.activeElement !== input || input.type === "range") input.value = now;
          if (input.type === "range") input.setAttribute("aria-valuetext", `${spoken}. ${result.title}`);
        }
        if (value) value.textContent = spoken;
      }
    }

    // A slider that stands below an axis, end below end; half a thumb sticks out on either side.
    align(name, { left, right }) {
      const [input] = this.inputs.get(name).inputs;
      input.closest(".w2v-control").style.gridColumn = "1 / -1";
      Object.assign(input.style, { marginInlineStart: `${left - 8}px`, width: `${right - left + 16}px` });
    }

    written(control, value) {
      if (control.positions) return control.positions[value];
      return typeof value === "number" ? w2v.text.general(value).replace("-", "−") : value;
    }

    // Pointing: an element of the picture follows the pointer, by mouse, pen and touch.
    place(event) {
      const edge = this.box.getBoundingClientRect();
      return [event.clientX - edge.left, event.clientY - edge.top];
    }
    pointing(target, follow) {
      target.addEventListener("pointerdown", event => {
        if (event.button) return;
        this.stop();
        this.follow = follow;
        this.box.setPointerCapture(event.pointerId);
        follow(...this.place(event), true); // where it begins
        event.preventDefault();
      });
    }

    // Play: one slider runs to its end in some seconds; with less motion, in a few steps.
    play() {
      const button = this.root.querySelector(".w2v-play"), name = button.dataset.plays;
      const { control } = this.inputs.get(name), { low, high } = control, seconds = Number(button.dataset.seconds);
      if (this.state[name] >= high) this.set({ [name]: low });
      const from = this.state[name], span = ((high - from) / (high - low)) * seconds * 1000;
      this.label = button.textContent;
      button.style.minWidth = `${button.offsetWidth}px`; // what follows it stays where it is
      button.textContent = "Pause";
      button.setAttribute("aria-pressed", "true");
      const begun = performance.now();
      const advance = now => {
        const share = Math.min(1, (now - begun) / span);
        this.move(name, from + share * (high - from));
        if (share >= 1) this.stop();
        else this.playing = still.matches ? setTimeout(() => advance(performance.now()), 700) : requestAnimationFrame(advance);
      };
      this.playing = true;
      advance(begun);
    }
    stop() {
      if (!this.playing) return;
      cancelAnimationFrame(this.playing);
      clearTimeout(this.playing);
      this.playing = null;
      const button = this.root.querySelector(".w2v-play");
      button.textContent = this.label;
      button.setAttribute("aria-pressed", "false");
    }

    announce(text) { // at once; a result that still waits to be said is not said over it
      clearTimeout(this.later);
      if (this.touched) this.toAddress();
      this.spoken.textContent = text;
    }

    // The address: ?name=slider:value,switch:position — only what has been moved.
    toAddress() {
      if (!inPage()) return;
      try {
        history.replaceState(history.state, "", this.address());
      } catch { /* Some browsers allow no new address for a file. */ }
    }
    address() {
      const address = new URL(location.href), moved = Object.entries(this.state).filter(([name, value]) => value !== this.start[name]);
      const text = moved.map(([name, value]) => `${name}:${encodeURIComponent(value)}`).join(",");
      if (text) address.searchParams.set(this.name, text); else address.searchParams.delete(this.name);
      return address;
    }
    fromAddress() {
      if (!inPage()) return {};
      const found = {}, text = new URLSearchParams(location.search).get(this.name) ?? "";
      for (const part of text.split(",").filter(Boolean)) {
        const [name, ...rest] = part.split(":"), { control } = this.inputs.get(name) ?? {};
        let value;
        try { value = decodeURIComponent(rest.join(":")); } catch { continue; }
        if (!control || value === "") continue;
        const taken = this.allowed({ name }, control.positions || control.words ? value : Number(value));
        if (taken !== undefined) found[name] = taken;
      }
      if (Object.keys(found).length) this.touched = true;
      return found;
    }
    async copyLink() {
      const address = this.address(), anchor = this.root.closest("figure[id]")?.id ?? this.root.id;
      address.hash = anchor;
      try {
        await navigator.clipboard.writeText(address.href);
        this.announce("The link to what you see is copied.");
        this.flash("copied");
      } catch {
        try { history.replaceState(history.state, "", address); } catch { /* as above */ }
        this.announce("The link to what you see is in the address bar.");
        this.flash("see the address bar");
      }
    }
    flash(text) {
      const button = this.root.querySelector(".w2v-link"), label = (this.linkLabel ??= button.textContent);
      button.textContent = text;
      clearTimeout(this.flashing);
      this.flashing = setTimeout(() => { button.textContent = label; }, 2000);
    }
  }

  // Begin with the figures that come into view; a data file is fetched no earlier.
  const begun = new WeakMap();
  const begin = root => {
    if (!begun.has(root) && kinds.has(root.dataset.kind)) begun.set(root, (root.w2v = new Figure(root)));
  };
  const seen = new IntersectionObserver(entries => {
    for (const entry of entries) if (entry.isIntersecting) { seen.unobserve(entry.target); begin(entry.target); }
  }, { rootMargin: "400px 0px" });
  w2v.mount = (place = document) => {
    document.documentElement.classList.add("w2v-live-here");
    for (const root of place.querySelectorAll(".w2v-live")) if (!begun.has(root)) seen.observe(root);
  };
  const all = action => document.querySelectorAll(".w2v-live").forEach(root => root.w2v && action(root.w2v));
  const redraw = () => all(figure => figure.draw());
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  w2v.ready = () => { // every figure, also those out of view: for printing and for tests
    document.querySelectorAll(".w2v-live").forEach(begin);
    const loading = [];
    all(figure => loading.push(figure.loaded));
    return Promise.all(loading);
  };
  addEventListener("beforeprint", () => { w2v.ready(); redraw(); });
  addEventListener("popstate", () => all(figure => { if (figure.model) figure.set({ ...figure.start, ...figure.fromAddress() }); }));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => w2v.mount());
  else setTimeout(() => w2v.mount());
})(globalThis.w2v ??= {});
