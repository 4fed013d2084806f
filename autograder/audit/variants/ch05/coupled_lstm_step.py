"""The step with coupled gates in other styles."""
# ruff: noqa: D103

import numpy as np
from scipy.special import expit

from autograder.audit.variants import right
from autograder.audit.variants.ch05.sigma import sigma


@right
def coupled_slices():
    def coupled_lstm_step_forward(x, h_prev, c_prev, u, w, b):
        k = h_prev.shape[1]
        z = x @ u + h_prev @ w + b
        f, g, o = expit(z[:, :k]), np.tanh(z[:, k : 2 * k]), expit(z[:, 2 * k :])
        c = g + f * (c_prev - g)
        return o * np.tanh(c), c, None

    return coupled_lstm_step_forward


@right
def coupled_blocks():
    def coupled_lstm_step_forward(x, h_prev, c_prev, u, w, b):
        z = [
            x @ a + h_prev @ m + v
            for a, m, v in zip(np.split(u, 3, 1), np.split(w, 3, 1), np.split(b, 3), strict=True)
        ]
        keep = sigma(z[0])
        replace = sigma(-z[0])
        cell = keep * c_prev + replace * np.tanh(z[1])
        return [sigma(z[2]) * np.tanh(cell), cell, {"keep": keep}]

    return coupled_lstm_step_forward


@right
def coupled_rows():
    def coupled_lstm_step_forward(x, h_prev, c_prev, u, w, b):
        hs, cs = [], []
        for a, h, c in zip(x, h_prev, c_prev, strict=True):
            f, g, o = (u.T @ a + w.T @ h + b).reshape(3, -1)
            new = expit(f) * c + (1 - expit(f)) * np.tanh(g)
            cs.append(new)
            hs.append(expit(o) * np.tanh(new))
        return np.array(hs), np.array(cs), (x, h_prev, c_prev)

    return coupled_lstm_step_forward
