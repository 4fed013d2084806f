"""The residual unit: relu(conv(relu(conv(x))) + shortcut(x))."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case, wrong
from autograder.checking.kinds import pair
from autograder.exercises.ch04.conv2d import conv2d_backward, conv2d_forward


def same_conv(x, w, b):
    """Stride 1 and zero padding that keeps height and width (odd, possibly non-square kernels)."""
    ph, pw = w.shape[2] // 2, w.shape[3] // 2
    return conv2d_forward(np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))), w, b)[0]


def same_conv_backward(dout, x, w, b):
    """Gradients of same_conv."""
    ph, pw = w.shape[2] // 2, w.shape[3] // 2
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded, dw, db = conv2d_backward(dout, (padded, w, b, 1, 0, 1))
    return dpadded[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]], dw, db


def residual_forward(x, params):
    """Two convolutions, the shortcut, a ReLU after the addition."""
    z = same_conv(x, params["w1"], params["b1"])
    a = np.maximum(z, 0)
    f = same_conv(a, params["w2"], params["b2"])
    shortcut = same_conv(x, params["wp"], params["bp"]) if "wp" in params else x
    s = f + shortcut
    return np.maximum(s, 0), (x, params, z, a, s)


def residual_backward(dout, cache):
    """Behind the addition the gradient takes two ways: through f and through the shortcut."""
    x, params, z, a, s = cache
    ds = dout * (s > 0)
    da, dw2, db2 = same_conv_backward(ds, a, params["w2"], params["b2"])
    dz = da * (z > 0)
    dx, dw1, db1 = same_conv_backward(dz, x, params["w1"], params["b1"])
    dparams = {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}
    if "wp" in params:
        dshort, dparams["wp"], dparams["bp"] = same_conv_backward(ds, x, params["wp"], params["bp"])
    else:
        dshort = ds
    dx = dx + dshort
    return dx, dparams


def unit_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Without a projection; with one that changes the channels; with one although they stay; kernels square and not."""
    for n, c, hidden, f, h, w, k1, k2, projected in (
        (2, 3, 4, 3, 4, 5, (3, 3), (1, 3), False),
        (2, 2, 4, 3, 5, 4, (3, 1), (3, 3), True),
        (3, 2, 3, 2, 4, 3, (3, 3), (3, 3), True),
    ):
        params = {
            "w1": rng.standard_normal((hidden, c, *k1)) / 2, "b1": rng.standard_normal(hidden),
            "w2": rng.standard_normal((f, hidden, *k2)) / 2, "b2": rng.standard_normal(f),
        }  # fmt: skip
        if projected:
            params |= {"wp": rng.standard_normal((f, c, 1, 1)), "bp": rng.standard_normal(f)}
        yield case(f"{'with' if projected else 'without'} projection, {c} channels to {f}; kernels {k1[0]}×{k1[1]} and {k2[0]}×{k2[1]}",
                   x=rng.standard_normal((n, c, h, w)), params=params, N=n, C=c, F=f)  # fmt: skip


SHORTCUT = 'shortcut = same_conv(x, params["wp"], params["bp"]) if "wp" in params else x'
PROJECTION = '    if "wp" in params:\n        dshort, dparams["wp"], dparams["bp"] = same_conv_backward(ds, x, params["wp"], params["bp"])\n    else:\n        dshort = ds\n'
RESIDUAL = pair(
    residual_forward, residual_backward, chapter=4, summary="the residual unit", cases=unit_cases, cache="(x, params, z, a, s)", whole="x",
    returns=[Output("out", axes=("example", "channel", "row", "column"))],
    grads=[Output("dx", axes=("example", "channel", "row", "column")), Output("dparams")],
    forward_options={"forbids": ("nnkit.layers",)}, backward_options={"forbids": ("nnkit.layers",)},
    wrong_forward=[
        wrong("shortcut_missing", "h(x) = x + f(x): what is left for f to learn?", "s = f + shortcut", "s = f"),
        wrong("relu_before_addition", "The last ReLU comes after the addition.", "np.maximum(s, 0), (x", "np.maximum(f, 0) + shortcut, (x"),
        wrong("last_relu_missing", "What comes after the addition?", "np.maximum(s, 0), (x", "s, (x"),
        wrong("first_relu_missing", "Without a non-linearity two convolutions are one.", "np.maximum(z, 0)", "z"),
        wrong("relu_on_shortcut", "The shortcut passes x on as it is.", "s = f + shortcut", "s = f + np.maximum(shortcut, 0)"),
        wrong("projection_only_for_new_channels", "The projection is used exactly when wp is given.", '"wp" in params', '"wp" in params and params["w2"].shape[0] != x.shape[1]'),
        wrong("projection_bias_missing", "The projection has a bias too.", 'params["wp"], params["bp"])', 'params["wp"], 0 * params["bp"])'),
        wrong("projection_of_hidden", "The projection starts from x.", 'same_conv(x, params["wp"]', 'same_conv(np.maximum(x, 0), params["wp"]'),
        wrong("shortcut_twice", "The shortcut is added once.", "s = f + shortcut", "s = f + 2 * shortcut"),
        wrong("shortcut_subtracted", "The shortcut is added.", "s = f + shortcut", "s = f - shortcut"),
        wrong("relu_after_second_conv_too", "f ends with its convolution.", "s = f + shortcut", "s = np.maximum(f, 0) + shortcut"),
        wrong("first_bias_missing", "Both convolutions have a bias.", 'params["w1"], params["b1"]', 'params["w1"], 0 * params["b1"]'),
        wrong("x_changed", "x is needed again for the shortcut, and by the caller.", "z = same_conv", "x *= x > 0\n    z = same_conv"),
    ],
    wrong_backward=[
        wrong("shortcut_dropped", "The gradient takes two ways behind the addition.", "dx = dx + dshort", "dx = dx * 1.0"),
        wrong("shortcut_doubled", "Addition hands the gradient on as it is.", "dx = dx + dshort", "dx = dx + 2 * dshort"),
        wrong("conv_path_dropped", "The gradient takes two ways behind the addition.", "dx = dx + dshort", "dx = dshort * 1.0"),
        wrong("last_mask_missing", "What does the ReLU after the addition do to the gradient?", "ds = dout * (s > 0)", "ds = dout * 1.0"),
        wrong("mask_only_on_conv_path", "The ReLU comes after the addition: it masks both ways.", "dshort = ds", "dshort = dout", "same_conv_backward(ds, x, params[\"wp\"]", "same_conv_backward(dout, x, params[\"wp\"]"),
        wrong("first_mask_missing", "There is a ReLU between the convolutions.", "dz = da * (z > 0)", "dz = da * 1.0"),
        wrong("mask_of_the_wrong_place", "Each ReLU masks by its own input.", "ds = dout * (s > 0)", "ds = dout * (dout > 0)"),
        wrong("projection_gradient_missing", "The projection has learned something too.", PROJECTION, '    if "wp" in params:\n        dshort = same_conv_backward(ds, x, params["wp"], params["bp"])[0]\n        dparams["wp"], dparams["bp"] = np.zeros(params["wp"].shape), np.zeros(params["bp"].shape)\n    else:\n        dshort = ds\n'),
        wrong("projection_keys_missing", "dparams has the keys of params.", PROJECTION, '    dshort = same_conv_backward(ds, x, params["wp"], params["bp"])[0] if "wp" in params else ds\n'),
        wrong("projection_passed_by", "Through a projection the gradient is changed.", "dshort, dparams", "_, dparams", '["bp"])\n    else:\n        dshort = ds\n', '["bp"])\n    dshort = ds if ds.shape == x.shape else np.zeros(x.shape)\n'),
        wrong("projection_only_for_new_channels", "The projection is used exactly when wp is given.", '"wp" in params', '"wp" in params and params["w2"].shape[0] != x.shape[1]'),
        wrong("second_gradient_from_x", "The second convolution saw a, not x.", "same_conv_backward(ds, a, params", "same_conv_backward(ds, z, params"),
        wrong("bias_gradients_averaged", "Where a value is copied, gradients add up.", '"b1": db1', '"b1": db1 / len(x)', '"b2": db2', '"b2": db2 / len(x)'),
    ],
)  # fmt: skip
