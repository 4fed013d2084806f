"""One submission's session: its cells run in the jail, its functions answer the test cells."""

from __future__ import annotations

import re
import sys
import warnings
from typing import Any

from autograder.checking import GraderFault
from autograder.grading.jailed.protocol import randomness
from autograder.grading.jailed.protocol.channel import Closed, Late
from autograder.grading.jailed.protocol.wire import Unsendable, WireError
from autograder.grading.remote import exceptions, proxies
from autograder.grading.remote.call_watch import CallWatch
from autograder.grading.remote.process import LOST, StudentProcess, SubmissionOver
from autograder.grading.remote.protocol_client import CellRun, TooMuchMemory
from autograder.grading.remote.stopwatch import Stopwatch
from autograder.grading.remote.time_budget import TimeBudget
from autograder.grading.sandbox.jail import JailPool
from autograder.grading.sandbox.nojail import NoJail

MAX_NESTING = 8
# Errors for want of what a student's machine may have and the jail has not: a package, a file, the
# network, a graphics card, somebody who answers input(). Also sys.exit(), which a script says when
# it lacks one.
LACKS = re.compile(
    r"has a (ModuleNotFoundError|ImportError|FileNotFoundError|PermissionError|OSError|"
    r"StdinNotImplementedError|SystemExit|URLError|gaierror|(Max|New|Proxy|SSL)?Connect\w*): "
    r"|has a (RuntimeError|AssertionError): .*\b(CUDA|NVIDIA|GPU)\b"
)


def own_error(outputs: list[Any]) -> str:
    """Return "has a SyntaxError: expected ':' (line 1)", the error that ended a cell; or empty."""
    for item in reversed(outputs):
        if (
            type(item) is dict
            and type(item.get("ename")) is str
            and type(item.get("evalue")) is str
        ):
            text = re.sub(r" \([^()]*, line (\d+)\)$", r" (line \1)", item["evalue"].strip())
            return (
                f"has a {item['ename'][:80]}: "
                f"{text.splitlines()[0][:200] if text else 'no message'}"
            )
    return ""


class ProcessEnded(RuntimeError):
    """The process that ran the student's code ended during a call."""


class Session:
    """Runs one submission; for one thread. process: of the student's code.  client: talks to it.

    hopeless: errors of functions that are not called again in the running test cell.
    cells: the text that was run.  broken: (text, error) of the cells that did not end well.
    remarks: for the instructor, of no weight for the points.
    """

    def __init__(self, jail: JailPool | NoJail, files: dict[str, bytes] | None = None) -> None:
        self.limits = jail.limits
        self.process = StudentProcess(jail, files or {}, self._make_proxy)
        self.client = self.process.client
        self.named: dict[str, Any] = {}
        self.named_epoch = 0
        self.watched_epoch = 0
        self.depth = 0
        self.budget = TimeBudget(self.limits)
        self.call_watch = CallWatch()
        self.hopeless: dict[str, Exception] = {}
        self.fatal: list[str] = []
        self.cells: list[str] = []
        self.broken: list[tuple[str, str]] = []
        self.remarks: list[str] = []

    @property
    def deaths(self) -> int:
        """How many processes ended by the submission's fault."""
        return self.process.deaths

    @property
    def reasons(self) -> list[str]:
        """Why each of them ended."""
        return self.process.reasons

    def run(self, source: str, seconds: float) -> CellRun:
        """Run one of the student's cells for at most `seconds`; never raises for what it does."""
        run = self.process.run(source, seconds)
        self.cells.append(source)
        if not run.good:
            self.broken.append((source, run.problem or own_error(run.outputs)))
        return run

    def why_missing(self, name: str) -> str:
        """Return why a name is not there, or empty.

        It is the error of the last cell that should have bound it.
        """
        one = re.escape(name)
        binds = re.compile(
            rf"\b(?:def|class)[ \t]+{one}\b|^[ \t]*{one}[ \t]*="
            rf"|\bimport (?:[^\n(]{{0,200}}|\([^)]{{0,1000}})(?:\b{one}\b|\*)", re.M
        )  # fmt: skip
        return next((why for source, why in reversed(self.broken) if binds.search(source)), "")

    def missing_name(self) -> str:
        """Return the name for whose lack the last cell ended, or empty."""
        source, why = self.broken[-1] if self.broken else ("", "")
        if not self.cells or source is not self.cells[-1]:
            return ""
        found = re.match(r"has a NameError: name '(\w+)' is not defined", why)
        return found.group(1) if found else ""

    def lacks_something(self) -> str:
        """Return the error of the last cell if it ended for want of what the jail has not."""
        source, why = self.broken[-1] if self.broken else ("", "")
        return why if self.cells and source is self.cells[-1] and LACKS.match(why) else ""

    def lacks(self, names: set[str]) -> str:
        """Return the error of the last cell if it ended for want of one of these names."""
        return self.broken[-1][1] if self.missing_name() in names else ""

    def remark(self, function: str, entered: set[str]) -> None:
        """Note for the instructor what a function entered although its text does not use it."""
        text = (
            f"{function} entered {', '.join(sorted(entered)[:3])}, which its text does not "
            "name; points are not touched"
        )
        if text not in self.remarks:
            self.remarks.append(text)

    def carry(self, name: str, *value: Any) -> None:
        """Let a test cell's name mean this in the jail too until the test ends.

        Without a value, it means nothing there.
        """
        self.operate("let", name, value, {})

    def close(self) -> None:
        """End the process and everything it started."""
        self.process.drop()

    def begin_test(self, names: list[str]) -> tuple[dict[str, Any], dict[str, str]]:
        """Return values and proxies by name, and reasons for names whose value cannot come."""
        self.named = {}
        self._alive()
        self.budget.begin_test(self.client.pid)
        values, reasons = self._fetch(names)
        self.named = values
        return values, reasons

    def end_test(self) -> None:
        """Make all proxies void."""
        self.named = {}
        self.hopeless.clear()
        self.fatal.clear()
        self.client.forget()

    def operate(self, operation: str, target: Any, args: tuple, options: dict[str, Any]) -> Any:
        """Do something with a student's object in the jail; raises what it raised there."""
        variable = proxies.variable(target) if operation in ("call", "call each") else ""
        if variable in self.hopeless:
            raise self.hopeless[variable]
        question = (operation, target, args, tuple(options.items()))
        try:
            kind, body, notes = self.ask(question)
        except (TimeoutError, ProcessEnded) as error:
            self._note_hopeless(variable, error)
            raise
        self._take_notes(notes)
        if kind == "reply":
            return body
        name, text, line, serial = body
        raise self.client.failures.get(serial) or exceptions.exception(name, text, line)

    def _note_hopeless(self, variable: str, error: Exception) -> None:
        """Call a function that did not end, or ended its process twice, not again in this cell."""
        self.fatal.append(variable)
        if variable and (isinstance(error, TimeoutError) or self.fatal.count(variable) > 1):
            self.hopeless[variable] = type(error)(*error.args)

    def ask(self, question: tuple) -> tuple:
        """Send a request of a test cell and wait for its answer, serving calls back on the way."""
        if self.depth >= MAX_NESTING:
            raise RecursionError("calls into the student's code and back are nested too deep")
        self.depth += 1
        watch = None
        try:
            if self.depth == 1:
                self._alive()
                self.budget.correct(self.client.pid)
            watch = self.client.stopwatch(self.budget.seconds)
            return self._ask(question, watch)
        finally:
            self.depth -= 1
            if not self.depth and watch is not None:
                self.budget.spend(watch.used(), watch.waited())

    def _ask(self, question: tuple, watch: Stopwatch) -> tuple:
        seconds = watch.seconds
        if seconds <= 0:
            raise TimeoutError(self.budget.overtime(seconds))
        try:
            request = ("op", (*question, self.call_watch.news()))
            return self.client.ask(request, watch)
        except Unsendable as error:
            self.call_watch.unsent()
            raise TypeError(
                f"an argument cannot be passed to the student's code: {error}"
            ) from None
        except Late:
            overtime = self.budget.overtime(seconds)
            self.process.died(f"a call {overtime}")
            raise TimeoutError(overtime) from None
        except TooMuchMemory as error:
            self.process.died(f"a call {self.process.lost(error)}")
            raise MemoryError(self.process.lost(error)) from None
        except (Closed, WireError) as error:
            self.process.died(f"a call {self.process.lost(error)}")
            raise ProcessEnded(self.process.lost(error)) from None
        except BaseException as error:
            self.process.drop()  # what is half said cannot be gone on with
            if isinstance(error, Exception):
                raise GraderFault(f"{type(error).__name__}: {error}") from error
            raise

    def _alive(self) -> None:
        """Have a process in which the test cell's names mean what they meant before."""
        self.process.ensure()
        if self.watched_epoch != self.process.epoch:
            self.watched_epoch = self.process.epoch
            self.call_watch.new_process()
        if self.named and self.process.epoch != self.named_epoch:
            fresh, _ = self._fetch(list(self.named))
            for name, old in self.named.items():
                proxies.replace(old, fresh.get(name), self.client.mirror)

    def _fetch(self, names: list[str]) -> tuple[dict[str, Any], dict[str, str]]:
        self.named_epoch = self.process.epoch
        try:
            values, reasons = self.client.fetch(names)
        except LOST as error:
            reason = str(error) or ("that took too long" if isinstance(error, Late) else "")
            reason = reason or type(error).__name__
            self.process.died(f"its variables could not be read ({reason})")
            raise ProcessEnded("stopped answering: its variables could not be read") from None
        return {
            name: proxies.name(value, name, self.client.mirror) for name, value in values.items()
        }, reasons

    def _make_proxy(self, ident: int, kind: str, label: str) -> Any:
        return proxies.make(self, kind, label)

    def _take_notes(self, notes: Any) -> None:
        """Let the caller notice what a local function would show.

        That is warnings, prints and random draws.
        """
        if notes is None:
            return
        said, printed, count, moved, seen = notes
        self.call_watch.note(seen)
        for category, text in said:
            warnings.warn(text, exceptions.warning(category), stacklevel=4)
        if printed:
            sys.stdout.write(printed + ("…\n" if count > len(printed) else ""))
        if moved is not None:
            randomness.write(moved)
            self.client.random_seen = moved


__all__ = ["CellRun", "ProcessEnded", "Session", "SubmissionOver"]
