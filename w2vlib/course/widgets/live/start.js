// Two words that share one dimension, from any start.  Beside start.py.
(w2v => {
  "use strict";
  const { strength } = w2v.mathematics, { fixed, number } = w2v.text, REACH = 1.6, EDGE = 0.06, GONE = 0.02;

  // Both squares at a time: growth without a brake over the common factor Q.
  function exact(values, start, t) {
    const Q = values.reduce((sum, value, k) => sum + (start[k] ** 2 * Math.expm1(2 * value * t)) / value, 1);
    return values.map((value, k) => (start[k] ** 2 * Math.exp(2 * value * t)) / Q);
  }
  function story(first, second, time, now) {
    if (!first || !second) return first || second ?
      `Word ${first ? 2 : 1} starts with nothing, so word ${first ? 1 : 2} keeps the dimension` : "Nothing starts, so nothing moves";
    if (second === first) return "Neither leads at first, and the larger eigenvalue decides";
    if (second < first) return "Word 1 leads from the first, and word 2 cannot keep up";
    const level = Math.log(second / first);
    if (time < level) return `Word 2 leads, and will until t = ${fixed(level, 1)}`;
    return `Word 2 led until t = ${fixed(level, 1)}; word 1 ${now[1] < GONE ? "has driven it out" : "is driving it out"}`;
  }
  function leads(first, second) {
    if (!first || !second) return "there is none: nothing remains nothing, however long it grows";
    const lead = number(second / first, 3), said = `w₂/w₁ began at ${lead} and falls like e⁻ᵗ`;
    return second <= first ? said : `${said}: level at t = ln ${lead} = ${fixed(Math.log(second / first), 2)}`;
  }

  function drawPlane(plane, path, seen, start, now, { colors }) {
    const shade = colors.QWEM, [x, y] = [0, 1].map(k => path.map(point => point[k]));
    plane.line(x, y, { color: shade, width: 1.2 });
    plane.line(x.slice(0, seen), y.slice(0, seen), { color: shade, width: 3 });
    plane.line([0, now[0]], [0, now[1]], { color: colors.counts, width: 1 });
    for (const [a, b, words] of [[Math.SQRT2, 0, "goal"], [0, 1, "saddle"]]) {
      const [at, up] = [plane.x(a), plane.y(b)], cross = `M${at - 5} ${up - 5}l10 10m0-10l-10 10`;
      plane.picture.add("path", { d: cross, stroke: "var(--w2v-ink)", "stroke-width": 1.6, fill: "none" });
      plane.text(a, b, words, { dx: 9, dy: -7 });
    }
    plane.picture.add("circle", { cx: plane.x(now[0]), cy: plane.y(now[1]), r: 6, fill: shade });
  }

  w2v.kind("start", {
    draw({ values, end }, { first, second, time }, picture, figure) {
      const start = [first, second], shades = w2v.drawing.modeColors(2), { narrow, width, height, colors } = picture;
      const t = Array.from({ length: 161 }, (_, n) => (end * n) / 160), curves = t.map(at => exact(values, start, at));
      const alone = at => values.map((value, k) => strength(value, start[k] ** 2, at)), apart = t.map(alone);
      const now = exact(values, start, time), single = alone(time), both = row => row[0] + row[1];
      const split = Math.round(narrow ? 0.53 * height : 0.45 * width), ticks = [0, 0.5, 1, 1.5];
      const plane = picture.panel({ x: [-EDGE, REACH], y: [-EDGE, REACH], xticks: ticks, yticks: ticks, left: 40, xlabel: "word 1’s number",
        ylabel: "word 2’s number", ...(narrow ? { bottom: split, right: 40 } : { right: width - split }) });
      const course = picture.panel({ x: [0, end], y: [0, 2.4], xlabel: "flow time t", xticks: [0, 2, 4, 6, 8], yticks: [0, 0.5, 1, 1.5, 2],
        ...(narrow ? { top: split + 4, left: 40, ylabel: "score with itself" } : { top: 12, left: split + 46 }) });
      if (!narrow) picture.text(course.box.left - 24, course.box.top - 8, "score with itself");
      drawPlane(plane, curves.map(row => row.map(Math.sqrt)), t.filter(at => at <= time + 1e-9).length, start, now.map(Math.sqrt), picture);
      values.forEach(value => course.across(value));
      course.line(t, curves.map(both), { color: colors.counts, dash: "6 4", width: 1.4 });
      shades.forEach((color, k) => {
        course.line(t, apart.map(row => row[k]), { color, width: 1 });
        course.line(t, curves.map(row => row[k]), { color, width: 2.6 });
      });
      course.cursor(time);
      course.endLabels(curves.at(-1), ["1", "2"], shades);
      course.scrub("time");
      // Pointing into the plane puts the start there.
      const move = (x, y) => figure.set({ first: x, second: y }), { box } = plane;
      const pad = picture.add("rect", { class: "w2v-pad", x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top, style: "cursor:crosshair" });
      figure.pointing(pad, (x, y) => move(plane.at(x, "x"), plane.at(y, "y")));
      plane.grab(first, second, move, { color: "transparent", label: "the start" });
      return {
        title: story(first, second, time, now),
        notes: [
          ["now", `word 1 has ${fixed(now[0], 3)}, word 2 ${fixed(now[1], 3)}, both ${fixed(both(now), 3)}, at t = ${fixed(time, 1)}`, false],
          ["lead", leads(first, second), false],
          ["direction", now.some(Boolean) ? `${fixed((Math.atan2(Math.sqrt(now[1]), Math.sqrt(now[0])) * 180) / Math.PI, 0)}° from word 1 towards word 2` : "at zero there is none", false],
          ["alone", `with a dimension each, word 1 would have ${fixed(single[0], 3)}, word 2 ${fixed(single[1], 3)} (thin lines)`, false],
          ["both", "broken line: the strength of the one dimension, both words together", false],
        ],
        numbers: { now, single },
      };
    },
  });
})(globalThis.w2v ??= {});
