"""The derivation's quantities: the values of all expressions of the reference, run once on a case."""

from __future__ import annotations

import ast
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder.checking.exercise import Exercise, Probe
from autograder.checking.xray.places import places
from autograder.checking.xray.source import HOOK, NotReadable, Source

LARGEST = 10_000


def number(value: Any) -> np.ndarray | None:
    """A number or an array of numbers as an array, None for anything else."""
    if isinstance(value, np.ndarray | np.generic | bool | int | float):
        array = np.asarray(value)
        return array if array.dtype.kind in "biuf" else None
    return None


class Recorder:
    """A hook that keeps the last value of every place, and how often it had one."""

    def __init__(self) -> None:
        self.last: dict[int, np.ndarray] = {}
        self.count: dict[int, int] = {}

    def tick(self) -> None:
        """A turn of a loop."""

    def __call__(self, index: int, value: Any) -> Any:
        """Keep a number or an array of numbers; the value goes on as it is."""
        self.count[index] = self.count.get(index, 0) + 1
        array = number(value)
        if array is not None and array.size <= LARGEST:
            self.last[index] = array.copy()
        return value


def recorded(source: Source) -> tuple[Any, Recorder]:
    """The function with every expression recorded."""
    recorder = Recorder()
    for index, place in enumerate(places(source.tree)):
        if isinstance(place.node, ast.expr):
            name = ast.Name(HOOK, ast.Load())
            made = ast.Call(name, [ast.Constant(index), place.node], [])
            place.put(ast.copy_location(made, place.node))
    ast.fix_missing_locations(source.tree)
    return source.compiled(recorder), recorder


def quantities(exercise: Exercise, probes: list[Probe]) -> list[list[np.ndarray]]:
    """For every quantity that the reference computes once a run: its value on each of the probes."""
    try:
        function, recorder = recorded(Source(exercise.reference, trusted=True))
    except NotReadable:
        return []
    space = {**vars(exercise.references()), exercise.name: function}
    runs = []
    for probe in probes:
        recorder.last, recorder.count = {}, {}
        (probe.trial or exercise.trial)(SimpleNamespace(**space), probe.case.fresh())
        runs.append({i: v for i, v in recorder.last.items() if recorder.count[i] == 1})
    everywhere = [i for i in runs[0] if all(i in run for run in runs)] if runs else []
    return [[run[i] for run in runs] for i in everywhere]


def distinct(listed: list[list[np.ndarray]]) -> list[list[np.ndarray]]:
    """Each quantity once."""
    seen: dict[tuple, list[np.ndarray]] = {}
    for values in listed:
        seen.setdefault((values[0].shape, values[0].tobytes()), values)
    return list(seen.values())


class Known:
    """The quantities of one run; a value is known also with another sign or shape, or summed."""

    def __init__(self, values: list[np.ndarray]) -> None:
        self.seen: set[tuple] = set()
        for array in values:
            for form in (array, *(array.sum(axis=k) for k in range(array.ndim))):
                self.seen.add(signature(form))

    def __contains__(self, value: Any) -> bool:
        key = signature(value)
        return key != () and key in self.seen


def signature(value: Any) -> tuple:
    """What stays the same when an array is reshaped, transposed or negated; () of what is no number."""
    array = number(value)
    if array is None or not array.size or not np.isfinite(array).all():
        return ()
    size = np.abs(array.astype(float).ravel())
    return array.size, *(f"{x:.6e}" for x in (size.sum(), (size * size).sum(), size.max()))
