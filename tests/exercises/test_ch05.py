"""What chapter 5's references promise beyond their gradients."""

import numpy as np
import pytest
import torch

import nnkit.functional as F
from autograder.exercises.ch05.attention import attention_backward, attention_forward
from autograder.exercises.ch05.bridge_gradient import bridge_gradient
from autograder.exercises.ch05.gradient_norms import gradient_norms
from autograder.exercises.ch05.greedy_decode import greedy_decode
from autograder.exercises.ch05.lstm import lstm_backward, lstm_forward
from autograder.exercises.ch05.rnn import rnn_backward, rnn_forward
from autograder.exercises.ch05.rnn_backward_truncated import rnn_backward_truncated
from autograder.exercises.ch05.state_jacobian import state_jacobian


def sequence(seed, n=2, t=5, d=3, h=4):
    rng = np.random.default_rng(seed)
    return (rng.standard_normal((n, t, d)), rng.uniform(-1, 1, (n, h)), rng.standard_normal((d,
    h)) / 2,
            rng.standard_normal((h, h)) / 2, rng.standard_normal(h) / 2)  # fmt: skip


def test_state_jacobian_is_the_derivative_of_a_step():
    x, h0, u, w, b = sequence(0, t=1)
    h, _ = rnn_forward(x, h0, u, w, b)
    jacobian, eps = state_jacobian(h[:, 0], w), 1e-6
    for j in range(h0.shape[1]):
        step = np.zeros(h0.shape)
        step[:, j] = eps
        slope = (rnn_forward(x, h0 + step, u, w, b)[0] - rnn_forward(x, h0 - step, u, w, b)[0])[
            :, 0
        ] / (2 * eps)
        np.testing.assert_allclose(jacobian[:, :, j], slope, atol=1e-8)


def test_gradient_norms_bound_and_reach_the_gradient_of_the_last_state():
    x, h0, u, w, b = sequence(1, n=1)
    _, cache = rnn_forward(x, h0, u, w, b)
    norms = gradient_norms(cache)
    products = [np.eye(4)]
    for t in range(4, 0, -1):
        products.insert(0, products[0] @ state_jacobian(cache[5][:, t], w)[0])
    np.testing.assert_allclose(norms, [np.linalg.svd(p, compute_uv=False)[0] for p in products])


@pytest.mark.parametrize("steps", [5, 6, 50])
def test_truncation_beyond_the_sequence_cuts_nothing(steps):
    args = sequence(2)
    h, cache = rnn_forward(*args)
    dh = np.random.default_rng(3).standard_normal(h.shape)
    for mine, full in zip(
        rnn_backward_truncated(dh, cache, steps), rnn_backward(dh, cache), strict=True
    ):
        np.testing.assert_allclose(mine, full, rtol=1e-10)


def test_truncated_gradient_is_that_of_detached_windows_in_pytorch():
    x, h0, u, w, b = (torch.tensor(v, dtype=torch.float64) for v in sequence(4))
    steps, dh = 2, torch.tensor(np.random.default_rng(5).standard_normal((2, 5, 4)))
    leaves = [v.clone().requires_grad_() for v in (x, h0, u, w, b)]
    lx, lh0, lu, lw, lb = leaves
    with torch.no_grad():
        states = [h0]
        for t in range(5):
            states.append(torch.tanh(x[:, t] @ u + states[-1] @ w + b))
    total = 0.0
    for t in range(5):
        first = max(0, t - steps + 1)
        state = lh0 if first == 0 else states[first].detach()
        for s in range(first, t + 1):
            state = torch.tanh(lx[:, s] @ lu + state @ lw + lb)
        total = total + (state * dh[:, t]).sum()
    total.backward()
    _, cache = rnn_forward(*(v.numpy() for v in (x, h0, u, w, b)))
    for mine, leaf in zip(rnn_backward_truncated(dh.numpy(), cache, steps), leaves, strict=True):
        np.testing.assert_allclose(mine, leaf.grad.numpy(), rtol=1e-9, atol=1e-12)


def test_lstm_is_pytorchs_with_its_gates_in_our_order():
    rng = np.random.default_rng(6)
    n, t, d, k = 2, 4, 3, 5
    x, h0, c0 = (
        rng.standard_normal((n, t, d)),
        rng.uniform(-1, 1, (n, k)),
        rng.standard_normal((n, k)),
    )
    u, w, b = (
        rng.standard_normal((d, 4 * k)) / 2,
        rng.standard_normal((k, 4 * k)) / 2,
        rng.standard_normal(4 * k) / 2,
    )
    order = np.concatenate(
        [np.arange(k) + block * k for block in (1, 0, 2, 3)]
    )  # PyTorch: i, f, g, o
    net = torch.nn.LSTM(d, k, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        for name, value in (
            ("weight_ih_l0", u.T[order]),
            ("weight_hh_l0", w.T[order]),
            ("bias_ih_l0", b[order]),
            ("bias_hh_l0", 0 * b),
        ):
            getattr(net, name).copy_(torch.tensor(value))
    tx, th, tc = (torch.tensor(v, requires_grad=True) for v in (x, h0, c0))
    out, _ = net(tx, (th[None], tc[None]))
    h, cache = lstm_forward(x, h0, c0, u, w, b)
    np.testing.assert_allclose(h, out.detach().numpy(), rtol=1e-10)
    dh = rng.standard_normal(h.shape)
    out.backward(torch.tensor(dh))
    dx, dh0, dc0, du, dw, _ = lstm_backward(dh, cache)
    for mine, theirs in (
        (dx, tx.grad),
        (dh0, th.grad),
        (dc0, tc.grad),
        (du.T[order], net.weight_ih_l0.grad),
        (dw.T[order], net.weight_hh_l0.grad),
    ):
        np.testing.assert_allclose(mine, theirs.numpy(), rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("axes", [0, 2, 3])
def test_attention_is_pytorchs_scaled_dot_product_attention(axes):
    rng = np.random.default_rng(7)
    q, k, v = (rng.standard_normal(shape) for shape in ((2, 4, 3), (2, 5, 3), (2, 5, 6)))
    mask = None if axes == 0 else rng.random((2, 4, 5)[3 - axes :]) < 0.6
    if mask is not None:
        mask[..., 2] = True
    tensors = [torch.tensor(value, requires_grad=True) for value in (q, k, v)]
    allowed = None if mask is None else torch.tensor(mask)
    theirs = torch.nn.functional.scaled_dot_product_attention(*tensors, attn_mask=allowed)
    out, cache = attention_forward(q, k, v, mask)
    np.testing.assert_allclose(out, theirs.detach().numpy(), rtol=1e-10)
    dout = rng.standard_normal(out.shape)
    theirs.backward(torch.tensor(dout))
    for mine, tensor in zip(attention_backward(dout, cache), tensors, strict=True):
        np.testing.assert_allclose(mine, tensor.grad.numpy(), rtol=1e-8, atol=1e-12)


def test_a_gru_pair_joined_by_the_bridge_has_the_gradient_of_one_long_gru():
    """The encoder's and the decoder's gradients add up to those of one net over both texts."""
    rng = np.random.default_rng(8)
    x, fed = rng.standard_normal((2, 4, 3)), rng.standard_normal((2, 5, 3))
    u, w, b = (rng.standard_normal(s) / 2 for s in ((3, 12), (4, 12), (12,)))
    h0 = rng.uniform(-1, 1, (2, 4))
    states, before = F.gru_forward(x, h0, u, w, b)
    _, after = F.gru_forward(fed, states[:, -1], u, w, b)
    dh = rng.standard_normal((2, 5, 4))
    dfed, dbridge, *decoder = F.gru_backward(dh, after)
    dx, dh0, *encoder = F.gru_backward(bridge_gradient(dbridge, 4), before)
    _, long = F.gru_forward(np.concatenate([x, fed], axis=1), h0, u, w, b)
    dall = np.concatenate([np.zeros((2, 4, 4)), dh], axis=1)
    for mine, whole in zip(
        (np.concatenate([dx, dfed], axis=1), dh0, *map(np.add, encoder, decoder)),
        F.gru_backward(dall, long),
        strict=True,
    ):
        np.testing.assert_allclose(mine, whole, rtol=1e-9, atol=1e-12)


def test_greedy_decoding_follows_a_fixed_successor_until_the_end():
    after = {0: 3, 3: 1, 1: 4, 4: 2}
    step = lambda token, state: (np.eye(5)[after[token]], state + 1)  # noqa: E731
    assert greedy_decode(step, 0, 0, 2, 9) == [3, 1, 4]
    assert greedy_decode(step, 0, 0, 2, 2) == [3, 1]
