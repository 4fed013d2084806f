"""conv2d against PyTorch over drawn shapes and options, and along random directions."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import nnkit.functional as F
from nnkit import gradcheck
from nnkit.functional.conv import columns, rows, winograd

SIZES = st.integers(1, 3)


@st.composite
def cases(draw):
    """Shapes and options of a convolution whose window fits at least once."""
    kernel = draw(st.tuples(SIZES, st.integers(1, 4)))
    stride, dilation = draw(st.tuples(SIZES, SIZES)), draw(st.tuples(SIZES, SIZES))
    padding = draw(st.tuples(st.integers(0, 3), st.integers(0, 3)))
    size = tuple(
        draw(st.integers(max(1, (k - 1) * d + 1 - 2 * p), (k - 1) * d + 7))
        for k, d, p in zip(kernel, dilation, padding, strict=True)
    )
    n, c, f = (
        draw(st.integers(0, 4)),
        draw(st.sampled_from([1, 2, 3, 8, 9])),
        draw(st.integers(1, 5)),
    )
    seed = draw(st.integers(0, 2**32 - 1))
    return (n, c, *size), (f, c, *kernel), (stride, padding, dilation), seed


@st.composite
def many_filters(draw):
    """Shapes and options that take the way of fewer multiplications (winograd)."""
    dilation, padding = draw(st.tuples(st.integers(1, 2), SIZES)), draw(st.tuples(SIZES, SIZES))
    size = tuple(
        draw(st.integers(14 * d - 2 * (p - d), 17 * d - 2 * (p - d)))
        for d, p in zip(dilation, padding, strict=True)
    )
    n, c, f = draw(st.integers(0, 5)), draw(st.integers(32, 34)), draw(st.integers(32, 34))
    seed = draw(st.integers(0, 2**32 - 1))
    return (n, c, *size), (f, c, 3, 3), (1, padding, dilation), seed


def torch_conv(x, w, b, options, dout_rng, dtype):
    """Return the output, the upstream gradient and the three gradients PyTorch finds."""
    leaves = [torch.tensor(a, dtype=dtype, requires_grad=True) for a in (x, w, b)]
    out = torch.nn.functional.conv2d(*leaves, *options)
    dout = torch.tensor(dout_rng.standard_normal(tuple(out.shape)), dtype=dtype)
    out.backward(dout)
    return out.detach().numpy(), dout.numpy(), [leaf.grad.numpy() for leaf in leaves]


def distance(a, b):
    # A sum of normal numbers may cancel: its rounding is judged against one of them, at least.
    return np.linalg.norm(np.ravel(a - b)) / max(np.linalg.norm(np.ravel(b)), 1.0)


@given(cases() | many_filters())
@settings(max_examples=120, deadline=None, derandomize=True)
def test_conv2d_equals_pytorch_in_float64(case):
    x_shape, w_shape, options, seed = case
    rng = np.random.default_rng(seed)
    x, w, b = (rng.standard_normal(s) for s in (x_shape, w_shape, w_shape[:1]))
    wanted, dout, gradients = torch_conv(x, w, b, options, rng, torch.float64)
    out, cache = F.conv2d_forward(x, w, b, *options)
    assert out.shape == wanted.shape
    assert out.dtype == np.float64
    assert distance(out, wanted) <= 1e-10
    for mine, theirs in zip(F.conv2d_backward(dout, cache), gradients, strict=True):
        assert mine.shape == theirs.shape
        assert distance(mine, theirs) <= 1e-8


@given(cases() | many_filters())
@settings(max_examples=90, deadline=None, derandomize=True)
def test_conv2d_stays_float32_and_equals_pytorch(case):
    x_shape, w_shape, options, seed = case
    rng = np.random.default_rng(seed)
    x, w, b = (rng.standard_normal(s).astype(np.float32) for s in (x_shape, w_shape, w_shape[:1]))
    wanted, dout, gradients = torch_conv(x, w, b, options, rng, torch.float32)
    out, cache = F.conv2d_forward(x, w, b, *options)
    assert out.dtype == np.float32
    assert distance(out, wanted) <= 1e-4
    for mine, theirs in zip(F.conv2d_backward(dout, cache), gradients, strict=True):
        assert mine.dtype == np.float32
        assert distance(mine, theirs) <= 1e-4


@pytest.mark.parametrize(
    ("options", "channels"),
    [((1, 0, 1), 2), ((2, 1, 1), 9), ((1, 2, 2), 9), (((2, 1), (0, 2), (1, 2)), 3)],
)
def test_conv2d_gradient_along_random_directions(options, channels):
    rng = np.random.default_rng(3)
    inputs = {
        "x": rng.standard_normal((3, channels, 7, 8)),
        "w": rng.standard_normal((4, channels, 3, 2)),
        "b": rng.standard_normal(4),
    }
    names = dict(zip(("stride", "padding", "dilation"), options, strict=True))
    report = gradcheck.check_pair(
        F.conv2d_forward, F.conv2d_backward, inputs, options=names, rng=rng, tol=1e-7
    )
    assert report, report


def test_conv2d_by_hand():
    x = np.arange(12.0).reshape(1, 1, 3, 4)
    w = np.array([[[[1.0, 0.0], [0.0, -1.0]]]])
    out, _ = F.conv2d_forward(x, w, np.array([10.0]))
    assert np.array_equal(out, np.full((1, 1, 2, 3), 5.0))  # x[i, j] - x[i + 1, j + 1] = -5


@pytest.mark.parametrize("images", [0, 1, 37])
def test_conv2d_of_no_image_one_image_and_more_than_a_block_holds(images):
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((images, 8, 20, 30)), rng.standard_normal((6, 8, 3, 3))
    wanted, dout, gradients = torch_conv(x, w, np.zeros(6), (1, 1, 1), rng, torch.float64)
    out, cache = F.conv2d_forward(x, w, np.zeros(6), 1, 1)
    assert out.shape == wanted.shape
    assert distance(out, wanted) <= 1e-10
    for mine, theirs in zip(F.conv2d_backward(dout, cache), gradients, strict=True):
        assert distance(mine, theirs) <= 1e-10


@pytest.mark.parametrize(
    ("x_shape", "w_shape", "stride"),
    [
        ((3, 2, 6, 5), (4, 2, 3, 2), 2),
        ((3, 9, 6, 5), (4, 9, 3, 2), 2),
        ((2, 32, 13, 14), (33, 32, 3, 3), 1),
    ],
    ids=["columns", "rows", "winograd"],
)
def test_conv2d_without_dx_gives_the_same_dw_and_db(x_shape, w_shape, stride):
    rng = np.random.default_rng(1)
    x, w, b = (rng.standard_normal(s) for s in (x_shape, w_shape, w_shape[:1]))
    out, cache = F.conv2d_forward(x, w, b, stride, 1)
    _, dw, db = F.conv2d_backward(out, cache)
    none, dw_alone, db_alone = F.conv2d_backward(out, cache, need_dx=False)
    assert none is None
    assert np.array_equal(dw, dw_alone)
    assert np.array_equal(db, db_alone)


def test_conv2d_accepts_whole_numbers_read_only_and_column_major_and_changes_nothing():
    rng = np.random.default_rng(2)
    x = np.asfortranarray(rng.integers(-3, 4, (2, 3, 5, 6)))
    w = np.asfortranarray(rng.integers(-3, 4, (4, 3, 3, 2)))
    b = rng.integers(-3, 4, 4)
    for a in (x, w, b):
        a.flags.writeable = False
    out, cache = F.conv2d_forward(x, w, b, 2, 1)
    wanted = torch.nn.functional.conv2d(*(torch.tensor(a * 1.0) for a in (x, w, b)), 2, 1)
    assert np.array_equal(out, wanted.numpy())
    dout = np.asfortranarray(out)
    kept = [np.array(a) for a in (dout, *cache[:3])]
    first = F.conv2d_backward(dout, cache)
    second = F.conv2d_backward(dout, cache)
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(kept, (dout, *cache[:3]), strict=True))


def test_conv2d_gives_rows_that_no_window_reaches_zero_gradient():
    x, w = np.ones((1, 1, 6, 7)), np.ones((1, 1, 2, 2))
    out, cache = F.conv2d_forward(x, w, np.zeros(1), 3)
    dx, _, _ = F.conv2d_backward(np.ones_like(out), cache)
    assert not dx[:, :, 2].any()
    assert not dx[:, :, :, 2].any()
    assert not dx[:, :, :, 5:].any()
    assert dx.sum() == out.size * 4


X, W, B = np.zeros((2, 3, 5, 6)), np.zeros((4, 3, 3, 3)), np.zeros(4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((X[0], W, B), r"x has shape \(3, 5, 6\); expected \(N, C, H, W\)"),
        ((X, W[:, :2], B), r"w has shape \(4, 2, 3, 3\); expected \(F, 3, KH, KW\)"),
        ((X, W[:0], B[:0]), r"w has shape \(0, 3, 3, 3\); expected at least one filter"),
        ((X, W, B[:3]), r"b has shape \(3,\); expected \(4,\)"),
        ((X, np.zeros((4, 3, 6, 3)), B), r"x has height 5: the window covers 6 .* at least once"),
        ((X, W, B, 1, 0, (1, 3)), r"x has width 6: the window covers 7 \(kernel 3, dilation 3\)"),
        ((X, W, B, 0), "stride is 0; expected at least 1"),
        ((X, W, B, 1.5), r"stride is 1\.5; expected a whole number"),
        ((X, W, B, 1, -1), "padding is -1; expected at least 0"),
        ((X, W, B, 1, (1, 2, 3)), r"padding is \(1, 2, 3\); expected .* two"),
        ((X.astype(str), W, B), "x holds text"),
        ((X, W.astype(object), B), "w holds objects"),
        ((X, np.zeros((4, 3, 0, 3)), B), r"w has shape \(4, 3, 0, 3\); expected at least one"),
    ],
)
def test_conv2d_names_what_is_wrong_with_its_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        F.conv2d_forward(*arguments)


def test_conv2d_backward_names_a_wrong_upstream_gradient():
    out, cache = F.conv2d_forward(X, W, B)
    with pytest.raises(ValueError, match=r"dout has shape \(2, 4, 3, 3\); expected \(2, 4, 3, 4\)"):
        F.conv2d_backward(out[..., :-1], cache)


@pytest.mark.parametrize(
    ("x_shape", "w_shape", "stride", "dilation", "ahead", "back"),
    [
        ((2, 3, 20, 20), (64, 3, 3, 3), 1, 1, columns, columns),  # few channels
        ((2, 3, 20, 20), (64, 3, 3, 3), 2, 1, columns, columns),
        ((2, 16, 14, 14), (32, 16, 3, 3), 2, 1, rows, rows),  # many, apart
        ((2, 16, 14, 14), (32, 16, 3, 3), 1, 1, columns, rows),  # many, side by side
        ((2, 32, 28, 28), (64, 32, 3, 3), 1, 1, winograd, winograd),  # many 3 x 3 filters
        ((2, 32, 28, 28), (64, 32, 3, 3), 1, 2, winograd, winograd),
        ((2, 32, 28, 28), (64, 32, 5, 5), 1, 1, columns, rows),
        ((2, 32, 8, 8), (64, 32, 3, 3), 1, 1, columns, rows),  # tiles would be mostly margin
    ],
)
def test_conv2d_takes_the_layout_its_docstring_names(
    monkeypatch, x_shape, w_shape, stride, dilation, ahead, back
):
    taken = []
    for module in (columns, rows, winograd):
        for name in ("forward", "backward"):
            function = getattr(module, name)

            def spy(*arguments, function=function, at=(module, name)):
                taken.append(at)
                return function(*arguments)

            monkeypatch.setattr(module, name, spy)
    out, cache = F.conv2d_forward(
        np.ones(x_shape), np.ones(w_shape), np.zeros(w_shape[0]), stride, dilation, dilation
    )
    F.conv2d_backward(out, cache)
    assert taken == [(ahead, "forward"), (back, "backward")]
