"""The residual unit in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


def _conv(x, w, b):
    """Shifted sums with zero padding that keeps the size."""
    ph, pw = w.shape[2] // 2, w.shape[3] // 2
    h, width = x.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    out = np.zeros((len(x), len(w), h, width)) + b[:, None, None]
    for i in range(w.shape[2]):
        for j in range(w.shape[3]):
            out += np.einsum("nchw,fc->nfhw", xp[:, :, i : i + h, j : j + width], w[:, :, i, j])
    return out


def _conv_grads(d, x, w):
    ph, pw = w.shape[2] // 2, w.shape[3] // 2
    h, width = x.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(w.shape[2]):
        for j in range(w.shape[3]):
            dw[:, :, i, j] = np.einsum("nfhw,nchw->fc", d, xp[:, :, i : i + h, j : j + width])
            dxp[:, :, i : i + h, j : j + width] += np.einsum("nfhw,fc->nchw", d, w[:, :, i, j])
    return dxp[:, :, ph : ph + h, pw : pw + width], dw, d.sum(axis=(0, 2, 3))


@right
def dict_cache():
    def residual_forward(x, params):
        hidden = np.maximum(_conv(x, params["w1"], params["b1"]), 0)
        total = _conv(hidden, params["w2"], params["b2"])
        total = total + (_conv(x, params["wp"], params["bp"]) if "wp" in params else x)
        out = total * (total > 0)
        return out, {"x": x, "hidden": hidden, "on": total > 0, "params": params}

    def residual_backward(dout, cache):
        p, d, grads = cache["params"], np.where(cache["on"], dout, 0.0), {}
        dhidden, grads["w2"], grads["b2"] = _conv_grads(d, cache["hidden"], p["w2"])
        dx, grads["w1"], grads["b1"] = _conv_grads(
            dhidden * (cache["hidden"] > 0), cache["x"], p["w1"]
        )
        if "wp" in p:
            short, grads["wp"], grads["bp"] = _conv_grads(d, cache["x"], p["wp"])
        else:
            short = d
        return dx + short, grads

    return residual_forward, residual_backward


@right
def closure_cache():
    def residual_forward(x, params):
        z = _conv(x, params["w1"], params["b1"])
        a = np.where(z > 0, z, 0)
        shortcut = x
        if params.get("wp") is not None:
            shortcut = np.einsum("nchw,fc->nfhw", x, params["wp"][:, :, 0, 0]) + params[
                "bp"
            ].reshape(1, -1, 1, 1)
        s = shortcut + _conv(a, params["w2"], params["b2"])

        def back(dout):
            ds = dout * np.sign(np.maximum(s, 0))
            da, dw2, db2 = _conv_grads(ds, a, params["w2"])
            dx, dw1, db1 = _conv_grads(da * (z > 0), x, params["w1"])
            grads = dict(w1=dw1, b1=db1, w2=dw2, b2=db2)
            if params.get("wp") is None:
                return dx + ds, grads
            grads["wp"] = np.einsum("nfhw,nchw->fc", ds, x)[:, :, None, None]
            grads["bp"] = np.einsum("nfhw->f", ds)
            return dx + np.einsum("nfhw,fc->nchw", ds, params["wp"][:, :, 0, 0]), grads

        return np.maximum(s, 0), back

    def residual_backward(dout, cache):
        return cache(dout)

    return residual_forward, residual_backward


@right
def documented_cache():
    def residual_backward(dout, cache):
        x, params, z, a, s = cache
        ds = np.array(dout)
        ds[s <= 0] = 0
        da, dw2, db2 = _conv_grads(ds, a, params["w2"])
        da[z <= 0] = 0
        dx, dw1, db1 = _conv_grads(da, x, params["w1"])
        grads = {"b2": db2, "w2": dw2, "b1": db1, "w1": dw1}
        if "wp" in params:
            dshort, grads["wp"], grads["bp"] = _conv_grads(ds, x, params["wp"])
            return dx + dshort, grads
        return dx + ds, grads

    return residual_backward


@right
def object_cache():
    class Memory:
        pass

    def residual_forward(x, params):
        m = Memory()
        m.x, m.p = x, params
        m.z = _conv(x, params["w1"], params["b1"])
        m.s = _conv(m.z.clip(0), params["w2"], params["b2"])
        m.s = m.s + (_conv(x, params["wp"], params["bp"]) if "wp" in params else x)
        return m.s.clip(0), m

    def residual_backward(dout, m):
        d = dout * (m.s > 0)
        da, dw2, db2 = _conv_grads(d, m.z.clip(0), m.p["w2"])
        dx, dw1, db1 = _conv_grads(da * (m.z > 0), m.x, m.p["w1"])
        grads = {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}
        if "wp" in m.p:
            extra, grads["wp"], grads["bp"] = _conv_grads(d, m.x, m.p["wp"])
            return dx + extra, grads
        return dx + d, grads

    return residual_forward, residual_backward
