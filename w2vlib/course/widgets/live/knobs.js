// The dials of word2vec.  Beside knobs.py.
(w2v => {
  "use strict";
  const { number, percent, signed, general, visible } = w2v.text, { mStar, pmi } = w2v.mathematics;
  const LEAST = -6, STEP = 0.25, GRAIN = 0.05, SCORES = [-6.5, 6.5], EDGE = 0.05, TICKS = [-1e4, -100, 0, 100, 1e4];
  const clip = value => Math.min(Math.max(value, SCORES[0]), SCORES[1]);
  const bent = value => Math.asinh(value / EDGE);

  // What the dials make of each pair, as w2vlib.targets.word2vec_pair_weights for untied vectors.
  function weights(table, negatives, logThreshold, exponent) {
    const at = Math.round((logThreshold - LEAST) / STEP), { frequency: f, marginal: p, size } = table;
    const kept = f.map(each => (ratio => Math.min(Math.sqrt(ratio) + ratio, 1))(10 ** logThreshold / each));
    const noise = f.map(each => (each / table.largest) ** exponent / table.noise[Math.round(exponent / GRAIN)]);
    const mean = (1 + negatives) / size ** 2;
    return table.pairs.map(([i, j], n) => {
      const joint = table.joint[n], A = (kept[i] * kept[j] * joint) / table.kept[at];
      const B = ((negatives * kept[i] * table.met[at][i]) / table.kept[at]) * noise[j];
      return { A, B, best: Math.log(A / B), plain: pmi(joint, p[i], p[j]) - Math.log(negatives), "M*": mStar(A, B, 1), M_lin: (2 * (A - B)) / mean,
        G: (A + B) / mean, row: Math.log(p[i] / table.met[at][i]), column: Math.log((kept[j] * p[j]) / noise[j]), kept: [kept[i], kept[j]] };
    });
  }

  w2v.kind("knobs", {
    spoken(name, value, model) {
      if (name === "log_threshold") return value ? number(10 ** value) : "1 (every word is kept)";
      return name === "pair" ? model.pairs[value].map(k => visible(model.words[k])).join(", ") : undefined;
    },
    draw(model, { negatives, log_threshold, exponent, pair }, picture) {
      const made = weights(model, negatives, log_threshold, exponent), { width, height, narrow, colors } = picture;
      const names = model.pairs.map(two => two.map(k => visible(model.words[k])).join(", ")), count = names.length;
      const label = 12 + 6.6 * Math.max(...names.map(name => [...name].length)), half = Math.round(height / 2);
      const second = narrow ? { top: half, left: label } : { left: label + Math.round((width - label) / 2) + 12, right: 16 };
      const common = { y: [count - 0.4, -0.6], yticks: [], ynames: null };
      const scores = picture.panel({ ...common, left: label, bottom: narrow ? half : height, right: narrow ? 16 : width - label - Math.round((width - label) / 2) + 12,
        x: SCORES, xlabel: "best score ln(A/B); open: PMI − ln K" });
      const weighed = picture.panel({ ...common, ...second, right: 16, x: [-12.5, 12.5], xticks: TICKS.map(bent),
        xnames: place => ["−10⁴", "−100", "0", "100", "10⁴"][TICKS.findIndex(tick => Math.abs(bent(tick) - place) < 1e-9)], xlabel: "Mˡⁱⁿ; open: M*" });
      for (const [axes, of, from, color] of [[scores, one => clip(one.best), one => clip(one.plain), colors.word2vec],
        [weighed, one => bent(one.M_lin), one => bent(one["M*"]), colors["M*"]]]) {
        const top = axes.y(pair - 0.45);
        axes.add("rect", { x: axes.box.left, y: top, width: axes.box.right - axes.box.left, height: axes.y(pair + 0.45) - top, fill: "var(--w2v-edge)", "fill-opacity": 0.2 });
        axes.line([0, 0], [-0.6, count - 0.4], { color: "var(--w2v-edge)", width: 1 });
        made.forEach((one, n) => {
          axes.line([from(one), of(one)], [n, n], { color, width: 1.2 });
          axes.dots([from(one)], [n], { color, size: 5, hollow: true });
          axes.dots([of(one)], [n], { color, size: 4.5 });
        });
        if (axes === scores || narrow) names.forEach((name, n) =>
          picture.text(axes.box.left - 8, axes.y(n) + 4, name, { anchor: "end", italic: true, weight: n === pair ? 700 : undefined }));
        const pad = picture.add("rect", { class: "w2v-pad", x: axes.box.left, y: axes.box.top, width: axes.box.right - axes.box.left, height: axes.box.bottom - axes.box.top, style: "cursor:pointer" });
        picture.figure.pointing(pad, (_, py) => picture.figure.set({ pair: axes.at(py, "y") }));
      }
      const one = made[pair], [i, j] = model.pairs[pair].map(k => visible(model.words[k]));
      return {
        title: `The best score of (${i}, ${j}) is ${signed(one.best)}; PMI − ln K is ${signed(one.plain)}`,
        notes: [
          ["dials", `K = ${negatives}, f₀ = ${number(10 ** log_threshold)}, β = ${general(exponent)}; window laid first`, false],
          ["kept", `${i} ${percent(one.kept[0], 1)}, ${j} ${percent(one.kept[1], 1)} of occurrences`, false],
          ["why", `the row of ${i} adds ${signed(one.row)}, the column of ${j} ${signed(one.column)}`, false],
          ["pull, push", `A = ${number(one.A, 3)}, B = ${number(one.B, 3)}`, false],
          ["target", `M* = ${signed(one["M*"], 3)}, Mˡⁱⁿ = ${signed(one.M_lin, 3)}`, false],
          ["weight", `G is ${number(one.G, 3)} times its mean`, false],
        ],
        numbers: { made },
      };
    },
  });
})(globalThis.w2v ??= {});
