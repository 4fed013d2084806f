"""Inputs that several exercises of the chapter share: sizes in a table, images to be pooled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import draws, table

# Non-square everything; every option alone and together; rows that no window reaches; a kernel of
# one, a kernel as large as the image; all square.
WINDOWS = table(
    "N C F H W Kh Kw stride padding dilation",
    (2, 3, 4, 5, 6, 3, 2, 1, 0, 1),
    (3, 2, 4, 6, 5, 2, 3, 2, 0, 1),
    (2, 3, 2, 4, 5, 3, 2, 1, 1, 1),
    (2, 2, 3, 7, 6, 2, 3, 1, 1, 2),
    (2, 3, 2, 9, 7, 3, 2, 3, 2, 2),
    (2, 2, 3, 7, 6, 2, 3, 2, 0, 1),
    (2, 1, 1, 4, 3, 1, 1, 1, 0, 1),
    (1, 2, 3, 3, 2, 3, 2, 1, 0, 1),
    (3, 3, 3, 5, 5, 3, 3, 1, 1, 1),
    label="stride {stride}, padding {padding}, dilation {dilation}; "
    "image {H}×{W}, kernel {Kh}×{Kw}",
)
DEFAULT_OPTIONS = table("N C F H W Kh Kw", (2, 2, 3, 4, 3, 2, 3), label="the default options")


def _columns(sizes: dict[str, Any]) -> dict[str, Any]:
    """The kernel's sizes as inputs: im2col sees no filters."""
    rest = {k: v for k, v in sizes.items() if k not in ("F", "Kh", "Kw")}
    return {"kh": sizes["Kh"], "kw": sizes["Kw"], **rest}


images = draws("x: N C H W", *map(_columns, WINDOWS))

# Windows side by side, overlapping, apart, with a rest that does not fit.
pooled = draws(
    "x: N C H W",
    *table(
        "N C H W size stride",
        (2, 3, 4, 6, 2, 2),
        (3, 2, 5, 6, 3, 2),
        (2, 3, 6, 5, 3, 1),
        (2, 2, 7, 8, 2, 3),
        (2, 3, 5, 7, 2, 2),
        (1, 1, 5, 4, 1, 2),
        (3, 3, 5, 5, 3, 2),
        label="size {size}, stride {stride}; image {H}×{W}",
    ),
)


def pool_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Windows of every kind; only negative values too."""
    yield from pooled(rng)
    yield case("only negative values", x=-1 - rng.random((2, 2, 4, 5)), size=2, stride=2, N=2, C=2)
