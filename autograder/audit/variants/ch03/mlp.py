"""The network of any depth in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


@right
def mlp_recursive():
    def mlp_forward(x, params):
        (w, b), *rest = params
        z = x @ w + b
        if not rest:
            return z, {"x": x, "w": w, "rest": None}
        out, kept = mlp_forward(np.maximum(0, z), rest)
        return out, {"x": x, "w": w, "z": z, "rest": kept}

    def mlp_backward(dout, cache):
        def down(node):
            if node["rest"] is None:
                dz, grads = dout, []
            else:
                dh, grads = down(node["rest"])
                dz = dh * (node["z"] > 0)
            return dz @ node["w"].T, [(node["x"].T @ dz, dz.sum(0)), *grads]

        return down(cache)[1]

    return mlp_forward, mlp_backward


@right
def mlp_two_lists():
    def mlp_forward(x, params):
        activations, n = [x], len(params)
        for i in range(n):
            w, b = params[i]
            z = np.einsum("nd,dm->nm", activations[-1], w) + b
            activations.append(z * (z > 0) if i < n - 1 else z)
        return activations[-1], (activations, params)

    def mlp_backward(dout, cache):
        activations, params = cache
        grads: list = [None] * len(params)
        delta = dout.copy()
        for i in reversed(range(len(params))):
            if i < len(params) - 1:
                delta = np.where(activations[i + 1] > 0, delta, 0)
            grads[i] = [np.einsum("nd,nm->dm", activations[i], delta), np.einsum("nm->m", delta)]
            delta = delta @ params[i][0].T
        return tuple(grads)

    return mlp_forward, mlp_backward


@right
def mlp_loops():
    def mlp_forward(x, params):
        layers = []
        for depth, (w, b) in enumerate(params):
            z = np.zeros((len(x), len(b)))
            for n in range(len(x)):
                for j in range(len(b)):
                    z[n, j] = b[j] + sum(float(x[n, i]) * w[i, j] for i in range(w.shape[0]))
            layers.append((x, w, z))
            x = z if depth + 1 == len(params) else np.where(z > 0, z, 0.0)
        return x, layers

    def mlp_backward(dout, cache):
        grads: list = []
        delta, first = np.array(dout), True
        for x, w, z in reversed(cache):
            if not first:
                delta[z <= 0] = 0
            first = False
            dw, db = np.zeros(w.shape), np.zeros(w.shape[1])
            for row, d in zip(x, delta, strict=True):
                dw += np.outer(row, d)
                db += d
            grads.insert(0, (dw, db))
            delta = delta @ w.T
        return grads

    return mlp_forward, mlp_backward


@right
def mlp_documented_cache():
    def mlp_backward(dout, cache):
        *hidden, (x, w, _, z) = cache
        grads = [(x.T @ dout, np.sum(dout, axis=0))]
        upstream = dout @ w.T
        for x, w, _, z in hidden[::-1]:
            dz = upstream * (z > 0)
            grads.append((x.T @ dz, np.sum(dz, axis=0)))
            upstream = dz @ w.T
        grads.reverse()
        return grads

    return mlp_backward
