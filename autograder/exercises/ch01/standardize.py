"""Standardising, PCA, nearest neighbours, k-means: what distances and variances say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Output, Probe, case, unpack
from autograder.checking.kinds import function
from autograder.checking.values import plain


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


@function(
    says="standardised features",
    group="data",
    cases=standardize_cases,
    more=constant_probes,
    whole="x_train x_test",
    outputs=[
        Output("z_train", axes=("example", "feature")),
        Output("z_test", axes=("example", "feature")),
    ],
    forbids=("scipy.stats.zscore",),
)
def standardize(x_train, x_test):
    """(x - mean) / std of the training set for both; a constant feature is only centred."""
    mean = x_train.mean(axis=0)
    # ~ joint statistics: both = np.concatenate([x_train, x_test]); mean = both.mean(axis=0); std =
    #     both.std(axis=0) | May the test set be looked at before the end?
    # ~ wrong axis: x_train.mean(axis=1, keepdims=True)[:len(x_test)].mean() + 0 * x_train[0]
    #     | One mean for each feature, not for each example.
    # ~ one mean for all: x_train.mean() + 0 * x_train[0] | One mean for each feature.
    std = x_train.std(axis=0)  # ~ joint statistics: pass
    # ~ unbiased deviation: x_train.std(axis=0, ddof=1) | The deviation here divides by N.
    # ~ variance for deviation: x_train.var(axis=0) | In which unit is the result?
    # ~ one deviation for all: x_train.std() + 0 * x_train[0] | One deviation for each feature.
    # ~ range for deviation: np.ptp(x_train, axis=0) | That scales to the range from 0 to 1.
    std = np.where(std == 0, 1.0, std)
    # ~ constant feature divides by zero: std
    #     | What is the deviation of a feature that never changes?
    return (x_train - mean) / std, (x_test - mean) / std
    # ~ test statistics: (x_test - mean) / std => (x_test - x_test.mean(axis=0)) /
    #     x_test.std(axis=0) | May the test set be looked at before the end?
    # ~ not centred: x_train / std, x_test / std | The mean should become zero.
    # ~ not scaled: x_train - mean, x_test - mean | The deviation should become one.
    # ~ test left as it was: (x_test - mean) / std => x_test.astype(float)
    #     | Both sets go through the same map.
    # ~ changes inputs: x_train -= mean; x_test -= mean; return (x_train / std, x_test / std)
    #     | The caller still needs the raw data.
