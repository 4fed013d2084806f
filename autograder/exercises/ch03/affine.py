"""The affine map."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case
from autograder.checking.kinds import pair


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


affine = pair(
    says="the affine map out = x·w + b",
    group="affine",
    cases=cases,
    cache="(x, w, b)",
    whole="x",
    returns=[Output("out", axes=("example", "output"))],
    grads=[Output("dx"), Output("dw", axes=("input", "output")), Output("db", axes=("output",))],
)


@affine.forward
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
def affine_backward(dout, cache):
    """dx = dout·wᵀ, dw = xᵀ·dout, db = sum of dout over the examples."""
    x, w, _ = cache
    flat = x.reshape(len(x), -1)
    dx = (dout @ w.T).reshape(x.shape)
    # ~ dx with w not transposed: w.T => w | Write the shapes beside dx: which side of w meets dout?
    # ~ dx not reshaped: dout @ w.T | dx has the shape of x, all its axes.
    # ~ dx without w: dout => np.ones_like(dout) | How strongly does out change when x does?
    # ~ dx sign: dout => -dout | Check the sign of dx.
    dw = flat.T @ dout  # ~ ignores dout
    # ~ dw averaged: flat.T @ dout / len(x)
    #     | The loss has averaged already; the affine map itself knows nothing of N.
    # ~ dw transposed: dout.T @ flat | Write the shapes beside dw: it has the shape of w.
    db = dout.sum(axis=0)  # ~ averaged, not summed, wrong axis, keeps axis
    return dx, dw, db
