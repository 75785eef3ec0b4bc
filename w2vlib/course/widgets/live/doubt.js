// What a pseudo-count and weights by frequency do for analogies, alone and together.  Beside doubt.py.
(w2v => {
  "use strict";
  const { fixed, general, percent, visible } = w2v.text, { modeColors } = w2v.drawing;
  const top = numbers => numbers.indexOf(Math.max(...numbers));

  w2v.kind("doubt", {
    spoken: (name, value, { ranks, families }) => (name === "rank" ? `${ranks[value - 1]} dimensions` : name === "family" ? visible(families[value]) : undefined),
    draw({ sizes, ranks, kappas, powers, families, covered, right: all }, { size, rank, family }, picture, figure) {
      const asked = covered[size][family], right = all[size].map(row => row.map(ranked => ranked[rank - 1][family]));
      const shares = right.map(row => row.map(count => count / Math.max(asked, 1))), flat = shares.flat(), shades = modeColors(kappas.length);
      const [low, high] = asked ? [Math.min(...flat), Math.max(...flat)] : [0, 1];
      const axes = picture.panel({ x: [Math.min(...powers), Math.max(...powers)], y: [Math.max(0, low - 0.03), Math.min(1, high + 0.03)], xlabel: "power of p in the weights",
        ylabel: "share of questions answered correctly", xticks: powers, xnames: value => general(value), ynames: value => percent(value) });
      shares.forEach((row, k) => {
        axes.line(powers, row, { color: shades[k], width: 1.6 });
        axes.dots(powers, row, { color: shades[k], size: 3 });
      });
      axes.endLabels(shares.map(row => row.at(-1)), kappas.map(kappa => general(kappa)), shades);
      const where = `${sizes[size]} words, ${ranks[rank - 1]} dimensions, ${visible(families[family])}`;
      if (!asked) return { title: `${where}: no question is covered`, notes: [], numbers: { asked } };
      const zero = kappas.indexOf(0), plain = powers.indexOf(0), byCount = right.map(row => row[plain]), byWeight = right[zero];
      const each = right.flat(), best = top(each), better = Math.max(...byCount, ...byWeight), share = count => percent(count / asked, 1);
      return {
        title: `${where}: both together add ${fixed((100 * (each[best] - better)) / asked, 1)} points to the better of the two`,
        notes: [
          ["M*", `${share(byWeight[plain])} of ${asked} questions`, false],
          ["counts", `${share(Math.max(...byCount))}, with κ = ${general(kappas[top(byCount)])} alone`, false],
          ["weights", `${share(Math.max(...byWeight))}, with the power ${general(powers[top(byWeight)])} alone`, false],
          ["both", `${share(each[best])}, with κ = ${general(kappas[Math.floor(best / powers.length)])} and the power ${general(powers[best % powers.length])}`, false],
          ["lines", "one for each κ, which stands at its right end", false],
        ],
        numbers: { asked, best: each[best], better },
      };
    },
  });
})(globalThis.w2v ??= {});
