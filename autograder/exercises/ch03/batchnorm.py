"""Batch normalization: each feature with its mean and variance over the batch."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, case, unpack
from autograder.checking.kinds import leads, pair


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Training with a small and a large eps, and test time; features differ in mean and spread."""
    for n, d, momentum, eps, train in (
        (6, 3, 0.9, 1e-5, True),
        (5, 4, 0.3, 0.5, True),
        (6, 3, 0.7, 0.2, False),
    ):
        x = rng.uniform(0.4, 3.0, d) * rng.standard_normal((n, d))
        x = x + rng.uniform(0.5, 2.0, d) * rng.choice([-1.0, 1.0], d)
        state = {"running_mean": rng.standard_normal(d), "running_var": rng.uniform(0.5, 3.0, d)}
        yield case(
            f"{'training' if train else 'test time'}, momentum {momentum}, eps {eps:g}",
            x=x,
            gamma=rng.uniform(0.5, 2.0, d) * rng.choice([-1.0, 1.0], d) * (np.arange(d) != 3),
            beta=rng.standard_normal(d),
            state=state,
            momentum=momentum,
            eps=eps,
            train=train,
            N=n,
            D=d,
        )


def extreme(rng: np.random.Generator) -> Iterator[Case]:
    """A feature that never changes, and a very large one."""
    x = rng.standard_normal((6, 3))
    x[:, 0], x[:, 1] = 2.0, 1e4 * x[:, 1]
    yield case(
        "a constant feature beside a very large one",
        x=x,
        gamma=rng.uniform(0.5, 2.0, 3),
        beta=rng.standard_normal(3),
        state={"running_mean": np.zeros(3), "running_var": np.ones(3)},
        momentum=0.9,
        eps=1e-3,
        train=True,
        N=6,
        D=3,
    )


def out_and_state(result: Any, forward: str) -> tuple[dict[str, Any], Any]:
    """out and state_new are judged; the cache stands between them."""
    out, cache, state_new = unpack(result, ("out", "cache", "state_new"), forward)
    return {"out": out, "state_new": state_new}, cache


batchnorm = pair(
    says="batch normalization",
    group="batch norm",
    cases=cases,
    extreme=extreme,
    split=partial(out_and_state, forward="batchnorm_forward"),
    cache="(x_hat, gamma, std, train)",
    options="state momentum eps train",
    whole="x",
    upstream="dout",
    returns="out: example feature, state_new",
    grads="dx: example feature, dgamma: feature, dbeta: feature",
)


@batchnorm.forward
@leads(
    "In training a unit is measured by the batch it is in; at test time by running means "
    "of those measurements.",
    "x̂ = (x − mean)/√(var + eps) over the batch axis, out = gamma·x̂ + beta; the "
    "running values move a little toward the batch's.",
)
def batchnorm_forward(x, gamma, beta, state, momentum, eps, train):
    """Statistics of the batch in training, the running ones at test time."""
    if train:  # ~ train ignored: True | Look at the last argument.
        mean, var = x.mean(axis=0), x.var(axis=0)
        # ~ over features: x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
        #     | One mean for each feature, over the examples.
        # ~ one mean for all: np.full(x.shape[1], x.mean()), np.full(x.shape[1], x.var())
        # ~ variance over n minus 1: x.var(axis=0) => x.var(axis=0, ddof=1)
        #     | By how many is the variance divided here?
        state_new = {
            "running_mean": momentum * state["running_mean"] + (1.0 - momentum) * mean,
            "running_var": momentum * state["running_var"] + (1.0 - momentum) * var,
        }
        # ~ momentum swapped: momentum => 1.0 - momentum
        #     | With a momentum near 1 the running values change slowly.
        # ~ running weight missing: 1.0 - momentum => 1.0
        #     | The two weights of a running mean add up to 1.
        # ~ running mean replaced: momentum * state["running_mean"] + (1.0 - momentum) * mean =>
        #     mean * 1.0 | The running mean remembers earlier batches.
        # ~ running variance over n minus 1: var => x.var(axis=0, ddof=1)
        #     | The running variance follows the same formula as the batch's.
        # ~ deviation for variance: var => np.sqrt(var) | What is kept under the name running_var?
        # ~ state not updated: state | Training has to leave something behind for test time.
        # ~ variance not updated: momentum * state["running_var"] + (1.0 - momentum) * var =>
        #     state["running_var"] | Which two statistics does test time need?
        # ~ variance not kept: {"running_mean": momentum * state["running_mean"] +
        #     (1.0 - momentum) * mean} | Which two statistics does test time need?
    else:
        mean, var = state["running_mean"], state["running_var"]
        # ~ batch statistics at test time: x.mean(axis=0), x.var(axis=0)
        #     | A single example has no batch to be compared with at test time.
        state_new = state
        # ~ updates at test time: {"running_mean": momentum * mean + (1.0 - momentum) *
        #     x.mean(axis=0), "running_var": momentum * var + (1.0 - momentum) * x.var(axis=0)}
        #     | Test data must not change what was learned.
    std = np.sqrt(var + eps)
    # ~ running statistics in training: mean, var = state["running_mean"], state["running_var"]; ...
    #     | In training the batch is normalized with its own statistics.
    # ~ updated statistics used: mean, var = state_new["running_mean"], state_new["running_var"];
    #     ...
    # ~ eps outside root: np.sqrt(var) + eps
    #     | eps is large in one of the examples: where does it stand?
    # ~ eps missing: np.sqrt(var) | What if a feature is the same in the whole batch?
    # ~ eps fixed: eps => 1e-05 | eps is an argument; compare a call with another eps.
    # ~ root missing: var + eps | After normalization the variance is 1. Divide by what?
    x_hat = (x - mean) / std  # ~ not centered: x / std | After normalization the mean is 0.
    return gamma * x_hat + beta, (x_hat, gamma, std, train), state_new
    # ~ gamma missing: gamma * x_hat => x_hat
    #     | The normalized values get a scale and a shift that are learned.
    # ~ beta missing: gamma * x_hat + beta => gamma * x_hat
    # ~ gamma and beta exchanged: gamma * x_hat + beta => beta * x_hat + gamma
    #     | Which of the two has the value 1 where nothing is to change?
    # ~ neither scaled nor shifted: gamma * x_hat + beta => x_hat * 1.0
    #     | The normalized values get a scale and a shift that are learned.
    # ~ shift before scale: gamma * x_hat + beta => gamma * (x_hat + beta)
    #     | What is done first, scaling or shifting?
    # ~ state changed in place: state.update(state_new); state_new = state; ...
    #     | Return a new state; the caller still has the old one.


@batchnorm.backward
@leads(
    "x reaches x̂ along three paths: directly, through the mean, and through the variance.",
    "With g = gamma·dout: the path through the mean takes the mean of g away from each "
    "entry; the one through the variance takes away x̂ times another mean. Which?",
)
def batchnorm_backward(dout, cache):
    """In training mean and deviation depend on every x; at test time they are constants."""
    x_hat, gamma, std, train = cache
    # ~ ignores dout: ...; dout = np.arange(1.0, dout.size + 1).reshape(dout.shape)
    #     | Every gradient starts from the one that comes in from above.
    dbeta = dout.sum(axis=0)  # ~ averaged
    # ~ dbeta times gamma: dout => dout * gamma | beta is added after gamma has multiplied.
    dgamma = (dout * x_hat).sum(axis=0)  # ~ averaged
    # ~ dgamma without x hat: dout.sum(axis=0) | How strongly does out change when gamma does?
    # ~ dgamma of x: (dout * x_hat * std).sum(axis=0)
    #     | gamma multiplies the normalized values, not the deviations from the mean.
    # ~ dgamma times gamma: dout => dout * gamma
    #     | The derivative of gamma·x_hat with respect to gamma contains no gamma.
    d = dout * gamma  # ~ gamma missing: dout * 1.0 | Between x_hat and out stands a factor.
    if train:
        # ~ training formula at test time: True
        #     | At test time the statistics do not depend on this batch.
        d = d - d.mean(axis=0) - x_hat * (d * x_hat).mean(axis=0)
        # ~ statistics as constants: pass | In training, x acts on out along three paths:
        #     directly, through the mean, through the deviation.
        # ~ mean path missing: d - d.mean(axis=0) => d
        #     | In training, x acts on out along three paths. Which one is missing?
        # ~ deviation path missing: d - d.mean(axis=0)
        # ~ mean path sign: d - d.mean(axis=0) => d + d.mean(axis=0)
        #     | A larger x makes the mean larger, and out smaller.
        # ~ deviation path sign: d - d.mean(axis=0) + x_hat * (d * x_hat).mean(axis=0)
        #     | A larger x makes the deviation larger, and out smaller.
        # ~ sums not averaged: d - d.sum(axis=0) - x_hat * (d * x_hat).sum(axis=0)
        #     | Each x holds only 1/N of the mean and of the variance.
        # ~ variance over n minus 1: (d * x_hat).mean(axis=0) =>
        #     (d * x_hat).sum(axis=0) / (len(d) - 1) | By how many did forward divide?
        # ~ deviation path without x hat: d - d.mean(axis=0) - (d * x_hat).mean(axis=0)
        #     | How strongly does one x change the deviation?
        # ~ divided by features: d - (d.sum(axis=0) + x_hat * (d * x_hat).sum(axis=0)) / d.shape[1]
        #     | Over what did forward take the mean? How many were that?
        # ~ over features: d - d.mean(axis=1, keepdims=True)
        #     - x_hat * (d * x_hat).mean(axis=1, keepdims=True)
        #     | One gradient for each feature, over the examples.
    return d / std, dgamma, dbeta
    # ~ gamma twice: d / std => d * gamma / std | How often stands gamma between x_hat and out?
    # ~ gamma missing at test time: d / std => (d if train else dout) / std
    #     | The statistics are constants at test time; gamma is there all the same.
    # ~ std missing at test time: d / std => d / std if train else d
    #     | The statistics are constants at test time; out is divided by std all the same.
    # ~ std missing: d / std => d | Forward divided by something.
    # ~ multiplied by std: d / std => d * std
    # ~ divided by variance: std => std**2 | Forward divided by the deviation.
    # ~ first two exchanged, last two exchanged
