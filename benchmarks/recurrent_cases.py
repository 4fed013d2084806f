"""Recurrent layers over a whole sequence, forward and backward, against PyTorch."""

from __future__ import annotations

import numpy as np
import torch
from conv_cases import agree, draw
from timing import Case

import nnkit.functional as F

SIZES = {"T64 N32 D64 H128": (64, 32, 64, 128), "T100 N64 D64 H256": (100, 64, 64, 256)}
BLOCKS = {"LSTM": 4, "GRU": 3, "RNN": 1}
TARGETS = {"LSTM": 1.1, "GRU": 1.0, "RNN": 1.0}


def recurrent_case(kind: str, size: str, rng: np.random.Generator) -> Case:
    """All gradients from one upstream gradient for every step."""
    length, n, d, h = SIZES[size]
    blocks = BLOCKS[kind]
    x, dh = draw(rng, n, length, d), draw(rng, n, length, h)
    states = [np.zeros((n, h), np.float32)] * (2 if kind == "LSTM" else 1)
    u, w = draw(rng, d, blocks * h) / d**0.5, draw(rng, h, blocks * h) / h**0.5
    b = np.zeros(blocks * h, np.float32)
    module = getattr(torch.nn, kind)(d, h, batch_first=True)
    module.train()
    if kind != "GRU":  # PyTorch's GRU applies the reset after the product: same cost, other values
        # PyTorch's blocks are i, f, g, o.
        order = np.r_[h : 2 * h, 0:h, 2 * h : 4 * h] if kind == "LSTM" else np.arange(h)
        with torch.no_grad():
            module.weight_ih_l0.copy_(torch.from_numpy(u[:, order].T))
            module.weight_hh_l0.copy_(torch.from_numpy(w[:, order].T))
            module.bias_ih_l0.zero_(), module.bias_hh_l0.zero_()
    leaf, torch_dh = torch.from_numpy(x).requires_grad_(), torch.from_numpy(dh)
    leaves = [leaf, *module.parameters()]
    forward = getattr(F, f"{kind.lower()}_forward")
    backward = getattr(F, f"{kind.lower()}_backward")

    def mine() -> tuple:
        return backward(dh, forward(x, *states, u, w, b)[1])

    def theirs() -> tuple:
        return torch.autograd.grad(module(leaf)[0], leaves, torch_dh)

    if kind != "GRU":
        agree(mine()[:1], theirs()[:1])
    return Case(f"{kind} {size}", mine, theirs, TARGETS[kind])
