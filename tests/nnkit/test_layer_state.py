"""Modes, precision, state dicts and tables."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from layer_gradients import new_rng

import nnkit.functional as F
from nnkit import layers
from nnkit.layers import (
    ELU,
    GELU,
    BatchNorm1d,
    Conv2d,
    Dropout,
    Embedding,
    Flatten,
    LeakyReLU,
    Linear,
    Residual,
    Sequential,
    Swish,
    Tanh,
)


def test_modes_reach_every_layer():
    net = Sequential(Residual(Sequential(Dropout(0.5, rng=new_rng()), BatchNorm1d(2))))
    assert net.eval() is net
    assert [leaf.training for _, leaf in net.leaves()] == [False, False]
    net.train()
    assert all(leaf.training for _, leaf in net.leaves())


def test_state_dict_roundtrip_through_a_file(tmp_path):
    def build(seed):
        rng = new_rng(seed)
        return Sequential(Linear(4, 3, rng=rng), BatchNorm1d(3), Linear(3, 2, rng=rng))

    net, other = build(0), build(1)
    x = new_rng(2).standard_normal((10, 4))
    net(x)
    net.save(tmp_path / "net.weights")
    assert [p.name for p in tmp_path.iterdir()] == ["net.weights"]
    live = other.parameters()
    other.load(tmp_path / "net.weights")
    assert all(live[k] is v for k, v in other.parameters().items())  # in place
    np.testing.assert_array_equal(net.eval()(x), other.eval()(x))
    state = net.state_dict()
    state["0.w"][...] = 7
    assert not (net.parameters()["0.w"] == 7).any()


def test_a_state_that_does_not_fit_is_refused_whole():
    net = Sequential(Linear(4, 3, rng=new_rng()))
    before = net.state_dict()
    with pytest.raises(ValueError, match=r"missing \['0.w'\], unknown \['w'\]"):
        net.load_state_dict({"w": 1, "0.b": 2})
    with pytest.raises(ValueError, match=r"0.w has shape \(3, 4\); expected \(4, 3\)"):
        net.load_state_dict({"0.b": np.ones(3), "0.w": np.ones((3, 4))})
    for name, value in net.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_repr_and_summary_show_sizes_and_counts():
    rng = new_rng()
    net = Sequential(
        Conv2d(1, 6, 5, padding=2, stride=(1, 2), rng=rng), Flatten(), Linear(96, 10, rng=rng)
    )
    assert "Conv2d(1, 6, 5×5, stride (1, 2), padding 2)" in repr(net)
    assert repr(net).splitlines()[-1].split() == ["total", "1,126"]
    kept = net(np.ones((3, 1, 4, 8)))
    table = net.summary((1, 4, 8))
    assert "(N, 6, 4, 4)" in table
    assert "(N, 96)" in table
    net.backward(np.ones_like(kept))  # the summary has not touched the last call
    assert "MaxPool2d(3, stride 2)" in repr(Sequential(layers.MaxPool2d(3, 2)))
    assert repr(layers.AvgPool2d(2)) == "AvgPool2d(2)"
    assert repr(Dropout(0.8, rng=rng)) == "Dropout(keep 0.8)"
    assert repr(LeakyReLU(0.1)) == "LeakyReLU(0.1)"
    assert repr(ELU()) == "ELU(1)"
    assert repr(Swish()) == "Swish(1)"
    assert repr(GELU()) == "GELU()"
    assert repr(BatchNorm1d(3)) == "BatchNorm1d(3)"
    assert repr(layers.LayerNorm(3)) == "LayerNorm(3)"
    assert repr(layers.GRU(3, 4, rng=rng)) == "GRU(3, 4)"
    sequence = Sequential(Embedding(5, 3, rng=rng), layers.PerStep(Linear(3, 2, rng=rng)))
    assert "(N·6, 2)" in sequence.summary((6,))
    assert "Embedding(5, 3)" in repr(sequence)
    assert "(N, 4)" in Sequential(Tanh()).summary((4,))


def test_summary_restores_modes_when_the_shape_is_wrong():
    net = Sequential(Dropout(0.5, rng=new_rng()), Linear(4, 3, rng=new_rng()))
    with pytest.raises(ValueError, match="w has shape"):
        net.summary((5,))
    assert net.training
    assert net[0].training
    assert net[1]._forward is F.affine_forward


def test_textbook_parameter_counts():
    rng = new_rng()

    def count(*sizes):
        net = Sequential(*(Linear(a, b, rng=rng) for a, b in itertools.pairwise(sizes)))
        return sum(p.size for p in net.parameters().values())

    assert count(3, 4, 2) == 26
    assert count(3, 4, 4, 1) == 41
    assert count(784, 16, 16, 10) == 13_002
    # LeNet-5's first convolution and a torch LSTM with one bias.
    assert sum(p.size for p in Conv2d(1, 6, 5, rng=rng).params.values()) == 156
    torch_lstm = torch.nn.LSTM(10, 20)
    expected = sum(p.numel() for p in torch_lstm.parameters()) - torch_lstm.bias_hh_l0.numel()
    assert sum(p.size for p in layers.LSTM(10, 20, rng=rng).params.values()) == expected


def test_astype_converts_everything_and_training_stays_in_it():
    net = Sequential(Linear(4, 3, rng=new_rng()), BatchNorm1d(3)).astype(np.float32)
    out = net(np.ones((5, 4), np.float32))
    net.backward(out)
    arrays = [*net.state_dict().values(), *net.gradients().values(), out]
    assert {a.dtype for a in arrays} == {np.dtype(np.float32)}
    with pytest.raises(ValueError, match="dtype is int; expected float32 or float64"):
        net.astype("int")


@pytest.mark.parametrize("shape", [3, (3, -1), "ab"])
def test_summary_names_a_shape_that_is_none(shape):
    with pytest.raises(ValueError, match="input_shape"):
        Sequential(Linear(3, 2, rng=new_rng())).summary(shape)


def test_a_state_must_be_a_dict():
    with pytest.raises(ValueError, match="the state is list; expected a dict of arrays by name"):
        Linear(3, 2, rng=new_rng()).load_state_dict([1, 2])


def test_test_mode_puts_every_mode_back():
    net = Sequential(Dropout(0.5, rng=new_rng()), BatchNorm1d(2))
    net[0].eval()
    with net.test_mode():
        assert not net.training
        assert not net[1].training
    assert [net.training, net[0].training, net[1].training] == [True, False, True]
