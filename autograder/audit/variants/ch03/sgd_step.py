"""One step of gradient descent in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right
from autograder.audit.variants.ch03.memory import begin


@right
def sgd_tuples():
    def sgd_step(w, dw, state, lr):
        return [np.subtract(w, np.multiply(lr, dw)), None]

    return sgd_step


@right
def sgd_objects():
    def sgd_step(w, dw, state, lr):
        state = begin(state, w)
        return w + -lr * dw, state

    return sgd_step


@right
def sgd_loops():
    def sgd_step(w, dw, state, lr):
        out = w.copy()
        for index in np.ndindex(w.shape):
            out[index] -= lr * dw[index]
        return out, {}

    return sgd_step


@right
def sgd_history():
    """The whole past as state."""

    def sgd_step(w, dw, state, lr):
        return w - dw * lr, [*(state or []), dw.copy()]

    return sgd_step
