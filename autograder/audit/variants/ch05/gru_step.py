"""The GRU's step in other styles."""
# ruff: noqa: D103

import numpy as np
import scipy.special
from scipy.special import expit

from autograder.audit.variants import right
from autograder.audit.variants.ch05.sigma import sigma


@right
def gru_dict_cache():
    def gru_step_forward(x, h_prev, u, w, b):
        (uz, ur, ug), (wz, wr, wg), (bz, br, bg) = (
            np.split(u, 3, axis=1),
            np.split(w, 3, axis=1),
            np.split(b, 3),
        )
        z, r = expit(x @ uz + h_prev @ wz + bz), expit(x @ ur + h_prev @ wr + br)
        g = np.tanh(x @ ug + (h_prev * r) @ wg + bg)
        return g + z * (h_prev - g), dict(x=x, h=h_prev, u=u, w=w, z=z, r=r, g=g)

    def gru_step_backward(dh, k):
        wz, wr, wg = np.split(k["w"], 3, axis=1)
        z, r, g, h = k["z"], k["r"], k["g"], k["h"]
        a_g = dh * (1 - z) * (1 - g * g)
        through = a_g @ wg.T
        a_z, a_r = dh * (h - g) * z * (1 - z), through * h * r * (1 - r)
        a = np.hstack([a_z, a_r, a_g])
        dw = np.hstack([h.T @ a_z, h.T @ a_r, (h * r).T @ a_g])
        return (
            a @ k["u"].T,
            z * dh + r * through + a_z @ wz.T + a_r @ wr.T,
            k["x"].T @ a,
            dw,
            a.sum(axis=0),
        )

    return gru_step_forward, gru_step_backward


@right
def gru_joint_gates():
    def gru_step_forward(x, h_prev, u, w, b):
        k = h_prev.shape[1]
        gates = sigma(x @ u[:, : 2 * k] + h_prev @ w[:, : 2 * k] + b[: 2 * k])
        z, r = gates[:, :k], gates[:, k:]
        held = r * h_prev
        g = np.tanh(x @ u[:, 2 * k :] + held @ w[:, 2 * k :] + b[2 * k :])
        return z * h_prev + g - z * g, [x, h_prev, u, w, gates, held, g]

    def gru_step_backward(dh, cache):
        x, h_prev, u, w, gates, held, g = cache
        k = h_prev.shape[1]
        z, r = gates[:, :k], gates[:, k:]
        dpre = np.zeros((len(x), 3 * k))
        dpre[:, 2 * k :] = dh * (1 - z) * (1 - g**2)
        dheld = dpre[:, 2 * k :] @ w[:, 2 * k :].T
        dpre[:, :k] = dh * h_prev - dh * g
        dpre[:, k : 2 * k] = dheld * h_prev
        dpre[:, : 2 * k] *= gates * (1 - gates)
        dh_prev = dh * z + dheld * r + dpre[:, : 2 * k] @ w[:, : 2 * k].T
        dw = np.zeros(w.shape)
        dw[:, : 2 * k] = h_prev.T @ dpre[:, : 2 * k]
        dw[:, 2 * k :] = held.T @ dpre[:, 2 * k :]
        return dpre @ u.T, dh_prev, x.T @ dpre, dw, np.ones(len(x)) @ dpre

    return gru_step_forward, gru_step_backward


@right
def gru_documented():
    def gru_step_forward(x, h_prev, u, w, b):
        k = h_prev.shape[1]
        zx, rx, gx = (x @ u[:, j * k : (j + 1) * k] + b[j * k : (j + 1) * k] for j in range(3))
        z, r = (
            1 / (1 + np.exp(-np.clip(zx + h_prev @ w[:, :k], -60, 700))),
            expit(rx + h_prev @ w[:, k : 2 * k]),
        )
        g = np.tanh(gx + np.multiply(r, h_prev) @ w[:, 2 * k :])
        return (1 - z) * g + z * h_prev, (x, h_prev, u, w, b, z, r, g)

    def gru_step_backward(dh, cache):
        x, h_prev, u, w, b, z, r, g = cache
        k = h_prev.shape[1]
        u3, w3 = u.reshape(-1, 3, k), w.reshape(k, 3, k)
        dg = dh * (1 - z) * (1 - g**2)
        ds = np.einsum("nh,kh->nk", dg, w3[:, 2])
        dz, dr = dh * (h_prev - g) * z * (1 - z), ds * h_prev * r * (1 - r)
        d = np.stack([dz, dr, dg], axis=1)
        inputs = np.stack([h_prev, h_prev, r * h_prev], axis=1)
        return (
            np.einsum("njh,djh->nd", d, u3),
            dh * z + ds * r + np.einsum("njh,kjh->nk", d[:, :2], w3[:, :2]),
            np.einsum("nd,njh->djh", x, d).reshape(u.shape),
            np.einsum("njk,njh->kjh", inputs, d).reshape(w.shape),
            d.sum(axis=0).ravel(),
        )

    return gru_step_forward, gru_step_backward


@right
def gru_step_difference():

    def gru_step_forward(x, h_prev, u, w, b):
        uz, ur, ug = np.split(u, 3, 1)
        wz, wr, wg = np.split(w, 3, 1)
        bz, br, bg = np.split(b, 3)
        e = scipy.special.expit
        z = e(x @ uz + h_prev @ wz + bz)
        r_ = e(x @ ur + h_prev @ wr + br)
        g = np.tanh(x @ ug + r_ * h_prev @ wg + bg)
        h = h_prev + (1 - z) * (g - h_prev)
        return (h, (x, h_prev, u, w, b, z, r_, g))

    return gru_step_forward
