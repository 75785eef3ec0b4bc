// One mode in steps of any size.  Beside step.py.
(w2v => {
  "use strict";
  const { strength } = w2v.mathematics, { fixed, general, number, percent, signed } = w2v.text, FAR = 1e3;
  const flow = (h, start, n, eta = 0) => strength(h, h * start, n, eta) / h;

  function iterates(h, start, steps) {
    const shares = [start];
    for (let n = 0; n < steps && shares.at(-1) <= FAR; n++) shares.push(shares.at(-1) * (1 + h * (1 - shares.at(-1))) ** 2);
    return shares;
  }
  function verdict(h, start) {
    if (h <= 0.5) return "steps climb and never overshoot";
    if (h < 1) return "steps overshoot, and settle";
    if (iterates(h, start, 400).at(-1) > FAR) return "training diverges";
    return h > 1 ? "steps never settle" : "steps settle ever more slowly";
  }
  const limited = share => (share > 10 ? "more than 1000 %" : percent(share, 1));

  w2v.kind("step", {
    spoken: (name, value) => (name === "log_start" ? `φ = ${number(10 ** value)}` : undefined),
    draw({ most }, { h, log_start, steps }, picture) {
      const start = 10 ** log_start, shares = iterates(h, start, steps), count = picture.narrow ? 161 : 321;
      const times = Array.from({ length: count }, (_, n) => (most * n) / (count - 1)), { QWEM, counts } = picture.colors;
      const axes = picture.panel({ x: [0, most], y: [0, 2.2], xlabel: "steps n", ylabel: "share φ of the goal" });
      axes.across(1);
      axes.line(times, times.map(n => flow(h, start, n)), { color: counts, width: 1.2 });
      if (h < 1) axes.line(times, times.map(n => flow(h, start, n, 1)), { color: QWEM, width: 2.4 });
      const shown = shares.map((_, n) => n).filter(n => shares[n] <= 2.3);
      axes.dots(shown, shown.map(n => shares[n]), { color: QWEM, size: 3 });
      axes.scrub("steps");
      const off = eta => Math.max(...shares.map((share, n) => Math.abs(flow(h, start, n, eta) - share)));
      return {
        title: `h = ${general(h)}: ${verdict(h, start)}`,
        notes: [
          ["now", `φ = ${shares.at(-1) > FAR ? "more than 1000" : fixed(shares.at(-1), 3)} after ${shares.length - 1} steps`, false],
          ["flow", `thin line; dots are off by ${limited(off(0))} at most, so far`, false],
          ["steps", h < 1 ? `thick line; dots are off by ${limited(off(1))} at most, so far` : "there is no such logistic from h = 1 on", false],
          ["near 1", `a step multiplies what is missing by ${signed(1 - 2 * h)}`, false],
          ["start", `φ = ${number(start)}`, false],
        ],
        numbers: { shares },
      };
    },
  });
})(globalThis.w2v ??= {});
