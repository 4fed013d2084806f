"""True convolution of two vectors, the kernel turned round, in three modes."""

import numpy as np

from autograder.checking.kinds import draws, function, leads


@function(
    says="convolution in one dimension",
    group="conv",
    # Odd and even kernels without symmetry, one tap, a kernel as long as x.
    cases=draws(
        "x: M, w: K",
        *[
            {"M": m, "K": k, "mode": mode, "label": f"{mode}, M = {m}, K = {k}"}
            for m, k in ((7, 3), (6, 4), (5, 1), (6, 2), (4, 4))
            for mode in ("narrow", "wide", "same")
        ],
    ),
    whole="x",
    outputs="y: place",
    forbids=("numpy.convolve", "numpy.correlate", "scipy.signal", "scipy.ndimage"),
)
@leads(
    "Multiply the two sequences as polynomials: the product of entry i and tap j adds to "
    "place i + j.",
    "That is the wide result, of length M + K − 1. Narrow keeps the M − K + 1 places "
    "where the kernel lies inside; same keeps M in the middle.",
)
def conv1d(x, w, mode):
    """Wide is the full convolution; narrow and same are cuts of it."""
    m, k = len(x), len(w)
    # ~ not flipped: w = w[::-1]; ...
    #     | Convolution turns the kernel round; without that it is cross-correlation.
    wide = np.zeros(m + k - 1)
    # ~ whole numbers kept: np.zeros(m + k - 1, dtype=x.dtype)
    #     | What becomes of 0.3 in an array of whole numbers?
    for i in range(m):
        for j in range(k):
            wide[i + j] += x[i] * w[j]
            # ~ overwrites: wide[i + j] = x[i] * w[j] | Several products meet in one place.
            # ~ averaged: x[i] * w[j] / k | A convolution adds up.
    if mode == "wide":
        # ~ output reversed: wide = wide[::-1]; ...
        #     | Compare the first value with the hand-sized example.
        # ~ narrow and wide swapped: mode == "narrow" | Which of the two is longer than x?
        # ~ mode ignored: True | The mode decides the length.
        return wide
    if mode == "narrow":  # ~ narrow and wide swapped: mode == "wide"
        return wide[k - 1 : m]
        # ~ negative end at one: wide[k - 1 : -(k - 1)] | What is the slice [0:-0]?
        # ~ narrow too short: m => m - 1 | In how many places does the kernel lie wholly inside?
        # ~ narrow too long: m => m + 1
        # ~ narrow from the start: wide[: m - k + 1]
        #     | At the start the kernel does not lie wholly inside.
    return wide[(k - 1) // 2 : (k - 1) // 2 + m]
    # ~ negative end at one: wide[(k - 1) // 2 : -(k - 1 - (k - 1) // 2)]
    # ~ same starts late: k - 1 => k | For an even kernel, which side gets the extra place?
    # ~ same starts at zero: wide[:m] | same takes the middle of wide.
    # ~ same takes the end: wide[k - 1 :]
