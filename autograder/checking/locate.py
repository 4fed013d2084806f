"""Say where two arrays differ: which rows, which border, which gate, which time step."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checking.compare import Finding
from autograder.checking.messages import output_name
from autograder.checking.messages import translate as _
from autograder.checking.values import as_array


def wrong_entries(finding: Finding) -> np.ndarray:
    """Boolean mask of the entries that differ by more than rounding; True where it is a text."""
    if as_array(finding.want) is None:
        return np.asarray(True)
    got, want = np.asarray(finding.got, dtype=float), np.asarray(finding.want, dtype=float)
    scale = np.sqrt(np.mean(want[np.isfinite(want)] ** 2)) if np.isfinite(want).any() else 0.0
    with np.errstate(invalid="ignore"):
        close = np.abs(got - want) <= 1e-6 * (np.abs(want) + scale) + finding.output.atol
    close &= np.isfinite(got) & np.isfinite(want)
    return np.asarray(~(close | (got == want) | (np.isnan(got) & np.isnan(want))))


def where(finding: Finding) -> str:
    """One sentence on where the difference sits, or "" where nothing stands out."""
    bad = wrong_entries(finding)
    if bad.ndim == 0 or not bad.any():
        return ""
    name = output_name(finding.name)
    if finding.output.blocks and bad.ndim:
        sentence = _block(finding, bad)
        if sentence:
            return sentence
    if bad.all():
        return _("Every entry of {name} differs.").format(name=name)
    axes = finding.output.axes if len(finding.output.axes) == bad.ndim else ()
    border = _border(name, bad)
    if border:
        return border
    for axis in range(bad.ndim):
        rest = tuple(i for i in range(bad.ndim) if i != axis)
        hit = np.asarray(bad.any(axis=rest) if rest else bad)
        if not hit.all():
            label = axes[axis] if axes else "index"
            text = _("{name} agrees except at {where}.")
            place = _indices(label, hit)
            if hit.sum() == len(hit) - 1 and len(hit) > 2:  # one is right
                text, place = _("{name} agrees only at {where}."), _indices(label, ~hit)
            if not axes and bad.ndim > 1:
                place = _("{where} on axis {i}").format(where=place, i=axis)
            return text.format(name=name, where=place)
    return _("{bad} of {all} entries of {name} differ, spread over the whole array.").format(
        bad=int(bad.sum()), all=bad.size, name=name
    )


def _indices(axis: str, hit: np.ndarray) -> str:
    n, at = len(hit), np.flatnonzero(hit)
    first, last, both = _ends(axis)
    label = _("index") if axis == "index" else _(axis)
    if list(at) == [0]:
        return first
    if list(at) == [n - 1]:
        return last
    if list(at) == [0, n - 1]:
        return both
    shown = ", ".join(str(int(i)) for i in at[:6]) + (" …" if len(at) > 6 else "")
    return _("{label} {numbers}").format(label=label, numbers=shown)


def _ends(axis: str) -> tuple[str, str, str]:
    """The first of an axis, the last, both; in some languages rows are counted without a word."""
    if axis == "row":
        return _("the first row"), _("the last row"), _("the first and the last row")
    if axis == "column":
        return _("the first column"), _("the last column"), _("the first and the last column")
    texts = _("the first {label}"), _("the last {label}"), _("the first and the last {label}")
    first, last, both = (text.format(label=_(axis)) for text in texts)
    return first, last, both


def _border(name: str, bad: np.ndarray) -> str:
    if bad.ndim < 2 or min(bad.shape[-2:]) < 3:
        return ""
    flat = np.asarray(bad.reshape(-1, *bad.shape[-2:]).any(axis=0))
    inner = flat[1:-1, 1:-1]
    edge = np.concatenate([flat[0], flat[-1], flat[1:-1, 0], flat[1:-1, -1]])
    if bad.ndim >= 3 and not inner.any() and edge.any():
        return _("{name} is right inside and wrong along its border.").format(name=name)
    if bad.ndim >= 3 and inner.any() and not edge.any():
        return _("{name} is right along its border and wrong inside.").format(name=name)
    return ""


def _block(finding: Finding, bad: np.ndarray) -> str:
    axis, names = finding.output.blocks  # type: ignore[misc]
    if bad.shape[axis] % len(names):
        return ""
    parts = np.split(bad, len(names), axis=axis)
    wrong = [n for n, part in zip(names, parts, strict=True) if part.any()]
    if len(wrong) == len(names):
        return ""
    return _("{name} is wrong in block {blocks} only; the blocks are {names}.").format(
        name=output_name(finding.name), blocks=", ".join(wrong), names=", ".join(names)
    )


def examples(
    finding: Finding, most: int = 3, beside: dict[str, Any] | None = None
) -> list[tuple[str, str, str]]:
    """(entry, yours, right) for the largest differences, as short texts.

    beside: inputs of the output's shape, whose numbers belong to the entry.
    """
    got, want = np.asarray(finding.got), np.asarray(finding.want)
    if want.ndim == 0:
        return [(output_name(finding.name), *_told_apart(got, want))]
    bad = wrong_entries(finding)
    with np.errstate(invalid="ignore"):
        gap = np.where(
            bad, np.nan_to_num(np.abs(got.astype(float) - want.astype(float)), nan=np.inf), -1
        )
    order = np.argsort(-gap, axis=None, kind="stable")[: min(most, int(bad.sum()))]
    rows = []
    for flat in order:
        at = np.unravel_index(flat, want.shape)
        index = ", ".join(str(int(i)) for i in at)
        entry = f"{output_name(finding.name)}[{index}]"
        for name, value in (beside or {}).items():
            if np.shape(value) == want.shape:
                entry += f", {name} = {_number(np.asarray(value)[at])}"
        rows.append((entry, *_told_apart(got[at], want[at])))
    return rows


def _told_apart(got: object, want: object) -> tuple[str, str]:
    """Two numbers with as many digits as it takes to see that they differ."""
    for digits in (6, 9, 12, 17):
        texts = _number(got, digits), _number(want, digits)
        if texts[0] != texts[1]:
            break
    return texts


def _number(value: object, digits: int = 6) -> str:
    array = np.asarray(value)
    return f"{float(array) + 0.0:.{digits}g}" if array.dtype.kind == "f" else str(array[()])
