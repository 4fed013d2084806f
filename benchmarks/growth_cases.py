"""What growth.py measures: pairs of calls that do the same work, nnkit's and PyTorch's."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import nn

import nnkit.functional as F
from nnkit import layers, optim
from nnkit.train import fit

Calls = tuple[Callable[[], object], Callable[[], object]]
RNG = np.random.default_rng(0)


def normal(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape).astype(np.float32)


def conv2d(**grows: int) -> Calls:
    n, side = grows.get("N", 8), round(grows.get("H × W", 16**2) ** 0.5)
    x, w, b = normal(n, 16, side, side), normal(16, 16, 3, 3), normal(16)
    dout = normal(n, 16, side, side)
    leaves = [torch.from_numpy(a).requires_grad_() for a in (x, w, b)]

    def mine() -> object:
        return F.conv2d_backward(dout, F.conv2d_forward(x, w, b, 1, 1)[1])

    def theirs() -> object:
        out = nn.functional.conv2d(*leaves, padding=1)
        return torch.autograd.grad(out, leaves, torch.from_numpy(dout))

    return mine, theirs


def lstm(**grows: int) -> Calls:
    n, length, d, h = grows.get("N", 32), grows.get("T", 32), 32, 64
    x, dh, zeros = normal(n, length, d), normal(n, length, h), np.zeros((n, h), np.float32)
    u, w, b = normal(d, 4 * h) / 6, normal(h, 4 * h) / 8, normal(4 * h)
    module, leaf = nn.LSTM(d, h, batch_first=True), torch.from_numpy(x).requires_grad_()

    def mine() -> object:
        return F.lstm_backward(dh, F.lstm_forward(x, zeros, zeros, u, w, b)[1])

    def theirs() -> object:
        out = module(leaf)[0]
        return torch.autograd.grad(out, [leaf, *module.parameters()], torch.from_numpy(dh))

    return mine, theirs


def attention(**grows: int) -> Calls:
    n, length = grows.get("N", 4), grows.get("T", 64)
    q, k, v, dout = (normal(n, length, 32) for _ in range(4))
    leaves = [torch.from_numpy(a).requires_grad_() for a in (q, k, v)]

    def mine() -> object:
        return F.attention_backward(dout, F.attention_forward(q, k, v)[1])

    def theirs() -> object:  # spelled out: the fused form keeps no weights and is another algorithm
        scores = leaves[0] @ leaves[1].transpose(1, 2) / 32**0.5
        out = torch.softmax(scores, 2) @ leaves[2]
        return torch.autograd.grad(out, leaves, torch.from_numpy(dout))

    return mine, theirs


def whole_fit(**grows: int) -> Calls:
    n, depth = grows.get("N", 1024), grows.get("depth", 4)
    x, y = normal(n, 256), RNG.integers(0, 10, n)

    def mine() -> object:
        rng = np.random.default_rng(0)
        hidden = [
            part for _ in range(depth) for part in (layers.Linear(256, 256, rng=rng), layers.ReLU())
        ]
        net = layers.Sequential(*hidden, layers.Linear(256, 10, rng=rng)).astype(np.float32)
        return fit(
            net,
            x,
            y,
            optimizer=optim.SGD(net, 0.01),
            epochs=1,
            batch_size=256,
            rng=rng,
            progress=False,
        )

    def theirs() -> object:
        hidden = [part for _ in range(depth) for part in (nn.Linear(256, 256), nn.ReLU())]
        net = nn.Sequential(*hidden, nn.Linear(256, 10))
        step = torch.optim.SGD(net.parameters(), 0.01)
        places = torch.randperm(n)
        for start in range(0, n, 256):
            part = places[start : start + 256]
            step.zero_grad()
            loss = nn.functional.cross_entropy(
                net(torch.from_numpy(x)[part]), torch.from_numpy(y)[part]
            )
            loss.backward()
            step.step()
        return net

    return mine, theirs


CASES = {"conv2d": conv2d, "lstm": lstm, "attention": attention, "fit": whole_fit}
