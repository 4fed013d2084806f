"""Name the most likely cause: first known mistakes, then patterns that any gradient can show."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.compare import Finding
from autograder.checking.exercise import Case
from autograder.checking.messages import output_name
from autograder.checking.messages import translate as _
from autograder.checking.shape_patterns import shape_pattern
from autograder.checking.values import as_array, close, leaves

MINUS = "−1"


def pattern(finding: Finding, case: Case) -> str:
    """One sentence on what the wrong numbers have in common with the right ones, or ""."""
    if finding.kind == "shapes":
        return shape_pattern(finding)
    if finding.kind != "values" or finding.output.kind == "int":
        return ""
    got, want = as_array(finding.got), as_array(finding.want)
    if got is None or want is None or not np.isfinite(got).all():
        return ""
    if finding.output.kind == "any" and want.dtype.kind in "iu":  # a count, not a formula's value
        return ""
    got, want = got.astype(float), want.astype(float)
    with np.errstate(over="ignore"):
        near = close(got, want)
    if near:  # right but for the last digits: in any order, by any factor near 1
        return _term(finding, case, got, want)
    for look in (
        _zero,
        _equal_to_input,
        _scaled,
        _transposed,
        _blocks_permuted,
        _mask_missing,
        _term,
    ):
        sentence = look(finding, case, got, want)
        if sentence:
            return sentence
    return ""


def constants(case: Case) -> Iterator[tuple[str, float]]:
    """Constants worth recognizing, with the name a student knows them by.

    Sizes go by their letters: the example that is shown may have others.
    """
    yield MINUS, -1.0
    yield "2", 2.0
    yield "1/2", 0.5
    yield "4", 4.0
    yield "1/4", 0.25
    for r in (1, 2, 3):
        for combo in itertools.combinations(case.sizes.items(), r):
            product = float(np.prod([v for _, v in combo]))
            label = "·".join(k for k, _ in combo)
            below = f"1/({label})" if r > 1 else f"1/{label}"
            if product not in (0.0, 1.0):
                yield label, product
                yield below, 1 / product
                yield f"−{label}", -product
                yield f"−{below}", -1 / product
    for (a, x), (b, y) in itertools.permutations(case.sizes.items(), 2):
        if y and x != y:
            yield f"{a}/{b}", x / y


def _letters(label: str) -> int:
    return sum(c.isalpha() for c in label)


def _zero(finding: Finding, case: Case, got: np.ndarray, want: np.ndarray) -> str:
    if want.ndim and not got.any() and want.any():
        return _("{name} is zero everywhere.").format(name=output_name(finding.name))
    return ""


def _equal_to_input(finding: Finding, case: Case, got: np.ndarray, want: np.ndarray) -> str:
    if want.ndim == 0:
        return ""
    material = {**case.given, **case.inputs}
    for name, value in material.items():
        if (
            isinstance(value, np.ndarray)
            and value.dtype.kind in "fiu"
            and value.any()
            and close(got, value.astype(float))
        ):
            return _("{name} is just {other}, unchanged.").format(
                name=output_name(finding.name), other=name
            )
    return ""


def factors(finding: Finding, case: Case) -> list[str]:
    """The names of the factor by which a wrong value is a multiple of the right one."""
    got, want = as_array(finding.got), as_array(finding.want)
    if finding.kind != "values" or got is None or want is None or not np.isfinite(got).all():
        return []
    got, want = got.astype(float), want.astype(float)
    power = float(np.sum(want * want))
    if power == 0 or (want.size == 1 and abs(want.ravel()[0]) < 1e-12):
        return []
    with np.errstate(over="ignore"):
        ratio = float(np.sum(got * want) / power)
        multiple = close(got, ratio * want)
    if not multiple:
        return []
    return [name for name, value in constants(case) if abs(ratio - value) <= 1e-6 * abs(value)]


def times(finding: Finding, names: list[str]) -> str:
    """Say by which factor a value is wrong; names: what it may be called, the likeliest first."""
    name = output_name(finding.name)
    if names[0] == MINUS:
        return _("{name} has the wrong sign everywhere.").format(name=name)
    # Two letters of one size: which of them is meant cannot be told.
    twins = [label for label in names if _letters(label) == _letters(names[0]) == 1]
    factor = " = ".join(twins or names[:1])
    return _("{name} is the right answer times {factor}.").format(name=name, factor=factor)


def _scaled(finding: Finding, case: Case, got: np.ndarray, want: np.ndarray) -> str:
    # A factor that is none of the sizes' leads nowhere.
    names = factors(finding, case)
    return times(finding, names) if names else ""


def _transposed(finding: Finding, case: Case, got: np.ndarray, want: np.ndarray) -> str:
    if want.ndim < 2:
        return ""
    for order in itertools.permutations(range(want.ndim)):
        if order != tuple(range(want.ndim)):
            turned = want.transpose(order)
            if close(got, turned) or close(got.ravel(), turned.ravel()):
                return _(
                    "{name} holds the right numbers with its axes in another order (a transpose or "
                    "a reshape)."
                ).format(name=output_name(finding.name))
    for axis in range(want.ndim):
        if close(got, np.flip(want, axis)):
            return _("{name} is the right answer reversed along axis {axis}.").format(
                name=output_name(finding.name), axis=axis
            )
    if close(got, np.flip(want)):
        return _("{name} is the right answer reversed.").format(name=output_name(finding.name))
    return ""


def _blocks_permuted(finding: Finding, case: Case, got: np.ndarray, want: np.ndarray) -> str:
    if not finding.output.blocks:
        return ""
    axis, names = finding.output.blocks
    if want.shape[axis] % len(names):
        return ""
    mine, theirs = np.split(got, len(names), axis=axis), np.split(want, len(names), axis=axis)
    order = []
    for part in mine:
        match = [n for n, right in zip(names, theirs, strict=True) if close(part, right)]
        if not match:
            return ""
        order.append(match[0])
    return _("{name} has its blocks in the order {order}; promised is {names}.").format(
        name=output_name(finding.name), order=", ".join(order), names=", ".join(names)
    )


def _mask_missing(finding: Finding, case: Case, got: np.ndarray, want: np.ndarray) -> str:
    zero = want == 0
    if (
        want.ndim
        and zero.any()
        and not zero.all()
        and close(got[~zero], want[~zero])
        and got[zero].any()
    ):
        return _(
            "{name} is right where the right answer is not zero, and not zero where it should be: "
            "a mask is missing."
        ).format(name=output_name(finding.name))
    return ""


def _term(finding: Finding, case: Case, got: np.ndarray, want: np.ndarray) -> str:
    gap = got - want
    material: dict[str, Any] = dict(case.parts)
    for key, value in {**case.inputs, **case.given}.items():
        material.update(leaves(value, key))
    for name, part in material.items():
        if (
            isinstance(part, np.ndarray)
            and part.shape == want.shape
            and part.dtype.kind == "f"
            and part.any()
            and want.size > 1
        ):
            factor = float(np.sum(gap * part) / np.sum(part * part))
            if 1e-6 < abs(factor) < 1e6 and close(gap, factor * part):
                whole = abs(abs(factor) - 1) < 1e-6
                sentence = (
                    _(
                        "{name} differs from the right answer by {factor} times {part}: a term is "
                        "missing or one too many."
                    )
                    if whole
                    else _(
                        "{name} differs from the right answer by {factor} times {part}: is this "
                        "term missing, one too many, or has it another factor than it should?"
                    )
                )
                return sentence.format(
                    name=output_name(finding.name), factor=f"{factor:.4g}", part=output_name(name)
                )
    spread = float(np.ptp(gap)) if want.size > 1 else 1.0
    if spread <= 1e-9 * max(1.0, abs(float(gap.flat[0]))):
        return _("{name} is off by the same amount, {amount}, in every entry.").format(
            name=output_name(finding.name), amount=f"{float(gap.flat[0]):.4g}"
        )
    return ""
