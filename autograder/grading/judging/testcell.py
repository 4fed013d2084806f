"""Run a test cell in the trusted process: the instructor's text, the student's names as proxies."""

from __future__ import annotations

import ast
import builtins
import contextlib
import importlib
import io
import traceback
import warnings
from typing import Any

from autograder import exercises
from autograder.cells import is_hidden
from autograder.checking import CheckFailed, GraderFault, GradingCheck
from autograder.grading.judging.clean_outputs import clean, clean_all, quoted
from autograder.grading.judging.verdict import Verdict, faulty
from autograder.grading.remote.call_runner import CallRunner
from autograder.grading.remote.proxies import Handle
from autograder.grading.remote.session import ProcessEnded, Session, SubmissionOver

# What instructors' tests call by these names is the trusted module, whatever the student calls so.
MODULES = {"np": "numpy", "numpy": "numpy", "math": "math"}
MAX_PRINTED = 20_000


class PrintedText(io.StringIO):
    """Keeps the beginning of what is printed."""

    def write(self, text: str) -> int:
        """Take text while there is room."""
        room = MAX_PRINTED - self.tell()
        if room > 0:
            super().write(str(text)[:room])
        return len(text)


def run_test(source: str, session: Session, secret: bytes, points: float) -> Verdict:
    """Run one test cell that is worth `points` and return the verdict; exceptions become one."""
    check = GradingCheck(secret, new_runner=CallRunner)
    printed = PrintedText()
    try:
        value = run_source(source, session, check, printed)
    except KeyboardInterrupt:  # student code has no way to raise this here
        raise
    except GraderFault:
        return faulty(traceback.format_exc())
    except BaseException as error:
        reports = plain_reports(check)
        words = in_words(error, source, session)
        return Verdict(0.0, reports, clean(printed.getvalue()), error=words)
    finally:
        session.end_test()
    message = quoted("\n".join(report.message for report in check.reports))
    # A number as the last line is partial credit, as nbgrader reads it.
    credit = value if type(value) in (int, float) and 0 <= value <= points else None
    score = points if credit is None else float(credit)
    return Verdict(score, plain_reports(check), clean(printed.getvalue()), message, credit)


def run_source(source: str, session: Session, check: GradingCheck, printed: PrintedText) -> Any:
    """Run the cell's statements and return the value of the last one, None if it has none."""
    code = with_names(ast.parse(source, "<test>"))
    space = namespace(code, session, check)
    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(PrintedText()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        return execute(code, space, session)


def with_names(tree: ast.Module) -> ast.Module:
    """Let every `check(f, …)` say `exercise="f"`.

    The name in the cell is judged, not the object's own.
    """
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        asked = isinstance(call.func, ast.Name) and call.func.id == "check"
        secret = isinstance(call.func, ast.Attribute) and call.func.attr == "secret"
        if (
            not (asked or secret)
            or not call.args
            or any(k.arg == "exercise" for k in call.keywords)
        ):
            continue
        first = call.args[0]
        if isinstance(first, ast.Name) and exercises.find(first.id):
            call.keywords.append(ast.keyword("exercise", ast.Constant(first.id)))
    return ast.fix_missing_locations(tree)


def plain_reports(check: GradingCheck) -> tuple[dict[str, Any], ...]:
    """Return the check's reports as plain data with clean texts."""
    return tuple(clean_all(report.to_dict()) for report in check.reports)


def namespace(tree: ast.Module, session: Session, check: GradingCheck) -> dict[str, Any]:
    """Return the names a test cell uses: trusted ones first, the student's from the jail."""
    space: dict[str, Any] = {"__builtins__": builtins, "__name__": "__test__", "check": check}
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for name in used & MODULES.keys():
        space[name] = importlib.import_module(MODULES[name])
    wanted = sorted(name for name in used - space.keys() if not hasattr(builtins, name))
    values, reasons = session.begin_test(wanted)
    if reasons:
        name, reason = next(iter(reasons.items()))
        raise ValueError(f"{name} cannot be judged: {reason[:300]}")
    # A check goes on without a function it is only helped by: one that is missing costs its own
    # points.
    missing = {name: None for name in only_helping(tree) if name in wanted and name not in values}
    return {**missing, **values, **space}


def only_helping(tree: ast.Module) -> set[str]:
    """Return the names that stand only behind a keyword of `check(…)`.

    An example is forward=tanh_forward.
    """
    helping = [
        keyword.value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and call.args and "check" in ast.unparse(call.func)
        for keyword in call.keywords
        if isinstance(keyword.value, ast.Name)
    ]
    rest = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and n not in helping}
    return {n.id for n in helping if isinstance(n, ast.Name)} - rest


class Names(dict):
    """What a test cell's statements bind; what they do to a function is done in the jail too.

    So a test may take a helper away, or replace it, and see what its callers do.
    """

    def __init__(self, space: dict[str, Any], session: Session) -> None:
        super().__init__()
        self.space, self.session = space, session
        self.students = {name for name, value in space.items() if isinstance(value, Handle)}

    def __missing__(self, name: str) -> Any:
        if name in self.space:
            return self.space[name]
        raise KeyError(name)

    def __setitem__(self, name: str, value: Any) -> None:
        self.space[name] = value
        if name in self.students:
            self.session.carry(name, value)

    def __delitem__(self, name: str) -> None:
        del self.space[name]
        if name in self.students:
            self.session.carry(name)


def execute(tree: ast.Module, space: dict[str, Any], session: Session) -> Any:
    """Run the statements and return the value of the last one if it is an expression."""
    names = Names(space, session)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<test>", "exec"), space, names)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), "<test>", "eval"), space, names)  # type: ignore[attr-defined]


def in_words(error: BaseException, source: str, session: Session) -> tuple[str, str]:
    """Return (name, text) that a student may read: no line of the test, no frame of the check."""
    name = type(error).__name__
    text = str(error)
    if isinstance(error, CheckFailed):
        name = "CheckFailed"
    elif isinstance(error, (ProcessEnded, SubmissionOver)):
        text = f"the student's code {text}"
    elif isinstance(error, NameError) and (why := session.why_missing(str(error.name))):
        text = f"{error.name} is not there: its cell {why}"
    elif is_hidden(source, failing_line(error)):
        text = "a hidden test failed"
    return quoted(name[:200]), quoted(text[:20_000])


def failing_line(error: BaseException) -> int:
    """Return the line of the test cell that raised, 0 if none did."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<test>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
