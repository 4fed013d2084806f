"""Batch normalization over the rows of a batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Output, case, unpack, wrong
from autograder.checking.kinds import pair


def batchnorm_forward(x, gamma, beta, state, momentum, eps, train):
    """Statistics of the batch in training, the running ones at test time."""
    if train:
        mean, var = x.mean(axis=0), x.var(axis=0)
        state_new = {
            "running_mean": momentum * state["running_mean"] + (1.0 - momentum) * mean,
            "running_var": momentum * state["running_var"] + (1.0 - momentum) * var,
        }
    else:
        mean, var = state["running_mean"], state["running_var"]
        state_new = state
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std, train), state_new


def batchnorm_backward(dout, cache):
    """In training mean and deviation depend on every x; at test time they are constants."""
    x_hat, gamma, std, train = cache
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    d = dout * gamma
    if train:
        d = d - d.mean(axis=0) - x_hat * (d * x_hat).mean(axis=0)
    return d / std, dgamma, dbeta


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Training with a small and a large eps, and test time; features of different mean and spread."""
    for n, d, momentum, eps, train in (
        (6, 3, 0.9, 1e-5, True),
        (5, 4, 0.3, 0.5, True),
        (6, 3, 0.7, 0.2, False),
    ):
        x = rng.uniform(0.4, 3.0, d) * rng.standard_normal((n, d)) + rng.uniform(
            0.5, 2.0, d
        ) * rng.choice([-1.0, 1.0], d)
        state = {"running_mean": rng.standard_normal(d), "running_var": rng.uniform(0.5, 3.0, d)}
        yield case(f"{'training' if train else 'test time'}, momentum {momentum}, eps {eps:g}", x=x, gamma=rng.uniform(0.5, 2.0, d) * rng.choice([-1.0, 1.0], d),
                   beta=rng.standard_normal(d), state=state, momentum=momentum, eps=eps, train=train, N=n, D=d)  # fmt: skip


def extreme(rng: np.random.Generator) -> Iterator[Case]:
    """A feature that never changes, and a very large one."""
    x = rng.standard_normal((6, 3))
    x[:, 0], x[:, 1] = 2.0, 1e4 * x[:, 1]
    state = {"running_mean": np.zeros(3), "running_var": np.ones(3)}
    yield case("a constant feature beside a very large one", x=x, gamma=rng.uniform(0.5, 2.0, 3), beta=rng.standard_normal(3), state=state,
               momentum=0.9, eps=1e-3, train=True, N=6, D=3)  # fmt: skip


def split(result: Any) -> tuple[dict[str, Any], Any]:
    """out and state_new are judged; the cache stands between them."""
    out, cache, state_new = unpack(result, ("out", "cache", "state_new"), "batchnorm_forward")
    return {"out": out, "state_new": state_new}, cache


def _updates_at_test_time(x, gamma, beta, state, momentum, eps, train):
    mean, var = (
        (x.mean(axis=0), x.var(axis=0)) if train else (state["running_mean"], state["running_var"])
    )
    state_new = {
        "running_mean": momentum * state["running_mean"] + (1.0 - momentum) * x.mean(axis=0),
        "running_var": momentum * state["running_var"] + (1.0 - momentum) * x.var(axis=0),
    }
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std, train), state_new


def _state_in_place(x, gamma, beta, state, momentum, eps, train):
    out, cache, state_new = batchnorm_forward(x, gamma, beta, state, momentum, eps, train)
    state.update(state_new)
    return out, cache, state


DX = "d = d - d.mean(axis=0) - x_hat * (d * x_hat).mean(axis=0)"
FORWARD, BACKWARD = pair(
    batchnorm_forward, batchnorm_backward, chapter=3, summary="batch normalization", cases=cases, extreme=extreme, split=split,
    cache="(x_hat, gamma, std, train)", whole="x", upstream="dout",
    returns=[Output("out", axes=("example", "feature")), Output("state_new")],
    grads=[Output("dx", axes=("example", "feature")), Output("dgamma", axes=("feature",)), Output("dbeta", axes=("feature",))],
    wrong_forward=[
        wrong("variance_over_n_minus_1", "By how many is the variance divided here?", "x.var(axis=0)", "x.var(axis=0, ddof=1)"),
        wrong("running_variance_over_n_minus_1", "The running variance follows the same formula as the batch's.", "(1.0 - momentum) * var", "(1.0 - momentum) * x.var(axis=0, ddof=1)"),
        wrong("deviation_for_variance", "What is kept under the name running_var?", "(1.0 - momentum) * var", "(1.0 - momentum) * np.sqrt(var)"),
        wrong("eps_outside_root", "eps is large in one of the examples: where does it stand?", "np.sqrt(var + eps)", "(np.sqrt(var) + eps)"),
        wrong("eps_missing", "What if a feature is the same in the whole batch?", "np.sqrt(var + eps)", "np.sqrt(var)"),
        wrong("eps_fixed", "eps is an argument; compare a call with another eps.", "np.sqrt(var + eps)", "np.sqrt(var + 1e-5)"),
        wrong("root_missing", "After normalization the variance is 1. Divide by what?", "np.sqrt(var + eps)", "(var + eps)"),
        wrong("not_centered", "After normalization the mean is 0.", "(x - mean) / std", "x / std"),
        wrong("momentum_swapped", "With a momentum near 1 the running values change slowly.", "momentum * state", "(1.0 - momentum) * state",
              "(1.0 - momentum) * mean", "momentum * mean", "(1.0 - momentum) * var", "momentum * var"),
        wrong("running_mean_replaced", "The running mean remembers earlier batches.", 'momentum * state["running_mean"] + (1.0 - momentum) * mean', "mean * 1.0"),
        wrong("running_weight_missing", "The two weights of a running mean add up to 1.", "(1.0 - momentum) * mean", "mean", "(1.0 - momentum) * var", "var"),
        wrong("state_not_updated", "Training has to leave something behind for test time.", "std = np.sqrt", "state_new = state\n    std = np.sqrt"),
        wrong("batch_statistics_at_test_time", "A single example has no batch to be compared with at test time.",
              'mean, var = state["running_mean"], state["running_var"]', "mean, var = x.mean(axis=0), x.var(axis=0)"),
        wrong("running_statistics_in_training", "In training the batch is normalized with its own statistics.", "std = np.sqrt",
              'mean, var = state["running_mean"], state["running_var"]\n    std = np.sqrt'),
        wrong("updated_statistics_used", "In training the batch is normalized with its own statistics.", "std = np.sqrt",
              'mean, var = state_new["running_mean"], state_new["running_var"]\n    std = np.sqrt'),
        wrong("updates_at_test_time", "Test data must not change what was learned.", _updates_at_test_time),
        wrong("train_ignored", "Look at the last argument.", "if train:", "if True:"),
        wrong("over_features", "One mean for each feature, over the examples.", "x.mean(axis=0), x.var(axis=0)", "x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)"),
        wrong("one_mean_for_all", "One mean for each feature, over the examples.", "x.mean(axis=0), x.var(axis=0)", "np.full(x.shape[1], x.mean()), np.full(x.shape[1], x.var())"),
        wrong("gamma_missing", "The normalized values get a scale and a shift that are learned.", "gamma * x_hat + beta", "x_hat + beta"),
        wrong("beta_missing", "The normalized values get a scale and a shift that are learned.", "gamma * x_hat + beta", "gamma * x_hat"),
        wrong("shift_before_scale", "What is done first, scaling or shifting?", "gamma * x_hat + beta", "gamma * (x_hat + beta)"),
        wrong("state_changed_in_place", "Return a new state; the caller still has the old one.", _state_in_place),
    ],
    wrong_backward=[
        wrong("statistics_as_constants", "In training, x reaches out on three ways: straight, through the mean, through the deviation.", DX, "pass"),
        wrong("mean_path_missing", "In training, x reaches out on three ways. Which one is missing?", "d - d.mean(axis=0) - ", "d - "),
        wrong("deviation_path_missing", "In training, x reaches out on three ways. Which one is missing?", " - x_hat * (d * x_hat).mean(axis=0)", ""),
        wrong("deviation_path_sign", "A larger x makes the deviation larger, and out smaller.", "- x_hat * (d", "+ x_hat * (d"),
        wrong("mean_path_sign", "A larger x makes the mean larger, and out smaller.", "d - d.mean", "d + d.mean"),
        wrong("sums_not_averaged", "Each x holds only 1/N of the mean and of the variance.", "d.mean(axis=0) - x_hat * (d * x_hat).mean(axis=0)", "d.sum(axis=0) - x_hat * (d * x_hat).sum(axis=0)"),
        wrong("variance_over_n_minus_1", "By how many did forward divide?", "(d * x_hat).mean(axis=0)", "(d * x_hat).sum(axis=0) / (len(d) - 1)"),
        wrong("deviation_path_without_x_hat", "How strongly does one x change the deviation?", "- x_hat * (d * x_hat)", "- (d * x_hat)"),
        wrong("training_formula_at_test_time", "At test time the statistics do not depend on this batch.", "if train:", "if True:"),
        wrong("divided_by_variance", "Forward divided by the deviation.", "d / std", "d / std**2"),
        wrong("std_missing", "Forward divided by something.", "return d / std", "return d"),
        wrong("multiplied_by_std", "Forward divided by something.", "d / std", "d * std"),
        wrong("gamma_missing", "Between x_hat and out stands a factor.", "d = dout * gamma", "d = dout * 1.0"),
        wrong("dgamma_without_x_hat", "How strongly does out change when gamma does?", "(dout * x_hat).sum(axis=0)\n", "dout.sum(axis=0)\n"),
        wrong("dgamma_of_x", "gamma multiplies the normalized values, not the deviations from the mean.", "(dout * x_hat).sum(axis=0)\n", "(dout * x_hat * std).sum(axis=0)\n"),
        wrong("dgamma_times_gamma", "The derivative of gamma·x_hat with respect to gamma contains no gamma.", "(dout * x_hat).sum(axis=0)\n", "(dout * gamma * x_hat).sum(axis=0)\n"),
        wrong("dgamma_averaged", "gamma reaches every example; where a value is copied, gradients add up.", "(dout * x_hat).sum(axis=0)\n", "(dout * x_hat).mean(axis=0)\n"),
        wrong("dbeta_averaged", "beta reaches every example; where a value is copied, gradients add up.", "dout.sum(axis=0)", "dout.mean(axis=0)"),
        wrong("dbeta_times_gamma", "beta is added after gamma has multiplied.", "dbeta = dout.sum(axis=0)", "dbeta = (dout * gamma).sum(axis=0)"),
        wrong("gradients_swapped", "Check the promised order of the gradients.", "return d / std, dgamma, dbeta", "return d / std, dbeta, dgamma"),
        wrong("over_features", "One gradient for each feature, over the examples.", "d.mean(axis=0) - x_hat * (d * x_hat).mean(axis=0)",
              "d.mean(axis=1, keepdims=True) - x_hat * (d * x_hat).mean(axis=1, keepdims=True)"),
        wrong("ignores_dout", "Every gradient starts from the one that comes in from above.", "dbeta = dout", "dout = np.arange(1.0, dout.size + 1).reshape(dout.shape)\n    dbeta = dout"),
    ],
)  # fmt: skip
BATCHNORM = (FORWARD, BACKWARD)
