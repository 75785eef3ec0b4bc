// Words of the book's table: found by name, by their beginning, by spellings near by; vectors at a rank and at a time.
(w2v => {
  "use strict";
  const { strength, halfRises, learned } = w2v.mathematics;

  // By how many letters put in, left out, changed or swapped two words differ; more than `most` is most + 1.
  function apart(one, other, most) {
    if (Math.abs(one.length - other.length) > most) return most + 1;
    let before = [], last = Array.from({ length: other.length + 1 }, (_, n) => n);
    for (let i = 1; i <= one.length; i++) {
      const row = [i];
      for (let j = 1; j <= other.length; j++) {
        row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (one[i - 1] !== other[j - 1]));
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
      }
      [before, last] = [last, row];
    }
    return last[other.length];
  }

  // What boxes for words ask of a figure whose model has words (frequent first) and their index.
  const asked = {
    knows: (model, word) => model.index.has(word),
    begins: ({ words }, text) => {
      const start = text.trim().toLowerCase(), found = [];
      if (start) for (const word of words) if (word.startsWith(start) && found.push(word) === 8) break;
      return found;
    },
    near: ({ words }, text, most = 2) => words.map((word, row) => [apart(text, word, most), row])
      .filter(([steps]) => steps <= most).sort((x, y) => x[0] - y[0] || x[1] - y[1]).slice(0, 4).map(([, row]) => words[row]),
  };

  // The book's table, ready for use: of each place (a rank, a time) its factors s and what is left of the start.
  function book(table, scale) {
    const { words, values, modes: { data, shape: [size, count], scale: steps } } = table;
    const rises = halfRises(values, values.map(() => scale ** 2)), unit = rises[0], kept = new Map();
    const risen = time => learned(rises, time * unit);
    const ranked = rank => ({ s: values.map((value, k) => (k < rank ? Math.sqrt(value) : 0)), rest: 0 });
    // W(t)W(t)ᵀ from σ²·I: Σ (s_k² − σ²) u_k u_kᵀ + σ²·I, as long as all further directions rest.
    const timed = time => ({
      s: values.map(value => Math.sqrt(Math.max(0, strength(value, scale ** 2, time * unit) - scale ** 2))), rest: scale ** 2,
    });
    function at(by, value) {
      const name = `${by} ${value}`;
      if (!kept.has(name)) {
        const { s, rest } = by === "rank" ? ranked(value) : timed(value), factors = s.map((x, k) => x * steps[k]);
        const lengths = new Float64Array(size), live = by === "rank" ? value : count;
        for (let i = 0; i < size; i++) {
          let sum = 0;
          for (let k = 0, j = i * count; k < live; k++, j++) sum += (data[j] * factors[k]) ** 2;
          lengths[i] = Math.sqrt(sum + rest);
        }
        kept.set(name, { factors, lengths, rest, live });
      }
      return kept.get(name);
    }
    return { words, index: new Map(words.map((word, row) => [word, row])), values, count, size, data, unit, risen, at };
  }

  // b − a + c of unit vectors at a place, made ready to be multiplied with bytes: its cosine with word i is Σ data·aim / length.
  function aimed({ data, count }, place, [a, b, c]) {
    const { factors, lengths, rest, live } = place, signs = new Map(), goal = new Float64Array(live);
    for (const [row, sign] of [[b, 1], [a, -1], [c, 1]]) signs.set(row, (signs.get(row) ?? 0) + sign);
    let square = 0;
    for (const [row, sign] of signs) {
      const length = lengths[row];
      if (!length) continue;
      for (let k = 0; k < live; k++) goal[k] += sign * ((data[row * count + k] * factors[k]) / length);
      square += rest * (sign / length) ** 2;
    }
    for (let k = 0; k < live; k++) square += goal[k] ** 2;
    const length = square > 1e-24 ? Math.sqrt(square) : Infinity; // an aim of rounding is none
    return goal.map((x, k) => (x * factors[k]) / length);
  }

  // The cosine of a word with the aim; to 12 decimals, so that equal ones are equal and the more frequent word comes first.
  function cosine({ data, count }, { lengths, live }, aim, i) {
    let sum = 0;
    for (let k = 0, j = i * count; k < live; k++, j++) sum += data[j] * aim[k];
    return lengths[i] ? Math.round((sum / lengths[i]) * 1e12) / 1e12 : 0;
  }

  w2v.vocabulary = { apart, asked, book, aimed, cosine };
})(globalThis.w2v ??= {});
