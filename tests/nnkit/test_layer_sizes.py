"""Every size a layer is made with has a least value: that one is taken, one less is refused."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from layer_gradients import new_rng

from nnkit import layers

LEAST = {
    layers.Linear: {"in_features": 1, "out_features": 1},
    layers.Embedding: {"num": 1, "dim": 1},
    layers.Conv2d: {
        "in_channels": 1, "out_channels": 1, "kernel_size": 1,
        "stride": 1, "padding": 0, "dilation": 1,
    },
    layers.ConvTranspose2d: {
        "in_channels": 1, "out_channels": 1, "kernel_size": 1, "stride": 1, "padding": 0,
    },
    layers.MaxPool2d: {"size": 1, "stride": 1, "padding": 0},
    layers.AvgPool2d: {"size": 1, "stride": 1, "padding": 0},
    layers.PReLU: {"channels": 1},
    layers.BatchNorm1d: {"n": 1},
    layers.BatchNorm2d: {"c": 1},
    layers.LayerNorm: {"n": 1},
    layers.RNN: {"input_size": 1, "hidden_size": 1},
    layers.GRU: {"input_size": 1, "hidden_size": 1},
    layers.LSTM: {"input_size": 1, "hidden_size": 1},
    layers.PeepholeLSTM: {"input_size": 1, "hidden_size": 1},
    layers.CoupledLSTM: {"input_size": 1, "hidden_size": 1},
}  # fmt: skip
SIZES = [(layer, name) for layer, sizes in LEAST.items() for name in sizes]
TAKES_RNG = [layer for layer in LEAST if "rng" in inspect.signature(layer).parameters]


def arguments(layer):
    """Three for each size, so that the argument under test is the only unusual one."""
    rng = {"rng": new_rng()} if layer in TAKES_RNG else {}
    return {**dict.fromkeys(LEAST[layer], 3), **rng}


@pytest.mark.parametrize(("layer", "name"), SIZES)
def test_the_least_size_is_taken_and_one_less_is_refused_by_its_name(layer, name):
    least = LEAST[layer][name]
    layer(**{**arguments(layer), name: least})
    with pytest.raises(ValueError, match=f"{least - 1}; expected at least {least}") as refused:
        layer(**{**arguments(layer), name: least - 1})
    assert name in str(refused.value) or "number of features" in str(refused.value)


@pytest.mark.parametrize("layer", TAKES_RNG)
def test_what_draws_nothing_is_refused_as_a_generator(layer):
    with pytest.raises(ValueError, match="rng is RandomState"):
        layer(**{**arguments(layer), "rng": np.random.RandomState(0)})


def test_the_table_has_every_layer_that_is_made_with_sizes():
    words = {name for sizes in LEAST.values() for name in sizes}
    public = [value for value in vars(layers).values() if inspect.isclass(value)]
    sized = {one for one in public if words & set(inspect.signature(one).parameters)}
    assert sized == set(LEAST)


def test_dropout_keeps_no_more_than_all():
    rng = np.random.default_rng(0)
    assert layers.Dropout(1.0, rng=rng)(np.ones((2, 3))).tolist() == [[1.0] * 3] * 2
    with pytest.raises(ValueError, match="keep"):
        layers.Dropout(1.5, rng=rng)
