"""Convolution, pooling and the memory a convolution takes, against PyTorch."""

from __future__ import annotations

import numpy as np
import torch
from timing import Case

import nnkit.functional as F

# name: N, C, H (= W), filters, kernel, stride, dilation, ratio to reach; padding keeps the size
CONVOLUTIONS = {
    "A 64x1x8² → 8 k3": (64, 1, 8, 8, 3, 1, 1, 0.6),
    "B 64x1x28² → 16 k3": (64, 1, 28, 16, 3, 1, 1, 0.6),
    "C 64x16x14² → 32 k3": (64, 16, 14, 32, 3, 1, 1, 2.2),
    "D 32x32x28² → 64 k3": (32, 32, 28, 64, 3, 1, 1, 1.5),
    "E 128x3x32² → 32 k5": (128, 3, 32, 32, 5, 1, 1, 1.0),
    "C stride 2": (64, 16, 14, 32, 3, 2, 1, None),
    "D stride 2": (32, 32, 28, 64, 3, 2, 1, 1.5),
    "D dilation 2": (32, 32, 28, 64, 3, 1, 2, 1.5),
}


def draw(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.standard_normal(shape, dtype=np.float32)


def conv_case(name: str, rng: np.random.Generator) -> Case:
    """Forward and backward with dx, dw and db."""
    n, c, size, f, k, stride, dilation, target = CONVOLUTIONS[name]
    padding = dilation * (k - 1) // 2
    x, w, b = draw(rng, n, c, size, size), draw(rng, f, c, k, k) / k, draw(rng, f)
    options = (stride, padding, dilation)
    out, _ = F.conv2d_forward(x, w, b, *options)
    dout = draw(rng, *out.shape)
    leaves = [torch.from_numpy(a).requires_grad_() for a in (x, w, b)]
    torch_dout = torch.from_numpy(dout)

    def mine() -> tuple:
        return F.conv2d_backward(dout, F.conv2d_forward(x, w, b, *options)[1])

    def theirs() -> tuple:
        return torch.autograd.grad(
            torch.nn.functional.conv2d(*leaves, *options), leaves, torch_dout
        )

    agree(mine(), theirs())
    return Case(f"conv {name}", mine, theirs, target)


def pool_case(name: str, rng: np.random.Generator) -> Case:
    """2 x 2 pooling, forward and backward, of 32 x 32 x 28²."""
    x = draw(rng, 32, 32, 28, 28)
    forward, backward = getattr(F, f"{name}_pool2d_forward"), getattr(F, f"{name}_pool2d_backward")
    torch_pool = getattr(torch.nn.functional, f"{name}_pool2d")
    dout = draw(rng, 32, 32, 14, 14)
    leaf, torch_dout = torch.from_numpy(x).requires_grad_(), torch.from_numpy(dout)

    def mine() -> tuple:
        return (backward(dout, forward(x, 2, 2)[1]),)

    def theirs() -> tuple:
        return torch.autograd.grad(torch_pool(leaf, 2, 2), [leaf], torch_dout)

    agree(mine(), theirs())
    return Case(f"{name} pool 2x2", mine, theirs)


def agree(mine: tuple, theirs: tuple) -> None:
    """Refuse to time two programs that do different things."""
    for a, b in zip(mine, theirs, strict=True):
        b = b.detach().numpy()
        error = np.linalg.norm(np.ravel(a - b)) / np.linalg.norm(np.ravel(b))
        if a.shape != b.shape or not error < 1e-3:
            raise AssertionError(f"results differ: {a.shape}, {b.shape}, error {error:.1e}")
