"""What a wrong shape has to do with the right one: axes exchanged, kept, lost, not added up."""

from __future__ import annotations

import itertools

import numpy as np

from autograder.checking.compare import Finding
from autograder.checking.messages import output_name
from autograder.checking.messages import translate as _
from autograder.checking.values import close


def shape_pattern(finding: Finding) -> str:
    """One sentence on what the wrong shape has in common with the right one, or ""."""
    got, want = np.asarray(finding.got), np.asarray(finding.want)
    name = output_name(finding.name)
    if got.shape == want.shape[::-1] and want.ndim == 2:
        return _("{name} has the two axes of the right shape exchanged.").format(name=name)
    if got.size == want.size:
        squeezed = tuple(n for n in got.shape if n != 1)
        if squeezed == tuple(n for n in want.shape if n != 1):
            return _(
                "{name} has an axis of length one too many or too few; the shape has to match "
                "exactly."
            ).format(name=name)
        return _(
            "{name} has the right number of entries in another shape: a reshape is missing."
        ).format(name=name)
    for axes in itertools.combinations(range(got.ndim), max(0, got.ndim - want.ndim)):
        if not axes or tuple(n for k, n in enumerate(got.shape) if k not in axes) != want.shape:
            continue
        one = len(axes) == 1
        listed = str(axes[0]) if one else ", ".join(map(str, axes))
        if got.dtype.kind == "f" and close(got.sum(axis=axes), want.astype(float)):
            text = _("{name} is right after adding up over axis {axis}: that sum is missing.")
            if not one:
                text = _("{name} is right after adding up over the axes {axis}: that is missing.")
            return text.format(name=name, axis=listed)
        if one:
            return _(
                "{name} has an axis too many (axis {axis}): something was not added up."
            ).format(name=name, axis=listed)
        return _("{name} has too many axes ({axis}): something was not added up.").format(
            name=name, axis=listed
        )
    if got.ndim < want.ndim:
        return _(
            "{name} has lost an axis: along it something was added up, or one value was taken."
        ).format(name=name)
    return ""
