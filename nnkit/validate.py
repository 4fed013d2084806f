"""Input checks that every pair shares: the argument, what was given, what was expected.

Nothing here copies an array that is already right, so a check costs about a microsecond.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray
FLOATS = (np.dtype(np.float64), np.dtype(np.float32))


def describe(shape: Sequence[int | str]) -> str:
    """Write a shape as people do: sizes and letters in parentheses, `(3,)` for one axis."""
    inner = ", ".join(str(size) for size in shape)
    return f"({inner},)" if len(shape) == 1 else f"({inner})"


def numbers(value: Any, name: str) -> Array:
    """Return `value` as a numeric array (bool, whole or real); ValueError for anything else."""
    if type(value) is np.ndarray:
        array = value
    else:
        try:
            array = np.asarray(value)
        except ValueError:
            raise ValueError(
                f"{name} is ragged (its rows differ in length); expected one rectangular array"
            ) from None
    if array.dtype.kind not in "fiub":
        what = {"c": "complex numbers", "U": "text", "S": "text", "O": "objects"}
        raise ValueError(
            f"{name} holds {what.get(array.dtype.kind, str(array.dtype))} "
            f"(dtype {array.dtype}); expected real numbers"
        )
    return array


def floats(value: Any, name: str, shape: Sequence[int | str] | None = None, why: str = "") -> Array:
    """Return `value` as float32 or float64 of the expected shape.

    float32 and float64 pass as they are (no copy); all other real numbers become float64.
    In `shape` a number is a size that must be met and a letter stands for any size; "..." stands
    for any number of axes. Raises ValueError.
    """
    if type(value) is np.ndarray and value.dtype.char in "df" and value.dtype.isnative:
        array = value
    else:
        array = numbers(value, name)
        if array.dtype not in FLOATS:
            array = array.astype(np.float64)
    if shape is not None and array.shape != shape:
        check_shape(array, name, shape, why)
    return array


def check_shape(array: Array, name: str, shape: Sequence[int | str], why: str = "") -> None:
    """Raise ValueError unless `array` has `shape` (numbers must match, letters are free)."""
    given, sizes = array.shape, tuple(shape)
    if "..." in sizes:
        at = sizes.index("...")
        free = max(len(given) - len(sizes) + 1, 0)  # how many axes the dots stand for
        given, sizes = given[:at] + given[at + free :], sizes[:at] + sizes[at + 1 :]
    if len(given) == len(sizes):
        for wanted, size in zip(sizes, given, strict=True):  # a loop: small networks feel all()
            if wanted != size and type(wanted) is not str:
                break
        else:
            return
    reason = f" ({why})" if why else ""
    raise ValueError(
        f"{name} has shape {describe(array.shape)}; expected {describe(shape)}{reason}"
    )


def upstream(dout: Any, shape: tuple[int, ...], name: str = "dout") -> Array:
    """Return the upstream gradient as floats of exactly the output's shape; else ValueError."""
    array = floats(dout, name)
    if array.shape != shape:
        raise ValueError(
            f"{name} has shape {describe(array.shape)}; "
            f"expected {describe(shape)}, the shape of the output"
        )
    return array


def labels(
    value: Any, name: str, shape: Sequence[int | str], classes: int, what: str = "class"
) -> Array:
    """Return class indices as integers in 0 .. classes - 1; else ValueError.

    Whole numbers stored as floats are accepted; NaN, fractions and one-hot rows are not. `what`
    says what is counted, if not classes.
    """
    array = numbers(value, name)
    if array.shape != shape:
        check_shape(array, name, shape, f"one {what} index for each example")
    if array.dtype.kind == "f":
        wrong = array != np.floor(array)  # NaN differs from everything, itself included
        if wrong.any():
            raise ValueError(
                f"{name} contains {array[wrong].flat[0]}; "
                f"expected whole {what} indices from 0 to {classes - 1}"
            )
    if array.dtype.char in "lq" and array.size and array.itemsize == 8:
        # As unsigned numbers the negative ones are the largest: one pass checks both ends.
        outside = int(np.maximum.reduce(array.view(np.uint64), axis=None)) >= classes
    else:
        outside = bool(array.size) and not 0 <= array.min() <= array.max() < classes
    if outside:
        wrong = (array < 0) | (array >= classes)
        raise ValueError(
            f"{name} contains the {what} index {array[wrong].flat[0]}; expected 0 to {classes - 1}"
        )
    return array if array.dtype.kind in "iu" else array.astype(np.int64)


def not_empty(array: Array, name: str, what: str = "example") -> None:
    """Raise ValueError when `array` holds nothing: a mean over nothing has no value."""
    if array.size == 0:
        raise ValueError(f"{name} has shape {describe(array.shape)}; expected at least one {what}")


def number(
    value: Any, name: str, *, above: float = -np.inf, least: float = -np.inf, most: float = np.inf
) -> float:
    """Return `value` as a float with above < value, least <= value <= most; else ValueError."""
    if isinstance(value, (str, bytes)) or np.ndim(value) != 0:
        raise ValueError(f"{name} is {value!r}; expected one number")
    try:
        result = float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is {value!r}; expected one number") from None
    if not (result > above and least <= result <= most):
        limits = {"above": above, "at least": least, "at most": most}
        bounds = [f"{words} {limit:g}" for words, limit in limits.items() if np.isfinite(limit)]
        raise ValueError(f"{name} is {value}; expected a number {' and '.join(bounds)}".rstrip())
    return result


def integer(value: Any, name: str, *, least: int) -> int:
    """Return `value` as an int of at least `least`; else ValueError (True is not a number here)."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise ValueError(f"{name} is {value!r}; expected a whole number of at least {least}")
    if value < least:
        raise ValueError(f"{name} is {value}; expected at least {least}")
    return int(value)


def pair(value: Any, name: str, *, least: int) -> tuple[int, int]:
    """Return a size given as one whole number or as two (height, width); else ValueError."""
    both = value if type(value) is tuple else (value, value)
    if len(both) == 2 and type(both[0]) is type(both[1]) is int and min(both) >= least:
        return both  # the usual case: a convolution asks nine times a step
    if isinstance(value, (tuple, list)):
        if len(value) != 2:
            raise ValueError(
                f"{name} is {value!r}; expected a whole number or two of them (height, width)"
            )
        first, second = (integer(v, f"{name}[{i}]", least=least) for i, v in enumerate(value))
        return first, second
    one = integer(value, name, least=least)
    return one, one


def size_tuple(value: Any, name: str, meaning: str) -> tuple[int, ...]:
    """Return whole numbers from 0 as a tuple, as many as `meaning` ("(rows, columns)") names."""
    expected = meaning.count(",") + 1
    if not isinstance(value, (tuple, list)) or ("..." not in meaning and len(value) != expected):
        raise ValueError(f"{name} is {value!r}; expected {meaning}")
    return tuple(integer(v, f"{name}[{i}]", least=0) for i, v in enumerate(value))


def generator(rng: Any, name: str = "rng") -> np.random.Generator:
    """Return `rng` if it is a NumPy generator; else ValueError that says how to make one."""
    if not isinstance(rng, np.random.Generator):
        raise ValueError(
            f"{name} is {type(rng).__name__}; expected a numpy.random.Generator, "
            "for example np.random.default_rng(0)"
        )
    return rng
