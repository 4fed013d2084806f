"""The derivation's quantities: the values of the reference's expressions, run once on a case."""

from __future__ import annotations

import ast
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder.checking.exercise import Exercise, Probe
from autograder.checking.values import leaves
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


class Derivation:
    """What the reference computes on the probes.

    values: each quantity that it computes once a run, on each probe.  numbers: constants in its
    code.  known: the quantities of the first probe, of loops those of the last turn.  given: its
    inputs.
    """

    def __init__(self, exercise: Exercise, probes: list[Probe]) -> None:
        try:
            source = Source(exercise.reference, trusted=True)
        except NotReadable:
            self.numbers: list[float] = []
            self.values: list[list[np.ndarray]] = []
            last: list[np.ndarray] = []
        else:
            constants: Any = (n.value for n in ast.walk(source.tree) if isinstance(n, ast.Constant))
            self.numbers = sorted({n for n in constants if type(n) in (int, float)})
            self.values, last = _quantities(exercise, probes, *recorded(source))
        case = probes[0].case
        inputs = [number(v) for _name, v in leaves({**case.inputs, **case.given})]
        self.given = Known([v for v in inputs if v is not None])
        self.known = Known(last)


def _quantities(
    exercise: Exercise, probes: list[Probe], function: Any, recorder: Recorder
) -> tuple[list[list[np.ndarray]], list[np.ndarray]]:
    """What is computed once a run, on each probe; what is computed last on the first one."""
    space = SimpleNamespace(**{**vars(exercise.references()), exercise.name: function})
    runs: list[dict[int, np.ndarray]] = []
    last: list[np.ndarray] = []
    for probe in probes:
        recorder.last, recorder.count = {}, {}
        (probe.trial or exercise.trial)(space, probe.case.fresh())
        last = last or [*recorder.last.values()]
        runs.append({i: v for i, v in recorder.last.items() if recorder.count[i] == 1})
    found: dict[tuple, list[np.ndarray]] = {}
    for i, value in runs[0].items():
        if all(i in run for run in runs):
            found.setdefault((value.shape, value.tobytes()), [run[i] for run in runs])
    return [*found.values()], last


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
    """What stays when an array is reshaped, transposed or negated; () of what is not a number."""
    array = number(value)
    if array is None or not array.size or not np.isfinite(array).all():
        return ()
    size = np.abs(array.astype(float).ravel())
    return array.size, *(f"{x:.6e}" for x in (size.sum(), (size * size).sum(), size.max()))
