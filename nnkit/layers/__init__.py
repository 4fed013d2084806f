"""Layers: pairs of functions with parameters, and the ways to put them together.

`Layer(forward, backward, w=w, b=b)` lifts any pair, your own too. The classes below are such pairs
from nnkit.functional, most under PyTorch's names.
"""

from nnkit.layers.activations import (
    ELU,
    GELU,
    LeakyReLU,
    Logistic,
    LogSoftmax,
    PReLU,
    ReLU,
    Softmax,
    Softplus,
    Swish,
    Tanh,
)
from nnkit.layers.containers import PerStep, Residual, Sequential
from nnkit.layers.conv import AvgPool2d, Conv2d, ConvTranspose2d, GlobalAvgPool2d, MaxPool2d
from nnkit.layers.dropout import Dropout
from nnkit.layers.embedding import Embedding
from nnkit.layers.layer import Layer
from nnkit.layers.linear import Flatten, Linear
from nnkit.layers.module import Module
from nnkit.layers.norm import BatchNorm1d, BatchNorm2d, LayerNorm
from nnkit.layers.recurrent import (
    GRU,
    LSTM,
    RNN,
    Bidirectional,
    CoupledLSTM,
    LastStep,
    PeepholeLSTM,
)
