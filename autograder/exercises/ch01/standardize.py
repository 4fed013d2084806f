"""Standardized features: mean 0 and deviation 1 in training, the same map for the test set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Probe, case, unpack
from autograder.checking.kinds import function, leads
from autograder.checking.values import plain


def shifted_and_stretched(rng: np.random.Generator) -> Iterator[Case]:
    """Features of different means and spreads; more and fewer test rows than training rows."""
    for n, m, d in ((6, 4, 3), (5, 7, 2)):
        scale, shift = rng.uniform(0.5, 5, d), rng.uniform(-9, 9, d)
        x_train, x_test = (rng.standard_normal((rows, d)) * scale + shift for rows in (n, m))
        yield case(x_train=x_train, x_test=x_test, N=n, D=d)
    x_train, x_test = 1e-3 * rng.standard_normal((5, 3)), 1e-3 * rng.standard_normal((3, 3))
    x_train[-1, 0] = x_train[0, 0]  # two equal numbers make no constant feature
    yield case("features of size 0.001", x_train=x_train, x_test=x_test, N=5, D=3)


def constant_feature(f: Any, case: Case) -> dict[str, Any]:
    """The constant feature: 0 in training; in the test set any finite number where it differs."""
    results = unpack(f.standardize(*case.args), ("z_train", "z_test"), "standardize")
    z_train, z_test = (plain(v) for v in results)
    finite = bool(isinstance(z_test, np.ndarray) and np.all(np.isfinite(z_test)))
    column = case["column"]
    free = case["x_test"][:, column] != case["x_train"][0, column]
    if finite and z_test.shape == case["x_test"].shape:
        z_test = z_test.copy()
        z_test[free, column] = 0.0
    return {"z_train": z_train, "z_test": z_test, "test set finite": finite}


def constant_probes(drawn: list[Case], _rng: np.random.Generator) -> list[Probe]:
    """Numbers whose mean is exact, and 0.1, where rounding leaves a tiny deviation, not 0."""
    probes = []
    for value, column in ((3.0, 1), (0.0, 0), (0.1, 2)):
        x_train, x_test = drawn[0]["x_train"].copy(), drawn[0]["x_test"].copy()
        x_train[:, column] = x_test[0, column] = value
        label = f"feature {column} is {value:g} in every training row"
        made = case(label, x_train=x_train, x_test=x_test, given={"column": column})
        probes.append(Probe("constant feature", made, constant_feature))
    return probes


@function(
    says="standardized features",
    group="data",
    cases=shifted_and_stretched,
    more=constant_probes,
    never_one="N",  # one example has no spread
    whole="x_train x_test",
    outputs="z_train: example feature, z_test: example feature",
    forbids=("scipy.stats.zscore",),
)
@leads(
    "What is known about the test set when the model is fitted? Nothing: its numbers come"
    " from the training set.",
    "Both sets become (x − mean) / std, the mean and std of the training columns; where "
    "largest and smallest value agree, only the mean goes.",
)
def standardize(x_train, x_test):
    """(x - mean) / std of the training set for both; a constant feature is only centered."""
    mean = x_train.mean(axis=0)
    # ~ median for mean: np.median(x_train, axis=0) | Which of the two is moved by one far
    #     number?
    # ~ joint statistics: np.concatenate([x_train, x_test]).mean(axis=0)
    #     | May the test set be looked at before the end?
    # ~ wrong axis: x_train.mean(axis=1, keepdims=True)[:len(x_test)].mean() + 0 * x_train[0]
    #     | One mean for each feature, not for each example.
    # ~ one mean for all: x_train.mean() + 0 * x_train[0] | One mean for each feature.
    # ~ no axis: x_train.mean() | One mean and one deviation for each feature: over which axis?
    std = x_train.std(axis=0)
    # ~ size for deviation: np.sqrt((x_train**2).mean(axis=0)) | A deviation is measured from
    #     the mean, not from zero.
    # ~ joint statistics: np.concatenate([x_train, x_test]).std(axis=0)
    # ~ variance for deviation: x_train.var(axis=0) | In which unit is the result?
    # ~ unbiased deviation: x_train.std(axis=0, ddof=1) | The deviation here divides by N.
    # ~ one deviation for all: x_train.std() + 0 * x_train[0] | One deviation for each feature.
    # ~ range for deviation: np.ptp(x_train, axis=0) | That scales to the range from 0 to 1.
    # ~ no axis: x_train.std()
    std = np.where(x_train.max(axis=0) == x_train.min(axis=0), 1.0, std)
    # ~ small number added: std + 1e-8
    #     | How large is 1e-8 beside the deviation of a feature that is small itself?
    # ~ deviation compared with zero: np.where(std == 0, 1.0, std)
    #     | 0.1 six times over: is the computed deviation exactly 0?
    # ~ constant feature divides by zero: pass
    #     | What is the deviation of a feature that never changes?
    return (x_train - mean) / std, (x_test - mean) / std
    # ~ test mean: (x_test - mean) => (x_test - x_test.mean(axis=0))
    #     | The model has learned the training scale: new data gets the same one.
    # ~ test statistics: (x_test - mean) / std => (x_test - x_test.mean(axis=0)) /
    #     x_test.std(axis=0) | May the test set be looked at before the end?
    # ~ test left as it was: (x_test - mean) / std => x_test.astype(float)
    #     | Both sets go through the same map.
    # ~ range for deviation: [(x - x_train.min(axis=0)) / np.where(np.ptp(x_train, axis=0) > 0,
    #     np.ptp(x_train, axis=0), 1.0) for x in (x_train, x_test)]
    # ~ not centered: x_train / std, x_test / std | The mean should become zero.
    # ~ not scaled: x_train - mean, x_test - mean | The deviation should become one.
    # ~ changes inputs: x_train -= mean; x_test -= mean; return x_train / std, x_test / std
    #     | The caller still needs the raw data.
    # ~ constant feature left as it was: [(x - np.where(np.ptp(x_train, axis=0) == 0, 0.0, mean)) /
    #     std for x in (x_train, x_test)] | It becomes 0: what is subtracted from any feature?
    # ~ constant features dropped: [z[:, np.ptp(x_train, axis=0) > 0] for z in ((x_train - mean) /
    #     std, (x_test - mean) / std)] | Each result has the shape of its input.
    # ~ first two exchanged
    # ~ by rows: [(x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True) for x in
    #     (x_train, x_test)] | One mean for each feature, not for each example.
