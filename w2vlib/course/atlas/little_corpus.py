"""Write a little text of which everything is known: twelve places of work, singular and plural, then and now.

    python -m w2vlib.course.atlas.little_corpus FOLDER

It writes ``FOLDER/text/stories.txt``, one story a line, and ``FOLDER/analogies.txt``,
the questions whose answers the grammar fixes.  The same text each time; CC BY 4.0.

A story stays at one place of work, and mostly keeps to one number and one tense.
So these are the concepts that a model of the text can find, and there are no others.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

STORIES, SENTENCES, SEED = 4000, 6, 1
STRAY = 0.12  # chance that a sentence leaves the story's place, number or tense

#: place of work: who; does what; with what; how it is there
WORLDS = {
    "harbour": ("sailor", "drift", "anchor rope oar mast", "salty windy tidal"),
    "kitchen": ("cook", "simmer", "soup dough ladle oven", "crisp sour spicy"),
    "theatre": ("singer", "rehearse", "song chorus ballad curtain", "loud tender rhythmic"),
    "court": ("lawyer", "appeal", "verdict oath contract statute", "strict guilty lawful"),
    "summit": ("climber", "ascend", "glacier ridge boulder crampon", "steep frozen rocky"),
    "farm": ("shepherd", "harvest", "barley lamb hay plough", "muddy fertile ripe"),
    "hospital": ("nurse", "heal", "fever bandage pulse ward", "pale feverish sterile"),
    "school": ("teacher", "explain", "lesson chalk essay spelling", "curious studious noisy"),
    "forge": ("smith", "hammer", "iron furnace chisel blade", "molten sooty rusty"),
    "market": ("trader", "bargain", "coin stall price cargo", "cheap costly crowded"),
    "observatory": ("astronomer", "gaze", "comet lens planet orbit", "starry cloudless distant"),
    "airfield": ("pilot", "soar", "runway propeller cockpit wing", "swift gusty aerial"),
}
NUMBERS = ("a one this that".split(), "two many these several".split())
TENSES = ("now today often always".split(), "then yesterday once formerly".split())


def plural(noun: str) -> str:
    return noun + "s"


def past(verb: str) -> str:
    return verb + ("d" if verb.endswith("e") else "ed")


def present(verb: str, number: int) -> str:
    return verb if number else verb + "s"


def stories(seed: int = SEED, count: int = STORIES):
    """Yield the stories, each as a line of text."""
    rng = random.Random(seed)

    def stray(value, others):
        return rng.choice(others) if rng.random() < STRAY else value

    for _ in range(count):
        home = rng.choice(list(WORLDS))
        number, tense = rng.randrange(2), rng.randrange(2)
        lines = [
            sentence(rng, stray(home, list(WORLDS)), stray(number, (0, 1)), stray(tense, (0, 1)))
            for _ in range(SENTENCES)
        ]
        yield " ".join(lines)


def sentence(rng: random.Random, world: str, number: int, tense: int) -> str:
    who, does, what, how = WORLDS[world]
    who = plural(who) if number else who
    does = past(does) if tense else present(does, number)
    when, many = rng.choice(TENSES[tense]), rng.choice(NUMBERS[number])
    what, how = rng.choice(what.split()), rng.choice(how.split())
    return f"{when} {many} {how} {who} {does} near the {what} at the {world}."


def analogies() -> str:
    """Return the questions whose answers the grammar fixes, in the format of load_analogies."""
    lines = [": singular to plural", *(f"{who} {plural(who)}" for who, *_ in WORLDS.values())]
    lines += [": present to past", *(f"{present(does, 0)} {past(does)}" for _, does, *_ in WORLDS.values())]
    return "\n".join(lines) + "\n"


def main(folder: str | Path) -> None:
    text = Path(folder) / "text"
    text.mkdir(parents=True, exist_ok=True)
    (text / "stories.txt").write_text("\n".join(stories()) + "\n", encoding="utf-8")
    (Path(folder) / "analogies.txt").write_text(analogies(), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        main(sys.argv[1])
    except OSError as error:
        sys.exit(f"The text was not written: {error}")
