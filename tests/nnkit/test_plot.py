"""Figures: what stands on them, and that wrong input is refused."""

from __future__ import annotations

import base64
import io
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from nnkit import plot
from nnkit.train import History

pytestmark = pytest.mark.usefixtures("fresh_figures")


def labels(ax):
    return [line.get_label() for line in ax.lines]


def test_curves_show_loss_and_metric_with_validation_dashed():
    history = History([3, 2], [3, 2.5], [0.1, 0.5], [0.2, 0.4])
    figure = plot.curves(history, metric="accuracy", title="run", log=True)
    left, right = figure.axes
    assert labels(left) == labels(right) == ["training", "validation"]
    assert (left.get_ylabel(), right.get_ylabel()) == ("loss", "accuracy")
    assert left.get_yscale() == "log"
    assert left.lines[1].get_linestyle() == "--"
    assert list(left.lines[0].get_xdata()) == [1, 2]
    assert figure.get_suptitle() == "run"


def test_curves_of_several_runs_and_of_a_single_epoch():
    runs = {"SGD": History([3, 2], [3, 2]), "Adam": History([2])}
    (ax,) = plot.curves(runs).axes
    assert labels(ax) == ["SGD training", "SGD validation", "Adam training"]
    assert ax.lines[0].get_color() == ax.lines[1].get_color() != ax.lines[2].get_color()
    assert ax.lines[2].get_marker() == "o"
    with pytest.raises(ValueError, match="history is empty"):
        plot.curves({})


def test_images_fill_a_grid():
    pictures = np.random.default_rng(0).standard_normal((5, 4, 6))
    figure = plot.images(pictures, list("abcde"), columns=3, symmetric=True, title="t")
    assert len(figure.axes) == 6
    image = figure.axes[0].images[0]
    low, high = image.get_clim()
    assert low == -high == -np.abs(pictures[0]).max()
    assert figure.axes[4].get_title() == "e"
    assert not figure.axes[5].images
    shared = plot.images(pictures, share=True)
    assert {ax.images[0].get_clim() for ax in shared.axes} == {(pictures.min(), pictures.max())}
    flat = plot.images(np.zeros((2, 3, 3, 3)))
    assert flat.axes[0].images[0].get_clim() == (0.0, 1.0)
    assert plot.images(np.zeros((1, 3, 3)), symmetric=True).axes[0].images[0].get_clim() == (-1, 1)


@pytest.mark.parametrize("shape", [(3, 3), (2, 1, 3, 4), (0, 3, 3)])
def test_images_refuse_other_shapes(shape):
    with pytest.raises(ValueError, match="pictures has shape"):
        plot.images(np.ones(shape))


@pytest.mark.parametrize(
    "predict",
    [
        lambda p: (p[:, 0] > 0).astype(int),
        lambda p: p[:, :1],
        lambda p: np.stack([-p[:, 0], p[:, 0]], axis=1),
    ],
)
def test_decision_regions_take_labels_one_logit_or_scores(predict):
    _, ax = plt.subplots()
    x = np.array([[-1.0, 0.0], [1.0, 1.0], [0.5, -1.0]])
    plot.decision_regions(ax, predict, x, [0, 1, 1], resolution=10)
    regions = ax.collections[0].get_array().reshape(10, 10)
    assert (regions[:, :4] == 0).all()
    assert (regions[:, -4:] == 1).all()
    assert [c.get_label() for c in ax.collections[1:]] == ["class 0", "class 1"]


def test_decision_regions_refuse_other_answers():
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match=r"predict returned shape \(3,\)"):
        plot.decision_regions(ax, lambda p: np.ones(3), np.ones((2, 2)), [0, 1])
    with pytest.raises(ValueError, match=r"x has shape \(2, 3\); expected \(N, 2\)"):
        plot.decision_regions(ax, lambda p: p, np.ones((2, 3)), [0, 1])


def test_confusion_writes_the_counts():
    _, ax = plt.subplots()
    plot.confusion(ax, [[5, 0], [1, 4]], ["cat", "dog"])
    assert [t.get_text() for t in ax.texts] == ["5", "1", "4"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["cat", "dog"]
    plot.confusion(ax, np.zeros((2, 2), int))
    with pytest.raises(ValueError, match=r"matrix has shape \(2, 3\); expected \(K, K\)"):
        plot.confusion(ax, np.ones((2, 3)))


def frames(n=3):
    result = []
    for k in range(n):
        figure, ax = plt.subplots(figsize=(2, 1.5))
        ax.plot([0, k])
        result.append(figure)
    return result


def test_slider_is_one_self_contained_accessible_element():
    page = plot.slider(frames(), [0.1, 0.2, 0.3], 'rate "x" </script>').data
    assert page.count("<script>") == page.count("</script>") == 1
    assert 'type="range"' in page
    assert 'max="2"' in page
    assert "aria-label=" in page
    assert "http" not in page
    assert "&quot;x&quot;" in page
    assert len(re.findall(r'"iVBOR', page)) == 3
    assert len(page) < 100_000
    assert plt.get_fignums() == []


def test_slider_starts_at_a_chosen_frame_and_prints_the_chosen_ones():
    page = plot.slider(frames(), ["a", "b", "c"], "rate", start=1, still=(0, 2)).data
    encoded = re.findall(r'"(iVBOR[^"]+)"', page)
    assert f'src="data:image/png;base64,{encoded[1]}"' in page
    assert 'value="1"' in page
    assert ">b</output>" in page
    assert "[0, 2].forEach" in page
    assert "@media print" in page
    # Each picture is in the page once (and the first to be seen as the image): paper copies them.
    assert page.count("iVBOR") == 4
    assert "@media" not in plot.slider(frames(), ["a", "b", "c"], "rate").data


@pytest.mark.parametrize("given", [{"start": 3}, {"start": -1}, {"still": (0, 3)}])
def test_slider_refuses_a_frame_that_is_not_there(given):
    with pytest.raises(ValueError, match="expected an index from 0 to 2"):
        plot.slider(frames(), ["a", "b", "c"], **given)


def test_slider_is_the_same_twice_and_takes_png_bytes():
    png = plot.slider(frames(1), ["a"]).data
    assert png == plot.slider(frames(1), ["a"]).data
    raw = b"\x89PNG rest"
    first, second = (plot.slider([raw], [label]).data for label in "ab")
    ids = [re.search(r'id="(slider-\w+)"', page).group(1) for page in (first, second)]
    assert ids[0] != ids[1]


@pytest.mark.parametrize(
    ("given", "names", "message"),
    [
        ([], [], "given 0 frames and 0 labels"),
        ([b"\x89PNG"], ["a", "b"], "given 1 frames and 2 labels"),
        ([b"GIF"], ["a"], "bytes but not a PNG"),
        (["figure"], ["a"], "a frame is str"),
    ],
)
def test_slider_refuses_other_frames(given, names, message):
    with pytest.raises(ValueError, match=message):
        plot.slider(given, names)


def test_the_color_of_one_mark_survives_beside_a_picture_of_many_colors():
    figure = Figure(figsize=(4, 3))
    ax = figure.subplots()
    ax.imshow(np.random.default_rng(0).random((200, 200)), cmap="viridis")
    ax.plot(5, 5, "s", color="C1", markersize=6)
    page = plot.slider([figure], ["a"]).data
    (encoded,) = re.findall(r'var frames = \["([^"]+)"\]', page)
    frame = Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGB")
    orange = tuple(round(255 * part) for part in to_rgb("C1"))
    assert orange in {color for _, color in frame.getcolors(frame.width * frame.height)}
