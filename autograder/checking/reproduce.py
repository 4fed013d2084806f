"""A failure to hold in one's hands: the smallest inputs that fail, as code and as variables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder.checking.as_code import DECIMALS, MOST, code_of, plain_text, variables
from autograder.checking.compare import Finding
from autograder.checking.drawing import expect
from autograder.checking.exercise import Case, Exercise, Probe, sizes_in_words
from autograder.checking.kinds.edges import smaller
from autograder.checking.runner import Runner
from autograder.checking.sheet import Failure, Sheet, differences
from autograder.checking.values import leaves
from autograder.checking.wording import show_example


@dataclass
class Example:
    """What a check handed over: `inputs` by name, `yours` and `right`, `code` to paste.

    Its attributes are the inputs too: example.x, example.dout. heading, rows and error are for a
    report: the case in words, the entries that differ most, the relative difference.
    """

    exercise: str
    label: str
    inputs: dict[str, Any]
    yours: Any
    right: Any
    code: str = field(default="", repr=False)
    heading: str = field(default="", repr=False)
    rows: tuple[tuple[str, str, str], ...] = field(default=(), repr=False)
    error: float = field(default=float("nan"), repr=False)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["inputs"][name]
        except KeyError:
            raise AttributeError(f"{name} is none of {', '.join(self.inputs)}") from None

    @property
    def _is_short(self) -> bool:
        yours = np.asarray(self.yours)
        return yours.dtype.kind in "biuf" and yours.size <= MOST and "# right: " in self.code

    def __repr__(self) -> str:
        if self.code:
            here = ", ".join(f".{name}" for name in (*self.inputs, "yours", "right"))
            mine = [f"# yours: {plain_text(self.yours)}"] if self._is_short else []
            return "\n".join([self.code, *mine, f"# as variables: {here}"])
        # Where no code says the inputs, a function among them say: what there is to look at.
        shown = [f"{name} = {value!r}" for name, value in self.inputs.items()]
        if self.yours is not None:
            shown += [f"# yours: {self.yours!r}", f"# right: {self.right!r}"]
        return "\n".join([f"# {self.label}", *shown])


def example_of(sheet: Sheet, failure: Failure, functions: SimpleNamespace) -> Example:
    """Return the smallest case that fails as `failure` does, what came back, what is right."""
    exercise = sheet.drawing.exercise
    probe, finding = failure.probe, failure.finding
    if finding is not None and probe.trial is None:
        for case in _smaller(probe.case):
            found = _fails(exercise, probe, case, functions, finding)
            if found is not None:
                probe, finding = found
                break
    elif probe.trial is None:
        error = sheet.run_of(failure).error_type
        for case in _smaller(probe.case):
            if Runner(1.0).run(exercise.trial, functions, case).error_type == error:
                probe = Probe(probe.clause, case)
                break
    inputs = variables(exercise, probe.case, finding)
    yours, right = (finding.got, finding.want) if finding else (None, None)
    made = Example(exercise.name, probe.case.label, inputs, yours, right)
    made.code = code_of(exercise, probe.case, finding)
    made.heading, made.rows = show_example(probe, finding, exercise.beside)
    made.error = finding.error if finding else made.error
    return made


def _smaller(case: Case) -> Iterator[Case]:
    """Cut to sizes of two and rounded, cut, rounded."""
    able = {name: 2 for name, size in case.sizes.items() if size > 2}
    sizes = {**case.sizes, **able}
    label = sizes_in_words(sizes) if case.label == sizes_in_words(case.sizes) else case.label
    small = smaller(case, label, able) if able else case
    yield from (_rounded(_bounded(small)), _rounded(small), small, _rounded(case))


def _bounded(case: Case) -> Case:
    """No count above every length: two training points have no six neighbors."""
    arrays = [v for v in case.inputs.values() if isinstance(v, np.ndarray)]
    most = max((n for array in arrays for n in array.shape), default=0)
    counts = [k for k, v in case.inputs.items() if type(v) is int and v > most > 0]
    return case.replace(case.label, **dict.fromkeys(counts, most))


def _rounded(case: Case) -> Case:
    def short(value: Any) -> Any:
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            return np.round(value, DECIMALS)
        if type(value) in (list, tuple):
            return type(value)(short(v) for v in value)
        if type(value) is dict:
            return {k: short(v) for k, v in value.items()}
        return value

    inputs, given = ({k: short(v) for k, v in d.items()} for d in (case.inputs, case.given))
    return Case(case.label, inputs, given, case.sizes)


def _fails(
    exercise: Exercise, old: Probe, case: Case, functions: SimpleNamespace, finding: Finding
) -> tuple[Probe, Finding] | None:
    """The probe on another case and its finding on that output, None where it does not fail so."""
    probe = Probe(old.clause, case)
    try:
        right = expect(exercise, probe)
    except Exception:  # the cut has left what the function is made for
        return None
    values = [v for _, v in leaves(right.outputs) if isinstance(v, np.ndarray)]
    if not all(v.size and np.isfinite(v).all() for v in values if v.dtype.kind == "f"):
        return None
    run = Runner(1.0).run(exercise.trial, functions, case)
    if run.problem:
        return None
    same = [f for f in differences(exercise, probe, run, right) if f.name == finding.name]
    return (probe, same[0]) if same and same[0].kind == finding.kind else None
