"""Principal components: the directions of largest variance and their shares of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Probe, case, unpack
from autograder.checking.kinds import changed, function, leads, snapshot
from autograder.checking.values import plain


def oblique_clouds(rng: np.random.Generator) -> Iterator[Case]:
    """More examples than features, and as many; some of the directions asked for and all."""
    yield cloud(rng, 12, 4, 2)
    yield cloud(rng, 9, 3, 3)
    yield cloud(rng, 5, 5, 2)


def few_examples(_drawn: list[Case], rng: np.random.Generator) -> list[Probe]:
    """N < D: some directions have no variance, and where wrong codes put them is left open."""
    return [Probe("fewer examples than features", cloud(rng, 5, 7, 3))]


def cloud(rng: np.random.Generator, n: int, d: int, k: int) -> Case:
    """Clearly different variances along oblique directions, a mean far from zero."""
    spread = np.array([5.0, 2.5, 1.2, 0.6, 0.3, 0.15, 0.07])[:d]
    directions = np.linalg.qr(rng.standard_normal((d, d)))[0]
    ones_first = np.column_stack([np.ones(n), rng.standard_normal((n, min(n - 1, d)))])
    scores = np.linalg.qr(ones_first)[0][:, 1:]  # columns of mean zero, uncorrelated
    rank = scores.shape[1]
    x = scores * spread[:rank] @ directions[:rank] * 3 + rng.uniform(3, 9, d)
    return case(x=x, k=k, N=n, D=d, K=k)


def sign_free(f: Any, case: Case) -> dict[str, Any]:
    """A direction's sign is free: every row is turned so that its largest entry is positive."""
    kept = snapshot(case.inputs)
    names = ("components", "explained_variance_ratio")
    rows, ratio = (plain(v) for v in unpack(f.pca(*case.args), names, "pca"))
    if isinstance(rows, np.ndarray) and rows.ndim == 2 and rows.size and rows.dtype.kind == "f":
        top = np.take_along_axis(rows, np.abs(rows).argmax(axis=1)[:, None], axis=1)
        rows = rows * np.where(top < 0, -1.0, 1.0)
    return {
        **dict(zip(names, (rows, ratio), strict=True)),
        "!changed": lambda: changed(kept, case.inputs),
    }


@function(
    says="principal components",
    group="data",
    cases=oblique_clouds,
    trial=sign_free,
    more=few_examples,
    outputs="components: component feature, explained_variance_ratio: component",
    tol=1e-5,
    never_one="N D all",  # k directions need k features
)
@leads(
    "The directions of largest variance are eigenvectors of the covariance matrix, and "
    "their variances are the eigenvalues.",
    "Center x; the matrix is (D, D); sort its eigenvalues from the largest down, and "
    "divide by their sum.",
)
def pca(x, k):
    """The k unit directions of largest variance, and their shares of the total variance."""
    centered = x - x.mean(axis=0)  # ~ not centered: x | Variance is measured from the mean.
    # ~ centered by row: x - x.mean(axis=1, keepdims=True) | One mean for each feature.
    # ~ standardized: (x - x.mean(axis=0)) / x.std(axis=0) | Center, but do not scale.
    # ~ one mean for all: x - x.mean() | One mean for each feature.
    _, s, vt = np.linalg.svd(centered, full_matrices=False)
    # ~ examples for features: _, s, vt = np.linalg.svd((x - x.mean(axis=1, keepdims=True)).T,
    #     full_matrices=False) | The covariance matrix is one of features: which shape has it?
    ratio = s**2 / np.sum(s**2)
    # ~ two divisors: s**2 / (len(x) - 1) / np.sum(x.var(axis=0))
    #     | N in the one variance, N − 1 in the other: what is the sum of all shares?
    # ~ ratio of the chosen: s**2 / np.sum(s[:k]**2)
    #     | The share is of the total variance, of all D directions.
    # ~ ratio of deviations: s**2 => s | Variance is the square of a deviation.
    # ~ variance for ratio: s**2 / (len(x) - 1)
    # ~ variance for ratio: s**2 / len(x) | A ratio lies between 0 and 1.
    return vt[:k], ratio[:k]
    # ~ coordinates for components: vt[:k] => (centered @ vt[:k].T).T
    #     | A component is a direction, one number for each feature. What has a number for each
    #     example?
    # ~ rows and columns swapped: vt => vt.T
    #     | Where does numpy keep an eigenvector: in a row or in a column?
    # ~ components in columns: vt[:k] => vt[:k].T | components is (k, D): one component in each row.
    # ~ smallest first: vt[::-1][:k], ratio[::-1][:k] | The largest variance comes first.
    # ~ order of eigh: vt[:k][::-1], ratio[:k][::-1] | eigh sorts from small to large.
    # ~ cumulative: ratio => np.cumsum(ratio) | Each component's own share.
    # ~ scaled components: vt[:k] => s[:k, None] * vt[:k] | Components have length one.
    # ~ all components: vt, ratio | Only k are asked for.
    # ~ loadings: vt[:k] => s[:k, None] / np.sqrt(len(x)) * vt[:k]
    #     | Components have length one: how long are yours?
    # ~ sample loadings: vt[:k] => s[:k, None] / np.sqrt(len(x) - 1) * vt[:k]
    # ~ rows cut first: vt[:k] => vt.T[:k].T
    #     | Which axis counts the components, which the features, when you cut?
    # ~ rows of eigh: _, vectors = np.linalg.eigh(centered.T @ centered); return vectors[::-1][:k],
    #     ratio[:k] | Where does numpy keep an eigenvector: in a row or in a column?
