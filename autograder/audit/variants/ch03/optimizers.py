"""Optimizer steps in other styles."""
# ruff: noqa: D103

import math
from collections import namedtuple

import numpy as np

from autograder.audit.variants import right

Moments = namedtuple("Moments", "m v t")


@right
def optimizers_tuples():
    def sgd_step(w, dw, state, lr):
        return [np.subtract(w, np.multiply(lr, dw)), None]

    def momentum_step(w, dw, state, lr, mu):
        v = mu * (state or (0.0,))[0] + dw
        return w - lr * v, (v,)

    def nesterov_step(w, dw, state, lr, mu):
        (old,) = state or (0.0,)
        v = old * mu + dw
        return w - lr * dw - lr * mu * v, (v,)

    def rmsprop_step(w, dw, state, lr, rho, eps):
        old = state[0] if state else 0
        s = old + (1 - rho) * (dw * dw - old)
        return w - lr / (eps + s**0.5) * dw, [s]

    def adam_step(w, dw, state, lr, beta1, beta2, eps):
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

    return sgd_step, momentum_step, nesterov_step, rmsprop_step, adam_step


@right
def optimizers_objects():
    class Memory:
        def __init__(self, shape):
            self.first, self.second = np.zeros(shape), np.zeros(shape)
            self.beta1_power = self.beta2_power = 1.0

        def copy(self):
            twin = Memory(self.first.shape)
            twin.__dict__.update(self.__dict__)
            return twin

    def begin(state, w):
        return state.copy() if isinstance(state, Memory) else Memory(w.shape)

    def sgd_step(w, dw, state, lr):
        state = begin(state, w)
        return w + -lr * dw, state

    def momentum_step(w, dw, state, lr, mu):
        state = begin(state, w)
        state.first = state.first * mu + dw
        return w - lr * state.first, state

    def nesterov_step(w, dw, state, lr, mu):
        state = begin(state, w)
        state.first = state.first * mu + dw
        return w - lr * (dw + mu * state.first), state

    def rmsprop_step(w, dw, state, lr, rho, eps):
        state = begin(state, w)
        state.second = rho * state.second + (1 - rho) * np.square(dw)
        return w - (lr * dw) / (np.sqrt(state.second) + eps), state

    def adam_step(w, dw, state, lr, beta1, beta2, eps):
        state = begin(state, w)
        state.first = beta1 * state.first + (1 - beta1) * dw
        state.second = beta2 * state.second + (1 - beta2) * dw * dw
        state.beta1_power *= beta1
        state.beta2_power *= beta2
        m, v = state.first / (1 - state.beta1_power), state.second / (1 - state.beta2_power)
        return w - lr * m / (v**0.5 + eps), state

    return sgd_step, momentum_step, nesterov_step, rmsprop_step, adam_step


@right
def optimizers_loops():
    def sgd_step(w, dw, state, lr):
        out = w.copy()
        for index in np.ndindex(w.shape):
            out[index] -= lr * dw[index]
        return out, {}

    def momentum_step(w, dw, state, lr, mu):
        out, v = w.copy(), np.zeros(w.shape)
        old = state.get("velocity", v) if state is not None else v
        for index in np.ndindex(w.shape):
            v[index] = mu * old[index] + dw[index]
            out[index] -= lr * v[index]
        return out, {"velocity": v}

    def nesterov_step(w, dw, state, lr, mu):
        state = dict(state or {})
        state.setdefault("v", np.zeros_like(w))
        state["v"] = mu * state["v"] + dw
        out = w.copy()
        out -= lr * dw
        out -= lr * mu * state["v"]
        return out, state

    def rmsprop_step(w, dw, state, lr, rho, eps):
        out, s = np.array(w), np.zeros(w.shape)
        old = None if not state else state["cache"]
        for index in np.ndindex(w.shape):
            s[index] = (0.0 if old is None else rho * old[index]) + (1 - rho) * dw[index] ** 2
            out[index] = w[index] - lr * dw[index] / (math.sqrt(s[index]) + eps)
        return out, {"cache": s}

    def adam_step(w, dw, state, lr, beta1, beta2, eps):
        state = {"m": np.zeros_like(w), "v": np.zeros_like(w), "t": 0, **(state or {})}
        t = state["t"] + 1
        m = beta1 * state["m"] + (1 - beta1) * dw
        v = beta2 * state["v"] + (1 - beta2) * dw**2
        rate = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
        return w - rate * m / (np.sqrt(v) + eps * np.sqrt(1 - beta2**t)), {"m": m, "v": v, "t": t}

    return sgd_step, momentum_step, nesterov_step, rmsprop_step, adam_step


@right
def optimizers_history():
    """The whole past as state: every running mean is a weighted sum of all gradients."""

    def sgd_step(w, dw, state, lr):
        return w - dw * lr, [*(state or []), dw.copy()]

    def momentum_step(w, dw, state, lr, mu):
        past = [*(state or []), dw.copy()]
        v = sum(mu ** (len(past) - 1 - i) * g for i, g in enumerate(past))
        return w - lr * v, past

    def nesterov_step(w, dw, state, lr, mu):
        past = [*(state or []), dw.copy()]
        v = sum(mu ** (len(past) - 1 - i) * g for i, g in enumerate(past))
        return w - lr * (dw + mu * v), past

    def rmsprop_step(w, dw, state, lr, rho, eps):
        past = [*(state or []), dw**2]
        s = (1 - rho) * sum(rho ** (len(past) - 1 - i) * g for i, g in enumerate(past))
        return w - lr * dw / (np.sqrt(s) + eps), past

    def adam_step(w, dw, state, lr, beta1, beta2, eps):
        past = [*(state or []), dw.copy()]
        n = len(past)
        m = sum(beta1 ** (n - 1 - i) * g for i, g in enumerate(past)) / sum(
            beta1**i for i in range(n)
        )
        v = sum(beta2 ** (n - 1 - i) * g * g for i, g in enumerate(past)) / sum(
            beta2**i for i in range(n)
        )
        return w - lr * m / (np.sqrt(v) + eps), past

    return sgd_step, momentum_step, nesterov_step, rmsprop_step, adam_step
