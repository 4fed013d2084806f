"""Numerical gradient, mini-batches and softmax regression in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


@right
def gradient_nditer():
    def numerical_gradient(f, x, eps=1e-6):
        x = np.asarray(x, dtype=np.float64).copy()
        grad = np.zeros_like(x)
        it = np.nditer(x, flags=["multi_index", "zerosize_ok"], op_flags=["readwrite"])
        while not it.finished:
            i = it.multi_index
            old = float(x[i])
            x[i] = old + eps
            up = f(x)
            x[i] = old - eps
            grad[i] = (up - f(x)) / (2 * eps)
            x[i] = old
            it.iternext()
        return grad

    return numerical_gradient


@right
def gradient_unit_vectors():
    def numerical_gradient(f, x, eps=1e-6):
        x = np.asarray(x, dtype=float)
        steps = eps * np.eye(x.size).reshape(x.size, *x.shape)
        return np.array([(f(x + s) - f(x - s)) / (2 * eps) for s in steps]).reshape(x.shape)

    return numerical_gradient


@right
def gradient_flat():
    def numerical_gradient(f, x, eps=1e-6):
        shape = np.shape(x)
        flat = np.ravel(x).astype(float)
        grad = []
        for i in range(flat.size):
            high, low = flat.copy(), flat.copy()
            high[i] += eps
            low[i] -= eps
            grad.append((f(high.reshape(shape)) - f(low.reshape(shape))) / (high[i] - low[i]))
        return np.array(grad).reshape(shape)

    return numerical_gradient


@right
def batches_array_split():
    def minibatches(x, y, batch_size, rng):
        order = np.arange(len(x))
        rng.shuffle(order)
        for part in np.split(order, range(batch_size, len(x), batch_size)):
            yield x[part], y[part]

    return minibatches


@right
def batches_list():
    def minibatches(x, y, batch_size, rng):
        order = list(rng.permutation(x.shape[0]))
        batches = []
        while order:
            part, order = order[:batch_size], order[batch_size:]
            batches.append((np.stack([x[i] for i in part]), np.array([y[i] for i in part])))
        return batches

    return minibatches


@right
def batches_sorted_keys():
    def minibatches(x, y, batch_size, rng):
        order = np.argsort(rng.random(len(y)))
        xs, ys = x[order], y[order]
        return (
            (xs[s : s + batch_size], ys[s : s + batch_size]) for s in range(0, len(ys), batch_size)
        )

    return minibatches


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
