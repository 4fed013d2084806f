"""Compare what came back with what is right: structure, shape, dtype, finiteness, then values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checking.exercise import Exercise, Output
from autograder.checking.messages import translate as _
from autograder.checking.values import as_array, describe, identical, leaves

# What is left of exp(x) - 1 near 0, or of 1 - p near p = 1, is off by far more than this.
PRECISION = 1e-6


@dataclass(frozen=True)
class Finding:
    """One difference.

    `name` is the output (with its index inside a container), `kind` structure, shapes, dtype,
    finite or values.
    """

    kind: str
    name: str
    output: Output
    got: Any
    want: Any
    error: float = float("nan")


def compare(
    exercise: Exercise,
    got: dict[str, Any],
    want: dict[str, Any],
    wants: dict[str, Any] | None = None,
    elementwise: bool = False,
    any_dtype: bool = False,
    precise: bool = False,
) -> list[Finding]:
    """All findings of one run: at most one for each leaf of each output.

    elementwise: extreme values are judged entry by entry; precise: also where they are tiny.
    """
    found: list[Finding] = []
    for name, right in {**want, **(wants or {})}.items():
        if name.startswith("!"):
            continue
        output = exercise.output(name.split(" (")[0])
        if name not in got:
            found.append(Finding("structure", name, output, None, right))
            continue
        mine, theirs = dict(leaves(got[name], name)), dict(leaves(right, name))
        if _form(got[name]) != _form(right):
            found.append(Finding("structure", name, output, got[name], right))
            continue
        for path in theirs:
            finding = compare_leaf(
                output, path, mine[path], theirs[path], elementwise, any_dtype, precise
            )
            if finding:
                found.append(finding)
    return found


def compare_leaf(
    output: Output,
    path: str,
    got: Any,
    want: Any,
    elementwise: bool,
    any_dtype: bool,
    precise: bool,
) -> Finding | None:
    """Compare one array or number with the right one."""
    right, mine = as_array(want), as_array(got)
    if right is None:
        return (
            None
            if type(got) is type(want) and got == want
            else Finding("values", path, output, got, want)
        )
    if mine is None:
        return Finding("structure", path, output, got, want)
    if mine.shape != right.shape:
        return Finding("shapes", path, output, mine, right)
    if (output.strict or not any_dtype or mine.dtype.kind == "c") and not _right_dtype(
        output, got, mine
    ):
        return Finding("dtype", path, output, mine, right)
    if identical(mine, right):
        return None
    if type(got) is type(want) is bool:
        return Finding("values", path, output, got, want)
    finite = np.isfinite(mine)
    if not finite.all() and not np.all(finite | ~np.isfinite(right)):
        return Finding("finite", path, output, mine, right)
    error, close = (difference if not precise else precision)(output, mine, right, elementwise)
    return None if close else Finding("values", path, output, mine, right, error)


def difference(
    output: Output, got: np.ndarray, want: np.ndarray, elementwise: bool = False
) -> tuple[float, bool]:
    """(norm-wise relative difference, 0 where it is too small to matter; close enough).

    Norm-wise, because a right gradient summed in another order is off by 1e-10 of the tensor's
    norm, which can be 1e-6 of its smallest entry. Extreme values span many magnitudes and are
    judged entry by entry.
    """
    if output.kind == "int":
        return float(np.mean(got != want)), bool(np.array_equal(got, want))
    finite = np.isfinite(want)
    if not finite.all():
        if not np.array_equal(got[~finite], want[~finite], equal_nan=True):
            return float("inf"), False
        got, want = got[finite], want[finite]
    with np.errstate(over="ignore"):
        a, b = got.astype(np.float64), want.astype(np.float64)
        gap = np.abs(a - b)
        if np.all(gap <= output.atol):
            return 0.0, True
        size = np.abs(b)
        peak = float(max(size.max(initial=0.0), 1e-300))
        norm = max(float(np.linalg.norm(size / peak)), 1e-300)
        relative = float(np.linalg.norm(gap / peak)) / norm
        if elementwise:
            if relative <= 1e-10:  # what is left of a sum that cancels differs from code to code
                return relative, True
            return relative, bool(np.all(gap <= output.atol + 10 * output.tol * size))
    return relative, relative <= output.tol


def precision(
    output: Output, got: np.ndarray, want: np.ndarray, _elementwise: bool = True
) -> tuple[float, bool]:
    """(largest relative difference of an entry, every entry has its leading digits)."""
    with np.errstate(all="ignore"):
        gap, size = np.abs(got.astype(float) - want), np.abs(want.astype(float))
        relative = np.where(gap == 0, 0.0, gap / np.maximum(size, 1e-300))
    worst = float(np.max(relative, initial=0.0))
    return worst, worst <= PRECISION


def _right_dtype(output: Output, raw: Any, array: np.ndarray) -> bool:
    if output.kind == "any":
        return array.dtype.kind in "biuf"
    if output.kind == "int":
        integral = (
            array.dtype.kind == "f" and output.loose and bool(np.all(array == np.rint(array)))
        )
        return array.dtype.kind in "iu" or integral
    if array.ndim == 0 and type(raw) in (int, float):  # a Python number is a right scalar
        return True
    return array.dtype == np.float64 or (array.dtype.kind == "f" and array.dtype.itemsize > 8)


def _form(value: Any) -> Any:
    """The nesting of containers; a list where a tuple is promised is right too."""
    if isinstance(value, dict):
        return {key: _form(v) for key, v in sorted(value.items(), key=lambda item: str(item[0]))}
    if isinstance(value, (tuple, list)):
        return [_form(v) for v in value]
    return None


def form_text(value: Any) -> str:
    """A plain value's form in words: "a dict with keys w1, b1", "an array of shape (3, 4)"."""
    if isinstance(value, dict):
        return _("a dict with the keys {keys}").format(keys=", ".join(map(str, value)))
    if isinstance(value, (tuple, list)):
        return _("a {kind} of {n}").format(kind=type(value).__name__, n=len(value))
    return describe(value)
