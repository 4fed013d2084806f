"""Hold a network's gradients against central differences of its output."""

from __future__ import annotations

import numpy as np

from nnkit import gradcheck


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
