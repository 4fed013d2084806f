"""The attention pair: PyTorch's numbers and gradients, masks, queries that may look nowhere."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
import torch.nn.functional as T
from hypothesis import given, settings
from hypothesis import strategies as st
from torch_compare import compare

import nnkit.functional as F
from nnkit import gradcheck

CASES = settings(max_examples=30, deadline=None, derandomize=True)
sizes = st.tuples(*[st.integers(1, 6)] * 5)  # N, T, S, D, E
seeds = st.integers(0, 2**32 - 1)


def drawn(sizes, seed, dtype=np.float64):
    n, t, s, d, e = sizes
    rng = np.random.default_rng(seed)
    shapes = {"q": (n, t, d), "k": (n, s, d), "v": (n, s, e)}
    return {name: rng.standard_normal(shape).astype(dtype) for name, shape in shapes.items()}


def masked(sizes, seed, axes):
    """No mask, one for all examples or one for each; every query may look somewhere."""
    if axes == 0:
        return None
    n, t, s = sizes[:3]
    rng = np.random.default_rng(seed)
    mask = rng.random((t, s) if axes == 2 else (n, t, s)) < 0.5
    mask[..., rng.integers(s)] = True
    return mask


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@CASES
@given(sizes=sizes, seed=seeds, axes=st.sampled_from([0, 2, 3]))
def test_values_and_gradients_equal_pytorchs_scaled_dot_product_attention(dtype, sizes, seed, axes):
    mask = masked(sizes, seed, axes)
    allowed = None if mask is None else torch.tensor(mask)
    compare(
        F.attention_forward,
        F.attention_backward,
        lambda q, k, v: T.scaled_dot_product_attention(q, k, v, attn_mask=allowed),
        drawn(sizes, seed, dtype),
        options={"mask": mask},
        seed=seed,
    )


@CASES
@given(sizes=sizes, seed=seeds, axes=st.sampled_from([2, 3]))
def test_a_query_that_may_look_nowhere_gives_zero_and_adds_no_gradient(sizes, seed, axes):
    mask = masked(sizes, seed, axes)
    blind = np.random.default_rng(seed).integers(sizes[1])
    mask[..., blind, :] = False
    given_, seen = drawn(sizes, seed), np.arange(sizes[1]) != blind
    out, cache = F.attention_forward(**given_, mask=mask)
    dout = np.random.default_rng(seed + 1).standard_normal(out.shape)
    dq, dk, dv = F.attention_backward(dout, cache)
    assert not out[:, blind].any()
    assert not dq[:, blind].any()
    others = {**given_, "q": given_["q"][:, seen]}
    rest, rest_cache = F.attention_forward(**others, mask=mask[..., seen, :])
    np.testing.assert_allclose(out[:, seen], rest, rtol=1e-12)
    for mine, theirs in zip(
        (dq[:, seen], dk, dv), F.attention_backward(dout[:, seen], rest_cache), strict=True
    ):
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("axes", [0, 2, 3])
def test_gradients_agree_with_slopes_along_random_directions(axes):
    shape = (2, 3, 4, 5, 2)
    report = gradcheck.check_pair(
        F.attention_forward,
        F.attention_backward,
        drawn(shape, 0),
        options={"mask": masked(shape, 1, axes)},
        rng=np.random.default_rng(2),
    )
    assert report, f"\n{report}"


def test_by_hand_two_keys_whose_scores_differ_by_log_3():
    q, k = np.full((1, 1, 4), 0.5), np.zeros((1, 2, 4))
    k[0, 0] = np.log(3)  # 4 · 0.5 · log 3 / √4 = log 3: weights 3/4 and 1/4
    out, cache = F.attention_forward(q, k, np.array([[[8.0], [0.0]]]))
    np.testing.assert_allclose(out, [[[6.0]]], rtol=1e-12)
    np.testing.assert_allclose(cache[3], [[[0.75, 0.25]]], rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_scores_of_ten_thousand_are_finite_and_hidden_ones_do_not_count(dtype):
    q = np.array([[[100.0], [-100.0]]], dtype)
    k, v = np.array([[[100.0], [-100.0], [99.0]]], dtype), np.array([[[1.0], [2.0], [3.0]]], dtype)
    mask = np.array([[False, True, True], [True, True, True]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        out, cache = F.attention_forward(q, k, v, mask)
        grads = F.attention_backward(np.ones_like(out), cache)
    np.testing.assert_array_equal(out[0, :, 0], [3.0, 2.0])
    assert out.dtype == dtype
    assert all(np.isfinite(g).all() and g.dtype == dtype for g in grads)


def test_whole_numbers_lists_and_numeric_masks_give_the_same():
    q, k, v = [[[1, 0], [0, 2]]], [[[1, 1], [0, 1], [2, 0]]], [[[1], [2], [4]]]
    mask = np.array([[1, 0, 1], [1, 1, 0]])
    expected, _ = F.attention_forward(np.array(q, float), np.array(k, float), v, mask == 1)
    for given_ in (mask, mask.astype(float), mask.tolist()):
        out, _ = F.attention_forward(q, k, v, given_)
        assert out.dtype == np.float64
        np.testing.assert_array_equal(out, expected)


def test_inputs_are_not_changed_and_an_empty_batch_passes():
    given_ = drawn((2, 3, 4, 5, 2), 0)
    mask = masked((2, 3, 4), 1, 3)
    before = {name: value.copy() for name, value in [*given_.items(), ("mask", mask)]}
    out, cache = F.attention_forward(**given_, mask=mask)
    weights = cache[3].copy()
    F.attention_backward(out, cache)
    for name, value in [*given_.items(), ("mask", mask)]:
        np.testing.assert_array_equal(value, before[name])
    np.testing.assert_array_equal(cache[3], weights)
    out, cache = F.attention_forward(np.ones((0, 3, 2)), np.ones((0, 4, 2)), np.ones((0, 4, 5)))
    assert out.shape == (0, 3, 5)
    assert F.attention_backward(out, cache)[1].shape == (0, 4, 2)


Q, K, V = np.ones((2, 3, 4)), np.ones((2, 5, 4)), np.ones((2, 5, 6))
BAD = {
    "q rank": ((Q[0], K, V), r"q has shape \(3, 4\); expected \(N, T, D\)"),
    "k features": ((Q, V, V), r"k has shape \(2, 5, 6\); expected \(2, S, 4\)"),
    "v steps": ((Q, K, Q), r"v has shape \(2, 3, 4\); expected \(2, 5, E\)"),
    "no step": ((Q, K[:, :0], V[:, :0]), "k has shape .*at least one step"),
    "mask shape": ((Q, K, V, np.ones((5, 3))), r"mask has shape \(5, 3\); expected \(2, 3, 5\)"),
    "mask values": ((Q, K, V, np.full((3, 5), 2)), "mask contains 2; expected True and False"),
    "text": (("q", K, V), "q holds text"),
}


@pytest.mark.parametrize("case", BAD)
def test_wrong_arguments_are_named(case):
    arguments, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        F.attention_forward(*arguments)


def test_an_upstream_gradient_of_another_shape_is_refused():
    _, cache = F.attention_forward(Q, K, V)
    with pytest.raises(ValueError, match=r"dout has shape \(2, 3, 4\); expected \(2, 3, 6\)"):
        F.attention_backward(Q, cache)
