"""Whatever a learner's function returns or raises, a check grades it or says in plain words what is wrong."""

from __future__ import annotations

import contextlib
import copy
import doctest
import importlib
import inspect
import io
import pkgutil
import re
from collections import namedtuple
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau, spearmanr

import w2vlib.course.checks as checks
from w2vlib.course.checks import CheckFailed, ask, compare

ALL = {
    f"{module.name}.{name}": getattr(importlib.import_module(f"{checks.__name__}.{module.name}"), name)
    for module in pkgutil.iter_modules(checks.__path__)
    for name in importlib.import_module(f"{checks.__name__}.{module.name}").__all__
}

BOOK = Path(__file__).parents[1] / "book"

#: Words of the insides, which no message to a learner holds.
INSIDES = re.compile(r"ndarray|dtype|Traceback|broadcast|inhomogeneous|requires_grad|ufunc|NoneType|unpack")


def outcome(check, function) -> str:
    """What a check says of a function: "Correct: …" or the message of CheckFailed; all else is an error."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            assert check(function) is None
    except CheckFailed as failed:
        ours = re.sub(
            "the function raised .*", "", str(failed)
        )  # what NumPy says of the learner's own line is quoted
        assert not INSIDES.search(ours), str(failed)
        assert str(failed)
        return str(failed)
    assert said.getvalue().strip().splitlines()[-1].startswith("Correct: ")
    return said.getvalue()


def raises(trouble):
    raise trouble


def ring():
    held = []
    held.append(held)
    return held


class Shy(Exception):
    def __str__(self):
        raise ValueError("no words")


class Odd:
    def __array__(self, *_, **__):
        raise RuntimeError("no array")

    def __len__(self):
        raise RuntimeError("no length")


Result = namedtuple("Result", "statistic pvalue")

BAD = {
    "None": lambda: None,
    "the place-holder": lambda: ...,
    "a text": lambda: "0.1",
    "per cent": lambda: "10%",
    "bytes": lambda: b"1",
    "texts": lambda: ["a", "b"],
    "an array of texts": lambda: np.array([["a"]]),
    "a result of SciPy": lambda: spearmanr([1, 2, 3], [1, 3, 2]),
    "a named result": lambda: Result(1.0, 0.5),
    "a loss and a gradient": lambda: (1.0, np.eye(2)),
    "ragged rows": lambda: [[0] * (i + 1) for i in range(3)],
    "ragged arrays": lambda: [np.zeros((2, 2)), np.zeros((3, 3))],
    "NaN": lambda: np.nan,
    "infinity": lambda: -np.inf,
    "a pair of NaN": lambda: (np.nan, np.nan),
    "a matrix of NaN": lambda: np.full((2, 2), np.nan),
    "a complex number": lambda: 1j,
    "a complex matrix": lambda: np.eye(3) * (1 + 1j),
    "objects": lambda: np.array([None, "a", object()], object),
    "an empty list": lambda: [],
    "an empty tuple": lambda: (),
    "an empty matrix": lambda: np.zeros((0, 3)),
    "four axes": lambda: np.zeros((2, 2, 2, 2)),
    "a generator": lambda: (x for x in (1.0, 2.0)),
    "a map": lambda: map(float, (1, 2)),
    "a dictionary": lambda: {"a": 1.0},
    "a set": lambda: {1.0, 2.0},
    "a function": lambda: np.mean,
    "a class": lambda: float,
    "a list that holds itself": ring,
    "no array": Odd,
    "an object": object,
    "dates": lambda: np.array(["2020-01-01"], "datetime64[D]"),
    "records": lambda: np.zeros(2, [("a", float)]),
    "a huge number": lambda: 10**400,
    "nearly too large": lambda: np.full((7, 3), 1e308),
    "nearly nothing": lambda: np.full(6, 1e-320),
    "True": lambda: True,
    "masked": lambda: np.ma.masked_array([1.0, 2.0], [True, False]),
    "a check's own error": lambda: raises(CheckFailed("mine")),
    "an error": lambda: raises(ValueError("mine")),
    "a key": lambda: raises(KeyError("mine")),
    "a shy error": lambda: raises(Shy()),
    "exit": lambda: raises(SystemExit(0)),
    "stop": lambda: raises(StopIteration),
    "closing": lambda: raises(GeneratorExit),
    "memory": lambda: raises(MemoryError()),
}


def test_every_check_of_the_course_is_tried():
    asked = set()
    for notebook in BOOK.glob("*.ipynb"):
        asked |= set(re.findall(r"\bcheck_\w+(?=\(\w+\))", notebook.read_text(encoding="utf-8")))
    assert len(asked) > 40
    assert asked <= {name.split(".")[1] for name in ALL}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ALL)
def test_no_bad_answer_gets_through(name):
    for kind, answer in BAD.items():
        assert not outcome(ALL[name], lambda *_, **__: answer()).startswith("Correct"), kind  # noqa: B023


@pytest.mark.parametrize("name", ALL)
def test_what_was_given_is_no_answer(name):
    for place in range(3):
        assert not outcome(ALL[name], lambda *given, **_: given[min(place, len(given) - 1)]).startswith(  # noqa: B023
            "Correct"
        )


@pytest.mark.parametrize("name", ALL)
def test_a_constant_of_any_shape_is_no_answer(name):
    for value in (0.0, 1.0, -1.0):
        for shape in ((), (1,), (2,), (3,), (2, 2), (3, 3), (5, 3), (4, 2), (2, 3, 2)):
            said = outcome(ALL[name], lambda *_, **__: np.full(shape, value))  # noqa: B023
            assert not said.startswith("Correct"), (value, shape)


@pytest.mark.parametrize("name", ALL)
def test_a_function_of_too_few_arguments_and_no_function_are_told(name):
    assert "cannot be called with" in outcome(ALL[name], lambda: 1.0)
    for nothing in (None, 3.0, "name", np.eye(2)):
        assert "the function itself" in outcome(ALL[name], nothing)


@pytest.mark.parametrize("name", ALL)
def test_an_interrupt_is_no_answer(name):
    with pytest.raises(KeyboardInterrupt):
        ALL[name](lambda *_, **__: raises(KeyboardInterrupt()))


NUMBERS = st.one_of(
    st.integers(), st.floats(), st.booleans(), st.complex_numbers(), st.none(), st.text(max_size=5)
)
ANSWERS = st.recursive(
    NUMBERS
    | st.binary(max_size=3)
    | st.decimals()
    | st.fractions()
    | st.dates()
    | st.sampled_from(
        [np.float32(1), np.int8(3), np.zeros(2), np.zeros((3, 3)), np.eye(2, dtype=bool), Odd()]
    ),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=2), inner, max_size=2)
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(name=st.sampled_from(sorted(ALL)), answer=ANSWERS)
def test_any_answer_is_graded_or_explained(name, answer):
    outcome(ALL[name], lambda *_, **__: answer)


def right_for(name):
    """The right answer that stands in the docstring of a check."""
    check, found = ALL[name], []
    names = vars(importlib.import_module(check.__module__)) | {name.split(".")[1]: found.append}
    for example in doctest.DocTestParser().get_examples(check.__doc__):
        exec(example.source, names)  # our own docstrings
        if found:
            return found[0]
    raise LookupError(f"{name} shows no right answer")


RIGHT = {name: right_for(name) for name in ALL}
RETURNING = [name for name in ALL if name != "word2vec.check_tied_update"]


def each(change, answer):
    return tuple(map(change, answer)) if isinstance(answer, tuple) else change(answer)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e308, 1e-320])
@pytest.mark.parametrize("name", RETURNING)
def test_an_answer_of_the_right_shape_with_one_odd_value_is_told(name, value):
    def spoiled(x):
        x = np.array(x, float)
        x.flat[0] = value
        return x

    assert outcome(ALL[name], lambda *given, **more: each(spoiled, RIGHT[name](*given, **more)))


def from_torch(dtype: str):
    def change(x):
        torch = pytest.importorskip("torch")
        return torch.tensor(np.array(x, float), dtype=getattr(torch, dtype), requires_grad=True) * 1

    return change


FORMS = {
    "lists": lambda x: np.asarray(x).tolist(),
    "single precision": lambda x: np.asarray(x, np.float32),
    "objects": lambda x: np.asarray(x).astype(object),
    "complex": lambda x: np.asarray(x) + 0j,
    "columns first": np.asfortranarray,
    "torch": from_torch("float64"),
    "torch in single precision": from_torch("float32"),
}


@pytest.mark.parametrize("name", RETURNING)
def test_a_right_answer_of_any_type_is_right(name):
    for form, change in FORMS.items():
        said = outcome(ALL[name], lambda *given, **more: each(change, RIGHT[name](*given, **more)))  # noqa: B023
        assert said.startswith("Correct"), (form, said)


@pytest.mark.parametrize(
    "name", [name for name in RETURNING if "intact=" not in inspect.getsource(ALL[name])]
)
def test_a_right_answer_that_spoils_what_it_was_given_is_right(name):
    def spoils(*given, **more):
        answer = copy.deepcopy(RIGHT[name](*given, **more))
        for value in given:
            if isinstance(value, np.ndarray):
                value[...] = 7
            elif isinstance(value, list):
                value.clear()
        return answer

    assert outcome(ALL[name], spoils).startswith("Correct")


def stuck(function, place):
    """The function, but with one argument as it was at the first call."""
    first = []

    def wrong(*given, **more):
        first.extend([] if first else copy.deepcopy(given[place : place + 1]))
        return function(*given[:place], *copy.deepcopy(first), *given[place + 1 :], **more)

    return wrong


def changed(function, place, change):
    """The function, but with another array in the place of an argument."""

    def wrong(*given, **more):
        given = list(given)
        given[place] = change(given[place])
        return function(*given, **more)

    return wrong


CHANGES = {
    "sorted": lambda x: np.sort(x, axis=0),
    "moduli": np.abs,
    "the diagonal": lambda x: np.diag(np.diag(x)) if x.ndim == 2 else x,
    "centred": lambda x: x - x.mean(),
    "one column": lambda x: x * (np.arange(x.shape[-1]) < 1),
    "summing to one": lambda x: x / max(np.abs(x).sum(), 1e-9),
    "three rows": lambda x: (x.T * (np.arange(len(x)) < 3)).T,
}


@pytest.mark.parametrize("name", ALL)
def test_a_function_that_is_right_on_easy_inputs_only_is_caught(name):
    """Each wrong function differs from the right one on an input that the check tries, and fails there."""
    seen = []

    def watched(*given, **more):
        seen.append(copy.deepcopy((given, more)))
        return RIGHT[name](*given, **more)

    assert outcome(ALL[name], watched).startswith("Correct")
    for place in range(len(seen[0][0])):
        values = [given[place] for given, _ in seen]
        if isinstance(values[0], np.random.Generator):
            continue
        wrong = {"stuck": stuck(RIGHT[name], place)}
        if all(isinstance(value, np.ndarray) for value in values):
            wrong |= {kind: changed(RIGHT[name], place, change) for kind, change in CHANGES.items()}
        for kind, function in wrong.items():
            if all(alike(function, RIGHT[name], *call) for call in copy.deepcopy(seen)):
                continue
            assert not outcome(ALL[name], function).startswith("Correct"), (place, kind)


def alike(function, right, given, more) -> bool:
    """Whether both return the same, or do the same to what they are given."""
    try:
        found, expected = (result(part, copy.deepcopy(given), more) for part in (function, right))
        return all(map(np.allclose, found, expected))
    except (ValueError, IndexError, TypeError, ArithmeticError, np.linalg.LinAlgError):
        return False


def result(function, given, more) -> tuple:
    with np.errstate(all="ignore"):
        answer = function(*given, **more)
    return given[:1] if answer is None else answer if isinstance(answer, tuple) else (answer,)


def test_kendalls_correlation_is_named():
    said = outcome(ALL["vectors.check_frequency"], lambda v, o: kendalltau(v, o).statistic)
    assert "Kendall" in said


def tensor(value, **settings):
    torch = pytest.importorskip("torch")
    return torch.tensor(value, dtype=torch.float64, **settings)


RIGHT_NUMBERS = {
    "float": lambda: 2.0,
    "int": lambda: 2,
    "NumPy": lambda: np.float64(2),
    "int8": lambda: np.int8(2),
    "float32": lambda: np.float32(2),
    "no axis": lambda: np.array(2.0),
    "one entry": lambda: np.array([[2.0]]),
    "a list of one": lambda: [2],
    "fraction": lambda: Fraction(2),
    "decimal": lambda: Decimal(2),
    "complex": lambda: 2 + 0j,
    "tensor": lambda: tensor(2.0),
    "graph": lambda: tensor(2.0, requires_grad=True) * 1,
    "objects": lambda: np.array(2, object),
}

RIGHT_MATRICES = {
    "lists": lambda: [[1, 2], [3, 4]],
    "tuples": lambda: ((1, 2), (3, 4)),
    "NumPy": lambda: np.array([[1.0, 2], [3, 4]]),
    "np.matrix": lambda: np.asmatrix([[1.0, 2], [3, 4]]),
    "objects": lambda: np.array([[1, 2], [3, Fraction(4)]], object),
    "complex": lambda: np.array([[1, 2], [3, 4]]) + 0j,
    "float32": lambda: np.array([[1, 2], [3, 4]], np.float32),
    "sparse": lambda: scipy.sparse.csr_array([[1.0, 2], [3, 4]]),
    "rows": lambda: [np.array([1, 2]), (3, 4)],
    "graph": lambda: tensor([[1.0, 2], [3, 4]], requires_grad=True) * 1,
    "tensors in a list": lambda: [tensor([1.0, 2], requires_grad=True), tensor([3.0, 4])],
    "tensor without density": lambda: tensor([[1.0, 2], [3, 4]]).to_sparse(),
    "masked nothing": lambda: np.ma.masked_array([[1.0, 2], [3, 4]]),
}


@pytest.mark.parametrize("kind", RIGHT_NUMBERS)
def test_a_right_number_of_any_type_is_right(kind):
    assert ask(RIGHT_NUMBERS[kind], "a number", "it") == 2.0


@pytest.mark.parametrize("kind", RIGHT_MATRICES)
def test_a_right_matrix_of_any_type_is_right(kind):
    compare(ask(RIGHT_MATRICES[kind], "an array", "it"), [[1, 2], [3, 4]], "it")


def test_single_precision_is_right_to_six_digits():
    torch = pytest.importorskip("torch")
    compare(ask(lambda: np.float32(0.1), "a number", "it"), 0.1, "it")
    compare(ask(lambda: torch.tensor([0.1, 3.3]), "an array", "it"), [0.1, 3.3], "it")
    with pytest.raises(CheckFailed, match="should be 0.1001"):
        compare(ask(lambda: np.float32(0.1), "a number", "it"), 0.1001, "it")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("10%", "the number 0.1, without quotes"),
        (" 2.5 ", "the number 2.5, without quotes"),
        (Result(1.0, 0.5), "whole result of SciPy.*statistic"),
        (None, "returned None; does it end with a return statement"),
        (..., "holds the place"),
        (np.mean, "call it, with brackets"),
        ((x for x in "a"), "still to be made"),
        (np.eye(2), r"a single number is asked for, so the shape should be \(\), but is \(2, 2\)"),
        (1j, "complex numbers"),
        ([1, "a"], "the text 'a'"),
        ([[1], [2, 3]], "different lengths"),
        (10**400, "too large"),
    ],
)
def test_a_wrong_answer_is_told_what_it_is(answer, message):
    with pytest.raises(CheckFailed, match=message):
        ask(lambda: answer, "a number", "it")


def test_what_a_function_raises_is_told_with_its_line():
    def mine(x):
        y = x - 1
        return 1 / y

    with pytest.raises(CheckFailed, match="ZeroDivisionError, “.*”, in line [0-9]+: return 1 / y"):
        ask(mine, "a number", "it", 1)


def test_a_function_may_change_what_it_is_given():
    given = np.arange(3.0), [3, 1, 2]

    def mine(x, order):
        x += 1
        order.sort()
        return x.sum() + order[0]

    assert ask(mine, "a number", "it", *given) == 7.0
    assert given[0].tolist() == [0, 1, 2] and given[1] == [3, 1, 2]
    with pytest.raises(CheckFailed, match="changed the block"):
        ask(mine, "a number", "it", *given, intact="the block")


def test_a_share_in_per_cent_is_told():
    with pytest.raises(CheckFailed, match="per cent"):
        compare(12.5, 0.125, "the share")
