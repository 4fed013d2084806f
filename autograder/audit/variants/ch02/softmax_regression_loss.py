"""The loss of softmax regression in other styles."""
# ruff: noqa: D103

import numpy as np
import scipy.special

from autograder.audit.variants import right


@right
def regression_one_hot():
    def softmax_regression_loss(w, b, x, y, lam):
        s = x @ w + b
        s = s - s.max(axis=1, keepdims=True)
        e = np.exp(s)
        z = e.sum(axis=1, keepdims=True)
        hot = np.eye(len(b))[y]
        loss = np.mean(np.log(z[:, 0]) - (s * hot).sum(axis=1)) + 0.5 * lam * np.square(w).sum()
        g = (e / z - hot) / len(x)
        return float(loss), np.einsum("nd,nk->dk", x, g) + lam * w, np.einsum("nk->k", g)

    return softmax_regression_loss


@right
def regression_loops():
    def softmax_regression_loss(w, b, x, y, lam):
        loss, dw, db = (
            0.5 * lam * float(np.sum(w * w)),
            lam * np.array(w, dtype=float),
            np.zeros(len(b)),
        )
        for row, label in zip(x, y, strict=True):
            s = row @ w + b
            s = s - s.max()
            p = np.exp(s) / np.exp(s).sum()
            loss += (np.log(np.exp(s).sum()) - s[label]) / len(x)
            p[label] -= 1
            dw += np.outer(row, p) / len(x)
            db += p / len(x)
        return loss, dw, db

    return softmax_regression_loss


@right
def regression_logsumexp():
    def softmax_regression_loss(w, b, x, y, lam):
        from scipy.special import logsumexp

        scores = np.dot(x, w) + b[None, :]
        n = len(y)
        norm = logsumexp(scores, axis=1)
        p = np.exp(scores - norm[:, None])
        p[range(n), y] -= 1
        return [
            np.sum(norm - scores[range(n), y]) / n + lam * np.linalg.norm(w) ** 2 / 2,
            x.T.dot(p) / n + lam * w,
            p.mean(axis=0),
        ]

    return softmax_regression_loss


@right
def softmax_regression_logsumexp():

    def softmax_regression_loss(w, b, x, y, lam):
        s = x @ w + b
        lse = scipy.special.logsumexp(s, axis=1)
        g = np.exp(s - lse[:, None])
        g[np.arange(len(y)), y] -= 1
        g *= 1 / len(y)
        return (
            (lse - s[np.arange(len(y)), y]).mean() + lam * (w**2).sum() / 2,
            x.T @ g + lam * w,
            g.T @ np.ones(len(y)),
        )

    return softmax_regression_loss
