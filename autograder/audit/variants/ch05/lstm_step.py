"""The LSTM's step in other styles."""
# ruff: noqa: D103

import numpy as np
import scipy.special
from scipy.special import expit

from autograder.audit.variants import right
from autograder.audit.variants.ch05.sigma import sigma


@right
def lstm_step_dict_cache():
    def lstm_step_forward(x, h_prev, c_prev, u, w, b):
        n = h_prev.shape[1]
        z = x @ u + h_prev @ w + b
        f, i, g, o = (
            sigma(z[:, :n]),
            sigma(z[:, n : 2 * n]),
            np.tanh(z[:, 2 * n : 3 * n]),
            sigma(z[:, 3 * n :]),
        )
        c = f * c_prev + i * g
        t = np.tanh(c)
        return o * t, c, dict(x=x, h=h_prev, c=c_prev, u=u, w=w, f=f, i=i, g=g, o=o, t=t)

    def lstm_step_backward(dh, dc, cache):
        k = cache
        total = dc + dh * k["o"] * (1 - k["t"] ** 2)
        n = k["h"].shape[1]
        dz = np.empty((len(dh), 4 * n))
        dz[:, :n] = total * k["c"] * k["f"] * (1 - k["f"])
        dz[:, n : 2 * n] = total * k["g"] * k["i"] * (1 - k["i"])
        dz[:, 2 * n : 3 * n] = total * k["i"] * (1 - k["g"] ** 2)
        dz[:, 3 * n :] = dh * k["t"] * k["o"] * (1 - k["o"])
        return dz @ k["u"].T, dz @ k["w"].T, total * k["f"], k["x"].T @ dz, k["h"].T @ dz, dz.sum(0)

    return lstm_step_forward, lstm_step_backward


@right
def lstm_step_gate_by_gate():
    def lstm_step_forward(x, h_prev, c_prev, u, w, b):
        k = h_prev.shape[1]
        gates = []
        for block in range(4):
            at = slice(block * k, (block + 1) * k)
            z = x @ u[:, at] + h_prev @ w[:, at] + b[at]
            gates.append(np.tanh(z) if block == 2 else expit(z))
        f, i, g, o = gates
        c = c_prev * f + g * i
        return np.tanh(c) * o, c, (x, h_prev, c_prev, u, w, gates, c)

    def lstm_step_backward(dh, dc, cache):
        x, h_prev, c_prev, u, w, (f, i, g, o), c = cache
        k = h_prev.shape[1]
        dcell = dc + dh * o / np.cosh(c) ** 2
        pre = [
            dcell * c_prev * f * (1 - f),
            dcell * g * i * (1 - i),
            dcell * i * (1 - g * g),
            dh * np.tanh(c) * o * (1 - o),
        ]
        dx, dh_prev = np.zeros(x.shape), np.zeros(h_prev.shape)
        du, dw, db = np.zeros(u.shape), np.zeros(w.shape), np.zeros(4 * k)
        for block, d in enumerate(pre):
            at = slice(block * k, (block + 1) * k)
            dx += d @ u[:, at].T
            dh_prev += d @ w[:, at].T
            du[:, at], dw[:, at], db[at] = x.T @ d, h_prev.T @ d, d.sum(axis=0)
        return [dx, dh_prev, dcell * f, du, dw, db]

    return lstm_step_forward, lstm_step_backward


@right
def lstm_step_documented():
    def lstm_step_backward(dh, dc, cache):
        x, h_prev, c_prev, u, w, b, f, i, g, o, c = cache
        bent = np.tanh(c)
        cell = dc + dh * o * (1 - bent * bent)
        slopes = np.hstack(
            [c_prev * f * (1 - f), g * i * (1 - i), i * (1 - g * g), bent * o * (1 - o)]
        )
        dz = np.hstack([cell, cell, cell, dh]) * slopes
        return (
            np.dot(dz, u.T),
            np.dot(dz, w.T),
            cell * f,
            np.dot(x.T, dz),
            np.dot(h_prev.T, dz),
            np.sum(dz, axis=0),
        )

    return lstm_step_backward


@right
def lstm_step_object_cache():
    class Step:
        pass

    def lstm_step_forward(x, h_prev, c_prev, u, w, b):
        s = Step()
        s.x, s.h, s.c_old, s.u, s.w = x, h_prev, c_prev, u, w
        z = np.einsum("nd,dg->ng", x, u) + np.einsum("nh,hg->ng", h_prev, w) + b
        s.f, s.i, s.g, s.o = np.split(z, 4, axis=-1)
        s.f, s.i, s.g, s.o = expit(s.f), expit(s.i), np.tanh(s.g), expit(s.o)
        s.c = s.f * c_prev + s.i * s.g
        return s.o * np.tanh(s.c), s.c.copy(), s

    def lstm_step_backward(dh, dc, s):
        t = np.tanh(s.c)
        d = dc + dh * s.o * (1 - t**2)
        dz = np.concatenate(
            [
                d * s.c_old * s.f * (1 - s.f),
                d * s.g * s.i * (1 - s.i),
                d * s.i * (1 - s.g**2),
                dh * t * s.o * (1 - s.o),
            ],
            axis=1,
        )
        return dz @ s.u.T, dz @ s.w.T, d * s.f, s.x.T @ dz, s.h.T @ dz, dz.sum(axis=0)

    return lstm_step_forward, lstm_step_backward


@right
def lstm_step_three_axes():

    def lstm_step_forward(x, h_prev, c_prev, u, w, b):
        z = (x @ u + h_prev @ w + b).reshape(len(x), 4, -1)
        s = scipy.special.expit(z[:, [0, 1, 3]])
        g = np.tanh(z[:, 2])
        f, i, o = np.moveaxis(s, 1, 0)
        c = f * c_prev + i * g
        h = o * np.tanh(c)
        return (h, c, (x, h_prev, c_prev, u, w, b, f, i, g, o, c))

    def lstm_step_backward(dh, dc, cache):
        x, hp, cp, u, w, b, f, i, g, o, c = cache
        t = np.tanh(c)
        D = dc + dh * o * (1 - t * t)
        z = np.stack(
            [D * cp * f * (1 - f), D * g * i * (1 - i), D * i * (1 - g * g), dh * t * o * (1 - o)],
            1,
        ).reshape(len(x), -1)
        return (z @ u.T, z @ w.T, D * f, x.T @ z, hp.T @ z, z.sum(0))

    return (lstm_step_forward, lstm_step_backward)
