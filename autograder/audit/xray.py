"""How often the x-ray names the right line: changes of right variants, whose lines are known."""

from __future__ import annotations

import ast
import linecache
import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from rich.table import Table

from autograder.audit import variants
from autograder.audit.mutate import _changes
from autograder.checking.drawing import Drawing
from autograder.checking.mistakes.trees import copied
from autograder.checking.runner import Runner
from autograder.checking.seeds import draw, find_exercises, public_rng
from autograder.checking.sheet import differences
from autograder.checking.xray import SECONDS, locate
from autograder.checking.xray.source import NotReadable, Source

SLOW = 2.0  # the audit's processes share the processor


HALVES = ("tuning", "held out")  # rules may be chosen on the one, and are judged on the other


@dataclass
class Score:
    """Counts of one exercise: line, span (of at most three lines that holds it), wrong, silent.

    half: of the mutants.  misses: the wrong ones in words.
    """

    exercise: str
    chapter: int
    half: str
    line: int = 0
    span: int = 0
    wrong: int = 0
    silent: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def judged(self) -> int:
        """Mutants that the x-ray was asked about."""
        return self.line + self.span + self.wrong + self.silent


@dataclass(frozen=True)
class Mutant:
    """A changed function: what was changed, and in which line of its source."""

    text: str
    line: int
    function: Any


def score(name: str, most: int) -> list[Score]:
    """X-ray up to `most` mutants of each right variant of an exercise, in two halves."""
    drawing = draw(find_exercises(name)[0], public_rng(name, None))
    scores = {h: Score(name, drawing.exercise.chapter, h) for h in HALVES}
    for variant in variants.of(name):
        try:
            listed = list(mutants(variant.functions[name]))
        except NotReadable:
            continue
        random.Random(zlib.crc32(f"{name} {variant.style}".encode())).shuffle(listed)
        asked = 0
        for mutant in listed:
            # By the mutant's own name, so that a half stays what it is when more are asked for.
            odd = zlib.crc32(f"{name} {variant.style} {mutant.text}".encode()) % len(HALVES)
            half = scores[HALVES[odd]]
            asked += ask(drawing, {**variant.functions, name: mutant.function}, mutant, half)
            if asked >= most:
                break
    return list(scores.values())


def ask(drawing: Drawing, functions: dict[str, Any], mutant: Mutant, result: Score) -> bool:
    """X-ray one mutant; whether it counts: its values are wrong on an ordinary case."""
    exercise, partner = drawing.exercise, drawing.partner
    own = {exercise.name, *([partner.name] if partner else [])} if partner else set(functions)
    space = {**exercise.companions, **{k: f for k, f in functions.items() if k in own}}
    runner = Runner(5.0)
    for i, (probe, right) in enumerate(zip(drawing.probes, drawing.expected, strict=True)):
        if probe.clause != "values":
            continue
        run = runner.run(probe.trial or exercise.trial, SimpleNamespace(**space), probe.case)
        if run.problem:
            return False
        if not differences(exercise, probe, run, right):
            continue
        found = locate(drawing, i, space, SLOW * SECONDS)
        if found is None:
            kind = "silent"
        elif not found.first <= mutant.line <= found.last:
            kind = "wrong"
        else:
            kind = "line" if found.first == found.last else "span"
        setattr(result, kind, getattr(result, kind) + 1)
        if found and kind == "wrong":
            result.misses.append(f"{mutant.text} (line {mutant.line}): {found.text}")
        return True
    return False


def mutants(function: Any) -> Iterator[Mutant]:
    """Every one-node change that touches one line and compiles."""
    source = Source(function)
    tree = ast.parse(ast.unparse(source.tree))  # a statement is a line
    before = ast.unparse(tree).splitlines()
    seen = {"\n".join(before)}
    for change in _changes(tree.body[0]):
        changed = copied(tree)
        text = change(changed.body[0])
        code = ast.unparse(ast.fix_missing_locations(changed))
        after = code.splitlines()
        lines = [
            i for i, pair in enumerate(zip(before, after, strict=False), 1) if len({*pair}) > 1
        ]
        if text is None or code in seen or len(before) != len(after) or len(lines) != 1:
            continue
        seen.add(code)
        try:
            made = written(source, code, f"<mutant {function.__name__} {len(seen)}>")
        except (SyntaxError, NameError, TypeError, ValueError, AttributeError):
            continue
        yield Mutant(text, lines[0], made)


def written(source: Source, code: str, file: str) -> Any:
    """Another source in the place of a function, in surroundings of the old one."""
    linecache.cache[file] = (len(code), None, code.splitlines(True), file)
    source.tree = ast.parse(code).body[0]
    return source.compiled(None, file)


def table(scores: list[Score]) -> Table:
    """One row a chapter and a row of all, each half by itself: which share of lines was found."""
    drawn = Table(
        "chapter", "half", "mutants", "the line", "a span that holds it", "wrong", "silent"
    )
    for column in drawn.columns[2:]:
        column.justify = "right"
    for chapter in [*sorted({s.chapter for s in scores}), None]:
        for half in HALVES:
            rows = [s for s in scores if s.half == half and chapter in (None, s.chapter)]
            total = sum(s.judged for s in rows)
            shares = (
                f"{sum(getattr(s, kind) for s in rows) / max(1, total):.1%}"
                for kind in ("line", "span", "wrong", "silent")
            )
            drawn.add_row("all" if chapter is None else str(chapter), half, str(total), *shares)
    return drawn
