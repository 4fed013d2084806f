"""A step of k-means in other styles."""
# ruff: noqa: D103

import math
from collections import defaultdict

import numpy as np
from scipy.spatial.distance import cdist

from autograder.audit.variants import right


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


@right
def kmeans_groups_in_dict():

    def kmeans_step(x, centers):
        lab = np.array([int(np.argmin([math.dist(p, c) for c in centers])) for p in x])
        groups = defaultdict(list)
        for l, p in zip(lab, x, strict=False):
            groups[int(l)].append(p)
        return (
            lab,
            np.vstack(
                [
                    np.mean(groups[j], axis=0) if j in groups else centers[j]
                    for j in range(len(centers))
                ]
            ),
        )

    return kmeans_step
