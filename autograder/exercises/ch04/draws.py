"""Inputs that several exercises of the chapter share."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case


def pool_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Windows side by side, overlapping, apart, with a rest that does not fit; only negative values too."""
    for n, c, h, w, size, stride in (
        (2, 3, 4, 6, 2, 2),
        (3, 2, 5, 6, 3, 2),
        (2, 3, 6, 5, 3, 1),
        (2, 2, 7, 8, 2, 3),
        (2, 3, 5, 7, 2, 2),
    ):
        yield case(
            f"size {size}, stride {stride}; image {h}×{w}",
            x=rng.standard_normal((n, c, h, w)),
            size=size,
            stride=stride,
            N=n,
            C=c,
            H=h,
            W=w,
        )
    yield case("only negative values", x=-1 - rng.random((2, 2, 4, 5)), size=2, stride=2, N=2, C=2)


SHAPES = (
    (2, 3, 5, 6, 3, 2, 1, 0, 1),
    (3, 2, 6, 5, 2, 3, 2, 0, 1),
    (2, 3, 4, 5, 3, 2, 1, 1, 1),
    (2, 2, 7, 6, 2, 3, 1, 1, 2),
    (2, 3, 8, 7, 3, 2, 3, 2, 2),
)


def image_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Non-square everything; overlaps; rows that no window reaches."""
    for n, c, h, w, kh, kw, stride, padding, dilation in SHAPES:
        yield case(
            f"stride {stride}, padding {padding}, dilation {dilation}; image {h}×{w}, kernel {kh}×{kw}",
            x=rng.standard_normal((n, c, h, w)),
            kh=kh,
            kw=kw,
            stride=stride,
            padding=padding,
            dilation=dilation,
            N=n,
            C=c,
        )
