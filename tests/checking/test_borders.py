"""Where differences sit: the border of an image, and entries that are infinite or not a number."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from autograder.checking.compare import Finding
from autograder.checking.exercise import Output
from autograder.checking.locate import where, wrong_entries

INSIDE = "dx is right inside and wrong along its border."
BORDER = "dx is right along its border and wrong inside."


def said(shape: tuple[int, ...], entries: list[tuple[int, ...]]) -> str:
    got, want = np.zeros(shape), np.ones(shape)
    got[...] = want
    for entry in entries:
        got[entry] = 5.0
    return where(Finding("values", "dx", Output("dx"), got, want))


SIZES = [*itertools.product((3, 4, 5), repeat=2), (3, 7)]


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_a_wrong_pixel_is_on_the_border_where_its_row_or_column_is_the_first_or_the_last(
    height, width
):
    shape = (2, height, width)
    for i, j in itertools.product(range(height), range(width)):
        outer = i in (0, height - 1) or j in (0, width - 1)
        assert said(shape, [(1, i, j)]) == (INSIDE if outer else BORDER), (i, j)
        # With a pixel of the other kind, neither is said.
        other = (0, 1, 1) if outer else (0, 0, 0)
        assert "border" not in said(shape, [(1, i, j), other])


@pytest.mark.parametrize("shape", [(5, 5), (2, 2, 5), (2, 5, 2), (3, 2, 2)])
def test_a_matrix_and_an_image_without_an_inside_have_no_border(shape):
    for entry in np.ndindex(shape):
        assert "border" not in said(shape, [entry]), entry


ENTRIES = [
    ([np.inf, 2.0], [np.inf, 1.0], [False, True]),
    ([np.inf, 1.0], [-np.inf, 1.0], [True, False]),
    ([3.0, 1.0], [np.inf, 1.0], [True, False]),
    ([np.inf, 1.0], [3.0, 1.0], [True, False]),
    ([np.nan, 1.0], [np.nan, 2.0], [False, True]),
    ([np.nan, 1.0], [2.0, 1.0], [True, False]),
    ([5.0, 1.0], [np.nan, 1.0], [True, False]),
    ([1.0], [np.inf], [True]),
    ([-3.0, -4.0], [-3.0, -4.1], [False, True]),
    # 1e-6 of the entry and of the root of the mean square, sqrt(12.5) = 3.54
    ([3.0 + 6e-6, -4.0], [3.0, -4.0], [False, False]),
    ([3.0 + 7e-6, -4.0], [3.0, -4.0], [True, False]),
    ([0.5e-12, 0.0], [0.0, 0.0], [False, False]),
    ([2e-12, 0.0], [0.0, 0.0], [True, False]),
]


@pytest.mark.parametrize(("got", "want", "wrong"), ENTRIES)
def test_an_entry_is_wrong_where_it_differs_by_more_than_rounding(got, want, wrong):
    finding = Finding("values", "dx", Output("dx"), np.array(got), np.array(want))
    assert wrong_entries(finding).tolist() == wrong


def test_six_places_are_listed_and_more_are_left_out():
    assert said((9,), [(i,) for i in range(1, 7)]).endswith("index 1, 2, 3, 4, 5, 6.")
    assert said((9,), [(i,) for i in range(1, 8)]).endswith("index 1, 2, 3, 4, 5, 6 ….")
    assert said((2,), [(1,)]) == "dx agrees except at the last index."
    assert said((3,), [(0,), (1,)]) == "dx agrees only at the last index."
