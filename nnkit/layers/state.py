"""State dicts: arrays by name that fit a network, in memory or as .npz."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nnkit.validate import Array, describe, numbers


def checked(values: Any, slots: Mapping[str, Array]) -> dict[str, Array]:
    """Return values as arrays; ValueError unless they have the names and shapes of slots."""
    if not isinstance(values, Mapping):
        raise ValueError(f"the state is {type(values).__name__}; expected a dict of arrays by name")
    missing, unknown = sorted(slots.keys() - values.keys()), sorted(values.keys() - slots.keys())
    if missing or unknown:
        raise ValueError(
            f"the state does not fit this network: missing {missing or 'nothing'}, "
            f"unknown {unknown or 'nothing'}"
        )
    arrays = {name: numbers(values[name], name) for name in slots}
    for name, slot in slots.items():
        if arrays[name].shape != slot.shape:
            raise ValueError(
                f"{name} has shape {describe(arrays[name].shape)}; expected {describe(slot.shape)}"
            )
    return arrays


def write(path: str | Path, values: Mapping[str, Array]) -> None:
    """Write arrays by name to an .npz file."""
    with open(path, "wb") as file:  # an open file, since np.savez would append .npz to a name
        np.savez(file, **values)  # type: ignore[arg-type]


def read(path: str | Path) -> dict[str, Array]:
    """Return the arrays of an .npz file by name; no pickled objects are read."""
    with np.load(path, allow_pickle=False) as file:
        return dict(file)
