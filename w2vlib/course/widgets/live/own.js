// A text of one's own: counted, its training foretold and then done, here in the page.  Beside own.py.
(w2v => {
  "use strict";
  const { mStar, eigen, forecast, halfRises, strengths, loss, normals } = w2v.mathematics, { grouped, percent, phrase } = w2v.text;
  const D = 10, SCALE = 0.01, MOST = 8, FEWEST = 12, ENDS = 3, LONGEST = 2000, POINTS = 200, { sqrt, min, max, abs, ceil, floor, log } = Math;
  const to = (n, map) => Array.from({ length: n }, (_, i) => map(i)), sum = list => list.reduce((a, b) => a + b, 0);
  const median = list => { const sorted = [...list].sort((a, b) => a - b), n = sorted.length; return (sorted[(n - 1) >> 1] + sorted[n >> 1]) / 2; };
  const tokens = line => line.toLowerCase().normalize("NFC").replace(/(?!\u200b)\p{Default_Ignorable_Code_Point}/gu, "").normalize("NFC").match(/\p{L}[\p{L}\p{M}]*/gu) ?? [];
  // Scripts without blanks between words, and how many letters a word has there at most, on the average.
  const UNSPACED = [[/^[\p{Script=Hani}\p{Script=Hira}\p{Script=Kana}]/u, 4], [/^[\p{Script=Thai}\p{Script=Laoo}\p{Script=Khmr}\p{Script=Mymr}]/u, 9]];

  // Words and counts of a text: its most frequent words that stand near others, each line a document.
  function counted(text, most, window) {
    const documents = text.split("\n").map(tokens).filter(words => words.length), often = new Map();
    for (const word of documents.flat()) often.set(word, (often.get(word) ?? 0) + 1);
    const ranked = [...often].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, most), row = new Map(ranked.map(([word], i) => [word, i]));
    const counts = ranked.map(() => new Float64Array(ranked.length));
    for (const words of documents) {
      const ids = words.map(word => row.get(word)).filter(id => id !== undefined);
      ids.forEach((i, a) => {
        for (let n = 1; n <= window && a + n < ids.length; n++) {
          counts[i][ids[a + n]] += window + 1 - n;
          counts[ids[a + n]][i] += window + 1 - n;
        }
      });
    }
    const seen = ranked.map((_, i) => i).filter(i => sum(counts[i]));
    return { lines: documents.length, tokens: sum(documents.map(words => words.length)), words: seen.map(i => ranked[i][0]), often: seen.map(i => ranked[i][1]), counts: seen.map(i => seen.map(j => counts[i][j])) };
  }

  // What is foretold of it; in words why nothing is.
  function planned(text, most, window) {
    const found = counted(text, most, window), { words, counts } = found;
    if (!found.lines) return "There is no word in this text";
    if (words.length < FEWEST) return `Too little to learn from: ${words.length} different words stand near others, and it takes ${FEWEST}`;
    const rows = counts.map(sum), total = sum(rows), M = counts.map((row, i) => Float64Array.from(row, (count, j) => mStar(count / total, rows[i] / total, rows[j] / total)));
    const modes = eigen(M.map(row => [...row])), all = modes.values, values = all.slice(0, D);
    const eta = min(0.1 / all[0], min(1 / all[0], 2 / (all[0] - all.at(-1))) / 2), rising = values.slice(0, MOST).filter(value => value > 0.01);
    const bars = forecast(rising, D, SCALE, eta), ends = bars.high.map(high => (1.15 * high) / eta), count = max(1, ends.filter(end => end <= LONGEST).length), last = ceil(min(ends[count - 1], LONGEST));
    const vectors = to(D, k => {
      const column = modes.vectors.map(row => row[k]), sign = Math.sign(column.reduce((a, b) => (abs(b) > abs(a) ? b : a)));
      return column.map(x => sign * x);
    });
    return { ...found, M, values, vectors, eta, count, steps: [...new Set(to(POINTS + 1, i => floor((last * i) / POINTS + 0.5)))], low: bars.low.map(t => t / eta), high: bars.high.map(t => t / eta) };
  }

  // From where the start drawn sets out, one direction after the other: squares of the diagonal of R, by Gram and Schmidt.
  function effective(rows) {
    const basis = [];
    return rows.map(row => {
      const left = [...row];
      for (let again = 0; again < 2; again++) for (const other of basis) {
        const part = sum(left.map((x, a) => x * other[a]));
        left.forEach((_, a) => { left[a] -= part * other[a]; });
      }
      const square = sum(left.map(x => x * x));
      basis.push(left.map(x => x / sqrt(square)));
      return square;
    });
  }
  // Full batches: W ← W + η(M − WWᵀ)W.
  function trained(plan, seed) {
    const { M, values, vectors, eta, count, steps } = plan, size = M.length, W = normals(size * D, 100000 * seed).map(x => (x * SCALE) / sqrt(D)), recorded = [], losses = [];
    const start = effective(vectors.map(u => to(D, a => sum(u.map((x, i) => x * W[i * D + a]))))), MW = new Float64Array(size * D);
    for (let n = 0; n <= steps.at(-1); n++) {
      const gram = to(D, () => new Float64Array(D));
      let pull = 0;
      for (let i = 0; i < size; i++) {
        for (let a = 0; a < D; a++) for (let b = 0; b <= a; b++) gram[a][b] += W[i * D + a] * W[i * D + b];
        for (let a = 0; a < D; a++) MW[i * D + a] = 0;
        for (let j = 0; j < size; j++) {
          const m = M[i][j];
          for (let a = 0; a < D; a++) MW[i * D + a] += m * W[j * D + a];
        }
        for (let a = 0; a < D; a++) pull += W[i * D + a] * MW[i * D + a];
      }
      for (let a = 0; a < D; a++) for (let b = 0; b < a; b++) gram[b][a] = gram[a][b];
      if (n === steps[recorded.length]) {
        const found = eigen(gram.map(row => [...row])).values;
        recorded.push(found);
        losses.push((sum(found.map(s => s * s)) - 2 * pull) / values[0] ** 2);
      }
      for (let i = 0; i < size; i++) {
        const move = to(D, a => {
          let drag = 0;
          for (let b = 0; b < D; b++) drag += W[i * D + b] * gram[b][a];
          return MW[i * D + a] - drag;
        });
        for (let a = 0; a < D; a++) W[i * D + a] += eta * move[a];
      }
    }
    const rises = values.slice(0, count).map((value, k) => {
      const n = steps.findIndex((_, i) => i && recorded[i - 1][k] < value / 2 && recorded[i][k] >= value / 2);
      if (n < 0) return NaN;
      const [a, b] = [n - 1, n].map(i => (recorded[n][k] < value ? log(recorded[i][k] / (value - recorded[i][k])) : recorded[i][k] - value / 2));
      return steps[n - 1] + ((steps[n] - steps[n - 1]) * a) / (a - b);
    });
    const curve = steps.map(n => (4 * loss(values, strengths(values, start, n * eta, eta))) / values[0] ** 2);
    return { told: halfRises(values.slice(0, count), start, eta).map(t => t / eta), curve, losses, rises };
  }

  w2v.kind("own", {
    // Whoever changes what is counted, or the start, has a new prediction first, and trains again.
    with: name => (name === "progress" ? {} : { progress: 0 }),
    prepare(table, figure) {
      const model = { text: table.text, plans: new Map() }, id = `w2v-${figure.name}-text`;
      const area = w2v.element("textarea", { id, rows: 6, spellcheck: "false", "data-lm-suppress-shortcuts": "true" });
      const read = text => {
        figure.stop();
        area.value = model.text = text;
        model.plans.clear();
        figure.touched = true;
        if (!figure.set({ progress: 0 })) figure.show();
      };
      const button = w2v.element("button", { type: "button", class: "w2v-read" }, "Read this text");
      button.addEventListener("click", () => read(area.value));
      figure.root.querySelector(".w2v-again").addEventListener("click", () => read(table.text));
      figure.root.querySelector(".w2v-controls").prepend(w2v.element("div", { class: "w2v-own" }, w2v.element("label", { for: id }, "Your text, a paragraph on each line. It stays in this page."), area, button));
      area.value = table.text;
      return model;
    },
    draw(model, { words: most, window, seed, progress }, picture) {
      const kept = (key, make) => model.plans.get(key) ?? model.plans.set(key, make()).get(key), plan = kept(`${most} ${window}`, () => planned(model.text, most, window));
      if (typeof plan === "string") return { title: plan, notes: [["paste", "some thousand words, a paragraph on each line", false]] };
      const { told, curve, losses, rises } = kept(`${most} ${window} ${seed}`, () => trained(plan, seed));
      const { steps, count, low, high, words, often, counts } = plan, last = steps.at(-1), now = (last * progress) / 100, step = n => grouped(n), { "M*": blue, word2vec: red, QWEM } = picture.colors;
      const split = Math.round(0.46 * picture.height), x = [0, last], deepest = min(...curve, ...losses), some = to(count, k => k + 1);
      const above = picture.panel({ bottom: split, x, y: [1.06 * deepest, -0.04 * deepest], ylabel: "loss, in λ₁²/4", xnames: null });
      const below = picture.panel({ top: split, x, y: [count + 0.6, 0.4], yticks: some, ylabel: "direction", xlabel: "steps" });
      above.line(steps, curve, { color: QWEM, width: 2.2 });
      const seen = steps.filter(n => n <= now), risen = some.map(k => k - 1).filter(k => rises[k] <= now);
      if (progress) above.dots(seen.filter((_, i) => i % 4 === 0), losses.filter((_, i) => i % 4 === 0), { color: red, size: 2.6 });
      some.forEach((k, i) => {
        below.line([low[i], min(high[i], last)], [k, k], { color: blue, width: 5, opacity: 0.4 });
        below.line([told[i], told[i]], [k - 0.3, k + 0.3], { color: blue, width: 2.4 });
      });
      below.dots(risen.map(k => rises[k]), risen.map(k => k + 1), { color: red, size: 3.4 });
      for (const axes of [above, below]) axes.scrub("progress", { value: n => (100 * n) / last });
      let title = `${count} directions will rise: half of them by step ${step(median(told))}, the last at ${step(max(...told))}`, done = "not yet: press Train";
      if (progress) {
        title = `Trained to step ${step(floor(now))}: no direction has risen yet`;
        done = "no direction has risen yet";
      }
      if (progress && risen.length) {
        title = `${risen.length} of ${count} directions have risen: off by ${percent(median(risen.map(k => abs(rises[k] / told[k] - 1))), 1)} in the median`;
        done = `steps ${risen.map(k => step(rises[k])).join(", ")}; ${risen.filter(k => rises[k] >= low[k] && rises[k] <= high[k]).length} of ${risen.length} within the bars`;
      }
      const never = sum(counts.map(row => row.filter(count => !count).length)) / words.length ** 2;
      const phrases = UNSPACED.some(([script, longest]) => sum(words.map((word, i) => (script.test(word) ? often[i] * ([...word].length - longest) : 0))) > 0);
      const ends = u => {
        const exact = u.map(x => Math.round(x * 1e9)), order = u.map((_, i) => i).sort((a, b) => exact[b] - exact[a]);
        return [order.slice(0, ENDS), order.slice(-ENDS).reverse()].map(end => phrase(end.map(i => words[i]), 30)).join(" – ");
      };
      return {
        title,
        notes: [
          ["text", `${grouped(plan.tokens)} words in ${grouped(plan.lines)} lines; ${words.length} kept, ${percent(sum(often) / plan.tokens)} of all`, false],
          ...some.slice(0, 3).map((k, i) => [`no. ${k}`, ends(plan.vectors[i]), true]),
          ["foretold", `steps ${told.map(step).join(", ")}`, false],
          ["trained", done, false],
          ["beware", phrases ? "these are whole phrases: cut a script without blanks into words first" : `${percent(never)} of the pairs of words never met${never > 0.5 ? ", so much of this is chance" : ""}`, false],
        ],
        numbers: { words, values: plan.values, low, high, told, curve, losses, rises },
      };
    },
  });
})(globalThis.w2v ??= {});
