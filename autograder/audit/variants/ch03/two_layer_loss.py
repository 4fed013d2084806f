"""The two-layer network in other styles."""
# ruff: noqa: D103

from types import SimpleNamespace

import numpy as np
import scipy.special
from scipy.special import logsumexp

from autograder.audit.variants import right


@right
def two_layer_classic():
    def two_layer_loss(params, x, y, lam):
        w1, b1 = params["w1"], params["b1"]
        w2, b2 = params["w2"], params["b2"]
        num = x.shape[0]
        h1 = np.maximum(0, x.dot(w1) + b1)
        scores = h1.dot(w2) + b2
        scores = scores - np.max(scores, axis=1, keepdims=True)
        probs = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
        loss = -np.log(probs[range(num), y]).sum() / num + 0.5 * lam * (
            np.sum(w1 * w1) + np.sum(w2 * w2)
        )
        d = probs.copy()
        d[range(num), y] -= 1
        d /= num
        dh = d.dot(w2.T)
        dh[h1 <= 0] = 0
        grads = {}
        grads["w2"] = h1.T.dot(d) + lam * w2
        grads["b2"] = np.sum(d, axis=0)
        grads["w1"] = x.T.dot(dh) + lam * w1
        grads["b1"] = np.sum(dh, axis=0)
        return loss, grads

    return two_layer_loss


@right
def two_layer_example_by_example():
    def two_layer_loss(params, x, y, lam):
        loss = 0.0
        grads = {k: np.zeros(v.shape) for k, v in params.items()}
        for row, label in zip(x, y, strict=True):
            z = params["b1"] + row @ params["w1"]
            h = np.where(z > 0, z, 0.0)
            s = params["b2"] + h @ params["w2"]
            loss += logsumexp(s) - s[label]
            ds = np.exp(s - logsumexp(s))
            ds[label] -= 1
            grads["w2"] += np.outer(h, ds)
            grads["b2"] += ds
            dz = (params["w2"] @ ds) * (z > 0)
            grads["w1"] += np.outer(row, dz)
            grads["b1"] += dz
        for k in grads:
            grads[k] /= len(x)
        for k in ("w1", "w2"):
            loss_k = lam / 2 * np.sum(params[k] ** 2)
            loss += loss_k * len(x)
            grads[k] += lam * params[k]
        return float(loss / len(x)), grads

    return two_layer_loss


@right
def two_layer_one_hot():
    def two_layer_loss(params, x, y, lam):
        k = params["b2"].size
        target = np.eye(k)[y]
        xb = np.column_stack([x, np.ones(len(x))])
        a = np.vstack([params["w1"], params["b1"]])
        z = xb @ a
        h = z * (z > 0)
        hb = np.column_stack([h, np.ones(len(x))])
        c = np.vstack([params["w2"], params["b2"]])
        s = hb @ c
        log_p = s - logsumexp(s, axis=1, keepdims=True)
        loss = -np.einsum("nk,nk->", target, log_p) / len(x)
        ds = (np.exp(log_p) - target) / len(x)
        dc = np.einsum("nh,nk->hk", hb, ds)
        da = np.einsum("nd,nh->dh", xb, np.einsum("nk,hk->nh", ds, params["w2"]) * (z > 0))
        loss += lam / 2 * (np.linalg.norm(params["w1"]) ** 2 + np.linalg.norm(params["w2"]) ** 2)
        return loss, {
            "b2": dc[-1],
            "w2": dc[:-1] + lam * params["w2"],
            "b1": da[-1],
            "w1": da[:-1] + lam * params["w1"],
        }

    return two_layer_loss


@right
def two_layer_trace():

    def two_layer_loss(params, x, y, lam):
        p = SimpleNamespace(**params)
        h = np.maximum(x @ p.w1 + p.b1, 0)
        s = h @ p.w2 + p.b2
        lp = scipy.special.log_softmax(s, 1)
        n = len(x)
        g = (np.exp(lp) - np.eye(s.shape[1])[y]) / n
        gh = g @ p.w2.T * np.sign(h)
        grads = {
            "w1": x.T @ gh + lam * p.w1,
            "b1": gh.sum(0),
            "w2": h.T @ g + lam * p.w2,
            "b2": g.sum(0),
        }
        return (
            -np.trace(lp[:, y]) / n + 0.5 * lam * sum(np.vdot(v, v) for v in (p.w1, p.w2)),
            grads,
        )

    return two_layer_loss


@right
def two_layer_with_ones():
    def two_layer_loss(params, x, y, lam):
        w1, b1, w2, b2 = (params[k] for k in ("w1", "b1", "w2", "b2"))
        ones = np.ones((len(x), 1))
        rows = np.hstack([x, ones])
        z = rows @ np.vstack([w1, b1])
        on = np.heaviside(z, 0.0)
        hidden = np.hstack([z * on, ones])
        scores = hidden @ np.vstack([w2, b2])
        total = np.logaddexp.reduce(scores, axis=1)
        penalty = np.einsum("ij,ij", w1, w1) + np.einsum("ij,ij", w2, w2)
        loss = np.mean(total - np.take_along_axis(scores, y[:, None], 1)[:, 0]) + lam * penalty / 2
        ds = (np.exp(scores - total[:, None]) - (y[:, None] == np.arange(len(b2)))) / len(x)
        second, first = hidden.T @ ds, rows.T @ (on * (ds @ w2.T))
        return float(loss), {
            "w1": first[:-1] + lam * w1,
            "b1": first[-1],
            "w2": second[:-1] + lam * w2,
            "b2": second[-1],
        }

    return two_layer_loss
