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


def nested(rng, depth):
    """Return a random tree of containers, its leaves of several kinds."""
    kind = rng.integers(6) if depth else 5
    if kind == 0:
        return Residual(nested(rng, depth - 1), nested(rng, depth - 1))
    if kind == 1:
        return Residual(nested(rng, depth - 1))
    if kind == 2:
        return layers.PerStep(nested(rng, depth - 1))
    if kind == 3:
        return layers.Bidirectional(nested(rng, depth - 1), nested(rng, depth - 1))
    if kind == 4:
        return Sequential(*(nested(rng, depth - 1) for _ in range(rng.integers(4))))
    return [Tanh, lambda: Dropout(0.5, rng=rng), lambda: BatchNorm1d(2)][rng.integers(3)]()


def parts(module):
    return [module, *(p for child in module.children().values() for p in parts(child))]


@pytest.mark.parametrize("seed", range(40))
def test_test_mode_reaches_every_part_and_puts_its_mode_back(seed):
    rng = new_rng(seed)
    net = Sequential(nested(rng, 4), Residual(Sequential(Tanh())))
    modes = [bool(mode) for mode in rng.integers(2, size=len(parts(net)))]
    for part, mode in zip(parts(net), modes, strict=True):
        part.training = mode
    with net.test_mode():
        assert not any(part.training for part in parts(net))
    assert [part.training for part in parts(net)] == modes
    with pytest.raises(KeyError), net.test_mode():
        raise KeyError
    assert [part.training for part in parts(net)] == modes


def test_the_backward_after_a_summary_belongs_to_the_call_before_it():
    rng = new_rng()
    net = Sequential(
        layers.Bidirectional(layers.RNN(3, 2, rng=rng), layers.RNN(3, 2, rng=rng)),
        layers.PerStep(Sequential(Linear(4, 2, rng=rng), BatchNorm1d(2))),
    )
    x = rng.standard_normal((5, 4, 3))
    dout = rng.standard_normal(net(x).shape)
    wanted = net.backward(dout)
    gradients = {name: grad.copy() for name, grad in net.gradients().items()}
    net(x)
    before = net.state_dict()
    assert "(N·7, 2)" in net.summary((7, 3))
    np.testing.assert_array_equal(net.backward(dout), wanted)
    for name, grad in net.gradients().items():
        np.testing.assert_array_equal(grad, gradients[name])
    for name, value in net.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_a_trace_names_every_layer_and_the_shape_it_gives():
    rng = new_rng()
    net = Sequential(Flatten(), Residual(Linear(6, 6, rng=rng)), Linear(6, 2, rng=rng))
    traced = net.trace(np.ones((5, 2, 3)))
    assert [(name, shape) for name, _, shape in traced] == [
        ("0", (5, 6)),
        ("1.body", (5, 6)),
        ("2", (5, 2)),
    ]
    assert [leaf for _, leaf, _ in traced] == [leaf for _, leaf in net.leaves()]


def test_a_table_counts_every_parameter():
    rng = new_rng()
    net = Sequential(Embedding(50, 30, rng=rng), layers.LSTM(30, 10, rng=rng), layers.LastStep())
    # 50 * 30 vectors; four blocks of 30 + 10 weights and a bias for each of 10 units.
    for shown in (repr(net), net.summary((6,))):
        counts = [line.split()[-1] for line in shown.splitlines() if line[:1].isdigit()]
        assert counts == ["1,500", "1,640", "0"]
        assert shown.splitlines()[-1].split() == ["total", "3,140"]


def test_a_table_is_laid_out_in_columns_as_wide_as_their_widest_entry():
    net = Sequential(Linear(99, 10, rng=new_rng()), Tanh())
    assert repr(net).splitlines() == [
        "   Sequential      parameters",
        "─────────────────────────────",
        "0  Linear(99, 10)       1,000",
        "1  Tanh()                   0",
        "─────────────────────────────",
        "   total                1,000",
    ]
