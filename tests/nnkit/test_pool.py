"""Pooling against PyTorch over drawn shapes and options."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import nnkit.functional as F
from nnkit import gradcheck

POOLS = {
    "max_pool2d": torch.nn.functional.max_pool2d,
    "avg_pool2d": torch.nn.functional.avg_pool2d,
}


def pair(name):
    return getattr(F, f"{name}_forward"), getattr(F, f"{name}_backward")


@st.composite
def cases(draw):
    """Shape, size, stride, padding and seed; windows overlap, touch or leave gaps."""
    size = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    stride = draw(st.tuples(st.integers(1, 5), st.integers(1, 5)))
    padding = tuple(draw(st.integers(0, k // 2)) for k in size)
    image = tuple(
        draw(st.integers(max(1, k - 2 * p), 10)) for k, p in zip(size, padding, strict=True)
    )
    n, c = draw(st.integers(0, 3)), draw(st.integers(1, 4))
    return (n, c, *image), size, stride, padding, draw(st.integers(0, 2**32 - 1))


def compare(name, case, dtype, forward_tol, gradient_tol, ties=False):
    shape, size, stride, padding, seed = case
    rng = np.random.default_rng(seed)
    x = (rng.integers(0, 3, shape) if ties else rng.standard_normal(shape)).astype(dtype)
    leaf = torch.tensor(x, requires_grad=True)
    wanted = POOLS[name](leaf, size, stride, padding)
    dout = rng.standard_normal(tuple(wanted.shape)).astype(dtype)
    wanted.backward(torch.tensor(dout))
    forward, backward = pair(name)
    out, cache = forward(x, size, stride, padding)
    assert out.dtype == dtype
    assert np.allclose(out, wanted.detach().numpy(), rtol=0, atol=forward_tol)
    dx = backward(dout, cache)
    assert dx.dtype == dtype
    assert dx.shape == shape
    assert np.allclose(dx, leaf.grad.numpy(), rtol=0, atol=gradient_tol)


@pytest.mark.parametrize("name", list(POOLS))
@given(cases())
@settings(max_examples=100, deadline=None, derandomize=True)
def test_pooling_equals_pytorch_in_float64(name, case):
    compare(name, case, np.float64, 1e-12, 1e-12)


@pytest.mark.parametrize("name", list(POOLS))
@given(cases())
@settings(max_examples=40, deadline=None, derandomize=True)
def test_pooling_stays_float32_and_equals_pytorch(name, case):
    compare(name, case, np.float32, 1e-5, 1e-5)


@given(cases())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_first_of_tied_maxima_takes_the_gradient_as_in_pytorch(case):
    compare("max_pool2d", case, np.float64, 0.0, 1e-12, ties=True)


@pytest.mark.parametrize("name", list(POOLS))
@pytest.mark.parametrize("options", [(2, 2), (3, 1), ((3, 2), (1, 3)), (2, 3)])
def test_pooling_gradient_along_random_directions(name, options):
    rng = np.random.default_rng(0)
    size, stride = options
    report = gradcheck.check_pair(
        *pair(name),
        {"x": rng.standard_normal((3, 2, 6, 7))},
        options={"size": size, "stride": stride},
        rng=rng,
    )
    assert report, report


def test_global_average_equals_pytorch():
    rng = np.random.default_rng(1)
    x = rng.standard_normal((3, 4, 5, 6))
    leaf = torch.tensor(x, requires_grad=True)
    wanted = torch.nn.functional.adaptive_avg_pool2d(leaf, 1).flatten(1)
    dout = rng.standard_normal((3, 4))
    wanted.backward(torch.tensor(dout))
    out, cache = F.global_avg_pool2d_forward(x)
    assert np.allclose(out, wanted.detach().numpy(), rtol=0, atol=1e-14)
    assert np.allclose(F.global_avg_pool2d_backward(dout, cache), leaf.grad.numpy(), atol=1e-14)


def test_padding_of_the_maximum_is_below_every_value():
    out, cache = F.max_pool2d_forward(np.full((1, 1, 2, 2), -7.0), 2, 2, 1)
    assert np.array_equal(out, np.full((1, 1, 2, 2), -7.0))
    assert np.array_equal(F.max_pool2d_backward(out, cache), np.full((1, 1, 2, 2), -7.0))


def test_stride_defaults_to_the_size_and_the_cache_holds_it():
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    out, cache = F.max_pool2d_forward(x, 2)
    assert np.array_equal(out[0, 0], [[5.0, 7.0], [13.0, 15.0]])
    assert cache[1:] == (2, 2)
    out, cache = F.avg_pool2d_forward(x, 2)
    assert np.array_equal(out[0, 0], [[2.5, 4.5], [10.5, 12.5]])
    assert cache[1:] == (2, 2)


@pytest.mark.parametrize("name", list(POOLS))
def test_whole_numbers_read_only_and_column_major_are_accepted(name):
    x = np.asfortranarray(np.random.default_rng(0).integers(-9, 9, (2, 3, 5, 4)))
    x.flags.writeable = False
    forward, backward = pair(name)
    out, cache = forward(x, 2, 1)
    assert out.dtype == np.float64
    wanted = POOLS[name](torch.tensor(x.astype(float)), 2, 1)
    assert np.array_equal(out, wanted.numpy())
    assert backward(out, cache).dtype == np.float64


IMAGE = np.zeros((2, 3, 4, 5))


@pytest.mark.parametrize("name", list(POOLS))
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((IMAGE[0], 2), r"x has shape \(3, 4, 5\); expected \(N, C, H, W\)"),
        ((IMAGE, 5), "x has height 4: the window covers 5"),
        ((IMAGE, (2, 6)), "x has width 5: the window covers 6"),
        ((IMAGE, 0), "size is 0; expected at least 1"),
        ((IMAGE, 2, 0), "stride is 0; expected at least 1"),
        ((IMAGE, 2, 2, 2), "padding is 2 and size 2; expected padding of at most half"),
        ((IMAGE, "2"), "size is '2'; expected a whole number"),
    ],
)
def test_pooling_names_what_is_wrong_with_its_input(name, arguments, message):
    with pytest.raises(ValueError, match=message):
        pair(name)[0](*arguments)


def test_global_average_names_an_empty_image():
    with pytest.raises(ValueError, match=r"x has shape \(2, 3, 0, 5\); expected images"):
        F.global_avg_pool2d_forward(np.zeros((2, 3, 0, 5)))


@pytest.mark.parametrize("name", list(POOLS))
def test_pooling_backward_names_a_wrong_upstream_gradient(name):
    _, cache = pair(name)[0](IMAGE, 2)
    with pytest.raises(ValueError, match=r"dout has shape \(2, 3, 4, 5\); expected \(2, 3, 2, 2\)"):
        pair(name)[1](IMAGE, cache)
