"""Layers: any pair lifted, containers, modes, state dicts, tables."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

import nnkit.functional as F
from nnkit import gradcheck, layers
from nnkit.layers import (
    ELU,
    GELU,
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Embedding,
    Flatten,
    Layer,
    LeakyReLU,
    Linear,
    PReLU,
    ReLU,
    Residual,
    Sequential,
    Swish,
    Tanh,
)


def new_rng(seed=0):
    return np.random.default_rng(seed)


def numeric_gradients(net, x, dout):
    """Gradients of sum(net(x) * dout) for x and all parameters, by central differences."""

    def at(array):
        def f(value):
            kept = array.copy()
            array[...] = value
            result = float((net(x) * dout).sum())
            array[...] = kept
            return result

        return gradcheck.numerical_gradient(f, array.copy())

    return at(x), {name: at(param) for name, param in net.parameters().items()}


def assert_close(ours, expected, name):
    # A bias before a normalization has gradient 0: hence the absolute part.
    off = np.linalg.norm(ours - expected)
    assert off <= 1e-6 * np.linalg.norm(expected) + 1e-9, name


def assert_right(net, x):
    dout = new_rng(9).standard_normal(net(x).shape)
    expected_dx, expected = numeric_gradients(net, x, dout)
    net(x)
    dx = net.backward(dout)
    assert_close(dx, expected_dx, "dx")
    grads = net.gradients()
    assert grads.keys() == expected.keys() == net.parameters().keys()
    for name, value in expected.items():
        assert_close(grads[name], value, name)
    kept = {name: value.copy() for name, value in grads.items()}
    net(x)
    assert net.backward(dout, need_dx=False) is None or not net.parameters()
    for name, value in net.gradients().items():
        np.testing.assert_array_equal(value, kept[name])


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


def test_the_students_own_pair_becomes_a_layer():
    def scale_forward(x, w, power=1):
        return x * w**power, (x, w, power)

    def scale_backward(dout, cache):
        x, w, power = cache
        return dout * w**power, (dout * x * power * w ** (power - 1)).sum(axis=0)

    w = np.array([1, 2, 3])
    layer = Layer(scale_forward, scale_backward, w=w, options={"power": 2})
    assert_right(Sequential(layer, Tanh()), new_rng().standard_normal((4, 3)))
    assert repr(layer) == "scale(w (3,))"
    layer.params["w"] += 1
    assert w.tolist() == [1, 2, 3]  # the caller's array is not the layer's


def test_own_dropout_and_batch_norm_with_train_and_state_options():
    options = {"keep": 0.5, "rng": new_rng(), "train": True}
    drop = Layer(F.dropout_forward, F.dropout_backward, options=options)
    assert (drop(np.ones((50, 5))) == 0).any()
    drop.eval()
    assert (drop(np.ones((50, 5))) == 1).all()
    state = {"running_mean": np.zeros(2), "running_var": np.ones(2)}
    options = {"state": state, "momentum": 0.5, "eps": 1e-5, "train": True}
    norm = Layer(
        F.batchnorm_forward,
        F.batchnorm_backward,
        options=options,
        gamma=np.ones(2),
        beta=np.zeros(2),
    )
    x = new_rng().standard_normal((20, 2)) + 4
    norm(x)
    np.testing.assert_allclose(norm.buffers["running_mean"], 0.5 * x.mean(axis=0))
    assert not state["running_mean"].any()
    assert "running_mean" in norm.state_dict()
    norm.eval()
    before = norm.buffers["running_mean"].copy()
    norm(x)
    np.testing.assert_array_equal(norm.buffers["running_mean"], before)


def test_a_pair_that_returns_wrong_gradients_is_named():
    layer = Layer(F.affine_forward, lambda dout, cache: dout, w=np.ones((3, 2)), b=np.ones(2))
    layer(np.ones((4, 3)))
    with pytest.raises(ValueError, match="affine: backward returned 1 gradients; expected 3: dx"):
        layer.backward(np.ones((4, 2)))

    def transposed(dout, cache):
        dx, dw, db = F.affine_backward(dout, cache)
        return dx, dw.T, db

    layer = Layer(F.affine_forward, transposed, w=np.ones((3, 2)), b=np.ones(2))
    layer(np.ones((4, 3)))
    with pytest.raises(ValueError, match=r"returned dw of shape \(2, 3\); expected \(3, 2\)"):
        layer.backward(np.ones((4, 2)))


def test_gradients_may_come_as_lists():
    layer = Layer(lambda x, w: (x * w, None), lambda dout, cache: [dout, [1.0, 2.0]], w=np.ones(2))
    layer.backward(layer(np.ones((3, 2))))
    assert layer.grads["w"].tolist() == [1.0, 2.0]


def test_a_failed_call_leaves_no_half_made_cache():
    layer = Linear(3, 2, rng=new_rng())
    with pytest.raises(ValueError, match="w has shape"):
        layer(np.ones((4, 5)))
    with pytest.raises(RuntimeError, match="Linear: backward before forward"):
        layer.backward(np.ones((4, 2)))


def test_backward_before_forward_says_so():
    with pytest.raises(RuntimeError, match="ReLU: backward before forward"):
        ReLU().backward(np.ones(3))


def test_a_builtin_without_signature_can_be_lifted():
    layer = Layer(lambda x: (x, None), max)  # max has no signature to read
    assert layer.name == "<lambda>"
    layer = Layer(lambda x: (x, np.ones(2)), np.multiply)
    np.testing.assert_array_equal(layer(np.ones(2)), layer.backward(np.ones(2)))


def test_the_first_layer_with_parameters_skips_dx():
    asked = []

    def backward(dout, cache, *, need_dx=True):
        asked.append(need_dx)
        return F.affine_backward(dout, cache, need_dx=need_dx)

    first = Layer(F.affine_forward, backward, w=np.ones((4, 3)), b=np.ones(3))
    second = Layer(F.affine_forward, backward, w=np.ones((3, 2)), b=np.ones(2))
    net = Sequential(Flatten(), first, second)
    net(np.ones((5, 2, 2)))
    assert net.backward(np.ones((5, 2))).shape == (5, 2, 2)
    assert net.backward(np.ones((5, 2)), need_dx=False) is None
    assert asked == [True, True, True, False]
    assert Sequential(ReLU()).backward is not None


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


def test_modes_reach_every_layer():
    net = Sequential(Residual(Sequential(Dropout(0.5, rng=new_rng()), BatchNorm1d(2))))
    assert net.eval() is net
    assert [leaf.training for _, leaf in net.leaves()] == [False, False]
    net.train()
    assert all(leaf.training for _, leaf in net.leaves())


def test_residual_of_another_shape_is_refused():
    net = Residual(Linear(4, 3, rng=new_rng()))
    with pytest.raises(ValueError, match=r"shortcut has shape \(2, 4\); expected \(2, 3\)"):
        net(np.ones((2, 4)))


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
