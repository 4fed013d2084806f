"""What is left of a figure's colors in a slider: those of the style exactly, all others closely."""

from __future__ import annotations

import base64
import io
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from nnkit import plot

LINES = [("-", 1.0), ("--", 1.2), (":", 2.2)]


@pytest.fixture(autouse=True)
def _styled():
    with plt.rc_context():
        plot.style()
        yield
    plt.close("all")


def drawing(seed, picture):
    """A figure like the course's: thin lines of every color, gray contours, a colored picture."""
    rng = np.random.default_rng(seed)
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.5))
    left.contour(rng.normal(size=(9, 9)), levels=12, colors="0.75", linewidths=0.8)
    for k, height in enumerate(rng.uniform(0, 8, 7)):
        line, width = LINES[k % 3]
        left.plot([0, 8], [height, height / 2], line, lw=width, color=f"C{k}")
        left.plot(k, height, "s", ms=3, color=f"C{k}")
    if picture == "map":
        right.imshow(rng.random((40, 40)), cmap="viridis")
    elif picture == "photo":
        right.imshow(rng.random((60, 60, 3)))
    return figure


def before_and_after(figure):
    """The pixels that the figure draws, and those of the slider's frame, (H, W, 3) each."""
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=80)
    page = plot.slider([figure], ["a"]).data
    frame = base64.b64decode(re.search(r'var frames = \["([^"]+)"\]', page).group(1))
    return [
        np.asarray(Image.open(png).convert("RGB")).astype(int) for png in (drawn, io.BytesIO(frame))
    ]


@pytest.mark.parametrize("picture", ["none", "map", "photo"])
def test_the_colors_of_the_style_survive_exactly(picture):
    before, after = before_and_after(drawing(0, picture))
    for k in range(7):
        accent = np.round(255 * np.array(to_rgb(f"C{k}"))).astype(int)
        there = (before == accent).all(axis=2)
        assert there.any()
        np.testing.assert_array_equal(after[there], np.broadcast_to(accent, after[there].shape))


@pytest.mark.parametrize(("picture", "largest"), [("none", 16), ("map", 24), ("photo", 64)])
def test_no_pixel_changes_its_color_much(picture, largest):
    before, after = before_and_after(drawing(2, picture))
    assert np.abs(before - after).max() <= largest


def test_a_rare_color_outside_of_the_style_is_not_lost():
    figure = drawing(3, "map")
    figure.axes[0].plot(4, 4, "s", ms=3, color="crimson")
    before, after = before_and_after(figure)
    there = (before == [220, 20, 60]).all(axis=2)
    assert there.any()
    assert np.abs(after[there] - [220, 20, 60]).max() <= 24


def test_a_frame_takes_less_than_half_of_the_bytes():
    figure = drawing(4, "none")
    full = io.BytesIO()
    figure.savefig(full, format="png", dpi=80)
    page = plot.slider([figure], ["a"]).data
    small = base64.b64decode(re.search(r'var frames = \["([^"]+)"\]', page).group(1))
    assert len(small) < len(full.getvalue()) / 2
