// How much of some vectors' directions lies in those of a matrix.  Beside shared.py.
(w2v => {
  "use strict";
  const { fixed, grouped, percent, phrase } = w2v.text;

  w2v.kind("shared", {
    draw({ vectors, matrices, grown }, state, picture) {
      const of = vectors[state.vectors], inside = matrices[state.matrix], rows = grown[state.vectors][state.matrix];
      const { k, d } = state, V = of.size, count = rows.length, numbers = rows.map((_, j) => j + 1), { height } = picture;
      const sums = rows.map(row => row.map((sum => part => (sum += part))(0)));
      const share = j => sums[j][d - 1] / 1000;
      const overlap = numbers.map((_, i) => sums.slice(0, k).reduce((sum, row) => sum + row[i], 0) / (1000 * k));
      const { "M*": blue, word2vec: red } = picture.colors, grey = "var(--w2v-edge)", all = { x: [0, count + 1], y: [0, 1.05] };

      const above = picture.panel({ ...all, bottom: 0.5 * height, xlabel: "direction of the vectors", ylabel: `share in the first ${d} of the matrix` });
      above.line([0, count + 1], [d / V, d / V], { color: grey, width: 1.2 });
      above.dots(numbers.slice(k), numbers.slice(k).map(j => share(j - 1)), { color: grey, size: 2.4 });
      above.dots(numbers.slice(0, k), numbers.slice(0, k).map(j => share(j - 1)), { color: blue, size: 3.2 });
      above.cursor(k, share(k - 1), red);
      above.scrub("k", { value: Math.round });
      const below = picture.panel({ ...all, top: 0.52 * height, xlabel: "directions d of the matrix", ylabel: `overlap of the first ${k}` });
      below.line(numbers, numbers.map(i => i / V), { color: grey, width: 1.2 });
      below.line(numbers, overlap, { color: blue, width: 2.2 });
      below.cursor(d, overlap[d - 1], red);
      below.scrub("d", { value: Math.round });

      const chance = d / V, off = Math.sqrt((2 * chance * (1 - chance) * (V - k)) / k / (V - 1) / (V + 2));
      const best = rows[k - 1].indexOf(Math.max(...rows[k - 1])), ends = sides => sides.map(side => phrase(side, 34)).join(" – ");
      return {
        title: `${percent(overlap[d - 1])} of the first ${k === 1 ? "direction" : `${k} directions`} of ${of.name} ${k === 1 ? "lies" : "lie"} in the first ${d} of ${inside.name}`,
        notes: [
          ["chance", `${percent(chance, 2)} ± ${percent(off, 2)}, for a random space of ${grouped(V)} words`, false],
          ["share", `${fixed(share(k - 1), 2)} of direction ${k} lies there`, false],
          ["its words", ends(of.ends[k - 1]), true],
          ["nearest", `direction ${best + 1} of ${inside.name}, squared cosine ${fixed(rows[k - 1][best] / 1000, 2)}`, false],
          ["words", ends(inside.ends[best]), true],
        ],
        numbers: { overlap: overlap[d - 1], share: share(k - 1), chance, off, best },
      };
    },
  });
})(globalThis.w2v ??= {});
