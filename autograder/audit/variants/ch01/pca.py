"""Principal components in other styles."""
# ruff: noqa: D103

import itertools

import numpy as np
import scipy.linalg

from autograder.audit.variants import right


@right
def pca_eigh():
    def pca(x, k):
        c = x - np.mean(x, axis=0)
        values, vectors = np.linalg.eigh(c.T @ c / len(x))
        order = np.argsort(values)[::-1][:k]
        return vectors[:, order].T, values[order] / values.sum()

    return pca


@right
def pca_eig_of_cov():
    def pca(x, k):
        cov = np.cov(x, rowvar=False)
        values, vectors = np.linalg.eig(cov)
        values, vectors = values.real, vectors.real
        order = np.argsort(-values)
        return np.array([vectors[:, i] for i in order[:k]]), values[order[:k]] / np.trace(cov)

    return pca


@right
def pca_full_svd():
    def pca(x, k):
        c = x - x.mean(0, keepdims=True)
        _, s, vt = np.linalg.svd(c)
        return -vt[:k, :], s[:k] ** 2 / (c**2).sum()

    return pca


@right
def pca_by_deflation():

    def pca(x, k):
        xc = x - x.mean(0)
        total = (xc**2).sum()
        comps = []
        ratio = []
        for _ in range(k):
            u, s, vt = scipy.linalg.svd(xc, full_matrices=False)
            comps.append(vt[0])
            ratio.append(s[0] ** 2 / total)
            xc = xc - np.outer(xc @ vt[0], vt[0])
        return (np.stack(comps), np.asarray(ratio))

    return pca


@right
def pca_by_plane_rotations():
    def pca(x, k):
        centered = np.array(x, float) - np.mean(x, 0)
        a = centered.T @ centered
        n, total, turned = len(a), np.trace(a), np.eye(len(a))
        for _ in range(60):
            for p, q in itertools.combinations(range(n), 2):
                if a[p, q]:
                    t = 0.5 * np.arctan2(2 * a[p, q], a[q, q] - a[p, p])
                    plane = np.eye(n)
                    plane[[p, q], [p, q]] = np.cos(t)
                    plane[p, q], plane[q, p] = np.sin(t), -np.sin(t)
                    a, turned = plane.T @ a @ plane, turned @ plane
        order = sorted(range(n), key=lambda i: -a[i, i])[:k]
        return turned[:, order].T, np.diag(a)[order] / total

    return pca
