"""The residual unit against PyTorch over drawn shapes, and along random directions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import conv2d, relu
from torch_compare import compare

import nnkit.functional as F
from nnkit import gradcheck

SIZES, ODD = st.integers(1, 4), st.sampled_from([1, 3, 5])
NAMES = ("w1", "b1", "w2", "b2", "wp", "bp")


def unit(rng, c, hidden, f, k1, k2, projected, dtype=np.float64):
    """Parameters of a unit, and its pair with every parameter as an argument of its own."""
    shapes = [(hidden, c, *k1), (hidden,), (f, hidden, *k2), (f,), (f, c, 1, 1), (f,)]
    named = dict(zip(NAMES, shapes if projected else shapes[:4], strict=False))
    params = {name: rng.standard_normal(shape).astype(dtype) for name, shape in named.items()}

    def forward(x, *values):
        return F.residual_forward(x, dict(zip(params, values, strict=True)))

    def backward(dout, cache):
        dx, dparams = F.residual_backward(dout, cache)
        assert dparams.keys() == params.keys()
        return dx, *(dparams[name] for name in params)

    return params, forward, backward


def in_torch(x, w1, b1, w2, b2, wp=None, bp=None):
    f = conv2d(relu(conv2d(x, w1, b1, padding="same")), w2, b2, padding="same")
    return relu(f + (x if wp is None else conv2d(x, wp, bp)))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@given(
    sizes=st.tuples(SIZES, SIZES, SIZES, SIZES, SIZES),
    filters=st.none() | SIZES,
    kernels=st.tuples(st.tuples(ODD, ODD), st.tuples(ODD, ODD)),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=50, deadline=None, derandomize=True)
def test_residual_equals_pytorch(dtype, sizes, filters, kernels, seed):
    n, c, hidden, h, w = sizes
    rng = np.random.default_rng(seed)
    projected = filters is not None
    params, forward, backward = unit(rng, c, hidden, filters or c, *kernels, projected, dtype)
    inputs = {"x": rng.standard_normal((n, c, h, w)).astype(dtype), **params}
    compare(forward, backward, in_torch, inputs, seed=seed)


@pytest.mark.parametrize("projected", [False, True])
@pytest.mark.parametrize("channels", [2, 9])
def test_residual_gradients_along_random_directions(projected, channels):
    rng = np.random.default_rng(4)
    params, forward, backward = unit(
        rng, channels, 3, 4 if projected else channels, (3, 1), (1, 5), projected
    )
    inputs = {"x": rng.standard_normal((2, channels, 5, 6)), **params}
    report = gradcheck.check_pair(forward, backward, inputs, rng=rng)
    assert report, f"\n{report}"


def test_the_projection_is_used_whenever_it_is_given():
    x = np.ones((1, 2, 3, 4))
    silent = {"w1": np.zeros((1, 2, 3, 3)), "b1": [0], "w2": np.zeros((2, 1, 3, 3)), "b2": [0, 0]}
    assert np.array_equal(F.residual_forward(x, silent)[0], x)
    projection = {"wp": 5 * np.eye(2)[:, :, None, None], "bp": [1, 2]}
    out, (_, params, z, a, s) = F.residual_forward(x, silent | projection)
    assert np.array_equal(out, np.broadcast_to([[[6]], [[7]]], (1, 2, 3, 4)))
    assert params.keys() == silent.keys() | projection.keys()
    assert z.shape == a.shape == (1, 1, 3, 4)
    assert s.shape == out.shape


X, W1, W2 = np.ones((2, 3, 4, 5)), np.ones((4, 3, 3, 3)), np.ones((3, 4, 3, 1))
PARAMS = {"w1": W1, "b1": np.ones(4), "w2": W2, "b2": np.ones(3)}
PROJECTED = {**PARAMS, "wp": np.ones((3, 3, 1, 1)), "bp": np.ones(3)}


@pytest.mark.parametrize(
    ("x", "params", "message"),
    [
        (X[0], PARAMS, r"x has shape \(3, 4, 5\); expected \(N, C, H, W\)"),
        (X, list(PARAMS.values()), "params is list; expected a dict of w1, b1, w2, b2"),
        (X, {"w": W1}, r"params is a dict of \['w'\]; expected a dict of w1"),
        (X, {**PARAMS, "wp": np.ones((3, 3, 1, 1))}, "expected .* and of wp, bp"),
        (X, {**PARAMS, "w1": W1[:, :2]}, r"w1 has shape \(4, 2, 3, 3\); expected \(M, 3, KH, KW\)"),
        (X, {**PARAMS, "w1": W1[..., :2]}, r"w1 has shape \(4, 3, 3, 2\); expected an odd kernel"),
        (X, {**PARAMS, "b1": np.ones(3)}, r"b1 has shape \(3,\); expected \(4,\)"),
        (X, {**PARAMS, "w2": W1}, r"w2 has shape \(4, 3, 3, 3\); expected \(F, 4, KH, KW\)"),
        (X, {**PARAMS, "w2": np.ones((3, 4, 2, 1))}, r"w2 has shape .* odd kernel"),
        (X, {**PARAMS, "b2": "no"}, "b2 holds text"),
        (X, {**PARAMS, "w2": W2[:2], "b2": np.ones(2)}, "w2 has 2 filters and x 3 channels"),
        (X, {**PROJECTED, "wp": np.ones((3, 3, 3, 3))}, r"wp has .* expected \(3, 3, 1, 1\)"),
        (X, {**PROJECTED, "bp": np.ones(2)}, r"bp has shape \(2,\); expected \(3,\)"),
    ],
)
def test_residual_names_what_is_wrong_with_its_input(x, params, message):
    with pytest.raises(ValueError, match=message):
        F.residual_forward(x, params)


def test_residual_backward_names_a_wrong_upstream_gradient():
    _, cache = F.residual_forward(X, PARAMS)
    with pytest.raises(ValueError, match=r"dout has shape \(2, 3, 4\); expected \(2, 3, 4, 5\)"):
        F.residual_backward(X[..., 0], cache)
