"""The softmax function in other styles."""
# ruff: noqa: D103

import math

import numpy as np
from scipy.special import logsumexp

from autograder.audit.variants import right


@right
def softmax_logsumexp():
    def softmax(z):
        return np.exp(z - logsumexp(z, axis=-1, keepdims=True))

    return softmax


@right
def softmax_rows():
    def softmax(z):
        flat = np.reshape(z, (-1, z.shape[-1]))
        out = np.zeros(flat.shape)
        for i, row in enumerate(flat):
            top = max(row)
            e = [math.exp(v - top) for v in row]
            out[i] = [v / sum(e) for v in e]
        return out.reshape(z.shape)

    return softmax


@right
def softmax_moved_axis():
    def softmax(z):
        t = np.moveaxis(z, -1, 0)
        e = np.exp(t - t.max(axis=0))
        return np.moveaxis(e / e.sum(axis=0), 0, -1)

    return softmax


@right
def softmax_logaddexp():

    def softmax(z):
        return np.exp(z - np.logaddexp.reduce(z, axis=-1, keepdims=True))

    return softmax
