"""The parameters a layer starts from have the distribution its docstring names."""

from __future__ import annotations

import numpy as np
import pytest
from layer_gradients import new_rng

from nnkit import layers
from nnkit.layers import BatchNorm1d, BatchNorm2d, Conv2d, ConvTranspose2d, Embedding, Linear


def assert_variance(w, wanted):
    """The sample's variance lies within five of its standard deviations, for normal numbers."""
    assert w.var() == pytest.approx(wanted, rel=5 * (2 / w.size) ** 0.5)
    assert abs(w.mean()) < 5 * (wanted / w.size) ** 0.5


@pytest.mark.parametrize(("init", "variance"), [("he", 2 / 60), ("xavier", 2 / (60 + 500))])
def test_linear(init, variance):
    layer = Linear(60, 500, rng=new_rng(), init=init)
    assert_variance(layer.params["w"], variance)
    assert not layer.params["b"].any()
    if init == "he":
        np.testing.assert_array_equal(Linear(60, 500, rng=new_rng()).params["w"], layer.params["w"])


@pytest.mark.parametrize(("init", "variance"), [("he", 2 / (6 * 15)), ("xavier", 2 / (106 * 15))])
def test_conv2d(init, variance):
    layer = Conv2d(6, 100, (3, 5), rng=new_rng(), init=init)
    assert_variance(layer.params["w"], variance)
    assert not layer.params["b"].any()
    if init == "he":
        default = Conv2d(6, 100, (3, 5), rng=new_rng()).params["w"]
        np.testing.assert_array_equal(default, layer.params["w"])


def test_conv_transpose2d():
    layer = ConvTranspose2d(60, 80, 4, stride=2, rng=new_rng())
    assert_variance(layer.params["w"], 2 / (60 * 16 / 4))
    assert not layer.params["b"].any()


def test_embedding():
    assert_variance(Embedding(100, 80, rng=new_rng()).params["table"], 1.0)


@pytest.mark.parametrize(
    ("cell", "blocks", "forget"),
    [("RNN", 1, 0), ("GRU", 3, 0), ("LSTM", 4, 1), ("PeepholeLSTM", 4, 1), ("CoupledLSTM", 3, 1)],
)
def test_recurrent_cells(cell, blocks, forget):
    d, h = 300, 80
    params = getattr(layers, cell)(d, h, rng=new_rng()).params
    for u, w in zip(
        np.split(params["u"], blocks, axis=1), np.split(params["w"], blocks, axis=1), strict=True
    ):
        assert_variance(u, 2 / (d + h))
        np.testing.assert_allclose(w @ w.T, np.eye(h), atol=1e-12)
    first, rest = params["b"][:h], params["b"][h:]
    assert (first == forget).all()
    assert not rest.any()
    assert not params.get("p", np.zeros(1)).any()


def test_the_blocks_of_a_cell_are_drawn_apart():
    w = np.split(layers.LSTM(3, 8, rng=new_rng()).params["w"], 4, axis=1)
    assert not np.allclose(w[0], w[1])


@pytest.mark.parametrize("bias", [-2.0, 0.0, 3.5])
def test_the_forget_bias_of_an_lstm_is_the_one_asked_for(bias):
    b = layers.LSTM(3, 5, rng=new_rng(), forget_bias=bias).params["b"]
    assert b.tolist() == [bias] * 5 + [0.0] * 15


@pytest.mark.parametrize(("layer", "shape"), [(BatchNorm1d, (40, 3)), (BatchNorm2d, (4, 3, 5, 2))])
@pytest.mark.parametrize("momentum", [None, 0.0, 0.3, 1.0])
def test_momentum_is_the_share_of_the_old_statistics(layer, shape, momentum):
    net = layer(3) if momentum is None else layer(3, momentum=momentum)
    kept = 0.9 if momentum is None else momentum
    mean, var = np.zeros(3), np.ones(3)
    for seed in range(3):
        x = 2 + 3 * new_rng(seed).standard_normal(shape)
        net(x)
        channels = np.moveaxis(x, 1, 0).reshape(3, -1)
        mean = kept * mean + (1 - kept) * channels.mean(axis=1)
        var = kept * var + (1 - kept) * channels.var(axis=1)
    np.testing.assert_allclose(net.buffers["running_mean"], mean)
    np.testing.assert_allclose(net.buffers["running_var"], var)
