"""Run a student's function again with one place changed."""

from __future__ import annotations

import copy
import time
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder.checking.drawing import Drawing
from autograder.checking.runner import Run, collect
from autograder.checking.sheet import differences
from autograder.checking.xray import edits
from autograder.checking.xray.derivation import Derivation, number
from autograder.checking.xray.places import Place
from autograder.checking.xray.source import Source

FAR = 1e-2  # of the largest entry: beyond any tolerance
HITS = 4  # a place in a loop is known by its first and its last turns


class OutOfTime(Exception):
    """The time is up."""


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


@dataclass(frozen=True)
class Seen:
    """What was seen at a place at one time: local variables, parts and keywords, its value."""

    names: dict[str, Any]
    parts: list[Any]
    keywords: dict[str, Any]
    value: Any


@dataclass
class Spot:
    """A place whose value can be changed: the function compiled for that, and what happens there.

    hits: the first and the last turns.
    """

    place: Place
    function: Any
    hits: list[Seen] = field(default_factory=list)


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
        self.at = k
        self.hook.until = time.thread_time() + self.seconds
        try:
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

    def spot(self, place: Place) -> Spot | None:
        """Compile a place; None where it is not reached or cannot be what is wrong."""
        place.put(place.hooked())
        try:
            spot = Spot(place, self.source.compiled(self.hook))
        except (SyntaxError, ValueError, TypeError):
            return None
        finally:
            place.put(place.node)
        self.use(spot.function)
        own, seen = edits.same(place.node), list[bool]()

        def shaken(names: dict[str, Any], *parts: Any, **keywords: Any) -> Any:
            value = own(names, *parts, **keywords)
            array = number(value)
            seen.append(array is not None and array.dtype.kind == "f")
            if array is None or not seen[-1]:
                return value
            noise = np.random.default_rng(len(seen)).uniform(0.5, 1, array.shape)
            made = array + 1e-3 * noise * (np.abs(array) + 1e-2)
            return made if isinstance(value, np.ndarray) else float(made)

        self.hook.edit = shaken
        run = self.result(0)
        if not seen:
            return None
        # It has to move all that is wrong and nothing of what is right. What moves nothing at all
        # may be sorted or compared, where a little more or less makes no difference.
        if run is not None and all(seen):
            moved = self.differ(run, self.base)
            if moved and not self.wrong <= moved:
                return None
            if not self.differ(run, self.right[0]) <= self.wrong:
                return None

        def noted(names: dict[str, Any], *parts: Any, **keywords: Any) -> Any:
            before = {k: _kept(v) for k, v in names.items()}
            given = [_kept(v) for v in parts]
            value = own(names, *parts, **keywords)
            del spot.hits[HITS // 2 : len(spot.hits) + 1 - HITS // 2]
            spot.hits.append(Seen(before, given, keywords, _kept(value)))
            return value

        self.hook.edit = noted
        self.result(0)
        return spot if spot.hits else None

    def mends(self, spot: Spot, edit: edits.Edit) -> bool:
        """Whether every result of every probe is right with this edit."""
        self.use(spot.function)
        self.hook.edit = edit
        for k, probe in enumerate(self.probes):
            run = self.result(k, quick=True)
            if run is None or differences(self.exercise, probe, run, self.right[k]):
                return False
        return True


def _kept(value: Any) -> Any:
    return copy.copy(value) if isinstance(value, np.ndarray | list | dict) else value
