"""A convolution works in small blocks: its peak memory is close to that of its results."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

import nnkit.functional as F


@pytest.mark.parametrize("channels", [3, 32])
def test_convolution_takes_less_than_25_megabytes_beyond_its_results(channels):
    x = np.ones((32, channels, 28, 28), np.float32)
    w, b = np.ones((64, channels, 3, 3), np.float32), np.ones(64, np.float32)
    dout = np.ones((32, 64, 28, 28), np.float32)
    tracemalloc.start()
    out, cache = F.conv2d_forward(x, w, b, 1, 1)
    gradients = F.conv2d_backward(dout, cache)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    results = out.nbytes + sum(a.nbytes for a in gradients)
    assert peak - results < 25 * 2**20
