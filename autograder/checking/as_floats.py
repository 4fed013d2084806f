"""Whether a failure on whole numbers is one of their type, or of how large they are.

Whole-number inputs are larger than the others too. Where the same numbers as floats give the same
wrong result, the type has no part in it.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder.checking.exercise import Probe
from autograder.checking.runner import Runner
from autograder.checking.sheet import Failure, Sheet, differences


def fails_as_floats(sheet: Sheet, failure: Failure) -> bool:
    """Whether the function is wrong for the floats of the same values; False if unknown."""
    exercise, probe = sheet.drawing.exercise, failure.probe
    if probe.clause != "whole numbers" or failure.finding is None or sheet.function is None:
        return False
    values: dict[str, Any] = {
        name: value.astype(float)
        for name, value in probe.case.inputs.items()
        if isinstance(value, np.ndarray) and value.dtype.kind in "iu" and is_changed(sheet, name)
    }
    twin = Probe("values", probe.case.replace(**values), probe.trial)
    space = SimpleNamespace(**{**exercise.companions, exercise.name: sheet.function})
    with Runner(exercise.time_limit) as runner:
        run = runner.run(twin.trial or exercise.trial, space, twin.case)
    found = [] if run.problem else differences(exercise, twin, run, sheet.expected_of(failure))
    return any(f.name == failure.finding.name for f in found)


def is_changed(sheet: Sheet, name: str) -> bool:
    """Whether an input holds fractions in other examples: labels are whole numbers in all."""
    ordinary = [p.case.inputs.get(name) for p in sheet.drawing.probes if p.clause == "values"]
    return any(isinstance(v, np.ndarray) and v.dtype.kind == "f" for v in ordinary)
