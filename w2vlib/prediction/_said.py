"""A prediction in plain words: what can be said of this text, and what cannot."""

from __future__ import annotations

from .._common.plain import percent, three_digits

_NAMED = 3  # words of an end
_SHARE = 0.5  # of its strength that a direction must have in the other half to be called found again


def sentences(content: dict) -> list[str]:
    """Return what a prediction says, a sentence or a few each.

    Parameters
    ----------
    content : dict
        Of a :class:`Prediction`.

    Returns
    -------
    list of str

    Examples
    --------
    >>> from w2vlib import load_wikipedia
    >>> from w2vlib.prediction import Settings, predict
    >>> sentences(predict(load_wikipedia(60), Settings(d=10, directions=3)).content)[1]
    'Trained will be the least-squares model in full batches, 10 dimensions, 132 steps.'
    """
    parts = (_text, _training, _first, _error, _noise, _stop, _accuracy)
    return [said for part in parts if (said := part(content))]


def _text(content: dict) -> str:
    corpus = content["corpus"]
    alone = f"; {corpus['alone']:,} that stand near no other are left out" if corpus["alone"] else ""
    return (
        f"The text has {corpus['tokens']:,} words in {corpus['documents']:,} documents; "
        f"{corpus['words']:,} different ones are kept{alone}."
    )


def _training(content: dict) -> str:
    settings, training = content["settings"], content["training"]
    if settings["model"] == "least-squares":
        what, long = "the least-squares model in full batches", f"{training['steps']:,} steps"
    else:
        epochs = training["epochs"]
        many = three_digits(epochs)
        what = "word2vec as people run it"
        long = f"{training['pairs']:,} pairs, which is {many} {'epoch' if epochs == 1 else 'epochs'}"
    return f"Trained will be {what}, {settings['d']} dimensions, {long}."


def _first(content: dict) -> str:
    first, *_, last = content["directions"] * (2 if len(content["directions"]) == 1 else 1)
    unit = "steps" if "steps" in first else "epochs"
    ends = [", ".join(first[end][:_NAMED]) for end in ("positive", "negative")]
    against = f"{ends[0]} against {ends[1]}"
    if first["opposed"]:
        against = f"words and contexts opposed, {against}"
    when = "half learned " + _when(first[unit], unit)
    if len(content["directions"]) == 1:
        return f"One direction rises: {against}, {when}."
    bars = "These are bars for training on this text, and not for the language."
    if content["settings"]["model"] == "word2vec":
        bars = "In brackets is what the start may change by the theory's clock; word2vec's own is another, as said next."
    return (
        f"{len(content['directions'])} directions rise one after the other. The first is {against}, {when}; "
        f"the last is half learned {_when(last[unit], unit)}. {bars}"
    )


def _when(bar: dict, unit: str) -> str:
    if bar["middle"] is None:
        return "after the end of training"
    high = "the end of training" if bar["high"] is None else three_digits(bar["high"])
    return f"after {three_digits(bar['middle'])} {unit} ({three_digits(bar['low'])} to {high})"


def _error(content: dict) -> str:
    error, settings = content["error"], content["settings"]
    count = len(content["directions"])
    if settings["model"] == "least-squares":
        return (
            "For this model the theory is exact but for what a step adds: the half-rises of the seeds named should "
            f"differ from their predictions by {percent(error['median'])} at most, in the median."
        )
    if not error["said"]:
        return f"How far off the prediction is for word2vec cannot be said: {error['why']}."
    clock = error["clock"]
    return (
        f"word2vec runs on a clock of its own: all half-rises come by one factor later or earlier, about {clock['middle']:.2g} "
        f"and between {clock['low']:.2g} and {clock['high']:.2g}. With that factor taken out, the {count} half-rises "
        f"will differ from their predictions by {percent(error['median'])} at most, in the median."
    )


def _noise(content: dict) -> str:
    noise, d = content["noise"], content["settings"]["d"]
    if not noise["said"]:
        return (
            f"How many directions are the language's and not this text's cannot be said: {noise['why']}. "
            "Nor can which number of dimensions is best, or when to stop."
        )
    again = sum(1 for share in noise["share"] if share is not None and share > _SHARE)
    most = len(noise["share"])
    many = f"{most} or more are" if again == most else {0: "none is", 1: "1 is"}.get(again, f"{again} are")
    text = f"One half of the text has been asked about the other. Of the first {most} directions of a half, {many} found there with more than half of their strength."
    dims, asked = noise["dimensions"], noise["asked"]
    if dims == 0:
        return (
            text
            + " None helps to foretell the other half: more text is needed before a direction means anything."
        )
    if dims == asked:
        return text + f" All {asked} that were asked help to foretell it, so {d} dimensions are not too many."
    law = ""
    if noise["law"] is not None and noise["law"] > dims:
        law = f" (it would be {noise['law']} if the errors of all pairs were independent, which they are not)"
    best = "One dimension foretells" if dims == 1 else f"{dims} dimensions foretell"
    return (
        f"{text} {best} it best{law}; more learn what is chance. The whole text, twice as long, bears somewhat more. "
        "A pair of words that neither half has seen counts as known, so that this is no guarantee for a short text."
    )


def _stop(content: dict) -> str:
    noise, d = content["noise"], content["settings"]["d"]
    if not noise["said"] or not noise["dimensions"]:
        return ""
    if content["settings"]["model"] == "word2vec":
        return "When to stop word2vec is not said: the halves were asked by the loss of the least-squares model, which is another one."
    if noise["stop"] is None:
        return f"With {d} dimensions there is no reason to stop before the end: the last direction that rises still helps."
    return (
        f"With {d} dimensions the loss on the other half is lowest at flow time {three_digits(noise['stop'])}, and "
        "training on makes it worse."
    )


def _accuracy(content: dict) -> str:
    found = content["accuracy"]
    if not found["said"]:
        return f"No accuracy on analogies is predicted: {found['why']}."
    end = f"{percent(found['share'][-1])} of {found['questions']:,} analogy questions"
    model = content["settings"]["model"]
    whose = "" if model == "least-squares" else " by the theory's directions, for which no error is promised"
    return (
        f"At the end {end} will be right{whose}. The questions ask for {found['pairs']} pairs of words only, so "
        f"that another set could give {percent(found['uncertainty'])} more or less."
    )
