"""All parameters of a network in one vector, of which the layers keep views."""

from __future__ import annotations

import numpy as np

from nnkit.layers.layer import Layer
from nnkit.layers.module import Module
from nnkit.validate import Array


class FlatParameters:
    """Move a network's parameters into one vector `values`; gather() collects their gradients.

    When another FlatParameters has moved some of them since, or someone has put new arrays into a
    layer, gather() notices and moves them again: the layers' own arrays are always right.
    """

    def __init__(self, net: Module) -> None:
        self._places: list[tuple[Layer, str]] = [
            (leaf, key) for _, leaf in net.leaves() for key in leaf.params
        ]
        self._move()

    def gather(self) -> tuple[Array, Array]:
        """Return (values, gradients) as flat vectors; the gradients are copies, free to change."""
        grads = []
        moved = False
        for (leaf, key), view in zip(self._places, self._views, strict=True):
            moved |= leaf.params[key] is not view
            grads.append(leaf.grads[key].ravel())
        if moved:
            self._move()
        if grads:
            np.concatenate(grads, out=self._grads, casting="same_kind")
        return self.values, self._grads

    def _move(self) -> None:
        arrays = [leaf.params[key] for leaf, key in self._places]
        shared = self._already_one(arrays)
        if shared is not None:
            self.values = shared
        else:
            self.values = np.concatenate([a.ravel() for a in arrays]) if arrays else np.zeros(0)
            end = 0
            for (leaf, key), array in zip(self._places, arrays, strict=True):
                start, end = end, end + array.size
                leaf.params[key] = self.values[start:end].reshape(array.shape)
        self._views = [leaf.params[key] for leaf, key in self._places]
        self._grads = np.empty_like(self.values)

    @staticmethod
    def _already_one(arrays: list[Array]) -> Array | None:
        """Return the stretch of a vector that `arrays` already fill side by side, or None.

        A second optimizer on the same network, or on a part of it, then shares the first's memory.
        """
        if not arrays or arrays[0].base is None or arrays[0].base.ndim != 1:
            return None
        base, at = arrays[0].base, arrays[0].ctypes.data
        start = (at - base.ctypes.data) // base.itemsize
        for array in arrays:
            if array.base is not base or array.ctypes.data != at or not array.flags.c_contiguous:
                return None
            at += array.nbytes
        return base[start : start + sum(a.size for a in arrays)]
