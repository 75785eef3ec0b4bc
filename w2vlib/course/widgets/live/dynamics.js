// The figures of the dynamics: one mode, the staircase, the forecast.  Beside mode.py, staircase.py and forecast.py.
(w2v => {
  "use strict";
  const { strengths, halfRises, loss, learned, visibleSteps, typicalStart, forecast, expectedRank } = w2v.mathematics;
  const { fixed, number, percent, phrase, subscript, general } = w2v.text;
  const { modeColors, colors } = w2v.drawing;
  const SHOWN = 12, POINTS = 151;
  const range = (end, count = POINTS) => Array.from({ length: count }, (_, n) => (end * n) / (count - 1));

  // What the theory says for σ and d, and the measured runs that are for it: as setting.py.
  function setting(table, logScale, d) {
    let scale = 10 ** logScale, eta = 0;
    let runs = table.measured.filter(run => run.d === d && Math.abs(Math.log10(run.scale) - logScale) < 0.05 + 1e-9);
    if (runs.length) {
      [scale, eta] = [runs[0].scale, runs[0].step_size];
      runs = runs.filter(run => run.scale === scale && run.step_size === eta);
    }
    const values = table.values.slice(0, d ?? undefined);
    const start = d === null ? values.map(() => scale ** 2) : typicalStart(values.length, d, scale);
    return { values, start, scale, d, eta, runs, rises: halfRises(values, start, eta), at: t => strengths(values, start, t, eta) };
  }
  function modeLine(name, table, k) {
    if (k === null) return [name, "none", false];
    if (k >= table.ends.length) return [`${name} (${k + 1})`, "its words are not in the table", false];
    return [`${name} (${k + 1})`, table.ends[k].map(end => phrase(end, 32)).join(" – "), true];
  }
  function dotsLines(table, found) {
    if (!table.measured.length || found.d === null) return [];
    if (found.runs.length) {
      const count = `${found.runs.length} training run${found.runs.length > 1 ? "s" : ""}`;
      return [["dots", `${count} with steps of ηλ₁ = ${number(found.eta * found.values[0])}; lines: such steps, average start`, false]];
    }
    const places = [...new Set(table.measured.map(run => `σ = ${number(run.scale)} with d = ${run.d}`))];
    return [["dots", `none measured here, but at ${phrase(places, 50)}`, false]];
  }
  // The index at which a list is largest (or least) among some; null among none.
  const best = (list, among, sign) => among.length ? among.reduce((a, b) => (sign * list[b] > sign * list[a] ? b : a)) : null;
  const indices = (list, test) => list.map((_, k) => k).filter(k => test(list[k]));
  const spoken = (name, value) => name === "log_scale" ? `σ = ${number(10 ** value)}` : undefined;

  w2v.kind("mode", {
    spoken,
    draw(table, { log_scale, mode, time }, picture, figure) {
      const { d, shown, end } = table.shown, found = setting(table, log_scale, d);
      const largest = found.values[0], unit = 1 / largest, k = mode - 1, value = found.values[k];
      const shades = modeColors(shown), times = range(end), curves = times.map(t => found.at(t * unit));
      const now = found.at(time * unit)[k];
      const axes = picture.panel({ x: [0, end], y: [-0.02 * largest, 1.06 * largest], xlabel: "time t, in units of 1/λ₁", ylabel: "strength s²" });
      for (let j = 0; j < shown; j++) {
        axes.line(times, curves.map(row => row[j]), j === k ? { color: shades[j], width: 3.4 } : { color: shades[j], width: 1, opacity: 0.65 });
      }
      axes.across(value, { color: shades[k] });
      for (const run of found.runs) {
        if (k < run.strengths[0].length) axes.dots(run.t.map(t => t * largest), run.strengths.map(row => row[k]), { color: "var(--w2v-ink)", size: 2.4 });
      }
      axes.cursor(time, now, shades[k]);
      axes.endLabels(curves.at(-1).slice(0, shown), shades.map((_, j) => String(j + 1)), shades);
      axes.scrub("time");
      const half = found.rises[k] * largest, ends = table.ends[k] ?? [["–"], ["–"]];
      const rises = `half of it at ${fixed(half, 1)}/λ₁, from 10 % to 90 % in ${fixed(((Math.log(81) / 2) * largest) / value, 1)}/λ₁`;
      return {
        title: `Mode ${mode} has reached ${percent(now / value)} of its strength`,
        notes: [
          [`mode ${mode}`, `s² = ${number(now, 3)} at t = ${general(time)}/λ₁, and λ${subscript(mode)} = ${number(value, 3)}`, false],
          ["rises", half > 0 ? rises : "it begins above half of its strength", false],
          ["one end", phrase(ends[0], 60), true],
          ["the other", phrase(ends[1], 60), true],
          ["start", `σ = ${number(found.scale)}, 1/λ₁ = ${number(unit)} of flow time`, false],
          ...dotsLines(table, found),
        ],
        numbers: { now, half, start: found.start[k] },
      };
    },
  });

  // Dots less line as shares of λ, for a start or for the run's own.
  function residuals(found, run, start) {
    const known = (start ?? run.start).slice(0, found.values.length);
    return run.t.map((t, n) => {
      const line = strengths(found.values, known, t, found.eta);
      return run.strengths[n].map((dot, k) => (dot - line[k]) / found.values[k]);
    });
  }
  const LIMITS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];

  w2v.kind("staircase", {
    spoken,
    draw(table, { log_scale, d, time, runs = "all" }, picture) {
      const { shown, end } = table.shown, found = setting(table, log_scale, d), { values } = found;
      const kept = found.runs.filter(run => runs === "all" || String(run.seed) === runs);
      const start = runs !== "all" && kept[0]?.start ? kept[0].start.slice(0, values.length) : found.start;
      const unit = found.rises[0], rises = halfRises(values, start, found.eta), now = time * unit;
      const shades = modeColors(shown), step = values[0] ** 2 / 4, QWEM = colors().QWEM, count = Math.min(shown, values.length);
      const times = range(end, picture.narrow ? 121 : 201), curves = times.map(t => strengths(values, start, t * unit, found.eta));
      const names = shades.map((_, k) => String(k + 1));
      let sum = 0;
      const plateaus = values.slice(0, shown).map(value => (sum -= value ** 2 / values[0] ** 2));
      const lowest = -table.values.slice(0, shown).reduce((total, value) => total + value ** 2, 0) / values[0] ** 2;
      const off = kept.map(run => residuals(found, run, runs === "all" ? start : null)), trained = run => run.t.map((t, n) => n).filter(n => run.t[n] / unit <= time + 1e-9);
      let worst = 0;
      kept.forEach((run, r) => trained(run).forEach(n => {
        if (run.t[n] / unit <= end) worst = Math.max(worst, ...off[r][n].map(Math.abs));
      }));
      const limit = LIMITS.find(value => worst <= value) ?? 1;
      const measured = table.measured.length > 0 && picture.height >= 400; // a low picture has no room for what is off
      const [one, two] = (measured ? [0.47, 0.78] : [0.56, 1]).map(share => Math.round(share * picture.height));
      const xlabel = "time t, in units of τ₁";
      const above = picture.panel({ bottom: one, x: [0, end], y: [-0.02 * values[0], 1.06 * values[0]], ylabel: "strength s²", xnames: null });
      const middle = picture.panel({ top: one, bottom: two, x: [0, end], y: [1.15 * lowest, -0.05 * lowest], ylabel: "loss, in λ₁²/4",
        ...(measured ? { xnames: null } : { xlabel }) });
      const below = measured && picture.panel({ top: two, x: [0, end], y: [-1.1 * limit, 1.1 * limit], xlabel, ylabel: "off: dots less line, as a share of λ",
        yticks: [-limit, 0, limit], ynames: value => (value ? `${value < 0 ? "−" : ""}${general(100 * limit)} %` : "0") });
      for (let k = 0; k < count; k++) above.line(times, curves.map(row => row[k]), { color: shades[k] });
      for (const plateau of plateaus) middle.across(plateau);
      middle.line(times, curves.map(row => loss(values, row) / step), { color: QWEM, width: 2.2 });
      kept.forEach((run, r) => {
        const seen = trained(run).filter(n => run.t[n] / unit <= end);
        for (let k = 0; k < run.strengths[0].length; k++) {
          const risen = seen.filter(n => run.strengths[n][k] > 0.02 * values[k]), at = risen.map(n => run.t[n] / unit);
          above.dots(at, risen.map(n => run.strengths[n][k]), { color: shades[k] });
          if (below) below.dots(at, risen.map(n => off[r][n][k]), { color: shades[k], size: 2 });
        }
        middle.dots(seen.map(n => run.t[n] / unit), seen.map(n => run.loss[n] / step), { color: QWEM });
      });
      for (const axes of [above, middle, below].filter(Boolean)) { axes.cursor(time); axes.scrub("time"); }
      above.endLabels(curves.at(-1).slice(0, count), names.slice(0, count), shades);
      middle.endLabels(plateaus, names.slice(0, plateaus.length), shades, false);
      const last = best(rises, indices(rises, rise => rise <= now), 1), next = best(rises, indices(rises, rise => rise > now), -1);
      if (last !== null && table.ends[last]) { // the mode that has risen last says its name
        const words = table.ends[last].map(end => phrase(end, picture.narrow ? 11 : 26)).join(" – ");
        picture.text(above.box.right, above.box.top - 8, `${last + 1}: ${words}`, { color: shades[Math.min(last, shown - 1)], anchor: "end", italic: true });
      }
      const many = learned(rises, now), steps = visibleSteps(values, rises);
      return {
        title: `${many} of ${values.length} modes learned, ${steps} step${steps === 1 ? "" : "s"} in the loss`,
        notes: [
          ["now", `t = ${general(time)} τ₁, and τ₁ = ${number(unit)} of flow time`, false],
          modeLine("last", table, last),
          modeLine("next", table, next),
          ["start", `σ = ${number(found.scale)}, d = ${found.d}`, false],
          ...machineDots(table, kept, runs, worst),
        ],
        numbers: { loss: loss(values, strengths(values, start, now, found.eta)), rises, worst },
      };
    },
  });
  function machineDots(table, kept, runs, worst) {
    if (!table.measured.length) return [];
    if (!kept.length) {
      const places = [...new Set(table.measured.map(run => `σ = ${number(run.scale)}, d = ${run.d}`))];
      return [["dots", `no training recorded here, but at ${phrase(places, 60)}`, false]];
    }
    const which = runs === "all" ? "all runs, line of the average start" : `seed ${runs}, line of its own start`;
    return [["dots", `${which}; so far off by ${percent(worst, 1)} of λ at most`, false]];
  }

  w2v.kind("forecast", {
    spoken,
    draw(table, { log_scale, d, time }, picture, figure) {
      const { end } = table.shown, found = setting(table, log_scale, d), { values, eta, scale } = found, count = table.values.length;
      const bars = forecast(values, d, scale, eta), unit = bars.mean[0], shades = modeColors(count);
      const rank = t => expectedRank(values, d, scale, t * unit, eta), times = range(end, 101);
      const axes = picture.panel({ x: [0, end], y: [0, 1.04 * count + 0.5], xlabel: "time t, in units of τ₁", ylabel: "mode k; modes learned" });
      values.forEach((_, k) => {
        const ends = [bars.low[k], bars.high[k]].map(t => Math.min(Math.max((isFinite(t) ? t : 0) / unit, 0), 2 * end));
        axes.line(ends, [k + 1, k + 1], { color: shades[k], width: 2.4 });
      });
      const quiet = colors().counts;
      axes.line(times, times.map(rank), { color: quiet, width: 1.4 });
      for (const run of found.runs) {
        const marks = run.half_rises.map((rise, k) => [rise, k + 1]).filter(([rise, k]) => rise !== null && rise / unit <= end);
        axes.dots(marks.map(([rise]) => rise / unit), marks.map(([, k]) => k), { color: "var(--w2v-ink)", size: 2.2 });
      }
      const expected = rank(time), now = time * unit;
      axes.cursor(time, expected, quiet);
      axes.scrub("time");
      const passed = bars.high.filter(t => t <= now).length, crossed = bars.low.filter((t, k) => t <= now && bars.high[k] > now).length;
      return {
        title: `${fixed(expected, 1)} modes expected at ${general(time)} τ₁`,
        notes: [
          ["now", `${passed} of ${values.length} bars passed, ${crossed} being crossed`, false],
          modeLine("next", table, best(bars.mean, indices(bars.mean, t => t > now), -1)),
          ["bars", `95 % of all initial weights; τ₁ = ${number(unit)} of flow time`, false],
          ["start", `σ = ${number(scale)}, d = ${d}`, false],
          ...dotsLines(table, found),
        ],
        numbers: { expected, low: bars.low, high: bars.high, sd: bars.sd },
      };
    },
  });
})(globalThis.w2v ??= {});
