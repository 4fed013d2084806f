"""k nearest neighbors: the majority label among the k nearest training points."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, Probe, case
from autograder.checking.kinds import function, leads


def votes_and_ties(rng: np.random.Generator) -> Iterator[Case]:
    """Labels with gaps and below zero; odd and even k; votes that tie; every distance different."""
    for n, m, d, k in (
        (12, 9, 3, 3),
        (10, 8, 2, 1),
        (11, 12, 4, 4),
        (9, 7, 2, 2),
        (6, 3, 2, 6),
        (5, 5, 5, 1),
    ):
        labels = rng.permutation(np.array([7, -2, 3, 40]))[:3]
        y_train = labels[rng.permutation(np.arange(n) % 3)]
        x_train = rng.standard_normal((n, d)) + rng.uniform(-1, 1, d)
        # Stretched axes part Euclidean distance from sums of absolute differences.
        x_train = x_train * np.linspace(1, 2.5, d)
        x = rng.standard_normal((m, d)) * 1.5
        label = f"k = {k}, {n} training points"
        yield case(label, x_train=x_train, y_train=y_train, x=x, k=k, N=n, Q=m, D=d)
    yield case(
        "a tied vote",
        x_train=np.array([[0.0, 0], [1, 0], [0, 1.5], [5, 5], [5, 6.5], [6.1, 5]]),
        y_train=np.array([9, 4, 4, 2, 2, -1]),
        x=np.array([[0.1, 0.05], [5.1, 5.1], [4.0, 0.3]]),
        k=2,
    )
    yield case(
        "the nearest point is outvoted",
        x_train=np.array([[0.0], [1.0], [1.2], [9.0]]),
        y_train=np.array([0, 1, 1, 0]),
        x=np.array([[0.1], [0.3]]),
        k=3,
    )


def whole_number_points(_drawn: list[Case], rng: np.random.Generator) -> list[Probe]:
    """Points on a grid whose distances all differ: among equal ones, right codes part ways."""
    while True:
        x_train, x = rng.integers(-9, 10, (8, 2)), rng.integers(-9, 10, (4, 2))
        squared = ((x[:, None] - x_train) ** 2).sum(axis=2)
        if all(len(set(row)) == len(row) for row in squared.tolist()):
            break
    made = case("whole-number inputs", x_train=x_train, y_train=rng.integers(0, 3, 8), x=x, k=3)
    return [Probe("whole numbers", made)]


@function(
    says="k nearest neighbors",
    group="four kinds",
    cases=votes_and_ties,
    outputs=(Output("y_pred", kind="int", loose=True),),
    more=whole_number_points,
    never_one="N",  # k neighbors need k examples
    forbids=("scipy.spatial.KDTree", "scipy.spatial.cKDTree"),
)
@leads(
    "For one new point: distances to all training points, the k smallest, their labels, a"
    " vote. Then the same for every row.",
    "`np.unique(labels, return_counts=True)` lists labels in order, so the first largest "
    "count is the smallest label of a tie.",
)
def knn_predict(x_train, y_train, x, k):
    """The majority label among the k nearest training points; a tie goes to the smallest label."""
    y_pred = np.zeros(len(x), dtype=int)
    for i in range(len(x)):
        distance = np.sqrt(((x_train - x[i]) ** 2).sum(axis=1))
        # ~ sum of differences: np.abs(x_train - x[i]).sum(axis=1)
        #     | Euclidean distance squares the differences.
        # ~ largest difference: np.sqrt(((x_train - x[i])**2).max(axis=1))
        #     | Every coordinate counts.
        # ~ signed differences: np.sqrt(np.abs((x_train - x[i]).sum(axis=1)))
        #     | Differences of opposite sign must not cancel.
        # ~ training norm missing: np.sqrt(np.maximum(0, 50 - 2 * x_train @ x[i] + x[i] @ x[i]))
        #     | |a − b|² has three parts.
        # ~ largest scalar product: -(x_train @ x[i])
        #     | A large scalar product is not a small distance.
        near = y_train[np.argsort(distance)[:k]]  # ~ nearest only: k => 1 | All k neighbors vote.
        # ~ one neighbor too many: k => k + 1 | How many entries does a slice up to k have?
        # ~ one neighbor skipped: y_train[np.argsort(distance)[1:k + 1]]
        #     | The query is not among the training points: the nearest one counts.
        # ~ farthest: y_train[np.argsort(distance)[-k:]] | argsort sorts from small to large.
        # ~ distances for places: np.argsort(distance) => np.sort(distance).astype(int)
        #     | Which of the two is asked for: how far the nearest are, or where they stand?
        labels, votes = np.unique(near, return_counts=True)
        y_pred[i] = labels[votes.argmax()]
        # ~ tie to the largest: labels[len(votes) - 1 - votes[::-1].argmax()]
        #     | A tied vote goes to the smallest label.
        # ~ tie to the nearest: next((v for v in near if votes[labels == v][0] == votes.max()))
        #     | A tied vote goes to the smallest label, near or not.
        # ~ position for label: votes.argmax() | The answer is a label, not its place in a list.
        # ~ place among all labels: np.bincount(np.searchsorted(np.unique(y_train), near)).argmax()
        #     | The answer is a label, not its place in a list.
        # ~ shift not undone: labels[votes.argmax()] - y_train.min()
        #     | What was subtracted for counting comes back afterward.
        # ~ counted by place: np.bincount(near % (y_train.max() + 1)).argmax()
        #     | Labels may be any integers: which entry of an array has the index −2?
        # ~ counts of negative labels: np.bincount(near).argmax()
        #     | Labels may be any integers: what does np.bincount take?
        # ~ mean label: int(np.rint(near.mean())) | Labels are names; their mean means nothing.
        # ~ votes by distance: labels[np.argmax([(1 / np.sort(distance)[:k])[near == v].sum() for v
        #     in labels])] | Every neighbor has one vote.
    return y_pred
