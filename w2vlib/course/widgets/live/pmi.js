// One pair of words: its counts, and what three matrices make of them.  Beside pmi.py.
(w2v => {
  "use strict";
  const { number, visible, phrase, signed } = w2v.text, { colors } = w2v.drawing, { asked } = w2v.vocabulary, { pmi, mStar } = w2v.mathematics;
  const commas = value => String(value).replace(/\B(?=(\d{3})+$)/g, ",");
  const LOW = -6, HIGH = 8.5;

  function pair({ counts, sums, total }, i, j) {
    const count = counts[Math.max(i, j)][Math.min(i, j)], P = count / total, [p, q] = [sums[i] / total, sums[j] / total];
    const information = pmi(P, p, q);
    return { count, ratio: P / (p * q), pmi: information, ppmi: Math.max(information, 0), mStar: mStar(P, p, q) };
  }
  const place = value => Math.min(Math.max(value, LOW), HIGH);

  w2v.kind("pmi", {
    ...asked,
    prepare: table => ({ ...table, index: new Map(table.words.map((word, row) => [word, row])) }),
    draw(model, { a, b }, picture) {
      const { words, index, sums, total } = model, [i, j] = [index.get(a), index.get(b)], found = pair(model, i, j);
      const all = words.map((_, k) => pair(model, i, k)), shades = colors(), xs = Array.from({ length: 117 }, (_, n) => LOW + n / 8);
      const axes = picture.panel({ x: [LOW, HIGH], y: [LOW, HIGH], right: 44, xlabel: "PMI of the pair", ylabel: "what the matrix holds", xticks: [-6, -4, -2, 0, 2, 4, 6, 8],
        xnames: value => (value === LOW ? "never" : String(value).replace("-", "−")), yticks: [-6, -4, -2, 0, 2, 4, 6, 8], ynames: value => (value === LOW ? "−∞" : String(value).replace("-", "−")) });
      axes.line([LOW, HIGH], [LOW, HIGH], { color: shades.PMI, dash: "7 4" });
      axes.line([LOW, 0, HIGH], [0, 0, HIGH], { color: shades.PPMI });
      axes.line(xs, xs.map(x => 2 * Math.tanh(x / 2)), { color: shades["M*"], width: 2.6 });
      axes.dots(all.map(one => place(one.pmi)), all.map(one => one.mStar), { color: shades["M*"], size: 3, hollow: true });
      const x = place(found.pmi);
      axes.cursor(x);
      for (const [name, y] of [["PMI", x], ["PPMI", Math.max(0, x)], ["M*", found.mStar]]) axes.add("circle", { cx: axes.x(x), cy: axes.y(y), r: 5.5, fill: shades[name] });
      axes.text(HIGH, 2, "M*", { color: shades["M*"], dx: 5, weight: 600 });
      axes.text(LOW, 0, "PPMI", { color: shades.PPMI, dx: 8, dy: -7, weight: 600 });
      axes.text(-4, -4, "PMI", { color: shades.PMI, dx: 8, dy: 14, weight: 600 });
      const right = x > 1;
      picture.text(axes.x(x) + (right ? -9 : 9), axes.box.top + 14, `${phrase([a], 14)}, ${phrase([b], 14)}`, { anchor: right ? "end" : "start", italic: true });
      axes.scrub("b", { value: at => words.reduce((best, word, k) => (Math.abs(place(all[k].pmi) - at) < Math.abs(place(all[index.get(best)].pmi) - at) ? word : best), words[0]) });
      const { ratio } = found;
      return {
        title: `${visible(a)} and ${visible(b)} ${!found.count ? "never meet" : ratio >= 1 ? `meet ${number(ratio, 3)} times as often as by chance` : `meet ${number(1 / ratio, 3)} times less often than by chance`}`,
        notes: [
          ["counts", `together ${commas(found.count)}; by chance ${commas(((sums[i] * sums[j]) / total).toFixed(0))}`, false],
          ["sums", `${commas(sums[i])} and ${commas(sums[j])} of ${commas(total)} in all`, false],
          ["entries", `PMI ${signed(found.pmi)}, PPMI ${signed(found.ppmi)}, M* ${signed(found.mStar)}`, false],
          ["dots", `${visible(a)} with all ${words.length} words of this figure`, false],
        ],
        numbers: { ...found, pmi: isFinite(found.pmi) ? found.pmi : null },
      };
    },
  });
})(globalThis.w2v ??= {});
