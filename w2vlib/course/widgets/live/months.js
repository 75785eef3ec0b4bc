// Words round a circle, from which one can be taken away.  Beside months.py.
(w2v => {
  "use strict";
  const { eigen, doubleCentred } = w2v.mathematics, { fixed, percent, visible } = w2v.text, { apart, LETTERS } = w2v.drawing;
  const median = list => {
    const sorted = [...list].sort((a, b) => a - b), half = sorted.length >> 1;
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  };

  // The words that are left, where they stand, and what their block is made of.
  function placed(table, vectors, out) {
    const rows = table.words.map((_, row) => row).filter(row => table.words[row] !== out), m = rows.length;
    const found = eigen(doubleCentred(rows.map(i => rows.map(j => table.blocks[vectors][i][j]))));
    const size = [0, 1].map(k => Math.sqrt(Math.max(found.values[k], 0)));
    let places = found.vectors.map(row => [row[0] * size[0], row[1] * size[1]]);
    const goal = rows.map(row => Math.PI / 2 - (2 * Math.PI * row) / table.words.length);
    const sum = sign => places.reduce(([a, b], [x, y], n) => { // of the goal times the place, or its mirror image
      const [c, s, z] = [Math.cos(goal[n]), Math.sin(goal[n]), sign * y];
      return [a + c * x - s * z, b + s * x + c * z];
    }, [0, 0]);
    const straight = sum(-1), mirrored = sum(1), mirror = Math.hypot(...mirrored) > Math.hypot(...straight) * (1 + 1e-12);
    const [a, b] = mirror ? mirrored : straight, length = Math.hypot(a, b) || 1;
    places = places.map(([x, y]) => (mirror ? [x, -y] : [x, y])).map(([x, y]) => [(a * x - b * y) / length, (b * x + a * y) / length]);
    let overlap = 0; // of the plane and the slowest wave round so many words
    for (const k of [0, 1]) for (const wave of [Math.cos, Math.sin]) {
      const along = found.vectors.reduce((total, row, n) => total + row[k] * wave((2 * Math.PI * n) / m), 0);
      overlap += (along ** 2 * 2) / m / 2;
    }
    return { rows, places, found, overlap };
  }

  w2v.kind("circle", {
    draw(table, { vectors, out }, picture, figure) {
      const { rows, places, found, overlap } = placed(table, vectors, out), words = rows.map(row => table.words[row]);
      const limit = 1.35 * Math.max(...places.flat().map(Math.abs)), wide = picture.width / picture.height;
      const axes = picture.panel({ left: 4, right: 4, x: [-wide * limit, wide * limit], y: [-limit, limit], xnames: null, ynames: null, xticks: [], yticks: [], bare: true });
      const radii = places.map(place => Math.hypot(...place)), radius = median(radii), blue = picture.colors["M*"];
      const turns = Array.from({ length: 121 }, (_, n) => (n * Math.PI) / 60);
      axes.line(turns.map(t => radius * Math.sin(t)), turns.map(t => radius * Math.cos(t)), { color: "var(--w2v-edge)", width: 1 });
      const round = [...places, places[0]];
      axes.line(round.map(place => place[0]), round.map(place => place[1]), { color: blue, width: 1, opacity: 0.6 });
      // Names stand outside their dots, moved apart on each side; near the edge they turn inwards.
      for (const right of [true, false]) {
        const side = places.map((_, n) => n).filter(n => places[n][0] >= 0 === right);
        const names = side.map(n => {
          const [x, y] = places[n], far = 1 + (0.09 * limit) / Math.max(Math.hypot(x, y), 1e-12);
          return [axes.x(far * x), axes.y(far * y)];
        });
        const heights = apart(names.map(([, y]) => y), LETTERS * 1.1);
        side.forEach((n, k) => {
          const room = 7.5 * visible(words[n]).length, x = names[k][0], inwards = right ? x + room > picture.width : x - room < 0;
          const shift = inwards ? (right ? picture.width - room - x : room - x) : 0;
          picture.text(x + shift, heights[k] + 4 - (inwards ? 14 : 0), visible(words[n]), { anchor: right ? "start" : "end" });
        });
      }
      places.forEach(([x, y], n) => axes.grab(x, y, (px, py) => { // one that is drawn away from its place is left out
        if (Math.hypot(px - x, py - y) > 0.12 * limit) figure.set({ out: words[n] });
      }, { color: blue, size: 7, label: `draw ${visible(words[n])} out` }));
      const far = radii.indexOf(Math.max(...radii)), share = found.vectors.map(row => row[0] ** 2), first = share.indexOf(Math.max(...share));
      const total = found.values.reduce((sum, value) => sum + Math.max(value, 0), 0);
      const which = out === "none" ? `All ${words.length} words` : `${words.length} words, without ${visible(out)}`;
      return {
        title: `${which}: the plane is the circle to ${percent(overlap)}`,
        notes: [
          ["from", `inner products of ${vectors}`, false],
          ["plane", `${percent((found.values[0] + found.values[1]) / total)} of all that tells the words apart`, false],
          ["farthest", `${visible(words[far])}, ${fixed(radii[far] / radius, 1)} times as far out as most`, false],
          ["first direction", `${percent(share[first])} of its squared length is ${visible(words[first])}`, false],
          ["chance", `shuffled words would have ${percent(2 / (words.length - 1))} of the circle on average`, false],
        ],
        numbers: { overlap, places, values: found.values },
      };
    },
  });
})(globalThis.w2v ??= {});
