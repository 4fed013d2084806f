"""How a submission goes on when its process dies, with a client that answers by a script."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from autograder.grading.jailed.protocol.channel import Closed, Late
from autograder.grading.jailed.protocol.wire import WireError
from autograder.grading.remote import process as module
from autograder.grading.remote.process import GRACE, StudentProcess
from autograder.grading.remote.protocol_client import CellRun, TooMuchMemory
from autograder.grading.sandbox.limits import Limits

MIB = 1 << 20
LIMITS = Limits(cell_seconds=3.0, deaths=3, memory=300 * MIB)


class Script:
    """The client and the jail of a process. says: by a cell's text, what comes of its runs."""

    def __init__(self, says: dict[str, list[Any]]) -> None:
        self.says = says
        self.ran_cells: list[str] = []
        self.handed: list[Any] = []
        self.watches: list[float] = []
        self.killed = self.interrupted = self.cleared = 0
        self.connection: Any = None
        self.limits = LIMITS
        self.mirror = SimpleNamespace(clear=self._clear)
        self.answers: list[Any] = []

    def _clear(self) -> None:
        self.cleared += 1

    def connect(self) -> Any:
        return object()

    def connected(self) -> Any:
        return self.connection

    def kill(self, connection: Any) -> None:
        assert connection is self.connection
        self.killed += 1

    def interrupt(self, connection: Any) -> None:
        assert connection is self.connection
        self.interrupted += 1

    def hand_over(self, files: Any) -> None:
        self.handed.append(files)
        if "broken" in files:
            raise Closed

    def stopwatch(self, seconds: float) -> Any:
        self.watches.append(seconds)
        return SimpleNamespace(used=lambda: 0.5, seconds=seconds)

    def run(self, source: str) -> None:
        self.ran_cells.append(source)
        self.answers = self.says.get(source, [])

    def ran(self, _watch: Any) -> CellRun:
        answer = self.answers.pop(0) if self.answers else CellRun(["shown"], True, 1)
        if isinstance(answer, BaseException):
            raise answer
        return answer


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Any:
    def made(
        says: dict[str, list[Any]] | None = None, files: dict[str, bytes] | None = None
    ) -> tuple[StudentProcess, Script]:
        script = Script(says or {})
        monkeypatch.setattr(module, "ProtocolClient", lambda *_: script)
        return StudentProcess(script, files or {}, lambda *_: None), script  # type: ignore[arg-type]

    return made


def test_cells_run_in_one_process_one_after_another(start):
    process, script = start(files={"a.txt": b"1"})
    first = process.run("a", 2.0)
    process.run("b", 1.0)
    assert (first.outputs, first.good, first.problem, first.seconds) == (["shown"], True, "", 0.5)
    assert script.ran_cells == process.done == ["a", "b"]
    assert script.watches == [2.0, 1.0]
    assert (process.epoch, script.cleared, script.handed) == (1, 1, [{"a.txt": b"1"}])
    assert start()[1].handed == []


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (Closed(), "ended the Python process"),
        (WireError("unknown kind"), "broke the connection to its process (unknown kind)"),
        (TooMuchMemory(), "was stopped for using more than 300 MiB of memory"),
    ],
)
def test_after_a_death_the_cells_that_had_ended_run_again_and_the_one_that_killed_it_does_not(
    start, error, problem
):
    process, script = start({"die": [error]})
    process.run("a", 2.0)
    run = process.run("die", 2.0)
    assert (run.problem, run.good, run.seconds) == (problem, False, 0.5)
    assert (process.deaths, process.reasons, script.killed) == (1, [problem], 1)
    assert script.connection is None
    process.run("c", 2.0)
    assert script.ran_cells == ["a", "die", "a", "c"]
    assert script.watches == [2.0, 2.0, 3.0, 2.0]
    assert process.done == ["a", "c"]
    assert process.epoch == 2


def test_a_cell_in_overtime_is_interrupted_and_its_definitions_are_kept(start):
    source = "def f(x):\n    return x\nwhile True: pass"
    process, script = start({source: [Late(), CellRun(["so far"], False, 4)]})
    run = process.run(source, 1.5)
    assert (run.outputs, run.good, run.number) == (["so far"], False, 4)
    assert (run.problem, run.seconds) == ("was stopped after 1.5 s", 0.5)
    assert (script.interrupted, script.killed, process.deaths) == (1, 0, 0)
    assert script.watches == [1.5, GRACE]
    assert [text.split("(")[0] for text in process.done] == ["def f"]


def test_a_cell_that_does_not_heed_the_interrupt_ends_its_process(start):
    process, script = start({"loop": [Late(), Late()]})
    run = process.run("loop", 2.0)
    assert run.problem == "was stopped after 2 s"
    assert (process.deaths, process.reasons) == (1, ["was stopped after 2 s"])
    assert process.done == []
    assert script.killed == 1


def test_after_three_deaths_there_is_no_further_process(start):
    process, script = start({name: [Closed()] for name in "xyz"})
    for name in "xyz":
        assert process.run(name, 1.0).problem == "ended the Python process"
    assert process.deaths == 3
    over = process.run("a", 1.0)
    assert over.problem == "was left alone after its process had ended 3 times"
    assert not over.good
    assert script.ran_cells == ["x", "y", "z"]


def test_a_finished_cell_that_now_kills_its_process_is_left_out_from_then_on(start):
    fine = CellRun([], True, 1)
    process, script = start({"odd": [fine, Closed()], "die": [Closed()]})
    for name in ("a", "odd", "b", "die"):
        process.run(name, 1.0)
    script.says["odd"] = [Closed()]
    process.run("c", 1.0)
    assert process.done == ["a", "b", "c"]
    assert script.ran_cells == ["a", "odd", "b", "die", "a", "odd", "a", "b", "c"]
    assert process.deaths == 2


def test_files_that_cannot_be_handed_over_count_as_a_death(start):
    process, _ = start(files={"broken": b""})
    problem = process.run("a", 1.0).problem
    assert problem == "was left alone after its process had ended 3 times"
    assert process.reasons == ["the submission's files could not be handed over"] * 3


def test_the_person_at_the_terminal_ends_the_process_without_blame(start):
    process, script = start({"a": [KeyboardInterrupt()]})
    with pytest.raises(KeyboardInterrupt):
        process.run("a", 1.0)
    assert (script.killed, script.connection, process.deaths) == (1, None, 0)
    process.drop()
    assert script.killed == 1
