// Recorded runs on sampled pairs beside the lines of full batches.  Beside noise.py.
(w2v => {
  "use strict";
  const { modeColors } = w2v.drawing, { fixed, grouped, percent, subscript, superscript, visible } = w2v.text;

  function median(numbers) {
    const order = [...numbers].sort((a, b) => a - b), half = order.length >> 1;
    return order.length % 2 ? order[half] : (order[half - 1] + order[half]) / 2;
  }
  // What never rises by half is off by 1.
  const missed = (ran, told) => Number(median(told.map((rise, k) => (ran[k] === null ? 1 : Math.abs(ran[k] / rise - 1)))).toFixed(12));

  // Strengths of the records, a row each, from one byte a number.
  const strengths = ({ data, scale, shape: [rows, count] }) =>
    Array.from({ length: rows }, (_, n) => scale.map((one, k) => data[n * count + k] * one));

  function drawStrengths({ top, steps }, { lines }, run, dots, step, picture, bottom) {
    const axes = picture.panel({ bottom, x: [0, steps], y: [0, top], xlabel: "training steps n", ylabel: "strength s²", left: 40 });
    const count = lines[0].length, shades = modeColors(count), grid = lines.map((_, n) => (steps * n) / (lines.length - 1));
    const past = run.steps.map((_, n) => n).filter(n => run.steps[n] <= step);
    shades.forEach((color, k) => {
      axes.line(grid, lines.map(row => row[k]), { color });
      axes.dots(past.map(n => run.steps[n]), past.map(n => dots[n][k]), { color, size: 3 });
    });
    axes.cursor(step);
    axes.endLabels(lines.at(-1), shades.map((_, k) => String(k + 1)), shades);
    axes.scrub("step", { value: Math.round });
  }

  // Samples needed against the noise number; pointing chooses the nearest recorded run.
  function drawBudget(model, { sampler, number, seed }, told, picture, top, figure) {
    const { samplers, numbers, named, runs } = model, { QWEM, counts } = picture.colors, last = numbers.length - 1;
    const batches = samplers.flatMap(each => runs[each].map(setting => setting.batch));
    const axes = picture.panel({ top, x: [numbers[0] / 1.3, numbers[last] * (picture.narrow ? 3.6 : 2.1)], logx: true, logy: true,
      y: [(Math.min(...batches) * told) / 2, Math.max(...batches) * told * 2], xticks: numbers, xnames: n => named[numbers.indexOf(n)],
      ynames: n => `10${superscript(Math.round(Math.log10(n)))}`,
      xlabel: `noise number Θ${subscript(model.count)}`, ylabel: "samples needed", left: 40 });
    const places = [];
    for (const each of samplers) {
      const color = each === sampler ? QWEM : counts, settings = runs[each], needed = n => (settings[0].batch * numbers[0] * told) / n;
      axes.line(numbers, numbers.map(needed), { color });
      settings.forEach(({ batch, runs: found }, k) => {
        const [x, y] = [axes.x(numbers[k]), axes.y(batch * told)];
        places.push({ x, y, sampler: each, number: named[k] });
        if (found[seed - 1].diverged) axes.add("path", { d: `M${x - 4} ${y - 4}l8 8m0-8l-8 8`, stroke: color, "stroke-width": 1.8, fill: "none" });
        else axes.dots([numbers[k]], [batch * told], { color, size: 3.6 });
        if (each === sampler && places.at(-1).number === number)
          axes.add("circle", { cx: x, cy: y, r: 8, fill: "none", stroke: "var(--w2v-ink)", "stroke-width": 1.5 });
      });
      axes.text(numbers[last], needed(numbers[last]), visible(each), { color, dx: 11 });
    }
    const { box } = axes, pad = picture.add("rect", { class: "w2v-pad", x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top, style: "cursor:pointer" });
    figure.pointing(pad, (x, y) => {
      const far = place => Math.hypot(place.x - x, place.y - y), near = places.reduce((a, b) => (far(b) < far(a) ? b : a));
      figure.set({ sampler: near.sampler, number: near.number });
    });
  }

  w2v.kind("noise", {
    prepare: table => ({ ...table, count: table.theories[0].rises.length }),
    draw(model, state, picture, figure) {
      const { sampler, number, seed, step } = state, theory = model.theories[seed - 1], told = theory.rises, d = model.count;
      const setting = model.runs[sampler][model.named.indexOf(number)], { batch } = setting, run = setting.runs[seed - 1];
      const half = Math.round(picture.height * 0.6);
      const dots = strengths(run.dots);
      drawStrengths(model, theory, run, dots, step, picture, half);
      drawBudget(model, state, told.at(-1), picture, half + 4, figure);
      const each = setting.runs.map((one, k) => missed(one.rises, model.theories[k].rises)), off = each[seed - 1];
      const fast = Number(number) === 1 ? "as fast" : `${number} times as fast`, ended = run.diverged && step >= run.last;
      const until = ended ? run.last : step, risen = rises => rises.filter(rise => rise !== null && rise <= until).length;
      const spread = each.length > 1 ? `, ${percent(Math.min(...each))} to ${percent(Math.max(...each))} in ${each.length} runs` : "";
      const now = ended ? `diverged at step ${run.last}` : `at step ${step}`;
      const needed = batch * told.at(-1);
      return {
        title: `${visible(sampler)}, noise number ${number}: ${run.diverged ? `training diverges after ${run.last} steps` : `half-rises are off by ${percent(off)}`}`,
        notes: [
          ["noise", `Θ${subscript(d)} = ${number}, so noise multiplies ${fast} as mode ${d} grows`, false],
          ["batch", `${grouped(batch)} samples a step, ${grouped(batch * run.last)} in ${run.last} steps`, false],
          ["needed", `by the formula about ${grouped(Number(needed.toPrecision(3)))} samples until mode ${d} has risen by half`, false],
          ["times", `off by ${percent(off)} in the median of ${d} modes${spread}`, false],
          ["overlap", `${fixed(run.overlap, 2)} at the end, with the subspace of the first ${d} modes`, false],
          ["now", `${now}: ${risen(run.rises)} of ${d} have risen by half, by the lines ${risen(told)}`, false],
        ],
        numbers: { missed: each, needed, overlap: run.overlap, dots },
      };
    },
  });
})(globalThis.w2v ??= {});
