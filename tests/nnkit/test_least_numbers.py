"""Every size and rate has a least value: it is taken, and the next one below is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nnkit.init as inits
from nnkit import data, layers, optim


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def net() -> Any:
    return layers.Linear(2, 1, rng=rng())


# (what is called with the number, its least value, the largest one that is too small)
LEAST: dict[str, tuple[Callable[[Any], Any], float, float]] = {
    "moons n": (lambda v: data.moons(v, 0.1, rng()), 1, 0),
    "moons noise": (lambda v: data.moons(5, v, rng()), 0.0, -0.01),
    "spirals n": (lambda v: data.spirals(v, 2, 0.1, rng()), 1, 0),
    "spirals classes": (lambda v: data.spirals(5, v, 0.1, rng()), 1, 0),
    "spirals noise": (lambda v: data.spirals(5, 2, v, rng()), 0.0, -0.01),
    "blobs n": (lambda v: data.blobs(v, 2, 0.1, rng()), 1, 0),
    "blobs classes": (lambda v: data.blobs(5, v, 0.1, rng()), 1, 0),
    "blobs noise": (lambda v: data.blobs(5, 2, v, rng()), 0.0, -0.01),
    "blobs dims": (lambda v: data.blobs(5, 2, 0.1, rng(), dims=v), 1, 0),
    "adding n": (lambda v: data.adding_problem(v, 4, rng()), 1, 0),
    "adding length": (lambda v: data.adding_problem(3, v, rng()), 2, 1),
    "sequences length": (lambda v: data.character_sequences("abcdef", v), 1, 0),
    "minibatches": (lambda v: list(data.minibatches(np.ones((3, 2)), np.ones(3), v, rng())), 1, 0),
    "split": (lambda v: data.split(np.ones((3, 2)), np.ones(3), rng=rng(), test_size=v), 0, -0.01),
    "constant": (lambda v: optim.constant(v)(0), 0.0, -0.01),
    "step_decay lr": (lambda v: optim.step_decay(v, 2)(0), 0.0, -0.01),
    "step_decay every": (lambda v: optim.step_decay(0.1, v)(0), 1, 0),
    "step_decay factor": (lambda v: optim.step_decay(0.1, 2, v)(0), 1e-300, 0.0),
    "cosine lr": (lambda v: optim.cosine(v, 3)(0), 0.0, -0.01),
    "cosine epochs": (lambda v: optim.cosine(0.1, v)(0), 1, 0),
    "cosine lr_min": (lambda v: optim.cosine(0.1, 3, v)(0), 0.0, -0.01),
    "warmup": (lambda v: optim.warmup(optim.constant(0.1), v)(0), 0, -1),
    "SGD lr": (lambda v: optim.SGD(net(), v), 0.0, -0.01),
    "SGD momentum": (lambda v: optim.SGD(net(), 0.1, momentum=v), 0.0, -0.01),
    "SGD weight_decay": (lambda v: optim.SGD(net(), 0.1, weight_decay=v), 0.0, -0.01),
    "Adam beta1": (lambda v: optim.Adam(net(), 0.1, beta1=v), 0.0, -0.01),
    "Adam beta2": (lambda v: optim.Adam(net(), 0.1, beta2=v), 0.0, -0.01),
    "fans": (lambda v: inits.he_normal(v, 3, rng(), (1, 3)), 1, 0),
}
MOST: dict[str, tuple[Callable[[Any], Any], float, float]] = {
    "split": (LEAST["split"][0], 1.0, 1.01),
    "SGD momentum": (LEAST["SGD momentum"][0], 1.0, 1.01),
    "Adam beta1": (LEAST["Adam beta1"][0], 1.0 - 1e-12, 1.0),
    "Adam beta2": (LEAST["Adam beta2"][0], 1.0 - 1e-12, 1.0),
}


BOUNDS = {f"{word} {name}": b for word, some in (("least", LEAST), ("most", MOST))
          for name, b in some.items()}  # fmt: skip


@pytest.mark.parametrize("name", BOUNDS)
def test_the_last_number_within_bounds_is_taken_and_the_next_is_refused(name):
    call, last, beyond = BOUNDS[name]
    call(last)
    with pytest.raises(ValueError, match=r"expected"):
        call(beyond)


def test_the_shapes_at_the_least_sizes_are_those_of_any_other():
    for x, y in (data.moons(1, 0.1, rng()), data.spirals(1, 1, 0.1, rng())):
        assert (x.shape, y.shape) == ((1, 2), (1,))
    x, y = data.blobs(1, 1, 0.0, rng(), dims=3)
    assert (x.shape, y.tolist()) == ((1, 3), [0])
    x, y = data.adding_problem(1, 2, rng())
    assert (x.shape, x[0, :, 1].tolist()) == ((1, 2, 2), [1.0, 1.0])
    assert y[0, 0] == x[0, :, 0].sum()


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        (lambda: layers.MaxPool2d(2), "2"),
        (lambda: layers.MaxPool2d(2, stride=2), "2"),
        (lambda: layers.MaxPool2d(3, stride=2, padding=1), "3, stride 2, padding 1"),
        (lambda: layers.AvgPool2d((2, 3), padding=(1, 0)), "(2, 3), padding (1, 0)"),
        (lambda: layers.AvgPool2d((2, 3), stride=(2, 3)), "(2, 3)"),
    ],
)
def test_a_pooling_layer_shows_the_options_that_are_not_the_usual_ones(made, shown):
    assert made().extra() == shown
