"""Batch norm, GELU and softmax, forward and backward, against PyTorch."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from conv_cases import agree, draw
from timing import Case

import nnkit.functional as F


def _case(
    name: str,
    mine: Callable[[], tuple],
    out: Callable[[], torch.Tensor],
    leaves: list,
    dout: object,
    target: float | None = None,
) -> Case:
    upstream = torch.from_numpy(dout)

    def theirs() -> tuple:
        return torch.autograd.grad(out(), leaves, upstream)

    agree(mine(), theirs())
    return Case(name, mine, theirs, target)


def gelu_case(rng: np.random.Generator) -> Case:
    """Exact GELU of a million numbers."""
    x, dout = draw(rng, 1024, 1024), draw(rng, 1024, 1024)
    leaf = torch.from_numpy(x).requires_grad_()
    return _case(
        "GELU exact 1024²",
        lambda: (F.gelu_backward(dout, F.gelu_forward(x)[1]),),
        lambda: torch.nn.functional.gelu(leaf),
        [leaf],
        dout,
        target=1.5,
    )


def softmax_case(rng: np.random.Generator) -> Case:
    """Softmax over a short last axis."""
    x, dout = draw(rng, 4096, 10), draw(rng, 4096, 10)
    leaf = torch.from_numpy(x).requires_grad_()
    return _case(
        "softmax 4096x10",
        lambda: (F.softmax_backward(dout, F.softmax_forward(x)[1]),),
        lambda: torch.softmax(leaf, 1),
        [leaf],
        dout,
    )


def batchnorm_case(rng: np.random.Generator, images: bool) -> Case:
    """Batch norm with batch statistics, over rows or over images."""
    shape = (32, 64, 28, 28) if images else (128, 256)
    x, dout = draw(rng, *shape), draw(rng, *shape)
    gamma, beta = 1 + draw(rng, shape[1]), draw(rng, shape[1])
    kind = "batchnorm2d" if images else "batchnorm"
    forward, backward = getattr(F, f"{kind}_forward"), getattr(F, f"{kind}_backward")
    zero, one = np.zeros(shape[1], np.float32), np.ones(shape[1], np.float32)
    state = {"running_mean": zero, "running_var": one}
    leaves = [torch.from_numpy(a).requires_grad_() for a in (x, gamma, beta)]
    mean, var = torch.from_numpy(zero.copy()), torch.from_numpy(one.copy())
    return _case(
        f"{kind} {'x'.join(map(str, shape))}",
        lambda: backward(dout, forward(x, gamma, beta, state, 0.9, 1e-5, True)[1]),
        lambda: torch.nn.functional.batch_norm(leaves[0], mean, var, *leaves[1:], True, 0.1, 1e-5),
        leaves,
        dout,
        target=1.1,
    )
