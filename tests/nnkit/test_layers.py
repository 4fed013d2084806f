"""Layers and containers: gradients, sizes, what they refuse."""

from __future__ import annotations

import numpy as np
import pytest
from layer_gradients import assert_right, new_rng

import nnkit.functional as F
from nnkit import layers
from nnkit.layers import (
    ELU,
    GELU,
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Embedding,
    Flatten,
    Linear,
    PReLU,
    ReLU,
    Residual,
    Sequential,
    Swish,
    Tanh,
)

SMOOTH = {
    "linear tanh": lambda r: Sequential(Linear(4, 3, rng=r), Tanh(), Linear(3, 2, rng=r)),
    "flatten first": lambda r: Sequential(Flatten(), Linear(4, 3, rng=r, init="xavier"), GELU()),
    "norms": lambda r: Sequential(Linear(4, 3, rng=r), BatchNorm1d(3), layers.LayerNorm(3)),
    "curves": lambda r: Sequential(
        ELU(0.5), Swish(2.0), GELU("tanh"), layers.Logistic(), layers.Softplus(), PReLU(4)
    ),
    "residual": lambda r: Residual(Sequential(Linear(4, 4, rng=r), Tanh())),
    "residual projected": lambda r: Sequential(
        Residual(Sequential(Linear(4, 3, rng=r), Tanh()), Linear(4, 3, rng=r)), Linear(3, 2, rng=r)
    ),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_gradients_of_dense_networks(name):
    assert_right(SMOOTH[name](new_rng()), new_rng(1).standard_normal((5, 4)))


def test_gradients_of_a_convolutional_network():
    rng = new_rng()
    net = Sequential(
        Conv2d(2, 3, (3, 2), stride=(1, 2), padding=1, rng=rng),
        BatchNorm2d(3),
        Tanh(),
        layers.MaxPool2d(2, 1),
        layers.AvgPool2d(2),
        Residual(Conv2d(3, 3, 3, padding=1, rng=rng)),
        layers.GlobalAvgPool2d(),
        Linear(3, 2, rng=rng),
    )
    assert_right(net, rng.standard_normal((2, 2, 6, 7)))


@pytest.mark.parametrize("cell", [layers.RNN, layers.GRU, layers.LSTM])
def test_gradients_of_recurrent_networks(cell):
    rng = new_rng()
    net = Sequential(
        layers.Bidirectional(cell(3, 4, rng=rng), cell(3, 2, rng=rng)),
        layers.PerStep(Linear(6, 5, rng=rng)),
        cell(5, 2, rng=rng),
        layers.LastStep(),
    )
    assert_right(net, rng.standard_normal((2, 4, 3)))


def test_initial_states_are_taken_and_their_gradients_kept():
    rng = new_rng()
    lstm = layers.LSTM(3, 4, rng=rng)
    x, h0, c0 = (rng.standard_normal(s) for s in ((2, 5, 3), (2, 4), (2, 4)))
    p = lstm.params
    expected, cache = F.lstm_forward(x, h0, c0, p["u"], p["w"], p["b"])
    out = lstm(x, h0, c0)
    np.testing.assert_array_equal(out, expected)
    lstm.backward(np.ones_like(out))
    _, dh0, dc0, *_ = F.lstm_backward(np.ones_like(out), cache)
    np.testing.assert_array_equal(lstm.dstates[0], dh0)
    np.testing.assert_array_equal(lstm.dstates[1], dc0)
    with pytest.raises(ValueError, match="expected none or h0 and c0"):
        lstm(x, h0)
    assert lstm.params["b"][:4].tolist() == [1.0] * 4


def test_embedding_then_sequence_model():
    rng = new_rng()
    net = Sequential(Embedding(7, 3, rng=rng), layers.RNN(3, 2, rng=rng))
    idx = np.array([[1, 1, 6], [0, 1, 2]])
    out = net(idx)
    net.backward(np.ones_like(out), need_dx=False)
    grads = net.gradients()["0.table"]
    assert not grads[3].any()
    assert grads[1].any()


def test_one_layer_at_two_places_is_refused():
    layer = Linear(3, 3, rng=new_rng())
    with pytest.raises(ValueError, match="the same Linear stands at 0 and 2"):
        Sequential(layer, Tanh(), layer)
    with pytest.raises(ValueError, match="body and shortcut"):
        Residual(layer, layer)


def test_sequential_refuses_what_is_no_layer():
    with pytest.raises(ValueError, match="layer 1 is builtin_function_or_method"):
        Sequential(ReLU(), max)


def test_sequential_is_a_sequence():
    net = Sequential(Linear(4, 3, rng=new_rng()), Tanh(), Linear(3, 2, rng=new_rng()))
    x = np.ones((2, 4))
    assert len(net) == 3
    np.testing.assert_array_equal(net[1:](net[:1](x)), net(x))
    assert isinstance(net[1], Tanh)


def test_residual_of_another_shape_is_refused():
    net = Residual(Linear(4, 3, rng=new_rng()))
    with pytest.raises(ValueError, match=r"shortcut has shape \(2, 4\); expected \(2, 3\)"):
        net(np.ones((2, 4)))


def test_linear_takes_its_initializer():
    w = Linear(3, 2, rng=new_rng(), init=lambda i, o, rng: np.full((i, o), 0.5)).params["w"]
    assert (w == 0.5).all()
    with pytest.raises(ValueError, match="init is 'zero'; expected 'he', 'xavier'"):
        Linear(3, 2, rng=new_rng(), init="zero")
    with pytest.raises(ValueError, match=r"w has shape \(2, 3\); expected \(3, 2\)"):
        Linear(3, 2, rng=new_rng(), init=lambda i, o, rng: np.ones((o, i)))
    filters = Conv2d(2, 4, 3, rng=new_rng(), init=lambda i, o, rng: np.ones((i, o))).params["w"]
    assert filters.shape == (4, 2, 3, 3)
    with pytest.raises(ValueError, match="init returned shape"):
        Conv2d(2, 4, 3, rng=new_rng(), init=lambda i, o, rng: np.ones((o, i)))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Linear(0, 2, rng=new_rng()), "in_features is 0; expected at least 1"),
        (lambda: Linear(2.5, 2, rng=new_rng()), "in_features is 2.5; expected a whole number"),
        (lambda: Linear(2, True, rng=new_rng()), "out_features is True"),
        (lambda: Linear(2, 2, rng=7), "rng is int"),
        (lambda: Conv2d(1, 2, (3, 3, 3), rng=new_rng()), "kernel_size is .3, 3, 3."),
        (lambda: Conv2d(1, 2, 3, stride=0, rng=new_rng()), "stride is 0; expected at least 1"),
        (lambda: Conv2d(1, 2, (3, 0), rng=new_rng()), r"kernel_size\[1\] is 0"),
        (lambda: layers.MaxPool2d(0), "size is 0"),
        (lambda: Dropout(0.0, rng=new_rng()), "keep is 0.0"),
        (lambda: BatchNorm1d(0), "number of features is 0"),
        (lambda: GELU("sine"), "approximate is 'sine'"),
        (lambda: layers.LastStep()(np.ones((2, 0, 3))), "at least one step"),
        (lambda: layers.PerStep(Tanh())(np.ones((2, 3))), r"expected \(N, T, D, \.\.\.\)"),
        (lambda: Flatten()(np.ones(3)), r"expected \(N, D, \.\.\.\)"),
        (lambda: layers.RNN(3, 4, rng=new_rng())(np.ones((2, 5, 2))), r"expected \(N, T, 3\)"),
    ],
)
def test_wrong_sizes_are_refused_when_the_layer_is_made(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_bare_module_has_no_forward():
    with pytest.raises(NotImplementedError):
        layers.Module()(1)
    with pytest.raises(NotImplementedError):
        layers.Module().backward(1)


def test_gradients_of_an_enlarging_network():
    rng = new_rng()
    net = Sequential(
        Conv2d(1, 2, 3, stride=2, padding=1, rng=rng),
        Tanh(),
        layers.MaxPool2d(2, 1, 1),
        layers.ConvTranspose2d(2, 3, (3, 2), stride=2, padding=(1, 0), rng=rng),
        Flatten(),
        layers.LogSoftmax(),
        layers.Softmax(),
    )
    assert_right(net, rng.standard_normal((2, 1, 5, 6)))
    assert repr(net[2]) == "MaxPool2d(2, stride 1, padding 1)"
    assert repr(net[3]) == "ConvTranspose2d(2, 3, 3×2, stride 2, padding (1, 0))"


@pytest.mark.parametrize("cell", [layers.PeepholeLSTM, layers.CoupledLSTM])
def test_gradients_of_the_lstm_variants(cell):
    rng = new_rng()
    layer = cell(3, 4, rng=rng)
    assert layer.params["b"][:4].tolist() == [1.0] * 4
    for param in layer.params.values():
        param += 0.3 * rng.standard_normal(param.shape)  # the peepholes start at 0
    assert_right(Sequential(layer), rng.standard_normal((2, 5, 3)))


def test_he_initialization_keeps_the_signal_through_a_transposed_convolution():
    layer = layers.ConvTranspose2d(16, 32, 4, stride=2, padding=1, rng=new_rng())
    out = layer(new_rng(1).standard_normal((4, 16, 12, 12)))[:, :, 2:-2, 2:-2]
    assert abs(out.var() / 2.0 - 1.0) < 0.15


@pytest.mark.parametrize("make", [Residual, layers.PerStep, lambda f: layers.Bidirectional(f, f)])
def test_containers_refuse_what_is_no_layer(make):
    with pytest.raises(ValueError, match="is function; expected a layer"):
        make(lambda x: x)


def test_a_cache_may_be_an_array():
    layer = layers.Layer(lambda x: (x * x, x), lambda dout, cache: 2 * cache * dout)
    x = np.array([[1.0, -2.0], [3.0, 0.5]])
    layer(x)
    np.testing.assert_array_equal(layer.backward(np.ones_like(x)), 2 * x)
