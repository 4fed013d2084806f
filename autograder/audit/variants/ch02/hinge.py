"""The hinge loss in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


@right
def hinge_loops():
    def hinge_forward(scores, y, margin=1.0):
        total = 0.0
        for row, label in zip(scores, y, strict=True):
            for j, s in enumerate(row):
                if j != label:
                    total += max(0.0, s - row[label] + margin)
        return total / len(y), (scores, y, margin)

    def hinge_backward(cache):
        scores, y, margin = cache
        grad = np.zeros(scores.shape)
        for i, label in enumerate(y):
            for j in range(scores.shape[1]):
                if j != label and scores[i, j] - scores[i, label] + margin > 0:
                    grad[i, j] += 1
                    grad[i, label] -= 1
        return grad / len(y)

    return hinge_forward, hinge_backward


@right
def hinge_subtracts_the_margin():
    def hinge_forward(scores, y, margin=1.0):
        own = np.take_along_axis(scores, y[:, None], axis=1)
        costs = np.clip(scores - own + margin, 0, None)
        return costs.sum() / len(y) - margin, {"costs": costs, "y": y}

    def hinge_backward(cache):
        costs, y = cache["costs"], cache["y"]
        grad = np.where(costs > 0, 1.0, 0.0)
        hot = np.eye(costs.shape[1])[y]
        grad = grad * (1 - hot)
        return (grad - hot * grad.sum(axis=1, keepdims=True)) / len(y)

    return hinge_forward, hinge_backward


@right
def hinge_mask():
    def hinge_forward(scores, y, margin=1.0):
        others = np.ones(scores.shape, dtype=bool)
        others[np.arange(len(y)), y] = False
        gaps = scores - np.choose(y, scores.T)[:, None] + margin
        return np.mean(np.sum(gaps * others * (gaps > 0), axis=1)), (gaps, others, y)

    def hinge_backward(cache):
        gaps, others, y = cache
        active = (others & (gaps > 0)) / len(y)
        active[np.arange(len(y)), y] -= active.sum(axis=1)
        return active

    return hinge_forward, hinge_backward


@right
def hinge_choose():

    def hinge_forward(scores, y, margin=1.0):
        n = len(y)
        m = margin * (1 - np.eye(scores.shape[1])[y])
        g = scores - np.choose(y, scores.T)[:, None] + m if scores.shape[1] < 32 else None
        return (np.clip(g, 0, None).sum() / n, (g, y, m))

    def hinge_backward(cache):
        g, y, m = cache
        d = ((g > 0) & (np.arange(g.shape[1])[None] != y[:, None])).astype(float)
        d[np.arange(len(y)), y] = -d.sum(1)
        return d / len(y)

    return (hinge_forward, hinge_backward)


@right
def hinge_list_of_violations():
    def hinge_forward(scores, y, margin=1.0):
        total, hits = 0.0, []
        for i, (row, c) in enumerate(zip(scores, y, strict=True)):
            for j in range(len(row)):
                gap = row[j] - row[c] + margin
                if j != c and gap > 0:
                    total += gap
                    hits.append((i, j, int(c)))
        return total / len(y), (hits, np.shape(scores))

    def hinge_backward(cache):
        hits, shape = cache
        dscores = np.zeros(shape)
        for i, j, c in hits:
            dscores[i, j] += 1 / shape[0]
            dscores[i, c] -= 1 / shape[0]
        return dscores

    return hinge_forward, hinge_backward
