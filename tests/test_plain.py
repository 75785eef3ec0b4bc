"""Numbers for a reader: written out near one, as powers of ten where tiny, the same in Python and in figures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import w2vlib
from w2vlib._common.plain import number

TEXT = Path(w2vlib.__file__).parent / "course" / "widgets" / "live" / "text.js"
#: Each power of ten, and what lies closely above and below it, where rounding may need one digit more.
VALUES = [10.0**k * part for k in range(-9, 7) for part in (0.94, 0.9949, 0.996, 0.99996, 1.0, 1.06, 3.21)]
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def read(text: str) -> float:
    """A number as a reader takes it."""
    mantissa, power = re.fullmatch(r"(?:([\d.]+)(?: · )?)?(?:(?<!\d)10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?", text).groups()
    return float(mantissa or 1) * 10.0 ** int((power or "0").translate(RAISED))


@pytest.mark.parametrize("digits", [2, 3])
def test_a_number_is_read_as_it_was_meant(digits):
    for value in VALUES:
        said = number(value, digits)
        assert abs(read(said) / value - 1) <= 0.5 * 10.0 ** (1 - digits) + 1e-9, (value, said)
        assert not said.startswith(("10 ·", "100 ·")), f"{value} needs one power more: {said}"


def test_figures_write_the_same_numbers(browser):
    tab = browser.new_page()
    tab.evaluate(TEXT.read_text(encoding="utf-8"))
    for digits in (2, 3):
        found = tab.evaluate("([values, n]) => values.map(v => w2v.text.number(v, n))", [VALUES, digits])
        assert found == [number(value, digits) for value in VALUES]
    tab.close()
