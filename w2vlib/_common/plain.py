"""Numbers and words as plain data and as a reader reads them, and JSON that can stand in a page."""

from __future__ import annotations

import json
import re
import unicodedata

import numpy as np


def plain(numbers, digits: int = 6):
    """Return numbers of so many digits, in nested lists if they are an array; None for what is not finite.

    Few digits keep a table small, and last bits out of it.

    Examples
    --------
    >>> plain(np.array([[1.0, 2 / 3], [np.inf, 0.0]]), 3), plain(1 / 3)
    ([[1.0, 0.667], [None, 0.0]], 0.333333)
    """
    if np.ndim(numbers):
        return [plain(number, digits) for number in numbers]
    return float(f"{numbers:.{digits}g}") if np.isfinite(numbers) else None


def json_in_html(data, **options) -> str:
    r"""Return data as JSON that can stand in a script of a page, whatever words it holds.

    The options are those of :func:`json.dumps`.

    Examples
    --------
    >>> print(json_in_html(["</script>"]))
    ["\u003c/script>"]
    """
    return json.dumps(data, ensure_ascii=False, **options).replace("<", "\\u003c")


def visible(word: str) -> str:
    r"""Return a word as a reader can see it: itself, but with numbers for what is invisible or turns lines around.

    A space that is not between letters is ␣, a mark without a letter stands on a
    circle, and the empty word is ‹empty›.  Joiners stay, as many scripts need them.

    Examples
    --------
    >>> visible("queen"), visible("new york"), visible("a \n"), visible("")
    ('queen', 'new york', 'a ‹U+000A›', '‹empty›')
    """
    if word.isalnum():
        return word
    shown = "◌" + word if unicodedata.category(word[:1] or "a")[0] == "M" else word
    shown = re.sub(r"^ | \Z|(?<= ) | (?= )", "␣", shown)
    return "".join(map(_visible, shown)) or "‹empty›"


def _visible(letter: str) -> str:
    unseen = unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp")
    return f"‹U+{ord(letter):04X}›" if unseen and letter not in " \u200c\u200d" else letter


def number(value: float, digits: int = 2) -> str:
    """Return a positive number for a reader: tiny ones as powers of ten.

    Examples
    --------
    >>> number(0.0123), number(1e-6), number(2.5e-7), number(99.6), number(1404.0, 3)
    ('0.012', '10⁻⁶', '2.5 · 10⁻⁷', '100', '1404')
    """
    if value == 0:
        return "0"
    exponent = int(f"{value:.{digits - 1}e}".partition("e")[2])  # that of the number as it is written
    if exponent >= digits:
        return f"{value:.0f}"
    if exponent >= -2:
        return f"{value:.{digits}g}"
    mantissa = f"{value / 10.0**exponent:.{digits}g}"
    power = "10" + superscript(exponent)
    return power if mantissa == "1" else f"{mantissa} · {power}"


def three_digits(value: float) -> str:
    """Return a positive number written out: three digits, thousands set apart.

    Examples
    --------
    >>> three_digits(0.0123), three_digits(4.0), three_digits(1404.2)
    ('0.0123', '4.00', '1,404')
    """
    return f"{value:,.0f}" if value >= 100 else f"{value:#.3g}".rstrip(".")


def signed(value: float, decimals: int = 2) -> str:
    """Return a number of any sign, infinity included, with a true minus and no minus before zero.

    Examples
    --------
    >>> signed(-1.5), signed(-0.001), signed(-np.inf), signed(2.0, 1)
    ('−1.50', '0.00', '−∞', '2.0')
    """
    text = "∞" if np.isinf(value) else f"{abs(value):.{decimals}f}"
    return f"−{text}" if value < 0 and (np.isinf(value) or float(text)) else text


def percent(share: float, decimals: int = 0) -> str:
    """Return a share as a percentage.

    Examples
    --------
    >>> percent(0.504), percent(0.004), percent(0.0), percent(0.504, 1), percent(0.0004, 1)
    ('50 %', 'less than 1 %', '0 %', '50.4 %', 'less than 0.1 %')
    """
    least = 10.0**-decimals
    small = 0 < 100 * share < least
    return f"less than {least:g} %" if small else f"{100 * share:.{decimals}f} %"


def superscript(k: int) -> str:
    """Return a whole number as a superscript.

    Examples
    --------
    >>> "10" + superscript(-12)
    '10⁻¹²'
    """
    return str(k).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def subscript(k: int) -> str:
    """Return a whole number as a subscript.

    Examples
    --------
    >>> "λ" + subscript(12)
    'λ₁₂'
    """
    return str(k).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def nice_ticks(top: float, most: int = 6) -> list[float]:
    """Return round numbers from 0 to `top`, at most so many.

    Examples
    --------
    >>> nice_ticks(0.39)
    [0.0, 0.1, 0.2, 0.3]
    """
    steps = (m * 10.0**e for e in range(-12, 12) for m in (1, 2, 5))
    step = next(step for step in steps if top / step < most)
    return [round(i * step, 12) for i in range(int(top / step) + 1)]
