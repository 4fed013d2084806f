"""Standardising, PCA, nearest neighbours, k-means: what distances and variances say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Output, Probe, case, unpack, wrong
from autograder.checking.kinds import changed, function, snapshot
from autograder.checking.values import plain


def standardize(x_train, x_test):
    """(x - mean) / std of the training set for both; a constant feature is only centred."""
    mean = x_train.mean(axis=0)
    std = x_train.std(axis=0)
    std = np.where(std == 0, 1.0, std)
    return (x_train - mean) / std, (x_test - mean) / std


def standardize_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Features of different means and spreads; more and fewer test rows than training rows."""
    for n, m, d in ((6, 4, 3), (5, 7, 2)):
        scale, shift = rng.uniform(0.5, 5, d), rng.uniform(-9, 9, d)
        yield case(
            x_train=rng.standard_normal((n, d)) * scale + shift,
            x_test=rng.standard_normal((m, d)) * scale + shift,
            N=n,
            D=d,
        )


def constant_feature(f: Any, case: Case) -> dict[str, Any]:
    """The constant feature is 0 in the training set and finite in the test set; which finite number is free."""
    z_train, z_test = (
        plain(v) for v in unpack(f.standardize(*case.args), ("z_train", "z_test"), "standardize")
    )
    finite = bool(isinstance(z_test, np.ndarray) and np.all(np.isfinite(z_test)))
    free = case["x_test"][:, case["column"]] != case["x_train"][0, case["column"]]
    if finite and z_test.shape == case["x_test"].shape:
        z_test = z_test.copy()
        z_test[free, case["column"]] = 0.0
    return {"z_train": z_train, "z_test": z_test, "test set finite": finite}


def constant_probes(drawn: list[Case], rng: np.random.Generator) -> list:
    """A feature that is the same number in every training row: one whose mean is exact, so that its deviation is 0."""
    probes = []
    for value, column in ((3.0, 1), (0.0, 0)):
        x_train, x_test = drawn[0]["x_train"].copy(), drawn[0]["x_test"].copy()
        x_train[:, column] = value
        x_test[0, column] = value
        made = case(
            f"feature {column} is {value:g} in every training row",
            x_train=x_train,
            x_test=x_test,
            given={"column": column},
        )
        probes.append(Probe("constant feature", made, constant_feature, quiet=False))
    return probes


STANDARDIZE = function(
    standardize, chapter=1, summary="standardised features", cases=standardize_cases, more=constant_probes, whole="x_train x_test",
    outputs=[Output("z_train", axes=("example", "feature")), Output("z_test", axes=("example", "feature"))],
    forbids=("scipy.stats.zscore",),
    mistakes=[
        wrong("test_statistics", "May the test set be looked at before the end?", "(x_test - mean) / std", "(x_test - x_test.mean(axis=0)) / x_test.std(axis=0)"),
        wrong("joint_statistics", "May the test set be looked at before the end?", "    mean = x_train.mean(axis=0)\n    std = x_train.std(axis=0)\n",
              "    both = np.concatenate([x_train, x_test])\n    mean = both.mean(axis=0)\n    std = both.std(axis=0)\n"),
        wrong("unbiased_deviation", "The deviation here divides by N.", "x_train.std(axis=0)", "x_train.std(axis=0, ddof=1)"),
        wrong("variance_for_deviation", "In which unit is the result?", "x_train.std(axis=0)", "x_train.var(axis=0)"),
        wrong("wrong_axis", "One mean for each feature, not for each example.", "mean = x_train.mean(axis=0)", "mean = x_train.mean(axis=1, keepdims=True)[: len(x_test)].mean() + 0 * x_train[0]"),
        wrong("one_mean_for_all", "One mean for each feature.", "mean = x_train.mean(axis=0)", "mean = x_train.mean() + 0 * x_train[0]"),
        wrong("one_deviation_for_all", "One deviation for each feature.", "std = x_train.std(axis=0)", "std = x_train.std() + 0 * x_train[0]"),
        wrong("constant_feature_divides_by_zero", "What is the deviation of a feature that never changes?", "np.where(std == 0, 1.0, std)", "std"),
        wrong("not_centred", "The mean should become zero.", "(x_train - mean) / std, (x_test - mean) / std", "x_train / std, x_test / std"),
        wrong("not_scaled", "The deviation should become one.", "(x_train - mean) / std, (x_test - mean) / std", "x_train - mean, x_test - mean"),
        wrong("test_left_as_it_was", "Both sets go through the same map.", "(x_test - mean) / std", "x_test.astype(float)"),
        wrong("range_for_deviation", "That scales to the range from 0 to 1.", "std = x_train.std(axis=0)", "std = np.ptp(x_train, axis=0)"),
        wrong("changes_inputs", "The caller still needs the raw data.", "return (x_train - mean) / std, (x_test - mean) / std",
              "x_train -= mean\n    x_test -= mean\n    return x_train / std, x_test / std"),
    ],
)  # fmt: skip


def pca(x, k):
    """The k unit directions of largest variance, and their shares of the total variance."""
    centred = x - x.mean(axis=0)
    _, s, vt = np.linalg.svd(centred, full_matrices=False)
    ratio = s**2 / np.sum(s**2)
    return vt[:k], ratio[:k]


def pca_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Clearly different variances along oblique directions, a mean far from zero; more and fewer examples than features."""
    for n, d, k in ((12, 4, 2), (9, 3, 3), (5, 7, 3)):
        spread = np.array([5.0, 2.5, 1.2, 0.6, 0.3, 0.15, 0.07])[:d]
        turn = np.linalg.qr(rng.standard_normal((d, d)))[0]
        left = np.linalg.qr(np.column_stack([np.ones(n), rng.standard_normal((n, min(n - 1, d)))]))[
            0
        ][:, 1:]
        x = left * spread[: left.shape[1]] @ turn[: left.shape[1]] * 3 + rng.uniform(3, 9, d)
        yield case(x=x, k=k, N=n, D=d, K=k)


def pca_trial(f: Any, case: Case) -> dict[str, Any]:
    """A direction's sign is free: every row is turned so that its largest entry is positive."""
    kept = snapshot(case.inputs)
    components, ratio = (
        plain(v)
        for v in unpack(f.pca(*case.args), ("components", "explained_variance_ratio"), "pca")
    )
    if (
        isinstance(components, np.ndarray)
        and components.ndim == 2
        and components.size
        and components.dtype.kind == "f"
    ):
        top = np.take_along_axis(components, np.abs(components).argmax(axis=1)[:, None], axis=1)
        components = components * np.where(top < 0, -1.0, 1.0)
    return {
        "components": components,
        "explained_variance_ratio": ratio,
        "!changed": lambda: changed(kept, case.inputs),
    }


PCA = function(
    pca, chapter=1, summary="principal components", cases=pca_cases, trial=pca_trial,
    # Eigenvectors of xᵀx are half as exact as singular vectors of x.
    outputs=[Output("components", tol=1e-5, axes=("component", "feature")), Output("explained_variance_ratio", tol=1e-5, axes=("component",))],
    mistakes=[
        wrong("not_centred", "Variance is measured from the mean.", "x - x.mean(axis=0)", "x"),
        wrong("rows_and_columns_swapped", "Where does numpy keep an eigenvector: in a row or in a column?", "vt[:k]", "vt.T[:k]" ),
        wrong("components_in_columns", "components is (k, D): one component in each row.", "vt[:k]", "vt[:k].T"),
        wrong("smallest_first", "The largest variance comes first.", "return vt[:k], ratio[:k]", "return vt[::-1][:k], ratio[::-1][:k]"),
        wrong("order_of_eigh", "eigh sorts from small to large.", "return vt[:k], ratio[:k]", "return vt[:k][::-1], ratio[:k][::-1]"),
        wrong("ratio_of_the_chosen", "The share is of the total variance, of all D directions.", "np.sum(s**2)", "np.sum(s[:k] ** 2)"),
        wrong("ratio_of_deviations", "Variance is the square of a deviation.", "s**2 / np.sum(s**2)", "s / np.sum(s)"),
        wrong("variance_for_ratio", "A ratio lies between 0 and 1.", "s**2 / np.sum(s**2)", "s**2 / len(x)"),
        wrong("cumulative", "Each component's own share.", "ratio[:k]", "np.cumsum(ratio)[:k]"),
        wrong("scaled_components", "Components have length one.", "vt[:k]", "s[:k, None] * vt[:k]"),
        wrong("centred_by_row", "One mean for each feature.", "x.mean(axis=0)", "x.mean(axis=1, keepdims=True)"),
        wrong("standardised", "Centre, but do not scale.", "centred = x - x.mean(axis=0)", "centred = (x - x.mean(axis=0)) / x.std(axis=0)"),
        wrong("all_components", "Only k are asked for.", "return vt[:k], ratio[:k]", "return vt, ratio"),
    ],
)  # fmt: skip


def knn_predict(x_train, y_train, x, k):
    """The majority label among the k nearest training points; a tie goes to the smallest label."""
    y_pred = np.zeros(len(x), dtype=int)
    for i in range(len(x)):
        distance = np.sqrt(((x_train - x[i]) ** 2).sum(axis=1))
        near = y_train[np.argsort(distance)[:k]]
        labels, votes = np.unique(near, return_counts=True)
        y_pred[i] = labels[votes.argmax()]
    return y_pred


def knn_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Labels with gaps and below zero; odd and even k; votes that tie; every distance different."""
    for n, m, d, k in ((12, 9, 3, 3), (10, 8, 2, 1), (11, 12, 4, 4), (9, 7, 2, 2), (6, 3, 2, 6)):
        labels = rng.permutation(np.array([7, -2, 3, 40]))[:3]
        y = labels[rng.permutation(np.arange(n) % 3)]
        x_train = rng.standard_normal((n, d)) + rng.uniform(-1, 1, d)
        # Stretched axes part Euclidean distance from sums of absolute differences.
        yield case(
            f"k = {k}, {n} training points",
            x_train=x_train * np.linspace(1, 2.5, d),
            y_train=y,
            x=rng.standard_normal((m, d)) * 1.5,
            k=k,
            N=n,
            M=m,
            D=d,
        )
    x_train = np.array([[0.0, 0], [1, 0], [0, 1.5], [5, 5], [5, 6.5], [6.1, 5]])
    yield case(
        "a tied vote",
        x_train=x_train,
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


def whole_number_points(drawn: list[Case], rng: np.random.Generator) -> list[Probe]:
    """Points on a grid whose distances all differ: among equal ones, right codes part ways."""
    while True:
        x_train, x = rng.integers(-9, 10, (8, 2)), rng.integers(-9, 10, (4, 2))
        squared = ((x[:, None] - x_train) ** 2).sum(axis=2)
        if all(len(set(row)) == len(row) for row in squared.tolist()):
            break
    made = case("whole-number inputs", x_train=x_train, y_train=rng.integers(0, 3, 8), x=x, k=3)
    return [Probe("whole numbers", made)]


KNN = function(
    knn_predict, chapter=1, summary="k nearest neighbours", cases=knn_cases, kind="int", outputs="y_pred", more=whole_number_points,
    forbids=("scipy.spatial.KDTree", "scipy.spatial.cKDTree"),
    mistakes=[
        wrong("nearest_only", "All k neighbours vote.", "[:k]", "[:1]"),
        wrong("one_neighbour_too_many", "How many entries has a slice up to k?", "[:k]", "[: k + 1]"),
        wrong("one_neighbour_skipped", "The query is not among the training points: the nearest one counts.", "[:k]", "[1 : k + 1]"),
        wrong("farthest", "argsort sorts from small to large.", "[:k]", "[-k:]"),
        wrong("tie_to_the_largest", "A tied vote goes to the smallest label.", "labels[votes.argmax()]", "labels[len(votes) - 1 - votes[::-1].argmax()]"),
        wrong("tie_to_the_nearest", "A tied vote goes to the smallest label, near or not.", "labels[votes.argmax()]", "next(v for v in near if votes[labels == v][0] == votes.max())"),
        wrong("position_for_label", "The answer is a label, not its place in a list.", "labels[votes.argmax()]", "votes.argmax()"),
        wrong("mean_label", "Labels are names; their mean means nothing.", "labels[votes.argmax()]", "int(np.rint(near.mean()))"),
        wrong("sum_of_differences", "Euclidean distance squares the differences.", "np.sqrt(((x_train - x[i]) ** 2).sum(axis=1))", "np.abs(x_train - x[i]).sum(axis=1)"),
        wrong("largest_difference", "Every coordinate counts.", "((x_train - x[i]) ** 2).sum(axis=1)", "((x_train - x[i]) ** 2).max(axis=1)"),
        wrong("signed_differences", "Differences of opposite sign must not cancel.", "((x_train - x[i]) ** 2).sum(axis=1)", "np.abs((x_train - x[i]).sum(axis=1))"),
        wrong("training_norm_missing", "|a − b|² has three parts.", "((x_train - x[i]) ** 2).sum(axis=1)", "np.maximum(0, 50 - 2 * x_train @ x[i] + x[i] @ x[i])"),
        wrong("largest_scalar_product", "A large scalar product is not a small distance.", "np.sqrt(((x_train - x[i]) ** 2).sum(axis=1))", "-(x_train @ x[i])"),
        wrong("votes_by_distance", "Every neighbour has one vote.", "labels[votes.argmax()]",
              "labels[np.argmax([(1 / np.sort(distance)[:k])[near == v].sum() for v in labels])]"),
    ],
)  # fmt: skip


def kmeans_step(x, centers):
    """Labels of the nearest old centre, then the mean of each cluster; an empty cluster keeps its centre."""
    distance = ((x[:, None, :] - centers[None, :, :]) ** 2).sum(axis=2)
    labels = distance.argmin(axis=1)
    new_centers = np.array(centers, dtype=float)
    for j in range(len(centers)):
        if np.any(labels == j):
            new_centers[j] = x[labels == j].mean(axis=0)
    return labels, new_centers


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


KMEANS = function(
    kmeans_step, chapter=1, summary="one step of k-means", cases=kmeans_cases, whole="x",
    outputs=[Output("labels", kind="int", axes=("example",)), Output("new_centers", axes=("cluster", "feature"))],
    mistakes=[
        wrong("empty_cluster_nan", "What is the mean of no points?", "        if np.any(labels == j):\n            new_centers[j] = x[labels == j].mean(axis=0)", "        new_centers[j] = x[labels == j].sum(axis=0) / np.sum(labels == j)"),
        wrong("empty_cluster_zero", "An empty cluster keeps its centre.", "np.array(centers, dtype=float)", "np.zeros(centers.shape)"),
        wrong("tie_to_the_higher", "A tie goes to the lower index.", "distance.argmin(axis=1)", "len(centers) - 1 - distance[:, ::-1].argmin(axis=1)"),
        wrong("farthest_centre", "Which centre is nearest?", "argmin", "argmax"),
        wrong("wrong_axis", "Each example chooses a centre, not the other way round.", "distance.argmin(axis=1)", "np.resize(distance.argmin(axis=0), len(x))"),
        wrong("sum_for_mean", "A centre is the mean of its points.", ".mean(axis=0)", ".sum(axis=0)"),
        wrong("divided_by_all", "Divide by the size of the cluster.", "x[labels == j].mean(axis=0)", "x[labels == j].sum(axis=0) / len(x)"),
        wrong("centers_not_moved", "Two things happen in a step.", "    for j in range(len(centers)):\n        if np.any(labels == j):\n            new_centers[j] = x[labels == j].mean(axis=0)\n", ""),
        wrong("labels_after_the_move", "The labels belong to the old centres.", "return labels, new_centers",
              "return ((x[:, None, :] - new_centers[None, :, :]) ** 2).sum(axis=2).argmin(axis=1), new_centers"),
        wrong("sum_of_differences", "Distance is Euclidean.", "((x[:, None, :] - centers[None, :, :]) ** 2)", "np.abs(x[:, None, :] - centers[None, :, :])"),
        wrong("median_for_mean", "A centre is the mean of its points.", "x[labels == j].mean(axis=0)", "np.median(x[labels == j], axis=0)"),
        wrong("changes_centers", "The old centres belong to the caller.", "np.array(centers, dtype=float)", "centers"),
        wrong("old_centre_averaged_in", "The old centre is no member of its cluster.", "x[labels == j].mean(axis=0)", "np.vstack([x[labels == j], centers[j]]).mean(axis=0)"),
        wrong("results_swapped", "Compare with the order in the signature.", "return labels, new_centers", "return new_centers, labels"),
    ],
)  # fmt: skip
