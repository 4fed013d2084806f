"""Polynomial features, ridge regression, cross-validation, bias and variance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import (
    Against,
    Case,
    Output,
    Probe,
    StructureError,
    case,
    unpack,
    wrong,
)
from autograder.checking.kinds import build, function
from autograder.checking.messages import translate
from autograder.checking.values import plain


def polynomial_features(x, degree):
    """phi[n, j] = x[n]**j for j = 0 … degree."""
    return np.stack([x**j for j in range(degree + 1)], axis=1).astype(float)


def polynomial_cases(rng: np.random.Generator) -> Iterator[Case]:
    """More rows than columns and fewer; degree 0; zero among the points, where 0**0 is 1."""
    for n, degree in ((4, 3), (3, 5), (6, 0), (5, 1)):
        x = rng.uniform(-2, 2, n)
        x[1] = 0.0
        yield case(f"degree {degree}, N = {n}", x=x, degree=degree, N=n)


POLYNOMIAL = function(
    polynomial_features, chapter=1, summary="powers of x", cases=polynomial_cases, whole="x",
    outputs=[Output("phi", axes=("example", "power"))],
    mistakes=[
        wrong("constant_missing", "Which power belongs to column 0?", "range(degree + 1)", "range(1, degree + 1)", "np.stack([", "np.stack([0 * x] * (degree == 0) + ["),
        wrong("highest_missing", "How many powers are there from 0 to degree?", "range(degree + 1)", "range(max(degree, 1))"),
        wrong("highest_first", "Column j holds the power j.", "range(degree + 1)", "range(degree, -1, -1)"),
        wrong("transposed", "One row for each example.", "axis=1", "axis=0"),
        wrong("multiples_for_powers", "A power, not a multiple.", "x**j", "x * j"),
        wrong("bases_swapped", "Which is the base, which the exponent?", "x**j", "j**np.abs(x)"),
        wrong("one_power_too_many", "The last column is x to the power degree.", "range(degree + 1)", "range(degree + 2)"),
        wrong("absolute_values", "Odd powers of negative numbers are negative.", "x**j", "np.abs(x)**j"),
        wrong("column_of_zeros", "What is x to the power 0?", "x**j for", "x**j * (j > 0) for"),
    ],
)  # fmt: skip


def ridge_fit(phi, y, lam):
    """The w that minimises ‖phi·w − y‖² + lam·‖w[1:]‖²."""
    penalty = lam * np.eye(phi.shape[1])
    penalty[0, 0] = 0
    return np.linalg.solve(phi.T @ phi + penalty, phi.T @ y)


def ridge_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Targets with a large mean, so that penalising the constant shows; lam = 0; more columns than rows."""
    for n, d, lam in ((8, 3, 0.5), (6, 4, 10.0), (7, 3, 0.0), (4, 6, 1.0)):
        phi = np.column_stack([np.ones(n), rng.standard_normal((n, d - 1)) + 0.5])
        yield case(
            f"lam = {lam:g}, N = {n}, {d} columns",
            phi=phi,
            y=5 + 2 * rng.standard_normal(n),
            lam=lam,
            N=n,
            D=d,
        )


RIDGE = function(
    ridge_fit, chapter=1, summary="ridge regression with a free constant", cases=ridge_cases, whole="phi y",
    outputs=[Output("w", tol=1e-6, axes=("weight",))],
    mistakes=[
        wrong("constant_penalised", "Should the fit change when all targets are raised by 100?", "    penalty[0, 0] = 0\n", ""),
        wrong("last_column_free", "Which column holds the constant?", "penalty[0, 0] = 0", "penalty[-1, -1] = 0"),
        wrong("penalty_times_n", "The squared errors are added up, not averaged.", "lam * np.eye(phi.shape[1])", "lam * len(y) * np.eye(phi.shape[1])"),
        wrong("penalty_halved", "Compare with the factor in the criterion.", "lam * np.eye", "lam / 2 * np.eye"),
        wrong("penalty_doubled", "Compare with the factor in the criterion.", "lam * np.eye", "2 * lam * np.eye"),
        wrong("penalty_squared", "lam enters as it is.", "lam * np.eye", "lam**2 * np.eye"),
        wrong("no_penalty", "Where does lam enter?", "np.linalg.solve(phi.T @ phi + penalty, phi.T @ y)", "np.linalg.lstsq(phi, y, rcond=None)[0]"),
        wrong("sign", "A penalty makes the weights smaller.", "phi.T @ phi + penalty", "phi.T @ phi - penalty"),
        wrong("everywhere", "lam belongs on the diagonal.", "lam * np.eye(phi.shape[1])", "lam * np.ones((phi.shape[1], phi.shape[1]))"),
        wrong("constant_column_added", "phi holds the constant already.", "    penalty = lam", "    phi = np.column_stack([np.ones(len(phi)), phi])\n    penalty = lam"),
        wrong("centred_targets", "The constant takes care of the mean.", "phi.T @ y", "phi.T @ (y - y.mean())"),
    ],
)  # fmt: skip


def k_fold_indices(n, k, rng):
    """Shuffle range(n), cut it into k parts, let each be the validation set once."""
    folds = np.array_split(rng.permutation(n), k)
    return [(np.concatenate(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k)]


def fold_cases(rng: np.random.Generator) -> Iterator[Case]:
    """n that divides by k and n that does not; as many folds as examples."""
    for n, k in ((10, 3), (12, 4), (11, 4), (5, 5), (7, 2)):
        yield case(
            f"n = {n}, k = {k}",
            n=n,
            k=k,
            rng=np.random.default_rng(int(rng.integers(2**31))),
            N=n,
            K=k,
        )


def folds_of(
    f: Any, n: int, k: int, rng: np.random.Generator
) -> list[tuple[np.ndarray, np.ndarray]]:
    """The returned folds as arrays of whole numbers."""
    result = plain(f.k_fold_indices(n, k, rng))
    if type(result) not in (list, tuple):
        raise StructureError(
            translate("k_fold_indices returned no list; expected a list of (train_idx, val_idx)")
        )
    pairs = []
    for pair in result:
        train, val = (
            np.asarray(v)
            for v in unpack(pair, ("train_idx", "val_idx"), translate("a fold of k_fold_indices"))
        )
        if not all(v.ndim == 1 and (v.dtype.kind in "iu" or v.size == 0) for v in (train, val)):
            raise StructureError(
                translate("a fold holds no one-dimensional arrays of whole numbers")
            )
        pairs.append((train.astype(int), val.astype(int)))
    return pairs


def fold_facts(f: Any, case: Case) -> dict[str, Any]:
    """Partition, sizes and complements, whatever the order inside a part."""
    n, k = case["n"], case["k"]
    pairs = folds_of(f, n, k, case["rng"])
    sizes = [len(val) for _, val in pairs]
    return {
        "number of folds": Against(len(pairs), k),
        "validation parts together": Against(
            np.sort(np.concatenate([np.zeros(0, int), *[v for _, v in pairs]])), np.arange(n)
        ),
        "smallest and largest part": Against(
            [min(sizes, default=0), max(sizes, default=0)], [n // k, -(-n // k)]
        ),
        "each training part is the rest": Against(
            all(np.array_equal(np.sort(t), np.setdiff1d(np.arange(n), v)) for t, v in pairs), True
        ),
    }


def fold_order(f: Any, case: Case) -> dict[str, Any]:
    """Shuffled by rng: the same state gives the same parts, another state other parts."""
    seed, n = case["seed"], 60

    def parts(generator: np.random.Generator) -> list[tuple[int, ...]]:
        return [tuple(sorted(int(i) for i in v)) for _, v in folds_of(f, n, 3, generator)]

    shared = np.random.default_rng(seed + 1)
    first, again, other, later = (
        parts(np.random.default_rng(seed)),
        parts(np.random.default_rng(seed)),
        parts(shared),
        parts(shared),
    )
    # Neither blocks of neighbours nor every third number: both have probability below 1e-20 in a shuffle.
    blocks = any(
        len(p) and (p[-1] - p[0] == len(p) - 1 or len({i % 3 for i in p}) == 1) for p in first
    )
    return {
        "same parts from the same rng state": Against(first == again, True),
        "another rng gives other parts": Against(first == other, False),
        "a second call gives other parts": Against(other == later, False),
        "parts are shuffled": Against(blocks, False),
    }


K_FOLD = build(
    k_fold_indices, chapter=1, summary="the parts of a k-fold cross-validation", cases=fold_cases, trial=fold_facts, outputs=(), randomness=True,
    probes=lambda ex, drawn, rng: [*[Probe("values", c) for c in drawn],
                                   Probe("order from rng", Case("n = 60, k = 3", {}, {"seed": int(rng.integers(2**31))}), fold_order)],
    mistakes=[
        wrong("not_shuffled", "Data often comes sorted.", "rng.permutation(n)", "np.arange(n)"),
        wrong("rest_dropped", "What happens to the examples that are left over?", "np.array_split(rng.permutation(n), k)", "np.split(rng.permutation(n)[: n // k * k], k)"),
        wrong("rest_in_the_last", "The sizes differ by at most one.", "np.array_split(rng.permutation(n), k)",
              "[p for p in np.split(rng.permutation(n), [n // k * i for i in range(1, k)])]"),
        wrong("validation_in_training", "No example is in both parts.", "folds[:i] + folds[i + 1 :]", "folds"),
        wrong("training_is_the_neighbour", "Training takes all other parts.", "np.concatenate(folds[:i] + folds[i + 1 :])", "folds[(i + 1) % k]"),
        wrong("parts_swapped", "Which of the two is the small one?", "(np.concatenate(folds[:i] + folds[i + 1 :]), folds[i])", "(folds[i], np.concatenate(folds[:i] + folds[i + 1 :]))"),
        wrong("drawn_with_replacement", "Each example is in exactly one validation part.", "rng.permutation(n)", "rng.integers(0, n, n)"),
        wrong("independent_draws", "The validation parts form a partition.", "for i in range(k)]", "for i in range(k) if folds.__setitem__(slice(None), np.array_split(rng.permutation(n), k)) is None]"),
        wrong("own_generator", "The rng is passed in.", "rng.permutation", "np.random.default_rng(0).permutation"),
        wrong("global_random", "The global random state is left alone.", "rng.permutation", "np.random.permutation"),
        wrong("one_fold_missing", "Each of the k parts has its turn.", "for i in range(k)]", "for i in range(k - 1)]"),
        wrong("every_kth", "A fixed pattern is no shuffle.", "np.array_split(rng.permutation(n), k)", "[np.arange(n)[j::k] for j in range(k)]"),
    ],
)  # fmt: skip


def bias_variance(predictions, target):
    """Mean over points of (mean prediction − target)² and of the variance over runs."""
    mean = predictions.mean(axis=0)
    bias_squared = np.mean((mean - target) ** 2)
    variance = np.mean(((predictions - mean) ** 2).mean(axis=0))
    return float(bias_squared), float(variance)


def spread_cases(rng: np.random.Generator) -> Iterator[Case]:
    """More runs than points and fewer; the bias differs from point to point."""
    for runs, n in ((5, 3), (3, 7)):
        target = rng.standard_normal(n)
        yield case(
            predictions=target
            + rng.uniform(-2, 2, n)
            + rng.standard_normal((runs, n)) * rng.uniform(0.5, 2, n),
            target=target,
            R=runs,
            N=n,
        )


BIAS_VARIANCE = function(
    bias_variance, chapter=1, summary="bias squared and variance of predictions over runs", cases=spread_cases, outputs="bias_squared variance",
    whole="predictions target",
    mistakes=[
        wrong("wrong_axis", "Average over runs first; runs are the rows.", "predictions.mean(axis=0)", "predictions.mean(axis=1, keepdims=True)"),
        wrong("bias_not_squared", "The bias enters squared.", "np.mean((mean - target) ** 2)", "np.mean(np.abs(mean - target))"),
        wrong("mean_before_square", "Biases of opposite sign must not cancel.", "np.mean((mean - target) ** 2)", "np.mean(mean - target) ** 2"),
        wrong("error_for_bias", "The bias is that of the mean prediction.", "np.mean((mean - target) ** 2)", "np.mean((predictions - target) ** 2)"),
        wrong("unbiased_variance", "The variance divides by R.", "((predictions - mean) ** 2).mean(axis=0)", "predictions.var(axis=0, ddof=1)"),
        wrong("deviation_for_variance", "A variance is a squared deviation.", "((predictions - mean) ** 2).mean(axis=0)", "predictions.std(axis=0)"),
        wrong("variance_over_points", "How do the runs differ at one point?", "((predictions - mean) ** 2).mean(axis=0)", "predictions.var(axis=1)"),
        wrong("variance_around_target", "Variance is measured from the mean prediction.", "((predictions - mean) ** 2)", "((predictions - target) ** 2)"),
        wrong("overall_variance", "Points differ too; that is no variance of the model.", "np.mean(((predictions - mean) ** 2).mean(axis=0))", "predictions.var()"),
        wrong("summed", "Average over the points.", "bias_squared = np.mean(", "bias_squared = np.sum("),
        wrong("variance_summed", "Average over the points.", "variance = np.mean(", "variance = np.sum("),
        wrong("results_swapped", "Compare with the order in the signature.", "return float(bias_squared), float(variance)", "return float(variance), float(bias_squared)"),
        wrong("per_point", "Two numbers are asked for.", "float(bias_squared), float(variance)", "(mean - target) ** 2, predictions.var(axis=0)"),
    ],
)  # fmt: skip
