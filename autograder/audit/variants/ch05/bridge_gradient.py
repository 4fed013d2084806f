"""The gradient across the bridge in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


@right
def bridge_joined():
    def bridge_gradient(dh0, steps):
        before = np.zeros((len(dh0), steps - 1, dh0.shape[1]))
        return np.concatenate([before, dh0[:, None]], axis=1)

    return bridge_gradient


@right
def bridge_one_hot():
    def bridge_gradient(dh0, steps):
        last = np.arange(steps) == steps - 1
        return last[None, :, None] * np.asarray(dh0, dtype=float)[:, None, :]

    return bridge_gradient


@right
def bridge_padded():
    def bridge_gradient(dh0, steps):
        return np.pad(dh0[:, None].astype(float), ((0, 0), (steps - 1, 0), (0, 0)))

    return bridge_gradient
