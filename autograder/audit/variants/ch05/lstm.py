"""The LSTM over a sequence, on its step in other styles and without it."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right
from autograder.audit.variants.ch05 import lstm_step
from autograder.audit.variants.ch05.sigma import sigma


@right
def lstm_dict_cache():
    lstm_step_forward, lstm_step_backward = lstm_step.lstm_step_dict_cache.functions.values()

    def lstm_forward(x, h0, c0, u, w, b):
        h, c, caches = h0, c0, []
        out = np.zeros((x.shape[0], x.shape[1], h0.shape[1]))
        for t in range(x.shape[1]):
            h, c, cache = lstm_step_forward(x[:, t], h, c, u, w, b)
            out[:, t] = h
            caches.append(cache)
        return out, caches

    def lstm_backward(dh, cache):
        dx, weights = [], None
        back, cell = 0.0, np.zeros(cache[0]["h"].shape)
        for t in reversed(range(len(cache))):
            one, back, cell, *grads = lstm_step_backward(dh[:, t] + back, cell, cache[t])
            dx.append(one)
            weights = (
                grads if weights is None else [a + g for a, g in zip(weights, grads, strict=True)]
            )
        return np.stack(dx[::-1], axis=1), back, cell, *weights

    return lstm_forward, lstm_backward


@right
def lstm_gate_by_gate():
    lstm_step_forward, lstm_step_backward = lstm_step.lstm_step_gate_by_gate.functions.values()

    def lstm_forward(x, h0, c0, u, w, b):
        steps, states = [], []
        state = (h0, c0)
        for t in range(x.shape[1]):
            *state, cache = lstm_step_forward(x[:, t], *state, u, w, b)
            states.append(state[0])
            steps.append(cache)
        return np.array(states).swapaxes(0, 1), (steps, u.shape, w.shape)

    def lstm_backward(dh, cache):
        steps, u_shape, w_shape = cache
        du, dw, db = np.zeros(u_shape), np.zeros(w_shape), np.zeros(w_shape[1])
        n, length, k = dh.shape
        dx = np.zeros((n, length, u_shape[0]))
        dstate, dcell = np.zeros((n, k)), np.zeros((n, k))
        for t in range(length - 1, -1, -1):
            dx[:, t], dstate, dcell, a, c, e = lstm_step_backward(
                dh[:, t] + dstate, dcell, steps[t]
            )
            du, dw, db = du + a, dw + c, db + e
        return dx, dstate, dcell, du, dw, db

    return lstm_forward, lstm_backward


@right
def lstm_whole_sequence():
    def lstm_forward(x, h0, c0, u, w, b):
        n, length, _ = x.shape
        k = h0.shape[1]
        pre = x @ u + b
        h, c = np.zeros((n, length + 1, k)), np.zeros((n, length + 1, k))
        h[:, 0], c[:, 0] = h0, c0
        gates = np.zeros((n, length, 4, k))
        for t in range(length):
            z = (pre[:, t] + h[:, t] @ w).reshape(n, 4, k)
            gates[:, t] = sigma(z)
            gates[:, t, 2] = np.tanh(z[:, 2])
            c[:, t + 1] = gates[:, t, 0] * c[:, t] + gates[:, t, 1] * gates[:, t, 2]
            h[:, t + 1] = gates[:, t, 3] * np.tanh(c[:, t + 1])
        return np.array(h[:, 1:]), {"x": x, "u": u, "w": w, "h": h, "c": c, "gates": gates}

    def lstm_backward(dh, cache):
        x, u, w, h, c, gates = (cache[name] for name in ("x", "u", "w", "h", "c", "gates"))
        n, length, _, k = gates.shape
        dz = np.zeros((n, length, 4, k))
        dstate, dcell = np.zeros((n, k)), np.zeros((n, k))
        for t in range(length - 1, -1, -1):
            f, i, g, o = (gates[:, t, j] for j in range(4))
            d, tc = dh[:, t] + dstate, np.tanh(c[:, t + 1])
            dcell = dcell + d * o * (1 - tc**2)
            dz[:, t] = np.stack(
                [
                    dcell * c[:, t] * f * (1 - f),
                    dcell * g * i * (1 - i),
                    dcell * i * (1 - g**2),
                    d * tc * o * (1 - o),
                ],
                axis=1,
            )
            dstate, dcell = dz[:, t].reshape(n, -1) @ w.T, dcell * f
        dz = dz.reshape(n, length, 4 * k)
        return (
            dz @ u.T,
            dstate,
            dcell,
            np.einsum("ntd,ntg->dg", x, dz),
            np.einsum("nth,ntg->hg", h[:, :-1], dz),
            np.einsum("ntg->g", dz),
        )

    return lstm_forward, lstm_backward
