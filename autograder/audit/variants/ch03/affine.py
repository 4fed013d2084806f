"""The affine map in other styles."""
# ruff: noqa: D103

from types import SimpleNamespace

import numpy as np

from autograder.audit.variants import right


@right
def affine_loops():
    def affine_forward(x, w, b):
        n, m = len(x), len(b)
        out = np.zeros((n, m))
        for i in range(n):
            row = x[i].ravel()
            for j in range(m):
                out[i, j] = sum(row[k] * w[k, j] for k in range(len(row))) + b[j]
        return out, {"x": x, "w": w}

    def affine_backward(dout, cache):
        x, w = cache["x"], cache["w"]
        dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(w.shape[1])
        for i in range(len(x)):
            dx[i] = (w @ dout[i]).reshape(x.shape[1:])
            dw += np.outer(x[i].ravel(), dout[i])
            db += dout[i]
        return dx, dw, db

    return affine_forward, affine_backward


@right
def affine_einsum():
    def affine_forward(x, w, b):
        flat = x.reshape(x.shape[0], -1)
        return np.einsum("nd,dm->nm", flat, w) + b, (flat, w, x.shape)

    def affine_backward(dout, cache):
        flat, w, shape = cache
        return [
            np.einsum("nm,dm->nd", dout, w).reshape(shape),
            np.einsum("nd,nm->dm", flat, dout),
            np.einsum("nm->m", dout),
        ]

    return affine_forward, affine_backward


@right
def affine_documented_cache():
    def affine_backward(dout, cache):
        x, w, _ = cache
        x2 = np.reshape(x, (x.shape[0], -1))
        return np.reshape(np.dot(dout, w.T), x.shape), np.dot(x2.T, dout), np.ones(len(dout)) @ dout

    return affine_backward


@right
def affine_homogeneous():
    def affine_forward(x, w, b):
        rows = np.array([np.append(example.ravel(), 1.0) for example in x])
        return rows @ np.vstack([w, b]), (rows, w, x.shape)

    def affine_backward(dout, cache):
        rows, w, shape = cache
        both = rows.T @ dout
        return np.tensordot(dout, w, axes=(1, 1)).reshape(shape), both[:-1], both[-1]

    return affine_forward, affine_backward


@right
def affine_namespace():

    def affine_forward(x, w, b):
        flat = x.reshape(len(x), -1)
        return (np.einsum("nd,dm->nm", flat, w) + b, SimpleNamespace(x=x, w=w))

    def affine_backward(dout, cache):
        return (
            (dout @ cache.w.T).reshape(cache.x.shape),
            cache.x.reshape(len(dout), -1).T @ dout,
            np.add.reduce(dout),
        )

    return (affine_forward, affine_backward)


@right
def affine_with_ones():

    def affine_forward(x, w, b):
        one = np.c_[x.reshape(x.shape[0], -1), np.ones(x.shape[0])]
        return (one @ np.r_[w, b[None]], (one, w, x.shape))

    def affine_backward(dout, cache):
        one, w, s = cache
        d = one.T @ dout
        return (np.reshape(dout @ w.T, s), d[:-1], d[-1])

    return (affine_forward, affine_backward)
