"""True convolution of two vectors in three modes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case
from autograder.checking.kinds import function


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


@function(
    says="convolution in one dimension",
    group="conv",
    cases=mode_cases,
    whole="x w",
    outputs=[Output("y", axes=("place",))],
    forbids=(
        "numpy.convolve",
        "numpy.correlate",
        "scipy.signal",
        "scipy.ndimage",
        "nnkit.functional.conv.conv1d",
    ),
)
def conv1d(x, w, mode):
    """Wide is the full convolution; narrow and same are cuts of it."""
    m, k = len(x), len(w)
    # ~ not flipped: w = w[::-1]; ...
    #     | Convolution turns the kernel round; without that it is cross-correlation.
    wide = np.zeros(m + k - 1)
    for i in range(m):
        for j in range(k):
            wide[i + j] += x[i] * w[j]
            # ~ overwrites: wide[i + j] = x[i] * w[j] | Several products meet in one place.
            # ~ averaged: x[i] * w[j] / k | A convolution adds up.
    if mode == "wide":
        return wide
    if mode == "narrow":
        return wide[k - 1 : m]
        # ~ narrow too short: m => m - 1 | In how many places does the kernel lie wholly inside?
        # ~ narrow too long: m => m + 1
        # ~ narrow from the start: wide[:m - k + 1]
        #     | At the start the kernel does not lie wholly inside.
    return wide[(k - 1) // 2 : (k - 1) // 2 + m]
    # ~ same starts late: k - 1 => k | For an even kernel, which side gets the extra place?
    # ~ same starts at zero: wide[:m] | same takes the middle of wide.
    # ~ same takes the end: wide[k - 1:]
    #!! narrow and wide swapped | Which of the two is longer than x?
    #!! def conv1d(x, w, mode):
    #!!     """Wide is the full convolution; narrow and same are cuts of it."""
    #!!     m, k = len(x), len(w)
    #!!     wide = np.zeros(m + k - 1)
    #!!     for i in range(m):
    #!!         for j in range(k):
    #!!             wide[i + j] += x[i] * w[j]
    #!!     if mode == "narrow_":
    #!!         return wide
    #!!     if mode == "wide":
    #!!         return wide[k - 1 : m]
    #!!     if mode == 'narrow':
    #!!         return wide
    #!!     return wide[(k - 1) // 2 : (k - 1) // 2 + m]
    #!!
    #!! mode ignored | The mode decides the length.
    #!! def conv1d(x, w, mode):
    #!!     """Wide is the full convolution; narrow and same are cuts of it."""
    #!!     m, k = len(x), len(w)
    #!!     wide = np.zeros(m + k - 1)
    #!!     for i in range(m):
    #!!         for j in range(k):
    #!!             wide[i + j] += x[i] * w[j]
    #!!     return wide
    #!!     if mode == "narrow":
    #!!         return wide[k - 1 : m]
    #!!     return wide[(k - 1) // 2 : (k - 1) // 2 + m]
    #!!
    #!! output reversed | Compare the first value with the hand-sized example.
    #!! def conv1d(x, w, mode):
    #!!     """Wide is the full convolution; narrow and same are cuts of it."""
    #!!     m, k = len(x), len(w)
    #!!     wide = np.zeros(m + k - 1)
    #!!     for i in range(m):
    #!!         for j in range(k):
    #!!             wide[i + j] += x[i] * w[j]
    #!!     wide = wide[::-1]
    #!!     if mode == "wide":
    #!!         return wide
    #!!     if mode == "narrow":
    #!!         return wide[k - 1 : m]
    #!!     return wide[(k - 1) // 2 : (k - 1) // 2 + m]
    #!!
