"""The reach of a dilated kernel: over how many places its taps spread."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import function, leads


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """One tap, no dilation, and others."""
    drawn = int(rng.integers(6, 12)), int(rng.integers(2, 9))
    for k, dilation in ((3, 1), (1, 4), (3, 2), (5, 3), (2, 5), (4, 2), drawn):
        yield case(f"k = {k}, dilation {dilation}", k=k, dilation=dilation)


@function(says="the reach of a dilated kernel", group="sizes", cases=cases, kind="int")
@leads(
    "k taps have k − 1 gaps between them. How many places does one gap hold?",
    "dilation − 1 places a gap, so k + (k − 1)(dilation − 1).",
)
def effective_kernel_size(k, dilation):
    """k taps and dilation − 1 holes between neighbors: k + (k − 1)(dilation − 1) places."""
    return k + (k - 1) * (dilation - 1)
    # ~ product: k * dilation | One tap reaches over one place, whatever the dilation.
    # ~ holes after every tap: k - 1 => k | k taps have k − 1 gaps between them.
    # ~ dilation counts holes: k + (k - 1) * dilation | Dilation 1 means no holes.
    # ~ last tap missing: (k - 1) * dilation
    #     | Count the places from the first tap to the last, both included.
    # ~ one hole only: k + (dilation - 1) | There are holes between all neighbors.
    # ~ one too many: k * dilation + 1 | Count the places from the first tap to the last.
    # ~ dilation ignored: k + 0 * dilation | Where does the dilation enter?
    # ~ holes only: (k - 1) * (dilation - 1) | The taps take up places too.
