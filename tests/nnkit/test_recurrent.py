"""Recurrent pairs, sequence and step, against PyTorch's autograd over drawn shapes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch_cells import CELLS, unroll

import nnkit.functional as F
from nnkit import gradcheck

NAMES = list(CELLS)
SIZES = st.tuples(
    st.integers(0, 4), st.integers(1, 6), st.integers(1, 5), st.integers(1, 5)
)  # N, T, D, H


def pair(name):
    return getattr(F, f"{name}_forward"), getattr(F, f"{name}_backward")


def arrays(name, sizes, rng, dtype=np.float64):
    """Return x (N, T, D), the list of states and the list of parameters of cell `name`."""
    n, length, d, h = sizes
    _, states, blocks = CELLS[name]
    shapes = [(d, blocks * h), (h, blocks * h), (blocks * h,)]
    if name == "peephole_lstm":
        shapes.append((3, h))
    draw = [(n, length, d), *[(n, h)] * states, *shapes]
    x, *rest = (rng.standard_normal(s).astype(dtype) for s in draw)
    return x, rest[:states], rest[states:]


def distance(a, b):
    return np.linalg.norm(np.ravel(a - b)) / max(np.linalg.norm(np.ravel(b)), 1e-8)


def compare_sequence(name, sizes, seed, dtype, forward_tol, gradient_tol):
    rng = np.random.default_rng(seed)
    x, states, params = arrays(name, sizes, rng, dtype)
    leaves = [torch.tensor(a, requires_grad=True) for a in (x, *states, *params)]
    k = 1 + len(states)
    wanted = unroll(CELLS[name][0], leaves[0], leaves[1:k], leaves[k:])
    dh = rng.standard_normal(wanted.shape).astype(dtype)
    wanted.backward(torch.tensor(dh))
    forward, backward = pair(name)
    h, cache = forward(x, *states, *params)
    assert h.shape == wanted.shape
    assert h.dtype == dtype
    assert distance(h, wanted.detach().numpy()) <= forward_tol
    for mine, leaf in zip(backward(dh, cache), leaves, strict=True):
        assert mine.shape == leaf.shape
        assert mine.dtype == dtype
        assert distance(mine, leaf.grad.numpy()) <= gradient_tol


@pytest.mark.parametrize("name", NAMES)
@given(SIZES, st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_sequence_equals_pytorch_in_float64(name, sizes, seed):
    compare_sequence(name, sizes, seed, np.float64, 1e-10, 1e-8)


@pytest.mark.parametrize("name", NAMES)
@given(SIZES, st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_sequence_stays_float32_and_equals_pytorch(name, sizes, seed):
    compare_sequence(name, sizes, seed, np.float32, 1e-4, 1e-4)


@pytest.mark.parametrize("name", NAMES)
@given(SIZES, st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_step_equals_pytorch_in_float64(name, sizes, seed):
    rng = np.random.default_rng(seed)
    x, states, params = arrays(name, sizes, rng)
    x = x[:, 0]
    leaves = [torch.tensor(a, requires_grad=True) for a in (x, *states, *params)]
    _, wanted = CELLS[name][0](*leaves)
    ups = [rng.standard_normal(s.shape) for s in wanted]
    torch.autograd.backward(wanted, [torch.tensor(up) for up in ups])
    forward, backward = pair(f"{name}_step")
    *out, cache = forward(x, *states, *params)
    for mine, theirs in zip(out, wanted, strict=True):
        assert distance(mine, theirs.detach().numpy()) <= 1e-10
    for mine, leaf in zip(backward(*ups, cache), leaves, strict=True):
        assert mine.shape == leaf.shape
        assert distance(mine, leaf.grad.numpy()) <= 1e-8


@pytest.mark.parametrize("name", NAMES)
def test_sequence_gradients_along_random_directions(name):
    rng = np.random.default_rng(5)
    x, states, params = arrays(name, (3, 4, 2, 5), rng)
    keys = ("x", "h0", "c0")[: 1 + len(states)] + ("u", "w", "b", "p")[: len(params)]
    inputs = dict(zip(keys, (x, *states, *params), strict=True))
    report = gradcheck.check_pair(*pair(name), inputs, rng=rng, tol=1e-7)
    assert report, report


def test_lstm_equals_torch_nn_lstm():
    rng = np.random.default_rng(0)
    n, length, d, k = 3, 7, 4, 5
    x, (h0, c0), (u, w, b) = arrays("lstm", (n, length, d, k), rng)
    module = torch.nn.LSTM(d, k, batch_first=True, dtype=torch.float64)
    order = np.r_[k : 2 * k, 0:k, 2 * k : 4 * k]  # PyTorch: i, f, g, o
    with torch.no_grad():
        module.weight_ih_l0.copy_(torch.tensor(u[:, order].T))
        module.weight_hh_l0.copy_(torch.tensor(w[:, order].T))
        module.bias_ih_l0.copy_(torch.tensor(b[order]))
        module.bias_hh_l0.zero_()
    wanted, (_, cell) = module(torch.tensor(x), (torch.tensor(h0)[None], torch.tensor(c0)[None]))
    h, cache = F.lstm_forward(x, h0, c0, u, w, b)
    assert distance(h, wanted.detach().numpy()) <= 1e-12
    assert distance(cache[-1][-1], cell[0].detach().numpy()) <= 1e-12


@pytest.mark.parametrize("name", NAMES)
def test_sequence_is_the_chain_of_its_steps(name):
    rng = np.random.default_rng(1)
    x, states, params = arrays(name, (2, 6, 3, 4), rng)
    h, _ = pair(name)[0](x, *states, *params)
    step = pair(f"{name}_step")[0]
    for t in range(6):
        *states, _ = step(x[:, t], *states, *params)
        assert distance(h[:, t], states[0]) <= 1e-14


@pytest.mark.parametrize("name", NAMES)
def test_large_preactivations_stay_finite(name):
    rng = np.random.default_rng(2)
    x, states, params = arrays(name, (2, 3, 3, 4), rng)
    with np.errstate(all="raise"):
        h, cache = pair(name)[0](1e4 * x, *states, *params)
        gradients = pair(name)[1](np.ones_like(h), cache)
    assert np.isfinite(h).all()
    assert all(np.isfinite(g).all() for g in gradients)


@pytest.mark.parametrize("name", NAMES)
def test_inputs_cache_and_upstream_are_never_changed(name):
    rng = np.random.default_rng(3)
    x, states, params = arrays(name, (2, 3, 3, 4), rng)
    inputs = [np.asfortranarray(a) for a in (x, *states, *params)]
    for a in inputs:
        a.flags.writeable = False
    forward, backward = pair(name)
    h, cache = forward(*inputs)
    kept = h.copy()
    dh = rng.standard_normal(h.shape)
    dh.flags.writeable = False
    first = backward(dh, cache)
    forward(*(a + 1.0 for a in inputs))
    second = backward(dh, cache)
    assert np.array_equal(h, kept)
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_whole_numbers_give_float_results(name):
    rng = np.random.default_rng(4)
    x, states, params = arrays(name, (2, 3, 3, 4), rng)
    whole = [np.rint(a).astype(int) for a in (x, *states, *params)]
    h, _ = pair(name)[0](*whole)
    wanted, _ = pair(name)[0](*(a.astype(float) for a in whole))
    assert h.dtype == np.float64
    assert np.array_equal(h, wanted)


def test_lstm_that_forgets_nothing_adds_up_its_inputs():
    # f = 1, i = 1, o = 1 through huge biases: c counts, h = tanh(c).
    u, w = np.zeros((1, 4)), np.zeros((1, 4))
    u[0, 2] = 1.0
    b = np.array([100.0, 100.0, 0.0, 100.0])
    x = np.array([[[0.1], [0.2], [0.3]]])
    h, _ = F.lstm_forward(x, np.zeros((1, 1)), np.zeros((1, 1)), u, w, b)
    assert np.allclose(h[0, :, 0], np.tanh(np.cumsum(np.tanh([0.1, 0.2, 0.3]))), atol=1e-14)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": np.zeros((2, 3))}, r"x has shape \(2, 3\); expected \(N, T, D\)"),
        ({"x": np.zeros((2, 0, 3))}, r"x has shape \(2, 0, 3\); .* at least one step"),
        ({"h0": np.zeros((1, 4))}, r"h0 has shape \(1, 4\); expected \(2, 4\)"),
        ({"c0": np.zeros((2, 5))}, r"c0 has shape \(2, 5\); expected \(2, 4\)"),
        ({"u": np.zeros((3, 4))}, r"u has shape \(3, 4\); expected \(3, 16\)"),
        ({"w": np.zeros((4, 12))}, r"w has shape \(4, 12\); expected \(4, 16\)"),
        ({"b": np.zeros((1, 16))}, r"b has shape \(1, 16\); expected \(16,\)"),
        ({"x": np.full((2, 5, 3), "a")}, "x holds text"),
    ],
)
def test_lstm_names_what_is_wrong_with_its_input(change, message):
    good = {"x": np.zeros((2, 5, 3)), "h0": np.zeros((2, 4)), "c0": np.zeros((2, 4))}
    good |= {"u": np.zeros((3, 16)), "w": np.zeros((4, 16)), "b": np.zeros(16)}
    with pytest.raises(ValueError, match=message):
        F.lstm_forward(**(good | change))


@pytest.mark.parametrize("name", NAMES)
def test_backward_names_a_wrong_upstream_gradient(name):
    x, states, params = arrays(name, (2, 3, 2, 4), np.random.default_rng(0))
    _, cache = pair(name)[0](x, *states, *params)
    with pytest.raises(ValueError, match=r"dh has shape \(2, 3, 5\); expected \(2, 3, 4\)"):
        pair(name)[1](np.zeros((2, 3, 5)), cache)


@pytest.mark.parametrize("name", ["peephole_lstm", "peephole_lstm_step"])
def test_peephole_names_a_wrong_p(name):
    x, states, params = arrays("peephole_lstm", (2, 3, 2, 4), np.random.default_rng(0))
    x = x[:, 0] if name.endswith("step") else x
    with pytest.raises(ValueError, match=r"p has shape \(4, 3\); expected \(3, 4\)"):
        pair(name)[0](x, *states, *params[:3], params[3].T)


def test_lstm_backward_takes_the_plain_caches_of_the_steps():
    rng = np.random.default_rng(6)
    x, states, params = arrays("lstm", (3, 5, 2, 4), rng)
    h, cache = F.lstm_forward(x, *states, *params)
    plain = []
    for t in range(5):
        *states, step = F.lstm_step_forward(x[:, t], *states, *params)
        plain.append(step)
    dh = rng.standard_normal(h.shape)
    for a, b in zip(F.lstm_backward(dh, plain), F.lstm_backward(dh, cache), strict=True):
        assert distance(a, b) <= 1e-14
    for mine, theirs in zip(cache, plain, strict=True):
        assert all(np.allclose(a, b, atol=1e-14) for a, b in zip(mine, theirs, strict=True))
