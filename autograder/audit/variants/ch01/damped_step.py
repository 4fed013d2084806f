"""The damped step in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


@right
def step_by_stacked_least_squares():
    def damped_step(phi, error, lam):
        n, p = phi.shape
        rows = np.vstack([phi, np.sqrt(lam) * np.identity(p)])
        return np.linalg.lstsq(rows, np.concatenate([-np.asarray(error), np.zeros(p)]), rcond=None)[
            0
        ]

    return damped_step


@right
def step_by_the_smaller_matrix():
    def damped_step(phi, error, lam):
        inner = phi @ phi.T + lam * np.eye(len(phi))  # (N, N)
        return phi.T @ np.linalg.solve(inner, -1.0 * error)

    return damped_step


@right
def step_by_singular_values():
    def damped_step(phi, error, lam):
        u, d, vt = np.linalg.svd(phi, full_matrices=False)
        return -(vt.T * (d / (d**2 + lam))) @ (u.T @ error)

    return damped_step


@right
def step_by_an_inverse():
    def damped_step(phi, error, lam):
        a = np.einsum("np,nq->pq", phi, phi).astype(float)
        a[np.diag_indices_from(a)] += lam
        return np.linalg.inv(a).dot(phi.T.dot(-np.array(error, dtype=float)))

    return damped_step
