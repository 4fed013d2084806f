"""Trials side by side: what all of them ask of the student's process goes there in one message.

A message to the jail and back takes ten times as long as most functions of a student. Each trial
runs in a greenlet of its own up to its first question; all questions are sent together, the answers
come back one by one in their order, and each trial goes on with its own. A trial notices nothing of
it. Where anything goes wrong (a process that ends, a call that does not), all of it is forgotten and
the trials are run one after another, which says which of them it was.
"""

from __future__ import annotations

import contextlib
import time
import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from greenlet import GreenletExit, getcurrent, greenlet

from autograder.checking import GraderFault
from autograder.checking.exercise import Case, Trial
from autograder.checking.runner import Run, Runner, Sink
from autograder.grading.jailed.protocol import randomness
from autograder.grading.remote import proxies

if TYPE_CHECKING:
    from autograder.grading.remote.session import Session

# All calls of a message are to end within this time, or they are made one by one.
SECONDS = 2.0
# Each time it costs a new process and its cells run again: after so many, a notebook has no more of it.
MOST_APART = 3
MAX_WARNINGS = 3
# Errors after which the next call may end the process, too.
LOSSES = ("ProcessEnded", "TimeoutError", "MemoryError", "SubmissionOver", "timeout")

Job = tuple[Trial, Any, Case]


class Apart(Exception):
    """The calls have to be made one by one."""


class Crowd:
    """The trials of one run, and who waits for what."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.hub = getcurrent()
        self.asked: list[tuple[greenlet, tuple]] = []
        self.notes: dict[greenlet, list[tuple]] = {}

    def run(self, bodies: Sequence[Callable[[], None]]) -> list[list[tuple]]:
        """Run all to their end; what was noted during the calls of each. Raises Apart."""
        members = [greenlet(body) for body in bodies]
        self.notes = {member: [] for member in members}
        deadline = time.monotonic() + SECONDS
        self.session.crowd = self
        try:
            for member in members:
                member.switch()
            while self.asked:
                asked, self.asked = self.asked, []
                answers = self.session.ask_together([question for _, question in asked], deadline)
                for (member, _), answer in zip(asked, answers, strict=True):
                    member.switch(answer)
        finally:
            self.session.crowd = None
            for member in members:
                if not member.dead:
                    member.throw(GreenletExit)
        return list(self.notes.values())

    def has_current(self) -> bool:
        """Whether the code that runs now belongs to one of the trials."""
        return getcurrent() in self.notes

    def ask(self, question: tuple) -> tuple:
        """Put a question of the running trial to the others; the answer."""
        member = getcurrent()
        self.asked.append((member, question))
        kind, body, notes = self.hub.switch()
        if notes is not None:
            self.notes[member].append(notes)
        return kind, body


class CallRunner(Runner):
    """Runs trials on stand-ins: the session ends every call that takes too long, so no thread is needed."""

    interrupts = (KeyboardInterrupt, GraderFault, GreenletExit)

    def __init__(self, time_limit: float, forbids: tuple[str, ...] = ()) -> None:
        super().__init__(time_limit, forbids)
        self.lost = False

    def run(self, trial: Trial, functions: Any, case: Case, watch: bool = False) -> Run:
        """Run one trial, its calls one after another."""
        run = super().run(trial, functions, case, watch)
        self.lost = self.lost or run.error_type in LOSSES
        return run

    def run_all(self, jobs: Sequence[Job]) -> list[Run]:
        """Run trials side by side where their functions live in a jail."""
        session = session_of(jobs)
        if session is None or self.stuck or self.lost or len(jobs) < 2:
            return super().run_all(jobs)
        if session.apart >= MOST_APART:
            return super().run_all(jobs)
        runs = [Run() for _ in jobs]
        started = time.monotonic()
        with warnings.catch_warnings(), contextlib.redirect_stdout(Sink()):  # type: ignore[type-var]
            warnings.simplefilter("ignore")
            try:
                notes = Crowd(session).run(
                    [self._body(r, *j) for r, j in zip(runs, jobs, strict=True)]
                )
            except Apart:
                session.apart += 1
                return super().run_all(jobs)
        self.left -= time.monotonic() - started
        for run, told in zip(runs, notes, strict=True):
            write_down(run, told)
        return runs

    def _body(self, run: Run, trial: Trial, functions: Any, case: Case) -> Callable[[], None]:
        fresh = case.fresh()
        return lambda: self.attempt(run, trial, functions, fresh)

    def carry_out(self, body: Callable[[], None]) -> bool:
        """Run `body` here; what it raises is its own to keep."""
        start = time.monotonic()
        body()
        self.left -= time.monotonic() - start
        return self.left > 0

    def random_state(self) -> bytes:
        """The global random state's bytes."""
        return randomness.read()

    def set_random_state(self, state: bytes) -> None:
        """Put it back."""
        randomness.write(state)


def session_of(jobs: Sequence[Job]) -> Session | None:
    """The session behind the functions; None where all are local."""
    for _, functions, _ in jobs:
        for value in vars(functions).values():
            if isinstance(value, proxies.Handle):
                return value._link.session
    return None


def write_down(run: Run, notes: Sequence[tuple]) -> None:
    """What `Runner.run` would have noticed of a trial's calls."""
    said = [one for each in notes for one in each[0]]
    sink = Sink()
    for _, printed, count, moved, _ in notes:
        if printed:
            sink.write(printed + ("…\n" if count > len(printed) else ""))
        run.global_random = run.global_random or moved is not None
    run.warnings = tuple(
        text
        for category, text in said[:MAX_WARNINGS]
        if issubclass(proxies.warning(category), RuntimeWarning)
    )
    run.printed = sink.summary()
