"""conv1d, im2col, the transposed convolution and the sizes, against NumPy, SciPy and PyTorch."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import nnkit.functional as F
from nnkit import gradcheck

MODES = {"narrow": "valid", "wide": "full"}


@given(st.integers(1, 12), st.integers(1, 12), st.sampled_from(["narrow", "wide", "same"]))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_conv1d_equals_its_definition(m, k, mode):
    assume(k <= m)
    rng = np.random.default_rng(m * 13 + k)
    x, w = rng.standard_normal(m), rng.standard_normal(k)
    wide = np.array(
        [sum(w[j] * x[t - j] for j in range(k) if 0 <= t - j < m) for t in range(m + k - 1)]
    )
    start = (k - 1) // 2
    kept = {"narrow": wide[k - 1 : m], "wide": wide, "same": wide[start : start + m]}
    assert np.allclose(F.conv1d(x, w, mode), kept[mode], rtol=0, atol=1e-13)
    report = gradcheck.check_pair(
        F.conv1d_forward, F.conv1d_backward, {"x": x, "w": w}, options={"mode": mode}, rng=rng
    )
    assert report, report


def test_conv1d_by_hand():
    x, w = [1, 2, 3, 4], [1, 0, -1]
    assert np.array_equal(F.conv1d(x, w, "narrow"), [2, 2])
    assert np.array_equal(F.conv1d(x, w, "wide"), [1, 2, 2, 2, -3, -4])
    assert np.array_equal(F.conv1d(x, w, "same"), [2, 2, 2, -3])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1.0, 2.0], [1.0, 2.0, 3.0]), "w has 3 values and x has 2; expected 1 <= K <= M"),
        (([1.0, 2.0], []), "w has 0 values"),
        (([1.0, 2.0], [1.0], "valid"), "mode is 'valid'; expected \"narrow\""),
        (([[1.0]], [1.0]), r"x has shape \(1, 1\); expected \(M,\)"),
    ],
)
def test_conv1d_names_what_is_wrong_with_its_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        F.conv1d(*arguments)


@st.composite
def windows(draw):
    """Shape of an image and options of windows that fit it."""
    kernel = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    stride = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    dilation = draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
    padding = draw(st.tuples(st.integers(0, 2), st.integers(0, 2)))
    image = tuple(
        draw(st.integers((k - 1) * d + 1, (k - 1) * d + 5))
        for k, d in zip(kernel, dilation, strict=True)
    )
    return (draw(st.integers(0, 3)), draw(st.integers(1, 3)), *image), (
        *kernel,
        stride,
        padding,
        dilation,
    )


@given(windows())
@settings(max_examples=80, deadline=None, derandomize=True)
def test_im2col_equals_pytorch_unfold_and_col2im_equals_fold(case):
    shape, options = case
    rng = np.random.default_rng(0)
    x = rng.standard_normal(shape)
    kh, kw, stride, padding, dilation = options
    cols = F.im2col(x, *options)
    if shape[0]:
        named = {"dilation": dilation, "padding": padding, "stride": stride}
        theirs = torch.nn.functional.unfold(torch.tensor(x), (kh, kw), **named)
        assert np.array_equal(cols, theirs.transpose(1, 2).flatten(0, 1).numpy())
        folded = torch.nn.functional.fold(theirs, shape[2:], (kh, kw), **named)
        assert np.allclose(F.col2im(cols, shape, *options), folded.numpy(), atol=1e-13)
    other = rng.standard_normal(cols.shape)
    back = F.col2im(other, shape, *options)
    assert np.isclose((cols * other).sum(), (x * back).sum(), rtol=1e-11, atol=1e-11)


def test_a_convolution_is_im2col_times_the_filters():
    rng = np.random.default_rng(1)
    x, w = rng.standard_normal((2, 3, 6, 5)), rng.standard_normal((4, 3, 3, 2))
    out, _ = F.conv2d_forward(x, w, np.zeros(4), 2, 1)
    rows = F.im2col(x, 3, 2, 2, 1) @ w.reshape(4, -1).T
    assert np.allclose(rows.reshape(2, 3, 3, 4).transpose(0, 3, 1, 2), out, atol=1e-13)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: F.im2col(np.zeros((3, 4)), 2, 2), r"x has shape \(3, 4\)"),
        (lambda: F.im2col(np.zeros((1, 1, 3, 4)), 4, 2), "x has height 3: the window covers 4"),
        (lambda: F.col2im(np.zeros((3, 4)), (1, 1, 3, 3), 2, 2), r"cols .* expected \(4, 4\)"),
        (lambda: F.col2im(np.zeros((3, 4)), (1, 3, 3), 2, 2), r"x_shape is \(1, 3, 3\)"),
    ],
)
def test_im2col_and_col2im_name_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@st.composite
def transposed(draw):
    stride = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    kernel = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    padding = draw(st.tuples(st.integers(0, 2), st.integers(0, 2)))
    image = draw(st.tuples(st.integers(1, 5), st.integers(1, 5)))
    for h, s, k, p in zip(image, stride, kernel, padding, strict=True):
        assume((h - 1) * s + k - 2 * p >= 1)
    n, f, c = draw(st.integers(0, 3)), draw(st.integers(1, 4)), draw(st.integers(1, 4))
    return (n, f, *image), (f, c, *kernel), stride, padding, draw(st.integers(0, 2**32 - 1))


@pytest.mark.parametrize(("dtype", "tol"), [(np.float64, 1e-8), (np.float32, 1e-4)])
@given(transposed())
@settings(max_examples=80, deadline=None, derandomize=True)
def test_transposed_convolution_equals_pytorch(dtype, tol, case):
    x_shape, w_shape, stride, padding, seed = case
    rng = np.random.default_rng(seed)
    inputs = [rng.standard_normal(s).astype(dtype) for s in (x_shape, w_shape, w_shape[1:2])]
    leaves = [torch.tensor(a, requires_grad=True) for a in inputs]
    wanted = torch.nn.functional.conv_transpose2d(*leaves, stride, padding)
    dout = rng.standard_normal(tuple(wanted.shape)).astype(dtype)
    wanted.backward(torch.tensor(dout))
    out, cache = F.conv2d_transpose_forward(*inputs, stride, padding)
    assert out.dtype == dtype
    scale = np.linalg.norm(wanted.detach().numpy()) + 1.0
    assert np.linalg.norm(out - wanted.detach().numpy()) <= tol / 100 * scale
    for mine, leaf in zip(F.conv2d_transpose_backward(dout, cache), leaves, strict=True):
        assert mine.shape == leaf.shape
        assert mine.dtype == dtype
        wide = np.linalg.norm(leaf.grad.numpy()) + 1.0
        assert np.linalg.norm(mine - leaf.grad.numpy()) <= tol * wide


def test_transposed_convolution_gradient_along_random_directions():
    rng = np.random.default_rng(0)
    inputs = {
        "x": rng.standard_normal((2, 3, 4, 5)),
        "w": rng.standard_normal((3, 2, 3, 2)),
        "b": rng.standard_normal(2),
    }
    report = gradcheck.check_pair(
        F.conv2d_transpose_forward,
        F.conv2d_transpose_backward,
        inputs,
        options={"stride": 2, "padding": 1},
        rng=rng,
    )
    assert report, report


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (((3, 4, 5), (3, 2, 2, 2), 2), r"x has shape \(3, 4, 5\)"),
        (((1, 3, 4, 5), (2, 3, 2, 2), 3), r"w has shape \(2, 3, 2, 2\); expected \(3, C"),
        (((1, 3, 4, 5), (3, 2, 2, 2), 3), r"b has shape \(3,\); expected \(2,\)"),
        (((1, 3, 1, 5), (3, 2, 2, 2), 2, 1, 1), "output would be 0 x 4; expected at least 1 x 1"),
        (((1, 3, 0, 5), (3, 2, 2, 2), 2), "expected at least 1 x 1"),
    ],
)
def test_transposed_convolution_names_what_is_wrong(arguments, message):
    x, w, b, *options = arguments
    with pytest.raises(ValueError, match=message):
        F.conv2d_transpose_forward(np.zeros(x), np.zeros(w), np.zeros(b), *options)


@given(
    st.integers(1, 20), st.integers(1, 5), st.integers(1, 4), st.integers(0, 3), st.integers(1, 3)
)
@settings(max_examples=80, deadline=None, derandomize=True)
def test_output_size_counts_the_places_of_the_window(m, k, stride, padding, dilation):
    reach = F.effective_kernel_size(k, dilation)
    assert reach == len(range(0, (k - 1) * dilation + 1))
    places = [t for t in range(0, m + 2 * padding, stride) if t + reach <= m + 2 * padding]
    if places:
        assert F.conv_output_size(m, k, stride, padding, dilation) == len(places)
    else:
        with pytest.raises(ValueError, match="expected a window that fits at least once"):
            F.conv_output_size(m, k, stride, padding, dilation)


def test_receptive_field_of_known_stacks():
    assert F.receptive_field([]) == 1
    assert F.receptive_field([(3, 1, 1)] * 3) == 7
    assert F.receptive_field([(3, 1, 1), (3, 1, 2), (3, 1, 4)]) == 15
    assert F.receptive_field([(5, 1, 1), (2, 2, 1), (5, 1, 1), (2, 2, 1)]) == 16  # LeNet-5


def test_parameter_counts_of_published_networks():
    lenet = [(1, 6, 5), (6, 16, 5), (16, 120, 5)]
    assert F.conv_parameters(lenet[:1]) == 156
    assert F.conv_parameters(lenet[2:]) == 48120
    widths = [3, 64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512]
    vgg16 = [(a, b, 3) for a, b in pairwise(widths)]
    assert F.conv_parameters(vgg16) == 14714688
    assert F.conv_parameters([(2, 3, (1, 4))]) == 27
