"""The affine map out = x·w + b of examples that may have several axes."""

import numpy as np  # noqa: F401 - mistakes call it

from autograder.checking.kinds import draws, leads, pair

small = {"N": 3, "D": 4, "M": 5}
affine = pair(
    says="the affine map out = x·w + b",
    group="affine",
    cases=draws("x: N *D, w: D M, b: M", small, {"N": 4, "D": (2, 3), "M": 5}, small),
    cache="(x, w, b)",
    whole="x",
    returns="out: example output",
    grads="dx, dw: input output, db: output",
)


@affine.forward
@leads(
    "Every example is laid out as one row of D numbers; then one matrix product serves "
    "all of them.",
    "(N, D) times (D, M) gives (N, M); the bias (M,) is added to each row.",
)
def affine_forward(x, w, b):
    """out = x·w + b, x flattened per example."""
    out = x.reshape(len(x), -1) @ w + b
    # ~ bias missing: x.reshape(len(x), -1) @ w | What does the map give for x = 0?
    # ~ bias subtracted: x.reshape(len(x), -1) @ w - b | Look at the sign in front of b.
    # ~ not flattened: x @ w + b
    #     | x may have several axes per example; the weights see one long row.
    # ~ flattened by column: x.reshape(len(x), -1, order="F") @ w + b
    #     | Flatten each example in the usual order, last axis fastest.
    return out, (x, w, b)


@affine.backward
@leads(
    "Write the shapes: each gradient has the shape of its array, and only one product has it.",
    "out = xw + b; x meets w, so dx is made of dout and w, dw of x and dout, and b "
    "reaches every row.",
)
def affine_backward(dout, cache):
    """dx = dout·wᵀ, dw = xᵀ·dout, db = sum of dout over the examples."""
    x, w, _ = cache
    flat = x.reshape(len(x), -1)
    dx = (dout @ w.T).reshape(x.shape)  # ~ sign, dx ignores dout, ignores dout
    # ~ dx with w not transposed: w.T => w | Write the shapes beside dx: which side of w meets dout?
    # ~ dx not reshaped: dout @ w.T | dx has the shape of x, all its axes.
    dw = flat.T @ dout  # ~ dw ignores dout, ignores dout
    # ~ dw transposed: dout.T @ flat | Write the shapes beside dw: it has the shape of w.
    # ~ averaged | The loss has averaged already; the affine map itself knows nothing of N.
    db = dout.sum(axis=0)  # ~ averaged, not summed, wrong axis, keeps axis, ignores dout
    return dx, dw, db  # ~ first two exchanged, last two exchanged
