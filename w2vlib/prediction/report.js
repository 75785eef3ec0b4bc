// The moment that is looked at: one slider for all pictures.  Without it the page shows all the same.
(() => {
  "use strict";
  const data = JSON.parse(document.querySelector("#report-data").textContent);
  const place = document.querySelector(".moment"), slider = place.querySelector("input"), says = place.querySelector("output");
  const last = data.t.at(-1);
  const lines = [];
  for (const svg of document.querySelectorAll(".plot svg, .rail svg")) {
    const line = document.createElementNS(svg.namespaceURI, "path");
    line.setAttribute("class", "now");
    svg.append(line);
    lines.push(line);
  }
  const items = [...document.querySelectorAll(".directions li")];
  const number = x => (Math.abs(x) >= 100 ? Math.round(x).toLocaleString("en") : Number(x.toPrecision(3)).toString()).replace("-", "−");
  const italics = words => words.flatMap((word, i) => {
    const made = document.createElement("i");
    made.append(word);
    return [i ? ", " : "", made];
  });
  const ends = d => [...italics(d.positive), " against ", ...italics(d.negative)];

  function show(n) {
    const t = data.t[n];
    for (const line of lines) line.setAttribute("d", `M${((100 * t) / last).toFixed(2)} 0V100`);
    const come = data.directions.filter(d => d.at !== null && d.at <= t).sort((a, b) => a.at - b.at);
    const due = data.directions.filter(d => d.at !== null && d.at > t).sort((a, b) => a.at - b.at);
    for (const [k, item] of items.entries()) item.classList.toggle("come", come.includes(data.directions[k]));
    const parts = [`After ${number(data.units[n])} ${data.unit}, flow time ${number(t)}, `,
      come.length === 1 ? "1 direction is half learned" : `${come.length || "no"} directions are half learned`, " by the prediction"];
    if (data.learned) parts.push(`, ${data.learned[n]} in training`);
    parts.push(". ");
    if (come.length) parts.push("The latest: ", ...ends(come.at(-1)), ". ");
    if (due.length) parts.push("The next: ", ...ends(due[0]), ". ");
    if (data.loss) parts.push(`Loss: ${number(data.loss[n])} predicted`, data.measured && data.measured[n] !== null ? `, ${number(data.measured[n])} measured.` : ".");
    says.replaceChildren(...parts);
    slider.value = n;
    slider.setAttribute("aria-valuetext", `${number(data.units[n])} ${data.unit}`);
  }

  const nearest = t => data.t.reduce((best, other, n) => (Math.abs(other - t) < Math.abs(data.t[best] - t) ? n : best), 0);
  slider.max = data.t.length - 1;
  slider.addEventListener("input", () => show(Number(slider.value)));
  for (const plot of document.querySelectorAll(".plot, .rail")) {
    const look = event => {
      const box = plot.getBoundingClientRect();
      show(nearest(((event.clientX - box.left) / box.width) * last));
    };
    plot.addEventListener("pointerdown", look);
    plot.addEventListener("pointermove", event => { if (event.pointerType === "mouse" || event.buttons) look(event); });
  }
  place.hidden = false;
  show(nearest(last / 2));
})();
