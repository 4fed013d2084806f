"""Look for the line of a mistake: where one small change of the code makes every result right."""

from __future__ import annotations

import ast
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder.checking.drawing import Drawing
from autograder.checking.runner import Run, Runner, collect
from autograder.checking.sheet import differences
from autograder.checking.xray import edits
from autograder.checking.xray.derivation import quantities
from autograder.checking.xray.places import Place, local_names, places
from autograder.checking.xray.source import NotReadable, Source

SECONDS = 0.4
WIDEST = 3


@dataclass(frozen=True)
class Located:
    """Where a mistake stands: from the first to the last line."""

    first: int
    last: int
    text: str = ""


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


class Bench:
    """The student's function, changed in one place at a time and run on the ordinary probes."""

    def __init__(self, drawing: Drawing, failed: int, functions: dict[str, Any], seconds: float):
        self.exercise = drawing.exercise
        self.until = time.thread_time() + seconds
        self.hook = Hook()
        self.source = Source(functions[self.exercise.name])
        self.functions = functions
        ordinary = [i for i, p in enumerate(drawing.probes) if p.clause == "values"]
        order = [failed, *(i for i in ordinary if i != failed)]
        self.probes = [drawing.probes[i] for i in order]
        self.right = [drawing.expected[i] for i in order]
        self.at = 0  # which of the probes is run
        self.seconds = seconds
        self.runs = 0

    def compile(self) -> None:
        """Make the function from the tree as it now is."""
        function = self.source.compiled(self.hook)
        self.space = SimpleNamespace(**{**self.functions, self.exercise.name: function})

    def is_right(self, k: int) -> bool:
        """Whether the results on probe k are right; what raises is not."""
        probe, run = self.probes[k], Run()
        self.at = k
        self.runs += 1
        self.hook.until = time.thread_time() + self.seconds
        try:
            collect(run, (probe.trial or self.exercise.trial)(self.space, probe.case.fresh()))
        except Exception:
            return False
        return not differences(self.exercise, probe, run, self.right[k])

    def mends(self, edit: edits.Edit) -> bool:
        """Whether every result is right with this edit."""
        if time.thread_time() > self.until:
            raise OutOfTime
        self.hook.edit = edit
        return all(self.is_right(k) for k in range(len(self.probes)))


def locate(
    drawing: Drawing, failed: int, functions: dict[str, Any], seconds: float = SECONDS
) -> Located | None:
    """The lines where the function under the exercise's name goes wrong, None where that is unsure.

    failed: the probe whose values are wrong.  functions: what the trial gets.
    """
    found: list[Located] = []

    def look(functions: Any, case: Any) -> dict[str, Any]:
        warnings.simplefilter("ignore")
        with np.errstate(all="ignore"):
            try:
                bench = Bench(drawing, failed, vars(functions), seconds)
                answer = decide(*search(bench))
            except (NotReadable, OutOfTime):
                return {}
        found.extend([answer] if answer else [])
        return {}

    # The runner bounds the time, swallows what is printed and puts the random state back.
    Runner(10 * seconds).run(look, SimpleNamespace(**functions), drawing.probes[failed].case)
    return found[0] if found else None


def search(bench: Bench) -> tuple[list[Place], int, bool]:
    """(the places where a change mends all, how small a change: 0 is a token, whether all were tried)."""
    tree = bench.source.tree
    listed, names = places(tree), local_names(tree)
    bench.compile()
    start = time.thread_time()
    if bench.is_right(0):
        return [], 0, True
    bench.seconds = 0.01 + 20 * (time.thread_time() - start)
    reference = Source(bench.exercise.reference, trusted=True).tree
    numbers = sorted({
        n.value for n in ast.walk(reference)
        if isinstance(n, ast.Constant) and type(n.value) in (int, float)
    })  # fmt: skip

    def values() -> list[Callable[[], Any]]:
        known = distinct(quantities(bench.exercise, bench.probes))
        return [lambda v=v: v[bench.at] for v in known] + [lambda n=n: n for n in numbers]

    def tiers() -> Iterator[Callable[[Place], Iterator[edits.Edit]]]:
        yield lambda place: edits.tokens(place, numbers)
        yield lambda place: edits.words(place, names)
        more = values()
        yield lambda place: edits.operands(place, names, more)

    for size, tier in enumerate(tiers()):
        found: list[Place] = []
        for place in listed:
            place.put(place.hooked())
            try:
                bench.compile()
                if any(bench.mends(edit) for edit in tier(place)):
                    found.append(place)
            except OutOfTime:
                return found, size, False
            except (SyntaxError, ValueError, TypeError):
                pass  # no place after all: `locals()` in a class body, say
            finally:
                place.put(place.node)
        if found:
            return found, size, True
    return [], 0, True


def distinct(listed: list[list[np.ndarray]]) -> list[list[np.ndarray]]:
    """Each quantity once."""
    seen: dict[bytes, list[np.ndarray]] = {}
    for values in listed:
        seen.setdefault(repr((values[0].shape, values[0].tobytes())).encode(), values)
    return list(seen.values())


def decide(found: list[Place], size: int, complete: bool) -> Located | None:
    """One line, or a few that lie together; else nothing."""
    if not found:
        return None
    first = min(p.node.lineno for p in found)
    last = max(p.node.lineno for p in found)
    return Located(first, last, f"tier {size} {complete}") if last - first < WIDEST else None
