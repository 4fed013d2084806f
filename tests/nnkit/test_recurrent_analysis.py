"""Truncated BPTT, Jacobians of the state and their norms against PyTorch and definitions."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch_cells import CELLS

import nnkit.functional as F


def network(seed, n=3, length=6, d=2, k=4):
    rng = np.random.default_rng(seed)
    shapes = ((n, length, d), (n, k), (d, k), (k, k), (k,))
    return [rng.standard_normal(s) for s in shapes], rng


def drawn(cell, seed, length):
    """Return the inputs of a cell of torch_cells for a sequence, 3 examples, 2 inputs, 4 units."""
    _, states, blocks = CELLS[cell]
    rng = np.random.default_rng(seed)
    shapes = [(3, length, 2), *[(3, 4)] * states, (2, 4 * blocks), (4, 4 * blocks), (4 * blocks,)]
    if cell == "peephole_lstm":
        shapes.append((3, 4))
    return [rng.standard_normal(s) for s in shapes], rng


def truncated_by_pytorch(cell, inputs, dh, steps):
    """Return the gradients by definition: one cut graph for every source t."""
    step, count, _ = CELLS[cell]
    leaves = [torch.tensor(a, requires_grad=True) for a in inputs]
    x, first_states, params = leaves[0], leaves[1 : 1 + count], leaves[1 + count :]
    with torch.no_grad():
        reached = [tuple(first_states)]
        for t in range(x.shape[1]):
            reached.append(step(x[:, t], *reached[-1], *params)[1])
    for t in range(x.shape[1]):
        first = max(0, t - steps + 1)
        states = first_states if first == 0 else reached[first]  # of the uncut forward, constant
        for s in range(first, t + 1):
            h, states = step(x[:, s], *states, *params)
        h.backward(torch.tensor(dh[:, t]))
    return [a.grad.numpy() for a in leaves]


@pytest.mark.parametrize("cell", CELLS)
@given(st.integers(1, 6), st.integers(1, 8), st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_truncated_backward_reaches_the_last_cells_only(cell, length, steps, seed):
    inputs, rng = drawn(cell, seed, length)
    h, cache = getattr(F, f"{cell}_forward")(*inputs)
    dh = rng.standard_normal(h.shape)
    wanted = truncated_by_pytorch(cell, inputs, dh, steps)
    found = getattr(F, f"{cell}_backward_truncated")(dh, cache, steps)
    for mine, theirs in zip(found, wanted, strict=True):
        assert mine.shape == theirs.shape
        assert np.linalg.norm(mine - theirs) <= 1e-8 * np.linalg.norm(theirs) + 1e-12


@pytest.mark.parametrize("cell", CELLS)
def test_truncation_at_the_full_length_is_the_full_backward(cell):
    inputs, rng = drawn(cell, 0, 6)
    h, cache = getattr(F, f"{cell}_forward")(*inputs)
    dh = rng.standard_normal(h.shape)
    whole = getattr(F, f"{cell}_backward")(dh, cache)
    for steps in (6, 100):
        cut = getattr(F, f"{cell}_backward_truncated")(dh, cache, steps)
        for a, b in zip(cut, whole, strict=True):
            assert np.allclose(a, b, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(
    ("steps", "message"),
    [(0, "steps is 0; expected at least 1"), (1.5, r"steps is 1\.5; expected a whole number")],
)
def test_truncation_names_wrong_steps(cell, steps, message):
    inputs, _ = drawn(cell, 0, 6)
    h, cache = getattr(F, f"{cell}_forward")(*inputs)
    with pytest.raises(ValueError, match=message):
        getattr(F, f"{cell}_backward_truncated")(h, cache, steps)


@pytest.mark.parametrize("cell", CELLS)
def test_truncation_names_a_wrong_upstream_gradient(cell):
    inputs, _ = drawn(cell, 0, 6)
    h, cache = getattr(F, f"{cell}_forward")(*inputs)
    with pytest.raises(ValueError, match=r"dh has shape \(3, 5, 4\); expected \(3, 6, 4\)"):
        getattr(F, f"{cell}_backward_truncated")(h[:, 1:], cache, 2)


def test_state_jacobian_equals_pytorch():
    (x, h0, u, w, b), _ = network(1)

    def step(h_prev):
        return torch.tanh(torch.tensor(x[:, 0] @ u + b) + h_prev @ torch.tensor(w))

    h = step(torch.tensor(h0)).numpy()
    whole = torch.autograd.functional.jacobian(step, torch.tensor(h0)).numpy()
    jacobian = F.state_jacobian(h, w)
    for n in range(3):
        assert np.allclose(jacobian[n], whole[n, :, n], atol=1e-12)


def test_state_jacobian_names_a_wrong_shape():
    with pytest.raises(ValueError, match=r"w has shape \(4, 3\); expected \(4, 4\)"):
        F.state_jacobian(np.zeros((2, 4)), np.zeros((4, 3)))


def test_gradient_norms_equal_pytorch():
    (x, h0, u, w, b), _ = network(2)
    h, cache = F.rnn_forward(x, h0, u, w, b)
    norms = F.gradient_norms(cache)
    for t in range(6):

        def last(state, t=t):
            for s in range(t + 1, 6):
                state = torch.tanh(torch.tensor(x[:, s] @ u + b) + state @ torch.tensor(w))
            return state

        whole = torch.autograd.functional.jacobian(last, torch.tensor(h[:, t].copy())).numpy()
        each = [np.linalg.svd(whole[n, :, n], compute_uv=False)[0] for n in range(3)]
        assert np.isclose(norms[t], np.mean(each), rtol=1e-10)
    assert norms[-1] == 1.0


def test_gradient_norms_shrink_and_grow_with_the_spectral_radius():
    rng = np.random.default_rng(0)
    q = np.linalg.qr(rng.standard_normal((8, 8)))[0]
    zero = np.zeros((1, 20, 8))
    for scale in (0.5, 1.0, 2.0):
        # At h = 0 the slope of tanh is 1: each step multiplies by the orthogonal scale * q.
        _, cache = F.rnn_forward(zero, np.zeros((1, 8)), np.eye(8), scale * q, np.zeros(8))
        assert np.allclose(F.gradient_norms(cache), scale ** np.arange(19.0, -1.0, -1.0))
