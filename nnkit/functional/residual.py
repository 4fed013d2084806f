"""The residual unit: two convolutions, a shortcut around them, and a ReLU after the addition.

Source: He et al. 2016, "Deep residual learning for image recognition", figure 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nnkit.functional.conv.conv2d import conv2d_backward, conv2d_forward
from nnkit.validate import Array, describe, floats, upstream

CONVOLUTIONS = {"w1", "b1", "w2", "b2"}
PROJECTION = {"wp", "bp"}


def residual_forward(x: Any, params: Mapping[str, Any]) -> tuple[Array, tuple]:
    """Return relu(f + shortcut) with f = conv(relu(conv(x))); stride 1, height and width are kept.

    x (N, C, H, W), params w1 (M, C, KH, KW), b1 (M,), w2 (F, M, KH, KW), b2 (F,), kernels odd, not
    necessarily square, and for a projection wp (F, C, 1, 1), bp (F,). The shortcut is the
    projection of x when wp is given, else x itself, and then F = C. -> out (N, F, H, W), cache =
    (x, params, z, a, s): first convolution z, a = relu(z), s = f + shortcut. ValueError for other
    shapes, even kernels or other entries of params.
    """
    x = floats(x, "x", ("N", "C", "H", "W"))
    params = _checked(params, x.shape[1])
    z = _same(x, params["w1"], params["b1"])
    a = np.maximum(z, 0.0)
    s = _same(a, params["w2"], params["b2"])
    s = s + (_same(x, params["wp"], params["bp"]) if "wp" in params else x)
    return np.maximum(s, 0.0), (x, params, z, a, s)


def residual_backward(dout: Any, cache: tuple) -> tuple[Array, dict[str, Array]]:
    """Return (dx, dparams) for dout (N, F, H, W); dparams has the keys and shapes of params.

    Behind the addition the gradient takes two ways, through f and through the shortcut.
    """
    x, params, z, a, s = cache
    ds = upstream(dout, s.shape) * (s > 0)
    da, dw2, db2 = _same_backward(ds, a, params["w2"], params["b2"])
    dx, dw1, db1 = _same_backward(da * (z > 0), x, params["w1"], params["b1"])
    dparams = {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}
    dshortcut = ds
    if "wp" in params:
        dshortcut, dparams["wp"], dparams["bp"] = _same_backward(ds, x, params["wp"], params["bp"])
    return dx + dshortcut, dparams


def _same(x: Array, w: Array, b: Array) -> Array:
    """Return the convolution of x with w and b, padded so that height and width stay."""
    return conv2d_forward(x, w, b, 1, _padding(w))[0]


def _same_backward(dout: Array, x: Array, w: Array, b: Array) -> tuple[Array, Array, Array]:
    dx, dw, db = conv2d_backward(dout, (x, w, b, 1, _padding(w), 1))
    assert dx is not None
    return dx, dw, db


def _padding(w: Array) -> tuple[int, int]:
    return w.shape[2] // 2, w.shape[3] // 2


def _checked(params: Mapping[str, Any], channels: int) -> dict[str, Array]:
    """Return params as floats; ValueError unless keys and shapes belong together."""
    given = set(params) if isinstance(params, Mapping) else None
    if given not in (CONVOLUTIONS, CONVOLUTIONS | PROJECTION):
        has = type(params).__name__ if given is None else f"a dict of {sorted(map(str, given))}"
        raise ValueError(
            f"params is {has}; expected a dict of w1, b1, w2, b2, and of wp, bp for a projection"
        )
    w1 = floats(params["w1"], "w1", ("M", channels, "KH", "KW"), "as many channels as x")
    w2 = floats(params["w2"], "w2", ("F", w1.shape[0], "KH", "KW"), "a channel a filter of w1")
    for name, w in (("w1", w1), ("w2", w2)):
        if w.shape[2] % 2 == 0 or w.shape[3] % 2 == 0:
            raise ValueError(
                f"{name} has shape {describe(w.shape)}; expected an odd kernel height and width, "
                "which have a middle"
            )
    f = w2.shape[0]
    checked = {"w1": w1, "b1": floats(params["b1"], "b1", (w1.shape[0],), "one a filter of w1")}
    checked |= {"w2": w2, "b2": floats(params["b2"], "b2", (f,), "one a filter of w2")}
    if "wp" in params:
        checked["wp"] = floats(params["wp"], "wp", (f, channels, 1, 1), "from x to f's channels")
        checked["bp"] = floats(params["bp"], "bp", (f,), "one for each filter of wp")
    elif f != channels:
        raise ValueError(
            f"w2 has {f} filters and x {channels} channels; expected as many, or a projection: "
            "wp and bp in params"
        )
    return checked
