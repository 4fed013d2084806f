"""Truncated BPTT, Jacobians of the state and their norms against PyTorch and definitions."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import nnkit.functional as F


def network(seed, n=3, length=6, d=2, k=4):
    rng = np.random.default_rng(seed)
    shapes = ((n, length, d), (n, k), (d, k), (k, k), (k,))
    return [rng.standard_normal(s) for s in shapes], rng


def truncated_by_pytorch(inputs, dh, steps):
    """Return the gradients by definition: one cut graph for every source t."""
    x, h0, u, w, b = (torch.tensor(a, requires_grad=True) for a in inputs)
    with torch.no_grad():
        states = [h0]
        for t in range(x.shape[1]):
            states.append(torch.tanh(x[:, t] @ u + states[-1] @ w + b))
    for t in range(x.shape[1]):
        first = max(0, t - steps + 1)
        h = h0 if first == 0 else states[first]  # a state of the uncut forward, as a constant
        for s in range(first, t + 1):
            h = torch.tanh(x[:, s] @ u + h @ w + b)
        h.backward(torch.tensor(dh[:, t]))
    return [a.grad.numpy() for a in (x, h0, u, w, b)]


@given(st.integers(1, 6), st.integers(1, 8), st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_truncated_backward_reaches_the_last_cells_only(length, steps, seed):
    inputs, rng = network(seed, length=length)
    h, cache = F.rnn_forward(*inputs)
    dh = rng.standard_normal(h.shape)
    wanted = truncated_by_pytorch(inputs, dh, steps)
    for mine, theirs in zip(F.rnn_backward_truncated(dh, cache, steps), wanted, strict=True):
        assert mine.shape == theirs.shape
        assert np.linalg.norm(mine - theirs) <= 1e-8 * np.linalg.norm(theirs) + 1e-12


def test_truncation_at_the_full_length_is_the_full_backward():
    inputs, rng = network(0)
    h, cache = F.rnn_forward(*inputs)
    dh = rng.standard_normal(h.shape)
    for steps in (6, 100):
        for a, b in zip(
            F.rnn_backward_truncated(dh, cache, steps), F.rnn_backward(dh, cache), strict=True
        ):
            assert np.array_equal(a, b)


@pytest.mark.parametrize(
    ("steps", "message"),
    [(0, "steps is 0; expected at least 1"), (1.5, r"steps is 1\.5; expected a whole number")],
)
def test_truncation_names_wrong_steps(steps, message):
    inputs, _ = network(0)
    h, cache = F.rnn_forward(*inputs)
    with pytest.raises(ValueError, match=message):
        F.rnn_backward_truncated(h, cache, steps)


def test_truncation_names_a_wrong_upstream_gradient():
    inputs, _ = network(0)
    h, cache = F.rnn_forward(*inputs)
    with pytest.raises(ValueError, match=r"dh has shape \(3, 5, 4\); expected \(3, 6, 4\)"):
        F.rnn_backward_truncated(h[:, 1:], cache, 2)


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
