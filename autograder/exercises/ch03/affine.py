"""The affine map out = x·w + b of examples that may have several axes."""

from autograder.checking.kinds import draws, leads, pair, table

affine = pair(
    says="the affine map out = x·w + b",
    group="affine",
    cases=draws("x: N *D, w: D M, b: M", *table("N D M", (3, 4, 5), (4, (2, 3), 5), (3, 4, 5))),
    cache="(x, w, b)",
    whole="x",
    returns="out: example output",
    grads="dx, dw: input output, db: output",
)


@affine.forward
@leads(
    "Lay every example out as one row of D numbers; then one matrix product serves all of them.",
    "(N, D) times (D, M) gives (N, M); the bias (M,) is added to each row.",
)
def affine_forward(x, w, b):
    """out = x·w + b, x flattened per example."""
    rows = x.reshape(len(x), -1)
    # ~ not flattened: x | x may have several axes per example; the weights see one long row.
    # ~ flattened by column: x.reshape(len(x), -1, order="F") | The last axis runs fastest.
    out = rows @ w + b  # ~ bias missing
    # ~ bias subtracted: b => -b | Look at the sign in front of b.
    return out, (x, w, b)


@affine.backward
@leads(
    "Write the shapes: each gradient has the shape of its array, and only one product has it.",
    "x meets w, so dx is made of dout and w, dw of x and dout; b reaches every row.",
)
def affine_backward(dout, cache):
    """dx = dout·wᵀ, dw = xᵀ·dout, db = sum of dout over the examples."""
    x, w, _ = cache
    flat = x.reshape(len(x), -1)
    dx = (dout @ w.T).reshape(x.shape)  # ~ sign, dx ignores dout, ignores dout
    # ~ dx with w not transposed: w.T => w | Write the shapes beside dx: which side of w meets dout?
    # ~ dx not reshaped: dout @ w.T | dx has the shape of x, all its axes.
    dw = flat.T @ dout  # ~ transposed, averaged, dw ignores dout, ignores dout
    # ~ sums multiplied: np.outer(flat.sum(axis=0), dout.sum(axis=0))
    #     | A sum of products is not the product of two sums: each example has its own.
    db = dout.sum(axis=0)  # ~ averaged, not summed, wrong axis, keeps axis, ignores dout
    # ~ db times b: (dout * cache[2]).sum(axis=0) | How strongly does out change when b does?
    return dx, dw, db  # ~ first two exchanged, last two exchanged
