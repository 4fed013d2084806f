"""The pairs whose output has the shape of their only input, any shape: what holds for each of them.

A new one takes its place here, and every promise is tested for it.
"""

from __future__ import annotations

POINTWISE = [
    "logistic",
    "tanh",
    "relu",
    "leaky_relu",
    "elu",
    "swish",
    "gelu",
    "softplus",
    "softmax",
    "log_softmax",
]
