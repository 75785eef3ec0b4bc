// A family of analogies as a signal in noise.  Beside signal.py.
(w2v => {
  "use strict";
  const { eigen } = w2v.mathematics, { fixed, phrase, visible } = w2v.text;
  const LEAST = 3, ABSENT = 1e-9, POINTS = 2000;

  // The first m rows of a lower triangle that is written row after row, as a whole matrix.
  function square(triangle, m) {
    const at = (i, j) => triangle[(i * (i + 1)) / 2 + j];
    return Array.from({ length: m }, (_, i) => Array.from({ length: m }, (_, j) => (i < j ? at(j, i) : at(i, j))));
  }
  const sum = numbers => numbers.reduce((all, x) => all + x, 0);
  function judged(model, family, rank, most) {
    const key = `${family} ${rank} ${most}`;
    if (!model.kept.has(key)) model.kept.set(key, computed(model, family, rank, most));
    return model.kept.get(key);
  }
  function computed({ families, effective }, family, rank, most) {
    const { pairs, grams } = families[family], fair = effective[rank - LEAST], m = Math.min(most, pairs.length), d = 2 ** rank;
    const gram = square(grams[rank - LEAST], m), total = sum(gram.map((row, i) => row[i])), together = sum(gram.map(sum));
    const noise = (total - together / m) / (m - 1), share = (together / total - 1) / (m - 1);
    const part = Math.max(share, ABSENT), psi = (m * part) / (1 - part), barrier = Math.sqrt(m / fair);
    const edge = (1 + barrier) ** 2, seen = psi > barrier, spike = seen ? (1 + psi) * (1 + m / (fair * psi)) : edge;
    const values = eigen(gram).values.map(value => value / noise), low = Math.min(m, d);
    return {
      m, d, fair, share, psi, barrier, edge, seen, spike, values,
      ratio: values[0] / (total / noise / low), foretold: ((spike / (1 + psi / m)) * low) / m, alone: (edge * low) / m,
    };
  }

  // The m eigenvalues of noise by the law of Marchenko and Pastur, the largest first; NaN for those that are 0.
  function noiseQuantiles(m, fair) {
    const aspect = m / fair, xs = [], mass = [];
    for (let n = 0, all = 0; n < POINTS; n++) {
      const angle = ((n + 0.5) * Math.PI) / POINTS, x = 1 + aspect - 2 * Math.sqrt(aspect) * Math.cos(angle);
      xs.push(x);
      mass.push((all += (2 * Math.sin(angle) ** 2) / x / POINTS));
    }
    return Array.from({ length: m }, (_, i) => {
      const wanted = (m - 1 - i + 0.5) / m - Math.max(0, 1 - 1 / aspect), n = mass.findIndex(reached => reached >= wanted);
      if (wanted <= 0) return NaN;
      if (n < 1) return xs[n ? POINTS - 1 : 0];
      return xs[n - 1] + ((wanted - mass[n - 1]) / (mass[n] - mass[n - 1])) * (xs[n] - xs[n - 1]);
    });
  }

  w2v.kind("signal", {
    prepare: table => ({ ...table, kept: new Map() }),
    spoken: (name, value) => (name === "rank" ? `d = ${2 ** value}` : undefined),
    draw(model, { family, rank, m: most }, picture) {
      const found = judged(model, family, rank, most), { m, edge } = found;
      const blue = picture.colors["M*"], grey = picture.colors.counts, red = picture.colors.word2vec;
      const places = Array.from({ length: m }, (_, i) => i + 1), quantiles = noiseQuantiles(m, found.fair), half = picture.height * 0.53;
      const above = picture.panel({ bottom: half, x: [0.3, m + 0.7], y: [0.02, 1.6 * model.top], logy: true,
        xlabel: "number of the eigenvalue", ylabel: "eigenvalue / noise", xticks: places.filter(i => i === 1 || i % 5 === 0) });
      above.across(edge);
      above.text(m + 0.7, edge, "noise ends here", { anchor: "end", color: grey, dy: -5 });
      above.line(places, quantiles, { color: grey, width: 1.6 });
      above.dots(places, found.values.map(value => (value > 1e-6 ? value : NaN)), { color: blue, size: 3.6 });
      if (found.seen) {
        const [x, y] = [above.x(1), above.y(found.spike)];
        above.add("path", { d: `M${x - 7} ${y - 7}L${x + 7} ${y + 7}M${x - 7} ${y + 7}L${x + 7} ${y - 7}`, stroke: red, "stroke-width": 1.8 });
      }
      const ranks = model.effective.map((_, n) => LEAST + n), all = ranks.map(each => judged(model, family, each, most));
      const below = picture.panel({ top: half + 4, x: [LEAST - 0.3, ranks.at(-1) + 0.3], y: [0, 1.1 * model.peak], xlabel: "dimensions d",
        ylabel: "signal-to-noise ratio", xticks: ranks.filter((_, n) => !picture.narrow || n % 2 === 0), xnames: each => String(2 ** each) });
      below.cursor(rank, found.ratio, blue);
      below.line(ranks, all.map(each => each.foretold), { color: blue });
      below.line(ranks, all.map(each => each.alone), { color: grey, dash: "5 4" });
      below.dots(ranks, all.map(each => each.ratio), { color: blue, size: 3.6 });
      below.text(ranks[0], all[0].alone, "noise alone", { color: grey, dy: 17 });
      below.scrub("rank", { value: Math.round });
      const theory = found.seen ? "theory, from what the pairs share" : "theory, the edge of noise";
      return {
        title: `${visible(family)}: ${found.seen ? `${fixed(found.values[0], 1)} times the noise; the law of noise ends at` :
          "too little is shared to be seen in noise up to"} ${fixed(edge, 1)}`,
        notes: [
          ["strongest", `${fixed(found.values[0], 1)} times the noise; ${theory}: ${fixed(found.spike, 1)}`, false],
          ["ratio", `SNR = ${fixed(found.ratio, 2)}; foretold ${fixed(found.foretold, 2)}, noise alone ${fixed(found.alone, 2)}`, false],
          ["shared", `ς = ${fixed(found.share, 2).replace("-", "−")}, so ψ = ${fixed(found.psi, 2)}; seen above √(m/d_eff) = ${fixed(found.barrier, 2)}`, false],
          ["noise", `${found.d} dimensions are worth ${fixed(found.fair, 0)}; m = ${m} pairs`, false],
          ["pairs", phrase(model.families[family].pairs.map(([a, b]) => `${a} – ${b}`), 60), true],
        ],
        numbers: { values: found.values, quantiles, ratio: found.ratio, foretold: found.foretold, edge },
      };
    },
  });
})(globalThis.w2v ??= {});
