"""One step with momentum in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right
from autograder.audit.variants.ch03.memory import begin


@right
def momentum_tuples():
    def momentum_step(w, dw, state, lr, mu=0.9):
        v = mu * (state or (0.0,))[0] + dw
        return w - lr * v, (v,)

    return momentum_step


@right
def momentum_objects():
    def momentum_step(w, dw, state, lr, mu=0.9):
        state = begin(state, w)
        state.first = state.first * mu + dw
        return w - lr * state.first, state

    return momentum_step


@right
def momentum_loops():
    def momentum_step(w, dw, state, lr, mu=0.9):
        out, v = w.copy(), np.zeros(w.shape)
        old = state.get("velocity", v) if state is not None else v
        for index in np.ndindex(w.shape):
            v[index] = mu * old[index] + dw[index]
            out[index] -= lr * v[index]
        return out, {"velocity": v}

    return momentum_step


@right
def momentum_history():
    """The whole past as state: every running mean is a weighted sum of all gradients."""

    def momentum_step(w, dw, state, lr, mu=0.9):
        past = [*(state or []), dw.copy()]
        v = sum(mu ** (len(past) - 1 - i) * g for i, g in enumerate(past))
        return w - lr * v, past

    return momentum_step
