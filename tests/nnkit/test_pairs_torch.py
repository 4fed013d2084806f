"""Every pair of dense networks equals PyTorch's, over drawn shapes, options and both precisions."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as T
from hypothesis import given, settings
from hypothesis import strategies as st
from torch_compare import agree, compare

import nnkit.functional as F

CASES = settings(max_examples=30, deadline=None, derandomize=True)
DTYPES = [np.float64, np.float32]
sizes = st.integers(1, 7)
seeds = st.integers(0, 2**32 - 1)
shapes = st.lists(st.integers(0, 5), min_size=0, max_size=4).map(tuple)


def swish(x, beta):
    return x * torch.sigmoid(beta * x)


ACTIVATIONS = {
    "logistic": (F.logistic_forward, F.logistic_backward, torch.sigmoid, None),
    "tanh": (F.tanh_forward, F.tanh_backward, torch.tanh, None),
    "relu": (F.relu_forward, F.relu_backward, torch.relu, None),
    "leaky_relu": (F.leaky_relu_forward, F.leaky_relu_backward, T.leaky_relu, "slope"),
    "elu": (F.elu_forward, F.elu_backward, T.elu, "alpha"),
    "swish": (F.swish_forward, F.swish_backward, swish, "beta"),
    "softplus": (F.softplus_forward, F.softplus_backward, T.softplus, None),
    "gelu": (F.gelu_forward, F.gelu_backward, T.gelu, None),
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
@CASES
@given(shape=shapes, seed=seeds, option=st.floats(0.1, 2.0), scale=st.sampled_from([0.1, 1, 20]))
def test_activation(name, dtype, shape, seed, option, scale):
    forward, backward, reference, keyword = ACTIVATIONS[name]
    x = np.asarray(scale * np.random.default_rng(seed).standard_normal(shape), dtype)
    options = {keyword: option} if keyword else {}
    theirs = (lambda t: reference(t, option)) if keyword else reference
    if name == "softplus":
        theirs = lambda t: T.softplus(t, threshold=1000)  # noqa: E731
    compare(forward, backward, theirs, {"x": x}, options=options, seed=seed)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("approximate", ["tanh", "logistic"])
@CASES
@given(shape=shapes, seed=seeds)
def test_gelu_approximations(approximate, dtype, shape, seed):
    x = np.asarray(3 * np.random.default_rng(seed).standard_normal(shape), dtype)
    theirs = {
        "tanh": lambda t: T.gelu(t, approximate="tanh"),
        "logistic": lambda t: t * torch.sigmoid(1.702 * t),
    }[approximate]
    options = {"approximate": approximate}
    compare(F.gelu_forward, F.gelu_backward, theirs, {"x": x}, options=options, seed=seed)


@pytest.mark.parametrize("dtype", DTYPES)
@CASES
@given(n=sizes, c=sizes, rest=st.lists(sizes, max_size=2), seed=seeds)
def test_prelu(dtype, n, c, rest, seed):
    rng = np.random.default_rng(seed)
    inputs = {"x": rng.standard_normal((n, c, *rest)), "a": rng.standard_normal(c)}
    inputs = {k: v.astype(dtype) for k, v in inputs.items()}
    compare(F.prelu_forward, F.prelu_backward, T.prelu, inputs, seed=seed)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@CASES
@given(
    rows=st.lists(st.integers(0, 4), max_size=3),
    k=st.sampled_from([1, 2, 9, 64, 65, 200]),
    seed=seeds,
    scale=st.sampled_from([1, 30]),
)
def test_softmax(name, dtype, rows, k, seed, scale):
    x = scale * np.random.default_rng(seed).standard_normal((*rows, k))
    forward, backward = getattr(F, f"{name}_forward"), getattr(F, f"{name}_backward")
    theirs = getattr(T, name)
    compare(forward, backward, lambda t: theirs(t, dim=-1), {"x": x.astype(dtype)}, seed=seed)


@pytest.mark.parametrize("dtype", DTYPES)
@CASES
@given(n=st.integers(0, 6), rest=st.lists(sizes, min_size=1, max_size=3), m=sizes, seed=seeds)
def test_affine(dtype, n, rest, m, seed):
    rng = np.random.default_rng(seed)
    inputs = {
        "x": rng.standard_normal((n, *rest)),
        "w": rng.standard_normal((int(np.prod(rest)), m)),
        "b": rng.standard_normal(m),
    }
    inputs = {k: v.astype(dtype) for k, v in inputs.items()}
    compare(
        F.affine_forward,
        F.affine_backward,
        lambda x, w, b: x.reshape(n, w.shape[0]) @ w + b,
        inputs,
        seed=seed,
    )


@pytest.mark.parametrize("dtype", DTYPES)
@CASES
@given(n=sizes, rest=st.lists(sizes, max_size=2), seed=seeds)
def test_mse(dtype, n, rest, seed):
    rng = np.random.default_rng(seed)
    a, y = (rng.standard_normal((n, *rest)).astype(dtype) for _ in range(2))
    theirs = torch.tensor(y)
    compare(
        lambda a: F.mse_forward(a, y),
        F.mse_backward,
        lambda t: ((t - theirs) ** 2).sum() / (2 * n),
        {"a": a},
        loss=True,
    )


@pytest.mark.parametrize("dtype", DTYPES)
@CASES
@given(n=sizes, seed=seeds, scale=st.sampled_from([1, 1e4]), soft=st.booleans())
def test_bce_with_logits(dtype, n, seed, scale, soft):
    rng = np.random.default_rng(seed)
    z = (scale * rng.standard_normal(n)).astype(dtype)
    y = (rng.random(n) if soft else rng.integers(0, 2, n)).astype(dtype)
    theirs = torch.tensor(y)
    compare(
        lambda z: F.bce_with_logits_forward(z, y),
        F.bce_with_logits_backward,
        lambda t: T.binary_cross_entropy_with_logits(t, theirs),
        {"z": z},
        loss=True,
    )


@pytest.mark.parametrize("dtype", DTYPES)
@CASES
@given(n=sizes, k=st.sampled_from([1, 2, 10, 70]), seed=seeds, scale=st.sampled_from([1, 1e4]))
def test_cross_entropy(dtype, n, k, seed, scale):
    rng = np.random.default_rng(seed)
    scores = (scale * rng.standard_normal((n, k))).astype(dtype)
    y = rng.integers(0, k, n)
    compare(
        lambda s: F.cross_entropy_forward(s, y),
        F.cross_entropy_backward,
        lambda t: T.cross_entropy(t, torch.tensor(y)),
        {"scores": scores},
        loss=True,
    )


@pytest.mark.parametrize("dtype", DTYPES)
@CASES
@given(n=sizes, k=sizes, seed=seeds, margin=st.floats(0.1, 3))
def test_hinge(dtype, n, k, seed, margin):
    rng = np.random.default_rng(seed)
    scores, y = rng.standard_normal((n, k)).astype(dtype), rng.integers(0, k, n)

    def theirs(t):  # PyTorch's divides by K as well
        return T.multi_margin_loss(t, torch.tensor(y), margin=margin) * k

    compare(
        lambda s: F.hinge_forward(s, y, margin),
        F.hinge_backward,
        theirs,
        {"scores": scores},
        loss=True,
    )


@pytest.mark.parametrize("dtype", DTYPES)
@CASES
@given(n=sizes, t=sizes, v=sizes, seed=seeds, keep=st.sampled_from([0.5, 1.0]))
def test_sequence_cross_entropy(dtype, n, t, v, seed, keep):
    rng = np.random.default_rng(seed)
    scores, y = rng.standard_normal((n, t, v)).astype(dtype), rng.integers(0, v, (n, t))
    mask = rng.random((n, t)) < keep
    mask[0, 0] = True
    targets = torch.tensor(np.where(mask, y, -100)).ravel()
    nonsense = np.where(mask, y, 10**6)  # labels at masked steps are not looked at
    compare(
        lambda s: F.sequence_cross_entropy_forward(s, nonsense, mask),
        F.sequence_cross_entropy_backward,
        lambda x: T.cross_entropy(x.reshape(-1, v), targets, ignore_index=-100),
        {"scores": scores},
        loss=True,
    )


def norm_inputs(rng, shape, c, dtype):
    inputs = {
        "x": 2 * rng.standard_normal(shape) + 1,
        "gamma": rng.standard_normal(c),
        "beta": rng.standard_normal(c),
    }
    return {k: v.astype(dtype) for k, v in inputs.items()}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("image", [True, False])
@CASES
@given(n=st.integers(3, 6), c=sizes, h=sizes, w=sizes, seed=seeds, momentum=st.floats(0, 1))
def test_batchnorm(dtype, train, image, n, c, h, w, seed, momentum):
    rng = np.random.default_rng(seed)
    inputs = norm_inputs(rng, (n, c, h, w) if image else (n, c), c, dtype)
    state = {"running_mean": rng.standard_normal(c), "running_var": rng.random(c) + 0.5}
    state = {k: v.astype(dtype) for k, v in state.items()}
    kept = {k: v.copy() for k, v in state.items()}
    options = {"state": state, "momentum": momentum, "eps": 1e-3, "train": train}
    name = "batchnorm2d" if image else "batchnorm"
    forward, backward = getattr(F, f"{name}_forward"), getattr(F, f"{name}_backward")
    mean, var = (torch.tensor(state[k]) for k in ("running_mean", "running_var"))

    def theirs(x, gamma, beta):
        return T.batch_norm(x, mean, var, gamma, beta, train, 1 - momentum, 1e-3)

    compare(forward, backward, theirs, inputs, options=options, seed=seed)
    _, _, new = forward(*inputs.values(), **options)
    assert all(np.array_equal(state[k], kept[k]) for k in state)
    if train:
        # PyTorch keeps the unbiased variance; the course divides by the number of values.
        count = inputs["x"].size // c
        unbiased = var.numpy() - momentum * kept["running_var"]
        var = torch.tensor(momentum * kept["running_var"] + unbiased * (count - 1) / count)
    tol = 1e-10 if dtype is np.float64 else 1e-4
    agree(new["running_mean"], mean, tol, "running_mean")
    agree(new["running_var"], var, tol, "running_var")


@pytest.mark.parametrize("dtype", DTYPES)
@CASES
@given(rows=st.lists(sizes, max_size=3), d=st.integers(3, 8), seed=seeds)
def test_layernorm(dtype, rows, d, seed):
    rng = np.random.default_rng(seed)
    inputs = norm_inputs(rng, (*rows, d), d, dtype)
    compare(
        F.layernorm_forward,
        F.layernorm_backward,
        lambda x, g, b: T.layer_norm(x, (d,), g, b, 1e-5),
        inputs,
        seed=seed,
    )


@pytest.mark.parametrize("dtype", DTYPES)
@CASES
@given(rows=st.lists(st.integers(0, 5), max_size=3), v=sizes, d=sizes, seed=seeds)
def test_embedding(dtype, rows, v, d, seed):
    rng = np.random.default_rng(seed)
    idx = np.asarray(rng.integers(0, v, rows))
    compare(
        lambda table: F.embedding_forward(idx, table),
        F.embedding_backward,
        lambda table: T.embedding(torch.tensor(idx), table),
        {"table": rng.standard_normal((v, d)).astype(dtype)},
        seed=seed,
    )


@pytest.mark.parametrize("dtype", DTYPES)
@CASES
@given(shape=shapes, seed=seeds, keep=st.floats(0.1, 1.0))
def test_dropout_is_a_product_with_its_mask(dtype, shape, seed, keep):
    x = np.asarray(np.random.default_rng(seed).standard_normal(shape), dtype)
    _, (mask,) = F.dropout_forward(x, keep, np.random.default_rng(seed), True)
    assert mask.dtype == dtype
    assert set(np.unique(mask)) <= {dtype(0), dtype(1 / keep)}
    theirs = torch.tensor(mask)
    compare(
        lambda x: F.dropout_forward(x, keep, np.random.default_rng(seed), True),
        F.dropout_backward,
        lambda t: t * theirs,
        {"x": x},
        seed=seed,
    )
