"""Attention over flat rows, by loops, by einsum, with a large negative number for a mask."""
# ruff: noqa: D103

import math

import numpy as np
import scipy.special
from scipy.special import softmax

from autograder.audit.variants import right


@right
def attention_loops():
    def attention_forward(q, k, v, mask=None):
        n_all, t_all, d = q.shape
        out, kept = np.zeros((n_all, t_all, v.shape[2])), {}
        for n in range(n_all):
            for t in range(t_all):
                row = None if mask is None else mask[t] if mask.ndim == 2 else mask[n, t]
                at = np.arange(k.shape[1]) if row is None else np.flatnonzero(row)
                if len(at) == 0:
                    continue
                p = softmax(k[n, at] @ q[n, t] / d**0.5)
                kept[n, t] = at, p
                for s, share in zip(at, p, strict=True):
                    out[n, t] += share * v[n, s]
        return out, (q, k, v, kept)

    def attention_backward(dout, cache):
        q, k, v, kept = cache
        dq, dk, dv = np.zeros(q.shape), np.zeros(k.shape), np.zeros(v.shape)
        for (n, t), (at, p) in kept.items():
            dv[n, at] += p[:, None] * dout[n, t]
            ds = (np.diag(p) - np.outer(p, p)) @ (v[n, at] @ dout[n, t]) / q.shape[2] ** 0.5
            dq[n, t] = ds @ k[n, at]
            dk[n, at] += np.outer(ds, q[n, t])
        return dq, dk, dv

    return attention_forward, attention_backward


@right
def attention_einsum():
    def attention_forward(q, k, v, mask=None):
        scale = k.shape[-1] ** -0.5
        s = np.einsum("ntd,nsd->nts", q, k) * scale
        if mask is not None:
            s = np.where(mask, s, -1e30)
        p = softmax(s, axis=-1)
        if mask is not None:
            p = p * mask
        return np.einsum("nts,nse->nte", p, v), {"q": q, "k": k, "v": v, "p": p, "scale": scale}

    def attention_backward(dout, cache):
        p = cache["p"]
        dp = np.einsum("nte,nse->nts", dout, cache["v"])
        ds = p * dp - p * np.einsum("nts,nts->nt", p, dp)[..., None]
        ds = ds * cache["scale"]
        return (
            np.einsum("nts,nsd->ntd", ds, cache["k"]),
            np.einsum("nts,ntd->nsd", ds, cache["q"]),
            np.einsum("nts,nte->nse", p, dout),
        )

    return attention_forward, attention_backward


@right
def attention_scaled_query():
    def attention_forward(q, k, v, mask=None):
        small = q / np.sqrt(q.shape[-1])
        s = np.matmul(small, np.transpose(k, (0, 2, 1)))
        if mask is None:
            mask = np.ones(s.shape[1:], dtype=bool)
        allowed = np.broadcast_to(mask, s.shape)
        top = np.max(s, axis=-1, keepdims=True, where=allowed, initial=np.finfo(float).min)
        e = np.zeros(s.shape)
        np.exp(s - top, out=e, where=allowed)
        total = e.sum(-1, keepdims=True)
        p = np.divide(e, total, out=np.zeros(s.shape), where=total != 0)
        return p @ v, (small, k, v, p)

    def attention_backward(dout, cache):
        small, k, v, p = cache
        out = p @ v
        # The subtracted mean, Σ p dp, is also dout · out: no need to form it from dp.
        ds = p * (dout @ np.transpose(v, (0, 2, 1)) - (dout * out).sum(-1, keepdims=True))
        dq = ds @ k / np.sqrt(k.shape[-1])
        return [dq, np.transpose(ds, (0, 2, 1)) @ small, np.transpose(p, (0, 2, 1)) @ dout]

    return attention_forward, attention_backward


@right
def attention_documented_cache():
    def attention_backward(dout, cache):
        q, k, v, weights, _ = cache
        dq, dk, dv = [], [], []
        for n in range(len(q)):
            p, dp = weights[n], dout[n] @ v[n].T
            ds = p * (dp - np.sum(p * dp, axis=1)[:, None]) / np.sqrt(q.shape[2])
            dq.append(ds @ k[n])
            dk.append(ds.T @ q[n])
            dv.append(p.T @ dout[n])
        return np.array(dq), np.array(dk), np.array(dv)

    return attention_backward


@right
def attention_where():

    def attention_forward(q, k, v, mask=None):
        s = np.einsum("ntd,nsd->nts", q, k) / math.sqrt(q.shape[-1])
        if mask is not None:
            s = np.where(mask, s, -np.inf)
        top = s.max(-1, keepdims=True)
        top = np.where(np.isfinite(top), top, 0)
        e = np.exp(s - top)
        den = e.sum(-1, keepdims=True)
        wt = e / np.where(den == 0, 1, den)
        return (wt @ v, (q, k, v, wt, mask))

    def attention_backward(dout, cache):
        q, k, v, wt, mask = cache
        dw = np.einsum("nte,nse->nts", dout, v)
        ds = wt * (dw - np.einsum("nts,nts->nt", wt, dw)[..., None]) / np.sqrt(k.shape[2])
        return (
            np.matmul(ds, k),
            np.matmul(ds.transpose(0, 2, 1), q),
            np.matmul(np.swapaxes(wt, 1, 2), dout),
        )

    return (attention_forward, attention_backward)


@right
def attention_row_softmax():

    def attention_forward(q, k, v, mask=None):
        n, t, _ = q.shape
        s = k.shape[1]
        allow = np.ones((n, t, s), bool) if mask is None else np.broadcast_to(mask, (n, t, s))
        w = np.zeros((n, t, s))
        for a in range(n):
            for b in range(t):
                ok = allow[a, b]
                if ok.any():
                    w[a, b, ok] = scipy.special.softmax(k[a, ok] @ q[a, b] / np.sqrt(q.shape[2]))
        return (np.array([w[a] @ v[a] for a in range(n)]), (q, k, v, w, mask))

    return attention_forward


@right
def attention_log_sum():
    def attention_forward(q, k, v, mask=None):
        scores = np.einsum("ntd,nsd->nts", q, k) * q.shape[-1] ** -0.5
        seen = np.ones(scores.shape, dtype=bool) if mask is None else mask & (scores == scores)
        total = np.logaddexp.reduce(np.where(seen, scores, -1e300), axis=2, keepdims=True)
        weights = np.exp(np.where(seen, scores - total, -np.inf))
        return weights @ v, (q, k, v, weights, mask)

    def attention_backward(dout, cache):
        q, k, v, weights, _ = cache
        # The mean of the weights' gradients is dout times the output.
        mean = np.einsum("nte,nts,nse->nt", dout, weights, v)
        dscores = weights * (np.einsum("nte,nse->nts", dout, v) - mean[..., None])
        dscores /= q.shape[-1] ** 0.5
        dq, dk = np.einsum("nts,nsd->ntd", dscores, k), np.einsum("nts,ntd->nsd", dscores, q)
        return dq, dk, np.einsum("nts,nte->nse", weights, dout)

    return attention_forward, attention_backward
