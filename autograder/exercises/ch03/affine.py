"""The affine map."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case, wrong
from autograder.checking.kinds import pair


def affine_forward(x, w, b):
    """out = x·w + b, x flattened per example."""
    out = x.reshape(len(x), -1) @ w + b
    return out, (x, w, b)


def affine_backward(dout, cache):
    """dx = dout·wᵀ, dw = xᵀ·dout, db = sum of dout over the examples."""
    x, w, _ = cache
    flat = x.reshape(len(x), -1)
    dx = (dout @ w.T).reshape(x.shape)
    dw = flat.T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """All sizes differ; one input has more than one axis per example."""
    for n, shape, m in ((3, (4,), 5), (4, (2, 3), 5), (3, (4,), 5)):
        d = math.prod(shape)
        yield case(
            x=rng.standard_normal((n, *shape)),
            w=rng.standard_normal((d, m)),
            b=rng.standard_normal(m),
            N=n,
            D=d,
            M=m,
        )


AFFINE = pair(
    affine_forward, affine_backward, chapter=3, summary="the affine map out = x·w + b", cases=cases,
    cache="(x, w, b)", whole="x",
    returns=[Output("out", axes=("example", "output"))],
    grads=[Output("dx"), Output("dw", axes=("input", "output")), Output("db", axes=("output",))],
    wrong_forward=[
        wrong("bias_missing", "What does the map give for x = 0?", " + b", ""),
        wrong("bias_subtracted", "Look at the sign in front of b.", "+ b", "- b"),
        wrong("not_flattened", "x may have several axes per example; the weights see one long row.", "x.reshape(len(x), -1)", "x"),
        wrong("flattened_by_column", "Flatten each example in the usual order, last axis fastest.",
              "x.reshape(len(x), -1)", "x.reshape(len(x), -1, order='F')"),
    ],
    wrong_backward=[
        wrong("dx_with_w_not_transposed", "Write the shapes beside dx: which side of w meets dout?", "w.T", "w"),
        wrong("db_averaged", "b reaches every example; what happens to gradients where a value is copied?", "dout.sum(axis=0)", "dout.mean(axis=0)"),
        wrong("db_not_summed", "db has the shape of b. Which axis has to go, and how?", "dout.sum(axis=0)", "dout"),
        wrong("db_wrong_axis", "db has one entry for each output, not for each example.", "dout.sum(axis=0)", "dout.sum(axis=1)"),
        wrong("db_keeps_axis", "db has exactly the shape of b, (M,).", "dout.sum(axis=0)", "dout.sum(axis=0, keepdims=True)"),
        wrong("dw_averaged", "The loss has averaged already; the affine map itself knows nothing of N.", "flat.T @ dout", "flat.T @ dout / len(x)"),
        wrong("dw_transposed", "Write the shapes beside dw: it has the shape of w.", "flat.T @ dout", "dout.T @ flat"),
        wrong("dx_not_reshaped", "dx has the shape of x, all its axes.", ".reshape(x.shape)", ""),
        wrong("dx_without_w", "How strongly does out change when x does?", "(dout @ w.T)", "(np.ones_like(dout) @ w.T)"),
        wrong("dx_sign", "Check the sign of dx.", "(dout @ w.T)", "(-dout @ w.T)"),
        wrong("ignores_dout", "Every gradient starts from the one that comes in from above.", "dw = flat.T @ dout", "dw = flat.T @ np.ones_like(dout)"),
    ],
)  # fmt: skip
