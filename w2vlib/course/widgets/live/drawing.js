// Panels with axes, lines, dots and labels, as SVG at the size at which it is shown: letters keep theirs.
(w2v => {
  "use strict";
  const SPACE = "http://www.w3.org/2000/svg";
  const LETTERS = 12.5; // pixels
  const [LIGHT, DARK] = [
    { "M*": "#0072b2", PPMI: "#8a5f00", PMI: "#a14a7b", QWEM: "#007a58", word2vec: "#b34700", counts: "#555555" },
    { "M*": "#56b4e9", PPMI: "#f0b840", PMI: "#e8a5cc", QWEM: "#35c79a", word2vec: "#ff9350", counts: "#b8b8b8" },
  ];
  // Stops of the colours of modes, from the first to the last; all of them can be read as letters.
  const [STOPS, NIGHT] = [
    ["#440154", "#3b528b", "#1f7a78", "#3f7d20", "#8a6100"],
    ["#cfa9f7", "#8fb0ff", "#56c9c9", "#8fd16a", "#e6b84a"],
  ];

  const isDark = () => document.documentElement.dataset.theme === "dark" ||
    document.body?.dataset.jpThemeLight === "false";
  const colors = () => (isDark() ? DARK : LIGHT);
  const channels = color => [1, 3, 5].map(at => parseInt(color.slice(at, at + 2), 16));
  function modeColors(n) {
    const stops = (isDark() ? NIGHT : STOPS).map(channels);
    return Array.from({ length: n }, (_, k) => {
      const at = n > 1 ? (k / (n - 1)) * (stops.length - 1) : 0, low = Math.min(Math.floor(at), stops.length - 2);
      const mixed = stops[low].map((value, c) => Math.round(value + (at - low) * (stops[low + 1][c] - value)));
      return `#${mixed.map(value => value.toString(16).padStart(2, "0")).join("")}`;
    });
  }

  function make(name, attributes = {}, ...content) {
    const made = document.createElementNS(SPACE, name);
    for (const [key, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(key, value);
    made.append(...content);
    return made;
  }

  // Round places for about so many ticks between two ends.
  function ticks(low, high, count = 5) {
    const rough = (high - low) / count, size = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 2.5, 5, 10].map(x => x * size).find(x => x >= rough * 0.999);
    const places = [];
    for (let n = Math.ceil(low / step - 1e-9); n * step <= high + 1e-9 * step; n++) places.push(Number((n * step).toPrecision(12)));
    return places;
  }
  function logTicks(low, high) {
    const places = [];
    for (let n = Math.ceil(Math.log10(low) - 1e-9); n <= Math.log10(high) + 1e-9; n++) places.push(10 ** n);
    const every = Math.ceil(places.length / 7);
    return places.filter((_, n) => n % every === 0);
  }
  const written = value => (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5) ?
    (value < 0 ? "−" : "") + w2v.text.number(Math.abs(value)) :
    String(value).replace("-", "−"));

  // Places at least a gap apart, moved as little as a sweep can; in the order given.
  function apart(places, gap) {
    const order = places.map((_, k) => k).sort((a, b) => places[a] - places[b]);
    const groups = [];
    for (const k of order) {
      groups.push({ members: [k], middle: places[k] });
      while (groups.length > 1) {
        const [one, two] = groups.slice(-2), room = (gap * (one.members.length + two.members.length)) / 2;
        if (two.middle - one.middle >= room - 1e-9) break;
        const members = [...one.members, ...two.members];
        const first = (one.middle * one.members.length + two.middle * two.members.length) / members.length;
        groups.splice(-2, 2, { members, middle: first });
      }
    }
    const moved = [...places];
    for (const { members, middle } of groups)
      members.forEach((k, n) => { moved[k] = middle + gap * (n - (members.length - 1) / 2); });
    return moved;
  }

  // A picture of so many pixels, in which a figure draws.
  class Picture {
    constructor(width, height, figure) {
      Object.assign(this, { width, height, figure, narrow: width < 480, colors: colors(), dark: isDark() });
      this.svg = make("svg", { viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true", focusable: "false" });
    }

    // A panel between two heights (0 to 1 of the picture, or pixels if above 1).
    panel(options) { return new Panel(this, options); }

    text(x, y, words, { color, anchor = "start", size = LETTERS, weight, italic } = {}) {
      const made = make("text", { x, y, "text-anchor": anchor, "font-size": size, "font-weight": weight,
        "font-style": italic ? "italic" : undefined, fill: color }, words);
      this.svg.append(made);
      return made;
    }
    add(name, attributes, ...content) {
      const made = make(name, attributes, ...content);
      this.svg.append(made);
      return made;
    }
  }

  let clips = 0;
  class Panel {
    constructor(picture, { top = 0, bottom = picture.height, left = 52, right = 26, x, y, xlabel, ylabel,
      logx = false, logy = false, xticks, yticks, xnames = written, ynames = written, grid = true, bare = false }) {
      const below = (xlabel ? 40 : xnames ? 22 : 8), above = ylabel ? 20 : 8;
      Object.assign(this, { picture, logx, logy, limits: { x, y } });
      this.box = { left, right: picture.width - right, top: top + above, bottom: bottom - below };
      this.group = picture.add("g", {});
      const { box } = this, frame = picture.add("g", { class: "w2v-frame" });
      this.group.before(frame);
      for (const place of yticks ?? (logy ? logTicks(...y) : ticks(...y, Math.max(3, (box.bottom - box.top) / 42)))) {
        const at = this.y(place);
        if (grid) frame.append(make("path", { class: "w2v-grid", d: `M${box.left} ${at}H${box.right}` }));
        if (ynames) frame.append(make("text", { x: box.left - 7, y: at + 4, "text-anchor": "end", "font-size": LETTERS }, ynames(place)));
      }
      for (const place of xticks ?? (logx ? logTicks(...x) : ticks(...x, Math.max(2, (box.right - box.left) / 80)))) {
        const at = this.x(place);
        if (grid) frame.append(make("path", { class: "w2v-grid", d: `M${at} ${box.top}V${box.bottom}` }));
        if (xnames) frame.append(make("text", { x: at, y: box.bottom + 17, "text-anchor": "middle", "font-size": LETTERS }, xnames(place)));
      }
      if (!bare) frame.append(make("path", { class: "w2v-axis", d: `M${box.left} ${box.top}V${box.bottom}H${box.right}` }));
      if (xlabel) frame.append(make("text", { x: (box.left + box.right) / 2, y: box.bottom + 35, "text-anchor": "middle", "font-size": LETTERS }, xlabel));
      if (ylabel) frame.append(make("text", { x: 2, y: box.top - 8, "font-size": LETTERS }, ylabel));
      const name = `w2v-clip-${clips++}`;
      frame.append(make("clipPath", { id: name }, make("rect", { x: box.left - 6, y: box.top - 6,
        width: Math.max(0, box.right - box.left + 12), height: Math.max(0, box.bottom - box.top + 12) })));
      this.group.setAttribute("clip-path", `url(#${name})`);
    }

    x(value) {
      const [low, high] = this.limits.x.map(v => (this.logx ? Math.log10(v) : v)), v = this.logx ? Math.log10(value) : value;
      return this.box.left + ((v - low) / (high - low)) * (this.box.right - this.box.left);
    }
    y(value) {
      const [low, high] = this.limits.y.map(v => (this.logy ? Math.log10(v) : v)), v = this.logy ? Math.log10(value) : value;
      return this.box.bottom - ((v - low) / (high - low)) * (this.box.bottom - this.box.top);
    }
    // The value at a place in pixels.
    at(pixel, axis = "x") {
      const { box, limits } = this, log = axis === "x" ? this.logx : this.logy;
      const [low, high] = limits[axis].map(v => (log ? Math.log10(v) : v));
      const share = axis === "x" ? (pixel - box.left) / (box.right - box.left) : (box.bottom - pixel) / (box.bottom - box.top);
      const value = low + share * (high - low);
      return log ? 10 ** value : value;
    }

    add(name, attributes, ...content) {
      const made = make(name, attributes, ...content);
      this.group.append(made);
      return made;
    }
    line(xs, ys, { color, width = 1.8, dash, opacity } = {}) {
      const parts = [];
      let down = false; // whether the pen is on paper: what is not finite is left out
      for (let n = 0; n < xs.length; n++) {
        const [x, y] = [this.x(xs[n]), this.y(ys[n])];
        if (!isFinite(x) || !isFinite(y)) { down = false; continue; }
        parts.push(`${down ? "L" : "M"}${x.toFixed(1)} ${Math.max(-9e3, Math.min(9e3, y)).toFixed(1)}`);
        down = true;
      }
      return this.add("path", { d: parts.join(""), fill: "none", stroke: color, "stroke-width": width,
        "stroke-dasharray": dash, "stroke-opacity": opacity, "stroke-linejoin": "round" });
    }
    dots(xs, ys, { color, size = 2.6, hollow = false, opacity } = {}) {
      for (let n = 0; n < xs.length; n++) {
        const [x, y] = [this.x(xs[n]), this.y(ys[n])];
        if (isFinite(x) && isFinite(y)) this.add("circle", { class: "w2v-dot", cx: x.toFixed(1), cy: y.toFixed(1), r: size,
          fill: hollow ? "none" : color, stroke: hollow ? color : undefined, "stroke-width": hollow ? 1.5 : undefined, opacity });
      }
    }
    area(xs, low, high, { color, opacity = 0.2 } = {}) {
      const along = (ys, order) => order.map(n => `${this.x(xs[n]).toFixed(1)} ${this.y(ys[n]).toFixed(1)}`);
      const order = xs.map((_, n) => n);
      return this.add("path", { d: `M${[...along(high, order), ...along(low, order.reverse())].join("L")}Z`, fill: color, "fill-opacity": opacity });
    }
    across(value, { color, dash = "2 3", width = 1 } = {}) {
      return this.add("path", { class: color ? undefined : "w2v-quiet", d: `M${this.box.left} ${this.y(value)}H${this.box.right}`,
        stroke: color, "stroke-width": width, "stroke-dasharray": dash });
    }
    cursor(value, dot, color) {
      this.add("path", { class: "w2v-quiet", d: `M${this.x(value)} ${this.box.top}V${this.box.bottom}`, "stroke-dasharray": "5 4" });
      if (dot !== undefined) this.add("circle", { cx: this.x(value), cy: this.y(dot), r: 5.5, fill: color });
    }
    text(x, y, words, options = {}) {
      const { dx = 0, dy = 4, ...rest } = options;
      return this.picture.text(this.x(x) + dx, this.y(y) + dy, words, rest);
    }
    // Names at the right ends of curves, moved apart; with move false those that overlap an earlier one are left out.
    endLabels(heights, names, shades, move = true) {
      const gap = LETTERS * 1.1, places = heights.map(height => this.y(height));
      const shown = move ? apart(places, gap) : places, taken = [];
      names.forEach((name, n) => {
        if (!isFinite(shown[n]) || (!move && taken.some(other => Math.abs(other - shown[n]) < gap))) return;
        taken.push(shown[n]);
        this.picture.text(this.box.right + 5, shown[n] + 4, name, { color: shades[n] });
      });
    }
    // The panel can be pointed at: a slider follows the pointer along x (or y); its value is factor × that of the axis.
    scrub(slider, { axis = "x", value = v => v } = {}) {
      const { box, picture } = this;
      const pad = make("rect", { class: "w2v-pad", x: box.left, y: box.top, width: Math.max(0, box.right - box.left),
        height: Math.max(0, box.bottom - box.top), "data-axis": axis });
      picture.svg.append(pad);
      picture.figure.pointing(pad, (x, y) => picture.figure.set({ [slider]: value(this.at(axis === "x" ? x : y, axis)) }));
    }
    // The panel can be turned: two sliders of degrees follow how far the pointer is drawn.
    turn(around, up) {
      const { box, picture: { svg, figure } } = this, most = 360 / (box.right - box.left);
      const pad = make("rect", { class: "w2v-pad w2v-turn", x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top });
      svg.append(pad);
      figure.pointing(pad, (x, y, begins) => {
        if (begins) figure.held = { x, y, ...figure.state };
        const { held } = figure, turned = held[around] + (x - held.x) * most;
        figure.set({ [around]: turned - 360 * Math.round(turned / 360), [up]: held[up] + (y - held.y) * most });
      });
    }
    // Something that can be taken and moved: it is told where the pointer is, in values of both axes.
    grab(x, y, move, { color, size = 8, label } = {}) {
      const handle = make("circle", { class: "w2v-grab", cx: this.x(x), cy: this.y(y), r: size, fill: color },
        ...(label ? [make("title", {}, label)] : []));
      handle.addEventListener("touchstart", event => event.cancelable && event.preventDefault(), { passive: false }); // no scrolling with it
      this.picture.svg.append(handle);
      this.picture.figure.pointing(handle, (px, py) => move(this.at(px, "x"), this.at(py, "y")));
      return handle;
    }
  }

  w2v.drawing = { Picture, Panel, make, ticks, apart, modeColors, colors, isDark, LETTERS };
})(globalThis.w2v ??= {});
