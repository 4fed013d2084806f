"""Run student code so that nothing it does stops the check.

A call runs in a thread of its own (worker.py), output is bounded, every exception is caught,
warnings are collected, and the global random state is put back.
"""

from __future__ import annotations

import contextlib
import io
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from autograder.checking.delegation import Watch
from autograder.checking.exercise import Against, Case, StructureError, Trial
from autograder.checking.messages import output_name, translate
from autograder.checking.raised import explain
from autograder.checking.randomness import Randomness
from autograder.checking.remote import remote_of
from autograder.checking.values import NotPlain, plain
from autograder.checking.worker import Worker

MAX_OUTPUT = 4_000


@dataclass
class Run:
    """What one run of a trial showed. problem: (kind, text), kind in raised, structure, timeout.

    cache: what a forward kept, where that is plain and of this process; "None" for a None.
    """

    outputs: dict[str, Any] = field(default_factory=dict)
    wants: dict[str, Any] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    cache: Any = None
    problem: tuple[str, str] | None = None
    error_type: str = ""
    warnings: tuple[str, ...] = ()
    printed: str = ""
    global_random: bool = False
    delegated: tuple[str, ...] = ()


class Sink(io.TextIOBase):
    """A text stream that keeps the first few thousand characters and counts the rest."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.count = 0

    def writable(self) -> bool:
        """Return True: a stream that is printed to has to be writable."""
        return True

    def write(self, text: str) -> int:
        """Keep the text while there is room."""
        room = MAX_OUTPUT - self.count
        if room > 0:
            self.kept.append(str(text)[:room])
        self.count += len(text)
        return len(text)

    def summary(self) -> str:
        """What was kept, and how long it all was."""
        text = "".join(self.kept)
        return text if self.count <= MAX_OUTPUT else f"{text}… ({self.count:,} characters in all)"


WALL = 3.0  # a call that sleeps has this many times the seconds of one that computes


class Runner:
    """Runs trials one after another under one time limit for all of them.

    As a context manager it keeps one thread for all runs inside: a new one takes as long as a call.
    interrupts: exceptions of the person at the keyboard, which are no result of the student's code.
    """

    interrupts: tuple[type[BaseException], ...] = ()

    def __init__(self, time_limit: float, forbids: tuple[str, ...] = ()) -> None:
        self.left = time_limit
        self.limit = time_limit
        self.forbids = forbids
        self.stuck = False
        self.many = False  # whether it was many calls that took all the time, and not the last one
        self._state: Any = None  # of the global generator: every run finds it so
        self._worker: Worker | None = None
        self._keeps = False

    def __enter__(self) -> Self:
        self._keeps = True
        return self

    def __exit__(self, *_: object) -> None:
        self._keeps = False
        if self._worker is not None:
            self._worker.end()
            self._worker = None

    def resume(self) -> None:
        """Go on after a pause, in which others may have drawn from NumPy's global generator."""
        self._state = None

    def run(self, trial: Trial, functions: Any, case: Case, watch: str = "") -> Run:
        """Run `trial(functions, case)` on a fresh copy of the case; never raise for what it does.

        watch: the function of which it is noted what else it calls.
        """
        if self.stuck:
            return Run(problem=self._overtime(), error_type="timeout")
        run, sink, left = Run(), Sink(), self.left
        fresh = case.fresh()
        guard = Watch(functions, self.forbids, watch) if watch else contextlib.nullcontext()

        def body() -> None:
            with guard:
                self.attempt(run, trial, functions, fresh)

        if self._state is None:
            self._state = self.random_state()
        with warnings.catch_warnings(record=True) as caught, np.errstate(all="warn"):
            warnings.simplefilter("always")
            with contextlib.redirect_stdout(sink), contextlib.redirect_stderr(sink):  # type: ignore[type-var]
                finished = self.carry_out(body)
        run.global_random = not self._state.is_unchanged()
        if run.global_random:
            self._state.put_back()
        if not finished:
            self.stuck = True
            self.many = left < self.limit / 2
            return Run(problem=self._overtime(), error_type="timeout")
        run.warnings = tuple(
            str(w.message) for w in caught[:3] if issubclass(w.category, RuntimeWarning)
        )
        run.printed = sink.summary()
        if watch:
            run.delegated = tuple(sorted(guard.seen))  # type: ignore[union-attr]
        return run

    def attempt(self, run: Run, trial: Trial, functions: Any, case: Case) -> None:
        """Run the trial as it is; what it raises becomes the run's problem."""
        try:
            collect(run, trial(functions, case))
        except StructureError as error:
            run.problem = ("structure", str(error))
        except NotPlain as error:
            run.problem, run.error_type = ("structure", str(error)), "NotPlain"
        except self.interrupts:
            raise
        except BaseException as error:
            run.error_type = type.__getattribute__(type(error), "__name__")
            run.problem = ("raised", explain(error))

    def _overtime(self) -> tuple[str, str]:
        limit = f"{self.limit:g}"
        if self.many:
            return "slow", translate("took {limit} s in many calls").format(limit=limit)
        return "timeout", translate("was still running after {limit} s").format(limit=limit)

    def carry_out(self, body: Callable[[], None]) -> bool:
        """Run `body` in a thread for as long as there is time; whether it ended.

        Processor time counts: a busy computer makes no answer wrong. Who sleeps uses none, so
        that a part of the time that passed counts in any case.
        """
        worker = self._worker or Worker()
        start, busy = time.monotonic(), time.process_time()

        def used() -> float:
            passed = time.monotonic() - start
            return max(min(passed, time.process_time() - busy), passed / WALL)

        finished = worker.call(body, lambda: max(self.left, 0.05) - used())
        self.left -= used()
        if self._keeps:
            self._worker = worker
        else:
            worker.end()
        return finished

    def random_state(self) -> Any:
        """NumPy's global random state, which can be asked whether it has changed and put back."""
        return Randomness()


def collect(run: Run, results: dict[str, Any]) -> None:
    """Turn a trial's results into plain values inside the guarded thread."""
    for name, value in results.items():
        if name == "!changed":
            run.changed = tuple(value())
            continue
        if name == "!cache":
            with contextlib.suppress(
                NotPlain
            ):  # a cache of the student's own form is nobody's business
                run.cache = None if remote_of(value) else "None" if value is None else plain(value)
            continue
        try:
            if isinstance(value, Against):
                run.wants[name] = plain(value.want)
                value = value.got
            run.outputs[name] = plain(value)
        except NotPlain as error:
            raise StructureError(
                translate("{name} is {got}; expected numbers").format(
                    name=output_name(name), got=error
                )
            ) from None


def in_main_thread(call: Callable[[], Any]) -> Any:
    """Run a reference: no guard is needed, warnings are nobody's business."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return call()
