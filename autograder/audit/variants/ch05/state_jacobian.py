"""Jacobians by einsum, by diagonal matrices, by loops."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


@right
def jacobian_einsum():
    def state_jacobian(h, w):
        return np.einsum("ni,ji->nij", 1 - h**2, w)

    return state_jacobian


@right
def jacobian_diagonals():
    def state_jacobian(h, w):
        return np.stack([np.diag(1 - row**2) @ w.T for row in h])

    return state_jacobian


@right
def jacobian_loops():
    def state_jacobian(h, w):
        n, k = h.shape
        out = np.zeros((n, k, k))
        for a in range(n):
            for i in range(k):
                for j in range(k):
                    out[a, i, j] = (1 - h[a, i] ** 2) * w[j, i]
        return out

    return state_jacobian
