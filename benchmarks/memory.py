"""Peak memory that convolution D takes beyond its inputs and results."""

from __future__ import annotations

import tracemalloc

import numpy as np
from conv_cases import CONVOLUTIONS, draw

import nnkit.functional as F

LIMIT = 25.0
NAME = "conv D peak memory"


def extra_memory() -> float:
    """Return megabytes at the peak of forward and backward, without out, dx, dw and db."""
    n, c, size, f, k = CONVOLUTIONS["D 32x32x28² → 64 k3"][:5]
    rng = np.random.default_rng(0)
    x, w, b = draw(rng, n, c, size, size), draw(rng, f, c, k, k), draw(rng, f)
    dout = draw(rng, n, f, size, size)
    tracemalloc.start()  # NumPy reports every array to it
    out, cache = F.conv2d_forward(x, w, b, 1, 1)
    gradients = F.conv2d_backward(dout, cache)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (peak - out.nbytes - sum(a.nbytes for a in gradients if a is not None)) / 2**20
