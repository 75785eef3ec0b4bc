// Which analogies so many dimensions solve.  Beside rank.py.
(w2v => {
  "use strict";
  const { percent, visible } = w2v.text, { colors } = w2v.drawing;
  const many = rank => `${rank} dimension${rank > 1 ? "s" : ""}`;

  w2v.kind("rank", {
    spoken: (name, value, table) => (name === "step" ? many(table.ranks[value - 1]) : undefined),
    draw({ ranks, shares, questions, answers }, { step }, picture, figure) {
      const now = step - 1, places = ranks.map((_, k) => k + 1), ink = colors()["M*"], mark = colors().word2vec;
      const every = picture.narrow ? Math.ceil(ranks.length / 7) : Math.ceil(ranks.length / 12);
      const axes = picture.panel({ x: [1, Math.max(2, ranks.length)], y: [0, Math.min(1, Math.max(...shares) * 1.12 + 0.02)], xlabel: "dimensions of each word vector",
        ylabel: "share of all questions answered correctly", ynames: value => percent(value),
        xticks: places.filter(k => k === ranks.length || ((k - 1) % every === 0 && ranks.length - k >= every)), xnames: k => String(ranks[k - 1]) });
      axes.line(places, shares, { color: ink, width: 2.2 });
      axes.dots(places, shares, { color: ink, size: 2.4 });
      axes.cursor(step);
      const nearest = x => Math.round(Math.min(Math.max(x, 1), ranks.length));
      axes.scrub("step", { value: nearest });
      axes.grab(step, shares[now], x => figure.set({ step: nearest(x) }), { color: mark, size: 9, label: "Drag along the curve" });
      figure.align("step", axes.box);
      const right = answers[now].map((word, n) => word === questions[n][3]);
      return {
        title: `${many(ranks[now])} answer${ranks[now] > 1 ? "" : "s"} ${percent(shares[now])} of all questions`,
        notes: [
          ...questions.map(([a, b, c, answer], n) => [right[n] ? "right" : "wrong",
            `${visible(a)} is to ${visible(b)} as ${visible(c)} is to ${visible(answers[now][n])}${right[n] ? "" : ` (not ${visible(answer)})`}`, true]),
          ["here", `${right.filter(Boolean).length} of these ${right.length}`, false],
        ],
        numbers: { share: shares[now], rank: ranks[now] },
      };
    },
  });
})(globalThis.w2v ??= {});
