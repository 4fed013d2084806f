"""Standardising, PCA, nearest neighbours, k-means: what distances and variances say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Output, case, unpack
from autograder.checking.kinds import changed, function, snapshot
from autograder.checking.values import plain


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


@function(
    says="principal components",
    group="data",
    cases=pca_cases,
    trial=pca_trial,
    outputs=[
        Output("components", tol=1e-5, axes=("component", "feature")),
        Output("explained_variance_ratio", tol=1e-5, axes=("component",)),
    ],
)
def pca(x, k):
    """The k unit directions of largest variance, and their shares of the total variance."""
    centred = x - x.mean(axis=0)  # ~ not centred: x | Variance is measured from the mean.
    # ~ centred by row: x - x.mean(axis=1, keepdims=True) | One mean for each feature.
    # ~ standardised: (x - x.mean(axis=0)) / x.std(axis=0) | Centre, but do not scale.
    _, s, vt = np.linalg.svd(centred, full_matrices=False)
    ratio = s**2 / np.sum(s**2)
    # ~ ratio of the chosen: s**2 / np.sum(s[:k]**2)
    #     | The share is of the total variance, of all D directions.
    # ~ ratio of deviations: s**2 => s | Variance is the square of a deviation.
    # ~ variance for ratio: s**2 / len(x) | A ratio lies between 0 and 1.
    return vt[:k], ratio[:k]
    # ~ rows and columns swapped: vt => vt.T
    #     | Where does numpy keep an eigenvector: in a row or in a column?
    # ~ components in columns: vt[:k] => vt[:k].T | components is (k, D): one component in each row.
    # ~ smallest first: vt[::-1][:k], ratio[::-1][:k] | The largest variance comes first.
    # ~ order of eigh: vt[:k][::-1], ratio[:k][::-1] | eigh sorts from small to large.
    # ~ cumulative: ratio => np.cumsum(ratio) | Each component's own share.
    # ~ scaled components: vt[:k] => s[:k, None] * vt[:k] | Components have length one.
    # ~ all components: vt, ratio | Only k are asked for.
