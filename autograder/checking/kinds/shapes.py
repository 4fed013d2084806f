"""Cases that are pure draws of shapes, in one line.

    draws("x: N *D, w: D M /2, b: M", dict(N=3, D=4, M=5), dict(N=4, D=(2, 3), M=5))

Each array is standard normal, in the order in which it is named. A size may be several axes, which
`*D` keeps apart and `D` multiplies; `4H` is four times H; `/2` and `*1.5` scale; `-1..1` is
uniform. What else a dict holds are inputs as they are, or `label`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, case

_SIZE = re.compile(r"(\*?)(\d*)([A-Z]\w*)")


def draws(shapes: str, *sizes: dict[str, Any]) -> Callable[[np.random.Generator], Iterator[Case]]:
    """Return a generator of cases: one for each dict of sizes, with its arrays drawn anew.

    Raises ValueError for a shape that cannot be read, KeyError for a size that is not given.
    """
    arrays = [_array(text) for text in shapes.split(",")]

    def cases(rng: np.random.Generator) -> Iterator[Case]:
        for given in sizes:
            inputs = {name: draw(rng, given) for name, draw in arrays}
            named = {k: _product(v) for k, v in given.items() if k[0].isupper()}
            plain = {k: v for k, v in given.items() if k not in named and k != "label"}
            yield case(given.get("label", ""), **inputs, **plain, **named)

    return cases


def table(names: str, *rows: tuple[Any, ...], label: str = "") -> list[dict[str, Any]]:
    """Return each row as a dict of sizes for `draws`: `table("N D", (3, 4), (4, (2, 3)))`.

    "{stride}" in the label stands for that number.  Raises ValueError where a row is too short.
    """
    named = [dict(zip(names.split(), row, strict=True)) for row in rows]
    return [{**sizes, "label": label.format(**sizes)} for sizes in named]


def _array(text: str) -> tuple[str, Callable[[np.random.Generator, dict[str, Any]], np.ndarray]]:
    name, colon, rest = text.partition(":")
    words = rest.split()
    scale, bounds = 1.0, None
    if words and words[-1][0] in "/*" and not _SIZE.fullmatch(words[-1]):
        last = words.pop()
        scale = float(last[1:]) if last[0] == "*" else 1 / float(last[1:])
    if words and ".." in words[-1]:
        low, high = words.pop().split("..")
        bounds = float(low), float(high)
    parts = [_SIZE.fullmatch(word) for word in words]
    if not colon or not all(parts):
        raise ValueError(
            f"{text.strip()!r} is not a shape; expected a name and sizes, as in 'x: N *D'"
        )

    def draw(rng: np.random.Generator, sizes: dict[str, Any]) -> np.ndarray:
        shape: list[int] = []
        for star, times, letter in (part.groups() for part in parts if part):
            size = sizes[letter]
            axes = size if star and isinstance(size, tuple) else (_product(size),)
            shape += [int(times or 1) * n for n in axes]
        if bounds is not None:
            return rng.uniform(*bounds, tuple(shape))
        drawn = rng.standard_normal(tuple(shape))
        return drawn if scale == 1 else drawn * scale if scale > 1 else drawn / (1 / scale)

    return name.strip(), draw


def _product(size: Any) -> int:
    return math.prod(size) if isinstance(size, tuple) else size
