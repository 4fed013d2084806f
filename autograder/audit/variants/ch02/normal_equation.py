"""Least squares in other styles."""
# ruff: noqa: D103

import numpy as np
import scipy.linalg

from autograder.audit.variants import right


@right
def least_squares():
    def normal_equation(x, y):
        return np.linalg.lstsq(x, y, rcond=None)[0]

    return normal_equation


@right
def pseudo_inverse_of_the_gram_matrix():
    def normal_equation(x, y):
        x = np.asarray(x, dtype=float)
        return np.linalg.pinv(x.T @ x, rcond=1e-11, hermitian=True) @ (x.T @ y)

    return normal_equation


@right
def singular_values():
    def normal_equation(x, y):
        u, s, vt = np.linalg.svd(x, full_matrices=False)
        w = np.zeros(x.shape[1])
        for k in range(len(s)):
            if s[k] > 1e-10 * s[0]:
                w += vt[k] * (u[:, k] @ y) / s[k]
        return w

    return normal_equation


@right
def scipy_solver():
    def normal_equation(x, y):
        return scipy.linalg.lstsq(x, y)[0]

    return normal_equation


@right
def complete_orthogonal_decomposition():
    def normal_equation(x, y):
        q, r, order = scipy.linalg.qr(np.asarray(x, float), mode="economic", pivoting=True)
        size = np.abs(np.diag(r))
        rank = int((size > 1e-12 * size[0]).sum())
        z, t = np.linalg.qr(r[:rank].T)
        w = np.empty(x.shape[1])
        w[order] = z @ np.linalg.solve(t.T, (q.T @ y)[:rank])
        return w

    return normal_equation


@right
def absolute_cut_off():
    def normal_equation(x, y):
        u, s, vt = np.linalg.svd(x, full_matrices=False)
        kept = s > 1e-10
        return vt[kept].T @ ((u.T @ y)[kept] / s[kept])

    return normal_equation
