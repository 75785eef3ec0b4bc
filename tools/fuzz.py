"""Try the properties of ``tests/test_fuzz.py`` for longer than the tests do, with other seeds each time.

Run as ``make fuzz`` (``MINUTES=60``), or directly::

    python tools/fuzz.py [MINUTES] [--only NAME] [--seed SEED]

Each property in turn is tried with seed after seed until its share of the
minutes is over.  A line for each says how many inputs were tried, in how many
seconds.  Of what fails, the smallest example is shown, and how to repeat it.
"""

from __future__ import annotations

import argparse
import functools
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings

TESTS = Path(__file__).resolve().parents[1] / "tests"
ROUND = 200  # inputs that one seed is good for


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("minutes", nargs="?", type=float, default=10, help="for all properties together")
    parser.add_argument("--only", help="a property, by its name or a part of it")
    parser.add_argument("--seed", type=int, help="try this seed, once")
    options = parser.parse_args(arguments)
    found = {
        name: test
        for name, test in properties().items()
        if options.only in (None, name) or options.only in name
    }
    if not found or not options.minutes > 0:
        parser.error(f"MINUTES must be positive, and NAME a part of one of {', '.join(properties())}")
    failed = 0
    for name, test in found.items():
        inputs, seconds, message = try_for(test, 60 * options.minutes / len(found), options.seed)
        print(
            f"{name}: {inputs:,} inputs in {seconds:.0f} seconds{', and one failed' if message else ''}",
            flush=True,
        )
        if message:
            failed += 1
            print(message.format(name=name), flush=True)
    return int(failed > 0)


def properties() -> dict[str, Callable[[], None]]:
    """The properties by name, with the settings for a night."""
    sys.path.insert(0, str(TESTS))
    import fuzzing

    fuzzing.get_ready()
    fuzzing.tries = lambda _: settings(
        max_examples=ROUND,
        derandomize=False,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    import test_fuzz

    return {name: test for name, test in vars(test_fuzz).items() if hasattr(test, "hypothesis")}


def try_for(test: Callable[[], None], seconds: float, given: int | None) -> tuple[int, float, str]:
    """How many inputs were tried, in how many seconds; and what failed, with how to repeat it."""
    inner, tried = test.hypothesis.inner_test, 0

    @functools.wraps(inner)
    def counted(*args, **kwargs):
        nonlocal tried
        tried += 1
        return inner(*args, **kwargs)

    test.hypothesis.inner_test = counted
    begin = time.monotonic()
    number = given if given is not None else time.time_ns() % 10**9
    try:
        while True:
            try:
                seed(number)(test)()
            except Exception:
                message = traceback.format_exc().replace("{", "{{").replace("}", "}}")
                return (
                    tried,
                    time.monotonic() - begin,
                    (f"{message}\nTo repeat it: python tools/fuzz.py --only {{name}} --seed {number}"),
                )
            number += 1
            if given is not None or time.monotonic() - begin > seconds:
                return tried, time.monotonic() - begin, ""
    finally:
        test.hypothesis.inner_test = inner


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
