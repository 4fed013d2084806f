"""Batch normalization of images: one mean and one variance a channel."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import leads, pair
from autograder.exercises.ch03.batchnorm import out_and_state


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Training with small and large eps, and test time; all four sizes differ."""
    for n, c, h, w, momentum, eps, train in (
        (2, 3, 4, 5, 0.9, 1e-5, True),
        (3, 2, 5, 4, 0.3, 0.5, True),
        (2, 3, 2, 4, 0.7, 0.2, False),
    ):
        x = rng.uniform(0.4, 3, (c, 1, 1)) * rng.standard_normal((n, c, h, w))
        x = x + rng.choice([-1.5, 1.0, 2.0], (c, 1, 1))
        state = {"running_mean": rng.standard_normal(c), "running_var": rng.uniform(0.5, 3, c)}
        yield case(
            f"{'training' if train else 'test time'}, momentum {momentum}, eps {eps:g}",
            x=x,
            gamma=rng.uniform(0.5, 2, c) * rng.choice([-1.0, 1.0], c) * (n * np.arange(c) != 3),
            beta=rng.standard_normal(c),
            state=state,
            momentum=momentum,
            eps=eps,
            train=train,
            **{"N": n, "C": c, "H": h, "W": w},
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


batchnorm2d = pair(
    says="spatial batch normalization",
    group="batch norm",
    cases=cases,
    extreme=extreme,
    split=partial(out_and_state, forward="batchnorm2d_forward"),
    cache="(x_hat, gamma, std, train)",
    whole="x",
    upstream="dout",
    returns="out: example channel row column, state_new",
    grads="dx: example channel row column, dgamma: channel, dbeta: channel",
    forbids=("nnkit.functional.batchnorm_forward", "nnkit.functional.batchnorm_backward"),
)


@batchnorm2d.forward
@leads(
    "A channel is one feature, and each pixel of each example is one sample of it.",
    "Mean and variance over axes (0, 2, 3); a vector (C,) meets the maps as (C, 1, 1).",
)
def batchnorm2d_forward(x, gamma, beta, state, momentum, eps, train):
    """Statistics over examples, rows and columns."""
    if train:
        mean, var = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
        # ~ over channels too: np.full(x.shape[1], x.mean()), np.full(x.shape[1], x.var())
        #     | Every channel has statistics of its own.
        # ~ variance over n minus 1: x.var(axis=(0, 2, 3)) => x.var(axis=(0, 2, 3), ddof=1)
        #     | By how many is the variance divided here?
        # ~ mean of the images' variances: x.var(axis=(0, 2, 3)) => x.var(axis=(2, 3)).mean(axis=0)
        #     | From which mean does each value of a channel differ?
        state_new = {
            "running_mean": momentum * state["running_mean"] + (1 - momentum) * mean,
            "running_var": momentum * state["running_var"] + (1 - momentum) * var,
        }
        # ~ running variance over n minus 1: var => x.var(axis=(0, 2, 3), ddof=1)
        #     | The running variance follows the same formula as the batch's.
        # ~ momentum swapped: momentum => 1 - momentum
        #     | With a momentum near 1 the running values change slowly.
        # ~ deviation for variance: var => np.sqrt(var) | What is kept under the name running_var?
        # ~ running variance with eps: var => var + eps | What is kept under the name running_var?
        # ~ variance not updated: momentum * state["running_var"] + (1 - momentum) * var =>
        #     state["running_var"] | Which two statistics does test time need?
    else:
        mean, var = state["running_mean"], state["running_var"]
        # ~ batch statistics at test time: x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
        #     | A single image has no batch to be compared with at test time.
        state_new = state
        # ~ updated at test time: {"running_mean": momentum * state["running_mean"] + (1 - momentum)
        #     * x.mean(axis=(0, 2, 3)), "running_var": momentum * state["running_var"]
        #     + (1 - momentum) * x.var(axis=(0, 2, 3))} | At test time the state stays as it is.
    std = np.sqrt(var + eps)
    # ~ eps outside root: np.sqrt(var) + eps
    #     | eps is large in one of the examples: where does it stand?
    # ~ eps fixed: eps => 1e-05 | eps is an argument.
    # ~ running statistics in training: mean, var = state["running_mean"], state["running_var"]; ...
    #     | In training the batch is normalized with its own statistics.
    # ~ updated statistics used: mean, var = state_new["running_mean"], state_new["running_var"];
    #     ...
    # ~ eps missing: np.sqrt(var) | What if a channel is the same in the whole batch?
    # ~ root missing: var + eps | After normalization the variance is 1. Divide by what?
    # ~ state not updated: state_new = state; ...
    #     | Training has to leave something behind for test time.
    x_hat = (x - mean[:, None, None]) / std[:, None, None]
    # ~ over examples only: ...; x_hat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    #     if train else x_hat | A channel has one mean, whatever the place in the image.
    # ~ per image: mean[:, None, None] => x.mean(axis=(2, 3), keepdims=True)
    #     if train else mean[:, None, None] | The statistics are taken over the examples too.
    # ~ per image: std[:, None, None] => np.sqrt(x.var(axis=(2, 3), keepdims=True) + eps)
    #     if train else std[:, None, None]
    out = gamma[:, None, None] * x_hat + beta[:, None, None]
    # ~ gamma missing: gamma[:, None, None] => 1
    #     | The normalized values get a scale that is learned.
    # ~ beta missing: beta[:, None, None] => 0
    #     | The normalized values get a shift that is learned.
    return out, (x_hat, gamma, std, train), state_new
    # ~ state changed in place: state.update(state_new); state_new = state; ...
    #     | Return a new state; the caller still has the old one.


@batchnorm2d.backward
@leads(
    "The backward pass of chapter 3, with the sums over axes (0, 2, 3) instead of axis 0.",
    "With d = dout·gamma: dx = (d − mean of d − x_hat·mean of d·x_hat) / std in training,"
    " and d / std where the statistics are constants.",
)
def batchnorm2d_backward(dout, cache):
    """Mean and deviation depend on every value of the channel in training, on none at test time."""
    x_hat, gamma, std, train = cache
    axes = (0, 2, 3)
    dbeta = dout.sum(axis=axes)  # ~ averaged
    # ~ dbeta over examples only: axes => 0 | One number for each channel.
    dgamma = (dout * x_hat).sum(axis=axes)  # ~ averaged
    # ~ dgamma without x hat: dout.sum(axis=axes) | How strongly does out change when gamma does?
    # ~ dgamma of x: dout * x_hat => dout * x_hat * std[:, None, None]
    #     | gamma multiplies the normalized values.
    # ~ dgamma times gamma: dout * x_hat => dout * x_hat * gamma[:, None, None]
    #     | The derivative of gamma·x_hat with respect to gamma contains no gamma.
    d = dout * gamma[:, None, None]
    # ~ gamma missing: gamma[:, None, None] => 1 | Between x_hat and out stands a factor.
    if train:
        # ~ training formula at test time: True
        #     | At test time the statistics do not depend on this batch.
        mean_way = d.mean(axis=axes, keepdims=True)
        # ~ averaged over examples only: axes => 0 | How many values share one mean?
        # ~ divided by examples only: d.sum(axis=axes, keepdims=True) / len(d)
        # ~ divided by places only: d.mean(axis=axes, keepdims=True) * len(d)
        # ~ sums not averaged: d.mean => d.sum
        #     | Each value holds only one part in N·H·W of the mean.
        std_way = x_hat * (d * x_hat).mean(axis=axes, keepdims=True)
        # ~ averaged over examples only: axes => 0
        # ~ divided by examples only: x_hat * (d * x_hat).sum(axis=axes, keepdims=True) / len(d)
        # ~ divided by places only: x_hat * (d * x_hat).mean(axis=axes, keepdims=True) * len(d)
        # ~ sums not averaged: x_hat * (d * x_hat).sum(axis=axes, keepdims=True)
        # ~ second sum not averaged: x_hat * (d * x_hat).sum(axis=axes, keepdims=True)
        #     | Each value holds only one part in N·H·W of the mean.
        d = d - mean_way - std_way
        # ~ statistics as constants: pass | In training, x acts on out along three paths.
        # ~ mean path missing: d - std_way
        #     | In training, x acts on out along three paths. Which one is missing?
        # ~ deviation path missing: d - mean_way
    return d / std[:, None, None], dgamma, dbeta
    # ~ gamma missing at test time: (d if train else dout) / std[:, None, None], dgamma, dbeta
    #     | Between x_hat and out stands a factor, at test time too.
    # ~ no gradient of gamma and beta at test time: d / std[:, None, None], dgamma * train,
    #     dbeta * train | gamma and beta act on out at test time too.
    # ~ divided by variance: std => std**2 | Forward divided by the deviation.
    # ~ gradients swapped: d / std[:, None, None], dbeta, dgamma
    #     | Check the promised order of the gradients.
