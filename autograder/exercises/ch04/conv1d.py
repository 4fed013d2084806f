"""True convolution of two vectors in three modes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case, wrong
from autograder.checking.kinds import function


def conv1d(x, w, mode):
    """Wide is the full convolution; narrow and same are cuts of it."""
    m, k = len(x), len(w)
    wide = np.zeros(m + k - 1)
    for i in range(m):
        for j in range(k):
            wide[i + j] += x[i] * w[j]
    if mode == "wide":
        return wide
    if mode == "narrow":
        return wide[k - 1 : m]
    return wide[(k - 1) // 2 : (k - 1) // 2 + m]


def mode_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Odd and even kernels without symmetry, one tap, a kernel as long as x."""
    for m, k in ((7, 3), (6, 4), (5, 1), (6, 2), (4, 4)):
        for mode in ("narrow", "wide", "same"):
            yield case(
                f"{mode}, M = {m}, K = {k}",
                x=rng.standard_normal(m),
                w=rng.standard_normal(k),
                mode=mode,
                M=m,
                K=k,
            )


CONV1D = function(
    conv1d, chapter=4, summary="convolution in one dimension", cases=mode_cases, whole="x w", outputs=[Output("y", axes=("place",))],
    forbids=("numpy.convolve", "numpy.correlate", "scipy.signal", "scipy.ndimage", "nnkit.functional.conv.conv1d"),
    mistakes=[
        wrong("not_flipped", "Convolution turns the kernel round; without that it is cross-correlation.", "m, k = len(x), len(w)", "w = w[::-1]\n    m, k = len(x), len(w)"),
        wrong("narrow_and_wide_swapped", "Which of the two is longer than x?", 'mode == "wide"', 'mode == "narrow_"', 'mode == "narrow"', 'mode == "wide"', "return wide[(k", "if mode == 'narrow':\n        return wide\n    return wide[(k"),
        wrong("same_starts_late", "For an even kernel, which side gets the extra place?", "wide[(k - 1) // 2 : (k - 1) // 2 + m]", "wide[k // 2 : k // 2 + m]"),
        wrong("same_starts_at_zero", "same takes the middle of wide.", "wide[(k - 1) // 2 : (k - 1) // 2 + m]", "wide[:m]"),
        wrong("same_takes_the_end", "same takes the middle of wide.", "wide[(k - 1) // 2 : (k - 1) // 2 + m]", "wide[k - 1 :]"),
        wrong("narrow_too_short", "In how many places does the kernel lie wholly inside?", "wide[k - 1 : m]", "wide[k - 1 : m - 1]"),
        wrong("narrow_too_long", "In how many places does the kernel lie wholly inside?", "wide[k - 1 : m]", "wide[k - 1 : m + 1]"),
        wrong("narrow_from_the_start", "At the start the kernel does not lie wholly inside.", "wide[k - 1 : m]", "wide[: m - k + 1]"),
        wrong("overwrites", "Several products meet in one place.", "wide[i + j] += x[i] * w[j]", "wide[i + j] = x[i] * w[j]"),
        wrong("mode_ignored", "The mode decides the length.", 'if mode == "wide":\n        return wide\n', "return wide\n"),
        wrong("output_reversed", "Compare the first value with the hand-sized example.", "    if mode == \"wide\"", "    wide = wide[::-1]\n    if mode == \"wide\""),
        wrong("averaged", "A convolution adds up.", "x[i] * w[j]", "x[i] * w[j] / k"),
    ],
)  # fmt: skip
