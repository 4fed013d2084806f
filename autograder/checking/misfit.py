"""A forward and a backward that are right and do not fit: the cache between them is the news."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from autograder.checking.caches import as_promised, first_difference, in_words
from autograder.checking.drawing import Drawing
from autograder.checking.exercise import Exercise, Probe
from autograder.checking.messages import translate as _
from autograder.checking.report import Clause, Report, as_text
from autograder.checking.runner import Run, Runner
from autograder.checking.sheet import Sheet, collect_failures


def is_right(
    drawing: Drawing, functions: SimpleNamespace, skipped: set[int], new_runner: type[Runner]
) -> bool:
    """Return whether a backward is right everywhere with the documented cache.

    Stops at the first failure.
    """
    exercise = drawing.exercise
    runner = new_runner(exercise.time_limit)
    for i, probe in enumerate(drawing.probes):
        if i not in skipped:
            run = runner.run(probe.trial or exercise.trial, functions, probe.case)
            left = [Run()] * i + [run] + [Run()] * (len(drawing.probes) - i - 1)
            if collect_failures(Sheet(drawing, left, set(range(len(left))) - {i})):
                return False
    return True


def cache_at_fault(
    drawing: Drawing, names: Mapping[str, Any], notes: list[str], new_runner: type[Runner]
) -> Report:
    """A right backward that its forward's cache leads astray: that is the news, and no mistake."""
    exercise, partner = drawing.exercise, drawing.partner
    assert partner is not None
    space = SimpleNamespace(**{**partner.companions, partner.name: names[partner.name]})
    found = _(
        "{backward} is right: with the documented cache {cache} it gives the right gradients. What "
        "{forward} puts into the cache is not what its docstring says"
    ).format(backward=exercise.name, cache=exercise.cache, forward=partner.name)
    found += _difference(drawing, space, new_runner)
    step = _("let {forward} keep {cache}, in this order, or write {backward} for what it keeps.")
    step = step.format(forward=partner.name, cache=exercise.cache, backward=exercise.name)
    clauses = (Clause("cache", False, found),)
    text = as_text(exercise.name, False, clauses, found, "", "", (), step, tuple(notes))
    return Report(
        exercise.name, False, None, text, clauses, found=found, next_step=step, notes=tuple(notes)
    )


def keeps_another(drawing: Drawing, names: Mapping[str, Any], new_runner: type[Runner]) -> bool:
    """Whether the forward among the names keeps as many entries as documented, and other values.

    One that keeps more or fewer is of the student's own design, and its backward knows.
    """
    partner = drawing.partner
    if partner is None or partner.name not in names:
        return False
    space = SimpleNamespace(**{**partner.companions, partner.name: names[partner.name]})
    return any(
        isinstance(kept, tuple | list) and len(kept) == len(right.cache)
        for _probe, kept, right in _unlike(drawing, space, new_runner)
    )


def _others(forward: Exercise, probe: Probe, right: Run) -> dict[str, Any]:
    """What else a cache may hold; of a draw the outputs are not results but what holds of them."""
    return {**probe.case.inputs, **({} if forward.randomness else right.outputs)}


def _difference(drawing: Drawing, space: SimpleNamespace, new_runner: type[Runner]) -> str:
    """Where the cache of a forward in `space` is not as documented, "." where that is not seen."""
    partner = drawing.partner
    assert partner is not None
    for probe, kept, right in _unlike(drawing, space, new_runner):
        others = _others(partner, probe, right)
        return ": " + first_difference(drawing.exercise.cache, kept, right.cache, others)
    return "."


def _unlike(
    drawing: Drawing, space: SimpleNamespace, new_runner: type[Runner]
) -> Iterator[tuple[Probe, Any, Run]]:
    """Yield the ordinary cases in which a forward's cache is not as documented: it, and the right.

    In every ordinary case: a list of one step has no order.
    """
    exercise, partner = drawing.exercise, drawing.partner
    assert partner is not None
    runner = new_runner(exercise.time_limit)
    for probe, right in zip(drawing.probes, drawing.forward, strict=True):
        if probe.clause != "values":
            continue
        kept = runner.run(partner.trial, space, probe.case).cache
        if kept is not None and not as_promised(exercise.cache, kept, right.cache):
            yield probe, kept, right


def cache_remark(sheet: Sheet) -> list[str]:
    """What a right forward keeps, where that is not what its docstring says."""
    documented = sheet.drawing.exercise.cache
    remark = _(
        "The docstring promises the cache {want}; yours is {got}: fine if your backward is written "
        "for it."
    )
    # In every ordinary case: a padded image is the image where the padding is 0.
    for probe, run, right in zip(
        sheet.drawing.probes, sheet.runs, sheet.drawing.expected, strict=True
    ):
        if probe.clause != "values" or run.cache is None:
            continue
        if not as_promised(documented, run.cache, right.cache):
            others = _others(sheet.drawing.exercise, probe, right)
            kept = in_words(documented, run.cache, right.cache, others)
            return [remark.format(want=documented, got=kept)]
    return []
