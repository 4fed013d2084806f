"""Judge one exercise: run every probe and see whose mistake it is where something is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from autograder.checking.at_once import runs_if_right
from autograder.checking.drawing import Drawing
from autograder.checking.exercise import Exercise
from autograder.checking.messages import translate as _
from autograder.checking.misfit import cache_at_fault, is_right, keeps_another
from autograder.checking.remote import remote_of
from autograder.checking.report import Clause, Report, as_text
from autograder.checking.runner import Run, Runner
from autograder.checking.sheet import Failure, Sheet, collect_failures, differences
from autograder.checking.values import describe
from autograder.checking.verdict import first_failure, write
from autograder.checking.wording import next_step

COST = "cost"  # the clause of a probe that what is wrong may take seconds over


def judge(
    drawing: Drawing,
    functions: Mapping[str, Any],
    new_runner: type[Runner] = Runner,
    on_failure: Callable[[Sheet, Failure, SimpleNamespace], None] | None = None,
    told: tuple[str, ...] = (),
) -> Report:
    """Check `functions[exercise.name]`; never raises for what student code does.

    new_runner: how student code is run; a grader whose functions live in a jail has its own way.
    on_failure: is told what failed first, with the functions that were tried.
    told: notes that the report begins with.
    """
    exercise, partner = drawing.exercise, drawing.partner
    problem = _not_callable(exercise, functions)
    if problem:
        return _broken(exercise, problem)
    names, notes = dict(functions), list(told)
    if remote_of(functions[exercise.name]) is not None:
        space = SimpleNamespace(**{**exercise.companions, **_usable(drawing, functions)})
        runner = new_runner(exercise.time_limit, exercise.forbids)
        if (runs := runs_if_right(drawing, space, runner)) is not None:
            return write(Sheet(drawing, runs), {}, notes)
    skipped: set[int] = set()
    if partner is not None:
        names = {exercise.name: functions[exercise.name]}
        if partner.name in functions and not _not_callable(partner, functions):
            wrong = _wrong_forward(drawing, functions[partner.name], new_runner)
            if any(drawing.probes[i].clause == "values" for i in wrong):
                notes.append(_not_right(exercise, partner))
            else:
                names[partner.name], skipped = functions[partner.name], wrong
    space = SimpleNamespace(**{**exercise.companions, **names})
    runner = new_runner(exercise.time_limit, exercise.forbids)
    runs = [Run() for _ in drawing.probes]
    jobs = {
        i: (p.trial or exercise.trial, space, p.case)
        for i, p in enumerate(drawing.probes)
        if i not in skipped
    }
    with runner:
        for i, job in jobs.items():  # calls of other implementations are looked for once
            if drawing.probes[i].clause == COST:
                left = {k for k in range(len(runs)) if k >= i}
                if collect_failures(Sheet(drawing, runs, skipped | left)):
                    skipped.add(i)
                    continue
            runs[i] = runner.run(*job, watch="" if i else exercise.name)
    # The text of a function is looked at in a notebook only: a grader has none of it at hand.
    sheet = Sheet(drawing, runs, skipped, functions[exercise.name] if on_failure else None)
    failures = collect_failures(sheet)
    conduct = ("own work", "randomness", "inputs unchanged")  # no cache is to blame for these
    # Of a forward that draws at random only where the backward could not read what it keeps, or
    # where that is seen not to be as promised: else wrong numbers may be the backward's own, which
    # no other draw would show.
    unread = "runs" in failures
    fitting = partner is not None and partner.name in names and (unread or not partner.randomness)
    if set(failures) - set(conduct) and (fitting or keeps_another(drawing, names, new_runner)):
        documented = SimpleNamespace(**{**exercise.companions, exercise.name: names[exercise.name]})
        if is_right(drawing, documented, skipped, new_runner):
            if any(run.error_type == "timeout" for run in runs):
                return _without_slow_forward(drawing, functions, new_runner, on_failure)
            return cache_at_fault(drawing, names, notes, new_runner)
    if set(failures) & set(conduct) and partner is not None and partner.name in names:
        # What a forward does besides is its own error: not that of a backward that is right alone.
        told = (*notes, _not_right(exercise, partner))
        alone = judge(drawing, {exercise.name: names[exercise.name]}, new_runner, told=told)
        if alone.passed:
            return alone
    report = write(sheet, failures, notes)
    if failures and on_failure is not None:
        on_failure(sheet, first_failure(report, failures), space)
    return report


def _not_right(exercise: Exercise, partner: Exercise) -> str:
    note = _(
        "{forward} is not right yet, so {backward} was judged with the documented cache {cache}."
    )
    return note.format(forward=partner.name, backward=exercise.name, cache=exercise.cache)


def _without_slow_forward(
    drawing: Drawing,
    functions: Mapping[str, Any],
    new_runner: type[Runner],
    on_failure: Callable[[Sheet, Failure, SimpleNamespace], None] | None,
) -> Report:
    """Judge a backward that is right and in time, with a forward that left it no time.

    What the forward costs, its own check says.
    """
    exercise, partner = drawing.exercise, drawing.partner
    assert partner is not None
    note = _(
        "{forward} takes too long for a check, so {backward} was judged with the documented cache "
        "{cache}."
    ).format(forward=partner.name, backward=exercise.name, cache=exercise.cache)
    alone = {name: one for name, one in functions.items() if name != partner.name}
    return judge(drawing, alone, new_runner, on_failure, (note,))


def _usable(drawing: Drawing, functions: Mapping[str, Any]) -> dict[str, Any]:
    """The function that is judged, with its partner where one can be called."""
    exercise, partner = drawing.exercise, drawing.partner
    if partner is None:
        return dict(functions)
    able = partner.name in functions and not _not_callable(partner, functions)
    chosen = [exercise.name, partner.name] if able else [exercise.name]
    return {name: functions[name] for name in chosen}


def _wrong_forward(drawing: Drawing, forward: Any, new_runner: type[Runner]) -> set[int]:
    """Return the probes of a backward for which the student's forward is wrong.

    It stops at the first ordinary one. With a right forward its own cache is used, else the
    reference forward with the documented cache.
    A forward wrong on special inputs only (extreme values, whole numbers) was judged by its own
    check: those probes are left out, so that one error costs once.
    """
    partner = drawing.partner
    assert partner is not None
    space = SimpleNamespace(**{**partner.companions, partner.name: forward})
    runner = new_runner(drawing.exercise.time_limit)
    # Probes that differ in their upstream gradients only have one forward.
    inputs = [tuple(map(id, probe.case.inputs.values())) for probe in drawing.probes]
    places = {key: i for i, key in reversed(list(enumerate(inputs)))}
    order = sorted(places.values())
    # The first by itself: where it is wrong, no other is asked for.
    listed = [(partner.trial, space, drawing.probes[i].case) for i in order]
    wrong = set[int]()

    def is_wrong(i: int, run: Run) -> bool:
        probe = drawing.probes[i]
        warned = probe.quiet and run.warnings
        return bool(run.problem or warned or differences(partner, probe, run, drawing.forward[i]))

    with runner:
        runs = [runner.run(*listed[0])]
        if is_wrong(order[0], runs[0]) and drawing.probes[order[0]].clause == "values":
            return {order[0]}
        runs += [runner.run(*job) for job in listed[1:]]
    found = dict(zip(order, runs, strict=True))
    for i, key in enumerate(inputs):
        if is_wrong(i, found[places[key]]):
            wrong.add(i)
            if drawing.probes[i].clause == "values":
                break
    return wrong


def _not_callable(exercise: Exercise, functions: Mapping[str, Any]) -> str:
    if exercise.name not in functions:
        return _("{name} is missing; define it and pass it to the check.").format(
            name=exercise.name
        )
    value = functions[exercise.name]
    remote = remote_of(value) is not None and callable(value)
    if exercise.is_class:
        return (
            ""
            if remote or isinstance(value, type)
            else _("{name} is {got}; expected a class.").format(
                name=exercise.name, got=describe(value)
            )
        )
    if isinstance(value, type):
        return _("{name} is {got}; expected a function {signature}.").format(
            name=exercise.name, got=describe(value), signature=exercise.signature
        )
    if not remote and not callable(value):
        return _("{name} is {got}; expected a function {signature}.").format(
            name=exercise.name, got=describe(value), signature=exercise.signature
        )
    return ""


def _broken(exercise: Exercise, problem: str) -> Report:
    clauses = (Clause("runs", False, problem),)
    step = next_step("structure", exercise)
    text = as_text(exercise.name, False, clauses, problem, "", "", (), step, ())
    return Report(exercise.name, False, None, text, clauses, found=problem, next_step=step)
