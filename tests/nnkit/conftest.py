"""What tests of figures share."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nnkit import plot


@pytest.fixture
def fresh_figures() -> Iterator[None]:
    """Give a test the course's style, and close what it has drawn."""
    with plt.rc_context():
        plot.style()
        yield
    plt.close("all")


EDGE, SEEN = 6, 2  # pixels: half a thick line may stand over an edge; less of a text is not seen


def what_is_cut_off(ax: Axes) -> list[str]:
    """Return what does not lie within a drawing's limits, and texts that lie on one another."""
    pen: Any = ax.figure.canvas.get_renderer()  # type: ignore[attr-defined]
    room = ax.get_window_extent(pen)
    found = []
    for thing in (*ax.patches, *ax.lines, *ax.collections):
        box = thing.get_window_extent(pen)
        inside = room.x0 - EDGE <= box.x0 <= box.x1 <= room.x1 + EDGE
        inside = inside and room.y0 - EDGE <= box.y0 <= box.y1 <= room.y1 + EDGE
        placed = np.isfinite(box.extents).all()  # Matplotlib knows no extent of a single marker
        if placed and thing.get_visible() and thing.get_clip_on() and not inside:
            found.append(f"{type(thing).__name__} at {box.extents} in {room.extents}")
    texts = [text for text in ax.texts if text.get_text().strip() and text.get_visible()]
    for one, other in itertools.combinations(texts, 2):
        a, b = one.get_window_extent(pen), other.get_window_extent(pen)
        width, height = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        if width > SEEN and height > SEEN:
            found.append(f"{one.get_text()!r} on {other.get_text()!r}")
    return found


@pytest.fixture
def crowded() -> None:
    """Say of a test that it writes more, or longer, words into a drawing than it is made for."""


@pytest.fixture(autouse=True)
def whole_drawings(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Look at each drawing without axes before it is closed: nothing is cut off or hidden."""
    drawing = request.path.stem.startswith(("test_plot", "test_graph"))
    if not drawing or "crowded" in request.fixturenames:
        yield
        return
    found: list[str] = []
    close = plt.close

    def look_and_close(*which: Any) -> None:
        for number in plt.get_fignums():
            figure: Figure = plt.figure(number)
            figure.canvas.draw()
            for ax in figure.axes:
                if not ax.axison and ax.name != "3d":
                    found.extend(what_is_cut_off(ax))
        close(*which)

    monkeypatch.setattr(plt, "close", look_and_close)
    yield
    look_and_close("all")
    assert not found
