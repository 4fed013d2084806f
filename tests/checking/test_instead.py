"""The argument for which a wrong output is right: named in any style, and only where it fits."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checking.instead import instead
from autograder.checking.judge import judge
from autograder.checking.seeds import draw, find_exercises, public_rng
from autograder.exercises import everything


def said(name, function):
    """What is said about a function that stands for an exercise's."""
    found = []
    drawing = draw(find_exercises(name)[0], public_rng(name, None))
    partner = drawing.partner
    space = {name: function, **({partner.name: partner.reference} if partner else {})}
    judge(
        drawing, space, on_failure=lambda sheet, failure, _: found.append(instead(sheet, failure))
    )
    return found[0]


def reference(name):
    return everything()[name].reference


@pytest.mark.parametrize(
    ("name", "student", "new", "argument"),
    [
        ("im2col", lambda f: lambda x, kh, kw, s, p, d: f(x, kh, kw, 1, p, d), "1", "stride"),
        ("im2col", lambda f: lambda x, kh, kw, s, p, d: f(x, kh, kw, s, 0, d), "0", "padding"),
        ("im2col", lambda f: lambda x, kh, kw, s, p, d: f(x, kw, kh, s, p, d), None, None),
        ("ridge_fit", lambda f: lambda phi, y, lam: f(phi, y, lam / 2), "lam/2", "lam"),
        ("affine_forward", lambda f: lambda x, w, b: f(x, w, 0 * b), "0", "b"),
        ("lstm_forward", lambda f: lambda x, *rest: f(x[:, ::-1], *rest), "x[:, ::-1]", "x"),
        ("elu_backward", lambda f: lambda dout, cache: f(dout, (dout, cache[1])), "dout", "x"),
        ("tanh_backward", lambda f: lambda dout, cache: f(dout + 0.3, cache), None, None),
    ],
)
def test_the_argument_that_was_exchanged_is_named_and_no_other(name, student, new, argument):
    text = said(name, student(reference(name)))
    if new is None:
        assert text == ""
    else:
        assert f"with {new} in place of {argument}." in text


def test_where_only_the_shape_is_that_of_another_option_the_shape_is_spoken_of():
    def im2col(x, kh, kw, stride, padding, dilation):
        return 0 * reference("im2col")(x, kh, kw, 1, padding, dilation)

    assert "has the shape that comes out with 1 in place of stride" in said("im2col", im2col)


def test_gradients_of_another_entry_of_the_cache_are_named_by_it():
    def rnn_step_backward(dh, cache):
        h = cache[5]
        right = reference("rnn_step_backward")(dh, cache)
        ds = dh * (1 - h**2)
        return right[0], right[1], right[2], h.T @ ds, right[4]

    text = said("rnn_step_backward", rnn_step_backward)
    assert text == "dw is what comes out with h in place of h_prev."


def test_a_cut_to_zero_everywhere_is_not_called_lost_fractions():
    from autograder.checking import run_check

    def tanh_backward(dout, cache):
        return np.zeros(np.shape(dout))

    names = {"tanh_backward": tanh_backward, "tanh_forward": reference("tanh_forward")}
    assert "fractions" not in run_check("tanh_backward", names).cause
