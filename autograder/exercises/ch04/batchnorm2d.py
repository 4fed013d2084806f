"""Batch normalization of images: one mean and one variance a channel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Output, case, unpack, wrong
from autograder.checking.kinds import pair


def batchnorm2d_forward(x, gamma, beta, state, momentum, eps, train):
    """Statistics over examples, rows and columns."""
    if train:
        mean, var = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
        state_new = {
            "running_mean": momentum * state["running_mean"] + (1 - momentum) * mean,
            "running_var": momentum * state["running_var"] + (1 - momentum) * var,
        }
    else:
        mean, var = state["running_mean"], state["running_var"]
        state_new = state
    std = np.sqrt(var + eps)
    x_hat = (x - mean[:, None, None]) / std[:, None, None]
    out = gamma[:, None, None] * x_hat + beta[:, None, None]
    return out, (x_hat, gamma, std, train), state_new


def batchnorm2d_backward(dout, cache):
    """Mean and deviation depend on every value of the channel in training, on none at test time."""
    x_hat, gamma, std, train = cache
    axes = (0, 2, 3)
    dbeta = dout.sum(axis=axes)
    dgamma = (dout * x_hat).sum(axis=axes)
    d = dout * gamma[:, None, None]
    if train:
        mean_way = d.mean(axis=axes, keepdims=True)
        std_way = x_hat * (d * x_hat).mean(axis=axes, keepdims=True)
        d = d - mean_way - std_way
    return d / std[:, None, None], dgamma, dbeta


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Training with small and large eps, and test time; all four sizes differ."""
    for n, c, h, w, momentum, eps, train in (
        (2, 3, 4, 5, 0.9, 1e-5, True),
        (3, 2, 5, 4, 0.3, 0.5, True),
        (2, 3, 2, 4, 0.7, 0.2, False),
    ):
        x = rng.uniform(0.4, 3, (c, 1, 1)) * rng.standard_normal((n, c, h, w)) + rng.choice(
            [-1.5, 1.0, 2.0], (c, 1, 1)
        )
        state = {"running_mean": rng.standard_normal(c), "running_var": rng.uniform(0.5, 3, c)}
        yield case(
            f"{'training' if train else 'test time'}, momentum {momentum}, eps {eps:g}",
            x=x,
            gamma=rng.uniform(0.5, 2, c) * rng.choice([-1.0, 1.0], c),
            beta=rng.standard_normal(c),
            state=state,
            momentum=momentum,
            eps=eps,
            train=train,
            N=n,
            C=c,
            H=h,
            W=w,
        )


def extreme(rng: np.random.Generator) -> Iterator[Case]:
    """A channel that never changes."""
    x = rng.standard_normal((2, 3, 3, 4))
    x[:, 0] = 2.0
    yield case(
        "a constant channel",
        x=x,
        gamma=rng.uniform(0.5, 2, 3),
        beta=rng.standard_normal(3),
        state={"running_mean": np.zeros(3), "running_var": np.ones(3)},
        momentum=0.9,
        eps=1e-3,
        train=True,
        N=2,
        C=3,
    )


def split(result: Any) -> tuple[dict[str, Any], Any]:
    """out and state_new are judged; the cache stands between them."""
    out, cache, state_new = unpack(result, ("out", "cache", "state_new"), "batchnorm2d_forward")
    return {"out": out, "state_new": state_new}, cache


def _state_in_place(x, gamma, beta, state, momentum, eps, train):
    out, cache, state_new = batchnorm2d_forward(x, gamma, beta, state, momentum, eps, train)
    state.update(state_new)
    return out, cache, state


AXES = ("example", "channel", "row", "column")
STATS = "x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))"
BATCHNORM2D = pair(
    batchnorm2d_forward, batchnorm2d_backward, chapter=4, summary="spatial batch normalization", cases=cases, extreme=extreme, split=split,
    cache="(x_hat, gamma, std, train)", whole="x", upstream="dout", returns=[Output("out", axes=AXES), Output("state_new")],
    grads=[Output("dx", axes=AXES), Output("dgamma", axes=("channel",)), Output("dbeta", axes=("channel",))],
    forward_options={"forbids": ("nnkit.functional.batchnorm_forward",)}, backward_options={"forbids": ("nnkit.functional.batchnorm_backward",)},
    wrong_forward=[
        wrong("over_examples_only", "A channel has one mean, whatever the place in the image.", "    x_hat = (x - mean[:, None, None])", "    if train:\n        mean2, std2 = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)\n        x_hat = (x - mean2) / std2\n        return gamma[:, None, None] * x_hat + beta[:, None, None], (x_hat, gamma, std, train), state_new\n    x_hat = (x - mean[:, None, None])"),
        wrong("per_image", "The statistics are taken over the examples too.", "    x_hat = (x - mean[:, None, None])", "    if train:\n        x_hat = (x - x.mean(axis=(2, 3), keepdims=True)) / np.sqrt(x.var(axis=(2, 3), keepdims=True) + eps)\n        return gamma[:, None, None] * x_hat + beta[:, None, None], (x_hat, gamma, std, train), state_new\n    x_hat = (x - mean[:, None, None])"),
        wrong("over_channels_too", "Every channel has statistics of its own.", STATS, "np.full(x.shape[1], x.mean()), np.full(x.shape[1], x.var())"),
        wrong("variance_over_n_minus_1", "By how many is the variance divided here?", "x.var(axis=(0, 2, 3))", "x.var(axis=(0, 2, 3), ddof=1)"),
        wrong("running_variance_over_n_minus_1", "The running variance follows the same formula as the batch's.", "(1 - momentum) * var", "(1 - momentum) * x.var(axis=(0, 2, 3), ddof=1)"),
        wrong("eps_outside_root", "eps is large in one of the examples: where does it stand?", "np.sqrt(var + eps)", "(np.sqrt(var) + eps)"),
        wrong("eps_fixed", "eps is an argument.", "var + eps", "var + 1e-5"),
        wrong("momentum_swapped", "With a momentum near 1 the running values change slowly.", "momentum * state", "(1 - momentum) * state", "(1 - momentum) * mean", "momentum * mean", "(1 - momentum) * var", "momentum * var"),
        wrong("deviation_for_variance", "What is kept under the name running_var?", "(1 - momentum) * var", "(1 - momentum) * np.sqrt(var)"),
        wrong("batch_statistics_at_test_time", "A single image has no batch to be compared with at test time.", 'mean, var = state["running_mean"], state["running_var"]', f"mean, var = {STATS}"),
        wrong("running_statistics_in_training", "In training the batch is normalized with its own statistics.", "std = np.sqrt", 'mean, var = state["running_mean"], state["running_var"]\n    std = np.sqrt'),
        wrong("state_not_updated", "Training has to leave something behind for test time.", "std = np.sqrt", "state_new = state\n    std = np.sqrt"),
        wrong("gamma_missing", "The normalized values get a scale that is learned.", "gamma[:, None, None] * x_hat", "x_hat"),
        wrong("beta_missing", "The normalized values get a shift that is learned.", " + beta[:, None, None]", ""),
        wrong("state_changed_in_place", "Return a new state; the caller still has the old one.", _state_in_place),
    ],
    wrong_backward=[
        wrong("statistics_as_constants", "In training, x reaches out on three ways.", "d = d - mean_way - std_way", "pass"),
        wrong("mean_path_missing", "In training, x reaches out on three ways. Which one is missing?", "d - mean_way", "d"),
        wrong("deviation_path_missing", "In training, x reaches out on three ways. Which one is missing?", " - std_way", ""),
        wrong("averaged_over_examples_only", "How many values share one mean?", "axes, keepdims=True)", "0, keepdims=True)"),
        wrong("sums_not_averaged", "Each value holds only one part in N·H·W of the mean.", "d.mean(", "d.sum("),
        wrong("divided_by_examples_only", "How many values share one mean?", "d.mean(axis=axes, keepdims=True)", "d.sum(axis=axes, keepdims=True) / len(d)"),
        wrong("training_formula_at_test_time", "At test time the statistics do not depend on this batch.", "if train:", "if True:"),
        wrong("divided_by_variance", "Forward divided by the deviation.", "d / std[:, None, None]", "d / std[:, None, None] ** 2"),
        wrong("gamma_missing", "Between x_hat and out stands a factor.", "dout * gamma[:, None, None]", "dout * 1.0"),
        wrong("dgamma_without_x_hat", "How strongly does out change when gamma does?", "(dout * x_hat).sum", "dout.sum"),
        wrong("dgamma_of_x", "gamma multiplies the normalized values.", "(dout * x_hat).sum(axis=axes)", "(dout * x_hat * std[:, None, None]).sum(axis=axes)"),
        wrong("dgamma_averaged", "Where a value is copied, gradients add up.", "(dout * x_hat).sum(axis=axes)", "(dout * x_hat).mean(axis=axes)"),
        wrong("dbeta_averaged", "Where a value is copied, gradients add up.", "dout.sum(axis=axes)", "dout.mean(axis=axes)"),
        wrong("dbeta_over_examples_only", "One number for each channel.", "dbeta = dout.sum(axis=axes)", "dbeta = dout.sum(axis=0)"),
        wrong("gradients_swapped", "Check the promised order of the gradients.", "dgamma, dbeta\n", "dbeta, dgamma\n"),
    ],
)  # fmt: skip
