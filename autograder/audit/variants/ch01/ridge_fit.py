"""Ridge regression in other styles."""
# ruff: noqa: D103

import numpy as np
import scipy.linalg

from autograder.audit.variants import right


@right
def ridge_augmented():
    def ridge_fit(phi, y, lam):
        d = phi.shape[1]
        rows = np.sqrt(lam) * np.eye(d)[1:]
        return np.linalg.lstsq(
            np.vstack([phi, rows]), np.concatenate([y, np.zeros(d - 1)]), rcond=None
        )[0]

    return ridge_fit


@right
def ridge_inverse():
    def ridge_fit(phi, y, lam):
        free = np.diag([0.0] + [1.0] * (phi.shape[1] - 1))
        return np.linalg.inv(phi.T.dot(phi) + lam * free).dot(phi.T).dot(y)

    return ridge_fit


@right
def ridge_pinv():
    def ridge_fit(phi, y, lam):
        penalty = np.full(phi.shape[1], float(lam))
        penalty[0] = 0
        return np.linalg.pinv(np.einsum("ni,nj->ij", phi, phi) + np.diag(penalty)) @ np.einsum(
            "ni,n->i", phi, y
        )

    return ridge_fit


@right
def ridge_centered():
    def ridge_fit(phi, y, lam):
        features = phi[:, 1:]
        middle, level = features.mean(axis=0), y.mean()
        centered = features - middle
        weights = np.linalg.solve(
            centered.T @ centered + lam * np.eye(features.shape[1]), centered.T @ (y - level)
        )
        return np.concatenate([[level - middle @ weights], weights])

    return ridge_fit


@right
def ridge_qr_of_stacked():

    def ridge_fit(phi, y, lam):
        p = np.sqrt(lam) * np.eye(phi.shape[1])
        p[0, 0] = 0
        q, rr = scipy.linalg.qr(np.r_[phi, p], mode="economic")
        return scipy.linalg.solve_triangular(rr, q.T @ np.r_[y, np.zeros(phi.shape[1])])

    return ridge_fit


@right
def ridge_by_elimination():
    def ridge_fit(phi, y, lam):
        m = phi.shape[1]
        rows = [[*map(float, phi[:, i] @ phi), float(phi[:, i] @ y)] for i in range(m)]
        for i in range(1, m):
            rows[i][i] += lam
        for i in range(m):
            best = max(range(i, m), key=lambda r: abs(rows[r][i]))
            rows[i], rows[best] = rows[best], rows[i]
            for r in range(m):
                if r != i:
                    factor = rows[r][i] / rows[i][i]
                    rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i], strict=True)]
        return np.array([rows[i][m] / rows[i][i] for i in range(m)])

    return ridge_fit
