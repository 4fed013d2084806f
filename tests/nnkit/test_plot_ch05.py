"""Chapter 5's drawings of networks and texts show the numbers that they are given."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Rectangle

from nnkit.plot import ch05_sequences, ch05_text


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def words(ax):
    return [text.get_text() for text in ax.texts]


def boxes(ax):
    return [patch for patch in ax.patches if isinstance(patch, Rectangle)]


def test_the_decoder_is_fed_start_and_then_what_was_written_until_the_end():
    (ax,) = ch05_sequences.encoder_decoder(["7", "0"]).axes
    above = {0: {}, 1: {}, 2: {}}
    for text in ax.texts:
        x, y = text.get_position()
        if y in above and text.get_text():
            above[y][x] = text.get_text()
    fed = [above[0][x] for x in sorted(above[0])]
    assert fed == ["7", "0", "START", "0", "7"]
    assert [above[2][x] for x in sorted(above[2])] == ["0", "7", "END"]
    assert [above[1][x] for x in sorted(above[1])] == ["$h_1$", "$h_2$", "$q_1$", "$q_2$", "$q_3$"]


def test_arrangements_differ_only_in_where_inputs_and_outputs_stand():
    counts = [len(boxes(ax)) for ax in ch05_sequences.arrangements().axes]
    assert counts == [3 + 3 + 1, 1 + 3 + 3, 3 + 3 + 3]


def test_the_attention_map_has_a_row_for_each_symbol_written():
    _, ax = plt.subplots()
    weights = np.array([[0.9, 0.1], [0.3, 0.7], [0.5, 0.5]])
    ch05_sequences.attention_map(ax, weights, ["a", "b"], ["b", "a", "END"])
    np.testing.assert_array_equal(ax.images[0].get_array(), weights)
    assert sorted(words(ax)) == [".1", ".3", ".5", ".5", ".7", ".9"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["b", "a", "END"]
    with pytest.raises(ValueError, match=r"weights has shape \(3, 2\); expected \(2, 3\)"):
        ch05_sequences.attention_map(ax, weights, ["a", "b", "c"], ["b", "a"])


def test_a_strip_is_darkest_at_the_largest_size_and_counts_what_holds_nine_tenths():
    sizes = np.array([0.0, 1.0, 4.0, 5.0])
    (ax,) = ch05_text.dependence("ab c", "d", {"GRU": sizes}, {"GRU": 0.25}).axes
    np.testing.assert_allclose(ax.images[0].get_array()[0], np.sqrt(sizes / 5))
    assert ax.get_title(loc="left") == "GRU: probability 0.25, 90 % from the last 2 characters"
    assert words(ax) == ["a", "b", "␣", "c", "d"]


def test_a_frame_marks_the_guess_that_comes_true():
    ax, _ = ch05_text.likeliest("ab", ["xa", "cd"], [[0.6, 0.3], [0.5, 0.2]]).axes
    (frame,) = boxes(ax)
    assert (frame.get_x() + 0.48, frame.get_y() + 0.48) == pytest.approx((0, 1))


def test_segments_fill_the_unit_interval_in_the_order_of_their_indices():
    ax, below = ch05_text.unit_interval([0.2, 0.7, 0.1], "abc", "one\ntwo", "title").axes
    edges = [(bar.get_x(), bar.get_width()) for bar in ax.patches]
    np.testing.assert_allclose(edges, [(0, 0.2), (0.2, 0.7), (0.9, 0.1)])
    assert words(ax) == ["a", "b", "c"]
    assert words(below) == ["one¶two"]


def test_cells_stand_above_what_they_are_compared_with():
    rows = {"cell 3": (np.array([-2.0, 1.0]), np.array([0.0, 4.0]))}
    ax, _ = ch05_text.cells("ab", rows).axes
    np.testing.assert_allclose(ax.images[0].get_array()[0], [-1.0, 0.5])
    np.testing.assert_allclose([bar.get_height() for bar in ax.patches], [0, 0.9])
