// A ball on the loss of one pair: on word2vec's and on the parabola.  Beside ball.py.
(w2v => {
  "use strict";
  const { fixed, general, number, percent, signed } = w2v.text;
  const REACH = 6, TOP = 5, BOTTOM = -2.4, NEAR = 0.005 + 1e-9;

  // Twice the loss less its value at 0, for A + B = 1: its logistic form and its parabola.
  const logistic = (target, x) => Math.abs(x) + 2 * Math.log1p(Math.exp(-Math.abs(x))) - 2 * Math.LN2 - (target * x) / 2;
  const parabola = (target, x) => (x * x) / 4 - (target * x) / 2;
  const pulls = [x => 2 * Math.tanh(x / 2), x => x];
  function rolled(target, start, step, steps) {
    return pulls.map(pull => {
      const path = [start];
      for (let n = 0; n < steps; n++) path.push(path[n] + step * (target - pull(path[n])));
      return path;
    });
  }
  const written = score => (Math.abs(score) >= 1000 ? "far outside" : signed(score));
  Object.assign(w2v.mathematics, { pairLosses: (target, x) => [logistic(target, x), parabola(target, x)], rolled });

  // The pair of words for which the slider stands, if there is one: then its own ratio counts.
  function found(table, place) {
    const never = place <= table.never;
    const close = table.pairs.find(pair => pair[2] ? !never && Math.abs(Math.log10(pair[2]) - place) <= NEAR : never);
    return { close, ratio: close ? close[2] : never ? 0 : 10 ** place };
  }

  w2v.kind("ball", {
    spoken: (name, value, table) => name === "log_ratio" ? (value <= table.never ? "never" : `A/B = ${number(found(table, value).ratio, 3)}`) : undefined,
    draw(table, { log_ratio, start, step, steps }, picture, figure) {
      const { close, ratio } = found(table, log_ratio), target = (2 * (ratio - 1)) / (ratio + 1), rest = Math.log(ratio);
      const paths = rolled(target, start, step, table.steps), losses = [logistic, parabola];
      const shades = [picture.colors.word2vec, picture.colors.QWEM], { narrow, width, height } = picture;
      const axes = picture.panel({ x: [-REACH, REACH], y: [BOTTOM, TOP], left: 34, xlabel: "score x", ylabel: "twice the loss",
        ...(narrow ? { bottom: Math.round(0.62 * height), right: 12 } : { right: Math.round(0.42 * width) }) });
      const way = picture.panel({ x: [0, table.steps], y: [-REACH, REACH], xlabel: "step",
        ...(narrow ? { top: Math.round(0.62 * height), left: 34, right: 12, ylabel: "score x" } : { top: 12, left: Math.round(0.65 * width), right: 14 }) });
      if (!narrow) picture.text(way.box.left - 24, way.box.top - 8, "score x");
      axes.add("rect", { x: axes.x(-1), y: axes.box.top, width: axes.x(1) - axes.x(-1), height: axes.box.bottom - axes.box.top,
        fill: picture.colors.counts, "fill-opacity": 0.12 });
      const xs = Array.from({ length: 121 }, (_, n) => -REACH + n / 10);
      const inside = y => Math.min(Math.max(y, BOTTOM), TOP), seen = x => Math.min(Math.max(x, -REACH), REACH);
      axes.scrub("start");
      way.scrub("steps");
      [1, 0].forEach(k => {
        const trail = paths[k].slice(0, steps + 1), high = x => inside(losses[k](target, x));
        axes.line(xs, xs.map(x => losses[k](target, x)), { color: shades[k], width: 2.2 });
        axes.dots(trail, trail.map(high), { color: shades[k], size: 2.6 });
        way.line(paths[k].map((_, n) => n), paths[k], { color: shades[k], width: 1, opacity: 0.5 });
        way.dots(trail.map((_, n) => n), trail, { color: shades[k], size: 2.2 });
        if (isFinite(k ? target : rest)) way.across(k ? target : rest, { color: shades[k] });
        picture.text(axes.box.left + 8 + 62 * k, axes.box.bottom - 8, ["logistic", "parabola"][k], { color: shades[k] });
        const at = paths[k][steps], ball = axes.grab(seen(at), high(at), x => drop(figure, x), { color: shades[k], size: 9, label: "drag the ball and let go" });
        ball.dataset.ball = k;
      });
      axes.add("path", { class: "w2v-quiet", d: `M${axes.x(start)} ${axes.box.top}v${10}`, "stroke-width": 2 });
      way.cursor(steps);
      return inWords(close, ratio, target, rest, start, step, steps, paths);
    },
  });

  // Both balls follow the hand, and roll when it lets go; with less motion they are at the end at once.
  function drop(figure, x) {
    figure.set({ start: x, steps: 0 });
    if (figure.held) return;
    figure.held = true;
    const end = () => {
      figure.held = false;
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) figure.set({ steps: figure.model.steps }); else figure.play();
    };
    for (const name of ["pointerup", "pointercancel"]) figure.box.addEventListener(name, end, { once: true });
  }

  function inWords(close, ratio, target, rest, start, step, steps, paths) {
    const apart = Math.abs(fixed(rest, 2) - fixed(target, 2)), off = Math.abs(start - target) > 1e-9;
    const title = off && step > 2 ? `Steps of ${general(step)} are too long: the ball is thrown off the parabola` :
      off && step === 2 ? "Steps of 2 are too long: the ball on the parabola swings for ever" :
      !ratio ? "A pair that never met: the parabola lets the ball rest at −2, the logistic loss nowhere" :
      apart < 0.005 ? `Both come to rest at ${written(target)}` :
      `They come to rest at ${written(rest)} and ${written(target)}: ${fixed(apart, 2)} apart`;
    const names = close && `${close[0]} and ${close[1]}`, pull = pulls[0](start);
    const often = `${number(ratio, 3)} times as often as by chance`;
    const going = step < 1 ? `each takes the parabola's ball ${percent(step)} of the way` :
      step === 1 ? "one takes the parabola's ball to its rest" :
      step < 2 ? "each goes beyond the parabola's rest, by less than the one before" :
      "each goes as far beyond the parabola's rest as the one before, or farther";
    return {
      title,
      notes: [
        ["pair", ratio ? (names ? `${names} meet ${often}` : `meets ${often}`) : names ? `${names} never met` : "meets never", false],
        ["now", `after ${steps} step${steps === 1 ? "" : "s"} of ${general(step)}, the logistic loss's ball is at ${written(paths[0][steps])}, the parabola's at ${written(paths[1][steps])}`, false],
        ["rest", `ln(A/B) = ${ratio ? written(rest) : "−∞"} and M* = ${written(target)}`, false],
        ["pull back", start ? `at x = ${written(start)} it is ${written(pull)} on the logistic loss and ${written(start)} on the parabola, ${percent(start / pull - 1, 1)} too much` : "at x = 0 there is none on either", false],
        ["steps", going, false],
      ],
      numbers: { target, rest, logistic: paths[0][steps], parabola: paths[1][steps] },
    };
  }
})(globalThis.w2v ??= {});
