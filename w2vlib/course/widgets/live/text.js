// Numbers and words as the package writes them (w2vlib.course._plain), so that a figure says the same in both.
(w2v => {
  "use strict";
  const raised = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
  const superscript = k => [...String(k)].map(letter => raised[letter]).join("");
  const subscript = k => [...String(k)].map(digit => "₀₁₂₃₄₅₆₇₈₉"[digit]).join("");

  // As Python's format(value, ".nf"): what lies exactly between two numbers goes to the even one.
  function fixed(value, decimals) {
    const scaled = Math.abs(value) * 10 ** decimals, between = scaled % 1 === 0.5 && (value * 2 ** (decimals + 1)) % 1 === 0;
    if (!between) return value.toFixed(decimals);
    const even = Math.floor(scaled) % 2 ? Math.ceil(scaled) : Math.floor(scaled);
    return (Math.sign(value) * even / 10 ** decimals).toFixed(decimals);
  }
  // As Python's format(value, ".ng").
  function general(value, digits = 6) {
    if (value === 0) return "0";
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
    const short = text => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
    if (exponent >= -4 && exponent < digits) return short(fixed(value, Math.max(0, digits - 1 - exponent)));
    const size = String(Math.abs(exponent)).padStart(2, "0");
    return `${short(mantissa)}e${exponent < 0 ? "-" : "+"}${size}`;
  }
  function number(value, digits = 2) {
    if (value === 0) return "0";
    const exponent = Number(value.toExponential(digits - 1).split("e")[1]); // that of the number as it is written
    if (exponent >= digits) return fixed(value, 0);
    if (exponent >= -2) return general(value, digits);
    const mantissa = general(value / 10 ** exponent, digits), power = `10${superscript(exponent)}`;
    return mantissa === "1" ? power : `${mantissa} · ${power}`;
  }
  function percent(share, decimals = 0) {
    const least = 10 ** -decimals;
    if (share > 0 && 100 * share < least) return `less than ${general(least)} %`;
    return `${fixed(100 * share, decimals)} %`;
  }

  // A number of any sign, with a true minus; and a whole number, its thousands set apart.
  function signed(value, decimals = 2) {
    const text = Math.abs(value) === Infinity ? "∞" : fixed(Math.abs(value), decimals);
    return value < 0 && (text === "∞" || Number(text)) ? `−${text}` : text;
  }
  const grouped = count => fixed(count, 0).replace(/\B(?=(\d{3})+$)/g, ",");

  // A word as one can see it: numbers for what is invisible or turns lines around.
  const code = letter => `‹U+${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}›`;
  const visible = word => word.replace(/^(?=\p{M})/u, "◌").replace(/^ | $|(?<= ) | (?= )/g, "␣")
    .replace(/(?![ \u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Z}]/gu, code) || "‹empty›";

  // As many words as fit, separated by commas; at least the beginning of the first.
  function phrase(words, letters = 40) {
    const shown = words.map(visible), first = [...shown[0]];
    let text = first.length <= letters ? shown[0] : `${first.slice(0, letters - 1).join("")}…`;
    for (const word of shown.slice(1)) {
      if ([...text].length + 2 + [...word].length > letters) break;
      text += `, ${word}`;
    }
    return text;
  }

  // All that a figure says, as one text: what Explorer.describe returns.
  function described({ title, notes }) {
    const big = name => name[0].toUpperCase() + name.slice(1).toLowerCase();
    return `${[title, ...notes.map(([name, text]) => `${big(name)}: ${text}`)].join(". ")}.`;
  }

  w2v.text = { superscript, subscript, fixed, general, number, percent, signed, grouped, visible, phrase, described };
})(globalThis.w2v ??= {});
