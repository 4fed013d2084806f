"""Promises beyond the numbers: types, purity, published values, extreme input, nothing at all."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from pointwise import POINTWISE
from scipy.special import erf

import nnkit.functional as F


@pytest.mark.parametrize("name", POINTWISE)
def test_whole_numbers_become_float64_and_float32_stays(name):
    forward, backward = getattr(F, f"{name}_forward"), getattr(F, f"{name}_backward")
    for given, expected in ((np.int32, np.float64), (bool, np.float64), (np.float16, np.float64)):
        out, cache = forward(np.array([[0, 1, 1]], given))
        assert out.dtype == expected
        assert backward(np.ones((1, 3), int), cache).dtype == expected
    out, cache = forward(np.ones((2, 3), np.float32))
    assert out.dtype == backward(np.ones((2, 3), np.float32), cache).dtype == np.float32


@pytest.mark.parametrize("name", POINTWISE)
def test_lists_column_major_and_swapped_bytes_give_the_same(name):
    forward, backward = getattr(F, f"{name}_forward"), getattr(F, f"{name}_backward")
    x = np.random.default_rng(0).standard_normal((3, 4))
    out, cache = forward(x)
    for same in (x.tolist(), np.asfortranarray(x), x.astype(">f8"), x[::-1][::-1]):
        other, other_cache = forward(same)
        np.testing.assert_array_equal(other, out)
        np.testing.assert_array_equal(backward(x, other_cache), backward(x, cache))


@pytest.mark.parametrize("name", POINTWISE)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_very_large_inputs_give_finite_values_and_gradients_without_warning(name, dtype):
    x = np.array([[-1e4, -100, -20, 0, 20, 100, 1e4]], dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        out, cache = getattr(F, f"{name}_forward")(x)
        dx = getattr(F, f"{name}_backward")(np.ones_like(x), cache)
    assert np.isfinite(out).all()
    assert np.isfinite(dx).all()


@pytest.mark.parametrize("name", POINTWISE)
def test_an_empty_batch_passes_through(name):
    out, cache = getattr(F, f"{name}_forward")(np.ones((0, 3)))
    assert out.shape == getattr(F, f"{name}_backward")(out, cache).shape == (0, 3)


def test_an_empty_batch_through_affine_gives_zero_gradients():
    out, cache = F.affine_forward(np.ones((0, 2, 3)), np.ones((6, 4)), np.ones(4))
    dx, dw, db = F.affine_backward(out, cache)
    assert dx.shape == (0, 2, 3)
    assert not dw.any()
    assert not db.any()


def test_an_empty_batch_through_the_normalizations_in_test_mode():
    for forward, backward, shape in (
        (F.batchnorm_forward, F.batchnorm_backward, (0, 3)),
        (F.batchnorm2d_forward, F.batchnorm2d_backward, (0, 3, 2, 2)),
    ):
        out, cache, _ = forward(np.ones(shape), np.ones(3), np.ones(3), None, train=False)
        dx, dgamma, dbeta = backward(out, cache)
        assert dx.shape == shape
        assert not dgamma.any()
        assert not dbeta.any()


@pytest.mark.parametrize("train", [True, False])
def test_zero_variance_and_a_batch_of_one_stay_finite(train):
    for x in (np.full((4, 3), 7.0), np.array([[1.0, 2.0, 3.0]])):
        out, cache, state = F.batchnorm_forward(x, np.ones(3), np.ones(3), None, train=train)
        grads = F.batchnorm_backward(np.ones_like(x), cache)
        assert all(np.isfinite(a).all() for a in (out, *grads, *state.values()))
    out, cache = F.layernorm_forward(np.full((2, 3), 5.0), np.ones(3), np.zeros(3))
    assert not out.any()
    assert all(np.isfinite(a).all() for a in F.layernorm_backward(np.ones((2, 3)), cache))


def test_logits_of_ten_thousand_are_exact():
    z = np.array([1e4, -1e4, 1e4, -1e4])
    loss, cache = F.bce_with_logits_forward(z, np.array([1, 0, 0, 1]))
    assert loss == 5000.0
    np.testing.assert_array_equal(F.bce_with_logits_backward(cache), [0, 0, 0.25, -0.25])
    loss, cache = F.cross_entropy_forward(np.array([[1e4, -1e4], [-1e4, 1e4]]), [1, 1])
    assert loss == 1e4
    np.testing.assert_array_equal(F.cross_entropy_backward(cache), [[0.5, -0.5], [0, 0]])
    np.testing.assert_array_equal(F.softmax([1e4, -1e4]), [1, 0])


def test_published_values():
    assert F.logistic(0.0) == 0.5
    np.testing.assert_allclose(F.logistic(np.array([1.0])), 0.7310585786300049, rtol=1e-15)
    np.testing.assert_allclose(F.tanh_forward(0.5)[0], 2 * F.logistic(1.0) - 1, rtol=1e-15)
    # Hendrycks and Gimpel: GELU(x) = x Phi(x).
    np.testing.assert_allclose(F.gelu_forward(1.0)[0], 0.5 * (1 + erf(0.5**0.5)), rtol=1e-15)
    np.testing.assert_allclose(F.softplus_forward(0.0)[0], np.log(2), rtol=1e-15)
    # CS231n's notes on linear classification: scores of the cat image, softmax and SVM loss.
    scores = np.array([[3.2, 5.1, -1.7]])
    np.testing.assert_allclose(F.hinge_forward(scores, [0])[0], 2.9, rtol=1e-12)
    np.testing.assert_allclose(F.cross_entropy_forward(scores, [0])[0], 2.04, atol=5e-3)
    # A uniform guess over ten classes costs log 10.
    np.testing.assert_allclose(F.cross_entropy_forward(np.zeros((3, 10)), [1, 2, 3])[0], np.log(10))


def test_cross_entropy_backward_also_takes_the_plain_documented_cache():
    scores, y = np.random.default_rng(0).standard_normal((4, 3)), np.array([0, 2, 1, 1])
    _, cache = F.cross_entropy_forward(scores, y)
    kept_scores, kept_y = cache
    np.testing.assert_array_equal(kept_scores, scores)
    expected = F.cross_entropy_backward(cache)
    np.testing.assert_array_equal(F.cross_entropy_backward((scores, kept_y)), expected)
    np.testing.assert_array_equal(F.cross_entropy_backward(cache), expected)


def test_slopes_at_the_kinks():
    dout, zero = np.ones(1), np.zeros(1)
    assert F.relu_backward(dout, F.relu_forward(zero)[1]) == 0.0
    assert F.leaky_relu_backward(dout, F.leaky_relu_forward(zero, 0.2)[1]) == 0.2
    dx, _ = F.prelu_backward(np.ones((1, 1)), F.prelu_forward(np.zeros((1, 1)), [0.3])[1])
    assert dx == 0.3
    np.testing.assert_array_equal(
        F.hinge_backward(F.hinge_forward([[1.0, 0.0]], [0])[1]), [[0.0, 0.0]]
    )


def test_dropout_keeps_the_mean_and_is_the_identity_at_test_time():
    x = np.ones((400, 300))
    out, _ = F.dropout_forward(x, 0.8, np.random.default_rng(0), True)
    assert abs(out.mean() - 1.0) < 0.01
    assert abs((out == 0).mean() - 0.2) < 0.01
    out, cache = F.dropout_forward(x, 0.8, np.random.default_rng(0), False)
    np.testing.assert_array_equal(out, x)
    assert out is not x
    np.testing.assert_array_equal(F.dropout_backward(x, cache), x)


def test_no_counted_step_costs_nothing():
    scores = np.ones((2, 3, 4))
    loss, cache = F.sequence_cross_entropy_forward(scores, np.zeros((2, 3)), np.zeros((2, 3)))
    assert loss == 0.0
    assert not F.sequence_cross_entropy_backward(cache).any()


def test_without_a_mask_every_step_counts():
    scores, y = np.random.default_rng(0).standard_normal((2, 3, 4)), np.ones((2, 3), int)
    loss, _ = F.sequence_cross_entropy_forward(scores, y)
    flat, _ = F.cross_entropy_forward(scores.reshape(6, 4), y.ravel())
    np.testing.assert_allclose(loss, flat)


def test_labels_as_bool_or_whole_floats_are_accepted():
    scores = np.random.default_rng(0).standard_normal((3, 2))
    expected, _ = F.cross_entropy_forward(scores, [0, 1, 1])
    for y in ([0.0, 1.0, 1.0], [False, True, True], np.array([0, 1, 1], np.uint8)):
        loss, cache = F.cross_entropy_forward(scores, y)
        assert loss == expected
        assert F.cross_entropy_backward(cache).shape == (3, 2)


def test_mixed_precision_computes_in_the_higher_one():
    x, w = np.ones((2, 3), np.float32), np.ones((3, 4))
    assert F.affine_forward(x, w, np.ones(4))[0].dtype == np.float64
    assert F.affine_forward(x, w.astype(np.float32), np.ones(4))[0].dtype == np.float64


def test_need_dx_false_skips_the_gradient_of_the_data():
    x, w, b = np.ones((2, 3)), np.ones((3, 4)), np.ones(4)
    out, cache = F.affine_forward(x, w, b)
    dx, dw, db = F.affine_backward(out, cache, need_dx=False)
    assert dx is None
    np.testing.assert_array_equal(dw, F.affine_backward(out, cache)[1])
    np.testing.assert_array_equal(db, out.sum(axis=0))


def test_normalization_without_a_state_starts_from_mean_0_and_variance_1():
    x = np.random.default_rng(0).standard_normal((50, 3)) * 2 + 5
    _, _, state = F.batchnorm_forward(x, np.ones(3), np.zeros(3), None, momentum=0.9)
    np.testing.assert_allclose(state["running_mean"], 0.1 * x.mean(axis=0))
    np.testing.assert_allclose(state["running_var"], 0.9 + 0.1 * x.var(axis=0))
