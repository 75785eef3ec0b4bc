// One direction: its neighbours, the other half, its words.  Beside direction.py.
(w2v => {
  "use strict";
  const { fixed, phrase, visible } = w2v.text, { apart, LETTERS } = w2v.drawing;
  const CROWD = 2, REACH = 10;
  const signed = value => {
    const text = fixed(Math.abs(value), 1);
    return value < 0 && Number(text) ? `−${text}` : text;
  };
  function nearest(values, k) {
    const [gap, place] = [k - 1, k + 1].filter(j => j >= 0 && j < values.length)
      .map(j => [Math.abs(values[j] - values[k]), j]).reduce((x, y) => (y[0] < x[0] ? y : x));
    return [place, gap];
  }
  function crowd(values, noise, k) {
    const close = j => values[j] - values[j + 1] <= CROWD * noise;
    let first = k, last = k;
    while (first > 0 && close(first - 1)) first--;
    while (last < values.length - 1 && close(last)) last++;
    return [first, last];
  }

  function overlap({ measured, foretold }, k, picture, bottom) {
    const numbers = measured.map((_, n) => n + 1), { "M*": blue, word2vec: red } = picture.colors;
    const axes = picture.panel({ bottom, x: [0, numbers.length + 1], y: [0, 1.05], xlabel: "direction k", ylabel: "squared cosine with the other half" });
    axes.line(numbers, foretold, { color: blue, width: 1.4 });
    axes.dots(numbers, measured, { color: blue, size: 3 });
    axes.cursor(k + 1, measured[k], red);
    axes.scrub("direction", { value: Math.round });
  }
  function neighbours({ values, noise }, k, picture, top, bottom) {
    const axes = picture.panel({ top, bottom, x: [-REACH, REACH], y: [0, 1], xlabel: "eigenvalues near it, in noises ξ", yticks: [], ynames: null });
    const { box } = axes, { word2vec: red } = picture.colors;
    axes.add("rect", { x: axes.x(-CROWD), y: box.top, width: axes.x(CROWD) - axes.x(-CROWD), height: box.bottom - box.top, fill: "var(--w2v-line)", "fill-opacity": 0.5 });
    let taken = -Infinity;
    values.forEach((value, j) => {
      const away = (values[k] - value) / noise, x = axes.x(away);
      if (Math.abs(away) > REACH) return;
      axes.add("path", { d: `M${x} ${box.bottom}V${axes.y(0.55)}`, stroke: j === k ? red : "currentColor", "stroke-width": j === k ? 3 : 1.4 });
      const clear = j === k || (Math.abs(x - axes.x(0)) > 18 && x - taken > 18);
      if (clear) picture.text(x, axes.y(0.68), String(j + 1), { anchor: "middle", color: j === k ? red : undefined, weight: j === k ? 600 : undefined });
      if (clear) taken = x;
    });
  }
  function strip({ words, index, z, ends }, k, word, picture, top) {
    const most = 1.05 * z.reduce((far, row) => Math.max(far, Math.abs(row[k])), 0), V = words.length;
    const axes = picture.panel({ top, x: [-most, most], y: [1.02 * V, -0.02 * V], yticks: [0, 1, 2, 3, 4].map(n => Math.round((n * V) / 4)),
      xlabel: picture.narrow ? "place on the direction" : "place on the direction, in spreads of words as frequent", ylabel: "frequency rank" });
    const { QWEM, PMI, word2vec: red } = picture.colors, far = new Set(ends[k].flat());
    const rest = words.map((_, i) => i).filter(i => !far.has(words[i]));
    axes.dots(rest.map(i => z[i][k]), rest, { color: "var(--w2v-edge)", size: 1.5, opacity: 0.75 });
    ends[k].forEach((side, n) => {
      const rows = side.map(end => index.get(end)), color = n ? PMI : QWEM, heights = apart(rows.map(i => axes.y(i)), LETTERS * 1.1);
      axes.dots(rows.map(i => z[i][k]), rows, { color, size: 3.2 });
      rows.forEach((i, at) => picture.text(axes.x(z[i][k]) + (z[i][k] > 0 ? -7 : 7), heights[at] + 4, visible(words[i]),
        { color, italic: true, anchor: z[i][k] > 0 ? "end" : "start" }));
    });
    const row = index.get(word), place = z[row][k];
    axes.dots([place], [row], { color: red, size: 5.5 });
    if (!far.has(word)) axes.text(place, row, visible(word), { color: red, weight: 600, dx: place > 0 ? -9 : 9, anchor: place > 0 ? "end" : "start" });
  }

  w2v.kind("direction", {
    ...w2v.vocabulary.asked,
    prepare(table) {
      const { data, shape: [size, count], scale } = table.places;
      const z = Array.from({ length: size }, (_, i) => scale.map((step, k) => data[i * count + k] * step));
      return { ...table, z, index: new Map(table.words.map((word, row) => [word, row])) };
    },
    draw(model, { direction, word }, picture) {
      const k = direction - 1, { values, noise, measured, foretold, ends, best, z, index } = model;
      const [near, gap] = nearest(values, k), [first, last] = crowd(values, noise, k), { height } = picture;
      overlap(model, k, picture, 0.31 * height);
      neighbours(model, k, picture, 0.32 * height, 0.5 * height);
      strip(model, k, word, picture, 0.51 * height);
      const row = z[index.get(word)], farthest = row.reduce((most, value, j) => (Math.abs(value) > Math.abs(row[most]) ? j : most), 0);
      const joined = first === last ? "no neighbour within two noises: a direction of its own" :
        `directions ${first + 1} to ${last + 1}${last === values.length - 1 ? " and on" : ""} lie closer than two noises: a crowd`;
      return {
        title: `Direction ${direction}: ${fixed(measured[k], 2)} shared; ` +
          `direction ${near + 1} is ${gap <= CROWD * noise ? "only " : ""}${fixed(gap / noise, 1)} noises away`,
        notes: [
          ["one end", phrase(ends[k][0], 60), true],
          ["the other", phrase(ends[k][1], 60), true],
          ["gap", `λ = ${fixed(values[k], 1)}; ${fixed(gap, 2)} to the nearest, noise ξ = ${fixed(noise, 2)}`, false],
          ["joined", joined, false],
          ["shared", `cos² = ${fixed(measured[k], 2)} with number ${direction} of the other half; theory ${fixed(foretold[k], 2)}`, false],
          ["other half", `the largest part of it, ${fixed(best[k][1], 2)}, is in direction ${best[k][0]} there`, false],
          ["word", `${visible(word)} stands at ${signed(row[k])}, and farthest out, at ${signed(row[farthest])}, on direction ${farthest + 1}`, false],
        ],
        numbers: { gap, place: row[k], farthest, joined: [first + 1, last + 1] },
      };
    },
  });
})(globalThis.w2v ??= {});
