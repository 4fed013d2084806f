"""`Layer` makes any pair a part of a network, and says what is wrong with a pair."""

from __future__ import annotations

import numpy as np
import pytest
from layer_gradients import assert_right, new_rng

import nnkit.functional as F
from nnkit.layers import (
    Flatten,
    Layer,
    Linear,
    ReLU,
    Sequential,
    Tanh,
)


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


@pytest.mark.parametrize(
    ("forward", "options", "message"),
    [
        (lambda x: x, {}, r"forward returned ndarray; expected \(out, cache\)"),
        (lambda x: (x, x, x), {}, r"forward returned 3 values; expected \(out, cache\)"),
        (lambda x, state: (x, x), {"state": None}, r"expected \(out, cache, state_new\)"),
    ],
)
def test_a_forward_that_returns_something_else_is_named(forward, options, message):
    layer = Layer(forward, lambda dout, cache: dout, options=options)
    with pytest.raises(ValueError, match=message):
        layer(np.ones(3))


def test_a_pair_is_two_functions():
    with pytest.raises(ValueError, match="backward is 4; expected a function"):
        Layer(max, 4)
