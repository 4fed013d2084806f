"""Cases written as shapes: the arrays that the line says, drawn in its order."""

import numpy as np
import pytest

from autograder.checking.kinds import draws


def drawn(shapes, **sizes):
    (case,) = draws(shapes, sizes)(np.random.default_rng(0))
    return case


def test_sizes_become_axes_products_and_multiples():
    case = drawn("x: N *D, w: D 4M, b: M", N=3, D=(2, 5), M=4)
    assert {k: v.shape for k, v in case.inputs.items()} == {
        "x": (3, 2, 5),
        "w": (10, 16),
        "b": (4,),
    }
    assert case.sizes == {"N": 3, "D": 10, "M": 4}
    assert case.label == "N = 3, D = 10, M = 4"


def test_arrays_are_standard_normal_in_the_order_of_the_line_scaled_or_uniform():
    case = drawn("a: N /2, h: N -1..1, c: N *1.5", N=6)
    rng = np.random.default_rng(0)
    np.testing.assert_array_equal(case["a"], rng.standard_normal(6) / 2)
    np.testing.assert_array_equal(case["h"], rng.uniform(-1, 1, 6))
    np.testing.assert_array_equal(case["c"], 1.5 * rng.standard_normal(6))


def test_what_is_no_size_is_an_input_as_it_is_and_a_label_replaces_the_sizes():
    case = drawn("x: N D", N=2, D=3, slope=0.3, label="a leak")
    assert case.inputs["slope"] == 0.3
    assert list(case.inputs) == ["x", "slope"]
    assert case.label == "a leak"


@pytest.mark.parametrize("shapes", ["x N D", "x: n d", "x: N, : M 2"])
def test_a_shape_that_cannot_be_read_is_named(shapes):
    with pytest.raises(ValueError, match="is not a shape; expected a name and sizes"):
        draws(shapes)


def test_a_size_that_is_not_given_is_named():
    with pytest.raises(KeyError, match="M"):
        drawn("w: D M", D=3)
