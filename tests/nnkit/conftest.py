"""What tests of figures share."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib.pyplot as plt
import pytest

from nnkit import plot


@pytest.fixture
def fresh_figures() -> Iterator[None]:
    """Give a test the course's style, and close what it has drawn."""
    with plt.rc_context():
        plot.style()
        yield
    plt.close("all")
