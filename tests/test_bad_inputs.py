"""Every public function, every argument, every kind of bad value: a result, or an error that we made for the user."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import inspect
import io
import linecache
import pkgutil
import re
import traceback
import warnings
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array

import w2vlib
from w2vlib import (
    Corpus,
    Dynamics,
    Embedding,
    Spectrum,
    WordMatrix,
    compression,
    count_corpus,
    dynamics,
    evaluation,
    initial_weights,
    prediction,
    stability,
    statistics,
    targets,
    train_qwem,
    training,
    vectors,
)
from w2vlib.prediction import Settings
from w2vlib.targets import SparseTarget
from w2vlib.words import WordIndex


class Text(str):
    """Text of a class of its own."""


BAD = {
    "None": lambda: None,
    "True": lambda: True,
    "-1": lambda: -1,
    "0": lambda: 0,
    "2.5": lambda: 2.5,
    "nan": lambda: np.nan,
    "inf": lambda: np.inf,
    "10**30": lambda: 10**30,
    "2**64": lambda: 2**64,
    "2**128": lambda: 2**128,
    "2j": lambda: 2j,
    "text": lambda: "x",
    "no text": lambda: "",
    "NUL": lambda: "x\0",
    "a kind of text": lambda: Text("x"),
    "bytes": lambda: b"x",
    "[]": lambda: [],
    "()": lambda: (),
    "{}": lambda: {},
    "set": lambda: {1.5},
    "object": object,
    "a function": lambda: len,
    "a generator": lambda: (x for x in [1, "x"]),
    "list of None": lambda: [None, None],
    "ragged": lambda: [[1.0], [1.0, 2.0]],
    "no numbers": lambda: np.zeros(0),
    "numbers": lambda: np.arange(7.0),
    "a matrix": lambda: np.ones((2, 7)),
    "a cube": lambda: np.ones((2, 2, 2)),
    "array of objects": lambda: np.array([object(), None]),
    "array of strings": lambda: np.array(["a", "b"]),
    "complex array": lambda: np.eye(4) * 1j,
    "nan in an array": lambda: np.full((4, 4), np.nan),
    "masked": lambda: np.ma.masked_array(np.eye(4), np.eye(4)),
    "no axis": lambda: np.array(2.5),
    "text without axis": lambda: np.array("x"),
    "NumPy's True": lambda: np.True_,
    "NumPy's text": lambda: np.str_("x"),
    "a complex number": lambda: np.complex64(1),
    "a date": lambda: np.datetime64("2020-01-01"),
    "no such file": lambda: Path("nowhere") / "file.txt",
    "a folder": lambda: Path("."),
    "a closed folder": lambda: Path("closed") / "file.txt",
}

DOCS = [["a", "b", "a", "c"], ["b", "c", "d", "a"]] * 3
WORDS = ("a", "b", "c", "d")
SIX_WORDS = tuple("abcdef")
PAIRS = [("a", "b"), ("c", "d"), ("e", "f")]
STATS = count_corpus(DOCS, words=WORDS, window=2)
M = WordMatrix(np.diag([4.0, 3.0, 2.0, -1.0]), WORDS)
MODES = w2vlib.spectrum(M, 4)
START = initial_weights(4, 2, 0.1)
VECTORS = Embedding(SIX_WORDS, np.random.default_rng(0).standard_normal((6, 3)))
PULL, PUSH = w2vlib.word2vec_pair_weights(STATS)
RUN = train_qwem(M, START, 0.02, 20, record=3, snapshots=[10])
FLOW = Dynamics(MODES, START)
TEXT = w2vlib.corpus.encode(DOCS, WORDS)
LAGS = np.array([[[4.0, 1.0], [1.0, 4.0]]])
SIX = np.cos(2 * np.pi * np.subtract.outer(np.arange(6), np.arange(6)) / 6) + np.eye(6)
NOISE = dynamics.sampling_noise(STATS, "soft")
QUESTIONS = {"all": [("a", "b", "c", "d")]}
CURVE = evaluation.AnalogyCurve(
    np.array([1, 2]), np.array([0.0, 1.0]), {"all": np.array([0.0, 1.0])}, {"all": 1}, "directions"
)
APART_DOCS = [["a", "a", "b"], ["c", "c", "d"]]
APART = count_corpus(APART_DOCS, words=WORDS)  # some meet more often than by chance
OWN = w2vlib.spectrum(w2vlib.m_star(APART), 1)
SAMPLER = training.PairSampler(STATS)
SMALL = w2vlib.compress(VECTORS, 150)
TELLING = Settings(d=2, directions=1, records=20, seeds=(0,))
SAID = prediction.predict(APART, TELLING)
TRAINED = prediction.train_as_predicted(SAID, APART, 0)
SPARSE = SparseTarget(csr_array(STATS.counts.astype("float32")), STATS.p, 0.0, WORDS)


def good_calls():
    """One small call of everything public that is known to work: by name, the callable and its arguments."""
    from w2vlib import corpus, counting, datasets, embeddings, words
    from w2vlib.evaluation import WordGroup

    path = Path("corpus.txt")
    path.write_text("a b a c\nb c d a\n", encoding="utf-8")
    Path("pairs.txt").write_text(": all\na b c d\n", encoding="utf-8")
    STATS.save("stats.w2v")
    RUN.save("run.npz")
    VECTORS.save_word2vec_text("vectors.txt")
    VECTORS.save_word2vec_binary("vectors.bin")
    VECTORS.save_npz("vectors.npz")
    forecast = dict(values=MODES.values, d=2, scale=0.1, step_size=0.0, coverage=0.9)
    walk = dict(record=3, snapshots=[1], device="cpu", progress=False, checkpoint=None, checkpoint_every=1.0)
    sampled = dict(negatives=5, subsample=1e-3, noise_exponent=0.75, rng=0, tied=False, context=START)
    rows = np.random.default_rng(0).standard_normal((5, 3))
    group = dict(block=SIX)
    times = dict(t=[0.0, 1.0])
    files = dict(path="out.bin")
    packed = dict(embedding=VECTORS, bytes_per_word=150.0, d=2, quantiser="rounding", unit=True)
    SMALL.save("small.w2c")
    SAID.save("said.json")
    return {
        "Corpus": (Corpus, dict(paths=[path], documents="lines", tokenizer=corpus.tokenize, progress=False)),
        "Corpus.texts": (Corpus(path).texts, {}),
        "EncodedText": (corpus.EncodedText, dict(ids=TEXT.ids, offsets=TEXT.offsets)),
        "Vocabulary": (
            corpus.Vocabulary,
            dict(words=WORDS, occurrences=STATS.occurrences, n_tokens=24, n_documents=6),
        ),
        "build_vocabulary": (corpus.build_vocabulary, dict(documents=DOCS, size=3, min_count=1)),
        "encode": (corpus.encode, dict(documents=DOCS, words=WORDS, oov="drop")),
        "encode_in_chunks": (
            corpus.encode_in_chunks,
            dict(documents=DOCS, words=WORDS, oov="drop", chunk_tokens=100),
        ),
        "tokenize": (corpus.tokenize, dict(text="a b")),
        "cooccurrence_counts": (
            counting.cooccurrence_counts,
            dict(texts=TEXT, size=4, window=2, weighting="linear", backend="numpy", threads=1, sparse=False),
        ),
        "lag_counts": (counting.lag_counts, dict(texts=TEXT, size=4, reach=1)),
        "window_weights": (counting.window_weights, dict(window=2, weighting="linear")),
        "dataset_path": (datasets.dataset_path, dict(name="simlex999")),
        "load_full_runs": (datasets.load_full_runs, {}),
        "load_glove": (datasets.load_glove, dict(size=20, whole=False)),
        "load_next_word_runs": (datasets.load_next_word_runs, {}),
        "load_wikipedia_lags": (datasets.load_wikipedia_lags, {}),
        "load_modular_addition": (datasets.load_modular_addition, {}),
        "load_scale_runs": (datasets.load_scale_runs, {}),
        "load_without_training": (datasets.load_without_training, {}),
        "load_wikipedia": (datasets.load_wikipedia, dict(size=20)),
        "load_wikipedia_parts": (datasets.load_wikipedia_parts, {}),
        "load_wikipedia_sgns": (datasets.load_wikipedia_sgns, dict(size=20)),
        "load_wordllama": (datasets.load_wordllama, dict(size=20)),
        "AttentionForecast.first_attention": (
            dynamics.AttentionForecast(np.array([[0.0, 0.0], [0.2, -0.2]]), np.ones(2), None, None).first_attention,
            dict(level=0.1),
        ),
        "attention_drives": (dynamics.attention_drives, dict(counts=LAGS)),
        "first_attention": (dynamics.first_attention, dict(logits=np.array([[0.0, 0.0], [0.2, -0.2]]), level=0.1)),
        "forecast_attention": (
            dynamics.forecast_attention,
            dict(counts=LAGS, word=0.1 * np.eye(2), context=0.1 * np.eye(2), step_size=0.1, steps=3, curvature=True),
        ),
        "effective_start": (dynamics.effective_start, dict(modes=MODES, initial=START)),
        "flow_time": (
            dynamics.flow_time,
            dict(steps=10, learning_rate=0.1, weight=1.0, loss="qwem", tied=True),
        ),
        "aligned_half_rises": (
            dynamics.aligned_half_rises,
            dict(values=MODES.values[:3], start=0.01, step_size=0.1),
        ),
        "deep_half_rises": (
            dynamics.deep_half_rises,
            dict(values=MODES.values[:3], start=0.01, depth=3, step_size=0.1),
        ),
        "deep_strengths": (dynamics.deep_strengths, dict(values=MODES.values[:3], start=0.01, depth=3, **times)),
        "loss_of_strengths": (
            dynamics.loss_of_strengths,
            dict(values=MODES.values, strengths=np.ones((2, 4))),
        ),
        "mode_strengths": (
            dynamics.mode_strengths,
            dict(values=MODES.values, start=0.01, step_size=0.1, **times),
        ),
        "Dynamics": (Dynamics, dict(modes=MODES, initial=START, step_size=0.01)),
        "Dynamics.strengths": (FLOW.strengths, times),
        "Dynamics.singular_values": (FLOW.singular_values, times),
        "Dynamics.loss": (FLOW.loss, times),
        "Dynamics.curves": (FLOW.curves, times),
        "Dynamics.factor": (FLOW.factor, times),
        "Dynamics.embedding": (FLOW.embedding, dict(t=1.0)),
        "Dynamics.gram": (FLOW.gram, times),
        "Dynamics.weights": (FLOW.weights, dict(frames=3, **times)),
        "Dynamics.half_rises": (FLOW.half_rises, {}),
        "Dynamics.overlap": (FLOW.overlap, dict(k=1, **times)),
        "HalfRiseForecast.rank": (dynamics.forecast_half_rises(**forecast).rank, times),
        "forecast_half_rises": (dynamics.forecast_half_rises, forecast),
        "learned_modes": (dynamics.learned_modes, dict(half_rises=[1.0, 2.0], **times)),
        "typical_start": (dynamics.typical_start, dict(count=2, d=3, scale=0.1)),
        "visible_steps": (dynamics.visible_steps, dict(values=[2.0, 1.0], half_rises=[1.0, 9.0])),
        "entropy_rank": (dynamics.entropy_rank, dict(strengths=[2.0, 1.0])),
        "find_steps": (
            dynamics.find_steps,
            dict(t=[0.0, 1.0, 2.0, 3.0], loss=[3.0, 2.9, 1.0, 0.9], prominence=0.4),
        ),
        "inverse_participation_ratio": (dynamics.inverse_participation_ratio, dict(vectors=np.eye(3))),
        "learned_rank": (dynamics.learned_rank, dict(strengths=[2.0, 1.0], values=[2.0, 1.0])),
        "measured_half_rises": (
            dynamics.measured_half_rises,
            dict(t=[0.0, 1.0], strengths=[[0.0], [2.0]], values=[2.0]),
        ),
        "overlap_matrix": (dynamics.overlap_matrix, dict(first=np.eye(3), second=np.eye(3))),
        "participation_ratio": (dynamics.participation_ratio, dict(strengths=[2.0, 1.0])),
        "stable_rank": (dynamics.stable_rank, dict(strengths=[2.0, 1.0])),
        "subspace_overlap": (dynamics.subspace_overlap, dict(first=np.eye(3), second=np.eye(3))),
        "excess_loss": (
            dynamics.excess_loss,
            dict(noise=NOISE, lengths=np.ones(4), step_size=0.1, batch_size=10),
        ),
        "log_strength_spread": (
            dynamics.log_strength_spread,
            dict(modes=MODES, initial=START, noise=NOISE, step_size=0.01, batch_size=10, t=0.1, points=5),
        ),
        "noise_number": (
            dynamics.noise_number,
            dict(radius=3.0, values=[2.0, 1.0], step_size=0.1, batch_size=9),
        ),
        "noise_radius": (dynamics.noise_radius, dict(noise=NOISE)),
        "sampling_noise": (
            dynamics.sampling_noise,
            dict(stats=STATS, sampler="soft", target=targets.m_star(STATS), scores=0.0),
        ),
        "extreme_eigenvalues": (dynamics.extreme_eigenvalues, dict(M=M)),
        "monotone_bound": (dynamics.monotone_bound, dict(largest=2.0)),
        "stability_bound": (dynamics.stability_bound, dict(largest=2.0, lowest=-1.0)),
        "counting_variance": (dynamics.counting_variance, dict(first=np.eye(3), second=np.ones((3, 3)))),
        "supported_modes": (
            dynamics.supported_modes,
            dict(values=[2.0, 1.0], counting_variance=0.1, size=9),
        ),
        "underlying_eigenvalues": (
            dynamics.underlying_eigenvalues,
            dict(seen=[3.0, 2.0], counting_variance=0.1, size=9),
        ),
        "CompressedVectors.embedding": (SMALL.embedding, {}),
        "CompressedVectors.save": (SMALL.save, files),
        "CompressedVectors.load": (compression.CompressedVectors.load, dict(path="small.w2c")),
        "compress": (w2vlib.compress, packed | dict(keep_axes=True)),
        "foretold": (compression.foretold, packed | dict(rng=0)),
        "rate_distortion": (
            compression.rate_distortion,
            dict(values=[2.0, 1.0], bits=3.0, quantiser="rounding"),
        ),
        "Embedding": (Embedding, dict(words=SIX_WORDS, vectors=VECTORS.vectors)),
        "Embedding.__contains__": (VECTORS.__contains__, dict(word="a")),
        "Embedding.__getitem__": (VECTORS.__getitem__, dict(word="a")),
        "Embedding.similarity": (VECTORS.similarity, dict(first="a", second="b")),
        "Embedding.neighbours": (VECTORS.neighbours, dict(word="a", n=2)),
        "Embedding.analogy": (VECTORS.analogy, dict(a="a", b="b", c="c", n=1)),
        "Embedding.leading": (VECTORS.leading, dict(d=2)),
        "Embedding.ends": (VECTORS.ends, dict(direction=0, n=2, rule="coordinate", neighbours=3)),
        "Embedding.block": (VECTORS.block, dict(words=["a", "b"])),
        "Embedding.save_word2vec_text": (VECTORS.save_word2vec_text, dict(digits=6, header=True, **files)),
        "Embedding.load_word2vec_text": (Embedding.load_word2vec_text, dict(path="vectors.txt", header=True)),
        "Embedding.save_word2vec_binary": (VECTORS.save_word2vec_binary, dict(path="out.bin")),
        "Embedding.load_word2vec_binary": (Embedding.load_word2vec_binary, dict(path="vectors.bin")),
        "Embedding.save_npz": (VECTORS.save_npz, dict(path="out.npz")),
        "Embedding.load_npz": (Embedding.load_npz, dict(path="vectors.npz")),
        "Embedding.to_gensim": (VECTORS.to_gensim, {}),
        "frequency_fair": (embeddings.frequency_fair, dict(vectors=VECTORS.vectors, neighbours=3)),
        "analogy_accuracy": (evaluation.analogy_accuracy, dict(embedding=VECTORS, questions=QUESTIONS)),
        "analogy_details": (evaluation.analogy_details, dict(embedding=VECTORS, questions=QUESTIONS)),
        "load_analogies": (evaluation.load_analogies, dict(source="pairs.txt", lower=True)),
        "accuracy_by_rank": (
            evaluation.accuracy_by_rank,
            dict(modes=MODES, ranks=[1, 2], questions=QUESTIONS),
        ),
        "accuracy_by_time": (
            evaluation.accuracy_by_time,
            dict(flow=FLOW, times=[1.0], questions=QUESTIONS, progress=False),
        ),
        "accuracy_of_snapshots": (evaluation.accuracy_of_snapshots, dict(run=RUN, questions=QUESTIONS)),
        "family_rise": (evaluation.family_rise, dict(curve=CURVE, share=0.5)),
        "circle_order": (evaluation.circle_order, group),
        "circulant_fit": (evaluation.circulant_fit, dict(draws=19, rng=0, **group)),
        "double_centred": (evaluation.double_centred, group),
        "fourier_overlap": (evaluation.fourier_overlap, dict(harmonic=1, **group)),
        "fourier_test": (evaluation.fourier_test, dict(harmonic=1, draws=19, rng=0, **group)),
        "fourier_vectors": (evaluation.fourier_vectors, dict(n=6, harmonic=1)),
        "leading_plane": (evaluation.leading_plane, group),
        "toeplitz_fit": (evaluation.toeplitz_fit, dict(draws=19, rng=0, **group)),
        "chance_overlap": (evaluation.chance_overlap, dict(size=20, k=2, d=3)),
        "matched_overlap_test": (
            evaluation.matched_overlap_test,
            dict(first=VECTORS.vectors, second=np.eye(6)[:, :2], block=3, without=np.ones((6, 1)), draws=19, rng=0),
        ),
        "principal_directions": (evaluation.principal_directions, dict(embedding=VECTORS, d=2)),
        "holm": (evaluation.holm, dict(p_values=[0.01, 0.5])),
        "pairing_test": (
            evaluation.pairing_test,
            dict(
                embedding=VECTORS,
                pairs=PAIRS,
                statistic=evaluation.signal_to_noise,
                normalise=False,
                draws=19,
                rng=0,
            ),
        ),
        "sign_flip_test": (
            evaluation.sign_flip_test,
            dict(rows=rows, flip="rows", statistic=evaluation.shared_direction, draws=19, rng=0),
        ),
        "load_similarities": (evaluation.load_similarities, dict(name="wordsim353")),
        "similarity_correlation": (
            evaluation.similarity_correlation,
            dict(embedding=VECTORS, pairs=[("a", "b", 1.0), ("a", "c", 2.0), ("b", "c", 3.0)]),
        ),
        "effective_dimension": (evaluation.effective_dimension, dict(rows=rows)),
        "marchenko_pastur_density": (
            evaluation.marchenko_pastur_density,
            dict(x=[0.5, 1.0], n=5, d_eff=3.0, variance=1.0),
        ),
        "marchenko_pastur_edges": (
            evaluation.marchenko_pastur_edges,
            dict(n=5, d_eff=3.0, variance=1.0),
        ),
        "pairs_of_family": (
            evaluation.pairs_of_family,
            dict(questions=[("a", "b", "c", "d"), ("a", "b", "e", "f")], known=SIX_WORDS, distinct_words=False),
        ),
        "shared_direction": (evaluation.shared_direction, dict(rows=rows)),
        "signal_to_noise": (evaluation.signal_to_noise, dict(rows=rows)),
        "task_vectors": (
            evaluation.task_vectors,
            dict(embedding=VECTORS, pairs=PAIRS, normalise=False),
        ),
        "WordGroup.known": (WordGroup(("a", "b", "c"), False).known, dict(vocabulary=WORDS)),
        "Prediction": (prediction.Prediction, dict(content=SAID.content)),
        "Prediction.check": (SAID.check, dict(stats=APART)),
        "Prediction.load": (prediction.Prediction.load, dict(path="said.json")),
        "Prediction.save": (SAID.save, dict(path="out.json")),
        "Prediction.sentences": (SAID.sentences, {}),
        "Prediction.training": (SAID.training, dict(stats=APART, rng=0)),
        "Settings": (Settings, {field.name: getattr(TELLING, field.name) for field in dataclasses.fields(TELLING)}),
        "Settings.start": (TELLING.start, dict(size=4, rng=0)),
        "Settings.told": (TELLING.told, {}),
        "HeldOut.losses": (
            prediction.HeldOut(np.array([2.0, 1.0]), np.array([1.5, 0.2]), 1, 4).losses,
            dict(times=[0.0, 1.0], d=2, scale=0.1),
        ),
        "count_half": (prediction.count_half, dict(documents=DOCS, stats=STATS)),
        "held_out": (prediction.held_out, dict(first=STATS, second=STATS, directions=2)),
        "predict": (
            prediction.predict,
            dict(stats=APART, settings=TELLING, half=None, questions=QUESTIONS, progress=False),
        ),
        "train_as_predicted": (
            prediction.train_as_predicted,
            dict(prediction=SAID, stats=APART, rng=0, checkpoint=None, checkpoint_every=60, progress=False),
        ),
        "report_page": (
            prediction.report_page,
            dict(prediction=SAID, runs=[TRAINED], title="x", questions=QUESTIONS),
        ),
        "score": (prediction.score, dict(prediction=SAID, runs=[TRAINED], questions=QUESTIONS)),
        "statistics_sha256": (prediction.statistics_sha256, dict(stats=STATS)),
        "Spectrum": (
            Spectrum,
            dict(values=[2.0, 1.0], vectors=np.eye(4)[:, :2], residual=0.0, words=WORDS, lowest=0.0),
        ),
        "Spectrum.leading": (MODES.leading, dict(d=2)),
        "Spectrum.embedding": (MODES.embedding, dict(power=0.5)),
        "Spectrum.ends": (MODES.ends, dict(direction=0, n=2, rule="coordinate", neighbours=3)),
        "spectrum": (w2vlib.spectrum, dict(M=M, d=2, residual=1e-6, max_products=9)),
        "CorpusStatistics": (
            w2vlib.CorpusStatistics,
            {
                field.name: getattr(STATS, field.name)
                for field in dataclasses.fields(STATS)
                if field.init
            },
        ),
        "CorpusStatistics.count": (STATS.count, dict(first="a", second="b")),
        "CorpusStatistics.dense": (STATS.dense, {}),
        "CorpusStatistics.first": (STATS.first, dict(size=2)),
        "CorpusStatistics.save": (STATS.save, files),
        "CorpusStatistics.seen": (STATS.seen, {}),
        "CorpusStatistics.load": (w2vlib.CorpusStatistics.load, dict(path="stats.w2v")),
        "count_corpus": (
            count_corpus,
            dict(
                documents=DOCS, size=4, window=2, weighting="linear", oov="drop", min_count=1,
                source="x", backend="numpy", sparse=False, client=None,
            ),
        ),  # fmt: skip
        "count_like": (statistics.count_like, dict(documents=DOCS, stats=STATS, source="x", client=None)),
        "influence": (
            stability.influence,
            dict(stats=APART, documents=DOCS[:1], modes=OWN, action="add", negatives=1),
        ),
        "Influence.half_rises": (
            stability.influence(APART, DOCS[:1], OWN, "add").half_rises,
            dict(start=0.01, step_size=0.0),
        ),
        "cosine_errors": (
            stability.cosine_errors,
            dict(stats=APART, documents=APART_DOCS, pairs=[("a", "b")], d=1),
        ),
        "neighbour_chances": (
            stability.neighbour_chances,
            dict(stats=APART, documents=APART_DOCS, word="a", d=1, n=2, rng=0),
        ),
        "even_pair_weights": (targets.even_pair_weights, dict(attraction=PULL, repulsion=PUSH)),
        "keep_probabilities": (targets.keep_probabilities, dict(frequencies=[0.5, 0.5], threshold=1e-3)),
        "least_squares_target": (targets.least_squares_target, dict(attraction=PULL, repulsion=PUSH)),
        "linear_target": (targets.linear_target, dict(attraction=PULL, repulsion=PUSH)),
        "logistic_target": (targets.logistic_target, dict(attraction=PULL, repulsion=PUSH)),
        "m_star": (targets.m_star, dict(stats=STATS, negatives=1, pseudo_count=2.0, dtype="float32")),
        "noise_distribution": (targets.noise_distribution, dict(frequencies=[2, 1], exponent=0.75)),
        "pmi": (targets.pmi, dict(stats=STATS, unseen=0.0)),
        "ppmi": (targets.ppmi, dict(stats=STATS)),
        "rank_one_pair_weights": (targets.rank_one_pair_weights, dict(attraction=PULL, repulsion=PUSH)),
        "weighted_target": (
            targets.weighted_target,
            dict(target=M, weights=np.arange(1.0, len(M) + 1), centred=True),
        ),
        "skipgram_pair_weights": (
            targets.skipgram_pair_weights,
            dict(stats=STATS, negatives=1, positive_weight=1.0, negative_weight=1.0),
        ),
        "SparseTarget.corner": (SPARSE.corner, dict(n=2)),
        "SparseTarget.norm": (SPARSE.norm, {}),
        "SparseTarget.rows_times": (SPARSE.rows_times, dict(X=np.eye(3), first=2)),
        "SparseTarget.toarray": (SPARSE.toarray, {}),
        "fold_in": (vectors.fold_in, dict(target=M, modes=w2vlib.spectrum(WordMatrix(M[:3, :3], "abc"), 2))),
        "word_vectors": (vectors.word_vectors, dict(stats=APART, d=2, pseudo_count=2.0, core=3, residual=1e-3)),
        "word2vec_pair_weights": (
            targets.word2vec_pair_weights,
            dict(stats=STATS, negatives=5, subsample=1e-3, noise_exponent=0.75, symmetric=True),
        ),
        "PairDraw.coefficients": (SAMPLER.draw(3).coefficients, dict(scores=np.zeros(3))),
        "PairSampler": (
            training.PairSampler,
            dict(stats=STATS, sampler="soft", rng=0, target=targets.m_star(STATS)),
        ),
        "PairSampler.draw": (SAMPLER.draw, dict(n=3)),
        "train_qwem": (
            train_qwem,
            dict(
                target=M, initial=START, step_size=0.02, steps=3, tied=False, context=START,
                dtype="float64", check_step=True, **walk,
            ),
        ),
        "train_qwem_sampled": (
            training.train_qwem_sampled,
            dict(
                stats=STATS, initial=START, step_size=0.01, steps=3, batch_size=9, sampler="soft", rng=0,
                tied=False, context=START, dtype="float64", check_step=True, **walk,
            ),
        ),
        "train_word2vec_sampled": (
            training.train_word2vec_sampled,
            dict(
                stats=STATS, initial=START, n_pairs=30, learning_rate=0.02, final_learning_rate=0.01,
                batch_size=10, shared_negatives=16, dtype="float32", **sampled, **walk,
            ),
        ),
        "initial_weights": (initial_weights, dict(size=4, d=2, scale=0.1, rng=0)),
        "word2vec_start": (training.word2vec_start, dict(size=4, d=2, rng=0)),
        "Trajectory": (
            training.Trajectory,
            {field.name: getattr(RUN, field.name) for field in dataclasses.fields(RUN)},
        ),
        "Trajectory.half_rises": (RUN.half_rises, dict(modes=MODES)),
        "Trajectory.embedding": (RUN.embedding, dict(step=10)),
        "Trajectory.save": (RUN.save, dict(path="out.npz")),
        "Trajectory.load": (training.Trajectory.load, dict(path="run.npz")),
        "train_word2vec": (
            training.train_word2vec,
            dict(
                attraction=PULL, repulsion=PUSH, initial=START, step_size=0.01, steps=3, loss="logistic",
                word_rates=np.ones(4), tied=False, context=START, dtype="float64", **walk,
            ),
        ),
        "word2vec_loss": (
            training.word2vec_loss,
            dict(attraction=PULL, repulsion=PUSH, weights=START, context=START, loss="logistic"),
        ),
        "WordIndex": (WordIndex, dict(words=WORDS)),
        "WordIndex.__contains__": (WordIndex(WORDS).__contains__, dict(word="a")),
        "WordIndex.__getitem__": (WordIndex(WORDS).__getitem__, dict(word="a")),
        "WordIndex.rows": (WordIndex(WORDS).rows, dict(words=["a"])),
        "WordMatrix": (WordMatrix, dict(matrix=np.eye(4), words=WORDS)),
        "WordMatrix.block": (M.block, dict(words=["a"])),
        "check_words": (words.check_words, dict(words=WORDS)),
        "check_distinct": (words.check_distinct, dict(words=WORDS)),
    }  # fmt: skip


# What the library makes and users read, without arguments to check.
RESULTS = {
    "AnalogyCurve", "AnalogyDetails", "AnalogyScore", "AttentionForecast", "CirculantFit", "CompressedVectors", "CorpusSupport",
    "CosineErrors", "HalfRiseForecast", "HeldOut", "Influence", "NeighbourChance", "NullTest", "PairDraw", "RankOnePairWeights", "RateDistortion", "Score", "SimilarityScore", "SparseTarget", "ToeplitzFit", "WordGroup",
}  # fmt: skip
# Not-a-number is right for what only these arguments can say, and in no other result.
MAY_BE_NAN = {
    # No logit passes it.
    ("AttentionForecast.first_attention", "level"), ("first_attention", "level"),
    # λ ≤ 0 among them, or a start at 0: a mode that never rises.
    ("aligned_half_rises", "values"), ("aligned_half_rises", "start"),
    ("deep_half_rises", "start"),
    ("forecast_half_rises", "values"), ("forecast_half_rises", "scale"),
    # No record below half of λ is followed by one above.
    ("measured_half_rises", "values"), ("measured_half_rises", "strengths"),
    ("Trajectory.half_rises", "modes"),
    # A time that is none before or after.
    ("Influence.half_rises", "start"),
    # An array like any other, but for its words.
    ("WordMatrix", "matrix"),
}  # fmt: skip


def public():
    """Names of all public callables, and of the public methods of all public classes."""
    found = {}
    for module in pkgutil.walk_packages(w2vlib.__path__, "w2vlib."):
        if "._" in module.name or ".course" in module.name:
            continue
        module = importlib.import_module(module.name)
        for name in getattr(module, "__all__", []):
            thing = getattr(module, name)
            if inspect.isclass(thing) and issubclass(thing, BaseException) or not callable(thing):
                continue
            found[name] = thing
            for method in vars(thing) if inspect.isclass(thing) else ():
                if not method.startswith("_") or method in ("__getitem__", "__contains__"):
                    if callable(getattr(thing, method)):
                        found[f"{name}.{method}"] = getattr(thing, method)
    return found


def test_every_public_callable_and_argument_is_in_the_table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    calls, expected = good_calls(), public()
    assert set(calls) == set(expected) - RESULTS
    for name, (call, given) in calls.items():
        wanted = {
            parameter.name
            for parameter in inspect.signature(call).parameters.values()
            if parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
        }
        if name != "count_corpus":  # words and a size exclude each other
            assert set(given) == wanted, name


def evaluated(call, given):
    with warnings.catch_warnings(), np.errstate(all="ignore"), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        result = call(**given)
        if inspect.isgenerator(result) or isinstance(result, Corpus):
            result = list(result)
    return result


def holds_nan(result) -> bool:
    if isinstance(result, (float, np.floating)):
        return bool(np.isnan(result))
    if isinstance(result, np.ndarray):
        return result.dtype.kind in "fc" and bool(np.isnan(result).any())
    if dataclasses.is_dataclass(result):
        return any(holds_nan(getattr(result, field.name)) for field in dataclasses.fields(result))
    if isinstance(result, dict):
        return any(map(holds_nan, result.values()))
    return isinstance(result, (tuple, list)) and any(map(holds_nan, result))


def made_for_users(error: Exception) -> bool:
    """Whether a statement of ours raised an error, or the operating system one that names a file."""
    if isinstance(error, OSError) and error.filename is not None:
        return True
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1]
    ours = Path(w2vlib.__file__).parent in Path(last.filename).parents
    return ours and linecache.getline(last.filename, last.lineno).strip().startswith("raise ")


def tells_what(error: Exception, argument: str, value: object) -> bool:
    """Whether an error names the argument, or shows the value, something in it, or the shape of an array."""
    said = " ".join(str(error).split())
    one = argument.removesuffix("s").replace("_", "[_ ]")
    if re.search(rf"^{one} (must|holds|is) " if len(argument) == 1 else rf"\b{one}(s|es)?\b", said):
        return True
    shown = [value]
    if isinstance(value, np.ndarray):
        shown += [*value.ravel().tolist(), value.shape]
    elif isinstance(value, (list, tuple, set)):
        shown += [*value, (len(value),)]
    elif isinstance(value, Path):
        shown += value.rglob("*")
    parts = {repr(part) for part in shown} | {str(part) for part in shown if str(part)}
    return any(re.search(rf"(?<![\w.]){re.escape(' '.join(part.split())[:40])}", said) for part in parts)


def test_errors_that_tell_nothing_are_seen():
    for message, argument, value in (
        ("setting an array element with a sequence", "words", [[1.0], [1.0, 2.0]]),
        ("'int' object is not iterable", "pairs", 5),
        ("a number is missing", "a", "king"),
        ("only 10 of them", "n", 0),
    ):
        assert not tells_what(ValueError(message), argument, value), message
        assert tells_what(ValueError(f"{message}: {value!r}"), argument, value)
        assert tells_what(ValueError(f"{argument} is wrong: {message}"), argument, value)


def table(names=None):
    """What comes of each call: (function, argument, bad value, outcome, whether that is right)."""
    rows = []
    for name, (call, given) in good_calls().items():
        if names is not None and name not in names:
            continue
        evaluated(call, given)  # the good call works, and again after each bad one
        for argument in given:
            for bad, made in BAD.items():
                value = made()
                try:
                    result = evaluated(call, given | {argument: value})
                except Exception as error:
                    right = made_for_users(error) and tells_what(error, argument, value)
                    said = f"{type(error).__name__}: {' '.join(str(error).split())[:150]}"
                    rows.append((name, argument, bad, said, right))
                else:
                    nan = holds_nan(result)
                    right = not nan or (name, argument) in MAY_BE_NAN
                    rows.append((name, argument, bad, "accepted, with NaN" if nan else "accepted", right))
    return rows


def test_bad_values_give_results_or_errors_made_for_users(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("closed").mkdir(mode=0)
    try:
        rows = table()
    finally:
        Path("closed").chmod(0o700)
    lines = ["\t".join([*map(str, row[:4]), "" if row[4] else "WRONG"]) for row in rows]
    (tmp_path / "bad_inputs.tsv").write_text("\n".join(lines), encoding="utf-8")
    assert {row[:2] for row in rows if row[3] == "accepted, with NaN"} >= MAY_BE_NAN
    named = ("Prediction.training", "train_as_predicted")  # whose rng is one of those that were predicted
    seeds = {
        row[3]
        for row in rows
        if row[1] == "rng" and row[2] in ("0", "2**64", "2**128") and row[0] not in named
    }
    assert seeds == {"accepted"}
    wrong = [" | ".join(row[:4]) for row in rows if not row[4]]
    assert not wrong, f"{len(wrong)} of {len(rows)}:\n" + "\n".join(wrong[:200])
