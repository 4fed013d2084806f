"""Whether two functions show the same on one probe: errors by kind, numbers up to rounding."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checking.exercise import Exercise
from autograder.checking.values import as_array, leaves, norm


def _near(x: np.ndarray, y: np.ndarray, atol: float, elementwise: bool) -> bool:
    """Equal up to rounding; infinities and NaN only to their like."""
    kind = complex if "c" in (x.dtype.kind, y.dtype.kind) else float
    u, v = x.astype(kind).ravel(), y.astype(kind).ravel()
    finite = np.isfinite(u) & np.isfinite(v)
    if not finite.all():
        if not np.array_equal(u[~finite], v[~finite], equal_nan=True):
            return False
        u, v = u[finite], v[finite]
    if elementwise:  # every digit counts: 1e-18 is not 0
        atol = min(atol, 1e-15)
        if ((u == 0) != (v == 0)).any():
            return False
    size = np.abs(v)
    scale = 0.0 if elementwise or not size.size else norm(v) / v.size**0.5
    return bool((np.abs(u - v) <= 2 * atol + 1e-6 * (size + scale)).all())


def _type(x: np.ndarray) -> tuple[str, bool]:
    """What of an array's type tells two functions apart: its kind, and whether it is a short float.

    How many digits a float has is what one failure is about; whole numbers differ by computer.
    """
    return x.dtype.kind, x.dtype.kind == "f" and x.dtype.itemsize < 8


def nearer(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> bool:
    """Whether x is y rather than z: to call it so where all three are one would mean nothing."""
    if any(a.dtype.kind not in "biuf" or not np.isfinite(a).all() for a in (x, y, z)):
        return True
    x, y, z = (a.astype(float) for a in (x, y, z))
    return bool(norm(x - y) <= 0.2 * norm(x - z))


def alike(exercise: Exercise, a: Any, b: Any, elementwise: bool = False) -> bool:
    """Two observations of one probe are the same up to rounding."""
    if (a[0] == "") != (b[0] == ""):
        return False
    if a[0]:
        return a[0] == b[0]
    if set(a[2]) - {"cache"} != set(b[2]) - {"cache"} or a[3] != b[3] or a[1].keys() != b[1].keys():
        return False
    for name, value in a[1].items():
        mine, theirs = dict(leaves(value, name)), dict(leaves(b[1][name], name))
        if mine.keys() != theirs.keys():
            return False
        output = exercise.output(name.split(" (")[0])
        for path, u in mine.items():
            x, y = as_array(u), as_array(theirs[path])
            if x is None or y is None:
                if type(u) is not type(theirs[path]) or u != theirs[path]:
                    return False
            elif (
                x.shape != y.shape
                or (_type(x) != _type(y) and x.ndim)
                or not _near(x, y, output.atol, elementwise)
            ):
                return False
    return True
