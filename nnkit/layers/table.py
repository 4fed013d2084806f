"""Networks as tables: one line a layer, the numbers of parameters in the last column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnkit.validate import describe


def batch_shape(shape: tuple[int, ...]) -> str:
    """Return an output's shape for one example as people write it for N of them."""
    rows, *rest = shape
    # More rows than one are the steps that PerStep lays out.
    return describe(("N" if rows == 1 else f"N·{rows}", *rest))


def write(head: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> str:
    """Return the table with its total; each row is text and, last, a count or None."""
    counts = [count for *_, count in rows]
    cells = [(*text, "" if count is None else f"{count:,}") for *text, count in rows]
    total = f"{sum(count or 0 for count in counts):,}"
    foot = ("", "total", *[""] * (len(head) - 3), total)
    lines = [tuple(head), *cells, foot]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]

    def one(line: Sequence[str]) -> str:
        left = [cell.ljust(width) for cell, width in zip(line[:-1], widths[:-1], strict=True)]
        return "  ".join([*left, line[-1].rjust(widths[-1])]).rstrip()

    rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
    return "\n".join([one(head), rule, *map(one, cells), rule, one(foot)])
