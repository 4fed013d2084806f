"""Networks as tables: one line a layer with its sizes and parameter count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from nnkit.validate import describe, size_tuple

if TYPE_CHECKING:
    from nnkit.layers.base import Layer
    from nnkit.layers.module import Module


def describe_module(module: Module) -> str:
    """Return one line for a single layer, a table with a total for a container."""
    leaves = list(module.leaves())
    if not module.children():
        leaf = leaves[0][1]
        return _label(leaf)
    rows = [(prefix.rstrip("."), _label(leaf), f"{_count(leaf):,}") for prefix, leaf in leaves]
    total = sum(_count(leaf) for _, leaf in leaves)
    return _table(("", type(module).__name__, "parameters"), rows, total)


def summary(module: Module, input_shape: tuple[int, ...]) -> str:
    """Return the table of layer, output shape and parameter count for one example's shape."""
    input_shape = size_tuple(input_shape, "input_shape", "(D, ...)")
    leaves = list(module.leaves())
    params = module.parameters()
    dtype = next(iter(params.values())).dtype if params else np.dtype(float)
    shapes: dict[int, str] = {}
    kept = [(leaf, leaf._forward, leaf._cache) for _, leaf in leaves]
    try:
        for _, leaf in leaves:
            leaf._forward = _recording(leaf, shapes)
        with module.test_mode():
            module(np.zeros((1, *input_shape), dtype))
    finally:  # the next backward still belongs to the caller's last forward
        for leaf, forward, cache in kept:
            leaf._forward, leaf._cache = forward, cache
    rows = [
        (prefix.rstrip("."), _label(leaf), shapes.get(id(leaf), ""), f"{_count(leaf):,}")
        for prefix, leaf in leaves
    ]
    first = ("", "input", describe(("N", *input_shape)), "")
    total = sum(_count(leaf) for _, leaf in leaves)
    return _table(("", type(module).__name__, "output", "parameters"), [first, *rows], total)


def _recording(leaf: Layer, shapes: dict[int, str]):  # type: ignore[no-untyped-def]
    forward = leaf._forward

    def record(*args, **options):  # type: ignore[no-untyped-def]
        result = forward(*args, **options)
        rows, *rest = result[0].shape  # one example; more rows are the steps PerStep lays out
        shapes[id(leaf)] = describe(("N" if rows == 1 else f"N·{rows}", *rest))
        return result

    return record


def _label(leaf: Layer) -> str:
    return f"{leaf.name}({leaf.extra()})"


def _count(leaf: Layer) -> int:
    return sum(value.size for value in leaf.params.values())


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], total: int) -> str:
    foot = ("", "total", *[""] * (len(head) - 3), f"{total:,}")
    lines = [head, *rows, foot]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]

    def write(line: tuple[str, ...]) -> str:
        left = [cell.ljust(width) for cell, width in zip(line[:-1], widths[:-1], strict=True)]
        return "  ".join([*left, line[-1].rjust(widths[-1])]).rstrip()

    rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
    return "\n".join([write(head), rule, *map(write, rows), rule, write(foot)])
