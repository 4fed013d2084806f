"""One step of Adam in other styles."""
# ruff: noqa: D103

import math
from collections import namedtuple

import numpy as np

from autograder.audit.variants import right
from autograder.audit.variants.ch03.memory import begin

Moments = namedtuple("Moments", "m v t")


@right
def adam_tuples():
    def adam_step(w, dw, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        old = state or Moments(0.0, 0.0, 0)
        new = Moments(
            old.m + (1 - beta1) * (dw - old.m), old.v + (1 - beta2) * (dw**2 - old.v), old.t + 1
        )
        step = (
            new.m
            / (1 - math.pow(beta1, new.t))
            / (np.sqrt(new.v / (1 - math.pow(beta2, new.t))) + eps)
        )
        return w - lr * step, new

    return adam_step


@right
def adam_objects():
    def adam_step(w, dw, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        state = begin(state, w)
        state.first = beta1 * state.first + (1 - beta1) * dw
        state.second = beta2 * state.second + (1 - beta2) * dw * dw
        state.beta1_power *= beta1
        state.beta2_power *= beta2
        m, v = state.first / (1 - state.beta1_power), state.second / (1 - state.beta2_power)
        return w - lr * m / (v**0.5 + eps), state

    return adam_step


@right
def adam_loops():
    def adam_step(w, dw, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        state = {"m": np.zeros_like(w), "v": np.zeros_like(w), "t": 0, **(state or {})}
        t = state["t"] + 1
        m = beta1 * state["m"] + (1 - beta1) * dw
        v = beta2 * state["v"] + (1 - beta2) * dw**2
        rate = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
        return w - rate * m / (np.sqrt(v) + eps * np.sqrt(1 - beta2**t)), {"m": m, "v": v, "t": t}

    return adam_step


@right
def adam_history():
    """The whole past as state: every running mean is a weighted sum of all gradients."""

    def adam_step(w, dw, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        past = [*(state or []), dw.copy()]
        n = len(past)
        m = sum(beta1 ** (n - 1 - i) * g for i, g in enumerate(past)) / sum(
            beta1**i for i in range(n)
        )
        v = sum(beta2 ** (n - 1 - i) * g * g for i, g in enumerate(past)) / sum(
            beta2**i for i in range(n)
        )
        return w - lr * m / (np.sqrt(v) + eps), past

    return adam_step


@right
def adam_tuple_state():

    def adam_step(w, dw, state, lr, beta1=0.9, beta2=0.999, eps=1e-08):
        m, v, t = state["mvt"] if state else (0, 0, 0)
        t += 1
        m = beta1 * m + (1 - beta1) * dw
        v = beta2 * v + (1 - beta2) * dw * dw
        return (
            w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps),
            {"mvt": (m, v, t)},
        )

    return adam_step
