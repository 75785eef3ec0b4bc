// The staircase of a deep linear network.  Beside depth.py.
(w2v => {
  "use strict";
  const { number, percent } = w2v.text, { modeColors } = w2v.drawing, FIRST = 2;

  // The clock of one mode along y = ln[ω / (|λ| − ω)]: dt = x^(1 − a) dy / D|λ|^a, by Simpson's rule.
  function clock(size, start, depth) {
    const a = 2 - 2 / depth, speed = y => (1 + Math.exp(-y)) ** (a - 1) / depth / size ** a;
    const passed = (from, to, n = 2) => {
      let sum = 0;
      for (let k = 0, h = (to - from) / n; k < n; k++) sum += (h / 6) * (speed(from + k * h) + 4 * speed(from + (k + 0.5) * h) + speed(from + (k + 1) * h));
      return sum;
    };
    const x0 = start / size, begin = Math.log(x0 / (1 - x0)), n = 300, h = (36 - begin) / n, times = [0];
    for (let k = 0; k < n; k++) times.push(times[k] + passed(begin + k * h, begin + (k + 1) * h));
    return {
      when: share => passed(begin, Math.log(share / (1 - share)), 600),
      strength(t) {
        let low = 0, high = n;
        if (t >= times[n]) return size;
        while (high - low > 1) { const middle = (low + high) >> 1; if (times[middle] <= t) low = middle; else high = middle; }
        let y = begin + low * h;
        for (let k = 0; k < 6; k++) y += (t - times[low] - passed(begin + low * h, y)) / speed(y);
        return size / (1 + Math.exp(-y));
      },
    };
  }

  w2v.kind("depth", {
    spoken: (name, value) => (name === "log_start" ? `ω₀ = ${number(10 ** value)}` : undefined),
    draw({ spectra, runs }, { spectrum, depth, log_start, time }, picture) {
      const sizes = spectra[spectrum], start = 10 ** log_start, clocks = sizes.map(size => clock(size, start, depth));
      const rises = clocks.map(one => one.when(0.5)), end = 1.05 * clocks.at(-1).when(0.9), now = (end * time) / 100;
      const count = picture.narrow ? 121 : 201, times = Array.from({ length: count }, (_, n) => (end * n) / (count - 1));
      const curves = clocks.map(one => times.map(one.strength)), here = clocks.map(one => one.strength(now));
      const left = at => sizes.reduce((sum, size, k) => sum + (size - at(k)) ** 2, 0) / sizes.reduce((sum, size) => sum + size ** 2, 0);
      const shades = modeColors(sizes.length), cut = Math.round(0.6 * picture.height);
      const above = picture.panel({ bottom: cut, x: [0, end], y: [-0.02, 1.06], ylabel: "strength ω", xnames: null });
      const below = picture.panel({ top: cut, x: [0, end], y: [-0.03, 1.06], xlabel: "time t, in units of 1/|λ₁|", ylabel: "share of the loss left" });
      curves.forEach((curve, k) => above.line(times, curve, { color: shades[k] }));
      below.line(times, times.map((_, n) => left(k => curves[k][n])), { color: picture.colors.QWEM, width: 2.2 });
      const dots = runs.filter(run => spectrum === "counts" && run.depth === depth && Math.abs(run.log_start - log_start) < 1e-9);
      for (const run of dots) {
        const seen = run.t.map((_, n) => n).filter(n => run.t[n] <= end);
        sizes.forEach((_, k) => above.dots(seen.map(n => run.t[n]), seen.map(n => run.strengths[n][k]), { color: shades[k], size: 2.2 }));
      }
      for (const axes of [above, below]) { axes.cursor(now); axes.scrub("time", { value: t => (100 * t) / end }); }
      above.endLabels(curves.map(curve => curve.at(-1)), sizes.map((_, k) => String(k + 1)), shades);
      const rest = left(k => here[k]), rise = clocks[FIRST].when(0.9) - clocks[FIRST].when(0.1), gap = rises[FIRST + 1] - rises[FIRST];
      return {
        title: `${depth} layer${depth > 1 ? "s" : ""}: ${here.filter((strength, k) => strength >= sizes[k] / 2).length} of ${sizes.length} modes are half learned`,
        notes: [
          ["now", `t = ${number(now, 3)}, and ${percent(rest > 1e-6 ? rest : 0)} of the loss is left`, false],
          ["half-rises", `${rises.slice(0, 4).map(rise => number(rise, 3)).join(", ")}, …, ${number(rises.at(-1), 3)}`, false],
          [`mode ${FIRST + 1}`, depth > 1 ? `its rise takes ${number(rise / gap)} of the gap to mode ${FIRST + 2}` : "all modes rise at once", false],
          ["order", `the last comes at ${number(rises.at(-1) / rises[0], 3)} times the first; |λ| is as 1 to ${number(1 / sizes.at(-1), 3)}`, false],
          ["dots", dots.length ? "one run of training" : "no run is recorded for this", false],
        ],
        numbers: { rises, here, left: rest, sharp: rise / gap },
      };
    },
  });
})(globalThis.w2v ??= {});
