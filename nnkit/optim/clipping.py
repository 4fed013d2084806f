"""Gradient clipping by the global norm. Source: Pascanu, Mikolov and Bengio 2013."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nnkit.validate import floats, number


def clip_grad_norm(grads: Mapping[str, Any] | Sequence[Any], max_norm: float) -> tuple[Any, float]:
    """Return (clipped, norm): all gradients scaled together so that their norm is max_norm at most.

    grads is a list or dict of arrays; the result is of the same kind with new arrays; norm is the
    one before clipping. ValueError for another container or unless max_norm is above 0.
    """
    max_norm = number(max_norm, "max_norm", above=0.0)
    if not isinstance(grads, (Mapping, list, tuple)):
        raise ValueError(f"grads is {type(grads).__name__}; expected a list or dict of arrays")
    named = dict(grads) if isinstance(grads, Mapping) else dict(enumerate(grads))
    arrays = {key: floats(value, f"the gradient {key!r}") for key, value in named.items()}
    # Scaled by the largest entry first: the squares of huge gradients would overflow.
    largest = max((float(np.abs(a).max()) for a in arrays.values() if a.size), default=0.0)
    if largest == 0.0 or not np.isfinite(largest):
        norm = largest
    else:
        squares = (float(np.sum((a / largest) ** 2)) for a in arrays.values())
        norm = largest * sum(squares) ** 0.5
    scale = 1.0 if norm <= max_norm else max_norm / norm
    clipped = {key: a * scale if scale != 1.0 else a.copy() for key, a in arrays.items()}
    if isinstance(grads, Mapping):
        return clipped, norm
    return (tuple if isinstance(grads, tuple) else list)(clipped.values()), norm
