// How much text a direction needs: eigenvalues against noise.  Beside text.py.
(w2v => {
  "use strict";
  const { fixed, number, percent, phrase, grouped } = w2v.text;
  const NEAR = 0.025 + 1e-9, RIGHT = 0.9, RANKS = [5, 20, 50];

  function million(words) {
    const count = words / 1e6;
    return `${fixed(count, count >= 10 ? 0 : count >= 1 ? 1 : 2)} million`;
  }
  // The number of words, and which measured pair of texts has it.
  function length(table, log) {
    const pair = table.texts.findIndex(words => Math.abs(Math.log10(words) - log) <= NEAR);
    return { words: pair < 0 ? 10 ** log : table.texts[pair], pair };
  }
  // Noise √(Vv), what each direction keeps, and what share of the span of the first d two texts have in common.
  function textLaw(table, words) {
    const edge = Math.sqrt(table.noise / words), kept = table.values.map(value => 1 - Math.min((edge / value) ** 2, 1));
    let sum = 0;
    return { edge, kept, shared: kept.map((share, k) => (sum += share ** 2) / (k + 1)) };
  }
  w2v.mathematics.textLaw = textLaw;

  w2v.kind("text", {
    spoken: (name, value, table) => `${million(length(table, value).words)} words`,
    draw(table, { log_words }, picture, figure) {
      const { words, pair } = length(table, log_words), law = textLaw(table, words), { edge, kept, shared } = law, { values } = table;
      const { colors, height } = picture, known = values.length, depth = table.overlaps[0].length, split = Math.round(0.6 * height);
      const low = 0.6 * values[known - 1], high = 1.4 * values[0], rounded = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
      const axes = picture.panel({ bottom: split, left: 40, right: 14, logx: true, logy: true, x: [0.9, 1.15 * known], y: [low, high], xlabel: "direction k", ylabel: "eigenvalue λ",
        yticks: rounded.filter(y => y >= low && y <= high), xticks: [1, 2, 5, 10, 20, 50, 100].filter(k => k <= known) });
      const below = picture.panel({ top: split, left: 40, right: 14, x: [0, depth + 1], y: [0, 1.03], xlabel: "first d directions", ylabel: "share of their span that two texts have in common", yticks: [0, 0.5, 1] });
      axes.add("rect", { x: axes.box.left, y: axes.y(values[known - 1]), width: axes.box.right - axes.box.left, height: axes.box.bottom - axes.y(values[known - 1]), fill: colors.counts, "fill-opacity": 0.13 });
      const inside = Math.min(Math.max(edge, low), high);
      axes.add("rect", { x: axes.box.left, y: axes.y(inside), width: axes.box.right - axes.box.left, height: axes.box.bottom - axes.y(inside), fill: colors.word2vec, "fill-opacity": 0.1 });
      axes.across(inside, { color: colors.word2vec, dash: "none", width: 2.5 });
      const groups = [[share => share >= RIGHT, colors.QWEM, "right to 0.9", {}], [share => share > 0 && share < RIGHT, colors["M*"], "stands out", {}], [share => share <= 0, colors.counts, "lost", { hollow: true }]];
      groups.forEach(([test, color, name, look], n) => {
        const ks = values.map((_, k) => k).filter(k => test(kept[k]));
        axes.dots(ks.map(k => k + 1), ks.map(k => values[k]), { color, size: 3, ...look });
        picture.text(axes.box.right - 8, axes.box.top + 14 + 17 * n, name, { color, anchor: "end" });
      });
      picture.text(axes.box.right - 8, axes.box.bottom - 5, "weaker ones: not known", { anchor: "end" });
      axes.text(1, inside, "noise", { color: colors.word2vec, dy: inside < 1.4 * low ? -7 : 15 });
      const ds = Array.from({ length: depth }, (_, d) => d + 1);
      below.line(ds, shared.slice(0, depth), { color: colors["M*"], width: 2.2, dash: beyond(table, words) ? "6 4" : undefined });
      if (pair >= 0) below.dots(ds, table.overlaps[pair], { color: "var(--w2v-ink)", size: 2.4 });
      axes.scrub("log_words", { axis: "y", value: y => Math.log10(table.noise / y ** 2) });
      return { ...inWords(table, words, pair, law), numbers: { edge, kept, shared: shared.slice(0, depth) } };
    },
  });
  const beyond = (table, words) => words > table.tokens * 1.001 || words < table.texts[0] * 0.999;

  function inWords(table, words, pair, { edge, kept, shared }) {
    const { values, texts, overlaps } = table, known = values.length;
    const out = kept.filter(share => share > 0).length, right = kept.filter(share => share >= RIGHT).length;
    let ranks = RANKS.filter(d => d <= overlaps[0].length);
    if (!ranks.length) ranks = [1];
    const ofRanks = shares => ranks.map(d => percent(shares[d - 1], 1)).join(", ");
    const ends = k => `direction ${k + 1}, λ = ${number(values[k], 3)}: ${table.ends[k].map(end => phrase(end, 28)).join(" – ")}`;
    const measured = pair >= 0 ? `${ofRanks(overlaps[pair])}, one pair without a common article` :
      words > texts.at(-1) ? `none: the longest pair of texts has ${million(texts.at(-1))} words each` :
      `none of this length, but of ${phrase(texts.map(million), 120)}`;
    return {
      title: `By the law${beyond(table, words) ? ", extrapolated" : ""}, ${million(words)} words show ${out === known && words > table.tokens ? "all " : ""}${out} direction${out === 1 ? "" : "s"}, ${right} right to 0.9`,
      notes: [
        ["noise", `√(Vv) = ${number(edge)}, for ${grouped(table.size)} words; right to 0.9 from ${number(edge / Math.sqrt(1 - RIGHT))} on`, false],
        right ? ["last right", ends(right - 1), true] : ["last right", "none", false],
        out < known ? ["first lost", ends(out), true] : ["first lost", `none of the ${known} that are known`, false],
        ["two texts", `by the law they share ${ofRanks(shared)} of the span of ${ranks.join(", ")}`, false],
        ["measured", measured, false],
      ],
    };
  }
})(globalThis.w2v ??= {});
