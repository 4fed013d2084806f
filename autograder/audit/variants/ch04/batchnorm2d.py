"""Spatial batch normalization in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


def _rows(x):
    return x.transpose(0, 2, 3, 1).reshape(-1, x.shape[1])


def _image(rows, shape):
    n, c, h, w = shape
    return rows.reshape(n, h, w, c).transpose(0, 3, 1, 2)


@right
def by_rows():
    def batchnorm2d_forward(x, gamma, beta, state, momentum, eps, train):
        rows = _rows(x)
        if train:
            mean = rows.mean(axis=0)
            var = ((rows - mean) ** 2).mean(axis=0)
            new = {
                k: momentum * state[k] + (1 - momentum) * v
                for k, v in (("running_mean", mean), ("running_var", var))
            }
        else:
            mean, var, new = state["running_mean"], state["running_var"], dict(state)
        inverse = 1 / np.sqrt(var + eps)
        hat = (rows - mean) * inverse
        return (
            _image(gamma * hat + beta, x.shape),
            {"hat": hat, "k": gamma * inverse, "train": train, "shape": x.shape},
            new,
        )

    def batchnorm2d_backward(dout, cache):
        d, hat, n = _rows(dout), cache["hat"], len(cache["hat"])
        dgamma, dbeta = np.einsum("nc,nc->c", d, hat), d.sum(0)
        dx = cache["k"] * (d - (dbeta + hat * dgamma) / n) if cache["train"] else cache["k"] * d
        return _image(dx, cache["shape"]), dgamma, dbeta

    return batchnorm2d_forward, batchnorm2d_backward


@right
def step_by_step():
    def batchnorm2d_forward(x, gamma, beta, state, momentum, eps, train):
        g, b = gamma.reshape(1, -1, 1, 1), beta.reshape(1, -1, 1, 1)
        if not train:
            mean, var = (
                state["running_mean"].reshape(1, -1, 1, 1),
                state["running_var"].reshape(1, -1, 1, 1),
            )
            return g * (x - mean) / np.sqrt(var + eps) + b, ("test", x, mean, var, eps, g), state
        count = x.size // x.shape[1]
        mean = x.sum(axis=(0, 2, 3), keepdims=True) / count
        var = np.square(x - mean).sum(axis=(0, 2, 3), keepdims=True) / count
        new = {
            "running_mean": momentum * state["running_mean"] + (1 - momentum) * mean.ravel(),
            "running_var": momentum * state["running_var"] + (1 - momentum) * var.ravel(),
        }
        return g * (x - mean) / np.sqrt(var + eps) + b, ("train", x, mean, var, eps, g), new

    def batchnorm2d_backward(dout, cache):
        mode, x, mean, var, eps, g = cache
        axes, count = (0, 2, 3), x.size // x.shape[1]
        centered, inverse = x - mean, (var + eps) ** -0.5
        dhat = dout * g
        dx = dhat * inverse
        if mode == "train":
            dvar = (dhat * centered).sum(axes, keepdims=True) * -0.5 * inverse**3
            dmean = -(dhat * inverse).sum(axes, keepdims=True)
            dx = dx + dvar * 2 * centered / count + dmean / count
        return dx, (dout * centered * inverse).sum(axes), dout.sum(axes)

    return batchnorm2d_forward, batchnorm2d_backward


@right
def channel_by_channel():
    def batchnorm2d_forward(x, gamma, beta, state, momentum, eps, train):
        out, hat, stds = np.zeros(x.shape), np.zeros(x.shape), np.zeros(x.shape[1])
        new = {k: np.array(v) for k, v in state.items()}
        for c in range(x.shape[1]):
            mean, var = (
                (x[:, c].mean(), x[:, c].var())
                if train
                else (state["running_mean"][c], state["running_var"][c])
            )
            if train:
                new["running_mean"][c] = momentum * state["running_mean"][c] + (1 - momentum) * mean
                new["running_var"][c] = momentum * state["running_var"][c] + (1 - momentum) * var
            stds[c] = (var + eps) ** 0.5
            hat[:, c] = (x[:, c] - mean) / stds[c]
            out[:, c] = gamma[c] * hat[:, c] + beta[c]
        return out, (hat, gamma, stds, train), new

    def batchnorm2d_backward(dout, cache):
        hat, gamma, stds, train = cache
        dx, dgamma, dbeta = np.zeros(dout.shape), np.zeros(len(gamma)), np.zeros(len(gamma))
        for c in range(len(gamma)):
            d, h = dout[:, c], hat[:, c]
            dgamma[c], dbeta[c] = (d * h).sum(), d.sum()
            spread = d - d.mean() - h * (d * h).mean() if train else d
            dx[:, c] = gamma[c] / stds[c] * spread
        return dx, dgamma, dbeta

    return batchnorm2d_forward, batchnorm2d_backward


@right
def batchnorm2d_rows():

    def batchnorm2d_forward(x, gamma, beta, state, momentum, eps, train):
        t = np.moveaxis(x, 1, -1)
        f = t.reshape(-1, t.shape[-1])
        mu, var = (f.mean(0), f.var(0)) if train else (state["running_mean"], state["running_var"])
        new = (
            {
                "running_mean": momentum * state["running_mean"] + (1 - momentum) * mu,
                "running_var": momentum * state["running_var"] + (1 - momentum) * var,
            }
            if train
            else {k: v.copy() for k, v in state.items()}
        )
        sd = np.sqrt(var + eps)
        xh = np.moveaxis(((f - mu) / sd).reshape(t.shape), -1, 1)
        return (xh * gamma[:, None, None] + beta[:, None, None], (xh, gamma, sd, train), new)

    def batchnorm2d_backward(dout, cache):
        xh, g, sd, tr = cache

        def k(v):
            return v.reshape(1, -1, 1, 1)

        dg = np.einsum("nchw,nchw->c", dout, xh)
        db = np.einsum("nchw->c", dout)
        m = dout.size / dout.shape[1]
        dx = dout - (k(db) + xh * k(dg)) / m if tr else dout
        return (dx * k(g / sd), dg, db)

    return (batchnorm2d_forward, batchnorm2d_backward)
