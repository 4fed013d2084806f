"""Logistic, softmax and the cross-entropies in other styles."""
# ruff: noqa: D103

import math

import numpy as np
from scipy.special import expit, log_expit, logsumexp

from autograder.audit.variants import right


@right
def logistic_masks():
    def logistic(z):
        z = np.asarray(z, dtype=float)
        p = np.empty(z.shape)
        up = z >= 0
        p[up] = 1 / (1 + np.exp(-z[up]))
        small = np.exp(z[~up])
        p[~up] = small / (1 + small)
        return p

    return logistic


@right
def logistic_by_tanh():
    def logistic(z):
        return 0.5 * np.tanh(0.5 * z) + 0.5

    return logistic


@right
def logistic_loops():
    def logistic(z):
        out = [
            1 / (1 + math.exp(-v)) if v >= 0 else math.exp(v) / (1 + math.exp(v))
            for v in np.ravel(z)
        ]
        return np.reshape(out, np.shape(z))

    return logistic


@right
def logistic_scipy():
    def logistic(z):
        return expit(np.asarray(z, dtype=float))

    return logistic


@right
def bce_logaddexp():
    def bce_with_logits_forward(z, y):
        loss = (np.logaddexp(0, z) - y * z).mean()
        return loss, {"z": z, "y": y}

    def bce_with_logits_backward(cache):
        return (0.5 * np.tanh(0.5 * cache["z"]) + 0.5 - cache["y"]) / cache["y"].size

    return bce_with_logits_forward, bce_with_logits_backward


@right
def bce_loops():
    def softplus(v):
        return max(v, 0.0) + math.log1p(math.exp(-abs(v)))

    def bce_with_logits_forward(z, y):
        total = 0.0
        for v, label in zip(z, y, strict=True):
            total += softplus(-v) if label == 1 else softplus(v)
        return total / len(z), (z, y)

    def bce_with_logits_backward(cache):
        z, y = cache
        dz = np.zeros(len(z))
        for i, v in enumerate(z):
            p = 1 / (1 + math.exp(-v)) if v >= 0 else math.exp(v) / (1 + math.exp(v))
            dz[i] = (p - y[i]) / len(z)
        return dz

    return bce_with_logits_forward, bce_with_logits_backward


@right
def bce_scipy():
    def bce_with_logits_forward(z, y):
        z = np.asarray(z, dtype=float)
        return -np.mean(np.where(y == 1, log_expit(z), log_expit(-z))), (expit(z) - y)

    def bce_with_logits_backward(cache):
        return cache / len(cache)

    return bce_with_logits_forward, bce_with_logits_backward


@right
def bce_backward_documented():
    def bce_with_logits_backward(cache):
        z, y = cache
        return (expit(np.asarray(z, dtype=float)) - y) / z.shape[0]

    return bce_with_logits_backward


@right
def softmax_logsumexp():
    def softmax(z):
        return np.exp(z - logsumexp(z, axis=-1, keepdims=True))

    return softmax


@right
def softmax_rows():
    def softmax(z):
        flat = np.reshape(z, (-1, z.shape[-1]))
        out = np.zeros(flat.shape)
        for i, row in enumerate(flat):
            top = max(row)
            e = [math.exp(v - top) for v in row]
            out[i] = [v / sum(e) for v in e]
        return out.reshape(z.shape)

    return softmax


@right
def softmax_moved_axis():
    def softmax(z):
        t = np.moveaxis(z, -1, 0)
        e = np.exp(t - t.max(axis=0))
        return np.moveaxis(e / e.sum(axis=0), 0, -1)

    return softmax


@right
def cross_entropy_logsumexp():
    def cross_entropy_forward(scores, y):
        n = scores.shape[0]
        loss = np.mean(logsumexp(scores, axis=1) - scores[range(n), y])
        return loss, dict(scores=scores, y=y)

    def cross_entropy_backward(cache):
        scores, y = cache["scores"], cache["y"]
        p = np.exp(scores - logsumexp(scores, axis=1)[:, None])
        return (p - np.eye(scores.shape[1])[y]) / len(p)

    return cross_entropy_forward, cross_entropy_backward


@right
def cross_entropy_loops():
    def cross_entropy_forward(scores, y):
        total, probabilities = 0.0, []
        for row, label in zip(scores, y, strict=True):
            top = max(row)
            e = [math.exp(v - top) for v in row]
            total += math.log(sum(e)) - (row[label] - top)
            probabilities.append([v / sum(e) for v in e])
        return total / len(scores), (probabilities, y)

    def cross_entropy_backward(cache):
        probabilities, y = cache
        grad = np.array(probabilities)
        for i, label in enumerate(y):
            grad[i, label] -= 1.0
        return grad / len(y)

    return cross_entropy_forward, cross_entropy_backward


@right
def cross_entropy_one_hot():
    def cross_entropy_forward(scores, y):
        hot = np.zeros(scores.shape)
        hot[np.arange(len(y)), y] = 1
        shifted = scores - np.max(scores, axis=1)[:, np.newaxis]
        log_p = shifted - np.log(np.sum(np.exp(shifted), axis=1))[:, np.newaxis]
        return float(-(hot * log_p).sum() / len(y)), (log_p, hot)

    def cross_entropy_backward(cache):
        log_p, hot = cache
        return (np.exp(log_p) - hot) / hot.shape[0]

    return cross_entropy_forward, cross_entropy_backward
