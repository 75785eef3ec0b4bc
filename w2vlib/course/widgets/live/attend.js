// When heads were foretold to attend and when they did, by a level that one sets.  Beside attend.py.
(w2v => {
  "use strict";
  const { fixed, percent, signed } = w2v.text;
  const plus = value => signed(value).replace(/^(?!−)/, "+");
  // The record, between two by a straight line, at which the largest of several courses passes a level.
  function passed(courses, level) {
    const highest = courses[0].map((_, n) => Math.max(...courses.map(course => course[n])) / 1000), after = highest.findIndex(value => value > level);
    return after < 1 ? 0 : after - 1 + (level - highest[after - 1]) / (highest[after] - highest[after - 1]);
  }
  function between(course, at) {
    const low = Math.min(Math.floor(at), course.length - 2);
    return (course[low] + (at - low) * (course[low + 1] - course[low])) / 1000;
  }
  // As Python rounds: a half to the even one.
  const whole = at => Number(fixed(at, 0));

  w2v.kind("attend", {
    spoken: (name, value) => (name === "level" ? fixed(value, 2) : undefined),
    draw({ every, sizes, seeds, logits }, { words, seed, level, place }, picture) {
      const [forecast, course] = logits[words][seed], count = forecast[0].length, end = (count - 1) * every;
      const lasts = forecast.map(row => row.at(-1)), first = lasts.indexOf(Math.max(...lasts)) + 1;
      const at = passed(forecast, level), told = every * at, ran = every * passed(course, level), [line, dot] = [forecast, course].map(side => between(side[place - 1], at));
      const shown = forecast.map((_, n) => n + 1).filter(n => place === first || n !== first), steps = forecast[0].map((_, n) => n * every), { "M*": blue, word2vec: red } = picture.colors;
      const all = [...shown.flatMap(n => forecast[n - 1]), ...course[place - 1]], low = Math.min(...all) / 1000, high = Math.max(...all) / 1000, room = 0.05 * (high - low);
      const axes = picture.panel({ x: [0, end], y: [low - room, high + room], xlabel: "step", ylabel: "logit less the mean" });
      const draw = n => axes.line(steps, forecast[n - 1].map(value => value / 1000), n === place ? { color: blue, width: 2.2 } : { color: "var(--w2v-edge)", width: 1.2 });
      shown.filter(n => n !== place).forEach(draw);
      draw(place);
      const seen = steps.map((_, n) => n).filter(n => n % 2 === 0);
      axes.dots(seen.map(n => steps[n]), seen.map(n => course[place - 1][n] / 1000), { color: blue, size: 3 });
      if (place === first) axes.line([0, end], [level, level], { color: "var(--w2v-edge)", width: 1.2 });
      axes.cursor(told, line, red);
      const [lowest, below] = [forecast, course].map(side => {
        const column = side.map(row => row[whole(at)]);
        return column.indexOf(Math.min(...column)) + 1;
      });
      return {
        title: `${sizes[words]} words, seed ${seeds[seed]}: the forecast passes ${fixed(level, 2)} at step ${fixed(told, 0)}, training at step ${fixed(ran, 0)}, ${percent(ran ? Math.abs(told / ran - 1) : 0, 1)} off`,
        notes: [
          [`place ${place}`, `${plus(line)} by the forecast at that step, ${plus(dot)} trained`, false],
          ["lowest", `place ${lowest} by the forecast, place ${below} trained`, false],
          ["lines", "forecast from pair counts and the start", false],
          ["dots", "training on text, every second record", false],
        ],
        numbers: { told, ran, line, dot },
      };
    },
  });
})(globalThis.w2v ??= {});
