"""Predictions on the record: known answers, second methods, what a record notices, and what it says it cannot say."""

from __future__ import annotations

import dataclasses
import json
import shutil

import numpy as np
import pytest
from scipy.stats import binom

import w2vlib
from w2vlib import dynamics, training
from w2vlib.prediction import (
    Prediction,
    Settings,
    count_half,
    held_out,
    predict,
    score,
    statistics_sha256,
)
from w2vlib.prediction._least_squares import LeastSquaresTheory
from w2vlib.prediction._rises import COVERAGE, STARTS, Paths, reduced_flow
from w2vlib.prediction._trial import some_words
from w2vlib.prediction._word2vec import Word2vecTheory, pairs_per_epoch, word2vec_target

QUICK = Settings(d=10, directions=4, records=60)


@pytest.fixture(scope="module")
def stats(wikipedia) -> w2vlib.CorpusStatistics:
    return wikipedia.first(120)


@pytest.fixture(scope="module")
def said(stats) -> Prediction:
    return predict(stats, QUICK)


@pytest.fixture(scope="module")
def runs(said, stats) -> list[w2vlib.training.Trajectory]:
    return [w2vlib.train_qwem(**said.training(stats, seed)) for seed in QUICK.seeds]


@pytest.fixture(scope="module")
def people(stats) -> Prediction:
    """word2vec, foretold for so few words that nothing is tried beforehand."""
    return predict(stats.first(100), Settings("word2vec", d=8, directions=4, records=60, seeds=[3]))


# The record.


def test_what_is_written_is_read_again_and_two_predictions_are_the_same_bytes(said, stats, tmp_path):
    said.save(tmp_path / "one.json")
    predict(stats, QUICK).save(tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    again = Prediction.load(tmp_path / "one.json")
    assert again.content == said.content and again.settings == QUICK and again.digest == said.digest


def test_a_person_can_read_it(said, tmp_path):
    said.save(tmp_path / "p.json")
    text = (tmp_path / "p.json").read_text(encoding="utf-8")
    whole = json.loads(text)
    assert whole["kind"] == "w2vlib prediction" and whole["settings"] == QUICK.told()
    assert f' "sha256": "{said.digest}"' in text.splitlines()[-2]
    assert '\n  "d": 10,\n' in text


def test_every_change_is_noticed(said, tmp_path):
    said.save(tmp_path / "p.json")
    text = (tmp_path / "p.json").read_text(encoding="utf-8")
    middle = json.dumps(said.content["directions"][0]["half_rise"]["middle"])
    for old, new in (
        (middle, "0.5"),
        ('"d": 10', '"d": 11'),
        (statistics_in(said), "0" * 64),
        ('"word', '"w\\u006frds'),
    ):
        assert old in text
        (tmp_path / "changed.json").write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(ValueError, match="changed.json is not a prediction, or was changed"):
            Prediction.load(tmp_path / "changed.json")


def statistics_in(said: Prediction) -> str:
    return said.content["corpus"]["sha256"]


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", "null", '{"kind": "other"}', '{"kind": "w2vlib prediction", "format": 1}', "\0"]
)
def test_what_is_no_prediction_is_refused(tmp_path, text):
    (tmp_path / "p.json").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="p.json is not a prediction"):
        Prediction.load(tmp_path / "p.json")


def test_a_newer_format_asks_for_a_newer_package(said, tmp_path):
    said.save(tmp_path / "p.json")
    text = (tmp_path / "p.json").read_text(encoding="utf-8").replace('"format": 1', '"format": 2')
    (tmp_path / "p.json").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="version 2, this w2vlib reads version 1; update w2vlib"):
        Prediction.load(tmp_path / "p.json")


def test_statistics_are_known_by_what_was_counted(stats):
    before = statistics_sha256(stats)
    renamed = dataclasses.replace(stats, source="elsewhere")
    counts = stats.counts.copy()
    counts[3, 4] += 1
    counts[4, 3] += 1
    assert statistics_sha256(renamed) == before
    for other in (
        dataclasses.replace(stats, counts=counts),
        dataclasses.replace(stats, window=5),
        dataclasses.replace(stats, n_documents=1),
        dataclasses.replace(stats, words=stats.words[::-1]),
        stats.first(119),
    ):
        assert statistics_sha256(other) != before


def test_training_on_other_statistics_is_refused(said, stats):
    with pytest.raises(ValueError, match="not the statistics that were predicted from"):
        said.training(stats.first(119), 0)
    with pytest.raises(ValueError, match="seed 7 was not predicted, only 0, 1, 2"):
        said.training(stats, 7)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (dict(model="other"), "model must be 'least-squares' or 'word2vec'"),
        (dict(negatives=5), "negatives is of word2vec and not of least-squares"),
        (dict(model="word2vec", scale=0.1), "scale is of least-squares and not of word2vec"),
        (dict(model="word2vec", steps=9), "steps is of least-squares"),
        (dict(epochs=1.0), "epochs is of word2vec"),
        (dict(d=0), "d must be"),
        (dict(seeds=[]), "seeds must be 1 to 100 different numbers"),
        (dict(seeds=[1, 1]), "seeds must be 1 to 100 different numbers"),
        (dict(seeds=[-1]), "a seed must be"),
        (dict(step=1.0), "step must be more than 0 and less than 1"),
        (dict(scale=0.0), "scale must be"),
        (dict(records=5), "records must be"),
        (dict(model="word2vec", learning_rate=-1.0), "learning_rate must be"),
        (dict(model="word2vec", subsample=-0.1), "subsample must be"),
    ],
)
def test_settings_that_cannot_be_are_refused(given, message):
    with pytest.raises(ValueError, match=message):
        Settings(**given)


@pytest.mark.parametrize("model", ["least-squares", "word2vec"])
def test_settings_are_made_again_from_what_they_tell(model):
    settings = Settings(model, d=7, seeds=range(4))
    assert Settings(**json.loads(json.dumps(settings.told()))) == settings


# Least squares: the theory.


def test_in_fewer_dimensions_the_flow_is_the_same(stats):
    """With all modes, against the solution in all d dimensions."""
    modes = w2vlib.spectrum(w2vlib.m_star(stats), len(stats))
    W = training.initial_weights(len(stats), 30, 0.01, 5)
    whole = w2vlib.Dynamics(modes, W, 0.1 / modes.values[0])
    small = reduced_flow(modes.values[:25], modes.vectors[:, :25].T @ W, modes.lowest, whole.step_size)
    np.testing.assert_allclose(small.half_rises()[:8], whole.half_rises()[:8], rtol=1e-3)
    assert small.initial.shape[1] == 25


def test_one_direction_is_the_scalar_formula():
    """τ = ln(λ/s² − 1)/2λ."""
    start = np.array([[0.01], [0.0]])
    flow = reduced_flow(np.array([3.0, 1.0]), start)
    paths = Paths.of([flow], np.linspace(0, 4, 200), 1)
    expected = np.log(3 / 1e-4 - 1) / 6
    assert paths.half_rises[0, 0] == pytest.approx(expected, rel=1e-6)
    bars = Paths.random(np.array([3.0]), 1, 0.01, np.linspace(0, 6, 60), 1).bars()[:, 0]
    forecast = dynamics.forecast_half_rises(np.array([3.0]), 1, 0.01)
    # 79 draws place a quantile to some hundredths of its probability, which here is less than a tenth of τ.
    assert bars == pytest.approx(
        [forecast.low[0], np.log(3 / (1e-4 * 0.4549)) / 6, forecast.high[0]], rel=0.1
    )


def test_bars_cover_as_promised_where_directions_mix():
    """New starts, not those that the bars are made of; the eigenvalues are close, the last has one dimension left."""
    values, d, times = np.array([3.0, 2.9, 2.8, 2.0, 1.9, 0.5]), 4, np.linspace(0.5, 12, 40)
    bars = Paths.random(values, d, 0.01, times, d).bars()
    rng = np.random.default_rng(1)
    found = Paths.together(values, rng.standard_normal((200, len(values), d)) * 0.005, times, d).half_rises
    inside = (found >= bars[0]) & (found <= bars[2])
    assert COVERAGE == 0.95
    # What a bar of 79 draws covers is beta distributed about 95 %, by 2.4 points; then come 200 new starts.
    spread = np.sqrt(0.95 * 0.05 * (1 / (STARTS + 2) + 1 / 200))
    assert np.abs(inside.mean(axis=0) - 0.95).max() < 3.5 * spread
    single = dynamics.forecast_half_rises(values, d, 0.01)  # each direction as if it were alone
    alone = ((found >= single.low[:d]) & (found <= single.high[:d])).mean(axis=0)
    assert binom.cdf(round(200 * alone[1]), 200, 0.95) < 0.01 or alone[1] > 0.99


@pytest.mark.parametrize(
    ("d", "step_size", "scale"), [(3, 0.0, 0.01), (3, 0.02, 0.01), (9, 0.02, 1e-12), (9, 0.0, 0.5)]
)
def test_many_starts_at_once_go_as_each_by_itself(d, step_size, scale):
    """Of all signs, with fewer and with more directions than dimensions."""
    values, times = np.array([5.0, 4.9, 3.0, 1.0, 0.1, -0.5, -4.0]), np.geomspace(0.2, 40, 40)
    rows = np.random.default_rng(2).standard_normal((6, len(values), d)) * scale
    together = Paths.together(values, rows, times, 3, step_size)
    single = Paths.of((reduced_flow(values, row, -6.0, step_size) for row in rows), times, 3)
    np.testing.assert_allclose(together.half_rises, single.half_rises, rtol=1e-6)
    np.testing.assert_allclose(together.loss, single.loss, atol=1e-9)
    np.testing.assert_allclose(together.strengths, single.strengths, atol=1e-9)


def test_predicted_and_trained_agree_and_more_so_for_short_steps(stats):
    """What is left is of second order in the step, or of first where directions mix."""
    found = []
    for step in (0.2, 0.05):
        settings = dataclasses.replace(QUICK, step=step, seeds=[0])
        prediction = predict(stats, settings)
        found.append(score(prediction, [w2vlib.train_qwem(**prediction.training(stats, 0))]))
    assert found[0].median_error < 0.01 and found[1].largest_error < 0.002
    assert found[1].largest_error < 0.5 * found[0].largest_error
    assert found[1].strengths[0] < 0.5 * found[0].strengths[0]


def test_three_runs_come_as_was_said(said, runs):
    found = score(said, runs[::-1])
    assert found.seeds == (2, 1, 0)  # each run tells its own
    assert found.median_error < 0.003 and found.holds.all()
    assert found.loss.max() < 0.01 and found.strengths.max() < 0.01
    np.testing.assert_allclose(found.clock, 1, atol=0.003)
    assert found.coverage > 0.7  # three starts of four directions that rise together
    curves = said.content["curves"]
    assert set(curves["steps"]) <= set(said.content["training"]["recorded"])
    band = said.content["band"]["loss"]
    assert (np.array(band["low"]) <= np.array(band["high"])).all()


def test_runs_of_something_else_are_refused(said, runs, stats):
    with pytest.raises(ValueError, match="there is no run"):
        score(said, [])
    given = said.training(stats, 0)
    for changed, message in (
        ({"step_size": given["step_size"] / 2}, "has steps of"),
        ({"record": 7}, "recorded at other steps"),
        ({"initial": 1.5 * given["initial"]}, "began from another start"),
        ({"initial": given["initial"][:, :9]}, "120 words and 9 dimensions, and 120 and 10 were predicted"),
    ):
        with pytest.raises(ValueError, match=message):
            score(said, [runs[0], w2vlib.train_qwem(**given | changed)])
    pair = w2vlib.word2vec_pair_weights(stats)
    other = training.train_word2vec(*pair, given["initial"], 1e-5, 3)
    with pytest.raises(ValueError, match="run 1 is no run of least-squares: its objective is logistic"):
        score(said, [other])


def test_a_run_that_stopped_early_has_directions_that_did_not_rise(said, runs):
    run = runs[0]
    half = int(np.searchsorted(run.times, said.content["directions"][0]["half_rise"]["high"])) + 1
    cut = dataclasses.replace(
        run, steps=run.steps[:half], loss=run.loss[:half], strengths=run.strengths[:half],
        last_step=int(run.steps[half - 1]),
    )  # fmt: skip
    found = score(said, [cut])
    assert np.isnan(found.half_rises[0, -1]) and np.isfinite(found.half_rises[0, 0])
    assert not found.covered[0, -1] and found.median_error < 0.003


def test_as_many_steps_as_are_asked_for(stats):
    prediction = predict(stats, dataclasses.replace(QUICK, steps=30))
    assert prediction.content["training"]["steps"] == prediction.content["curves"]["steps"][-1] == 30


def test_a_step_is_short_enough_where_the_lowest_eigenvalue_limits_it():
    """In a short text most pairs never met, and the lowest eigenvalue is by far the largest in modulus."""
    rng = np.random.default_rng(0)
    text = [[f"w{n}" for n in rng.integers(0, 80, 12)] for _ in range(20)]
    stats = w2vlib.count_corpus(text, window=2)
    settings = Settings(d=5, directions=2, seeds=[0], step=0.9)
    theory = LeastSquaresTheory.of(stats, settings)
    bound = dynamics.stability_bound(theory.modes.values[0], theory.modes.lowest)
    assert theory.step_size <= 0.5 * bound < 0.9 / theory.modes.values[0]
    prediction = predict(stats, settings)
    assert score(prediction, [w2vlib.train_qwem(**prediction.training(stats, 0))]).largest_error < 0.01


# word2vec.


def test_the_stack_of_words_and_contexts_obeys_the_tied_equation(stats):
    """Against training with two vectors for each word, even weights, contexts from 0."""
    settings = Settings("word2vec", d=8, directions=5, seeds=[3])
    theory = Word2vecTheory.of(stats, settings)
    W = settings.start(len(stats), 3)
    step, last = 0.02 / theory.values[0], 2 * theory.last_rise
    run = w2vlib.train_qwem(
        word2vec_target(stats, settings).astype(float), W, step, int(last / step), tied=False,
        context=np.zeros_like(W), record=400,
    )  # fmt: skip
    told = theory.named(len(stats), np.linspace(0, last, 400)).half_rises[0]
    np.testing.assert_allclose(run.half_rises(theory.values[:5]), told, rtol=0.02)
    assert theory.opposed[0] and not theory.opposed[1:5].any()


def test_time_and_pairs_are_each_others_inverse_and_those_of_training(people, stats):
    settings = people.settings
    theory = Word2vecTheory.of(stats.first(100), settings)
    steps = np.array([0, 10, theory.steps // 2, theory.steps])
    expected = np.minimum(steps * settings.batch_size, theory.pairs)
    np.testing.assert_allclose(theory.pairs_at(theory.times(steps)), expected, rtol=1e-6, atol=1e-6)
    few = dict(people.training(stats.first(100), 3), n_pairs=5120, record=[0, 5, 10])
    run = w2vlib.train_word2vec_sampled(stats.first(100), **{k: v for k, v in few.items() if k != "stats"})
    short = dataclasses.replace(theory, pairs=5120)
    np.testing.assert_allclose(short.times(run.steps), run.times, rtol=1e-6)


def test_an_epoch_has_as_many_pairs_as_the_windows_of_the_text_hold():
    """Counted by hand, with word2vec's window of random length: on average (L + 1 − δ)/L of the neighbours."""
    rng = np.random.default_rng(0)
    text = [list(rng.choice(list("abcd"), 9)) for _ in range(7)]
    window, pairs = 3, 0.0
    for words in text:
        for i in range(len(words)):
            for j in range(len(words)):
                if 0 < abs(i - j) <= window:
                    pairs += (window + 1 - abs(i - j)) / window
    settings = Settings("word2vec", d=2, subsample=0)
    assert pairs_per_epoch(w2vlib.count_corpus(text, window=window), settings) == pytest.approx(pairs)
    flat = w2vlib.count_corpus(text, window=window, weighting="flat")
    assert pairs_per_epoch(flat, settings) > pairs


def test_epochs_can_be_asked_for(stats):
    theory = Word2vecTheory.of(stats, Settings("word2vec", d=5, epochs=0.001))
    assert theory.pairs == round(0.001 * theory.per_epoch)
    assert theory.told()["epochs"] == pytest.approx(0.001, rel=1e-3)


def test_where_there_are_too_few_words_for_a_trial_no_error_is_stated(people, stats):
    assert not people.content["error"]["said"]
    assert any("cannot be said: it takes a trial" in sentence for sentence in people.sentences())
    found = score(people, [w2vlib.train_word2vec_sampled(**people.training(stats.first(100), 3))])
    assert found.holds is None and found.seeds == (None,) and 0.5 < found.clock[0] < 2


def test_a_trial_is_made_of_words_of_all_ranks(wikipedia):
    stats = wikipedia.first(400)
    some, share = some_words(stats, 100)
    ranks = [stats.words.index(word) for word in some.words]
    assert ranks == list(range(2, 400, 4))
    assert share == pytest.approx(stats.occurrences[ranks].sum() / stats.occurrences.sum())


def test_the_stated_error_of_word2vec_holds(wikipedia_parts):
    """As people run it, on a small text: half of 300 words are tried beforehand, then all are trained."""
    stats = wikipedia_parts[6].first(300)
    said = predict(stats, Settings("word2vec", d=10, directions=5, seeds=[0], records=60))
    error = said.content["error"]
    assert error["said"] and error["trial"]["words"] == 150
    found = score(said, [w2vlib.train_word2vec_sampled(**said.training(stats, 0))])
    assert found.holds.all() and found.median_error <= error["median"] < 0.3


# What the text knows.


def planted(documents: int, seed: int, groups: int = 5) -> list[list[str]]:
    """Documents of one of some groups of words each: groups − 1 directions, and nothing else."""
    rng = np.random.default_rng(seed)
    words = np.array([[f"g{g}w{n}" for n in range(8)] for g in range(groups)])
    return [list(rng.choice(words[n % groups], 25)) for n in range(documents)]


def test_planted_directions_are_found_again_and_no_other():
    one, other = planted(300, 0), planted(300, 1)
    stats = w2vlib.count_corpus(one + other, window=4)
    halves = [w2vlib.count_corpus(half, words=stats.words, window=4) for half in (one, other)]
    found = held_out(*halves, 12)
    assert found.dimensions == 4
    assert (found.found[:4] > 0.9 * found.values[:4]).all()
    said = predict(stats, Settings(d=8, directions=3, seeds=[0]), half=halves[0])
    assert any("4 dimensions foretell it best" in sentence for sentence in said.sentences())


def test_of_chance_nothing_is_found_again():
    rng = np.random.default_rng(0)
    text = [[f"w{n}" for n in rng.integers(0, 60, 20)] for _ in range(100)]
    stats = w2vlib.count_corpus(text, window=4)
    half = count_half(text, stats)
    prediction = predict(stats, Settings(d=5, directions=2, seeds=[0]), half=half)
    assert prediction.content["noise"]["dimensions"] == 0
    assert any("more text is needed" in sentence for sentence in prediction.sentences())


def test_the_loss_on_the_other_half_is_what_it_is():
    """Against the loss of the vectors themselves on the other half's target."""
    one, other = (w2vlib.count_corpus(planted(120, seed), window=4, words=sorted({w for d in planted(120, 0) for w in d}))
                  for seed in (0, 1))  # fmt: skip
    found = held_out(one, other, 6)
    M1, M2 = w2vlib.m_star(one), w2vlib.m_star(other)
    total = 0.0
    for M, N in ((M1, M2), (M2, M1)):
        modes = w2vlib.spectrum(np.asarray(M), 6)
        W = modes.vectors[:, :4] * np.sqrt(modes.values[:4])
        total += (np.linalg.norm(W @ W.T - N) ** 2 - np.linalg.norm(N) ** 2) / 8
    assert found.losses(np.array([1e4]), 4, 0.01)[0] == pytest.approx(total, rel=0.01)
    assert -found.gains[:4].sum() == pytest.approx(total, rel=0.01)


def test_halves_are_stretches_of_whole_documents():
    text = [[f"w{n}", "x"] for n in range(100)]
    stats = w2vlib.count_corpus(text, window=1)
    half = count_half(text, stats)
    assert half.n_documents == 50
    taken = [n for n in range(100) if half.occurrences[stats.words.index(f"w{n}")]]
    assert taken == [n for n in range(100) if n // 5 % 2 == 0]
    assert (stats - half).n_documents == 50
    assert count_half(text[:1], w2vlib.count_corpus(text[:1], window=1)) is None


def test_words_that_one_half_lacks_are_left_out():
    one = w2vlib.count_corpus([["a", "b", "c"], ["a", "c"]], words=list("abcd"), window=2)
    other = w2vlib.count_corpus([["a", "c", "b", "d"]], words=list("abcd"), window=2)
    assert held_out(one, other, 4).words == 3
    nothing = w2vlib.count_corpus([["d"], ["a"]], words=list("abcd"), window=2)
    with pytest.raises(ValueError, match="fewer than three words have neighbours in both halves"):
        held_out(one, nothing, 2)


def test_words_that_stand_alone_are_left_out_and_told():
    text = planted(40, 0) + [["lonely"]]
    stats = w2vlib.count_corpus(text, window=4)
    prediction = predict(stats, Settings(d=3, directions=2, seeds=[0]))
    assert prediction.content["corpus"]["words"] == len(stats) - 1
    assert "1 that stand near no other are left out" in prediction.sentences()[0]
    run = w2vlib.train_qwem(**prediction.training(stats, 0))
    assert score(prediction, [run]).largest_error < 0.01


def test_sparse_counts_are_predicted_and_not_trained(stats):
    from scipy.sparse import csr_array

    sparse = dataclasses.replace(stats, counts=csr_array(stats.counts))
    said, dense = (predict(counts, QUICK).content for counts in (sparse, stats))
    assert said["corpus"] == dense["corpus"]
    for one, other in zip(said["directions"], dense["directions"]):
        assert one["half_rise"]["middle"] == pytest.approx(other["half_rise"]["middle"], rel=1e-4)
    with pytest.raises(ValueError, match="training needs dense counts"):
        predict(sparse, QUICK).training(sparse, 0)
    with pytest.raises(ValueError, match="word2vec needs dense counts"):
        predict(sparse, Settings("word2vec", d=10))


def test_what_cannot_be_predicted_says_why(stats):
    chinese = [["我们今天去学校", "他们明天去北京看朋友"], ["我们昨天在家吃饭", "我们今天去学校"]]
    with pytest.raises(ValueError, match="without spaces between its words, so that '我们今天去学校' was"):
        predict(w2vlib.count_corpus(chinese), Settings(d=2))
    with pytest.raises(ValueError, match="nothing is ever learned from this text"):
        predict(w2vlib.count_corpus([["a", "b"]] * 3), Settings(d=2))
    with pytest.raises(ValueError, match="d must be at most the number of words, 120"):
        predict(stats, Settings(d=121))
    with pytest.raises(ValueError, match="half must have the words"):
        predict(stats, QUICK, half=stats.first(9))
    with pytest.raises(ValueError, match="scale must be small"):
        predict(stats, Settings(d=5, scale=10.0))


def test_a_test_of_too_few_questions_gives_no_accuracy(stats):
    few = {"all": [("the", "of", "and", "in")]}
    found = predict(stats, QUICK, questions=few).content["accuracy"]
    assert not found["said"] and "covers 1 questions about 1 pairs" in found["why"]


def test_accuracy_is_that_of_training(stats, runs):
    words = stats.words
    asked = [(words[n], words[n + 1], words[n + 2], words[n + 3]) for n in range(0, 110)]
    said = predict(stats, QUICK, questions={"all": asked})
    found = said.content["accuracy"]
    assert found["said"] and found["questions"] == found["pairs"] == 110
    trained = score(said, runs, {"all": asked}).accuracy
    assert trained[0] == pytest.approx(found["share"][-1], abs=0.02)


def test_runs_outlive_their_files(said, runs, tmp_path):
    said.save(tmp_path / "p.json")
    for n, run in enumerate(runs):
        run.save(tmp_path / f"run-{n}.npz")
    shutil.move(tmp_path / "p.json", tmp_path / "other.json")
    again = [training.Trajectory.load(tmp_path / f"run-{n}.npz") for n in range(3)]
    found = score(Prediction.load(tmp_path / "other.json"), again)
    np.testing.assert_array_equal(found.errors, score(said, runs).errors)
