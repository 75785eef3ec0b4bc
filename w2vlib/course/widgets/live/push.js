// Push and pull.  Beside push.py.
(w2v => {
  "use strict";
  const { signed, fixed, general, visible } = w2v.text, { apart, LETTERS } = w2v.drawing;
  const UNIT = 2 ** 16, EXTENT = 2.4, SCORES = [-6, 3]; // where nothing pushes, pictures grow with the run
  const sigm = x => 1 / (1 + Math.exp(-x)), dot = (a, b) => a[0] * b[0] + a[1] * b[1];
  const summed = list => list.map((sum => value => (sum += value))(0)).slice(0, -1);
  const found = (ends, at) => (n => (n < 0 ? ends.length : n))(ends.findIndex(end => end >= at)); // as searchsorted

  // One round, as in chapter 4: all errors first, then the neighbours, then the word in the middle.
  function update(W, Z, i, j, negatives, rate) {
    const others = [j, ...negatives], w = [...W[i]], pull = [0, 0];
    const errors = others.map((n, k) => (k ? 0 : 1) - sigm(dot(Z[n], w)));
    others.forEach((n, k) => { for (const c of [0, 1]) pull[c] += errors[k] * Z[n][c]; });
    others.forEach((n, k) => { for (const c of [0, 1]) Z[n][c] += rate * errors[k] * w[c]; });
    for (const c of [0, 1]) W[i][c] += rate * pull[c];
  }
  function played(model, rounds, negatives, rate) {
    const W = model.start.map(w => [...w]), Z = model.neighbours.map(() => [0, 0]), size = Z.length, total = model.pairs.length;
    const drawn = n => model.drawn[n].slice(0, negatives), place = n => [Math.floor(model.pairs[n] / size), model.pairs[n] % size];
    const scores = [W.map(w => Z.map(z => dot(w, z)))];
    for (let n = 0; n < rounds; n++) {
      update(W, Z, ...place(n), drawn(n), rate * (1 - n / total));
      scores.push(W.map(w => Z.map(z => dot(w, z))));
    }
    return { W, Z, scores, next: rounds < total ? [...place(rounds), drawn(rounds)] : null };
  }

  function arrow(axes, from, to, color) {
    const [x, y, u, v] = [axes.x(from[0]), axes.y(from[1]), axes.x(to[0]), axes.y(to[1])], angle = Math.atan2(v - y, u - x);
    if (Math.hypot(u - x, v - y) < 2) return;
    const side = turn => `${(u - 7 * Math.cos(angle + turn)).toFixed(1)} ${(v - 7 * Math.sin(angle + turn)).toFixed(1)}`;
    axes.add("path", { d: `M${x.toFixed(1)} ${y.toFixed(1)}L${u.toFixed(1)} ${v.toFixed(1)}M${side(0.45)}L${u.toFixed(1)} ${v.toFixed(1)}L${side(-0.45)}`,
      fill: "none", stroke: color, "stroke-width": 2 });
  }
  function plane(picture, model, { W, Z, next }, [i, j], size) {
    const { colors, dark } = picture;
    const extent = Math.max(EXTENT, ...[...W, ...Z].flat().map(c => 1.1 * Math.abs(c)));
    const axes = picture.panel({ bottom: size, left: 28, right: picture.width - size + 8, x: [-extent, extent], y: [-extent, extent], xticks: [-2, 0, 2], yticks: [-2, 0, 2] });
    const lots = [[model.centres, W, colors.word2vec, i], [model.neighbours, Z, colors["M*"], j]];
    const labels = [];
    for (const [words, places, color, chosen] of lots) places.forEach((place, n) => {
      axes.line([0, place[0]], [0, place[1]], { color, width: n === chosen ? 2.6 : 1 });
      axes.dots([place[0]], [place[1]], { color, size: n === chosen ? 4.5 : 3 });
      if (Math.hypot(...place) > 0.05) labels.push([visible(words[n]), place, color, n === chosen]);
    });
    if (next) {
      const [c, real, drawn] = next;
      for (const n of new Set([real, ...drawn])) {
        const s = sigm(dot(W[c], Z[n])), error = (n === real ? 1 - s : 0) - drawn.filter(each => each === n).length * s;
        arrow(axes, Z[n], [0, 1].map(k => Z[n][k] + error * W[c][k]), error > 0 ? colors.QWEM : dark ? "#ff8f8f" : "#a02020");
      }
    }
    const heights = apart(labels.map(([, place]) => axes.y(place[1])), LETTERS);
    labels.forEach(([word, place, color, chosen], n) => {
      const x = Math.min(Math.max(axes.x(place[0]), axes.box.left), axes.box.right), left = x > axes.box.right - 50;
      picture.text(x + (left ? -6 : 6), Math.min(Math.max(heights[n] + 4, 14), size), word, { color, italic: true, weight: chosen ? 700 : undefined, anchor: left ? "end" : "start" });
    });
    const pad = picture.add("rect", { class: "w2v-pad", x: axes.box.left, y: axes.box.top, width: axes.box.right - axes.box.left, height: axes.box.bottom - axes.box.top, style: "cursor:pointer" });
    picture.figure.pointing(pad, (px, py) => { // the nearest tip is followed
      const far = ([x, y]) => Math.hypot(axes.x(x) - px, axes.y(y) - py), near = places => places.map(far).reduce((best, d, n, all) => (d < all[best] ? n : best), 0);
      const [c, n] = [near(W), near(Z)], row = far(W[c]) < far(Z[n]);
      picture.figure.set({ pair: row ? c * Z.length + j : i * Z.length + n });
    });
  }

  w2v.kind("push", {
    prepare(table) {
      const { data, shape: [rounds, width] } = table.draws, byte = at => data[at] & 255;
      const u = (n, k) => (256 * byte(2 * (n * width + k)) + byte(2 * (n * width + k) + 1)) / UNIT;
      const order = Array.from({ length: rounds }, (_, n) => n), ends = summed(table.A.flat()), noise = summed(table.noise);
      return { ...table, pairs: order.map(n => found(ends, u(n, 0))),
        drawn: order.map(n => Array.from({ length: width - 1 }, (_, k) => found(noise, u(n, k + 1)))) };
    },
    spoken(name, value, model) {
      const size = model.neighbours.length;
      return name === "pair" ? `${visible(model.centres[Math.floor(value / size)])}, ${visible(model.neighbours[value % size])}` : undefined;
    },
    draw(model, { rounds, negatives, rate, pair }, picture) {
      const run = played(model, rounds, negatives, rate), size = run.Z.length, [i, j] = [Math.floor(pair / size), pair % size];
      const a = model.A[i][j], b = negatives * model.A[i].reduce((sum, value) => sum + value, 0) * model.noise[j];
      const scores = run.scores.map(each => each[i][j]), score = scores.at(-1), best = b ? Math.log(a / b) : Infinity;
      const { width, height, narrow, colors } = picture, side = narrow ? Math.min(width, 340) : Math.min(height, Math.round(0.56 * width));
      plane(picture, model, run, [i, j], side);
      const left = narrow ? 40 : side + 30, middle = narrow ? 520 : Math.round(0.5 * height), shown = [Math.min(SCORES[0], ...scores), Math.max(SCORES[1], ...scores)];
      const xs = Array.from({ length: 91 }, (_, k) => shown[0] + (k / 90) * (shown[1] - shown[0]));
      const forces = picture.panel({ top: narrow ? side + 6 : 0, bottom: middle, left, right: 12, x: shown, y: [0, 1.08 * Math.max(a, b)], yticks: [], xlabel: "score x", ylabel: " " });
      forces.line(xs, xs.map(x => a * sigm(-x)), { color: colors.QWEM });
      forces.line(xs, xs.map(x => b * sigm(x)), { color: colors.PMI });
      forces.cursor(score);
      forces.dots([score, score], [a * sigm(-score), b * sigm(score)], { color: "var(--w2v-ink)", size: 4 });
      picture.text(forces.box.left, forces.box.top - 6, "pull A(1 − sigm x)", { color: colors.QWEM });
      picture.text(forces.box.right, forces.box.top - 6, "push B sigm x", { color: colors.PMI, anchor: "end" });
      const course = picture.panel({ top: middle, left, right: 12, x: [0, model.pairs.length], y: shown, xlabel: "rounds", ylabel: " " });
      picture.text(course.box.left, course.box.top - 6, "score x, and the line ln(A/B)");
      const order = scores.map((_, n) => n);
      if (b) course.across(best, { color: "var(--w2v-ink)", dash: "none", width: 1.4 });
      course.dots(order, scores, { color: colors.word2vec, size: 1.6 });
      course.cursor(rounds);
      course.scrub("rounds");

      const [centre, neighbour] = [model.centres[i], model.neighbours[j]].map(visible);
      let title = `${centre}, ${neighbour}: score ${signed(score)}; pull and push balance at ${signed(best)}`;
      if (!negatives) title = `Nothing pushes: the score of ${centre}, ${neighbour} is ${signed(score)} and grows`;
      if (!rounds) title = "Before training all scores are 0";
      return {
        title,
        notes: [
          ["the pair", `is real with probability A = ${fixed(a, 4)}, made up B = ${fixed(b, 4)} times a round`, false],
          ["now", `on average pulled by ${fixed(a * sigm(-score), 4)} and pushed by ${fixed(b * sigm(score), 4)}`, false],
          ["next", following(model, run.next), false],
          ["played", `${rounds} rounds, K = ${negatives}, the rate falls from ${general(rate)} to 0`, false],
        ],
        numbers: { W: run.W, Z: run.Z, scores, last: run.scores.at(-1), best: b ? best : null, a, b },
      };
    },
  });
  function following(model, next) {
    if (!next) return "no more: the rate has fallen to 0";
    const [c, real, drawn] = next, times = n => `${drawn.filter(each => each === n).length} × ${visible(model.neighbours[n])}`;
    return `${visible(model.centres[c])} with ${visible(model.neighbours[real])}; made up: ${[...new Set(drawn)].map(times).join(", ") || "none"}`;
  }
})(globalThis.w2v ??= {});
