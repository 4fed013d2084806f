"""A trial on functions in the jail shows the engine what it shows of local functions."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.checking.exercise import Case
from autograder.checking.kinds import changed, snapshot
from autograder.checking.runner import Run, Runner
from autograder.grading.remote.call_runner import CallRunner
from autograder.grading.remote.session import Session

STUDENT = """
import os, warnings
buffer = np.zeros(3)
count = [0]
def f(x):
    if x[0] == 1: raise ValueError("one")
    if x[0] == 2: warnings.warn("two", RuntimeWarning)
    if x[0] == 3: print("three")
    if x[0] == 4: np.random.rand()
    if x[0] == 5: x[1] = 99
    if x[0] == 6: return object()
    if x[0] == 7: return np.array([object()])
    if x[0] == 8: return 10 / 0
    count[0] += 1
    return x * 2
def reused(x):
    buffer[:] = x
    return buffer
def twice(g, x): return g(g(x))
def hangs(x):
    while x[0] == 3: pass
    return x
def dies(x):
    if x[0] == 3: os._exit(1)
    return x
"""


def once(name: str) -> Any:
    """A trial: one call, and whether its input was changed."""

    def trial(f: Any, case: Case) -> dict[str, Any]:
        kept = snapshot(case.inputs)
        result = getattr(f, name)(case["x"])
        return {"out": result, "!changed": lambda: changed(kept, case.inputs)}

    return trial


def cases(count: int) -> list[Case]:
    return [Case(f"case {i}", {"x": np.array([float(i), 0.5, -1.0])}) for i in range(count)]


def run(trial: Any, space: Any, drawn: list[Case], runner: Any = CallRunner) -> list[Run]:
    one = runner(60.0)
    return [one.run(trial, space, case) for case in drawn]


def as_told(runs: list[Run]) -> list[tuple]:
    """What a report can be made of."""
    plain = [
        {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in r.outputs.items()}
        for r in runs
    ]
    return [
        (p, r.changed, r.problem, r.error_type, r.warnings, r.printed, r.global_random)
        for p, r in zip(plain, runs, strict=True)
    ]


def test_results_errors_warnings_prints_draws_and_changes_are_those_of_local_functions(
    student: Any,
) -> None:
    scope: dict[str, Any] = {"np": np}
    exec(STUDENT, scope)
    local = as_told(run(once("f"), SimpleNamespace(f=scope["f"]), cases(10), Runner))
    jailed = as_told(run(once("f"), SimpleNamespace(f=student(STUDENT, "f")), cases(10)))
    for here, there in zip(local, jailed, strict=True):
        assert (here[0], here[1], here[3:]) == (there[0], there[1], there[3:])
        assert (here[2] and here[2][0]) == (there[2] and there[2][0])
    assert jailed[1][2] is not None
    assert "one" in jailed[1][2][1]
    assert jailed[2][4] == ("two",)
    assert jailed[3][5] == "three\n"
    assert jailed[4][6] is True
    assert jailed[5][1] == ("x",)


def test_an_answer_is_as_it_was_when_its_call_ended(student: Any) -> None:
    space = SimpleNamespace(reused=student(STUDENT, "reused"))
    runs = run(once("reused"), space, cases(5))
    assert [run.outputs["out"][0] for run in runs] == [0, 1, 2, 3, 4]


def test_trials_of_several_calls_go_on_with_their_own_answers(student: Any) -> None:
    def trial(f: Any, case: Case) -> dict[str, Any]:
        first = f.f(case["x"])
        second = f.f(first + 10.0)
        return {"out": f.f(second) if case["x"][0] == 9 else second}

    space = SimpleNamespace(f=student(STUDENT, "f"))
    drawn = [Case("", {"x": np.array([v, v])}) for v in (0.0, 9.0, 10.0, 11.0)]
    runs = run(trial, space, drawn)
    assert [run.outputs["out"][0] for run in runs] == [20.0, 112.0, 60.0, 64.0]


def test_functions_are_called_back(student: Any) -> None:
    space = SimpleNamespace(twice=student(STUDENT, "twice"), f=None)

    def trial(f: Any, case: Case) -> dict[str, Any]:
        asked: list[float] = []

        def g(x: Any) -> Any:
            asked.append(float(x[0]))
            if len(asked) == 2 and asked[0] == 3:
                raise KeyError("three")
            return x + 1

        return {"out": f.twice(g, case["x"]), "asked": len(asked)}

    runs = run(trial, space, cases(5))
    assert [r.outputs["out"][0] if not r.problem else r.error_type for r in runs] == [
        2.0, 3.0, 4.0, "KeyError", 6.0,
    ]  # fmt: skip


def test_functions_called_back_may_call_in_again(student: Any) -> None:
    f, twice = student(STUDENT, "f", "twice")
    space = SimpleNamespace(f=f, twice=twice)

    def trial(f: Any, case: Case) -> dict[str, Any]:
        return {"out": f.twice(f.f, case["x"]), "again": f.twice(lambda x: f.f(x), case["x"])}

    runs = run(trial, space, [Case("", {"x": np.array([v])}) for v in (10.0, 11.0)])
    assert [r.outputs["out"][0] for r in runs] == [r.outputs["again"][0] for r in runs] == [40, 44]


@pytest.mark.parametrize(("name", "error"), [("hangs", "TimeoutError"), ("dies", "ProcessEnded")])
def test_one_call_that_ends_badly_is_named_and_the_others_count(
    student: Any, session: Session, name: str, error: str
) -> None:
    space = SimpleNamespace(**{name: student(STUDENT, name)})
    runs = run(once(name), space, cases(3))
    assert not any(run.problem for run in runs)
    runs = run(once(name), space, cases(4))
    assert [run.error_type for run in runs] == ["", "", "", error]
    assert session.deaths == 1
    assert len(session.reasons) == 1


def test_a_submission_that_used_up_its_processes_is_no_fault_of_ours(
    student: Any, session: Session
) -> None:
    space = SimpleNamespace(f=student(STUDENT, "f"))
    session.process.over = "was left alone after its process had ended 20 times"
    session.close()
    runs = run(once("f"), space, cases(3))
    assert [run.error_type for run in runs] == ["SubmissionOver"] * 3
