"""One step of k-means: label every point by its nearest center, then move the centers."""

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case
from autograder.checking.kinds import function, leads

FAR = np.array([[0.5, 0.2], [60.0, -50.0], [-0.7, 0.1]])
HALFWAY = np.array([[0.0, 0.0], [2.0, 0.0], [1.0, 3.0], [1.0, -1.0], [5.0, 1.0]])


def clusters(rng: np.random.Generator) -> Iterator[Case]:
    """Several sizes, an empty cluster, points as far from one center as from another."""
    for n, d, k in ((11, 3, 4), (9, 2, 3)):
        x = rng.standard_normal((n, d)) * 2
        yield case(x=x, centers=x[:k] + 0.3 * rng.standard_normal((k, d)), N=n, D=d, K=k)
    yield case("an empty cluster", x=rng.standard_normal((7, 2)), centers=FAR, N=7, D=2, K=3)
    between = np.array([[2.0, 0.0], [0.0, 0.0], [9.0, 9.0]])
    x = np.array([[0.0, 0.5], [1.0, 0.0], [4.0, 0.3], [5.0, 0.0], [9.0, 2.0]])
    lone = np.array([[0.2, 0.0], [1.5, 0.4], [8.0, 1.0]])
    yield case("a center with a single point", x=x, centers=lone, N=5, D=2, K=3)
    yield case("points halfway between centers", x=HALFWAY, centers=between, N=5, D=2, K=3)


@function(
    says="one step of k-means",
    group="four kinds",
    cases=clusters,
    whole="x centers",
    outputs=(
        Output("labels", kind="int", axes=("example",), loose=True),
        Output("new_centers", axes=("cluster", "feature")),
    ),
)
@leads(
    "Two half steps: with the centers fixed each point chooses, with the choices fixed "
    "each center moves.",
    "Squared distances (N, K), the index of the smallest of each row, then the mean of "
    "the points with that index; a center without points stays where it is.",
)
def kmeans_step(x, centers):
    """Labels of the nearest old center, then each cluster's mean; an empty one keeps its center."""
    distance = ((x[:, None, :] - centers[None, :, :]) ** 2).sum(axis=2)
    # ~ sum of differences: np.abs(x[:, None, :] - centers[None, :, :]).sum(axis=2)
    #     | Distance is Euclidean.
    # ~ square of the center missing: -2 * x @ centers.T
    #     | ‖x − m‖² has three terms. Which of them are alike for all centers?
    labels = distance.argmin(axis=1)
    # ~ tie to the higher: len(centers) - 1 - distance[:, ::-1].argmin(axis=1)
    #     | A tie goes to the lower index.
    # ~ farthest center: distance.argmax(axis=1) | Which center is nearest?
    # ~ wrong axis: np.resize(distance.argmin(axis=0), len(x))
    #     | Each example chooses a center, not the other way round.
    # ~ distance for label: np.sqrt(distance.min(axis=1))
    #     | A label says which center is nearest, not how near.
    # ~ squared distance for label: distance.min(axis=1)
    new_centers = np.array(centers, dtype=float)
    # ~ empty cluster zero: np.zeros(centers.shape) | An empty cluster keeps its center.
    # ~ changes centers: centers | The old centers belong to the caller.
    for j in range(len(centers)):  # ~ centers not moved: pass | Two things happen in a step.
        # ~ returns early
        if np.any(labels == j):  # ~ empty cluster nan: True | What is the mean of no points?
            # ~ single point left out: np.sum(labels == j) > 1 | What is the mean of one point?
            # ~ empty cluster refilled: new_centers[j] = x[distance.min(axis=1).argmax()]; ...
            #     | An empty cluster keeps its center.
            # ~ empty cluster to the middle: new_centers[j] = x.mean(axis=0); ... | An empty
            #     cluster keeps its center.
            new_centers[j] = x[labels == j].mean(axis=0)
            # ~ divided by the number of centers: x[labels == j].sum(axis=0) /
            #     len(centers) | Divide by the size of the cluster.
            # ~ empty cluster nan: x[labels == j].sum(axis=0) / np.sum(labels == j)
            # ~ sum for mean: x[labels == j].sum(axis=0) | A center is the mean of its points.
            # ~ median for mean: np.median(x[labels == j], axis=0)
            # ~ divided by all: x[labels == j].sum(axis=0) / len(x)
            #     | Divide by the size of the cluster.
            # ~ old center averaged in: np.vstack([x[labels == j], centers[j]]).mean(axis=0)
            #     | The old center is no member of its cluster.
            # ~ one number for all features: x[labels == j].mean()
            #     | A center has as many features as a point.
    return labels, new_centers
    # ~ until nothing moves: (labels, new_centers) if np.allclose(new_centers, centers) else
    #     kmeans_step(x, new_centers) | One step is asked for: one choice, one move.
    # ~ empty cluster dropped: labels, new_centers[np.unique(labels)]
    #     | Every center comes back, also one without points.
    # ~ only the last point: labels, np.array([x[labels == j][-1] if np.any(labels == j) else
    #     centers[j] for j in range(len(centers))], dtype=float)
    #     | sums[labels] += x adds once to each place, however often it comes: np.add.at adds
    #     every time.
    # ~ labels after the move: labels => ((x[:, None, :] - new_centers[None, :,
    #     :])**2).sum(axis=2).argmin(axis=1) | The labels belong to the old centers.
    # ~ results swapped: new_centers, labels | Compare with the order in the signature.
