"""Run a student's function again with one place changed."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder.checking.drawing import Drawing
from autograder.checking.kinds.memory import unwatched
from autograder.checking.runner import Run, collect
from autograder.checking.sheet import differences
from autograder.checking.xray import edits
from autograder.checking.xray.derivation import Derivation, number
from autograder.checking.xray.notes import Notes, OutOfTime, Spot
from autograder.checking.xray.places import Place
from autograder.checking.xray.source import Source

FAR = 1e-2  # of the largest entry: beyond any tolerance


class Hook:
    """What the changed code calls for the value of the place; it ends what takes too long."""

    def __init__(self) -> None:
        self.edit: edits.Edit = lambda *parts: None
        self.until = 0.0

    def tick(self) -> None:
        """A turn of a loop."""
        if time.thread_time() > self.until:
            raise OutOfTime

    def __call__(self, names: dict[str, Any], /, *parts: Any, **keywords: Any) -> Any:
        """The value of the place by the edit."""
        self.tick()
        return self.edit(names, *parts, **keywords)


class Bench:
    """The student's function and the ordinary probes, the failed one first."""

    def __init__(self, drawing: Drawing, failed: int, functions: dict[str, Any], seconds: float):
        self.exercise = drawing.exercise
        self.until = time.thread_time() + seconds
        self.seconds = seconds  # of one run
        self.hook = Hook()
        self.source = Source(functions[self.exercise.name])
        self.source.guard_loops()
        self.space = SimpleNamespace(**functions)
        self.kept: dict[tuple[int, int], Any] = {}
        self.calls = 0  # of the partner in this run
        if self.exercise.partner in functions:
            setattr(self.space, self.exercise.partner, self._kept(functions[self.exercise.partner]))
        ordinary = [i for i, p in enumerate(drawing.probes) if p.clause == "values"]
        order = [failed, *(i for i in ordinary if i != failed)]
        self.probes = [drawing.probes[i] for i in order]
        self.right = [drawing.expected[i] for i in order]
        self.derivation: Derivation
        self.at = 0  # which of the probes is run
        self.use(self.source.compiled(self.hook))
        start = time.thread_time()
        self.base = self.result(0)
        self.seconds = 0.01 + 20 * (time.thread_time() - start)
        self.wrong = self.differ(self.base, self.right[0])

    def _kept(self, partner: Any) -> Any:
        """A forward that computes once what it gives in every run: the inputs stay the same."""

        def again(*arguments: Any, **options: Any) -> Any:
            key = self.at, self.calls
            self.calls += 1
            if key not in self.kept:
                made = partner(*arguments, **options)
                if not _is_simple(made):
                    return made
                self.kept[key] = made
            return _twin(self.kept[key])

        return again

    def use(self, function: Any) -> None:
        """Let the trials call this form of the function."""
        name = self.exercise.name
        setattr(self.space, name, function)
        self.source.scope[name] = function  # it may call itself

    def result(self, k: int, quick: bool = False) -> Run | None:
        """What comes out on probe k, None where it raises; quick: or where it is plainly wrong."""
        if time.thread_time() > self.until:
            raise OutOfTime
        probe, run = self.probes[k], Run()
        self.at, self.calls = k, 0
        self.hook.until = time.thread_time() + self.seconds
        try:
            with unwatched():
                results = (probe.trial or self.exercise.trial)(self.space, probe.case.fresh())
            if quick and self.far(results, k):
                return None
            # What was changed or kept is of no interest here.
            collect(run, {n: v for n, v in results.items() if not n.startswith("!")})
        except Exception:
            return None
        return run

    def far(self, results: dict[str, Any], k: int) -> bool:
        """Whether an array that was wrong is plainly wrong still: most tries end here."""
        for name in self.wrong & results.keys():
            mine, right = results[name], self.right[k].outputs.get(name)
            if not isinstance(mine, np.ndarray) or not isinstance(right, np.ndarray):
                continue
            if mine.shape != right.shape or right.dtype.kind != "f":
                return mine.shape != right.shape
            gap = np.abs(mine - right).max(initial=0.0)
            if gap > FAR * (np.abs(right).max(initial=0.0) + 1e-6):
                return True
        return False

    def differ(self, run: Run | None, other: Run | None) -> set[str]:
        """The results in which two runs of the first probe differ."""
        if run is None or other is None:
            return {"!"}
        return {f.name for f in differences(self.exercise, self.probes[0], run, other)}

    def spots(self, listed: list[Place]) -> list[Spot]:
        """The places that are reached on the first probe, with what is seen there."""
        notes = Notes(listed, self.until)
        for k in reversed(range(len(listed))):  # what is inside of a place first
            listed[k].put(listed[k].hooked(k))
        try:
            function = self.source.compiled(notes)
        finally:
            for place in listed:
                place.put(place.node)
        self.use(function)
        self.result(0)
        notes.again()
        self.result(0)
        return [Spot(p, None, h) for p, h in zip(listed, notes.hits, strict=True) if h]

    def live(self, spot: Spot) -> bool:
        """Whether a place can be what is wrong; it is compiled for being changed.

        It has to move all that is wrong and nothing of what is right. What moves nothing at all
        may be sorted or compared, where a little more or less makes no difference.
        """
        if spot.alive is None:
            spot.alive = self._compiles(spot) and self._moves(spot)
        return spot.alive

    def _compiles(self, spot: Spot) -> bool:
        place = spot.place
        place.put(place.hooked())
        try:
            spot.function = self.source.compiled(self.hook)
        except (SyntaxError, ValueError, TypeError):
            return False
        finally:
            place.put(place.node)
        return True

    def _moves(self, spot: Spot) -> bool:
        values = [number(hit.value) for hit in spot.hits]
        if any(v is None or v.dtype.kind != "f" for v in values):
            return True  # what is no fraction cannot be moved a little
        own, seen = edits.same(spot.place.node), list[bool]()

        def shaken(names: dict[str, Any], *parts: Any, **keywords: Any) -> Any:
            value = own(names, *parts, **keywords)
            array = number(value)
            seen.append(array is not None and array.dtype.kind == "f")
            if array is None or not seen[-1]:
                return value
            noise = np.random.default_rng(len(seen)).uniform(0.5, 1, array.shape)
            made = array + 1e-3 * noise * (np.abs(array) + 1e-2)
            return made if isinstance(value, np.ndarray) else float(made)

        self.use(spot.function)
        self.hook.edit = shaken
        run = self.result(0)
        if run is None or not all(seen):
            return True
        moved = self.differ(run, self.base)
        if moved and not self.wrong <= moved:
            return False
        return self.differ(run, self.right[0]) <= self.wrong

    def mends(self, spot: Spot, edit: edits.Edit) -> bool:
        """Whether every result of every probe is right with this edit of a live place."""
        self.use(spot.function)
        self.hook.edit = edit
        for k, probe in enumerate(self.probes):
            run = self.result(k, quick=True)
            if run is None or differences(self.exercise, probe, run, self.right[k]):
                return False
        return True


def _is_simple(value: Any) -> bool:
    """Made of numbers, texts, arrays, tuples, lists and dicts alone: it can be copied."""
    if type(value) in (tuple, list):
        return all(map(_is_simple, value))
    if type(value) is dict:
        return all(map(_is_simple, value.values()))
    return value is None or type(value) in (np.ndarray, int, float, bool, str)


def _twin(value: Any) -> Any:
    if type(value) in (tuple, list):
        return type(value)(map(_twin, value))
    if type(value) is dict:
        return {k: _twin(v) for k, v in value.items()}
    return value.copy() if isinstance(value, np.ndarray) else value
