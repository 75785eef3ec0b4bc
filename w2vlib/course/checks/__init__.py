"""Checks that take a learner's answer and say what is wrong with it.

Each check raises :class:`CheckFailed` with an explanation, or prints one line
and returns nothing.  They compare with a tolerance, never to the last digit.

A check of your own needs four lines: :func:`ask` calls the learner's function
with copies of what you give it and turns whatever comes back into numbers,
:func:`name_mistake` recognises wrong answers, :func:`compare` refuses all others,
and :func:`passed` says that it is right.

>>> def check_mean(function):
...     for x in ([1.0, 2.0, 6.0], [4.0]):
...         found = ask(function, "a number", f"the mean of {x}", x)
...         name_mistake(found, {"this is the sum": sum(x)}, f"the mean of {x}", expected=np.mean(x))
...         compare(found, np.mean(x), f"the mean of {x}")
...     passed("the mean of three numbers and of one")
>>> check_mean(lambda x: sum(x) / len(x))
Correct: the mean of three numbers and of one.
>>> check_mean(sum)
Traceback (most recent call last):
...
w2vlib.course.checks.CheckFailed: the mean of [1.0, 2.0, 6.0]: this is the sum
>>> check_mean(lambda x: f"{sum(x) / len(x)}")
Traceback (most recent call last):
...
w2vlib.course.checks.CheckFailed: the mean of [1.0, 2.0, 6.0]: this is the text '3.0'; return the number 3, without quotes
"""

from __future__ import annotations

import copy
import re
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Set
from decimal import Decimal
from numbers import Number

import numpy as np

__all__ = [
    "CheckFailed",
    "NotDone",
    "Told",
    "as_numbers",
    "ask",
    "compare",
    "explained",
    "name_mistake",
    "passed",
    "unwrapped",
]

#: What a function may be asked for: how many parts the answer has, and whether each is a single number.
_FORMS = {
    "a number": (1, True),
    "two numbers": (2, True),
    "three numbers": (3, True),
    "an array": (1, False),
    "two arrays": (2, False),
    "a changed array": (1, False),
}


class CheckFailed(AssertionError):
    """A learner's answer that is not right yet; the message says in which respect.

    Examples
    --------
    >>> CheckFailed("the sum: it should be 6, but is 3.5").kind
    'it should be #, but is #'
    """

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows of it: the message, and not the way to it through the check."""
        return [f"{type(self).__name__}: {self}"]

    @property
    def kind(self) -> str:
        """What kind of wrong it is: the message without its subject and what is the learner's own, # for numbers."""
        says = str(self).partition(": ")[2] or str(self)
        says = re.sub(r"(raised|stopped with) (\w+).*", r"\1 \2", says, flags=re.DOTALL)
        return re.sub(r"[-−]?\d(?:[\d.,]*\d)?(?:e[-+]?\d+)?", "#", says)


class NotDone(CheckFailed):
    """An answer that nobody has written yet."""


class Told(Exception):
    """What a learner's function raised where it ran, in another process: the words of :func:`explained`."""


def ask(
    function: Callable,
    form: str,
    what: str,
    *arguments,
    remedy: str = "",
    warnings_fail: bool = False,
    intact: str = "",
    **keywords,
):
    """Call a learner's function, and return its answer as numbers, whatever their type.

    The function gets copies, which it may change.  What it raises is explained, with the line of
    its code; only KeyboardInterrupt goes through.

    Parameters
    ----------
    function : callable
        The learner's function.
    form : str
        What it should return: "a number", "two numbers", "three numbers", "an array", "two arrays", or
        "a changed array" if it returns nothing and changes its first argument.
    what : str
        What is asked of it, as for :func:`compare`.
    *arguments
        What the function is called with.
    remedy : str
        What to do if it fails or NumPy warns.
    warnings_fail : bool
        Whether a RuntimeWarning is a failure, where the exercise asks for code that gives none.
    intact : str
        What must not be changed, if the exercise asks for that: "the block".
    **keywords
        Given to the function, too.

    Returns
    -------
    float or array or tuple
        A number, an array of the numbers, an array or a tuple of arrays, as asked.  Single precision stays so,
        which :func:`compare` takes into account.  Shapes of arrays are for :func:`compare` to judge.
        Infinity and NaN are returned, finite numbers beyond 1e150 refused.

    Examples
    --------
    >>> ask(lambda x: [2 * x, "3"][0], "a number", "twice 4", 4)
    8.0
    >>> def inverse(x):
    ...     return 1 / x
    >>> ask(inverse, "a number", "one over 0", 0)
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: one over 0: the function raised ZeroDivisionError, “division by zero”, in line 2: return 1 / x
    >>> ask(np.log, "a number", "the PMI", 0.0, remedy="leave out pairs never seen", warnings_fail=True)
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the PMI: NumPy warns of “divide by zero encountered in log”; leave out pairs never seen
    """
    if not callable(function):
        raise CheckFailed("give the check the function itself: its name, without brackets behind it")
    given = copy.deepcopy(arguments)
    try:
        with warnings.catch_warnings(record=True) as warned, np.errstate(all="warn", under="ignore"):
            warnings.simplefilter("ignore")
            warnings.simplefilter("always", RuntimeWarning)
            if warnings_fail:
                warnings.simplefilter("error", RuntimeWarning)
            answer = function(*given, **copy.deepcopy(keywords))
    except KeyboardInterrupt:
        raise
    except NotImplementedError:
        raise NotDone(f"{what}: not done yet") from None
    except BaseException as trouble:  # SystemExit, too, would end the cell without a word
        says = explained(trouble, function, len(given) + len(keywords))
        raise CheckFailed(f"{what}: {says}" + f"; {remedy}" * bool(remedy)) from None
    if intact and not np.array_equal(given[0], arguments[0]):
        raise CheckFailed(f"{what}: the function changed {intact} that it was given; work on a copy")
    if form == "a changed array":
        if np.array_equal(given[0], arguments[0]):
            here = answer is not None and np.shape(_numbers(answer, what, form)) == np.shape(given[0])
            says = "change it itself, in place, and return nothing" if here else "nothing in it was changed"
            raise CheckFailed(f"{what}: the array that was given is as it was; {says}")
        return given[0]
    parts, single = _FORMS[form]
    read = _single if single else _numbers
    one = "a number" if single else "an array"
    numbers = [
        read(part, what, one) for part in ([answer] if parts == 1 else _parts(answer, parts, what, form))
    ]
    if remedy and warned and any(np.isnan(number).any() for number in numbers):
        raise CheckFailed(f"{what}: NumPy warns of “{warned[0].message}”; {remedy}")
    if parts == 1:
        return numbers[0]
    return np.array(numbers) if single else tuple(numbers)


def explained(trouble: BaseException, function: Callable, given: int) -> str:
    """Return what a learner's function raised, and in which line of its code.

    Parameters
    ----------
    trouble : BaseException
        What was raised.
    function : callable
        The function.
    given : int
        How many arguments it was called with.

    Returns
    -------
    str

    Examples
    --------
    >>> def inverse(x):
    ...     return 1 / x
    >>> try:
    ...     inverse(0)
    ... except ZeroDivisionError as trouble:
    ...     explained(trouble, inverse, 1)
    'the function raised ZeroDivisionError, “division by zero”, in line 2: return 1 / x'
    """
    if isinstance(trouble, Told):
        return str(trouble)
    try:
        says = f", “{trouble}”," if str(trouble) else ""
    except Exception:  # noqa: BLE001 - a learner's own exception may fail to describe itself
        says = ""
    if isinstance(trouble, RuntimeWarning):
        return f"NumPy warns of {says[2:-1]}"
    frames = traceback.extract_tb(trouble.__traceback__)[1:]
    if isinstance(trouble, TypeError) and not frames:
        return f"the function cannot be called with {given} argument{'s' * (given != 1)}: {says[2:-1]}"
    if isinstance(trouble, SystemExit):
        return "the function ends Python, by exit() or the like; return the answer"
    name = getattr(getattr(function, "__code__", None), "co_filename", None)
    lines = [frame for frame in frames if frame.filename == name]
    where = ""
    if lines:
        source = f": {lines[-1].line}" if lines[-1].line else ""
        where = f" in line {lines[-1].lineno}{source}"
    return f"the function raised {type(trouble).__name__}{says}{where}"


def _parts(answer, parts: int, what: str, form: str) -> list:
    """An answer of several parts, one by one."""
    _refuse_odd(answer, what, form)
    try:
        found = list(answer)
    except Exception:  # noqa: BLE001 - a foreign type that cannot be taken apart
        found = [answer]
    if len(found) != parts:
        raise CheckFailed(
            f"{what}: return {form}; the shape should be ({parts},), but "
            + (f"{len(found)} came back" if len(found) != 1 else "a single thing came back")
        )
    return found


def _single(answer, what: str, form: str) -> float:
    """A number, of any type that holds a single one."""
    found = _numbers(answer, what, form)
    if found.size != 1:
        raise CheckFailed(
            f"{what}: a single number is asked for, so the shape should be (), but is {found.shape}"
        )
    found = found.reshape(())[()]
    return found if found.dtype == np.float32 else float(found)


def _refuse_odd(answer, what: str, form: str) -> None:
    """Refuse what holds no numbers at all, with a word about how it may have come about."""
    kind = type(answer).__name__
    if answer is ...:
        raise NotDone(f"{what}: not done yet; ... holds the place of an answer")
    if answer is None:
        says = f"the function returned None; does it end with a return statement? Return {form}"
    elif isinstance(answer, (str, bytes)):
        says = f"this is the text {answer!r:.60}; return {form}, without quotes"
        try:
            number = float(str(answer).strip().rstrip("%")) / (
                100 if str(answer).strip().endswith("%") else 1
            )
            says = f"this is the text {answer!r:.60}; return the number {number:g}, without quotes"
        except ValueError:
            pass
    elif hasattr(answer, "statistic") and hasattr(answer, "pvalue"):
        says = f"this is a whole result of SciPy, {kind}; return {form}, such as its .statistic"
    elif isinstance(answer, Iterator):
        says = f"this is a {kind}, whose members are still to be made; return {form}, by way of list(...)"
    elif isinstance(answer, (Mapping, Set)):
        says = f"this is a {kind}; return {form}, in order"
    elif callable(answer) and not hasattr(answer, "__array__"):
        says = f"this is a function; call it, with brackets, and return {form}"
    else:
        return
    raise CheckFailed(f"{what}: {says}")


def unwrapped(answer):
    """Return an answer without what torch, pandas and SciPy wrap around numbers.

    Examples
    --------
    >>> import scipy.sparse
    >>> unwrapped([scipy.sparse.eye_array(2), 3])
    [array([[1., 0.],
           [0., 1.]]), 3]
    """
    if isinstance(answer, (list, tuple)):
        return [unwrapped(part) for part in answer]
    if hasattr(answer, "detach"):
        answer = answer.detach().cpu()
        answer = answer if "strided" in str(answer.layout) else answer.to_dense()
        if "bfloat16" in str(answer.dtype):
            answer = answer.float()
        return answer.resolve_conj().resolve_neg().numpy()
    if hasattr(answer, "toarray"):
        return answer.toarray()
    if isinstance(answer, np.ma.MaskedArray):
        return answer.astype(float).filled(np.nan)
    return answer


def _plain(answer, what: str, form: str):
    """The answer without what is wrapped around its numbers, if it can hold any."""
    _refuse_odd(answer, what, form)
    if isinstance(answer, (list, tuple)):
        return [_plain(part, what, form) for part in answer]
    return unwrapped(answer)


def as_numbers(answer, what: str, form: str = "an array"):
    """Return an answer that is no function as numbers, whatever their type; CheckFailed if it holds anything else.

    Parameters
    ----------
    answer
        What the learner wrote.
    what : str
        What it is an answer to, as for :func:`compare`.
    form : {"an array", "a number"}
        What is asked for.

    Returns
    -------
    ndarray or float
        Single precision stays so, as in :func:`ask`.

    Examples
    --------
    >>> as_numbers([1, 2.5], "the row sums").tolist()
    [1.0, 2.5]
    >>> as_numbers(..., "the row sums")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.NotDone: the row sums: not done yet; ... holds the place of an answer
    """
    return (_single if form == "a number" else _numbers)(answer, what, form)


def _numbers(answer, what: str, form: str) -> np.ndarray:
    """An array of real numbers; CheckFailed, in plain words, where the answer holds anything else."""
    try:
        found = np.asarray(_plain(answer, what, form))
    except RecursionError:
        raise CheckFailed(f"{what}: this is a list that holds itself; return {form}") from None
    except CheckFailed:
        raise
    except Exception:  # noqa: BLE001 - whatever a foreign type does when it is asked for its numbers
        lengths = isinstance(answer, (list, tuple))
        says = (
            "its parts have different lengths" if lengths else f"a {type(answer).__name__} holds no numbers"
        )
        more = "; return what is asked for alone" if isinstance(answer, tuple) else ""
        raise CheckFailed(f"{what}: {says}, and {form} is asked for{more}") from None
    if found.dtype.kind == "O":
        for place, part in np.ndenumerate(found):
            if not isinstance(part, (Number, Decimal, np.number, np.bool_)):
                at = f"entry {place if len(place) > 1 else place[0]} of it" if place else "it"
                raise CheckFailed(f"{what}: {at} is {_named(part)}, not a number; return {form}")
        try:
            found = found.astype(complex if any(isinstance(x, complex) for x in found.flat) else float)
        except (OverflowError, TypeError, ValueError):
            raise CheckFailed(f"{what}: it holds numbers that are too large for an array") from None
    if found.dtype.kind == "c":
        if (np.abs(found.imag) > 1e-9 * np.maximum(1, np.abs(found.real))).any() or np.isnan(
            found.imag
        ).any():
            raise CheckFailed(
                f"{what}: it holds complex numbers; return real ones, such as np.real or np.angle of them"
            )
        found = found.real
    if found.dtype.kind not in "biuf":
        kinds = {"U": "texts", "S": "texts", "M": "dates", "m": "lengths of time"}
        raise CheckFailed(
            f"{what}: it holds {kinds.get(found.dtype.kind, 'records')}; return {form} of numbers"
        )
    with np.errstate(over="ignore"):  # longer floats than ours
        found = found if found.dtype in (np.float32, np.float16) else found.astype(float)
    large = float(np.abs(found[np.isfinite(found)]).max(initial=0))
    if large > 1e150:  # its square is no number any more
        raise CheckFailed(
            f"{what}: it holds a number as large as {large:.3g}; was something divided by nearly 0?"
        )
    return found


def _named(thing) -> str:
    if thing is None:
        return "None"
    return f"the text {thing!r:.60}" if isinstance(thing, str) else f"a {type(thing).__name__}"


def compare(found, expected, what: str, tolerance: float = 1e-8, *, tell: bool = True) -> None:
    """Raise CheckFailed unless `found` has the shape and the values expected.

    Parameters
    ----------
    found : array-like
        The learner's answer.
    expected : array-like
        The right one.
    what : str
        What it is an answer to, as the subject of a sentence: "the counts of 'a b a'".
    tolerance : float
        Largest difference allowed, relative to the largest expected entry; at least 1e-5 for an answer in
        single precision.
    tell : bool
        Whether the message says what is right.  Not where the number itself is the answer that is marked.

    Examples
    --------
    >>> compare([1, 2], [1, 3], "the row sums")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the row sums: entry (1,) should be 3, but is 2
    >>> compare([1, 2], [1, 3], "the row sums", tell=False)
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the row sums: entry (1,) is 2, which is not right
    """
    expected = np.asarray(expected)
    found = _numbers(found, what, "an array" if expected.ndim else "a number")
    if found.shape != expected.shape:
        turned = "; it is turned on its side" if found.T.shape == expected.shape else ""
        raise CheckFailed(f"{what}: the shape should be {expected.shape}, but is {found.shape}{turned}")
    scale = max(1.0, float(np.abs(expected[np.isfinite(expected)]).max(initial=0)))
    tolerance = max(tolerance, 1e-5) if found.dtype == np.float32 else tolerance
    same = np.isclose(found.astype(float), expected, rtol=0, atol=tolerance * scale, equal_nan=True)
    if not same.all():
        place = tuple(map(int, np.argwhere(~same)[0]))
        subject = f"{what}: entry {place}" if place else what
        hint = "; is it per cent? Give a share" if not place and _percent(found, expected) else ""
        if not tell:
            raise CheckFailed(f"{subject} is {found[place]:.6g}, which is not right{hint}")
        raise CheckFailed(f"{subject} should be {expected[place]:.6g}, but is {found[place]:.6g}{hint}")


def _percent(found, expected) -> bool:
    return 0 < abs(expected) <= 1 and bool(np.isclose(found, 100 * expected, rtol=1e-6))


def name_mistake(
    found, mistakes: Mapping, what: str, *, expected=None, rtol: float = 1e-7, atol: float = 1e-12
) -> None:
    """Raise CheckFailed with the mistake's name if `found` is an answer known to be wrong.

    Parameters
    ----------
    found : array-like
        The learner's answer.
    mistakes : mapping
        What to say of each wrong answer, and that answer; the first that is close to `found` counts.
    what : str
        What it is an answer to, as for :func:`compare`.
    expected : array-like, optional
        The right answer, which some mistakes lead to as well.  Nothing is raised if `found` is close to it,
        or is nothing of its shape, of which :func:`compare` speaks.
    rtol, atol : float
        What is close, as in :func:`numpy.allclose`.

    Examples
    --------
    >>> name_mistake(6, {"this is half of it": 3, "this is twice as much": 12}, "the sum")
    >>> name_mistake(3, {"this is half of it": 3, "this is twice as much": 12}, "the sum")
    Traceback (most recent call last):
    ...
    w2vlib.course.checks.CheckFailed: the sum: this is half of it
    """
    if getattr(found, "dtype", None) == np.float32:
        rtol = max(rtol, 1e-5)
    if expected is not None:
        if np.shape(found) != np.shape(expected) or np.allclose(found, expected, rtol=rtol, atol=atol):
            return
    for message, wrong in mistakes.items():
        if np.shape(found) == np.shape(wrong) and np.allclose(found, wrong, rtol=rtol, atol=atol):
            raise CheckFailed(f"{what}: {message}")


def passed(what: str) -> None:
    """Say that a check has passed.

    Examples
    --------
    >>> passed("the row sums")
    Correct: the row sums.
    """
    print(f"Correct: {what}.")
