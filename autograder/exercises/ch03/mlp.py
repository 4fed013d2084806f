"""A network of any depth."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from autograder.checking.exercise import Case, Output, case, wrong
from autograder.checking.kinds import pair


def mlp_forward(x, params):
    """Affine layers with ReLU between; params is a list of (w, b)."""
    cache = []
    for i, (w, b) in enumerate(params):
        z = x @ w + b
        cache.append((x, w, b, z))
        x = z if i == len(params) - 1 else np.maximum(z, 0.0)
    return x, cache


def mlp_backward(dout, cache):
    """From the last layer to the first; the list of (dw, db) in the order of the layers."""
    grads = []
    last = len(cache) - 1
    for i in range(last, -1, -1):
        x, w, _, z = cache[i]
        dz = dout if i == last else dout * (z > 0)
        grads.append((x.T @ dz, dz.sum(axis=0)))
        dout = dz @ w.T
    return grads[::-1]


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Four layers, two, one; a zero example and zero biases put units right on their kink."""
    for sizes, n, on_kink in (
        ((4, 6, 5, 3, 2), 5, False),
        ((3, 5, 2), 4, True),
        ((4, 2), 3, False),
        ((3, 4, 4, 4), 5, False),
        ((4, 6, 5, 3, 2), 5, False),
    ):
        x, params = _draw(rng, n, sizes, on_kink)
        while _unfit(x, params):
            x, params = _draw(rng, n, sizes, on_kink)
        depth = {1: "one layer", 2: "two layers"}.get(len(params), f"{len(params)} layers")
        yield case(
            f"{'exactly at a kink, ' if on_kink else ''}{depth}, {'-'.join(map(str, sizes))}",
            x=x,
            params=params,
            N=n,
        )


def _draw(
    rng: np.random.Generator, n: int, sizes: tuple[int, ...], on_kink: bool
) -> tuple[np.ndarray, list]:
    x = rng.standard_normal((n, sizes[0]))
    params = [
        (rng.standard_normal((i, o)), 0.5 * rng.standard_normal(o)) for i, o in pairwise(sizes)
    ]
    if on_kink:
        x[0], params[0][1][:2] = 0.0, 0.0
    return x, params


def _unfit(x: np.ndarray, params: list) -> bool:
    """A kink is near, a hidden layer lets everything or an example nothing through, or no output is negative."""
    for w, b in params[:-1]:
        z = x @ w + b
        if (np.abs(z[z != 0]) < 0.01).any() or (z > 0).all() or not (z > 0).any(axis=0).all():
            return True
        x = np.maximum(z, 0.0)
    out = x @ params[-1][0] + params[-1][1]
    return not ((out < 0).any() and (out > 0).any())


FORWARD, BACKWARD = pair(
    mlp_forward, mlp_backward, chapter=3, summary="a network of any depth", cases=cases,
    cache="a list of (x_in, w, b, z), one a layer", whole="x",
    returns=[Output("out", axes=("example", "output"))], grads=[Output("grads")],
    forward_options={"forbids": ("nnkit.layers",)}, backward_options={"forbids": ("nnkit.layers",)},
    wrong_forward=[
        wrong("relu_after_last", "Outputs may be negative. Which layers have an activation?", "x = z if i == len(params) - 1 else np.maximum(z, 0.0)", "x = np.maximum(z, 0.0)"),
        wrong("relu_missing", "Without a non-linearity all layers together are one.", "np.maximum(z, 0.0)", "z"),
        wrong("relu_in_first_only", "Every layer but one has an activation.", "i == len(params) - 1", "i > 0 or len(params) == 1"),
        wrong("relu_before_affine", "The data themselves are not cut off; the activation follows the affine map.", "x @ w", "np.maximum(x, 0.0) @ w"),
        wrong("bias_missing", "Every layer has a bias.", "x @ w + b", "x @ w"),
        wrong("last_bias_missing", "Every layer has a bias.", "x @ w + b", "x @ w + (b if i < len(params) - 1 else 0.0 * b)"),
        wrong("last_layer_missing", "Count how many layers your loop applies.", "return x, cache", "return cache[-1][0] * 1.0, cache"),
        wrong("layers_reversed", "The first entry of params is the layer nearest the data.", "enumerate(params)", "enumerate(params[::-1])"),
        wrong("tanh_for_relu", "Which activation is asked for?", "np.maximum(z, 0.0)", "np.tanh(z)"),
        wrong("leaky", "A ReLU lets nothing through on the negative side.", "np.maximum(z, 0.0)", "np.maximum(z, 0.01 * z)"),
        wrong("bias_before_relu_lost", "The bias shifts the ramp; it is added before the activation.", "np.maximum(z, 0.0)", "np.maximum(z - b, 0.0) + b"),
    ],
    wrong_backward=[
        wrong("mask_missing", "Hidden units that were off pass nothing back.", "dout * (z > 0)", "dout"),
        wrong("mask_on_last", "There is no activation after the last layer.", "dout if i == last else dout * (z > 0)", "dout * (z > 0)"),
        wrong("mask_of_next_layer", "Each layer's mask comes from its own pre-activation.", "dz = dout if i == last else dout * (z > 0)", "dz = dout * (x > 0) @ np.eye(x.shape[1]) if 0 else dout",
              "dout = dz @ w.T", "dout = (dz @ w.T) * (x > np.abs(x).mean())"),
        wrong("slope_one_at_zero", "Which slope has been agreed on at exactly 0?", "z > 0", "z >= 0"),
        wrong("mask_from_dout", "Which units were on was decided in forward.", "(z > 0)", "(dout > 0)"),
        wrong("order_reversed", "grads follows params: the layer nearest the data comes first.", "grads[::-1]", "grads"),
        wrong("pre_activation_for_input", "Each layer's dw needs what went into that layer, after the activation.", "x, w, _, z = cache[i]",
              "x, w, _, z = cache[i]\n        x = cache[i - 1][3] if i > 0 else x"),
        wrong("db_averaged", "b reaches every example; where a value is copied, gradients add up.", "dz.sum(axis=0)", "dz.mean(axis=0)"),
        wrong("db_without_mask", "The bias sits before the activation.", "dz.sum(axis=0)", "dout.sum(axis=0)"),
        wrong("dw_without_mask", "The weights sit before the activation.", "x.T @ dz", "x.T @ dout"),
        wrong("dw_averaged", "The loss has averaged already.", "x.T @ dz,", "x.T @ dz / len(x),"),
        wrong("dw_transposed", "dw has the shape of w.", "x.T @ dz,", "(x.T @ dz).T,"),
        wrong("mask_not_passed_on", "What goes down to the next layer has passed this layer's activation too.", "dout = dz @ w.T", "dout = dout @ w.T"),
        wrong("ignores_dout", "Every gradient starts from the one that comes in from above.", "last = len(cache) - 1", "last = len(cache) - 1\n    dout = np.ones_like(dout)"),
        wrong("first_layer_missing", "Every layer has a gradient, the first too.", "grads[::-1]", "grads[::-1][1:]"),
        wrong("signal_sign", "Check the sign of what is passed down.", "dout = dz @ w.T", "dout = -dz @ w.T"),
    ],
)  # fmt: skip
MLP = (FORWARD, BACKWARD)
