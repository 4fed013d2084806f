"""Loss and gradients of a two-layer network."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case, wrong
from autograder.checking.kinds import function


def two_layer_loss(params, x, y, lam):
    """Affine, ReLU, affine, cross-entropy plus lam/2 (sum w1² + sum w2²)."""
    w1, b1, w2, b2 = params["w1"], params["b1"], params["w2"], params["b2"]
    n = len(x)
    z = x @ w1 + b1
    h = np.maximum(z, 0.0)
    scores = h @ w2 + b2
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean() + 0.5 * lam * ((w1**2).sum() + (w2**2).sum())

    dscores = np.exp(log_p)
    dscores[np.arange(n), y] -= 1.0
    dscores = dscores / n
    dw2 = h.T @ dscores + lam * w2
    db2 = dscores.sum(axis=0)
    dz = (dscores @ w2.T) * (z > 0)
    dw1 = x.T @ dz + lam * w1
    db1 = dz.sum(axis=0)
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """All sizes differ; one example and one bias of exact zeros put a unit right on its kink."""
    for (n, d, h, k), lam, on_kink in (
        ((5, 4, 6, 3), 0.3, True),
        ((7, 3, 4, 5), 0.0, False),
        ((5, 4, 6, 3), 1.7, False),
    ):
        x = rng.standard_normal((n, d))
        params = {
            "w1": rng.standard_normal((d, h)),
            "b1": rng.standard_normal(h),
            "w2": rng.standard_normal((h, k)),
            "b2": rng.standard_normal(k),
        }
        if on_kink:
            x[0], params["b1"][:2] = 0.0, 0.0
        while _near_kink(x, params):
            params["w1"] = rng.standard_normal((d, h))
            params["b1"] = np.where(params["b1"] == 0, 0.0, rng.standard_normal(h))
        y = rng.permutation(np.arange(n) % k)
        terms = {"lam·w1": lam * params["w1"], "lam·w2": lam * params["w2"]} if lam else {}
        yield case(
            f"lam = {lam}", params=params, x=x, y=y, lam=lam, N=n, D=d, H=h, K=k, parts=terms
        )


def _near_kink(x: np.ndarray, params: dict[str, np.ndarray]) -> bool:
    z = x @ params["w1"] + params["b1"]
    alive, dead = (z > 0).any(axis=0), (z < 0).any(axis=0)
    return bool((np.abs(z[z != 0]) < 0.02).any()) or not alive.all() or not dead.any()


def extreme(rng: np.random.Generator) -> Iterator[Case]:
    """Large pre-activations: each example's scores share an offset of its own, 0, 900 and 2000."""
    x = rng.standard_normal((3, 4))
    x[:, 0] = [0.0, 900.0, 2000.0]
    w1, w2 = rng.standard_normal((4, 5)), rng.standard_normal((5, 3))
    w1[:, 0], w1[0], w2[0] = 0.0, 0.0, 1.0
    w1[0, 0] = 1.0
    params = {
        "w1": w1,
        "b1": np.array([0.5, 1.0, -1.0, 0.3, 2.0]),
        "w2": w2,
        "b2": rng.standard_normal(3),
    }
    yield case(
        "scores around 0, 900 and 2000",
        params=params,
        x=x,
        y=np.array([2, 0, 1]),
        lam=0.1,
        N=3,
        D=4,
        H=5,
        K=3,
    )


SHIFT = "scores - scores.max(axis=1, keepdims=True)"
TWO_LAYER = function(
    two_layer_loss, chapter=3, summary="loss and gradients of a two-layer network", cases=cases, extreme=extreme, whole="x",
    outputs=[Output("loss"), Output("grads", atol=1e-11)], forbids=("nnkit.layers",),
    mistakes=[
        wrong("regularization_missing_in_loss", "Which part of the loss does not depend on the data?", " + 0.5 * lam * ((w1**2).sum() + (w2**2).sum())", ""),
        wrong("regularization_without_half", "Compare the factor in the loss with the one in its gradient.", "0.5 * lam", "lam"),
        wrong("regularization_one_layer", "Which matrices are penalized?", " + (w2**2).sum()", ""),
        wrong("biases_penalized", "Which parameters are penalized?", "(w2**2).sum())", "(w2**2).sum() + (b1**2).sum() + (b2**2).sum())"),
        wrong("biases_penalized_in_gradient", "Which parameters are penalized?", "dz.sum(axis=0)", "dz.sum(axis=0) + lam * b1",
              "dscores.sum(axis=0)", "dscores.sum(axis=0) + lam * b2"),
        wrong("regularization_gradient_missing", "A term of the loss has a gradient too.", " + lam * w2", "", " + lam * w1", ""),
        wrong("regularization_gradient_missing_w1", "Both matrices are penalized.", " + lam * w1", ""),
        wrong("regularization_gradient_missing_w2", "Both matrices are penalized.", " + lam * w2", ""),
        wrong("regularization_gradient_doubled", "What is the 1/2 in the penalty for?", "lam * w2", "2 * lam * w2", "lam * w1", "2 * lam * w1"),
        wrong("regularization_gradient_halved", "What is the derivative of w²/2?", "lam * w2", "0.5 * lam * w2", "lam * w1", "0.5 * lam * w1"),
        wrong("penalty_averaged", "The penalty belongs to the parameters; how many examples there are does not matter to it.", "0.5 * lam", "0.5 / n * lam"),
        wrong("loss_summed", "Losses of this course average over the batch.", "y].mean()", "y].sum()"),
        wrong("loss_sign", "A loss gets smaller when the prediction gets better.", "loss = -log_p", "loss = log_p"),
        wrong("gradient_not_averaged", "The loss is an average over the batch. Where does the 1/N go?", "dscores = dscores / n", "dscores = dscores * 1.0"),
        wrong("gradient_averaged_twice", "Count the factors 1/N on the way down.", "dscores / n", "dscores / n**2"),
        wrong("gradient_over_classes", "The average runs over examples, not over classes.", "dscores / n", "dscores / scores.shape[1]"),
        wrong("target_not_subtracted", "The gradient of the scores compares the prediction with something.", "dscores[np.arange(n), y] -= 1.0", "pass"),
        wrong("scores_gradient_sign", "Going downhill has to raise the right class's score.", "dscores = dscores / n", "dscores = -dscores / n"),
        wrong("relu_missing", "Without a non-linearity the two layers are one.", "np.maximum(z, 0.0)", "z * 1.0", " * (z > 0)", ""),
        wrong("relu_mask_missing", "Hidden units that were off pass nothing back.", " * (z > 0)", ""),
        wrong("relu_slope_at_zero", "Which slope has been agreed on at exactly 0?", "(z > 0)", "(z >= 0)"),
        wrong("mask_from_gradient", "Which units were on was decided in forward.", "(z > 0)", "((dscores @ w2.T) > 0)"),
        wrong("relu_after_output", "Scores may be negative.", "scores = h @ w2 + b2", "scores = np.maximum(h @ w2 + b2, 0.0)"),
        wrong("pre_activation_in_dw2", "What is the input of the second layer?", "h.T @ dscores", "z.T @ dscores"),
        wrong("bias1_missing", "Both layers have a bias.", "x @ w1 + b1", "x @ w1"),
        wrong("bias2_missing", "Both layers have a bias.", "h @ w2 + b2", "h @ w2"),
        wrong("db_averaged", "Where a value is copied, gradients add up; 1/N is in dscores already.", "dz.sum(axis=0)", "dz.mean(axis=0)", "dscores.sum(axis=0)", "dscores.mean(axis=0)"),
        wrong("softmax_over_examples", "Each example's probabilities sum to 1. Along which axis?", "np.exp(shifted).sum(axis=1, keepdims=True)", "np.exp(shifted).sum(axis=0, keepdims=True)"),
        wrong("no_shift", "What is exp(2000)? The softmax does not change when all scores of an example move together.", SHIFT, "scores * 1.0"),
        wrong("global_shift", "Each example has a maximum of its own.", SHIFT, "scores - scores.max()"),
        wrong("probability_for_log", "Cross-entropy is minus the logarithm of a probability.", "-log_p[np.arange(n), y]", "-np.exp(log_p)[np.arange(n), y]"),
        wrong("keys_with_d", "The gradients have the keys of params.", 'return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}',
              'return loss, {"dw1": dw1, "db1": db1, "dw2": dw2, "db2": db2}'),
        wrong("params_changed", "The function measures; the optimizer changes parameters.", "dw2 = h.T @ dscores + lam * w2", "dw2 = h.T @ dscores + lam * w2\n    b2 -= 0.1"),
    ],
)  # fmt: skip
