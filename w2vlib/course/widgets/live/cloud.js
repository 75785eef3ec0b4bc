// Line, plane, space.  Beside cloud.py.
(w2v => {
  "use strict";
  const { halfRise, strengths } = w2v.mathematics, { fixed, general, phrase, signed, visible } = w2v.text, { apart, LETTERS } = w2v.drawing;
  const AXES = [0, 1, 2];
  const SHAPES = [
    "A point: nothing is learned yet",
    "One mode is learned: the words fill a line",
    "Two modes are learned: the words fill a plane",
    "Three modes are learned: the words fill a space",
    "A fourth mode is learned, at a right angle to all that can be drawn",
  ];
  function turned([x, y, z], turn, tilt) {
    const [a, b] = [turn, tilt].map(degrees => (degrees * Math.PI) / 180);
    const deep = -x * Math.sin(a) + z * Math.cos(a);
    return [x * Math.cos(a) + z * Math.sin(a), y * Math.cos(b) - deep * Math.sin(b), y * Math.sin(b) + deep * Math.cos(b)];
  }

  w2v.kind("cloud", {
    prepare(table) {
      const { data, shape: [size, width], scale } = table.modes;
      const rows = Array.from({ length: size }, (_, i) => AXES.map(k => data[i * width + k] * scale[k]));
      const extent = Math.max(...AXES.map(k => Math.sqrt(table.values[k]) * rows.reduce((most, row) => Math.max(most, Math.abs(row[k])), 0)));
      return { ...table, rows, limit: 1.15 * extent, row: new Map(table.words.map((word, i) => [word, i])) };
    },
    knows: (model, word) => (model.row.has(word) ? word : undefined),
    draw(model, { time, turn, tilt, word }, picture) {
      const { values, start, limit } = model, now = strengths(values, start, time * halfRise(values[0], start[0]));
      const s = AXES.map(k => Math.sqrt(now[k])), places = model.rows.map(row => row.map((u, k) => u * s[k]));
      const wide = picture.width / picture.height;
      const axes = picture.panel({ left: 4, right: 4, x: [-wide * limit, wide * limit], y: [-limit, limit], xnames: null, ynames: null, xticks: [], yticks: [], bare: true });
      const view = places.map(place => turned(place, turn, tilt));
      for (const k of AXES) {
        const tip = turned(AXES.map(j => (j === k ? limit : 0)), turn, tilt);
        axes.line([-tip[0], tip[0]], [-tip[1], tip[1]], { color: "var(--w2v-line)", width: 1.4 });
        const x = Math.min(Math.max(axes.x(1.03 * tip[0]), 8), picture.width - 8), y = Math.min(Math.max(axes.y(1.03 * tip[1]), 10), picture.height - 6);
        picture.text(x, y, String(k + 1), { anchor: "middle" });
      }
      axes.dots(view.map(place => place[0]), view.map(place => place[1]), { color: "var(--w2v-edge)", size: 1.4, opacity: 0.75 });
      const far = model.names.filter(name => name !== word).map(name => model.row.get(name)).filter(row => Math.hypot(view[row][0], view[row][1]) > 0.25 * limit);
      axes.dots(far.map(row => view[row][0]), far.map(row => view[row][1]), { color: picture.colors.QWEM, size: 3 });
      const followed = model.row.get(word), [x, y] = view[followed], named = [...far, followed];
      axes.line([0, x], [0, y], { color: picture.colors.word2vec, width: 2 });
      const heights = apart(named.map(row => axes.y(view[row][1])), LETTERS * 1.1);
      named.forEach((row, n) => {
        const x = axes.x(view[row][0]), left = x > picture.width - 90, mine = row === followed;
        picture.text(x + (left ? -6 : 6), heights[n] + 4, visible(model.words[row]),
          { color: mine ? picture.colors.word2vec : picture.colors.QWEM, italic: !mine, weight: mine ? 600 : undefined, anchor: left ? "end" : "start" });
      });
      axes.turn("turn", "tilt");
      const learned = now.filter((strength, k) => strength >= values[k] / 2).length;
      return {
        title: SHAPES[learned],
        notes: [
          ["now", `t = ${general(time)} τ₁; s of the three axes: ${s.map(value => fixed(value, 1)).join(", ")}`, false],
          ...model.ends.map((ends, k) => [`axis ${k + 1}`, ends.map(side => phrase(side, 30)).join(" – "), true]),
          ["word", `${visible(word)} stands at ${places[followed].map(value => signed(value)).join(", ")}`, false],
          ["view", `turned by ${turn}°, tilted by ${tilt}°`, false],
          ["start", `d = ${model.d}, an average random start`, false],
        ],
        numbers: { s, place: places[followed], view: view[followed] },
      };
    },
  });
})(globalThis.w2v ??= {});
