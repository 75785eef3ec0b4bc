// The best answer of so many dimensions, beside a block of the target.  Beside best.py.
(w2v => {
  "use strict";
  const { fixed, number, percent, phrase, signed, grouped } = w2v.text;
  const HUES = { light: ["#b2182b", "#2166ac"], dark: ["#ff7b6b", "#6cb4ff"] }; // positive, negative
  const FULL = 2; // the value at which a colour is full

  // The block of the answer, the shares explained by 0, 1, … directions, and the directions kept.
  function bestAnswer(table, kept, d) {
    const order = kept === "tied" ? table.tied : table.by_size, n = table.words.length;
    const sign = k => (kept === "svd" ? 1 : Math.sign(table.values[k]));
    const shares = [0];
    let sum = 0;
    for (const k of order) shares.push((sum += (sign(k) === Math.sign(table.values[k]) ? 1 : -3) * table.values[k] ** 2) / table.length);
    while (shares.length <= table.count) shares.push(shares.at(-1)); // tied vectors leave further columns empty
    const chosen = order.slice(0, d), block = Array.from({ length: n }, () => new Array(n).fill(0));
    for (const k of chosen) {
      const u = table.loadings[k];
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) block[i][j] += sign(k) * u[i] * u[j];
    }
    return { block, shares, chosen };
  }
  w2v.mathematics.bestAnswer = bestAnswer;
  const share = value => (value >= 0 ? percent(value) : `−${percent(-value)}`);

  w2v.kind("best", {
    spoken: (name, value, table) => (name === "row" || name === "column" ? table.words[value - 1] : undefined),
    draw(table, { d, kept, row, column }, picture, figure) {
      const found = bestAnswer(table, kept, d), { shares } = found, { narrow, width, height } = picture, n = table.words.length;
      const left = 62, gap = narrow ? 22 : 24, top = 18, high = narrow ? 15 : 17;
      const wide = Math.floor(((narrow ? width : (width + left - gap) / 2) - left - 4) / n);
      const second = narrow ? [left, top + n * high + gap] : [left + n * wide + gap, top];
      const maps = [[left, top, table.block, "M*"], [...second, found.block, `the answer, d = ${d}`]];
      maps.forEach(([x, y, matrix, name], m) => {
        picture.text(x, y - 6, name, { weight: 600 });
        heatMap(picture, figure, { x, y, wide, high, matrix, words: table.words, rows: narrow || m === 0, columns: !narrow || m === 1, row, column });
      });
      const start = second[1] + n * high + 58;
      const axes = picture.panel({ top: start, bottom: height, left: 44, right: narrow ? 12 : 20, x: [0, table.count], y: [kept === "svd" ? -1 : 0, 1],
        xlabel: "dimensions d", ylabel: "share of M* explained" });
      const shades = { tied: picture.colors.QWEM, untied: picture.colors.word2vec, svd: picture.colors.counts };
      axes.scrub("d");
      for (const other of kept === "svd" ? ["tied", "untied", "svd"] : ["tied", "untied"]) {
        const curve = bestAnswer(table, other, 0).shares, at = Math.round(0.72 * table.count);
        axes.line(curve.map((_, k) => k), curve, { color: shades[other], width: other === kept ? 3 : 1.3 });
        axes.text(at, curve[at], other === "svd" ? "SVD" : other, { color: shades[other], dy: -6 });
      }
      const handle = axes.grab(d, shares[d], x => figure.set({ d: Math.round(x) }), { color: shades[kept], label: "drag along the curve" });
      handle.dataset.point = "d";
      return inWords(table, found, d, kept, row - 1, column - 1);
    },
  });

  // A block as coloured cells, which can be pointed at.
  function heatMap(picture, figure, { x, y, wide, high, matrix, words, rows, columns, row, column }) {
    const [plus, minus] = picture.dark ? HUES.dark : HUES.light, n = words.length;
    matrix.forEach((line, i) => line.forEach((value, j) => picture.add("rect", { x: x + j * wide, y: y + i * high, width: wide - 1, height: high - 1,
      fill: value > 0 ? plus : minus, "fill-opacity": Math.min(Math.abs(value) / FULL, 1).toFixed(3) })));
    words.forEach((word, k) => {
      const shown = phrase([word], 9), tall = [x + (k + 0.5) * wide + 4, y + n * high + 4];
      if (rows) picture.text(x - 5, y + (k + 0.5) * high + 4, shown, { anchor: "end", italic: true, size: 12, weight: k + 1 === row ? 700 : undefined });
      if (columns) picture.text(...tall, shown, { anchor: "end", italic: true, size: 12, weight: k + 1 === column ? 700 : undefined })
        .setAttribute("transform", `rotate(-90 ${tall.join(" ")})`);
    });
    picture.add("rect", { x: x + (column - 1) * wide - 1, y: y + (row - 1) * high - 1, width: wide + 1, height: high + 1, fill: "none", stroke: "var(--w2v-ink)", "stroke-width": 2 });
    const pad = picture.add("rect", { class: "w2v-pad", x, y, width: n * wide, height: n * high, style: "cursor:pointer" });
    figure.pointing(pad, (px, py) => figure.set({ row: Math.floor((py - y) / high) + 1, column: Math.floor((px - x) / wide) + 1 }));
  }

  function inWords(table, { block, shares, chosen }, d, kept, row, column) {
    const { words } = table, off = block.map((line, i) => line.map((value, j) => Math.abs(value - table.block[i][j])));
    let [i, j, own] = [0, 1, 0];
    off.forEach((line, a) => line.forEach((miss, b) => { if (b > a && miss > off[i][j]) [i, j] = [a, b]; if (a === b && miss > off[own][own]) own = a; }));
    const negative = chosen.filter(k => table.values[k] < 0).length;
    const keeps = kept === "tied" ?
      `the ${chosen.length} largest positive eigenvalue${chosen.length === 1 ? "" : "s"}; all ${grouped(table.positive)} positive explain ${percent(table.reachable)}` :
      `the ${d} largest in size, ${negative} of them negative${kept === "svd" ? ", which now push the wrong way" : `; all ${grouped(table.size)} explain 100 %`}`;
    const k = chosen.at(-1), value = table.values[k];
    return {
      title: `${d} direction${d === 1 ? " explains" : "s explain"} ${share(shares[d])} of M*; words here miss by ${fixed(off[i][j], 2)} at most`,
      notes: [
        ["kept", keeps, false],
        ["cell", `${words[row]} and ${row === column ? "itself" : words[column]}: M* = ${signed(table.block[row][column])}, the answer ${signed(block[row][column])}, a miss of ${fixed(off[row][column], 2)}`, false],
        ["largest", `${words[i]} and ${words[j]}, ${fixed(off[i][j], 2)}; of words with themselves: ${words[own]}, ${fixed(off[own][own], 2)}`, false],
        k === undefined ? ["last", "none", false] :
          [`last (${chosen.length})`, `λ = ${value < 0 ? "−" : ""}${number(Math.abs(value), 3)}: ${table.ends[k].map(end => phrase(end, 24)).join(" – ")}`, true],
      ],
      numbers: { block, shares, chosen: chosen.map(mode => table.values[mode]) },
    };
  }
})(globalThis.w2v ??= {});
