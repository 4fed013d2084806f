"""Convolution with 3 x 3 filters at a quarter of the multiplications: Winograd's F(4 x 4, 3 x 3).

In one dimension, four neighboring outputs see six inputs d through three weights w, and are
OUT.T @ ((FILTER @ w) * (IN.T @ d)): 6 products instead of 12. In two dimensions each axis takes its
turn, and 36 products serve 16 outputs instead of 144. The sum over the channels makes a matrix
product of each of the 36. All other steps are additions, which NumPy does fastest as products with
the small matrices. As each step is linear, the gradients take the same matrices the other way
round. Rounding errors stay within a few units of the last place, as the sums are short.
Source: Winograd 1980; Lavin and Gray 2016.

Axes: Q = 36 products, P places of tiles (image, phase of the dilation, row, column).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from nnkit.functional.conv.geometry import Geometry
from nnkit.validate import Array

IN = np.array(
    [
        [4, 0, 0, 0, 0, 0],
        [0, -4, 4, -2, 2, 4],
        [-5, -4, -4, -1, -1, 0],
        [0, 1, -1, 2, -2, -5],
        [1, 1, 1, 1, 1, 0],
        [0, 0, 0, 0, 0, 1],
    ]
)
FILTER = np.array([[6, 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 24]]) / 24
OUT = np.array(
    [[1, 0, 0, 0], [1, 1, 1, 1], [1, -1, 1, -1], [1, 2, 4, 8], [1, -2, 4, -8], [0, 0, 0, 1]]
)
SEEN, MADE = OUT.shape  # a tile's inputs and outputs along one axis
EVERYWHERE = SEEN + 1  # the product that goes to all outputs of a tile alike, as a bias does
BLOCK_BYTES = 1 << 19  # a block of images stays in the processor's second-level cache


def forward(x: Array, w: Array, b: Array, g: Geometry, out: Array) -> None:
    """Write the convolution of x (N, C, H, W) with w and b into out (N, F, OH, OW)."""
    filters = _filters(w)
    mix = OUT.astype(out.dtype)
    for part, seen in _blocks(x, g, out.dtype):
        products = np.matmul(filters, seen.swapaxes(1, 2))  # (Q, F, P)
        products[EVERYWHERE] += b[:, None]
        rows = np.matmul(mix.T, products.reshape(SEEN, -1)).reshape(MADE, SEEN, -1)
        tiles = np.matmul(rows.swapaxes(1, 2), mix)
        for tile, place in _rows_of_tiles(tiles, out[part], g):
            place[...] = tile


def backward(
    x: Array, w: Array, dout: Array, g: Geometry, need_dx: bool
) -> tuple[Array | None, Array, Array]:
    """Return dx (N, C, H, W) or None, dw (F, C, 3, 3) and db (F,)."""
    f, c = w.shape[:2]
    filters = _filters(w)
    mix_in, mix_out = IN.astype(dout.dtype), OUT.astype(dout.dtype)
    dw, db = np.zeros_like(filters), np.zeros(f, dout.dtype)
    dx = np.empty(x.shape, dout.dtype) if need_dx else None
    for part, seen in _blocks(x, g, dout.dtype):
        tiles = np.zeros((MADE, f * seen.shape[1], MADE), dout.dtype)
        for tile, place in _rows_of_tiles(tiles, dout[part], g):
            tile[...] = place
        rows = np.matmul(mix_out, tiles.swapaxes(1, 2)).reshape(MADE, -1)
        products = np.matmul(mix_out, rows).reshape(SEEN * SEEN, f, -1)
        db += products[EVERYWHERE].sum(axis=1)
        dw += np.matmul(products, seen)
        if dx is not None:
            dseen = np.matmul(products.swapaxes(1, 2), filters)  # (Q, P, C)
            rows = np.matmul(mix_in, dseen.reshape(SEEN, SEEN, -1))
            dseen = np.matmul(mix_in, rows.reshape(SEEN, -1))
            dx[part] = _folded(dseen, c, len(dx[part]), g)
    return dx, _unfiltered(dw, w.shape), db


class _Tiles(NamedTuple):
    """How many tiles an image has in each phase of the dilation, and the padded image's size."""

    down: int
    across: int
    height: int
    width: int


def _tiles(g: Geometry) -> _Tiles:
    (oh, ow), (dh, dw) = g.out, g.dilation
    down, across = -(-oh // (MADE * dh)), -(-ow // (MADE * dw))
    reach = SEEN - MADE
    return _Tiles(down, across, (MADE * down + reach) * dh, (MADE * across + reach) * dw)


def _filters(w: Array) -> Array:
    """Return the filters (Q, F, C) that belong to w (F, C, 3, 3)."""
    m = FILTER.astype(w.dtype)
    return np.ascontiguousarray((m @ w @ m.T).transpose(2, 3, 0, 1)).reshape(-1, *w.shape[:2])


def _unfiltered(dw: Array, w_shape: tuple[int, ...]) -> Array:
    """Return the gradient of w (F, C, 3, 3) from that of its filters (Q, F, C)."""
    m = FILTER.astype(dw.dtype)
    per_weight = dw.reshape(SEEN, SEEN, *w_shape[:2]).transpose(2, 3, 0, 1)
    return np.ascontiguousarray(m.T @ per_weight @ m)


def _rows_of_tiles(tiles: Array, images: Array, g: Geometry) -> Iterator[tuple[Array, Array]]:
    """Yield matching pieces of tiles (MADE, F * P, MADE) and of images (B, F, OH, OW)."""
    n, f = images.shape[:2]
    (dh, dw), t = g.dilation, _tiles(g)
    tiles = tiles.reshape(MADE, f, n, dh, dw, t.down, t.across * MADE)
    for i, row in enumerate(tiles):
        for y in range(dh):
            for x in range(dw):
                place = images[:, :, y + i * dh :: MADE * dh, x::dw]
                piece = row[:, :, y, x, : place.shape[2], : place.shape[3]]
                yield piece.swapaxes(0, 1), place


def _wide(n: int, c: int, g: Geometry, dtype: np.dtype) -> tuple[Array, Array]:
    """Return n padded images, zero, (n, H, W, C) and the view (6, 6, n, DH, DW, TH, TW, C)."""
    t, (dh, dw) = _tiles(g), g.dilation
    wide = np.zeros((n, t.height, t.width, c), dtype)
    image, row, column, channel = wide.strides
    shape = (SEEN, SEEN, n, dh, dw, t.down, t.across, c)
    tile = (MADE * dh * row, MADE * dw * column)
    strides = (dh * row, dw * column, image, row, column, *tile, channel)
    return wide, as_strided(wide, shape, strides)


def _inside(wide: Array, g: Geometry) -> Array:
    (h, width), (ph, pw) = g.size, g.padding
    return wide[:, ph : ph + h, pw : pw + width].transpose(0, 3, 1, 2)


def _blocks(x: Array, g: Geometry, dtype: np.dtype) -> Iterator[tuple[slice, Array]]:
    """Yield (images, what the tiles see of them, mixed, (Q, P, C)) for a few images at a time."""
    n, c = x.shape[:2]
    t, mix = _tiles(g), IN.T.astype(dtype)
    size = SEEN**2 * g.dilation[0] * g.dilation[1] * t.down * t.across * c * dtype.itemsize
    step = min(n, max(1, BLOCK_BYTES // size))
    for start in range(0, n, max(step, 1)):
        images = x[start : start + step]
        wide, tiles = _wide(len(images), c, g, dtype)
        _inside(wide, g)[...] = images
        seen = np.matmul(mix, tiles.reshape(SEEN, -1))
        seen = np.matmul(mix, seen.reshape(SEEN, SEEN, -1))
        yield slice(start, start + len(images)), seen.reshape(SEEN * SEEN, -1, c)


def _folded(dseen: Array, c: int, n: int, g: Geometry) -> Array:
    """Return dx (n, C, H, W) from the gradients (6 * 6 * P * C) of what the tiles see."""
    wide, tiles = _wide(n, c, g, dseen.dtype)
    dseen = dseen.reshape(tiles.shape)
    for i in range(SEEN):
        for j in range(SEEN):
            place = tiles[i, j]
            place += dseen[i, j]
    return _inside(wide, g)
