// Two words that share one dimension, from any start.  Beside start.py.
(w2v => {
  "use strict";
  const { strength } = w2v.mathematics, { fixed } = w2v.text;

  // Both squares at a time: growth without a brake over the common factor Q.
  function exact(values, start, t) {
    const Q = values.reduce((sum, value, k) => sum + (start[k] ** 2 * Math.expm1(2 * value * t)) / value, 1);
    return values.map((value, k) => (start[k] ** 2 * Math.exp(2 * value * t)) / Q);
  }
  const leader = ([one, other]) => (Math.abs(one - other) < 1e-9 ? "Neither has" : one > other ? "Word 1 has" : "Word 2 has");

  w2v.kind("start", {
    draw({ values, end }, { first, second, time }, picture) {
      const start = [first, second], shades = w2v.drawing.modeColors(2), t = Array.from({ length: 161 }, (_, n) => (end * n) / 160);
      const axes = picture.panel({ x: [0, end], y: [0, 2.4], xlabel: "flow time t", ylabel: "score with itself" });
      const alone = at => values.map((value, k) => strength(value, start[k] ** 2, at));
      const curves = t.map(at => exact(values, start, at)), apart = t.map(alone);
      shades.forEach((color, k) => {
        axes.line(t, apart.map(row => row[k]), { color, width: 1 });
        axes.line(t, curves.map(row => row[k]), { color, width: 2.6 });
      });
      axes.cursor(time);
      axes.endLabels(curves.at(-1), ["1", "2"], shades);
      axes.scrub("time");
      start.forEach((value, k) => axes.grab(0, value ** 2, (_, y) =>
        picture.figure.set({ [k ? "second" : "first"]: Math.sqrt(Math.max(y, 0)) }), { color: shades[k], label: `start of word ${k + 1}` }));
      const now = exact(values, start, time), single = alone(time), then = leader(now.map(Math.sqrt));
      return {
        title: `${leader(start)} the lead at first; at t = ${fixed(time, 1)} ${then[0].toLowerCase()}${then.slice(1)} it`,
        notes: [
          ["exact", `word 1 ${fixed(now[0], 3)}, word 2 ${fixed(now[1], 3)}`, false],
          ["alone", `thin lines: word 1 ${fixed(single[0], 3)}, word 2 ${fixed(single[1], 3)}`, false],
          ["angle", `${fixed((Math.atan2(Math.sqrt(now[1]), Math.sqrt(now[0])) * 180) / Math.PI, 1)}° from the direction of word 1`, false],
          ["goal", "word 1 at 2, word 2 at 0; alone, word 2 would come to 1", false],
        ],
        numbers: { now },
      };
    },
  });
})(globalThis.w2v ??= {});
