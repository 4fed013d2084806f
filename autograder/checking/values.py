"""Plain values: what student code returns, rebuilt from numbers, strings and containers alone.

Student objects may lie in `__eq__`, `__array__` or `__class__`. Everything judged passes through
`plain`, which looks at exact types only and copies the numbers out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.messages import translate

MAX_ITEMS = 100_000


class NotPlain(Exception):
    """A returned value is not made of numbers, strings, arrays and containers of these."""


def plain(value: Any, depth: int = 0) -> Any:
    """Copy `value` into exact built-in types and numeric arrays; NotPlain for anything else."""
    kind = type(value)
    if value is None or kind in (bool, int, float, complex, str):
        return value
    if kind is np.ndarray or (isinstance(kind, type) and issubclass(kind, np.ndarray)):
        # np.ndarray.__array__ and not the subclass's own: a subclass cannot change what is seen.
        base = np.ndarray.view(value, np.ndarray)
        if base.dtype.kind not in "biufc":
            raise NotPlain(translate("an array of dtype {dtype}").format(dtype=base.dtype))
        return np.array(base)
    if issubclass(kind, np.generic) and kind.__module__ == "numpy":
        if np.dtype(kind).kind not in "biufc":
            return str(value)
        return np.array(value)
    if depth > 8:
        raise NotPlain(translate("containers nested more than eight deep"))
    if issubclass(kind, (tuple, list)) and (kind in (tuple, list) or hasattr(kind, "_fields")):
        items = list(tuple.__iter__(value) if issubclass(kind, tuple) else list.__iter__(value))
        if len(items) > MAX_ITEMS:
            raise NotPlain(
                translate("a {kind} of {n} entries").format(kind=kind.__name__, n=f"{len(items):,}")
            )
        rebuilt = [plain(item, depth + 1) for item in items]
        return tuple(rebuilt) if issubclass(kind, tuple) else rebuilt
    if kind is dict or (kind.__name__ in ("OrderedDict", "defaultdict") and issubclass(kind, dict)):
        pairs = list(dict.items(value))
        if len(pairs) > MAX_ITEMS or not all(type(k) in (str, int) for k, _ in pairs):
            raise NotPlain(translate("a dict with keys that are not names or whole numbers"))
        return {k: plain(v, depth + 1) for k, v in pairs}
    raise NotPlain(describe(value))


def describe(value: Any) -> str:
    """Say what `value` is, in a few words, without running any of its code."""
    kind = type(value)
    if value is None:
        return "None"
    if issubclass(kind, np.ndarray):
        base = np.ndarray.view(value, np.ndarray)
        return translate("an array of shape {shape}, dtype {dtype}").format(
            shape=base.shape, dtype=base.dtype
        )
    if kind in (bool, int, float, str):
        text = repr(value)
        return translate("the {kind} {value}").format(
            kind=kind.__name__, value=text if len(text) <= 40 else text[:37] + "..."
        )
    if kind in (tuple, list, dict):
        return translate("a {kind} of {n}").format(kind=kind.__name__, n=len(value))
    if kind is type:
        return translate("the class {name}").format(name=type.__getattribute__(value, "__name__"))
    name = type.__getattribute__(kind, "__name__")
    return (translate("an {name}") if name[0] in "aeiouAEIOU" else translate("a {name}")).format(
        name=name
    )


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (path, leaf) over nested containers; arrays, numbers and strings are leaves."""
    if isinstance(value, dict):
        for key in value:
            yield from leaves(value[key], f"{name}[{key!r}]")
    elif isinstance(value, (tuple, list)):
        for i, item in enumerate(value):
            yield from leaves(item, f"{name}[{i}]")
    else:
        yield name, value


def as_array(value: Any) -> np.ndarray | None:
    """The numeric array of a plain leaf, or None where it is not a number."""
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, (bool, int, float, complex)):
        try:
            big = isinstance(value, int) and abs(value) > 2**62
            return np.array(value, dtype=float if big else None)
        except (OverflowError, ValueError):
            return None
    return None


def identical(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two arrays are equal bit by bit: the quick answer to most questions of equality."""
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def close(a: np.ndarray, b: np.ndarray) -> bool:
    """Finite and equal up to rounding, norm-wise."""
    if a.shape != b.shape or not (np.isfinite(a).all() and np.isfinite(b).all()):
        return False
    with np.errstate(over="ignore"):
        return norm(a - b) <= 1e-6 * max(norm(b), 1e-12)


def norm(x: np.ndarray) -> float:
    """The root of the sum of squares, also where the squares are too large for a float."""
    peak = float(np.abs(x).max()) if x.size else 0.0
    if not 0.0 < peak < np.inf:
        return peak
    return peak * float(np.linalg.norm(x / peak))


def same(a: Any, b: Any) -> bool:
    """Exact equality of two plain values, NaN equal to NaN."""
    if type(a) is type(b) is np.ndarray and identical(a, b):
        return True
    left, right = dict(leaves(a)), dict(leaves(b))
    if left.keys() != right.keys():
        return False
    for key, u in left.items():
        v = right[key]
        x, y = as_array(u), as_array(v)
        if x is None or y is None:
            if type(u) is not type(v) or (isinstance(u, str) and u != v):
                return False
        elif x.shape != y.shape or not np.array_equal(x, y, equal_nan=x.dtype.kind in "fc"):
            return False
    return True
