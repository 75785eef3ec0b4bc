// Bytes a word: bits of each direction, what is lost, and a word's neighbours in rounded vectors.  Beside bytes.py.
(w2v => {
  "use strict";
  const { fixed, percent, visible } = w2v.text, { colors } = w2v.drawing, { asked } = w2v.vocabulary, BEST = 6;

  function rounded({ rows, size, count }, step) {
    const found = new Float64Array(rows.length);
    let lost = 0, all = 0;
    for (let k = 0; k < count; k++) {
      let square = 0, mixed = 0;
      for (let j = k; j < size * count; j += count) {
        const number = (found[j] = Math.floor(rows[j] / step + 0.5));
        square += number * number;
        mixed += number * rows[j];
      }
      for (let j = k; j < size * count; j += count) {
        found[j] *= square ? mixed / square : 0;
        lost += (rows[j] - found[j]) ** 2;
        all += rows[j] ** 2;
      }
    }
    return { found, lost: lost / all };
  }
  function nearest({ words, index, mean, size, count }, vectors, word) {
    const row = index.get(word), lengths = new Float64Array(size), products = new Float64Array(size);
    for (let i = 0; i < size; i++) for (let k = 0; k < count; k++) {
      const x = vectors[i * count + k] + mean[k];
      lengths[i] += x * x;
      products[i] += x * (vectors[row * count + k] + mean[k]);
    }
    return words.map((_, i) => [i, i === row ? -2 : Math.round(1e9 * products[i] / Math.max(Math.sqrt(lengths[i] * lengths[row]), 1e-12))])
      .filter(([i]) => i !== row).sort((x, y) => y[1] - x[1] || x[0] - y[0]).slice(0, BEST).map(([i]) => words[i]);
  }
  Object.assign(w2v.mathematics, { roundedVectors: rounded });

  w2v.kind("bytes", {
    ...asked,
    spoken: (name, value) => (name === "size" ? `${value} byte${value > 1 ? "s" : ""}` : undefined),
    prepare({ words, mean, vectors: { data, shape: [size, count], scale }, ...rest }) {
      const rows = Float64Array.from(data, (x, j) => x * scale - mean[j % count]);
      return { words, mean, size, count, rows, index: new Map(words.map((word, row) => [word, row])), ...rest };
    },
    draw(model, { size, word }, picture) {
      const now = size - 1, bits = model.bits[now], ink = colors()["M*"], mark = colors().word2vec, half = Math.round(picture.height / 2);
      const { found, lost } = rounded(model, model.steps[now]), before = nearest(model, model.rows, word), after = nearest(model, found, word);
      const most = 1.05 * Math.max(...model.bits.at(-1)), last = bits.length;
      const above = picture.panel({ bottom: half, x: [0, last + 1], y: [0, most], xlabel: "direction k", ylabel: "bits" });
      bits.forEach((b, k) => above.add("rect", { x: above.x(k + 0.6), width: above.x(0.8) - above.x(0), y: above.y(b), height: above.y(0) - above.y(b), fill: ink }));
      const below = picture.panel({ top: half, x: [1, Math.max(2, model.lost.length)], y: [0, 1], xlabel: "bytes a word", ylabel: "share of the squared length that is lost", ynames: value => percent(value) });
      below.line(model.lost.map((_, n) => n + 1), model.lost, { color: ink, width: 2.2 });
      below.cursor(size, lost, mark);
      below.scrub("size", { value: x => Math.round(Math.min(Math.max(x, 1), model.lost.length)) });
      const told = names => names.map(name => visible(name)).join(", ");
      return {
        title: `${size} byte${size > 1 ? "s" : ""} a word: ${percent(lost)} of the squared length is lost`,
        notes: [
          ["foretold", `${percent(model.lost[now])}, from the strengths alone`, false],
          ["bits", `${fixed(bits[0], 1)} for the first direction, ${fixed(bits[last - 1], 1)} for the last; ${bits.filter(b => b < 0.5).length} of ${last} have less than half a bit`, false],
          ["neighbours", told(after), true],
          ["before", told(before), true],
          ["the same", `${before.filter(name => after.includes(name)).length} of ${before.length}`, false],
        ],
        numbers: { lost, after, before },
      };
    },
  });
})(globalThis.w2v ??= {});
