// A window on a sentence.  Beside window.py.
(w2v => {
  "use strict";
  const { windowWeight } = w2v.mathematics, { general, percent, phrase, visible } = w2v.text;
  const UNIT = 2 ** 16;
  const RULES = { linear: "ω(δ) = L + 1 − δ", harmonic: "ω(δ) = 1/δ", flat: "ω(δ) = 1" };
  function weight(distance, window, weighting) {
    if (!(distance >= 1 && distance <= window)) return 0;
    return { linear: windowWeight(window, distance), harmonic: 1 / distance, flat: 1 }[weighting];
  }
  function row(tokens, word, window, weighting) {
    const counts = new Map();
    tokens.forEach((token, a) => tokens.forEach((other, b) => {
      const found = weight(Math.abs(a - b), window, weighting);
      if (token === word && found) counts.set(other, (counts.get(other) ?? 0) + found);
    }));
    return counts;
  }
  const shareRead = (draws, window, distance) =>
    draws.filter(draw => 1 + Math.floor((draw * window) / UNIT) >= distance).length / Math.max(1, draws.length);

  // Words below their bars, or on a phone before them; what is drawn takes a place and a height.
  function axes(picture, tokens, here) {
    const { narrow } = picture, count = tokens.length, along = [-0.6, count - 0.4];
    const letters = Math.max(...tokens.map(token => [...visible(token)].length));
    const panel = picture.panel(narrow
      ? { left: 14 + 7.2 * letters, right: 10, x: [0, 1.08], y: [...along].reverse(), yticks: [], ynames: null, xlabel: "weight, as a share of a neighbour's" }
      : { x: along, y: [0, 1.08], xticks: [], xnames: () => "", ylabel: "weight, as a share of a neighbour's", right: 10 });
    const { box } = panel, steep = !narrow && 7.2 * letters > (box.right - box.left) / count;
    tokens.forEach((token, n) => {
      const options = { italic: true, weight: n === here ? 700 : undefined, anchor: narrow || steep ? "end" : "middle" };
      if (narrow) picture.text(box.left - 7, panel.y(n) + 4, visible(token), options);
      else {
        const below = picture.text(0, 0, visible(token), options);
        below.setAttribute("transform", `translate(${panel.x(n)} ${box.bottom + 16})${steep ? " rotate(-40)" : ""}`);
      }
    });
    const turn = (places, heights) => (narrow ? [heights, places] : [places, heights]);
    return { panel, turn };
  }

  w2v.kind("window", {
    spoken: (name, value, model) => (name === "here" ? visible(model.tokens[value]) : undefined),
    draw({ tokens, draws: recorded }, { here, window, draws, weighting }, picture) {
      const drawn = recorded.slice(0, draws), { colors } = picture, { panel, turn } = axes(picture, tokens, here);
      const near = tokens.map((_, n) => n).filter(n => n !== here && Math.abs(n - here) <= window);
      const nearest = weight(1, window, weighting), expected = n => (window + 1 - Math.abs(n - here)) / window;
      for (const n of near) {
        const share = weight(Math.abs(n - here), window, weighting) / nearest;
        const [x, y] = turn([n - 0.35, n + 0.35, n + 0.35, n - 0.35, n - 0.35], [0, 0, share, share, 0]);
        const bar = panel.line(x, y, { color: colors.counts, width: 1 });
        bar.setAttribute("fill", colors.counts);
        bar.setAttribute("fill-opacity", 0.4);
      }
      for (const side of [-1, 1]) {
        const along = near.filter(n => (n - here) * side > 0);
        panel.line(...turn(along, along.map(expected)), { color: colors.word2vec, width: 1.3, dash: "5 4" });
      }
      const reads = near.map(n => shareRead(drawn, window, Math.abs(n - here)));
      if (draws) panel.dots(...turn(near, reads), { color: colors.word2vec, size: 4 });
      panel.line(...turn([here, here], [0, 1.08]), { color: "var(--w2v-edge)", width: 1, dash: "5 4" });
      panel.scrub("here", { axis: picture.narrow ? "y" : "x" });

      const word = visible(tokens[here]), ordered = near.map(n => [Math.abs(n - here), n]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      const counts = row(tokens, tokens[here], window, weighting), far = ordered.at(-1)[0];
      const names = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || tokens.indexOf(a) - tokens.indexOf(b));
      const told = (token, value) => `${visible(token)} ${general(value, 4)}`, of = distance => general(weight(distance, window, weighting), 4);
      const read = draws
        ? `${draws} drawn; ${percent(shareRead(drawn, window, far), 1)} reach ${far}, expected ${percent((window + 1 - far) / window, 1)}`
        : "none drawn; press the button";
      return {
        title: `${word} meets ${near.length} neighbour${near.length > 1 ? "s" : ""}: the nearest counts ${of(ordered[0][0])}, the farthest ${of(far)}`,
        notes: [
          ["around it", phrase(ordered.map(([distance, n]) => told(tokens[n], weight(distance, window, weighting))), 64), true],
          [`row of ${word}`, phrase(names.map(name => told(name, counts.get(name))), 64), true],
          ["weights", `${RULES[weighting]} with L = ${window}`, false],
          ["random", read, false],
        ],
        numbers: { counts: Object.fromEntries(counts), near, reads },
      };
    },
  });
})(globalThis.w2v ??= {});
