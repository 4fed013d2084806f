"""Look for the line of a mistake: where one small change of the code makes every result right."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder.checking.drawing import Drawing
from autograder.checking.runner import Runner
from autograder.checking.xray import edits
from autograder.checking.xray.bench import Bench
from autograder.checking.xray.candidates import candidates, change_of, of_value
from autograder.checking.xray.derivation import Derivation, number
from autograder.checking.xray.notes import OutOfTime, Spot
from autograder.checking.xray.places import donors, local_names, places
from autograder.checking.xray.source import NotReadable
from autograder.checking.xray.words import sentence

SECONDS = 0.4  # of the processor, whatever the function does
WIDEST = 3
# A token, a word, an operand more that leaves the shape as it is, one that does not.
SIZES = ((0, None), (1, None), (2, True), (2, False))


@dataclass(frozen=True)
class Located:
    """Where a mistake stands, from the first to the last line, and how a student is told."""

    first: int
    last: int
    text: str


@dataclass(frozen=True)
class Hit:
    """A place where a change mends everything.

    sure: whether the change leads from quantities of the derivation to one of the derivation.
    """

    spot: Spot
    sure: bool


def locate(
    drawing: Drawing, failed: int, functions: dict[str, Any], seconds: float = SECONDS
) -> Located | None:
    """The lines where the function under the exercise's name goes wrong, None where that is unsure.

    failed: the probe whose values are wrong.  functions: what the trial gets.  Never raises.
    """
    found: list[Located] = []

    def look(functions: Any, case: Any) -> dict[str, Any]:
        warnings.simplefilter("ignore")
        with np.errstate(all="ignore"):
            try:
                bench = Bench(drawing, failed, vars(functions), seconds)
                answer = _decide(bench, _search(bench)) if bench.wrong else None
            except (NotReadable, OutOfTime):
                return {}
        found.extend([answer] if answer else [])
        return {}

    # The runner swallows what is printed or raised, restores the random state, and ends what hangs
    # all the same: by the clock, which on a busy machine runs faster than the processor's time.
    Runner(20 * seconds).run(look, SimpleNamespace(**functions), drawing.probes[failed].case)
    return found[0] if found else None


def _search(bench: Bench) -> list[Hit]:
    """Where a smallest change mends all."""
    tree, scope = bench.source.tree, bench.source.scope
    derivation = bench.derivation = Derivation(bench.exercise, bench.probes)
    names = local_names(tree)
    parts = [compile(text, "<xray>", "eval") for text in [*names, *donors(tree)]]
    own: list[Any] = [lambda local, c=code: eval(c, scope, local) for code in parts]
    derived: list[Any] = [
        *(lambda local, n=n: n for n in derivation.numbers),
        *(lambda local, v=v: v[bench.at] for v in derivation.values),
    ]

    def tries(spot: Spot, size: int) -> Iterator[Any]:
        if size == 0:
            return edits.tokens(spot.place, derivation.numbers)
        if size == 1:
            return edits.words(spot.place, names)
        # Zeros plus the derivation's result are that result: no change of what the student wrote.
        return edits.operands(spot.place, own, [] if _is_blank(spot) else derived)

    spots = bench.spots(places(tree))
    # Where the parts are the derivation's the mistake is more likely.
    starts = {id(s) for s in spots if all(_is_known(p, derivation) for p in s.hits[-1].parts)}
    spots.sort(key=lambda s: id(s) not in starts)
    edge = [s for s in spots if id(s) in starts and not _is_known(s.hits[-1].value, derivation)]
    first = {id(s) for s in edge}
    edge += [s for s in _inside(spots, edge) if id(s) not in first]
    found = _beyond(bench, spots, edge, tries)
    if found:
        return found
    tried = {id(s) for s in edge}
    spots = [s for s in spots if id(s) not in tried]
    for size, keeps in SIZES:
        found = []
        try:
            for spot in filter(bench.live, spots):
                for edit, value, _change in candidates(spot, tries(spot, size), size == 0, keeps):
                    if bench.mends(spot, edit):
                        found.append(Hit(spot, id(spot) in starts and value in derivation.known))
                        break
        except OutOfTime:
            # Of operands there are many: where not all were tried, another place may fit better.
            return [h for h in found if h.sure or size < 2]
        if found:
            return [h for h in found if h.sure] or found
    return []


def _beyond(
    bench: Bench,
    spots: list[Spot],
    edge: list[Spot],
    tries: Callable[[Spot, int], Iterator[Any]],
) -> list[Hit]:
    """Places that mend all, sought where the derivation is left: known parts, an unknown value.

    A factor that is missing may be put in at several places: what mends one is tried at all of
    them, and so are single tokens elsewhere; the lines have to lie together.
    """
    known = bench.derivation.known
    found: list[Hit] = []
    # What becomes a quantity of the derivation is the likeliest, and there is little of it.
    turns = [
        *((size, keeps, edge, True) for size, keeps in SIZES),
        *((size, keeps, spots, True) for size, keeps in SIZES[:2]),
        *((size, keeps, edge, False) for size, keeps in SIZES),
    ]
    try:
        for size, keeps, chosen, sure in turns:
            for spot in chosen:
                for edit, value, change in candidates(spot, tries(spot, size), size == 0, keeps):
                    if (value in known) != sure or not bench.live(spot):
                        continue
                    if not bench.mends(spot, edit):
                        continue
                    found = [Hit(spot, sure)]
                    for other in spots:
                        if other is not spot:
                            found += _also(bench, other, size, change, tries, sure)
                    return [h for h in found if h.sure] or found
    except OutOfTime:
        return [h for h in found if h.sure]
    return found


def _also(
    bench: Bench,
    other: Spot,
    size: int,
    change: Any,
    tries: Callable[[Spot, int], Iterator[Any]],
    sure: bool,
) -> list[Hit]:
    """Whether another place would do: by the same change of its value, or by a token."""
    known = bench.derivation.known
    if size > 0:
        value = change_of(other, change)
        asked = (not sure or value in known) and bench.live(other)
        if asked and bench.mends(other, of_value(other, change)):
            return [Hit(other, value in known)]
    for token, new, _change in candidates(other, tries(other, 0), True):
        if sure and new not in known:
            continue  # where one is sure, what is not does not count
        if bench.live(other) and bench.mends(other, token):
            return [Hit(other, new in known)]
    return []


def _inside(spots: list[Spot], edge: list[Spot]) -> list[Spot]:
    """The parts of places, and the parts of these where they are single numbers."""
    of = {id(s.place.node): s for s in spots}
    found, todo = dict[int, Spot](), [s.place.node for s in edge]
    while todo:
        for child in ast.iter_child_nodes(todo.pop(0)):
            spot = of.get(id(child))
            if spot is not None:
                found[id(spot)] = spot
            if spot is None or _is_one(spot.hits[-1].value):
                todo.append(child)
    return [*found.values()]


def _is_one(value: Any) -> bool:
    array = number(value)
    return array is not None and array.size == 1


def _is_blank(spot: Spot) -> bool:
    """Whether nothing but zeros, or ones, was seen: no quantity of anybody's."""
    arrays = [number(hit.value) for hit in spot.hits]
    return any(all(a is not None and np.all(a == n) for a in arrays) for n in (0, 1))


def _is_known(part: Any, derivation: Derivation) -> bool:
    """Whether a part is no news: one number, no number at all, a quantity of the derivation."""
    array = number(part)
    return array is None or array.size == 1 or array in derivation.known


def _decide(bench: Bench, found: list[Hit]) -> Located | None:
    """One line, or a few that lie together; else nothing."""
    if not found:
        return None
    lines = [h.spot.place.node.lineno for h in found]
    first, last = min(lines), max(lines)
    if last - first >= WIDEST:
        return None
    local = found[lines.index(first)].spot.hits[-1].names
    return Located(first, last, sentence(bench.source, bench.derivation, local, first, last))
