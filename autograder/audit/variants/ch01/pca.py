"""Principal components in other styles."""
# ruff: noqa: D103

import numpy as np

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
