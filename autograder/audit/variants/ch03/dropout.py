"""Dropout in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


@right
def dropout_binomial():
    def dropout_forward(x, keep, rng, train):
        if not train:
            return x.copy(), None
        mask = rng.binomial(1, keep, size=x.shape)
        return x * mask / keep, (mask, keep)

    def dropout_backward(dout, cache):
        if cache is None:
            return dout.copy()
        mask, keep = cache
        return dout * mask / keep

    return dropout_forward, dropout_backward


@right
def dropout_where():
    def dropout_forward(x, keep, rng, train):
        kept = (rng.uniform(size=x.shape) <= keep) if train else np.full(x.shape, True)
        out = np.where(kept, x / (keep if train else 1), 0.0)
        return out, {"kept": kept, "keep": keep, "train": train}

    def dropout_backward(dout, cache):
        return np.where(cache["kept"], dout / cache["keep"], 0.0) if cache["train"] else 1.0 * dout

    return dropout_forward, dropout_backward


@right
def dropout_loops():
    def dropout_forward(x, keep, rng, train):
        out, scale = np.zeros(x.shape), np.zeros(x.shape)
        for at in np.ndindex(x.shape):
            if not train or rng.random() >= 1 - keep:
                scale[at] = 1 / keep if train else 1.0
                out[at] = x[at] * scale[at]
        return out, (scale,)

    def dropout_backward(dout, cache):
        return np.einsum("...,...->...", dout, cache[0])

    return dropout_forward, dropout_backward


@right
def dropout_choice():
    def dropout_forward(x, keep, rng, train):
        mask = rng.choice([0.0, 1.0 / keep], size=x.shape, p=[1.0 - keep, keep]) if train else 1.0
        return np.multiply(x, mask), lambda dout: dout * mask

    def dropout_backward(dout, cache):
        return cache(dout)

    return dropout_forward, dropout_backward


@right
def dropout_documented_cache():
    def dropout_backward(dout, cache):
        dx = np.zeros(dout.shape)
        (mask,) = cache
        dx[mask > 0] = dout[mask > 0] * mask[mask > 0]
        return dx

    return dropout_backward
