"""Chapter 5's five frames of one LSTM step backward, numbers on the edges of the drawn cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from nnkit.plot.ch05_cells import LIT, Point, cell

VALUE = "C0"
STEPS = ("show", "two uses of the cell", "keep and write", "slopes of the gates", "affine map")
PARTS = (("show", "o"), ("cell", "show"), ("cell", "f", "i", "g", "write"), ("f", "i", "g", "o"),
         ("inputs",))  # fmt: skip
VALUES: dict[str, Point] = {
    "c_prev": (0.95, 4.3), "c": (6.4, 4.3), "f": (1.85, 3.2), "i": (3.45, 2.85), "g": (5.75, 2.85),
    "o": (7.55, 2.33), "tanh c": (8.95, 2.65), "h": (9.85, 1.2), "x": (1.25, 0.2),
    "h_prev": (0.95, 1.2),
}  # fmt: skip
# Where each gradient stands, and the frame from which on it is known.
GRADIENTS: dict[str, tuple[int, Point]] = {
    "dh": (0, (9.85, 0.6)), "dc": (0, (9.75, 3.7)), "do": (0, (7.85, 1.75)),
    "dtanh": (0, (8.95, 2.35)), "dc_total": (1, (6.4, 3.7)), "df": (2, (2.85, 3.2)),
    "dc_prev": (2, (0.95, 3.7)), "di": (2, (3.35, 2.53)), "dg": (2, (5.85, 2.53)),
    "ds_f": (3, (2.8, 1.15)), "ds_i": (3, (4.4, 1.15)), "ds_g": (3, (5.8, 1.15)),
    "ds_o": (3, (7.55, 1.15)), "dh_prev": (4, (0.95, 0.6)), "dx": (4, (2.15, 0.2)),
}  # fmt: skip


def lstm_gradients(dh: float, dc: float, cache: Sequence[Any]) -> dict[str, float]:
    """Return every gradient of one LSTM step with one unit and one input, by name.

    cache = (x, h_prev, c_prev, u, w, b, f, i, g, o, c) with arrays of a single row, as
    nnkit.functional.lstm_step_forward returns it. ValueError for more than one unit or input.
    """
    if np.shape(cache[2]) != (1, 1) or np.shape(cache[0]) != (1, 1):
        raise ValueError(
            f"x is {np.shape(cache[0])}, c_prev {np.shape(cache[2])}; expected (1, 1): one "
            "example, "
            "one input, one unit"
        )
    c_prev, f, i, g, o, c = (float(np.squeeze(cache[k])) for k in (2, 6, 7, 8, 9, 10))
    u, w = np.ravel(cache[3]), np.ravel(cache[4])
    shown = float(np.tanh(c))
    total = dc + dh * o * (1 - shown**2)
    d = {"dh": dh, "dc": dc, "do": dh * shown, "dtanh": dh * o, "dc_total": total}
    d |= {"df": total * c_prev, "dc_prev": total * f, "di": total * g, "dg": total * i}
    ds = np.array([d["df"] * f * (1 - f), d["di"] * i * (1 - i), d["dg"] * (1 - g * g),
                   d["do"] * o * (1 - o)])  # fmt: skip
    d |= dict(zip(("ds_f", "ds_i", "ds_g", "ds_o"), ds.tolist(), strict=True))
    return d | {"dx": float(ds @ u), "dh_prev": float(ds @ w)}


def lstm_backward_frames(dh: float, dc: float, cache: Sequence[Any]) -> list[Figure]:
    """Return five figures, one for each step backward: values blue, known gradients orange.

    Arguments as of lstm_gradients. The gradients that a step finds are set in bold.
    """
    gradients = lstm_gradients(dh, dc, cache)
    c = float(np.squeeze(cache[10]))
    found = dict(
        zip(("f", "i", "g", "o"), (float(np.squeeze(v)) for v in cache[6:10]), strict=True)
    )
    values = found | {"c_prev": float(np.squeeze(cache[2])), "c": c, "tanh c": float(np.tanh(c))}
    values |= {"h": values["o"] * values["tanh c"], "x": float(np.squeeze(cache[0]))}
    values["h_prev"] = float(np.squeeze(cache[1]))
    return [_frame(step, values, gradients) for step in range(5)]


def _frame(step: int, values: dict[str, float], gradients: dict[str, float]) -> Figure:
    figure, ax = plt.subplots(figsize=(8.5, 4.3))
    cell(ax, "lstm", PARTS[step], f"{step + 1} · {STEPS[step]}")
    for name, at in VALUES.items():
        _number(ax, at, values[name], VALUE, "normal")
    for name, (known, at) in GRADIENTS.items():
        if known <= step:
            _number(ax, at, gradients[name], LIT, "bold" if known == step else "normal")
    return figure


def _number(ax: Any, at: Point, value: float, color: str, weight: str) -> None:
    box = {"fc": "white", "ec": "none", "pad": 0.6, "alpha": 0.85}
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    ax.text(*at, text, color=color, fontsize=9, fontweight=weight, ha="center", va="center",
            bbox=box, zorder=5)  # fmt: skip
