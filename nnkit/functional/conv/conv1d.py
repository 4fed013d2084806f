"""One-dimensional convolution in its three modes, with the kernel flipped as mathematics has it."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnkit.validate import Array, floats, upstream


def conv1d(x: Any, w: Any, mode: str = "narrow") -> Array:
    """Return y[t] = sum over k of w[k] x[t - k], for signal x (M,) and kernel w (K,), K <= M.

    mode "narrow": M - K + 1 values, the kernel stays inside; "wide": M + K - 1, all overlaps;
    "same": M, the wide result from entry (K - 1) // 2 on. ValueError for other modes or shapes.
    """
    return conv1d_forward(x, w, mode)[0]


def conv1d_forward(x: Any, w: Any, mode: str = "narrow") -> tuple[Array, tuple]:
    """Return conv1d(x, w, mode) and cache = (x, w, mode)."""
    x, w = floats(x, "x", ("M",)), floats(w, "w", ("K",))
    start, stop = _kept(x.size, w.size, mode)
    return np.convolve(x, w)[start:stop].copy(), (x, w, mode)


def conv1d_backward(dout: Any, cache: tuple) -> tuple[Array, Array]:
    """Return (dx, dw): each is dout slid over the other argument, this time without a flip.

    dout of the output's shape -> dx (M,), dw (K,).
    """
    x, w, mode = cache
    m, k = x.size, w.size
    start, stop = _kept(m, k, mode)
    # What a mode leaves out of the wide result has no influence: its gradient is zero.
    wide = np.zeros(m + k - 1, np.result_type(x, w))
    wide[start:stop] = upstream(dout, (stop - start,))
    return np.correlate(wide, w, "valid"), np.correlate(wide, x, "valid")


def _kept(m: int, k: int, mode: str) -> tuple[int, int]:
    """Return which entries of the wide result the mode keeps."""
    if not 1 <= k <= m:
        raise ValueError(
            f"w has {k} values and x has {m}; expected 1 <= K <= M, a kernel inside the signal"
        )
    if mode == "narrow":
        return k - 1, m
    if mode == "wide":
        return 0, m + k - 1
    if mode == "same":
        return (k - 1) // 2, (k - 1) // 2 + m
    raise ValueError(f'mode is {mode!r}; expected "narrow", "wide" or "same"')
