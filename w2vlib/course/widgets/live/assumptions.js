// The switches of the theory's assumptions.  Beside assumptions.py.
(w2v => {
  "use strict";
  const { fixed, general, number } = w2v.text, { modeColors, LETTERS } = w2v.drawing;
  const BROKEN = {
    "vectors untied": "untied vectors", "loss logistic": "logistic loss", "weights word2vec": "word2vec's weights",
    "weights word2vec, rates 1/a": "weights with rates", "start large": "large start", "step long": "long steps",
    "batch small": "small batches",
  };
  const ROWS = ["half-rise, median", "half-rise, worst", "strengths", "loss", "first 5 directions"];
  const error = share => (share === null ? "never" : `${fixed(100 * share, share < 0.0995 ? 1 : 0)} %`);
  const key = (table, state) => Object.keys(table.switches).map(name => state[name]).join("; ");

  function inWords(run, theory) {
    if (run.diverged) return "no error has an end";
    const [median, worst, strengths, loss] = run[theory].map(error);
    return `half-rises ${median} (worst ${worst}), strengths ${strengths}, loss ${loss}`;
  }

  w2v.kind("assumptions", {
    draw(table, state, picture) {
      const usual = Object.fromEntries(Object.entries(table.switches).map(([name, positions]) => [name, positions[0]]));
      const shown = { ...state };
      if (!table.runs[key(table, shown)]) shown.batch = "full";
      const run = table.runs[key(table, shown)], reference = table.runs[key(table, usual)];
      const theory = table.theories[[shown.vectors, shown.weights, shown.start].join("; ")];
      drawStrengths(picture, theory, run);
      drawErrors(picture, table.errors, run, reference);
      const broken = Object.entries(shown).filter(([name, position]) => position !== usual[name])
        .map(([name, position]) => BROKEN[`${name} ${position}`] ?? position);
      const count = broken.length ? `${broken.length} assumption${broken.length > 1 ? "s" : ""} broken` : "Nothing broken";
      const [first] = run.exact, result = run.diverged ? "training diverges" : first === null ?
        "half of the modes end at 0" : `half-rises off by ${error(first)}`;
      const cut = run.step < 0.95 * table.runs[key(table, { ...usual, step: shown.step })].step;
      const setting = [`${table.size} words`, `d = ${table.d}`, `σ = ${number(table.scales[shown.start])}`, `ηλ₁ ${cut ? "≤" : "="} ${general(run.step)}`];
      if (run.batch) setting.push(`${run.batch} pairs a step`);
      else if (state.batch !== "full") setting.push("full batches only");
      return {
        title: `${count}: ${result}`,
        notes: [
          ["broken", broken.join(", ") || "nothing", false],
          ["clock", run.diverged ? "none, as training diverges" : `${fixed(run.clock, 2)} times the exact solution's; half-rises are compared after it`, false],
          ["exact", `● ${inWords(run, "exact")}`, false],
          ["aligned", `◇ ${inWords(run, "aligned")}`, false],
          ["learned", `${fixed(100 * run.overlap, 0)} % of the theory's first 5 directions at the end${run.opposed ? `; ${run.opposed} push words apart` : ""}`, false],
          ["setting", setting.join(", "), false],
          ["marks", "lines: theory, dots: training; below, grey: with nothing broken", false],
        ],
        numbers: { strengths: theory.strengths.at(-1), overlap: run.overlap },
      };
    },
  });

  function drawStrengths(picture, theory, run) {
    const { values } = theory, largest = values[0], shades = modeColors(values.length);
    const seen = Math.max(...run.strengths.flat().filter(isFinite));
    const highest = Math.min(Math.max(1.04 * seen, 1.1 * largest), 2.2 * largest);
    const axes = picture.panel({ bottom: Math.round(0.57 * picture.height), x: [0, theory.t.at(-1) * largest], y: [-0.03 * highest, highest],
      xlabel: "time t, in units of 1/λ₁", ylabel: "strength s²" });
    values.forEach((_, k) => {
      axes.line(theory.t.map(t => t * largest), theory.strengths.map(row => row[k]), { color: shades[k] });
      axes.dots(run.t.map(t => t * largest), run.strengths.map(row => row[k]), { color: shades[k], size: 2.8 });
    });
    axes.endLabels(theory.strengths.at(-1), values.map((_, k) => String(k + 1)), shades);
  }

  // One row for each kind of error, from little to much.
  function drawErrors(picture, [low, high], run, reference) {
    const inside = share => Math.min(Math.max(share ?? high, low), high);
    const axes = picture.panel({ top: Math.round(0.6 * picture.height), left: 128, x: [low, high], y: [-0.6, ROWS.length - 0.4], logx: true,
      xticks: [0.001, 0.01, 0.1, 1].filter(place => place >= low), xnames: share => `${general(100 * share)} %`, ynames: null, yticks: [], xlabel: "error of the theory" });
    const all = one => [...one.exact, one.diverged ? null : 1 - one.overlap];
    ROWS.forEach((name, n) => {
      const y = ROWS.length - 1 - n, [now, usual] = [run, reference].map(one => inside(all(one)[n]));
      picture.text(axes.box.left - 7, axes.y(y) + 4, name, { anchor: "end", size: LETTERS });
      axes.across(y, { dash: "1 4" });
      axes.add("path", { class: "w2v-quiet", d: `M${axes.x(usual)} ${axes.y(y + 0.36)}V${axes.y(y - 0.36)}`, "stroke-width": 2 });
      if (n < run.aligned.length) axes.add("rect", { x: -5, y: -5, width: 10, height: 10, fill: "none", stroke: picture.colors.word2vec,
        "stroke-width": 1.7, transform: `translate(${axes.x(inside(run.aligned[n]))} ${axes.y(y)}) rotate(45)` });
      axes.add("circle", { cx: axes.x(now), cy: axes.y(y), r: 5, fill: picture.colors["M*"] });
    });
  }
})(globalThis.w2v ??= {});
