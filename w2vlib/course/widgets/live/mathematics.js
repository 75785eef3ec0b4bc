// The closed form, as in w2vlib.dynamics: what it computes is compared with the library to 1e-6.
(w2v => {
  "use strict";

  // ln(e^a + e^b) without overflow.
  const logaddexp = (a, b) => {
    const high = Math.max(a, b);
    return high === -Infinity ? high : high + Math.log1p(Math.exp(-Math.abs(a - b)));
  };

  // By which exponent a mode has grown: λt, or its finite-step form for steps of η > 0.
  function growthExponent(value, start, t, eta = 0) {
    if (!eta) return value * t;
    const h = eta * value;
    const rate = (h > -1 ? Math.log1p(h) : Math.log(Math.max(Math.abs(1 + h), 1e-300))) / eta;
    const exponent = rate * t;
    if (value === 0) return exponent;
    const above = Math.log(start / Math.abs(value)) + Math.log(-Math.expm1(-2 * Math.abs(exponent)));
    return exponent + 0.75 * h * logaddexp(0, above + (value > 0 ? 2 * exponent : 0));
  }

  // s²(t) of a mode of any sign that sets out from s²(0).
  function strength(value, start, t, eta = 0) {
    const exponent = growthExponent(value, start, t, eta);
    const decay = Math.exp(-2 * Math.abs(exponent));
    const gained = value === 0 ? 2 * t : -Math.expm1(-2 * Math.abs(exponent)) / Math.abs(value);
    return value > 0 ? start / (decay + start * gained) : (start * decay) / (1 + start * gained);
  }

  // When a mode has risen by half; not a number if it never does.
  function halfRise(value, start, eta = 0) {
    if (!(value > 0 && start > 0 && start < value)) return NaN;
    const x0 = start / value, needed = Math.log1p(-x0) - Math.log(x0);
    if (!eta) return needed / (2 * value);
    const h = eta * value;
    let growth = needed;
    for (let n = 0; n < 50; n++) {
      const inner = logaddexp(Math.log1p(-x0), Math.log(x0) + growth);
      const slope = 1 + 1.5 * h * Math.exp(Math.log(x0) + growth - inner);
      const change = (growth + 1.5 * h * inner - needed) / slope;
      growth -= change;
      if (Math.abs(change) <= 1e-14 * Math.max(1, Math.abs(growth))) break;
    }
    return growth / ((2 * Math.log1p(h)) / eta);
  }

  const strengths = (values, start, t, eta = 0) => values.map((value, k) => strength(value, start[k], t, eta));
  const halfRises = (values, start, eta = 0) => values.map((value, k) => halfRise(value, start[k], eta));

  // The loss of aligned modes: ¼ Σ (λ − s²)² − λ².
  const loss = (values, s2) => values.reduce((sum, value, k) => sum + s2[k] * (s2[k] / 4 - value / 2), 0);

  const learned = (rises, t) => rises.filter(rise => rise <= t).length;

  // How many separate steps the loss shows, by the rule of thumb of w2vlib.dynamics.visible_steps.
  function visibleSteps(values, rises) {
    const order = rises.map((_, k) => k).filter(k => isFinite(rises[k])).sort((a, b) => rises[a] - rises[b]);
    let count = order.length ? 1 : 0;
    for (let n = 1; n < order.length; n++) {
      const [before, after] = [order[n - 1], order[n]];
      if (((rises[after] - rises[before]) * (values[after] + values[before])) / 2 > 2) count++;
    }
    return count;
  }

  // ψ and ψ′ by recurrence and their asymptotic series.
  function digamma(x) {
    let sum = 0;
    for (; x < 8; x++) sum -= 1 / x;
    const y = 1 / (x * x);
    return sum + Math.log(x) - 0.5 / x - y * (1 / 12 - y * (1 / 120 - y * (1 / 252 - y * (1 / 240 - y / 132))));
  }
  function trigamma(x) {
    let sum = 0;
    for (; x < 8; x++) sum += 1 / (x * x);
    const y = 1 / (x * x);
    return sum + 1 / x + y / 2 + (y / x) * (1 / 6 - y * (1 / 30 - y * (1 / 42 - y * (1 / 30 - (5 * y) / 66))));
  }
  function logGamma(x) {
    let shift = 0;
    for (; x < 8; x++) shift -= Math.log(x);
    const y = 1 / (x * x);
    const series = (1 / 12 - y * (1 / 360 - y * (1 / 1260 - y * (1 / 1680 - y / 1188)))) / x;
    return shift + (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
  }

  // The regularised incomplete gamma function, as [P, 1 − P]: its series, or its continued fraction.
  function gammaShares(a, x) {
    if (!(x > 0)) return [0, 1];
    if (x === Infinity) return [1, 0];
    const front = Math.exp(a * Math.log(x) - x - logGamma(a));
    if (x < a + 1) {
      let term = 1 / a, sum = term;
      for (let n = 1; n < 1000 && term > sum * 1e-17; n++) sum += term *= x / (a + n);
      return [front * sum, 1 - front * sum];
    }
    let b = x + 1 - a, c = 1e300, d = 1 / b, fraction = d;
    for (let n = 1; n < 1000; n++) {
      const an = -n * (n - a);
      b += 2;
      d = 1 / (an * d + b);
      c = b + an / c;
      fraction *= d * c;
      if (Math.abs(d * c - 1) < 1e-16) break;
    }
    return [1 - front * fraction, front * fraction];
  }

  // The x below which a share of a gamma distribution of shape a lies, by bisection in ln x.
  const inverses = new Map();
  function gammaInverse(a, share) {
    const key = `${a} ${share}`; // asked again at every move of a slider
    if (!inverses.has(key)) inverses.set(key, bisected(a, share));
    return inverses.get(key);
  }
  function bisected(a, share) {
    let low = -750, high = Math.log(a + 60 + 20 * Math.sqrt(a));
    for (let n = 0; n < 80; n++) {
      const middle = (low + high) / 2;
      if (gammaShares(a, Math.exp(middle))[0] < share) low = middle; else high = middle;
    }
    return Math.exp((low + high) / 2);
  }

  // From which strengths modes set out, on geometric average over random weights.
  function typicalStart(count, d, scale) {
    return Array.from({ length: count }, (_, k) => ((2 * scale ** 2) / d) * Math.exp(digamma((d - k) / 2)));
  }

  // When each mode will have risen by half, for weights not yet drawn: as w2vlib.dynamics.forecast_half_rises.
  function forecast(values, d, scale, eta = 0, coverage = 0.95) {
    const unit = scale ** 2 / d, tail = (1 - coverage) / 2;
    const at = share => values.map((value, k) => halfRise(value, unit * 2 * gammaInverse((d - k) / 2, share), eta));
    const rate = value => (eta ? Math.log1p(eta * value) / eta : value);
    return {
      mean: halfRises(values, typicalStart(values.length, d, scale), eta),
      sd: values.map((value, k) => (value > 0 ? Math.sqrt(trigamma((d - k) / 2)) / (2 * rate(value)) : NaN)),
      low: at(1 - tail),
      high: at(tail),
    };
  }

  // How many modes are expected to have risen by half at time t.
  function expectedRank(values, d, scale, t, eta = 0) {
    let sum = 0;
    values.forEach((value, k) => {
      if (!(value > 0)) return;
      const h = eta * value, growth = 2 * t * (eta ? Math.log1p(h) / eta : value);
      let needed = 0.5; // share of λ at which to start so as to reach a half at t
      for (let n = 0; n < 60; n++) {
        const gained = logaddexp(Math.log1p(-needed), Math.log(needed) + growth);
        needed = 1 / (1 + Math.exp(Math.min(growth + 1.5 * h * gained, 700)));
        if (!eta) break;
      }
      sum += gammaShares((d - k) / 2, ((needed * value * d) / scale ** 2) / 2)[1];
    });
    return sum;
  }

  // Word vectors at a time, from modes in rows of words: w_i = Σ s_k u_ik, as n × d numbers in one array.
  function vectors(modes, s, d) {
    const { data, shape: [n, count], scale } = modes;
    const made = new Float64Array(n * d);
    for (let i = 0; i < n; i++) for (let k = 0; k < d; k++) made[i * d + k] = data[i * count + k] * scale[k] * s[k];
    return made;
  }

  // The words nearest to b − a + c by cosine, a, b and c left out: [[row, cosine], …].
  function analogy(W, d, [a, b, c], n = 5) {
    const rows = W.length / d, unit = new Float64Array(W.length);
    for (let i = 0; i < rows; i++) {
      let length = 0;
      for (let k = 0; k < d; k++) length += W[i * d + k] ** 2;
      length = Math.sqrt(length) || 1;
      for (let k = 0; k < d; k++) unit[i * d + k] = W[i * d + k] / length;
    }
    const goal = Array.from({ length: d }, (_, k) => unit[b * d + k] - unit[a * d + k] + unit[c * d + k]);
    const length = Math.hypot(...goal) || 1, found = [];
    for (let i = 0; i < rows; i++) {
      if (i === a || i === b || i === c) continue;
      let cosine = 0;
      for (let k = 0; k < d; k++) cosine += unit[i * d + k] * goal[k];
      found.push([i, cosine / length]);
    }
    return found.sort((x, y) => y[1] - x[1] || x[0] - y[0]).slice(0, n);
  }

  // Eigenvalues, falling, and eigenvectors (as columns) of a small symmetric matrix, by Jacobi's rotations.
  function eigen(matrix) {
    const n = matrix.length, A = matrix.map(row => [...row]), V = A.map((_, i) => A.map((_, j) => Number(i === j)));
    const size = Math.hypot(...A.flat()) || 1;
    for (let sweep = 0; sweep < 60; sweep++) {
      let off = 0;
      for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) {
        off = Math.max(off, Math.abs(A[p][q]));
        if (Math.abs(A[p][q]) <= 1e-17 * size) continue;
        const ratio = (A[q][q] - A[p][p]) / (2 * A[p][q]);
        const t = Math.sign(ratio || 1) / (Math.abs(ratio) + Math.hypot(ratio, 1)), c = 1 / Math.hypot(t, 1), s = t * c;
        for (let k = 0; k < n; k++) [A[k][p], A[k][q]] = [c * A[k][p] - s * A[k][q], s * A[k][p] + c * A[k][q]];
        for (let k = 0; k < n; k++) [A[p][k], A[q][k]] = [c * A[p][k] - s * A[q][k], s * A[p][k] + c * A[q][k]];
        for (let k = 0; k < n; k++) [V[k][p], V[k][q]] = [c * V[k][p] - s * V[k][q], s * V[k][p] + c * V[k][q]];
      }
      if (off <= 1e-15 * size) break;
    }
    const order = A.map((_, k) => k).sort((a, b) => A[b][b] - A[a][a]);
    return { values: order.map(k => A[k][k]), vectors: V.map(row => order.map(k => row[k])) };
  }
  // A block less the means of its rows and columns.
  function doubleCentred(block) {
    const n = block.length, means = block.map(row => row.reduce((sum, x) => sum + x, 0) / n);
    const all = means.reduce((sum, x) => sum + x, 0) / n;
    return block.map((row, i) => row.map((x, j) => x - means[i] - means[j] + all));
  }

  // PMI and M* of a pair from its joint probability and its marginals.
  const pmi = (P, p, q) => Math.log(P / (p * q));
  const mStar = (P, p, q) => (2 * (P - p * q)) / (P + p * q);
  // The weight of a pair at a distance in a window of reach L.
  const windowWeight = (L, distance) => (distance >= 1 && distance <= L ? L + 1 - distance : 0);
  // The counts of one document, as [i, j, weight] for i ≤ j: as w2vlib.counting, weights[δ − 1] at distance δ.
  function pairCounts(ids, weights) {
    const found = new Map();
    weights.forEach((weight, n) => {
      for (let a = 0; a + n + 1 < ids.length; a++) {
        const [i, j] = [ids[a], ids[a + n + 1]].sort((x, y) => x - y), key = `${i} ${j}`;
        found.set(key, [i, j, (found.get(key)?.[2] ?? 0) + weight * (i === j ? 2 : 1)]);
      }
    });
    return [...found.values()];
  }

  // Numbers that look normal, each from its own place in a row.
  function uniform(place) {
    let x = Math.imul(place, 0x9e3779b1);
    for (const [shift, factor] of [[16, 0x85ebca6b], [13, 0xc2b2ae35], [16, 1]]) x = Math.imul(x ^ (x >>> shift), factor);
    return ((x >>> 0) + 0.5) / 2 ** 32;
  }
  const normals = (count, first) => Float64Array.from({ length: count }, (_, i) => Math.sqrt(-2 * Math.log(uniform(2 * (first + i)))) * Math.cos(2 * Math.PI * uniform(2 * (first + i) + 1)));

  w2v.mathematics = {
      logaddexp, strength, strengths, halfRise, halfRises, loss, learned, visibleSteps, digamma, trigamma,
      logGamma, gammaShares, gammaInverse, typicalStart, forecast, expectedRank, vectors, analogy, eigen,
      doubleCentred, pmi, mStar, windowWeight, pairCounts, normals,
  };
})(globalThis.w2v ??= {});
