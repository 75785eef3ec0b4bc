// Ask your own: three words, the nearest answers, at each rank or time.  Beside analogy.py.
(w2v => {
  "use strict";
  const { general, phrase, visible } = w2v.text, { colors } = w2v.drawing, { asked, book, aimed, cosine } = w2v.vocabulary;
  const two = value => value.toFixed(2).replace("-", "−"), cut = (word, most) => phrase([word], most);

  // At each place of the slider: the aim, and which word answers.
  function path(model, question, by) {
    const name = `${by} ${question}`;
    if (model.asked.has(name)) return model.asked.get(name);
    const out = new Set(question);
    const made = model.places[by].map(value => {
      const place = model.at(by, value), aim = aimed(model, place, question);
      let winner = -1, best = -Infinity;
      if (aim.some(x => x !== 0)) for (let i = 0; i < model.size; i++) {
        const found = out.has(i) ? -Infinity : cosine(model, place, aim, i);
        if (found > best) [winner, best] = [i, found];
      }
      return { place, aim, winner, best };
    });
    model.asked.clear();
    model.asked.set(name, made);
    return made;
  }
  function nearest(model, { place, aim }, question, n) {
    const found = [];
    for (let i = 0; i < model.size; i++) if (!question.includes(i)) found.push([i, cosine(model, place, aim, i)]);
    return found.sort((x, y) => y[1] - x[1] || x[0] - y[0]).slice(0, n);
  }

  const written = (by, value) => (by === "rank" ? `${value}` : `${general(value)} τ₁`);
  function stay(by, places, first, last, now) {
    const [low, high] = [first, last].map(n => written(by, places[n])), all = last === places.length - 1;
    const rank = by === "rank", where = rank ? "rank" : "t =";
    if (first === 0 && all) return rank ? "the answer at every rank" : "the answer at all times";
    if (all) return `the answer from ${where} ${low} on${now === first ? ", new here" : ""}`;
    if (first === 0) return `the answer up to ${where} ${high}`;
    if (first === last) return `the answer at ${where} ${low} only`;
    return `the answer from ${where} ${low} to ${high}${now === first ? ", new here" : ""}`;
  }

  w2v.kind("analogy", {
    ...asked,
    with: name => (name === "rank" || name === "time" ? { by: name } : {}),
    spoken: (name, value) => (name === "time" ? `${general(value)} τ₁` : name === "rank" ? `${value} direction${value > 1 ? "s" : ""}` : undefined),
    prepare(table) {
      const { scale, end, step } = table.shown, model = book(table.book, scale), count = Math.round(end / step);
      return { ...model, shown: table.shown, asked: new Map(), places: {
        rank: Array.from({ length: model.count }, (_, k) => k + 1),
        time: Array.from({ length: count + 1 }, (_, n) => Number((n * step).toFixed(9))),
      } };
    },
    draw(model, { a, b, c, by, rank, time }, picture) {
      const question = [a, b, c].map(word => model.index.get(word)), value = by === "rank" ? rank : time, places = model.places[by];
      const now = places.indexOf(value), way = path(model, question, by), found = nearest(model, way[now], question, 5);
      const names = found.map(([row]) => model.words[row]), cosines = found.map(([, cos]) => cos), { winner } = way[now];
      let first = now, last = now;
      while (first > 0 && way[first - 1].winner === winner) first--;
      while (last + 1 < way.length && way[last + 1].winner === winner) last++;
      draw(model, picture, { by, value, places, way, found, names });
      const name = n => (way[n].winner < 0 ? "no answer" : visible(model.words[way[n].winner]));
      const other = (n, text) => (way[n] ? `${name(n)}, ${text} ${by === "rank" ? "rank" : "t ="} ${written(by, places[n])}` : "–");
      const nothing = winner < 0;
      return {
        title: nothing ? "No answer yet: no word is nearer than another" :
          `${visible(names[0])}, cosine ${two(cosines[0])}: ${stay(by, places, first, last, now)}`,
        notes: [
          ["question", `${visible(a)} is to ${visible(b)} as ${visible(c)} is to …`, true],
          ["nearest", nothing ? "–" : names.map((word, n) => `${visible(word)} ${two(cosines[n])}`).join(", "), true],
          ["before", other(first - 1, "up to"), true],
          ["after", other(last + 1, "from"), true],
          ["vectors", by === "rank" ? `the first ${rank} of ${model.count} directions` :
            `t = ${general(time)} τ₁ from σ = ${general(model.shown.scale)}: ${model.risen(time)} of ${model.count} directions have risen by half`, false],
        ],
        numbers: { rows: found.map(([row]) => row), cosines, winners: way.map(one => one.winner) },
      };
    },
  });

  // Above, bars of the five nearest; below, how their cosines have come about.
  function draw(model, picture, { by, value, places, way, found, names }) {
    const { width, height, narrow } = picture, ink = colors()["M*"], quiet = colors().counts, most = narrow ? 12 : 18;
    const left = narrow ? 104 : 132, half = Math.round(height * 0.42), right = narrow ? 92 : 132;
    const bars = picture.panel({ bottom: half, left, right: 46, x: [0, 1], y: [5.5, 0.5], yticks: [], xnames: null, ylabel: "nearest to b − a + c, by cosine" });
    found.forEach(([, cos], n) => {
      const color = n ? quiet : ink, y = bars.y(n + 1), thick = (bars.box.bottom - bars.box.top) / 5 - 6;
      bars.add("rect", { x: bars.box.left, y: y - thick / 2, width: Math.max(0, bars.x(cos) - bars.box.left), height: thick, fill: color, "fill-opacity": n ? 0.45 : 0.9 });
      picture.text(left - 8, y + 4, cut(names[n], most), { anchor: "end", italic: true, weight: n ? undefined : 600, color: n ? undefined : ink });
      picture.text(Math.max(bars.x(cos), bars.box.left) + 6, y + 4, two(cos), { color: n ? undefined : ink });
    });
    const axes = picture.panel({ top: half + 6, bottom: height, right, x: [places[0], places.at(-1)], y: [0, 1.02],
      ylabel: "cosine", xlabel: by === "rank" ? "directions" : "time t, in units of τ₁" });
    const curves = found.map(([row]) => way.map(({ place, aim }) => cosine(model, place, aim, row)));
    curves.map((curve, n) => [curve, n]).reverse().forEach(([curve, n]) =>
      axes.line(places, curve, n ? { color: quiet, width: 1.2, opacity: 0.8 } : { color: ink, width: 2.6 }));
    axes.cursor(value, found[0][1], ink);
    axes.endLabels(curves.map(curve => curve.at(-1)), names.map(word => cut(word, narrow ? 11 : 16)), names.map((_, n) => (n ? quiet : ink)));
    axes.scrub(by);
  }
})(globalThis.w2v ??= {});
