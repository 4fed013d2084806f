"""One step with Nesterov's momentum in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right
from autograder.audit.variants.ch03.memory import begin


@right
def nesterov_tuples():
    def nesterov_step(w, dw, state, lr, mu=0.9):
        (old,) = state or (0.0,)
        v = old * mu + dw
        return w - lr * dw - lr * mu * v, (v,)

    return nesterov_step


@right
def nesterov_objects():
    def nesterov_step(w, dw, state, lr, mu=0.9):
        state = begin(state, w)
        state.first = state.first * mu + dw
        return w - lr * (dw + mu * state.first), state

    return nesterov_step


@right
def nesterov_loops():
    def nesterov_step(w, dw, state, lr, mu=0.9):
        state = dict(state or {})
        state.setdefault("v", np.zeros_like(w))
        state["v"] = mu * state["v"] + dw
        out = w.copy()
        out -= lr * dw
        out -= lr * mu * state["v"]
        return out, state

    return nesterov_step


@right
def nesterov_history():
    """The whole past as state: every running mean is a weighted sum of all gradients."""

    def nesterov_step(w, dw, state, lr, mu=0.9):
        past = [*(state or []), dw.copy()]
        v = sum(mu ** (len(past) - 1 - i) * g for i, g in enumerate(past))
        return w - lr * (dw + mu * v), past

    return nesterov_step


@right
def nesterov_two_terms():

    def nesterov_step(w, dw, state, lr, mu=0.9):
        v = (state or {}).get("v", 0 * dw) * mu + dw
        return (w - lr * dw - lr * mu * v, dict(v=v))

    return nesterov_step
