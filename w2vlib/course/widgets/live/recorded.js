// Recorded runs beside the theory's lines, whose clock can be set.  Beside recorded.py.
(w2v => {
  "use strict";
  const { modeColors } = w2v.drawing, { fixed, percent } = w2v.text, LOW = 0.6;

  function median(numbers) {
    const order = [...numbers].sort((a, b) => a - b), half = order.length >> 1;
    return order.length % 2 ? order[half] : (order[half - 1] + order[half]) / 2;
  }
  // A line between points that stand evenly from 0 to an end.
  function between(points, end, t) {
    const at = Math.min((t / end) * (points.length - 1), points.length - 1), low = Math.min(Math.floor(at), points.length - 2);
    return points[low] + (at - low) * (points[low + 1] - points[low]);
  }
  const missed = (ratios, clock) => median(ratios.map(ratio => Math.abs(ratio / clock - 1)));

  w2v.kind("recorded", {
    spoken: (name, value) => (name === "clock" || name === "time" ? fixed(value, 2) : undefined),
    draw({ settings, end }, { setting, seed, clock, time }, picture) {
      const chosen = settings[setting], { ran, told, times, dots, lines } = chosen.runs[seed - 1], count = dots[0].length;
      const high = Math.max(...chosen.runs.flatMap(run => [...run.dots, ...run.lines].flat()));
      const axes = picture.panel({ x: [0, end], y: [0, 1.05 * high], xlabel: "time t, in units of τ₁", ylabel: "strength s²" });
      const t = Array.from({ length: 182 }, (_, n) => (end * n) / 181), shades = modeColors(count), ends = [];
      const seen = times.map((_, n) => n).filter(n => times[n] <= time);
      for (let k = 0; k < count; k++) {
        const points = lines.map(row => row[k]), curve = t.map(at => between(points, end / LOW, at / clock));
        axes.line(t, curve, { color: shades[k] });
        axes.dots(seen.map(n => times[n]), seen.map(n => dots[n][k]), { color: shades[k] });
        ends.push(curve.at(-1));
      }
      axes.cursor(time);
      axes.endLabels(ends, ends.map((_, k) => String(k + 1)), shades);
      axes.scrub("time");
      const ratios = ran.map((rise, k) => rise / told[k]), early = ratios.filter(ratio => ratio < clock).length, n = ratios.length;
      const risen = rises => rises.filter(rise => rise <= time).length;
      return {
        title: `${chosen.words}: half-rises are off by ${percent(missed(ratios, clock), 1)}${clock === 1 ? " on the theory's own clock" : ` on a clock of ${fixed(clock, 2)}`}`,
        notes: [
          ["no clock", `off by ${percent(missed(ratios, 1), 1)} in the median of ${n} directions`, false],
          ["clock", `${early} of ${n} rise before their lines, ${n - early} after`, false],
          ["now", `${risen(ran)} have risen by half, by the lines ${risen(told.map(rise => rise * clock))}`, false],
          ["shown", `dots: training; lines: the theory; directions 1 to ${count}`, false],
        ],
        numbers: { best: median(ratios), missed: missed(ratios, clock) },
      };
    },
  });
})(globalThis.w2v ??= {});
