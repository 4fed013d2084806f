"""Run every known mistake and every right variant of an exercise through its check."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from autograder.audit import variants
from autograder.audit.further import all_changed
from autograder.audit.mutate import mutants
from autograder.audit.transfer import transferred, variant_mutants
from autograder.checking import run_check
from autograder.checking.exercise import Exercise
from autograder.exercises import everything


@dataclass
class Measure:
    """What the audit found out about one exercise.

    rejected, named, itself: mistakes rejected on every seed; given a known name; given their own.
    in_styles: mistakes made in right variants where they fit, rejected, given a known name or a
    cause.  style_mutants: one-step changes of the variants; killed counts those that are rejected.
    accepted: variants accepted on every seed.  seconds: one check of right code, median and worst.
    """

    exercise: str
    chapter: int
    seeds: int
    mistakes: int = 0
    rejected: int = 0
    named: int = 0
    itself: int = 0
    variants: int = 0
    accepted: int = 0
    right_runs: int = 0
    false_rejections: int = 0
    in_styles: int = 0
    in_styles_rejected: int = 0
    in_styles_named: int = 0
    mutants: int = 0
    killed: int = 0
    style_mutants: int = 0
    style_killed: int = 0
    seconds_median: float = 0.0
    seconds_worst: float = 0.0
    problems: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def _only_its_cache(exercise: Exercise, functions: dict[str, Callable]) -> bool:
    """Whether a forward only keeps what its own backward does not fit: that is told there."""
    backward = exercise.name.replace("_forward", "_backward")
    wrong = backward != exercise.name and backward in functions
    return wrong and not run_check(backward, functions).passed


def _with_backward(exercise: Exercise, functions: dict[str, Callable]) -> dict[str, Callable]:
    """Return a forward's mutant with the reference of its backward, which reads the cache."""
    name = exercise.name.replace("_forward", "_backward")
    known = everything().get(name) if name != exercise.name else None
    return {name: known.reference, **functions} if known else functions


def _passes(exercise: Exercise, functions: dict[str, Callable]) -> bool:
    """Whether nothing that a student sees says that these functions are wrong."""
    return (
        run_check(exercise.name, functions).passed
        and run_check(exercise.name, functions, seed=11).passed
        and not _only_its_cache(exercise, functions)
    )


def _in_styles(exercise: Exercise, styles: list[variants.Variant], result: Measure) -> None:
    """Make every mistake in every right variant where it fits."""
    for variant in styles:
        for mistake, functions in transferred(exercise, variant):
            report = run_check(exercise.name, functions)
            # What changes nothing in this style (a name of another use, say) is no mistake there.
            if report.passed and run_check(exercise.name, functions, seed=11).passed:
                if _only_its_cache(exercise, functions):
                    continue
                result.problems.append(f"mistake {mistake} made in {variant.style} passes")
                result.in_styles += 1
                continue
            result.in_styles += 1
            result.in_styles_rejected += 1
            result.in_styles_named += bool(report.mistake or report.cause)
            if not (report.mistake or report.cause):
                result.problems.append(f"mistake {mistake} made in {variant.style} is not named")


def measure(
    name: str,
    *,
    seeds: int,
    mistake_seeds: int = 5,
    with_mutants: bool = False,
    further: bool = False,
) -> Measure:
    """Audit one exercise.

    seeds: drawings on which right code has to pass; they are shared out over the variants, and each
    variant sees at least three.  mistake_seeds: drawings for each mistake.
    """
    exercise = everything()[name]
    result = Measure(name, exercise.chapter, seeds)
    times: list[float] = []

    def timed(functions: dict[str, Callable], seed: int | None) -> Any:
        start = time.perf_counter()
        report = run_check(name, functions, seed=seed)
        times.append(time.perf_counter() - start)
        return report

    references = {name: exercise.reference}
    for mistake in exercise.mistakes:
        result.mistakes += 1
        reports = [
            run_check(name, {**references, **mistake.functions}, seed=s)
            for s in [None, *range(mistake_seeds)]
        ]
        passed = [r for r in reports if r.passed]
        result.rejected += not passed
        result.named += all(r.mistake for r in reports)
        result.itself += all(r.mistake == mistake.name for r in reports)
        if passed:
            result.problems.append(
                f"mistake {mistake.name} passes on {len(passed)} of {len(reports)} seeds"
            )
        elif not all(r.mistake for r in reports):
            result.problems.append(f"mistake {mistake.name} is not named")
        elif not all(r.mistake == mistake.name for r in reports):
            result.problems.append(
                f"mistake {mistake.name} is named "
                f"{sorted(str(m) for m in {r.mistake for r in reports})}"
            )
    styles = [*variants.of(name)]
    each = max(3, -(-seeds // max(1, len(styles))))
    for k, variant in enumerate(styles):
        result.variants += 1
        # Each style has seeds of its own, so that `seeds` different drawings are seen in all.
        reports = [timed(variant.functions, s) for s in [None, *range(k * each, (k + 1) * each)]]
        rejected = [r for r in reports if not r.passed]
        result.right_runs += len(reports)
        result.false_rejections += len(rejected)
        result.accepted += not rejected
        if rejected:
            result.problems.append(
                f"variant {variant.style} rejected {len(rejected)} times: {rejected[0].found}"
            )
    _in_styles(exercise, styles, result)
    changed = all_changed if further else None
    if with_mutants or further:
        for variant in styles:
            for text, functions in variant_mutants(exercise, variant, changed):
                result.style_mutants += 1
                if _passes(exercise, functions):
                    result.problems.append(f"mutant of {variant.style} survives: {text}")
                else:
                    result.style_killed += 1
        for text, functions in mutants(exercise, changed):
            result.mutants += 1
            if _passes(exercise, _with_backward(exercise, functions)):
                result.problems.append(f"mutant survives: {text}")
            else:
                result.killed += 1
    if times:
        result.seconds_median, result.seconds_worst = median(times), max(times)
    return result
