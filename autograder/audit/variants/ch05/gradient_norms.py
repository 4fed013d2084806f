"""Norms by matrices of each example, by eigenvalues, by einsum."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right
from autograder.audit.variants.ch05 import rnn


@right
def norms_list_of_steps():
    rnn_forward = rnn.list_of_steps.functions["rnn_forward"]

    def gradient_norms(cache):
        states, w = cache["states"], cache["w"]
        length, norms, products = len(states) - 1, [1.0], [np.eye(len(w)) for _ in states[0]]
        for t in range(length - 1, 0, -1):
            products = [
                p @ (np.diag(1 - s**2) @ w.T) for p, s in zip(products, states[t + 1], strict=True)
            ]
            norms.append(float(np.mean([np.linalg.svd(p, compute_uv=False)[0] for p in products])))
        return np.array(norms[::-1])

    return rnn_forward, gradient_norms


@right
def norms_precomputed_inputs():
    rnn_forward = rnn.precomputed_inputs.functions["rnn_forward"]

    def gradient_norms(cache):
        x, h, u, w = cache
        steps = x.shape[1]
        total = np.zeros(steps)
        for states in h:
            product = np.eye(len(w))
            total[-1] += 1
            for t in range(steps - 1, 0, -1):
                product = product @ ((1 - states[t + 1] ** 2)[:, None] * w.T)
                total[t - 1] += np.sqrt(np.linalg.eigvalsh(product @ product.T)[-1])
        return total / len(x)

    return rnn_forward, gradient_norms


@right
def norms_closures():
    rnn_forward = rnn.closures.functions["rnn_forward"]

    def gradient_norms(cache):
        cells, _, w = cache
        n, k = cells[0][1].shape
        norms, product = [1.0], np.broadcast_to(np.eye(k), (n, k, k))
        for _, _, after in cells[:0:-1]:
            product = np.einsum("nij,nj,kj->nik", product, 1 - after**2, w)
            norms.insert(0, np.linalg.svd(product, compute_uv=False).max(axis=1).mean())
        return np.array(norms)

    return rnn_forward, gradient_norms
