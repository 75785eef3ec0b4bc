// When a linear model will grok, and its training, here in the page.  Beside grok.py.
(w2v => {
  "use strict";
  const { gammaShares, gammaInverse, normals } = w2v.mathematics, { fixed, grouped, percent } = w2v.text;
  const { log, log1p, sqrt, min, max, sin, cos, PI } = Math, to = (n, map) => Array.from({ length: n }, (_, i) => map(i));
  const right = loss => gammaShares(0.5, 1 / (2 * loss))[0];

  // Losses on examples and on new questions that are expected after n steps, by the law of Marchenko and Pastur; the mean square, and how fast the second falls.
  function clock([step_size, decay, d, examples, scale]) {
    const ratio = d / examples, angles = to(400, i => ((i + 0.5) * PI) / 400), values = angles.map(angle => (1 - sqrt(ratio)) ** 2 + 2 * sqrt(ratio) * (1 - cos(angle)));
    const shares = angles.map((angle, i) => sin(angle) ** 2 / values[i]), all = shares.reduce((sum, share) => sum + share) * max(1, ratio);
    values.push(0);
    shares.push(max(0, 1 - 1 / ratio) * all);
    return n => values.reduce((sums, value, k) => {
      const rate = log1p(-step_size * (value + decay)), kept = Math.exp(n * rate), reached = value / (value + decay), missing = 1 - reached * (1 - kept), loss = (scale * kept) ** 2 + missing ** 2;
      return [value * loss, loss, loss ** 2, -2 * kept * rate * (scale ** 2 * kept + missing * reached)].map((term, j) => sums[j] + (shares[k] * term) / all);
    }, [0, 0, 0, 0]);
  }
  function moment(law, limit, high, d) {
    if (law(high)[1] > limit) return [];
    let low = 0;
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2;
      if (law(middle)[1] <= limit) high = middle; else low = middle;
    }
    const [, , squares, slope] = law(high);
    return [high, low && sqrt((2 / d) * squares) / slope];
  }

  // Gradient descent, step by step.
  function train([step_size, decay, d, examples, scale], last, dots) {
    const rule = normals(d, 0), weights = normals(d, 100).map(x => x * scale), rows = to(examples, i => normals(d, 200 + 100 * i)), losses = [], shares = [];
    for (let n = 0; n <= last; n++) {
      const off = weights.map((w, k) => w - rule[k]), pull = weights.map(w => decay * w), errors = rows.map(row => {
        let error = 0;
        for (let k = 0; k < d; k++) error += row[k] * off[k];
        for (let k = 0; k < d; k++) pull[k] += (row[k] * error) / examples;
        return error;
      });
      losses.push(off.reduce((sum, x) => sum + x * x, 0) / d);
      if (n === dots[shares.length]) shares.push(errors.filter(error => error * error < d).length / examples);
      for (let k = 0; k < d; k++) weights[k] -= step_size * pull[k];
    }
    return { losses, shares };
  }

  w2v.kind("grok", {
    // Whoever changes a setting has a new prediction first, and trains again.
    with: name => (/level|axis|progress/.test(name) ? {} : { progress: 0 }),
    spoken: (name, value) => (name === "log_decay" ? `ω = ${fixed(10 ** value, 4)}` : /level|progress/.test(name) ? `${value} %` : undefined),
    draw(model, { step_size, log_decay, d, examples, scale, level, axis, progress }, picture) {
      const decay = 10 ** log_decay, settings = [step_size, decay, d, examples, scale], key = settings.join(), limit = 0.5 / gammaInverse(0.5, level / 100), by = axis === "loss";
      const last = min(10000, Math.ceil(3 / (step_size * decay) - 1e-9)), steps = to(61, i => Math.round((last * i) / 60)), law = clock(settings), curves = steps.map(law), end = law(1e9)[1];
      const [step, spread] = moment(law, limit, last, d), { "M*": blue, word2vec: red, counts: grey } = picture.colors, shown = by ? loss => loss : right, y = by ? [0.01, 2 * (1 + scale ** 2)] : [0, 1.03];
      const axes = picture.panel({ x: [0, last], y, logy: by, xlabel: "steps", ylabel: by ? "mean squared error, new questions" : "share of right answers" });
      let title = `No grokking is foretold within ${grouped(last)} steps`, told = "not yet: press Train", found, foretold = "nothing";
      if (step >= 0) {
        foretold = `step ${grouped(step)}, give or take ${grouped(spread)}`;
        title = `Grokking is foretold for ${foretold}`;
        axes.area([max(0, step - spread), min(last, step + spread)], [y[0], y[0]], [y[1], y[1]], { color: blue });
      }
      axes.line(steps, curves.map(([training, test]) => (by ? test - end : right(training))), { color: grey, dash: by ? "5 4" : undefined });
      axes.line(steps, curves.map(([, test]) => shown(test)), { color: blue, width: 2.2 });
      axes.across(by ? limit : level / 100);
      if (progress) {
        if (model.key !== key) Object.assign(model, { key, ...train(settings, last, steps) });
        const { losses, shares } = model, now = (last * progress) / 100, seen = steps.filter(n => n <= now), at = seen.at(-1), n = losses.findIndex(loss => loss <= limit);
        if (!by) axes.dots(seen, shares, { color: grey, size: 2.2 });
        axes.dots(seen, seen.map(n => shown(losses[n])), { color: red, size: 3 });
        if (n >= 0 && n <= now) {
          found = n && n - 1 + log(losses[n - 1] / limit) / log(losses[n - 1] / losses[n]);
          title = `Grokking at step ${grouped(found)}; foretold was ${foretold}`;
        }
        told = `step ${grouped(at)}: ${percent(shares[seen.length - 1])} of the examples and ${percent(right(losses[at]))} of new questions are right`;
      }
      axes.scrub("progress", { value: n => (100 * n) / last });
      const share = 1 - examples / d, short = log((scale ** 2 * share) / (limit - share)) / (-2 * log1p(-step_size * decay));
      return {
        title,
        notes: [
          ["one line", short > 0 ? `says step ${grouped(short)}` : "does not apply here", false],
          ["level", `${level} % right is a loss of ${fixed(limit, 2)}; the end is ${fixed(end, 2)}, ${percent(right(end))} right`, false],
          ["trained", told, false],
        ],
        numbers: { step, spread, end, found, curves, losses: model.losses },
      };
    },
  });
})(globalThis.w2v ??= {});
