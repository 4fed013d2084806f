"""Batch normalization in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


@right
def batchnorm_graph():
    """Backward node by node, as in the well-known staged derivation."""

    def batchnorm_forward(x, gamma, beta, state, momentum, eps, train):
        if not train:
            scale = gamma / np.sqrt(state["running_var"] + eps)
            hat = (x - state["running_mean"]) / np.sqrt(state["running_var"] + eps)
            return scale * (x - state["running_mean"]) + beta, ("test", scale, hat), state
        mu = np.mean(x, axis=0)
        xmu = x - mu
        var = np.mean(xmu**2, axis=0)
        sqrtvar = np.sqrt(var + eps)
        ivar = 1.0 / sqrtvar
        new = dict(state)
        new["running_mean"] = momentum * state["running_mean"] + (1 - momentum) * mu
        new["running_var"] = momentum * state["running_var"] + (1 - momentum) * var
        return (
            gamma * xmu * ivar + beta,
            ("train", xmu * ivar, gamma, xmu, ivar, sqrtvar, var, eps),
            new,
        )

    def batchnorm_backward(dout, cache):
        if cache[0] == "test":
            return dout * cache[1], np.sum(dout * cache[2], axis=0), np.sum(dout, axis=0)
        _, xhat, gamma, xmu, ivar, sqrtvar, var, eps = cache
        n, _ = dout.shape
        dbeta, dgamma = np.sum(dout, axis=0), np.sum(dout * xhat, axis=0)
        dxhat = dout * gamma
        divar = np.sum(dxhat * xmu, axis=0)
        dxmu1 = dxhat * ivar
        dsqrtvar = -1.0 / sqrtvar**2 * divar
        dvar = 0.5 / np.sqrt(var + eps) * dsqrtvar
        dxmu2 = 2 * xmu * np.ones(dout.shape) / n * dvar
        dmu = -np.sum(dxmu1 + dxmu2, axis=0)
        return dxmu1 + dxmu2 + np.ones(dout.shape) / n * dmu, dgamma, dbeta

    return batchnorm_forward, batchnorm_backward


@right
def batchnorm_closed_form():
    def batchnorm_forward(x, gamma, beta, state, momentum, eps, train):
        batch_mean, batch_var = np.average(x, axis=0), np.std(x, axis=0) ** 2
        mean, var = (
            (batch_mean, batch_var) if train else (state["running_mean"], state["running_var"])
        )
        hat = (x - mean) * (var + eps) ** -0.5
        keep = momentum if train else 1.0
        new = {
            "running_mean": keep * state["running_mean"] + (1 - keep) * batch_mean,
            "running_var": keep * state["running_var"] + (1 - keep) * batch_var,
        }
        return (
            hat * gamma + beta,
            {"hat": hat, "gamma": gamma, "ivar": (var + eps) ** -0.5, "train": train},
            new,
        )

    def batchnorm_backward(dout, cache):
        hat, n = cache["hat"], len(dout)
        dgamma, dbeta = np.einsum("nd,nd->d", dout, hat), dout.sum(0)
        inner = n * dout - dbeta - hat * dgamma if cache["train"] else n * dout
        return [cache["gamma"] * cache["ivar"] / n * inner, dgamma, dbeta]

    return batchnorm_forward, batchnorm_backward


@right
def batchnorm_feature_loop():
    """One feature at a time, the Jacobian of its column written out."""

    def batchnorm_forward(x, gamma, beta, state, momentum, eps, train):
        n, d = x.shape
        out, columns = np.zeros((n, d)), []
        new = {k: np.array(v) for k, v in state.items()}
        for j in range(d):
            if train:
                m = sum(x[:, j]) / n
                v = sum((t - m) ** 2 for t in x[:, j]) / n
                new["running_mean"][j] = momentum * state["running_mean"][j] + (1 - momentum) * m
                new["running_var"][j] = momentum * state["running_var"][j] + (1 - momentum) * v
            else:
                m, v = state["running_mean"][j], state["running_var"][j]
            s = (v + eps) ** 0.5
            hat = (x[:, j] - m) / s
            out[:, j] = gamma[j] * hat + beta[j]
            columns.append((hat, s, float(gamma[j]), train))
        return out, columns, new

    def batchnorm_backward(dout, cache):
        n, d = dout.shape
        dx, dgamma, dbeta = np.zeros((n, d)), np.zeros(d), np.zeros(d)
        for j, (hat, s, g, train) in enumerate(cache):
            jacobian = np.eye(n) / s
            if train:
                jacobian = (np.eye(n) - 1 / n - np.outer(hat, hat) / n) / s
            dx[:, j] = jacobian.T @ (g * dout[:, j])
            dgamma[j], dbeta[j] = dout[:, j] @ hat, sum(dout[:, j])
        return dx, dgamma, dbeta

    return batchnorm_forward, batchnorm_backward


@right
def batchnorm_documented_cache():
    def batchnorm_backward(dout, cache):
        x_hat, gamma, std, train = cache
        dgamma, dbeta = np.sum(dout * x_hat, 0), np.sum(dout, 0)
        if not train:
            return dout * gamma / std, dgamma, dbeta
        return gamma / std * (dout - dbeta / len(dout) - x_hat * dgamma / len(dout)), dgamma, dbeta

    return batchnorm_backward


@right
def batchnorm_moments():
    def batchnorm_forward(x, gamma, beta, state, momentum, eps, train):
        if train:
            mean = x.sum(axis=0) / x.shape[0]
            var = ((x - mean) * (x - mean)).sum(axis=0) / x.shape[0]
            state = {
                k: momentum * state[k] + (1 - momentum) * s
                for k, s in (("running_mean", mean), ("running_var", var))
            }
        else:
            mean, var = state["running_mean"], state["running_var"]
        std = np.sqrt(var + eps)
        return beta + gamma * (x - mean) / std, (x, mean, std, gamma, train), state

    return batchnorm_forward


@right
def batchnorm_centering_matrix():

    def batchnorm_forward(x, gamma, beta, state, momentum, eps, train):
        if train:
            mu, var = (np.mean(x, 0), np.var(x, 0))
            st = {
                k: momentum * state[k] + (1 - momentum) * v
                for k, v in (("running_mean", mu), ("running_var", var))
            }
        else:
            mu, var, st = (state["running_mean"], state["running_var"], dict(state))
        sd = np.sqrt(var + eps)
        xh = (x - mu) / sd
        return (gamma * xh + beta, (xh, gamma, sd, train), st)

    def batchnorm_backward(dout, cache):
        xh, g, sd, tr = cache
        n = len(xh)
        dg = (dout * xh).sum(0)
        db = dout.sum(0)
        if not tr:
            return (dout * (g / sd), dg, db)
        P = np.eye(n) - np.ones((n, n)) / n
        return ((P @ (dout * g) - xh * (dout * g * xh).mean(0)) / sd, dg, db)

    return (batchnorm_forward, batchnorm_backward)
