"""The largest stable learning rate in other styles."""
# ruff: noqa: D103

import numpy as np
import scipy.linalg

from autograder.audit.variants import right


@right
def rate_by_singular_value():
    def largest_stable_rate(phi):
        return 2 * len(phi) / np.linalg.norm(phi, 2) ** 2

    return largest_stable_rate


@right
def rate_by_the_smaller_matrix():
    def largest_stable_rate(phi):
        n = phi.shape[0]
        return (2 / np.linalg.eigvalsh(phi @ phi.T / n)[-1]).item()

    return largest_stable_rate


@right
def rate_by_complex_eigenvalues():
    def largest_stable_rate(phi):
        phi = np.asarray(phi, dtype=float)
        values, _ = np.linalg.eig(np.einsum("np,nq->pq", phi, phi) / phi.shape[0])
        return float(2.0 / max(abs(v) for v in values))

    return largest_stable_rate


@right
def rate_by_power_iteration():
    def largest_stable_rate(phi):
        a = phi.T @ phi / len(phi)
        for _ in range(12):  # the 4096th power of a, as far as directions go
            a = a / np.trace(a)
            a = a @ a
        u = a[:, np.argmax(np.diag(a))]
        u = u / np.linalg.norm(u)
        return 2 * len(phi) / np.sum((phi @ u) ** 2)

    return largest_stable_rate


@right
def rate_from_singular_value():

    def largest_stable_rate(phi):
        return float(2 * len(phi) / scipy.linalg.svdvals(phi)[0] ** 2)

    return largest_stable_rate
