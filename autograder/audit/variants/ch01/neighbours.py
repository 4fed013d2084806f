"""Standardising, PCA, nearest neighbours and k-means in other styles."""
# ruff: noqa: D103

from collections import Counter

import numpy as np
from scipy.spatial.distance import cdist

from autograder.audit.variants import right


@right
def standardize_loops():
    def standardize(x_train, x_test):
        z_train, z_test = np.zeros(x_train.shape), np.zeros(x_test.shape)
        for j in range(x_train.shape[1]):
            column = x_train[:, j]
            mean = sum(column) / len(column)
            std = (sum((v - mean) ** 2 for v in column) / len(column)) ** 0.5
            std = std if std > 1e-12 else 1.0
            z_train[:, j] = (column - mean) / std
            z_test[:, j] = (x_test[:, j] - mean) / std
        return z_train, z_test

    return standardize


@right
def standardize_small_constant():
    def standardize(x_train, x_test):
        mean, std = np.mean(x_train, 0), np.std(x_train, 0)
        safe = np.maximum(std, 1e-12)
        return (x_train - mean) / safe, (x_test - mean) / safe

    return standardize


@right
def standardize_inverse():
    def standardize(x_train, x_test):
        mean = np.einsum("nd->d", x_train) / len(x_train)
        std = np.sqrt(np.square(x_train - mean).mean(axis=0))
        scale = np.divide(1.0, std, out=np.zeros_like(std), where=std > 0)
        return [(x - mean[None]) * scale for x in (x_train, x_test)]

    return standardize


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
def knn_cdist():
    def knn_predict(x_train, y_train, x, k):
        near = np.argsort(cdist(x, x_train), axis=1, kind="stable")[:, :k]
        labels = np.unique(y_train)
        votes = (y_train[near][:, :, None] == labels).sum(axis=1)
        return labels[votes.argmax(axis=1)]

    return knn_predict


@right
def knn_counter():
    def knn_predict(x_train, y_train, x, k):
        out = []
        for q in x:
            order = sorted(range(len(x_train)), key=lambda i: float(np.linalg.norm(x_train[i] - q)))
            votes = Counter(int(y_train[i]) for i in order[:k])
            most = max(votes.values())
            out.append(min(label for label, n in votes.items() if n == most))
        return np.array(out)

    return knn_predict


@right
def knn_expanded_square():
    def knn_predict(x_train, y_train, x, k):
        squared = (x**2).sum(1)[:, None] - 2 * x @ x_train.T + (x_train**2).sum(1)
        near = y_train[np.argpartition(squared, k - 1, axis=1)[:, :k]]
        return np.array(
            [np.unique(row)[np.unique(row, return_counts=True)[1].argmax()] for row in near]
        )

    return knn_predict


@right
def kmeans_loops():
    def kmeans_step(x, centers):
        labels = np.array(
            [
                min(range(len(centers)), key=lambda j, p=p: float(np.sum((p - centers[j]) ** 2)))
                for p in x
            ]
        )
        new = []
        for j, old in enumerate(centers):
            members = [p for p, label in zip(x, labels, strict=True) if label == j]
            new.append(sum(members) / len(members) if members else old)
        return labels, np.array(new, dtype=float)

    return kmeans_step


@right
def kmeans_one_hot():
    def kmeans_step(x, centers):
        labels = np.argmin(cdist(x, centers), axis=1)
        hot = np.eye(len(centers))[labels]
        counts = hot.sum(axis=0)[:, None]
        return labels, np.where(counts > 0, hot.T @ x / np.maximum(counts, 1), centers)

    return kmeans_step


@right
def kmeans_bincount():
    def kmeans_step(x, centers):
        k = centers.shape[0]
        labels = np.linalg.norm(x[:, None] - centers, axis=-1).argmin(-1)
        counts = np.bincount(labels, minlength=k)
        sums = np.stack(
            [np.bincount(labels, weights=x[:, d], minlength=k) for d in range(x.shape[1])], axis=1
        )
        new = centers.astype(float).copy()
        new[counts > 0] = sums[counts > 0] / counts[counts > 0, None]
        return labels, new

    return kmeans_step
