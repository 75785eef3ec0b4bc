// Families of analogies, which switch on one after another with the rank.  Beside families.py.
(w2v => {
  "use strict";
  const { percent, visible } = w2v.text, { colors } = w2v.drawing;

  // A curve at a place between those where it was measured, straight against the logarithm.
  function between(places, curve, x) {
    const n = Math.max(1, places.findIndex(place => place >= x)), [x0, x1] = [places[n - 1], places[n]].map(Math.log);
    return curve[n - 1] + ((Math.log(x) - x0) / (x1 - x0)) * (curve[n] - curve[n - 1]);
  }

  w2v.kind("families", {
    spoken: (name, value, { families }) => visible(families[value - 1].name),
    draw({ ranks, families }, { family }, picture, figure) {
      const now = families[family - 1], shades = colors(), ink = shades["M*"], [low, high] = [ranks[0], ranks.at(-1)];
      const axes = picture.panel({ x: [low, high], logx: true, y: [0, 1], right: 30, xlabel: "dimensions d", xticks: ranks, xnames: String,
        ylabel: "share of the family's questions answered correctly", ynames: value => percent(value) });
      for (const one of families) axes.line(ranks, one.shares, { color: shades.counts, width: 1, opacity: 0.5 });
      axes.line([now.half, now.half], [0, now.best / 2], { color: ink, width: 1.2, dash: "2 3" });
      axes.line(ranks, now.shares, { color: ink, width: 3 });
      axes.dots(ranks, now.shares, { color: ink, size: 3.2 });
      axes.add("circle", { cx: axes.x(now.half), cy: axes.y(now.best / 2), r: 6, fill: shades.word2vec });
      const y = Math.min(Math.max(axes.y(now.shares.at(-1)) - 10, axes.box.top + 12), axes.box.bottom - 6);
      picture.text(axes.box.right - 4, y, visible(now.name), { color: ink, weight: 600, anchor: "end", italic: true });
      const { left, right, top, bottom } = axes.box;
      const pad = picture.add("rect", { class: "w2v-pad", x: left, y: top, width: right - left, height: bottom - top });
      figure.pointing(pad, (px, py) => { // the family whose curve is nearest
        const x = Math.min(Math.max(axes.at(px), low), high), off = families.map(one => Math.abs(between(ranks, one.shares, x) - axes.at(py, "y")));
        figure.set({ family: off.indexOf(Math.min(...off)) + 1 });
      });
      return {
        title: `${visible(now.name)} switches on at ${now.half.toFixed(0)} dimensions`,
        notes: [
          ["switch", "where half of the family's own best is passed: the large dot", false],
          ["place", `${family} of ${families.length}, the first to switch on is 1`, false],
          ["best", `${percent(now.best)} of ${now.questions} questions, with ${ranks[now.shares.indexOf(now.best)]} dimensions`, false],
          ["last", `${percent(now.shares.at(-1))} with ${high}`, false],
        ],
        numbers: { half: now.half, best: now.best },
      };
    },
  });
})(globalThis.w2v ??= {});
