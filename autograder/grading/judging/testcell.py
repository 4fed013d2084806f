"""A test cell, run in the trusted process on the instructor's text; the student's names are stand-ins."""

from __future__ import annotations

import ast
import builtins
import contextlib
import importlib
import io
import traceback
import warnings
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.checking import CheckFailed, GraderFault, GradingCheck
from autograder.grading.judging.clean_outputs import clean, quoted
from autograder.grading.remote.batching import CallRunner
from autograder.grading.remote.session import ProcessEnded, Session, SubmissionOver

# What instructors' tests call by these names is the trusted module, whatever the student calls so.
MODULES = {"np": "numpy", "numpy": "numpy", "math": "math"}
MAX_PRINTED = 20_000
NOT_YOURS = "the grader failed, which is no fault of this work; your instructor sees why"
HIDDEN = ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")


@dataclass
class Verdict:
    """A test cell's outcome: its outputs as determine_grade reads them, and the reports of its checks.

    fault: the traceback of an error of our own, which leaves the cell without a verdict.
    """

    outputs: list[NotebookNode] = field(default_factory=list)
    reports: list[Any] = field(default_factory=list)
    passed: bool = False
    fault: str = ""


class Printed(io.StringIO):
    """Keeps the beginning of what is printed."""

    def write(self, text: str) -> int:
        """Take text while there is room."""
        room = MAX_PRINTED - self.tell()
        if room > 0:
            super().write(str(text)[:room])
        return len(text)


def run_test(source: str, session: Session, secret: bytes, points: float, number: int) -> Verdict:
    """Run one test cell; every exception becomes an output. number: shown as In[number]."""
    check = GradingCheck(secret, new_runner=CallRunner)
    printed = Printed()
    error: BaseException | None = None
    value: Any = None
    try:
        code = ast.parse(source, "<test>")
        space = namespace(code, session, check)
        with (
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(Printed()),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            value = execute(code, space)
    except KeyboardInterrupt:  # student code has no way to raise this here
        raise
    except GraderFault:
        return Verdict([stopped("GraderFault", NOT_YOURS)], fault=traceback.format_exc())
    except BaseException as raised:
        error = raised
    finally:
        session.end_test()
    outputs = (
        [new_output("stream", name="stdout", text=text)]
        if (text := clean(printed.getvalue()))
        else []
    )
    if error is not None:
        return Verdict([*outputs, failure(error, source)], check.reports, False)
    message = "\n".join(report.message for report in check.reports)
    if message:
        outputs.append(new_output("stream", name="stdout", text=quoted(message) + "\n"))
    if type(value) in (int, float) and 0 <= value <= points:  # partial credit, as nbgrader reads it
        outputs.append(
            new_output("execute_result", data={"text/plain": repr(value)}, execution_count=number)
        )
    return Verdict(outputs, check.reports, True)


def namespace(tree: ast.Module, session: Session, check: GradingCheck) -> dict[str, Any]:
    """The names a test cell uses: trusted ones first, the student's from the jail."""
    space: dict[str, Any] = {"__builtins__": builtins, "__name__": "__test__", "check": check}
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for name in used & MODULES.keys():
        space[name] = importlib.import_module(MODULES[name])
    wanted = sorted(name for name in used - space.keys() if not hasattr(builtins, name))
    values, reasons = session.begin_test(wanted)
    if reasons:
        name, reason = next(iter(reasons.items()))
        raise ValueError(f"{name} cannot be judged: {reason[:300]}")
    return {**values, **space}


def execute(tree: ast.Module, space: dict[str, Any]) -> Any:
    """Run the statements; the value of the last one if it is an expression."""
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<test>", "exec"), space)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), "<test>", "eval"), space)  # type: ignore[attr-defined]


def failure(error: BaseException, source: str) -> NotebookNode:
    """An error output that says what a student may read: no line of the test, no frame of the check."""
    name = type(error).__name__
    text = str(error)
    if isinstance(error, CheckFailed):
        name = "CheckFailed"
    elif isinstance(error, (ProcessEnded, SubmissionOver)):
        text = f"the student's code {text}"
    elif is_hidden(error, source):
        text = "a hidden test failed"
    return stopped(quoted(name[:200]), quoted(text[:20_000]))


def stopped(name: str, text: str) -> NotebookNode:
    """An error output."""
    return new_output("error", ename=name, evalue=text, traceback=[f"{name}: {text}"])


def is_hidden(error: BaseException, source: str) -> bool:
    """Whether the line of the test cell that failed stands between the marks of hidden tests."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<test>":
            line = trace.tb_lineno
        trace = trace.tb_next
    hidden = False
    for number, text in enumerate(source.splitlines(), 1):
        if HIDDEN[0] in text:
            hidden = True
        if number == line:
            return hidden
        if HIDDEN[1] in text:
            hidden = False
    return False
