"""Every pair's gradients agree with central differences along three random directions, at 1e-7."""

from __future__ import annotations

import numpy as np
import pytest
from pointwise import POINTWISE

import nnkit.functional as F
from nnkit import gradcheck

N, D, M, C, H, W, T, V = 5, 4, 3, 2, 6, 7, 8, 9
rng = np.random.default_rng(7)
X = {"x": rng.standard_normal((N, D))}
Y = rng.integers(0, D, N)
STEPS = rng.integers(0, V, (N, T))
MASK = rng.random((N, T)) < 0.6
STATE = {"running_mean": rng.standard_normal(D), "running_var": rng.random(D) + 0.5}
STATE_C = {"running_mean": rng.standard_normal(C), "running_var": rng.random(C) + 0.5}
NORM = {**X, "gamma": rng.standard_normal(D), "beta": rng.standard_normal(D)}
NORM_C = {
    "x": rng.standard_normal((N, C, H, W)),
    "gamma": rng.standard_normal(C),
    "beta": rng.standard_normal(C),
}
AFFINE = {
    "x": rng.standard_normal((N, C, 2)),
    "w": rng.standard_normal((2 * C, M)),
    "b": rng.standard_normal(M),
}


def dropout(x):
    return F.dropout_forward(x, 0.6, np.random.default_rng(1), True)


def batchnorm(x, gamma, beta, train=True):
    return F.batchnorm_forward(x, gamma, beta, STATE, 0.9, 1e-5, train)


def batchnorm2d(x, gamma, beta, train=True):
    return F.batchnorm2d_forward(x, gamma, beta, STATE_C, 0.9, 1e-5, train)


PAIRS = {
    **{
        name: (getattr(F, f"{name}_forward"), getattr(F, f"{name}_backward"), X, {})
        for name in POINTWISE
    },
    "gelu tanh": (F.gelu_forward, F.gelu_backward, X, {"approximate": "tanh"}),
    "gelu logistic": (F.gelu_forward, F.gelu_backward, X, {"approximate": "logistic"}),
    "prelu": (
        F.prelu_forward,
        F.prelu_backward,
        {"x": NORM_C["x"], "a": rng.standard_normal(C)},
        {},
    ),
    "affine": (F.affine_forward, F.affine_backward, AFFINE, {}),
    "dropout": (dropout, F.dropout_backward, X, {}),
    "batchnorm train": (batchnorm, F.batchnorm_backward, NORM, {}),
    "batchnorm test": (batchnorm, F.batchnorm_backward, NORM, {"train": False}),
    "batchnorm2d train": (batchnorm2d, F.batchnorm2d_backward, NORM_C, {}),
    "batchnorm2d test": (batchnorm2d, F.batchnorm2d_backward, NORM_C, {"train": False}),
    "layernorm": (F.layernorm_forward, F.layernorm_backward, NORM, {}),
    "embedding": (
        lambda table: F.embedding_forward(STEPS, table),
        F.embedding_backward,
        {"table": rng.standard_normal((V, D))},
        {},
    ),
    "mse": (
        lambda a: F.mse_forward(a, np.ones((N, D))),
        F.mse_backward,
        {"a": X["x"]},
        {},
    ),
    "bce": (
        lambda z: F.bce_with_logits_forward(z, Y % 2),
        F.bce_with_logits_backward,
        {"z": rng.standard_normal(N)},
        {},
    ),
    "cross_entropy": (
        lambda s: F.cross_entropy_forward(s, Y),
        F.cross_entropy_backward,
        {"scores": X["x"]},
        {},
    ),
    "hinge": (lambda s: F.hinge_forward(s, Y), F.hinge_backward, {"scores": X["x"]}, {}),
    "sequence_cross_entropy": (
        lambda s: F.sequence_cross_entropy_forward(s, STEPS, MASK),
        F.sequence_cross_entropy_backward,
        {"scores": rng.standard_normal((N, T, V))},
        {},
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_gradients_agree_with_slopes_along_random_directions(name):
    forward, backward, inputs, options = PAIRS[name]
    report = gradcheck.check_pair(
        forward, backward, inputs, options=options, rng=np.random.default_rng(3)
    )
    assert report, f"\n{report}"
