"""Standardising, PCA, nearest neighbours, k-means: what distances and variances say."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case
from autograder.checking.kinds import function


def kmeans_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Several sizes, an empty cluster, points as far from one centre as from another."""
    for n, d, k in ((11, 3, 4), (9, 2, 3)):
        x = rng.standard_normal((n, d)) * 2
        yield case(x=x, centers=x[:k] + 0.3 * rng.standard_normal((k, d)), N=n, D=d, K=k)
    x = rng.standard_normal((7, 2))
    yield case(
        "an empty cluster",
        x=x,
        centers=np.array([[0.5, 0.2], [60.0, -50.0], [-0.7, 0.1]]),
        N=7,
        D=2,
        K=3,
    )
    yield case(
        "points halfway between centres",
        x=np.array([[0.0, 0.0], [2.0, 0.0], [1.0, 3.0], [1.0, -1.0], [5.0, 1.0]]),
        centers=np.array([[2.0, 0.0], [0.0, 0.0], [9.0, 9.0]]),
        N=5,
        D=2,
        K=3,
    )


@function(
    says="one step of k-means",
    group="four kinds",
    cases=kmeans_cases,
    whole="x",
    outputs=[
        Output("labels", kind="int", axes=("example",)),
        Output("new_centers", axes=("cluster", "feature")),
    ],
)
def kmeans_step(x, centers):
    # ~ centers not moved: distance = ((x[:, None, :] - centers[None, :, :])**2).sum(axis=2);
    #     labels = distance.argmin(axis=1); new_centers = np.array(centers, dtype=float); return
    #     (labels, new_centers) | Two things happen in a step.
    """Labels of the nearest old centre, then the mean of each cluster; an empty cluster keeps its centre."""
    distance = ((x[:, None, :] - centers[None, :, :]) ** 2).sum(axis=2)
    # ~ sum of differences: np.abs(x[:, None, :] - centers[None, :, :]).sum(axis=2)
    #     | Distance is Euclidean.
    labels = distance.argmin(axis=1)
    # ~ tie to the higher: len(centers) - 1 - distance[:, ::-1].argmin(axis=1)
    #     | A tie goes to the lower index.
    # ~ farthest centre: distance.argmax(axis=1) | Which centre is nearest?
    # ~ wrong axis: np.resize(distance.argmin(axis=0), len(x))
    #     | Each example chooses a centre, not the other way round.
    new_centers = np.array(centers, dtype=float)
    # ~ empty cluster zero: np.zeros(centers.shape) | An empty cluster keeps its centre.
    # ~ changes centers: centers | The old centres belong to the caller.
    for j in range(len(centers)):
        if np.any(labels == j):
            new_centers[j] = x[labels == j].mean(axis=0)
            # ~ sum for mean: x[labels == j].sum(axis=0) | A centre is the mean of its points.
            # ~ divided by all: x[labels == j].sum(axis=0) / len(x)
            #     | Divide by the size of the cluster.
            # ~ median for mean: np.median(x[labels == j], axis=0)
            #     | A centre is the mean of its points.
            # ~ old centre averaged in: np.vstack([x[labels == j], centers[j]]).mean(axis=0)
            #     | The old centre is no member of its cluster.
    return labels, new_centers
    # ~ labels after the move: labels => ((x[:, None, :] - new_centers[None, :,
    #     :])**2).sum(axis=2).argmin(axis=1) | The labels belong to the old centres.
    # ~ results swapped: new_centers, labels | Compare with the order in the signature.
    #!! empty cluster nan | What is the mean of no points?
    #!! def kmeans_step(x, centers):
    #!!     """Labels of the nearest old centre, then the mean of each cluster; an empty cluster keeps its centre."""
    #!!     distance = ((x[:, None, :] - centers[None, :, :]) ** 2).sum(axis=2)
    #!!     labels = distance.argmin(axis=1)
    #!!     new_centers = np.array(centers, dtype=float)
    #!!     for j in range(len(centers)):
    #!!         new_centers[j] = x[labels == j].sum(axis=0) / np.sum(labels == j)
    #!!     return labels, new_centers
    #!!
