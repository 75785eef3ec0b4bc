// What copies of a sentence do to M*.  Beside document.py.
(w2v => {
  "use strict";
  const { pairCounts, mStar, pmi } = w2v.mathematics, { signed, grouped, fixed, visible, phrase } = w2v.text;
  const MOST = 22, RATIOS = [1e-3, 1e4], HEIGHTS = [-7.2, 9.6], SEEN = 0.1;
  const copiesAt = position => (position ? [1, 2, 5][(position - 1) % 3] * 10 ** Math.floor((position - 1) / 3) : 0);
  const clip = (value, [low, high]) => Math.min(Math.max(value, low), high);
  const positions = Array.from({ length: MOST + 1 }, (_, k) => k);

  // Counts, row sums and total of one copy of a sentence.
  function addition(ids, weights, size) {
    const counts = Array.from({ length: size }, () => Array(size).fill(0)), sums = Array(size).fill(0);
    let total = 0;
    const add = (i, j, weight) => {
      total += weight;
      if (i >= size) return;
      sums[i] += weight;
      if (j < size) counts[i][j] += weight;
    };
    for (const [i, j, weight] of pairCounts(ids, weights)) {
      add(i, j, weight);
      if (i !== j) add(j, i, weight);
    }
    return { counts, sums, total };
  }
  // Of a pair, with so many copies.
  function entry(model, more, copies, i, j) {
    const total = model.total + copies * more.total, count = model.counts[i][j] + copies * more.counts[i][j];
    const [p, q] = [i, j].map(k => (model.sums[k] + copies * more.sums[k]) / total), P = count / total;
    return { count, chance: p * q * total, ratio: P / (p * q), "M*": mStar(P, p, q), PMI: pmi(P, p, q) };
  }
  const name = (words, i, j) => `M*(${visible(words[i])}, ${visible(words[j])})`;
  function moved(before, after, digits = 3) {
    const [old, now] = [before, after].map(value => signed(value, digits));
    return old === now ? `stays at ${now}` : `${after > before ? "rises" : "falls"} from ${old} to ${now}`;
  }
  function elsewhere(words, word, other, before, after) {
    let most = 0, place = null;
    words.forEach((_, i) => words.forEach((_, j) => {
      const change = Math.abs(after[i][j] - before[i][j]), chosen = i === Math.min(word, other) && j === Math.max(word, other);
      if (j >= i && !chosen && change > most) [most, place] = [change, [i, j]];
    }));
    if (most < 0.005) return "no other entry moves";
    const [i, j] = place;
    return `most of all ${name(words, i, j)}, which ${moved(before[i][j], after[i][j])}`;
  }

  // The words' block of M* as cells that can be pointed at.
  function square(picture, words, values, before, word, other, width, height) {
    const labels = 7 + 7.1 * Math.max(...words.map(each => [...visible(each)].length)), size = words.length;
    const cell = Math.floor(Math.min((width - labels) / size, (height - labels) / size));
    const shade = value => (value > 0 ? (picture.dark ? "#ff7a5c" : "#b2182b") : picture.dark ? "#58a6ff" : "#2166ac");
    const x = j => labels + j * cell, y = i => 4 + i * cell;
    words.forEach((each, i) => {
      const bold = at => (at ? 700 : undefined);
      picture.text(labels - 6, y(i) + cell / 2 + 4, visible(each), { anchor: "end", italic: true, weight: bold(i === word) });
      const below = picture.text(0, 0, visible(each), { anchor: "end", italic: true, weight: bold(i === other) });
      below.setAttribute("transform", `translate(${x(i) + cell / 2 + 4} ${y(size) + 6}) rotate(-90)`);
      words.forEach((_, j) => {
        const value = values[i][j];
        picture.add("rect", { x: x(j), y: y(i), width: cell - 1, height: cell - 1, fill: shade(value), "fill-opacity": fixed(Math.abs(value) / 2, 3) });
        if (Math.abs(value - before[i][j]) >= SEEN) picture.add("circle", { cx: x(j) + (cell - 1) / 2, cy: y(i) + (cell - 1) / 2, r: 2, fill: "var(--w2v-ink)" });
      });
    });
    picture.add("rect", { x: x(other) - 1.5, y: y(word) - 1.5, width: cell + 2, height: cell + 2, fill: "none", stroke: "var(--w2v-ink)", "stroke-width": 2.5 });
    const pad = picture.add("rect", { class: "w2v-pad", x: x(0), y: y(0), width: size * cell, height: size * cell, style: "cursor:pointer" });
    const at = (pixel, first) => clip(Math.floor((pixel - first) / cell), [0, size - 1]);
    picture.figure.pointing(pad, (px, py) => picture.figure.set({ other: at(px, x(0)), word: at(py, y(0)) }));
  }

  w2v.kind("document", {
    spoken(control, value, model) {
      if (control === "copies") return grouped(copiesAt(value));
      return control === "sentence" ? undefined : visible(model.words[value]);
    },
    draw(model, { sentence, copies, word, other }, picture) {
      const { words } = model, told = model.sentences[sentence - 1], n = copiesAt(copies);
      const more = addition(told.ids, model.weights, words.length), names = [...words, ...told.more];
      const block = count => words.map((_, i) => words.map((_, j) => entry(model, more, count, i, j)["M*"]));
      const [before, after] = [block(0), block(n)], [was, now] = [0, n].map(count => entry(model, more, count, word, other));
      const { width, height, narrow, colors } = picture, part = narrow ? width : Math.round(0.53 * width);
      square(picture, words, after, before, word, other, part, narrow ? 350 : height);
      const left = narrow ? 40 : part + 44, middle = narrow ? 520 : Math.round(height / 2);
      const curves = picture.panel({ top: narrow ? 352 : 0, bottom: middle, left, right: 36, x: RATIOS, y: HEIGHTS, logx: true, xticks: [1e-3, 1, 1e3],
        xnames: value => String(value), xlabel: "found / expected by chance" });
      const grid = Array.from({ length: 81 }, (_, k) => 10 ** (-3 + (7 * k) / 80));
      const course = picture.panel({ top: middle, left, right: 36, x: [0, MOST], y: HEIGHTS, xticks: [0, 1, 7, 13, 19],
        xnames: k => grouped(copiesAt(k)), xlabel: "copies of the sentence" });
      const along = positions.map(k => entry(model, more, copiesAt(k), word, other)), names2 = ["PMI", "M*"];
      for (const target of names2) {
        const color = colors[target];
        curves.line(grid, grid.map(ratio => (target === "PMI" ? Math.log(ratio) : (2 * (ratio - 1)) / (ratio + 1))), { color });
        const place = found => [[clip(found.ratio, RATIOS)], [clip(found[target], HEIGHTS)]];
        curves.dots(...place(was), { color, size: 4.5, hollow: true });
        curves.dots(...place(now), { color, size: 5 });
        course.line(positions, along.map(found => clip(found[target], HEIGHTS)), { color });
      }
      curves.endLabels([9, 2], names2, names2.map(target => colors[target]));
      course.cursor(copies);
      course.dots([copies, copies], names2.map(target => clip(now[target], HEIGHTS)), { color: "var(--w2v-ink)", size: 3 });
      course.endLabels(names2.map(target => clip(along.at(-1)[target], HEIGHTS)), names2, names2.map(target => colors[target]));
      course.scrub("copies");
      const changed = words.flatMap((_, i) => words.map((_, j) => Math.abs(after[i][j] - before[i][j]))).filter(change => change >= SEEN).length;
      return {
        title: `${name(words, word, other)} ${moved(was["M*"], now["M*"])}, PMI ${moved(was.PMI, now.PMI, 2).replace(/^\w+ /, "")}`,
        notes: [
          ["the pair", `${grouped(was.count)} units of count, with ${grouped(n)} × ${more.counts[word][other]} added ${grouped(now.count)}`, false],
          ["by chance", `${grouped(was.chance)} units, with all copies ${grouped(now.chance)}`, false],
          ["points", `${changed} of ${words.length ** 2} entries changed by 0.1 or more`, false],
          ["elsewhere", elsewhere(words, word, other, before, after), false],
          ["counted", told.ids.map(k => visible(names[k])).join(" "), true],
          ["dropped", told.dropped.length ? phrase(told.dropped, 60) : "no word, as all are in the vocabulary", false],
        ],
        numbers: { before, after, was, now, added: more.counts },
      };
    },
  });
})(globalThis.w2v ??= {});
