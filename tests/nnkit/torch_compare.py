"""Hold a pair of nnkit against the same function in PyTorch, values and every gradient."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

warnings.filterwarnings("ignore", message="The given NumPy array is not writable")
TOLERANCES = {np.float64: (1e-10, 1e-8), np.float32: (1e-4, 1e-4)}


def agree(ours: Any, theirs: torch.Tensor, tol: float, what: str) -> None:
    """Same shape, same dtype, and differences below tol times the largest entry."""
    expected = theirs.detach().numpy()
    assert np.shape(ours) == expected.shape, f"{what}: {np.shape(ours)} for {expected.shape}"
    if isinstance(ours, np.ndarray):
        assert ours.dtype == expected.dtype, f"{what}: {ours.dtype} for {expected.dtype}"
    if expected.size:
        scale = max(float(np.abs(expected).max()), 1e-2)
        off = float(np.abs(np.asarray(ours, np.float64) - expected).max()) / scale
        assert off <= tol, f"{what} is off by {off:.1e}, allowed {tol:.0e}"


def compare(
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    reference: Callable[..., torch.Tensor],
    inputs: dict[str, np.ndarray],
    *,
    options: dict[str, Any] | None = None,
    loss: bool = False,
    seed: int = 0,
) -> None:
    """reference gets the inputs as tensors; inputs keep their dtype (float32 or float64)."""
    options = options or {}
    dtype = next(iter(inputs.values())).dtype.type
    forward_tol, backward_tol = TOLERANCES[dtype]
    before = {name: value.copy() for name, value in inputs.items()}
    for value in inputs.values():
        value.flags.writeable = False
    tensors = [torch.tensor(value.copy(), requires_grad=True) for value in inputs.values()]
    expected = reference(*tensors)
    out, cache, *_ = forward(*inputs.values(), **options)
    agree(out, expected, forward_tol, "forward")
    if loss:
        expected.backward()
        grads = backward(cache)
    else:
        # Another stream than the inputs': dout = x would make a normalization's gradient vanish.
        dout = np.random.default_rng([seed, 1]).standard_normal(expected.shape).astype(dtype)
        expected.backward(torch.tensor(dout.copy()))
        dout.flags.writeable = False
        grads = backward(dout, cache)
        again = backward(dout, cache)
        grads, again = _tuple(grads), _tuple(again)
        assert all(np.array_equal(a, b) for a, b in zip(grads, again, strict=True))
    for (name, value), grad, tensor in zip(inputs.items(), _tuple(grads), tensors, strict=True):
        their_grad = tensor.grad if tensor.grad is not None else torch.zeros_like(tensor)
        agree(grad, their_grad, backward_tol, f"d{name}")
        assert np.array_equal(value, before[name]), f"{name} was changed"


def _tuple(grads: Any) -> tuple[Any, ...]:
    return grads if isinstance(grads, tuple) else (grads,)
