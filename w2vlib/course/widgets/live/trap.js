// Two words that should be opposite, and a light pair: gradient flow and its traps.  Beside trap.py.
(w2v => {
  "use strict";
  const { fixed, general, percent, signed } = w2v.text, { modeColors } = w2v.drawing;
  const REACH = 1.6, STEP = 0.05, PUSH = 0.05, LEVELS = [0.05, 0.12, 0.2, 0.28, 0.36, 0.45, 0.6, 0.8, 1.2, 2], SIDE = 64;
  const GRID = 32, COARSE = 0.2, LONG = 200;

  // Of the numbers (x, u) of the one word and (y, v) of the other.
  function slope([x, u, y, v], weight) {
    const own = x * x + u * u - 1, other = y * y + v * v - 1, pair = weight * (x * y + u * v + 1);
    return [-(own * x + pair * y), -(own * u + pair * v), -(other * y + pair * x), -(other * v + pair * u)];
  }
  function stepped(place, weight, step) {
    const moved = (by, s) => place.map((p, k) => p + by * s[k]);
    const one = slope(place, weight), two = slope(moved(step / 2, one), weight), three = slope(moved(step / 2, two), weight), four = slope(moved(step, three), weight);
    return place.map((p, k) => p + (step / 6) * (one[k] + 2 * two[k] + 2 * three[k] + four[k]));
  }
  const trapLoss = ([x, u, y, v], weight) => ((x * x + u * u - 1) ** 2 + (y * y + v * v - 1) ** 2 + 2 * weight * (x * y + u * v + 1) ** 2) / 4;
  function trapPath(place, weight, end) {
    const path = [place];
    for (let n = 0; n < Math.round(end / STEP); n++) path.push(stepped(path[n], weight, STEP));
    return path;
  }
  Object.assign(w2v.mathematics, { trapLoss, trapPath });

  // What depends on the weight alone is kept: contours and which starts are caught.
  const kept = new Map();
  function remembered(weight) {
    if (!kept.has(weight)) {
      if (kept.size > 40) kept.clear();
      kept.set(weight, { caught: caught(weight), contours: LEVELS.map(level => contour(weight, level)) });
    }
    return kept.get(weight);
  }
  function caught(weight) {
    const found = [];
    if (weight * 3 >= 1) return found;
    const side = n => (REACH * (2 * n + 1 - GRID)) / GRID;
    for (let i = 0; i < GRID; i++) {
      for (let j = 0; j < GRID; j++) {
        let place = [side(j), 0, side(i), 0];
        for (let n = 0; n < LONG; n++) place = stepped(place, weight, COARSE);
        if (place[0] * place[2] > 0) found.push([j, i]);
      }
    }
    return found;
  }
  // Where the loss crosses a level, as pieces of lines between the sides of small squares.
  function contour(weight, level) {
    const at = n => -REACH + (2 * REACH * n) / SIDE, pieces = [];
    const height = Array.from({ length: SIDE + 1 }, (_, i) => Array.from({ length: SIDE + 1 }, (_, j) => trapLoss([at(j), 0, at(i), 0], weight) - level));
    for (let i = 0; i < SIDE; i++) {
      for (let j = 0; j < SIDE; j++) {
        const corners = [[j, i], [j + 1, i], [j + 1, i + 1], [j, i + 1]], points = [];
        corners.forEach(([x, y], k) => {
          const [x2, y2] = corners[(k + 1) % 4], [a, b] = [height[y][x], height[y2][x2]];
          if (a > 0 !== b > 0) points.push([at(x + ((x2 - x) * a) / (a - b)), at(y + ((y2 - y) * a) / (a - b))]);
        });
        for (let k = 0; k + 1 < points.length; k += 2) pieces.push([points[k], points[k + 1]]);
      }
    }
    return pieces;
  }

  function ending(place, weight, numbers, end) {
    if (trapLoss(place, weight) < 0.01) return `The flow ends at the best answer: ${numbers === "one" ? "numbers of opposite sign" : "the two vectors have turned past each other"}`;
    if (Math.hypot(...slope(place, weight)) > 1e-3) return `The flow is still on its way at t = ${general(end)}`;
    if (Math.abs(place[0]) < 0.1 && Math.abs(place[2]) < 0.1) return "At zero nothing moves, and the slightest push would start it";
    if (weight * 3 < 1) return `Caught in a trap: both numbers of the same sign, at a loss of ${fixed(trapLoss(place, weight), 3)}`;
    return "The flow ends on a pass: from there the slightest push would lead to a best answer";
  }
  const places = values => `(${values.map(value => signed(value)).join(", ")})`;
  const told = ([x, u, y, v], numbers) => (numbers === "one" ? places([x, y]) : `${places([x, u])} and ${places([y, v])}`);

  w2v.kind("trap", {
    draw({ end }, { first, second, weight, time, numbers }, picture, figure) {
      const push = numbers === "two" ? PUSH : 0, path = trapPath([first, push, second, -push], weight, end), at = Math.round(time / STEP);
      const { narrow, width, height, colors } = picture, shade = colors.word2vec, { caught, contours } = remembered(weight);
      const split = Math.round(narrow ? 0.66 * height : 0.53 * width), shaded = numbers === "one" ? caught : [];
      const ticks = { xticks: [-1, 0, 1], yticks: [-1, 0, 1], x: [-REACH, REACH], y: [-REACH, REACH], left: 34 };
      const axes = picture.panel({ ...ticks, xlabel: "first word's number", ylabel: "second word's number", ...(narrow ? { bottom: split, right: 12 } : { right: width - split }) });
      const way = picture.panel({ x: [0, end], y: [-0.03, 1.2], xlabel: "time t", ...(narrow ? { top: split, left: 34, right: 14, ylabel: "loss" } : { top: 12, left: split + 50, right: 14 }) });
      if (!narrow) picture.text(way.box.left - 24, way.box.top - 8, "loss");
      const cell = (2 * REACH) / GRID;
      if (shaded.length) axes.add("path", { fill: colors.counts, "fill-opacity": 0.28, d: shaded.map(([j, i]) => {
        const [x, y] = [axes.x(-REACH + j * cell), axes.y(-REACH + (i + 1) * cell)];
        return `M${x.toFixed(1)} ${y.toFixed(1)}H${axes.x(-REACH + (j + 1) * cell).toFixed(1)}V${axes.y(-REACH + i * cell).toFixed(1)}H${x.toFixed(1)}Z`;
      }).join("") });
      const shades = modeColors(LEVELS.length);
      contours.forEach((pieces, k) => axes.add("path", { fill: "none", stroke: shades[k], d: pieces.map(ends => ends.map(([x, y], n) => `${n ? "L" : "M"}${axes.x(x).toFixed(1)} ${axes.y(y).toFixed(1)}`).join("")).join("") }));
      const seen = path.slice(0, at + 1), losses = path.map(place => trapLoss(place, weight));
      axes.line(seen.map(place => place[0]), seen.map(place => place[2]), { color: shade, width: 3 });
      axes.dots([path[at][0]], [path[at][2]], { color: shade, size: 6 });
      if (weight * 3 < 1) {
        way.across((2 * weight) / (1 + weight));
        way.text(end, (2 * weight) / (1 + weight), "the trap's", { anchor: "end", dx: -4, dy: -6 });
      }
      way.line(losses.map((_, n) => n * STEP), losses, { color: shade, width: 2.2 });
      way.cursor(time, losses[at], shade);
      way.scrub("time");
      const move = (x, y) => figure.set({ first: x, second: y });
      const pad = picture.add("rect", { class: "w2v-pad", x: axes.box.left, y: axes.box.top, width: axes.box.right - axes.box.left, height: axes.box.bottom - axes.box.top, style: "cursor:crosshair" });
      figure.pointing(pad, (x, y) => move(axes.at(x, "x"), axes.at(y, "y")));
      axes.grab(first, second, move, { color: "transparent", label: "drag the start" });
      const weighs = `weighs ${general(weight)} of a word with itself`;
      const share = caught.length ? `${percent(caught.length / GRID ** 2)} of all starts in the square end in a trap, shaded` : "no start at all ends in a trap";
      return {
        title: ending(path.at(-1), weight, numbers, end),
        notes: [
          ["start", told(path[0], numbers), false],
          ["now", `${told(path[at], numbers)} at t = ${general(time)}, with a loss of ${fixed(losses[at], 3)}`, false],
          ["pair", numbers === "one" ? `${weighs}; there are traps below 1/3` : weighs, false],
          ["caught", numbers === "one" ? share : "no trap holds two vectors that can turn past each other", false],
        ],
        numbers: { end: path.at(-1), losses, caught: caught.length / GRID ** 2 },
      };
    },
  });
})(globalThis.w2v ??= {});
