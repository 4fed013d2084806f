"""What a layer object costs over its bare pair: the ratio to keep below 1.05."""

from __future__ import annotations

import numpy as np
from conv_cases import draw
from timing import Case

import nnkit.functional as F
from nnkit.layers import LSTM, Conv2d, Linear

LAYERS = ("conv D", "LSTM", "Linear")


def layer_case(name: str, rng: np.random.Generator) -> Case:
    """Forward and backward through the layer, against the same through its pair."""
    if name == "conv D":
        layer = Conv2d(32, 64, 3, padding=1, rng=rng).astype(np.float32)
        x, dout = draw(rng, 32, 32, 28, 28), draw(rng, 32, 64, 28, 28)
        options, states = {"padding": 1}, ()
        forward, backward = F.conv2d_forward, F.conv2d_backward
    elif name == "LSTM":
        layer = LSTM(64, 128, rng=rng).astype(np.float32)
        x, dout = draw(rng, 32, 64, 64), draw(rng, 32, 64, 128)
        options, states = {}, (np.zeros((32, 128), np.float32),) * 2
        forward, backward = F.lstm_forward, F.lstm_backward
    else:
        layer = Linear(784, 256, rng=rng).astype(np.float32)
        x, dout = draw(rng, 128, 784), draw(rng, 128, 256)
        options, states = {}, ()
        forward, backward = F.affine_forward, F.affine_backward
    params = list(layer.params.values())

    def through_layer() -> None:
        layer(x)
        layer.backward(dout)

    def bare() -> None:
        backward(dout, forward(x, *states, *params, **options)[1])

    return Case(f"layer / pair: {name}", through_layer, bare, 1.05)
