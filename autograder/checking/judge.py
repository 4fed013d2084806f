"""Judge one exercise: run every probe, compare, put the clauses in order, find the cause."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder.checking import diagnose, locate
from autograder.checking.compare import KINDS, Finding, compare, form_text
from autograder.checking.exercise import Case, Exercise, Probe
from autograder.checking.messages import case_label, output_name
from autograder.checking.messages import translate as _
from autograder.checking.report import LATER, ORDER, Clause, Report, as_text
from autograder.checking.runner import Run, Runner, collect, in_main_thread
from autograder.checking.values import as_array, describe, leaves


@dataclass(frozen=True)
class Failure:
    """The first thing that went wrong under one clause."""

    probe: Probe
    text: str
    finding: Finding | None = None
    others: tuple[str, ...] = ()


@dataclass
class Sheet:
    """All probes of one check with what is right and what came back."""

    exercise: Exercise
    probes: list[Probe]
    expected: list[Run]
    runs: list[Run]
    skipped: set[int]

    def findings(self, i: int) -> list[Finding]:
        """Differences of probe i."""
        clause = self.probes[i].clause
        # From whole numbers, whole-number results of the right value are right too (a ReLU by np.maximum).
        return compare(
            self.exercise,
            self.runs[i].outputs,
            self.expected[i].outputs,
            self.runs[i].wants,
            elementwise=clause == "extreme values",
            any_dtype=clause == "whole numbers",
        )


def judge(
    exercise: Exercise,
    functions: Mapping[str, Any],
    rng: np.random.Generator,
    *,
    draws: int = 1,
    partner: Exercise | None = None,
) -> Report:
    """Check `functions[exercise.name]`; never raises for what student code does.

    draws: how many times the cases are drawn.  partner: the description of the forward, for a backward.
    """
    problem = _not_callable(exercise, functions)
    if problem:
        return _broken(exercise, problem)
    probes = in_main_thread(lambda: draw(exercise, rng, draws))
    expected = [expect(exercise, p) for p in probes]
    runner = Runner(exercise.time_limit, exercise.forbids)
    names: dict[str, Any] = dict(functions)
    notes: list[str] = []
    skipped: set[int] = set()
    if partner is not None:
        names, notes, skipped = _choose_forward(exercise, partner, functions, probes, runner)
    space = SimpleNamespace(**{**exercise.companions, **names})
    runs = [
        Run()
        if i in skipped
        else runner.run(p.trial or exercise.trial, space, p.case, watch=i == 0)
        for i, p in enumerate(probes)
    ]
    sheet = Sheet(exercise, probes, expected, runs, skipped)
    return write(sheet, rng, notes)


def draw(exercise: Exercise, rng: np.random.Generator, draws: int) -> list[Probe]:
    """The probes of `draws` independent drawings."""
    listed: list[Probe] = []
    for _i in range(draws):
        cases = list(exercise.cases(rng))
        listed += (
            exercise.probes(exercise, cases, rng)
            if exercise.probes
            else [Probe("values", c) for c in cases]
        )
    # The smallest case first: the first failure is the one a student is shown.
    return sorted(
        listed, key=lambda p: (p.clause != "values", _size(p.case) if p.clause == "values" else 0)
    )


def _size(case: Case) -> int:
    return sum(np.size(v) for _, v in leaves(case.inputs) if isinstance(v, np.ndarray))


def expect(exercise: Exercise, probe: Probe) -> Run:
    """What the reference gives for a probe."""
    run = Run()
    if probe.expected is not None:
        collect(run, probe.expected)
    else:
        in_main_thread(
            lambda: collect(
                run, (probe.trial or exercise.trial)(exercise.references(), probe.case.fresh())
            )
        )
    return run


def _choose_forward(
    exercise: Exercise,
    partner: Exercise,
    functions: Mapping[str, Any],
    probes: list[Probe],
    runner: Runner,
) -> tuple[dict[str, Any], list[str], set[int]]:
    """The student's forward where it is right, else the reference forward with the documented cache.

    A forward wrong on special inputs only (extreme values, whole numbers) was judged by its own
    check: those probes are left out here, so that one error costs once.
    """
    own = functions.get(partner.name)
    if own is None or _not_callable(partner, functions):
        return {exercise.name: functions[exercise.name]}, [], set()
    wrong = set()
    for i, probe in enumerate(probes):
        right = expect(partner, Probe("values", probe.case))
        run = runner.run(
            partner.trial, SimpleNamespace(**{**partner.companions, partner.name: own}), probe.case
        )
        if run.problem or compare(
            partner,
            run.outputs,
            right.outputs,
            run.wants,
            elementwise=probe.clause == "extreme values",
            any_dtype=probe.clause == "whole numbers",
        ):
            wrong.add(i)
            if probe.clause == "values":
                note = _(
                    "{forward} is not right yet, so {backward} was judged with the documented cache {cache}."
                ).format(forward=partner.name, backward=exercise.name, cache=exercise.cache)
                runner.left, runner.stuck = runner.limit, False
                return {exercise.name: functions[exercise.name]}, [note], set()
    return {exercise.name: functions[exercise.name], partner.name: own}, [], wrong


def write(sheet: Sheet, rng: np.random.Generator, notes: list[str]) -> Report:
    """Turn runs into clauses, find the cause of the first failure, and write the report."""
    exercise, failures = sheet.exercise, collect_failures(sheet)
    outputs = [o.name for o in exercise.outputs]
    # An output of the wrong form has no values to judge.
    misshapen = {f.finding.output.name for n, f in failures.items() if n in ORDER and f.finding}
    clauses = []
    present = {p.clause for p in sheet.probes}
    tried = [run for i, run in enumerate(sheet.runs) if i not in sheet.skipped]
    blocked = "runs" in failures or all(run.problem for run in tried)
    # Wrong values fail everything that compares values; saying so five times helps nobody.
    unsettled = any(name in failures for name in (*ORDER, *outputs))
    for name in (*ORDER, *outputs, *LATER):
        shown = name in present or name in failures or name in ("inputs unchanged", "own work")
        if name in LATER and not shown and not (name == "randomness" and exercise.randomness):
            continue
        failure = failures.get(name)
        if (
            unsettled
            and name in LATER
            and name not in ("inputs unchanged", "randomness", "own work")
        ):
            clauses.append(Clause(name, None))
            continue
        open_yet = (blocked and name != "runs") or name in misshapen
        passed = False if failure else None if open_yet else True
        clauses.append(Clause(name, passed, failure.text if failure else ""))
    for name, failure in failures.items():
        if name not in (*LATER, *(c.name for c in clauses)):
            clauses.append(Clause(name, False, failure.text))
    passed = not failures
    printed = max((r.printed for r in sheet.runs), key=len, default="")
    if len(printed) > 200:
        notes = [*notes, _("It printed a lot of text, which was not kept.")]
    if passed:
        text = as_text(exercise.name, True, tuple(clauses), "", "", "", (), "", tuple(notes))
        return Report(exercise.name, True, None, text, tuple(clauses), notes=tuple(notes))
    first = next(c for c in clauses if c.passed is False)
    failure = failures[first.name]
    mistake, cause, hint = find_cause(sheet, failure)
    example, rows = show_example(failure)
    if not cause and rows:
        notes = [
            *notes,
            _("No known mistake gives these numbers; the example is the smallest that fails."),
        ]
    step = next_step(first.name, exercise)
    message = as_text(
        exercise.name,
        False,
        tuple(clauses),
        failure.text,
        cause,
        example,
        rows,
        step,
        tuple(notes),
        hint,
    )
    return Report(
        exercise.name,
        False,
        mistake,
        message,
        tuple(clauses),
        cause,
        failure.text,
        example,
        rows,
        step,
        tuple(notes),
        hint,
    )


def collect_failures(sheet: Sheet) -> dict[str, Failure]:
    """The first failure under each clause."""
    found: dict[str, Failure] = {}
    exercise = sheet.exercise

    def put(clause: str, failure: Failure) -> None:
        found.setdefault(clause, failure)

    for i, (probe, run) in enumerate(zip(sheet.probes, sheet.runs, strict=True)):
        if i in sheet.skipped:
            continue
        ordinary = probe.clause == "values"
        special = "" if ordinary else probe.clause
        if run.problem:
            kind, text = run.problem
            clause = special or ("structure" if kind == "structure" else "runs")
            put(clause, Failure(probe, _problem_text(exercise, probe, run.error_type, kind, text)))
            continue
        for finding in sheet.findings(i):
            clause = special or (
                finding.name.split("[")[0].split(" (")[0]
                if finding.kind == "values"
                else finding.kind
            )
            put(clause, Failure(probe, finding_text(finding, special), finding))
        kept = [c for c in run.changed if c not in exercise.may_change]
        if kept:
            put(
                "inputs unchanged",
                Failure(
                    probe,
                    _("It changed {names} in place; the caller still needs the old values.").format(
                        names=", ".join(kept)
                    ),
                ),
            )
        if probe.quiet and run.warnings:
            put(
                special or "runs",
                Failure(probe, _("It warned: {text}.").format(text=run.warnings[0])),
            )
        if run.global_random:
            put(
                "randomness",
                Failure(
                    probe,
                    _("It used NumPy's global random state; draw from the rng that is passed in."),
                ),
            )
        if run.delegated:
            put(
                "own work",
                Failure(
                    probe,
                    _("It calls {name}; this exercise is about writing that yourself.").format(
                        name=", ".join(run.delegated)
                    ),
                ),
            )
    return found


def finding_text(finding: Finding, special: str = "") -> str:
    """One or two sentences: what is wrong with an output, and where."""
    name, got, want = output_name(finding.name), finding.got, finding.want
    if finding.kind == "structure":
        return _("{name} is {got}; expected {want}.").format(
            name=name, got=form_text(got), want=form_text(want)
        )
    if finding.kind == "shapes":
        return _("{name} has shape {got}; expected {want}.").format(
            name=name, got=np.shape(got), want=np.shape(want)
        )
    if finding.kind == "dtype":
        expected = {"int": "int64", "float": "float64"}[finding.output.kind]
        return _("{name} has dtype {got}; expected {want}.").format(
            name=name, got=np.asarray(got).dtype, want=expected
        )
    if finding.kind == "finite":
        kinds = "NaN" if np.isnan(got).any() else "inf"
        return _("{name} contains {kind} where the right answer is a finite number.").format(
            name=name, kind=kinds
        )
    if as_array(want) is None:
        return _("{name} is {got}; expected {want}.").format(
            name=name, got=describe(got), want=describe(want)
        )
    head = _("{name} is not right.").format(name=name)
    if np.isfinite(finding.error):
        head = _("{name} is not right (relative difference {error}).").format(
            name=name, error=f"{finding.error:.2g}"
        )
    if special:
        head = _("{clause}: {text}").format(clause=_(special), text=head)
    place = locate.where(finding)
    return _("{sentence} {next}").format(sentence=head, next=place) if place else head


def find_cause(sheet: Sheet, failure: Failure) -> tuple[str | None, str, str]:
    """(identifier, cause in words, hint): of the known mistake that agrees in everything seen, else a pattern."""
    if sheet.runs and any(r.problem and r.problem[0] == "timeout" for r in sheet.runs):
        return None, "", ""
    seen = signature(sheet, sheet.runs)
    general = diagnose.pattern(failure.finding, failure.probe.case) if failure.finding else ""
    for mistake in sheet.exercise.mistakes:
        if agrees(sheet, seen, mistake.functions):
            words = _("{sentence}.").format(sentence=_(mistake.words))
            if general:
                words = _("{sentence} {next}").format(sentence=words, next=general)
            return mistake.name, words, _(mistake.hint)
    return None, general, ""


def agrees(sheet: Sheet, seen: list[Any], functions: dict[str, Callable]) -> bool:
    """Whether a mistake's numbers are the student's on every probe (stops at the first that differs)."""
    space = SimpleNamespace(**{**vars(sheet.exercise.references()), **functions})
    runner = Runner(3.0)
    for i, probe in enumerate(sheet.probes):
        if i in sheet.skipped:
            continue
        run = runner.run(probe.trial or sheet.exercise.trial, space, probe.case)
        if not alike(sheet.exercise, seen[i], _seen(run), probe.clause == "extreme values"):
            return False
    return True


def signature(sheet: Sheet, runs: list[Run]) -> list[Any]:
    """What is compared with a mistake, probe by probe."""
    return [_seen(run) for run in runs]


def _seen(run: Run) -> tuple[str, dict[str, Any], tuple[str, ...], bool]:
    kind = (
        run.error_type
        if run.problem and run.problem[0] == "raised"
        else run.problem[0]
        if run.problem
        else ""
    )
    return kind, run.outputs, run.changed, run.global_random


def _near(x: np.ndarray, y: np.ndarray, atol: float, elementwise: bool) -> bool:
    """Equal up to rounding; infinities and NaN only to their like."""
    finite = np.isfinite(x) & np.isfinite(y)
    if not np.array_equal(x[~finite], y[~finite], equal_nan=x.dtype.kind == "f"):
        return False
    u, v = x[finite].astype(complex), y[finite].astype(complex)
    size = np.abs(v)
    scale = 0.0 if elementwise or not size.size else float(np.sqrt(np.mean(size**2)))
    return bool(np.all(np.abs(u - v) <= 2 * atol + 1e-6 * (size + scale)))


def alike(exercise: Exercise, a: Any, b: Any, elementwise: bool = False) -> bool:
    """Two observations of one probe are the same up to rounding."""
    if (a[0] == "") != (b[0] == ""):
        return False
    if a[0]:
        return a[0] == b[0]
    if set(a[2]) - {"cache"} != set(b[2]) - {"cache"} or a[3] != b[3] or a[1].keys() != b[1].keys():
        return False
    for name, value in a[1].items():
        mine, theirs = dict(leaves(value, name)), dict(leaves(b[1][name], name))
        if mine.keys() != theirs.keys():
            return False
        output = exercise.output(name.split(" (")[0])
        for path, u in mine.items():
            x, y = as_array(u), as_array(theirs[path])
            if x is None or y is None:
                if type(u) is not type(theirs[path]) or u != theirs[path]:
                    return False
            elif (
                x.shape != y.shape
                or (x.dtype.kind != y.dtype.kind and x.ndim)
                or not _near(x, y, output.atol, elementwise)
            ):
                return False
    return True


def show_example(failure: Failure) -> tuple[str, tuple[tuple[str, str, str], ...]]:
    """The case in words and the entries that differ most."""
    label = case_label(failure.probe.case.label)
    label = _("Example: {label}").format(label=label) if label else ""
    finding = failure.finding
    if (
        finding is None
        or finding.kind not in ("values", "finite")
        or as_array(finding.want) is None
    ):
        return label, ()
    return label, tuple(locate.examples(finding))


def next_step(clause: str, exercise: Exercise) -> str:
    """What to do about a failed clause."""
    steps = {
        "runs": _("make it run once with the example in the text, then check again."),
        "structure": _("return exactly what the signature promises: {signature}.").format(
            signature=exercise.signature
        ),
        "shapes": _(
            "print the shape of every intermediate array and compare it with the table of shapes."
        ),
        "dtype": _("look for integer or float32 arrays made on the way."),
        "finite": _("look for a division by zero, a log of zero or an exp of a large number."),
        "linear in dout": _("every term of a gradient is multiplied by dout exactly once."),
        "inputs unchanged": _("make a new array instead of writing into one that was passed in."),
        "repeatable": _(
            "keep nothing between calls: no global, no buffer that is used again, no cache changed by backward."
        ),
        "memory layout": _(
            "do not write into inputs, and do not rely on the order of their memory."
        ),
        "whole numbers": _("let arrays you create hold floats, whatever the input holds."),
        "extreme values": _(
            "rewrite the formula so that no exp of a large positive number is taken."
        ),
        "randomness": _("use the rng argument for every random draw."),
        "own work": _("write the formula out in NumPy."),
    }
    return steps.get(
        clause,
        _("work the small example of the text through by hand and print your intermediate values."),
    )


def _problem_text(exercise: Exercise, probe: Probe, error_type: str, kind: str, text: str) -> str:
    if kind == "timeout":
        return _("{name} {text}; a check allows no more.").format(name=exercise.name, text=text)
    if kind == "structure":
        return _("{sentence}.").format(sentence=text.removesuffix("."))
    if error_type == "SystemExit":
        return _("{name} tried to leave Python (SystemExit).").format(name=exercise.name)
    if error_type == "KeyboardInterrupt":
        return _("{name} was interrupted.").format(name=exercise.name)
    return _("{name} raised {text} for {label}.").format(
        name=exercise.name, text=text, label=case_label(probe.case.label) or _("ordinary inputs")
    )


def _not_callable(exercise: Exercise, functions: Mapping[str, Any]) -> str:
    if exercise.name not in functions:
        return _("{name} is missing; define it and pass it to the check.").format(
            name=exercise.name
        )
    value = functions[exercise.name]
    remote = hasattr(type(value), "autograder_watch")
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


__all__ = ["KINDS", "Case", "judge"]
