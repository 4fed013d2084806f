"""One step of RMSProp in other styles."""
# ruff: noqa: D103

import math

import numpy as np

from autograder.audit.variants import right
from autograder.audit.variants.ch03.memory import begin


@right
def rmsprop_tuples():
    def rmsprop_step(w, dw, state, lr, rho=0.9, eps=1e-8):
        old = state[0] if state else 0
        s = old + (1 - rho) * (dw * dw - old)
        return w - lr / (eps + s**0.5) * dw, [s]

    return rmsprop_step


@right
def rmsprop_objects():
    def rmsprop_step(w, dw, state, lr, rho=0.9, eps=1e-8):
        state = begin(state, w)
        state.second = rho * state.second + (1 - rho) * np.square(dw)
        return w - (lr * dw) / (np.sqrt(state.second) + eps), state

    return rmsprop_step


@right
def rmsprop_loops():
    def rmsprop_step(w, dw, state, lr, rho=0.9, eps=1e-8):
        out, s = np.array(w), np.zeros(w.shape)
        old = None if not state else state["cache"]
        for index in np.ndindex(w.shape):
            s[index] = (0.0 if old is None else rho * old[index]) + (1 - rho) * dw[index] ** 2
            out[index] = w[index] - lr * dw[index] / (math.sqrt(s[index]) + eps)
        return out, {"cache": s}

    return rmsprop_step


@right
def rmsprop_history():
    """The whole past as state: every running mean is a weighted sum of all gradients."""

    def rmsprop_step(w, dw, state, lr, rho=0.9, eps=1e-8):
        past = [*(state or []), dw**2]
        s = (1 - rho) * sum(rho ** (len(past) - 1 - i) * g for i, g in enumerate(past))
        return w - lr * dw / (np.sqrt(s) + eps), past

    return rmsprop_step


@right
def rmsprop_by_difference():

    def rmsprop_step(w, dw, state, lr, rho=0.9, eps=1e-08):
        old = state["r"] if state else 0.0
        r_ = old + (1 - rho) * (dw**2.0 - old)
        return (w - lr * dw / (r_**0.5 + eps), {**(state or {}), "r": r_})

    return rmsprop_step
