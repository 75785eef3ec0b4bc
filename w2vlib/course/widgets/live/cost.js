// What a corpus of any size costs: counted once, or trained.  Beside cost.py.
(w2v => {
  "use strict";
  const { fixed, number, percent, grouped, superscript } = w2v.text, { modeColors } = w2v.drawing;
  const LEAST = 6, MOST = 13.5, EPOCHS = 5, PRICE = 0.05, ENTRY = 8;
  const met = (words, [lnA, b], size) => size ** 2 * -Math.expm1(-Math.exp(lnA + b * Math.log(words)));
  const short = value => (value < 99.5 ? number(value) : fixed(value, 0));
  const power = value => `10${superscript(Math.round(Math.log10(value)))}`;
  const units = [[31557600, "years"], [86400, "days"], [3600, "hours"], [60, "minutes"], [0, "seconds"]];
  const names = [[1e12, "trillion"], [1e9, "billion"], [1e6, "million"], [1e3, "thousand"]];
  function many(count) {
    const [size, name] = names.find(([least]) => count >= least * (1 - 1e-9)) ?? [1];
    return name ? `${short(count / size)} ${name}` : short(count);
  }
  function time(seconds) {
    const [size, unit] = units.find(([least]) => seconds >= least);
    return `${short(seconds / (size || 1))} ${unit}`;
  }
  const bytes = size => (size >= 1e9 ? `${short(size / 1e9)} GB` : `${short(size / 1e6)} MB`);
  function dollars(seconds) {
    const cost = (seconds / 3600) * PRICE;
    return cost >= 0.01 ? `${many(cost)} $` : "less than a cent";
  }

  w2v.kind("cost", {
    spoken: (name, value) => (name === "log_words" ? `${many(10 ** value)} words` : undefined),
    draw(model, { log_words, size, d, machines }, picture) {
      const words = 10 ** log_words, V = model.sizes[size], half = Math.round(picture.height * 0.52), { counts, "M*": blue, word2vec: red } = picture.colors;
      const each = model.train[0] + model.train[1] * d, found = met(words, model.laws[size], V);
      const count = model.read * words, solve = model.entry * d * found, train = EPOCHS * words * each;
      const n = Array.from({ length: 121 }, (_, k) => 10 ** (LEAST + ((MOST - LEAST) * k) / 120)), x = [10 ** LEAST, 10 ** MOST];
      const courses = [n.map(v => model.read * v), n.map(v => model.entry * d * met(v, model.laws[size], V)), n.map(v => EPOCHS * v * each)];
      const above = picture.panel({ bottom: half, logx: true, logy: true, xnames: power, ynames: power, x, y: [0.1, 1e10], ylabel: "seconds of one processor" });
      ["counting", "M*", "word2vec"].forEach((name, k) => {
        above.line(n, courses[k], { color: [counts, blue, red][k], width: 2 });
        above.text(n[120], courses[k][120], name, { color: [counts, blue, red][k], anchor: "end", dx: -4, dy: 27 });
      });
      above.dots(model.words, model.processor, { color: counts, size: 3 });
      above.dots([model.epochs[0]], [model.epochs[1]], { color: red, size: 3.5 });
      above.cursor(words, count, counts);
      const below = picture.panel({ top: half, logx: true, logy: true, xnames: power, ynames: power, x, y: [1e5, 1e9], xlabel: "words of text", ylabel: "pairs that met" }), shades = modeColors(model.sizes.length);
      model.sizes.forEach((other, k) => {
        below.line(n, n.map(v => met(v, model.laws[k], other)), { color: shades[k], width: k === Number(size) ? 2.6 : 1.3 });
        below.dots(model.words, model.met.map(row => row[k]), { color: shades[k], size: 2.8 });
      });
      below.cursor(words, found, shades[size]);
      for (const axes of [above, below]) axes.scrub("log_words", { value: v => Math.log10(v) });
      return {
        title: `${many(words)} words, V = ${grouped(V)}: ${time(count + solve)}, and ${time(train)} to train`,
        notes: [
          ["pairs", `${many(2 * model.window * words)} meetings, of ${many(found)} different pairs at most, ${percent(found / V ** 2)} of all`, false],
          ["memory", `${bytes(ENTRY * found)} for the counts of pairs that met, ${bytes(4 * V ** 2)} for a table of all`, false],
          ["counting", `${time(count)}, or ${time(count / machines)} on ${grouped(machines)} processor${machines > 1 ? "s" : ""}; once`, false],
          ["M*", `${time(solve)} for ${d} eigenvectors, on one machine`, false],
          ["word2vec", `${time(train)} for ${EPOCHS} epochs`, false],
          ["money", `${dollars(count + solve)} for counting and eigenvectors, ${dollars(train)} for training`, false],
          ["lines", "laws of one processor", false],
          ["dots", "measured; training with d = 100", false],
        ],
        numbers: { count, solve, train, found },
      };
    },
  });
})(globalThis.w2v ??= {});
