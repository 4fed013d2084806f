"""The gradient checkers themselves: right ones pass, wrong ones fail, inputs stay untouched."""

from __future__ import annotations

import numpy as np
import pytest

import nnkit.functional as F
from nnkit import gradcheck


def rng(seed=0):
    return np.random.default_rng(seed)


def test_numerical_gradient_of_any_shape_and_type():
    for x in (rng().standard_normal((2, 3, 4)), np.arange(6).reshape(2, 3), np.float64(0.7), 2):
        before = np.array(x)
        grad = gradcheck.numerical_gradient(lambda v: float(np.sum(v**3)), x)
        assert grad.dtype == np.float64
        assert gradcheck.relative_error(grad, 3 * np.asarray(x, float) ** 2) < 1e-8
        np.testing.assert_array_equal(x, before)


def test_numerical_gradient_gives_f_a_fresh_array_each_time():
    seen = []

    def f(v):
        seen.append(v)
        total = float(v.sum())
        v[...] = 0  # even a function that spoils its argument is measured right
        return total

    np.testing.assert_allclose(gradcheck.numerical_gradient(f, np.ones(3)), 1)
    assert len({id(v) for v in seen}) == 6


def test_numerical_gradient_refuses_what_has_no_gradient():
    with pytest.raises(ValueError, match="x holds text"):
        gradcheck.numerical_gradient(len, ["a"])
    with pytest.raises(ValueError, match=r"f returned shape \(3,\); expected one number"):
        gradcheck.numerical_gradient(lambda v: v, np.ones(3))
    with pytest.raises(ValueError, match="eps is 0"):
        gradcheck.numerical_gradient(np.sum, np.ones(3), eps=0)


def test_complex_step_is_exact_to_rounding():
    x = rng().standard_normal((3, 2))
    grad = gradcheck.complex_step_gradient(lambda v: np.sum(np.exp(v) * np.sin(v)), x)
    np.testing.assert_allclose(grad, np.exp(x) * (np.sin(x) + np.cos(x)), rtol=1e-14)
    with pytest.raises(ValueError, match="expected one complex number"):
        gradcheck.complex_step_gradient(lambda v: np.sum(v.real), x)


def test_relative_error():
    assert gradcheck.relative_error([0, 0], [0, 0]) == 0.0
    assert gradcheck.relative_error([1, 0], [-1, 0]) == 1.0
    assert gradcheck.relative_error([1e300], [1e300]) == 0.0
    assert gradcheck.relative_error(3, 1) == pytest.approx(0.5)
    assert np.isnan(gradcheck.relative_error([np.nan, 1], [1, 1]))
    with pytest.raises(ValueError, match="expected one shape"):
        gradcheck.relative_error(np.ones(3), np.ones((3, 1)))


AFFINE = {
    "x": rng(1).standard_normal((5, 4)),
    "w": rng(2).standard_normal((4, 3)),
    "b": rng(3).standard_normal(3),
}


def test_check_pair_passes_the_right_pair_and_names_the_wrong_gradient():
    report = gradcheck.check_pair(F.affine_forward, F.affine_backward, AFFINE, rng=rng())
    assert report
    assert list(report.errors) == ["x", "w", "b"]
    assert "dw: right" in str(report)

    def wrong(dout, cache):
        dx, dw, db = F.affine_backward(dout, cache)
        return dx, dw * 1.0001, db

    report = gradcheck.check_pair(F.affine_forward, wrong, AFFINE, rng=rng())
    assert not report
    assert report.failed == ["w"]
    assert "dw: wrong" in str(report)


def test_check_pair_sees_nan_and_wrong_shapes():
    x = {"x": AFFINE["x"]}
    report = gradcheck.check_pair(F.tanh_forward, lambda dout, cache: dout * np.nan, x, rng=rng())
    assert report.failed == ["x"]
    with pytest.raises(ValueError, match=r"dx has shape \(4,\); expected \(5, 4\)"):
        gradcheck.check_pair(F.tanh_forward, lambda d, c: d.sum(axis=0), x, rng=rng())
    zero = gradcheck.check_pair(lambda x: (0 * x, x), lambda dout, cache: 0 * dout, x, rng=rng())
    assert zero


def test_check_pair_knows_losses_and_options():
    y = np.array([0, 1, 2, 0, 1])
    report = gradcheck.check_pair(
        lambda s, margin: F.hinge_forward(s, y, margin),
        F.hinge_backward,
        {"scores": AFFINE["x"]},
        options={"margin": 0.5},
        rng=rng(),
        directions=5,
    )
    assert report


@pytest.mark.parametrize(
    ("forward", "backward", "message"),
    [
        (lambda x: x, F.tanh_backward, r"forward returned ndarray; expected \(out, cache\)"),
        (F.tanh_forward, lambda dout, cache: (dout, dout), "returned 2 gradients; expected dx"),
    ],
)
def test_check_pair_says_what_a_pair_is(forward, backward, message):
    with pytest.raises(ValueError, match=message):
        gradcheck.check_pair(forward, backward, {"x": np.ones(3)}, rng=rng())
