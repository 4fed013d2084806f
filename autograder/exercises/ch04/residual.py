"""The residual unit: relu(conv(relu(conv(x))) + shortcut(x))."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import leads, pair
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


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Without a projection; with one, channels new or not; kernels square and not."""
    for n, c, hidden, f, h, w, k1, k2, projected in (
        (2, 3, 4, 3, 4, 5, (3, 3), (1, 3), False),
        (2, 2, 4, 3, 5, 4, (3, 1), (3, 3), True),
        (3, 2, 3, 2, 4, 3, (3, 3), (3, 3), True),
        (3, 3, 3, 3, 3, 3, (3, 3), (3, 3), True),
        (1, 1, 1, 1, 3, 2, (1, 1), (1, 1), False),
    ):
        params = {
            "w1": rng.standard_normal((hidden, c, *k1)) / 2,
            "b1": rng.standard_normal(hidden),
            "w2": rng.standard_normal((f, hidden, *k2)) / 2,
            "b2": rng.standard_normal(f),
        }
        if projected:
            params |= {"wp": rng.standard_normal((f, c, 1, 1)), "bp": rng.standard_normal(f)}
        label = f"{'a' if projected else 'no'} projection, channels {c} to {f}; "
        label += f"kernels {k1[0]}×{k1[1]} and {k2[0]}×{k2[1]}"
        yield case(label, x=rng.standard_normal((n, c, h, w)), params=params, N=n, C=c, F=f)


residual = pair(
    says="the residual unit",
    group="residual",
    cases=cases,
    cache="(x, params, z, a, s)",
    whole="x",
    returns="out: example channel row column",
    grads="dx: example channel row column, dparams",
    forbids=("nnkit.layers",),
)


@residual.forward
@leads(
    "Two ways lead from x to the sum: convolution, ReLU, convolution; and the shortcut, x"
    " itself or its projection.",
    "s = conv2(relu(conv1(x))) + shortcut, out = relu(s).",
)
def residual_forward(x, params):
    """Two convolutions, the shortcut, a ReLU after the addition."""
    z = same_conv(x, params["w1"], params["b1"])
    # ~ first bias missing: params["b1"] => 0 * params["b1"] | Both convolutions have a bias.
    # ~ x changed: x *= x > 0; ... | x is needed again for the shortcut, and by the caller.
    a = np.maximum(z, 0)
    # ~ first relu missing: z | Without a non-linearity two convolutions are one.
    # ~ max for maximum
    f = same_conv(a, params["w2"], params["b2"])
    shortcut = same_conv(x, params["wp"], params["bp"]) if "wp" in params else x
    # ~ projection only for new channels: "wp" in params =>
    #     "wp" in params and len(params["wp"]) != x.shape[1]
    #     | The projection is used exactly when wp is given.
    # ~ projection bias missing: params["bp"] => 0 * params["bp"] | The projection has a bias too.
    # ~ projection of hidden: same_conv(x, params["wp"], params["bp"]) =>
    #     same_conv(np.maximum(x, 0), params["wp"], params["bp"]) | The projection starts from x.
    s = f + shortcut  # ~ shortcut missing: f | h(x) = x + r(x): what is left for r to learn?
    # ~ x beside its projection: f + shortcut + (x if "wp" in params and f.shape == x.shape else 0)
    #     | With wp the projection is the shortcut: what is added besides?
    # ~ relu on shortcut: f + np.maximum(shortcut, 0) | The shortcut passes x on as it is.
    # ~ shortcut twice: f + 2 * shortcut | The shortcut is added once.
    # ~ shortcut subtracted: f - shortcut | The shortcut is added.
    # ~ relu after second conv too: f => np.maximum(f, 0) | r ends with its convolution.
    return np.maximum(s, 0), (x, params, z, a, s)
    # ~ relu before addition: np.maximum(s, 0) => np.maximum(f, 0) + shortcut
    #     | The last ReLU comes after the addition.
    # ~ last relu missing: np.maximum(s, 0) => s | What comes after the addition?


@residual.backward
@leads(
    "A sum copies its gradient to both summands; where the ways meet again, at x, the two"
    " gradients add up.",
    "ds = dout where s > 0; through conv2, the ReLU and conv1 to x, and through the shortcut to x.",
)
def residual_backward(dout, cache):
    """Behind the addition the gradient takes two paths: through f and through the shortcut."""
    x, params, z, a, s = cache
    ds = dout * (s > 0)
    # ~ last mask missing: s > 0 => 1 | What does the ReLU after the addition do to the gradient?
    # ~ mask of the wrong place: s => dout | Each ReLU masks by its own input.
    da, dw2, db2 = same_conv_backward(ds, a, params["w2"], params["b2"])
    # ~ second gradient from x: a => z | The second convolution saw a, not x.
    dz = da * (z > 0)
    # ~ first mask missing: z > 0 => 1 | There is a ReLU between the convolutions.
    dx, dw1, db1 = same_conv_backward(dz, x, params["w1"], params["b1"])
    dparams = {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}
    # ~ bias gradients averaged: {"w1": dw1, "b1": db1 / len(x), "w2": dw2, "b2": db2 / len(x)}
    #     | Where a value is copied, gradients add up.
    if "wp" in params:
        # ~ projection only for new channels: "wp" in params and len(params["wp"]) != x.shape[1]
        #     | The projection is used exactly when wp is given.
        dshort, dparams["wp"], dparams["bp"] = same_conv_backward(ds, x, params["wp"], params["bp"])
        # ~ mask missing in bp: ...; dparams["bp"] = dout.sum(axis=(0, 2, 3))
        #     | The ReLU comes after the addition: it masks both ways.
        # ~ mask missing in wp: ...; dparams["wp"] = np.einsum("nfij,ncij->fc", dout, x)[:, :, None,
        #     None]
        # ~ mask missing on the projection: ds => dout | The ReLU comes after the addition:
        #     it masks both ways.
        # ~ mask only on conv path: ds => dout
        #     | The ReLU comes after the addition: it masks both ways.
        # ~ projection gradient missing: ...; dparams["wp"] *= 0; dparams["bp"] *= 0
        #     | The projection has learned something too.
    else:
        dshort = ds  # ~ mask only on conv path: dout
        # ~ mask missing on the shortcut: dout | The ReLU comes after the addition: it masks
        #     both ways.
    dx = dx + dshort
    # ~ x beside its projection: dx + dshort + (ds if "wp" in params and ds.shape == x.shape else 0)
    #     | With wp the projection is the shortcut: what is added besides?
    # ~ shortcut dropped: dshort => 0 | The gradient takes two ways behind the addition.
    # ~ conv path dropped: dshort + 0
    # ~ projection passed by: dshort = ds if ds.shape == x.shape else np.zeros(x.shape); ...
    #     | Through a projection the gradient is changed.
    # ~ shortcut doubled: dshort => 2 * dshort | Addition hands the gradient on as it is.
    return dx, dparams
    # ~ keys with a d: dx, {f"d{key}": value for key, value in dparams.items()}
    #     | dparams has the keys of params.
    # ~ all keys always: dx, {"wp": None, "bp": None, **dparams} | dparams has the keys of params.
    # ~ projection keys missing: dparams = dict(list(dparams.items())[:4]); ...
    #     | dparams has the keys of params.
    # ~ first two exchanged
