"""Look for the line of a mistake: where one small change of the code makes every result right."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder.checking.drawing import Drawing
from autograder.checking.runner import Runner
from autograder.checking.xray import edits
from autograder.checking.xray.bench import Bench, OutOfTime, Spot
from autograder.checking.xray.derivation import Known, distinct, number, quantities
from autograder.checking.xray.places import donors, local_names, places
from autograder.checking.xray.source import NotReadable, Source

SECONDS = 0.4
WIDEST = 3


@dataclass(frozen=True)
class Located:
    """Where a mistake stands: from the first to the last line."""

    first: int
    last: int
    text: str = ""


@dataclass(frozen=True)
class Hit:
    """A place where a change mends everything.

    after: whether the new value is a quantity of the derivation.  before: whether the parts are.
    """

    spot: Spot
    after: bool
    before: bool

    @property
    def line(self) -> int:
        """Where it stands."""
        return self.spot.place.node.lineno


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
                if not bench.wrong:
                    return {}
                answer = decide(*search(bench))
            except (NotReadable, OutOfTime):
                return {}
        found.extend([answer] if answer else [])
        return {}

    # The runner bounds the time, swallows what is printed and puts the random state back.
    r=Runner(10 * seconds).run(look, SimpleNamespace(**functions), drawing.probes[failed].case)
    if r.problem: print("PROBLEM", r.problem)
    return found[0] if found else None


def search(bench: Bench) -> tuple[list[Hit], int, bool]:
    """(where a change mends all, how small a change: 0 is a token, whether all were tried)."""
    tree, scope = bench.source.tree, bench.source.scope
    found: list[Hit] = []
    size = 0
    try:
        reference = Source(bench.exercise.reference, trusted=True).tree
        constants = (n.value for n in ast.walk(reference) if isinstance(n, ast.Constant))
        numbers = sorted({n for n in constants if type(n) in (int, float)})
        values = distinct(quantities(bench.exercise, bench.probes))
        known = Known([v[0] for v in values])
        names = local_names(tree)
        own = [compile(text, "<xray>", "eval") for text in [*names, *donors(tree)]]
        given: list[edits.Donor] = [
            *(lambda local, c=code: eval(c, scope, local) for code in own),
            *(lambda local, n=n: n for n in numbers),
            *(lambda local, v=v: v[bench.at] for v in values),
        ]
        spots = [s for s in map(bench.spot, places(tree)) if s is not None]
        for size in range(3):
            for spot in spots:
                for edit, after in sorted(candidates(bench, spot, size, names, numbers, given, known), key=lambda c: not c[1]):
                    if bench.mends(spot, edit):
                        before = all(p in known for p in spot.hits[-1][1] if np.size(p) > 1)
                        found.append(Hit(spot, after, before))
                        break
            if found:
                break
    except OutOfTime:
        return found, size, False
    return found, size, True


def candidates(
    bench: Bench, spot: Spot, size: int, names: list[str], numbers: list[float], given: list[edits.Donor], known: Known
) -> Iterator[tuple[edits.Edit, bool]]:
    """(edit, whether its value is a quantity of the derivation), each value once."""
    bench.at = 0
    own = edits.same(spot.place.node)
    seen = {_key([hit[3] for hit in spot.hits])}
    if size == 0:
        for edit in edits.tokens(spot.place, numbers):
            try:
                made = [edit(n, *p, **k) for n, p, k, _ in spot.hits]
            except Exception:
                continue
            if (key := _key(made)) not in seen:
                seen.add(key)
                yield edit, made[-1] in known
        return
    listed = edits.words(spot.place, names) if size == 1 else edits.operands(spot.place, given)
    for after in listed:
        try:
            made = [after(n, v) for n, _, _, v in spot.hits]
        except Exception:
            continue
        if (key := _key(made)) not in seen:
            seen.add(key)
            yield lambda n, *p, f=after, **k: f(n, own(n, *p, **k)), made[-1] in known


def _key(values: list[Any]) -> Any:
    arrays = [number(v) for v in values]
    if any(a is None for a in arrays):
        return object()  # cannot be compared: no two are the same
    return tuple((a.shape, a.dtype.kind, a.tobytes()) for a in arrays if a is not None)


def decide(found: list[Hit], size: int, complete: bool) -> Located | None:
    """One line, or a few that lie together; else nothing."""
    if not found:
        return None
    for better in ([h for h in found if h.after and h.before], [h for h in found if h.after]):
        if better:
            found = better
            break
    first, last = min(h.line for h in found), max(h.line for h in found)
    return Located(first, last, f"tier {size} {complete}") if last - first < WIDEST else None
