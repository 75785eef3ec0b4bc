// A text taken out of a corpus: what is foretold of every direction, beside the spectrum anew.  Beside takeout.py.
(w2v => {
  "use strict";
  const { percent, signed, subscript, visible } = w2v.text;

  w2v.kind("takeout", {
    spoken: (name, value, { names }) => (name === "part" ? visible(names[value - 1]) : undefined),
    draw({ names, shares, turns, towards, ...lines }, { part, mode, what }, picture) {
      const [exact, told, derivative, error] = ["exact", "told", "derivative", "error"].map(key => lines[key][what][part - 1]);
      const modes = exact.map((_, k) => k + 1), low = told.map((value, k) => value - error[k]), high = told.map((value, k) => value + error[k]);
      const ends = [...exact, ...derivative, ...low, ...high, 0], [least, most] = [Math.min(...ends), Math.max(...ends)], pad = 0.08 * Math.max(most - least, 1e-6);
      const { "M*": blue, word2vec: red, counts: grey } = picture.colors;
      const axes = picture.panel({ x: [0.6, modes.length + 0.4], y: [least - pad, most + pad], xticks: modes, xlabel: "direction k", ylabel: `change of ${what}, %` });
      axes.across(0);
      axes.cursor(mode);
      axes.area(modes, low, high, { color: blue });
      axes.line(modes, derivative, { color: grey, dash: "6 4", width: 1.4 });
      axes.line(modes, told, { color: blue });
      axes.dots(modes, exact, { color: red, size: 4 });
      axes.scrub("mode", { value: Math.round });
      const k = mode - 1, sizes = exact.map(Math.abs), first = sizes.indexOf(Math.max(...sizes)), towardsOne = towards[part - 1][k];
      return {
        title: `Without ${visible(names[part - 1])}, ${percent(shares[part - 1], 1)} of all counts, ${what}${subscript(first + 1)} moves most, by ${signed(exact[first], 1)} %`,
        notes: [
          ["direction", `${mode}: ${what} truly ${signed(exact[k])} %, foretold ${signed(told[k])} %, give or take ${signed(error[k])}`, false],
          ["derivative", `${signed(derivative[k])} %`, false],
          ["turn", `${signed(turns[part - 1][k], 1)}°, ${towardsOne < 0 ? "away from all of these" : `most of it towards direction ${towardsOne + 1}`}`, false],
          ["picture", "dots: computed anew; line and band: foretold; dashes: the derivative alone", false],
        ],
        numbers: { exact: exact[k], told: told[k], error: error[k], derivative: derivative[k], turn: turns[part - 1][k] },
      };
    },
  });
})(globalThis.w2v ??= {});
