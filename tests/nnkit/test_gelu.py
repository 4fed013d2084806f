"""GELU's own float32 path, held against SciPy's erf in float64."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy.stats import norm

import nnkit.functional as F


@pytest.mark.parametrize("points", [0, 1, 7, 1 << 15, (1 << 15) + 1, 200_001])
def test_float32_is_as_precise_as_float32_is(points):
    x = np.linspace(-9, 9, points, dtype=np.float32)
    out, cache = F.gelu_forward(x)
    dx = F.gelu_backward(np.ones_like(x), cache)
    exact = x.astype(np.float64)
    value, slope = exact * norm.cdf(exact), norm.cdf(exact) + exact * norm.pdf(exact)
    assert out.dtype == dx.dtype == np.float32
    # A float32 near 1 is itself off by 6e-8.
    assert np.abs(out - value).max(initial=0) <= 1.5e-7 * max(1.0, np.abs(x).max(initial=0))
    assert np.abs(dx - slope).max(initial=0) <= 4e-7


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_backward_takes_the_plain_documented_cache(dtype):
    x = np.random.default_rng(0).standard_normal((5, 7)).astype(dtype)
    dout = np.random.default_rng(1).standard_normal((5, 7)).astype(dtype)
    _, cache = F.gelu_forward(x)
    (kept,) = cache
    assert kept is x
    np.testing.assert_array_equal(F.gelu_backward(dout, (x,)), F.gelu_backward(dout, cache))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_largest_numbers_have_slope_one_and_zero_without_warning(dtype):
    x = np.array([-np.finfo(dtype).max, -1e4, 1e4, np.finfo(dtype).max], dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        out, cache = F.gelu_forward(x)
        dx = F.gelu_backward(np.ones_like(x), cache)
    np.testing.assert_array_equal(out, [0, 0, x[2], x[3]])
    np.testing.assert_array_equal(dx, [0, 0, 1, 1])


def test_a_strided_float32_input_keeps_its_shape():
    x = np.random.default_rng(0).standard_normal((6, 8)).astype(np.float32)[::2, ::-1].T
    out, cache = F.gelu_forward(x)
    np.testing.assert_array_equal(out, F.gelu_forward(x.copy())[0])
    assert F.gelu_backward(x, cache).shape == x.shape == (8, 3)
