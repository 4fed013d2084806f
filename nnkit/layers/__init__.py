"""Layers: pairs of functions with parameters, and the ways to put them together.

`Layer(forward, backward, w=w, b=b)` lifts any pair, your own too. The classes below are such pairs
from nnkit.functional under PyTorch's names.
"""

from nnkit.layers.activations import (
    ELU,
    GELU,
    LeakyReLU,
    Logistic,
    PReLU,
    ReLU,
    Softplus,
    Swish,
    Tanh,
)
from nnkit.layers.base import Layer, Module
from nnkit.layers.containers import PerStep, Residual, Sequential
from nnkit.layers.dense import Dropout, Embedding, Flatten, Linear
from nnkit.layers.norm import BatchNorm1d, BatchNorm2d, LayerNorm

__all__ = [
    "ELU",
    "GELU",
    "BatchNorm1d",
    "BatchNorm2d",
    "Dropout",
    "Embedding",
    "Flatten",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "Logistic",
    "Module",
    "PReLU",
    "PerStep",
    "ReLU",
    "Residual",
    "Sequential",
    "Softplus",
    "Swish",
    "Tanh",
]
