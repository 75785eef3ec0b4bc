// The book's search: pages that say most about a word first, the words of the atlases, formulas without TeX.
// It changes Sphinx's own search before that starts, and does nothing where that is built otherwise.
(() => {
  "use strict";
  if (typeof Search === "undefined" || typeof Scorer === "undefined") return;
  const data = globalThis.bookSearch || { pages: [], best: {}, atlases: [] };
  const SIGNS = {
    alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", varepsilon: "ε", eta: "η", theta: "θ", kappa: "κ",
    lambda: "λ", mu: "μ", nu: "ν", xi: "ξ", pi: "π", rho: "ρ", sigma: "σ", tau: "τ", phi: "φ", varphi: "φ", chi: "χ",
    psi: "ψ", omega: "ω", Gamma: "Γ", Delta: "Δ", Theta: "Θ", Lambda: "Λ", Sigma: "Σ", Phi: "Φ", Psi: "Ψ", Omega: "Ω",
    star: "⋆", top: "ᵀ", cdot: "·", times: "×", le: "≤", leq: "≤", ge: "≥", geq: "≥", ne: "≠", neq: "≠", approx: "≈",
    sim: "∼", to: "→", rightarrow: "→", infty: "∞", sum: "∑", prod: "∏", int: "∫", in: "∈", pm: "±", propto: "∝",
    ll: "≪", gg: "≫", ldots: "…", dots: "…", cdots: "⋯", partial: "∂", nabla: "∇", mid: "|", Vert: "‖", "|": "‖",
    lVert: "‖", rVert: "‖", iff: "⟺", Rightarrow: "⇒", langle: "⟨", rangle: "⟩", odot: "⊙", otimes: "⊗", ell: "ℓ",
    sqrt: "√", log: "log", ln: "ln", exp: "exp", min: "min", max: "max", cos: "cos", sin: "sin", arg: "arg", det: "det",
    "%": "%", "&": "&", "#": "#", _: "_", "{": "{", "}": "}",
  };
  const UP = { 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", "-": "⁻", "+": "⁺", n: "ⁿ" };

  // How a formula is read where it cannot be typeset: signs for their names, no braces.
  function readable(tex) {
    let text = tex.replace(/\\[()[\]]/g, " ").replace(/\\(begin|end)\{\w+\*?\}/g, " ").replace(/\\\\|(?<!\\)&/g, " ");
    text = text.replace(/\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}/g, "$1/$2").replace(/\\[dt]?frac\s*(\w)\s*(\w)/g, "$1/$2");
    text = text.replace(/\\([A-Za-z]+|[^A-Za-z])/g, (_, name) => SIGNS[name] ?? (/^[,;:!> ]$/.test(name) ? " " : ""));
    text = text.replace(/\^\{?([-+]?[0-4n])\}?/g, (all, digits) => [...digits].map(d => UP[d]).join(""));
    return text.replace(/[{}$^]/g, "").replace(/_(?=\w)/g, "").replace(/\s+/g, " ").trim();
  }

  const original = Search.htmlToText;
  Search.htmlToText = (html, anchor) => {
    const page = new DOMParser().parseFromString(html, "text/html").querySelector("article.bd-article");
    if (!page) return original(html, anchor);
    let part = page;
    try { part = (anchor && page.querySelector(anchor)) || page; } catch { /* no anchor, but a question */ }
    for (const element of part.querySelectorAll(".headerlink, script, style, noscript, svg, .eqno")) element.remove();
    for (const formula of part.querySelectorAll(".math")) formula.textContent = readable(formula.textContent);
    return part.textContent;
  };

  const asked = () => new URLSearchParams(location.search).get("q") || "";
  Scorer.score = ([page, , anchor, , score]) => {
    if (anchor) return score;
    const [, terms] = Search._parseQuery(asked());
    let more = 0;
    for (const term of terms) {
      const place = (Object.hasOwn(data.best, term) ? data.best[term] : []).indexOf(data.pages.indexOf(page));
      if (place >= 0) more += 8 - 2 * place;
    }
    return score + more;
  };

  // Cards of the words asked for, before all else: results stand in the order from last to first.
  const find = Search._performSearch;
  Search._performSearch = (...given) => {
    const results = find(...given);
    const words = asked().toLowerCase().split(/\s+/).filter(word => /^[\p{L}\p{N}]{2,}$/u.test(word)).slice(0, 3);
    const cards = [];
    for (const word of words) {
      const atlas = data.atlases.find(({ words }) => ` ${words} `.includes(` ${word} `));
      if (!atlas || typeof stopwords !== "undefined" && stopwords.includes(word)) continue;
      cards.push([atlas.page, `${atlas.title}: ${word}`, `?word=${encodeURIComponent(word)}`,
        "which directions carry the word, and when they are learned", 100, ""]);
    }
    return [...results, ...cards.reverse()];
  };
})();
