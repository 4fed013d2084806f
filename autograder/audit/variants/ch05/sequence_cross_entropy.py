"""The loss of sequences over flat steps, by loops, by weights."""
# ruff: noqa: D103

import numpy as np
import scipy.special
from scipy.special import logsumexp

from autograder.audit.variants import right


@right
def sequence_flat():
    def sequence_cross_entropy_forward(scores, y, mask):
        keep = np.asarray(mask).astype(bool)
        chosen, labels = scores[keep], y[keep]
        if len(chosen) == 0:
            return 0.0, (scores.shape, keep, None, labels)
        log_p = chosen - logsumexp(chosen, axis=1, keepdims=True)
        return -log_p[np.arange(len(labels)), labels].mean(), (
            scores.shape,
            keep,
            np.exp(log_p),
            labels,
        )

    def sequence_cross_entropy_backward(cache):
        shape, keep, p, labels = cache
        grad = np.zeros(shape)
        if p is not None:
            d = p.copy()
            d[np.arange(len(labels)), labels] -= 1
            grad[keep] = d / len(labels)
        return grad

    return sequence_cross_entropy_forward, sequence_cross_entropy_backward


@right
def sequence_loops():
    def sequence_cross_entropy_forward(scores, y, mask):
        total, count, probabilities = 0.0, 0, {}
        for n in range(scores.shape[0]):
            for t in range(scores.shape[1]):
                if mask[n, t]:
                    s = scores[n, t] - scores[n, t].max()
                    total += np.log(np.exp(s).sum()) - s[y[n, t]]
                    probabilities[n, t] = np.exp(s) / np.exp(s).sum()
                    count += 1
        return total / max(count, 1), (scores.shape, y, probabilities)

    def sequence_cross_entropy_backward(cache):
        shape, y, probabilities = cache
        grad = np.zeros(shape)
        for (n, t), p in probabilities.items():
            grad[n, t] = p / len(probabilities)
            grad[n, t, y[n, t]] -= 1 / len(probabilities)
        return grad

    return sequence_cross_entropy_forward, sequence_cross_entropy_backward


@right
def sequence_weights():
    def sequence_cross_entropy_forward(scores, y, mask):
        m = np.asarray(mask) * 1.0
        weights = m / m.sum() if m.sum() else m
        safe = np.where(m == 1, y, 0)
        n, t = np.indices(safe.shape)
        losses = logsumexp(scores, axis=-1) - scores[n, t, safe]
        return float((weights * losses).sum()), (scores, safe, weights)

    def sequence_cross_entropy_backward(cache):
        scores, safe, weights = cache
        p = np.exp(scores - logsumexp(scores, axis=-1, keepdims=True))
        return weights[..., None] * (p - np.eye(scores.shape[-1])[safe])

    return sequence_cross_entropy_forward, sequence_cross_entropy_backward


@right
def sequence_loss_of_chosen():

    def sequence_cross_entropy_forward(scores, y, mask):
        m = np.asarray(mask) != 0
        if not m.any():
            return (0.0, (scores, y, mask))
        ls = scipy.special.log_softmax(scores[m], -1)
        return (float(-ls[np.arange(len(ls)), y[m]].mean()), (scores, y, mask))

    def sequence_cross_entropy_backward(cache):
        scores, y, mask = cache
        m = np.asarray(mask) != 0
        d = np.zeros(scores.shape)
        if m.any():
            p = scipy.special.softmax(scores[m], -1)
            p[np.arange(len(p)), y[m]] -= 1
            d[m] = p / m.sum()
        return d

    return (sequence_cross_entropy_forward, sequence_cross_entropy_backward)


@right
def sequence_step_by_step():
    def sequence_cross_entropy_forward(scores, y, mask):
        costs = [
            np.logaddexp.reduce(scores[place]) - scores[place][int(y[place])]
            for place in np.ndindex(y.shape)
            if mask[place]
        ]
        return sum(costs) / len(costs) if costs else 0.0, (scores, y, mask)

    def sequence_cross_entropy_backward(cache):
        scores, y, mask = cache
        dscores, count = np.zeros(scores.shape), np.count_nonzero(mask)
        for place in zip(*np.nonzero(mask), strict=True):
            p = np.exp(scores[place] - np.logaddexp.reduce(scores[place]))
            p[int(y[place])] -= 1
            dscores[place] = p / count
        return dscores

    return sequence_cross_entropy_forward, sequence_cross_entropy_backward
