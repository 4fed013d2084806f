"""The recurrent net's step in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


@right
def dict_cache():
    def rnn_step_forward(x, h_prev, u, w, b):
        h = np.tanh(np.einsum("nd,dh->nh", x, u) + np.einsum("nk,kh->nh", h_prev, w) + b)
        return h, {"x": x, "before": h_prev, "u": u, "w": w, "slope": 1 - h * h}

    def rnn_step_backward(dh, cache):
        ds = dh * cache["slope"]
        return (
            np.einsum("nh,dh->nd", ds, cache["u"]),
            np.einsum("nh,kh->nk", ds, cache["w"]),
            np.einsum("nd,nh->dh", cache["x"], ds),
            np.einsum("nk,nh->kh", cache["before"], ds),
            np.einsum("nh->h", ds),
        )

    return rnn_step_forward, rnn_step_backward


@right
def joined_weights():
    def rnn_step_forward(x, h_prev, u, w, b):
        both, weights = np.concatenate([x, h_prev], axis=1), np.concatenate([u, w])
        h = np.tanh(both @ weights + b)
        return h, (both, weights, h, x.shape[1])

    def rnn_step_backward(dh, cache):
        both, weights, h, d = cache
        ds = (1 - h) * (1 + h) * dh
        dboth, dweights = ds @ weights.T, both.T @ ds
        return [dboth[:, :d], dboth[:, d:], dweights[:d], dweights[d:], ds.sum(axis=0)]

    return rnn_step_forward, rnn_step_backward


@right
def example_by_example():
    def rnn_step_forward(x, h_prev, u, w, b):
        h = np.array([np.tanh(u.T @ a + w.T @ s + b) for a, s in zip(x, h_prev, strict=True)])
        return h, (x, h_prev, u, w, b, h)

    def rnn_step_backward(dh, cache):
        x, h_prev, u, w, b, h = cache
        dx, dh_prev = np.zeros(x.shape), np.zeros(h_prev.shape)
        du, dw, db = np.zeros(u.shape), np.zeros(w.shape), np.zeros(b.shape)
        for n in range(len(x)):
            ds = dh[n] * (1 - h[n] ** 2)
            dx[n], dh_prev[n] = u @ ds, w @ ds
            du += np.outer(x[n], ds)
            dw += np.outer(h_prev[n], ds)
            db += ds
        return dx, dh_prev, du, dw, db

    return rnn_step_forward, rnn_step_backward


@right
def rnn_step_stacked():

    def rnn_step_forward(x, h_prev, u, w, b):
        h = np.tanh(np.hstack([x, h_prev]) @ np.vstack([u, w]) + b)
        return (h, [x, h_prev, u, w, b, h])

    def rnn_step_backward(dh, cache):
        x, hp, u, w, b, h = cache
        g = dh - dh * h * h
        return (
            g.dot(u.T),
            g.dot(w.T),
            np.einsum("ni,nj->ij", x, g),
            np.einsum("ni,nj->ij", hp, g),
            np.ones(len(g)) @ g,
        )

    return (rnn_step_forward, rnn_step_backward)
