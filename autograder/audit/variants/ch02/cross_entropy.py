"""Softmax cross-entropy in other styles."""
# ruff: noqa: D103

import math

import numpy as np
import scipy.special
from scipy.special import logsumexp

from autograder.audit.variants import right


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


@right
def cross_entropy_subtract_at():

    def cross_entropy_forward(scores, y):
        ls = scipy.special.log_softmax(scores, axis=1)
        return (-ls[range(len(y)), y].mean(), {"p": np.exp(ls), "y": y})

    def cross_entropy_backward(cache):
        g = cache["p"].copy()
        np.subtract.at(g, (np.arange(len(g)), cache["y"]), 1)
        g /= len(g)
        return g

    return (cross_entropy_forward, cross_entropy_backward)
