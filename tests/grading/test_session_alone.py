"""A session without a jail: its process answers by a script."""

from __future__ import annotations

import warnings
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.checking import GraderFault
from autograder.grading.jailed.protocol import randomness
from autograder.grading.jailed.protocol.channel import Closed, Late
from autograder.grading.jailed.protocol.wire import Unsendable, WireError
from autograder.grading.remote import session as sessions
from autograder.grading.remote.protocol_client import CellRun, TooMuchMemory
from autograder.grading.remote.session import MAX_NESTING, ProcessEnded, Session, own_error
from autograder.grading.sandbox.limits import Limits

NOTES: tuple = (
    (),
    "",
    0,
    None,
    (),
)  # warnings, text, its length, moved randomness, what was entered


class Process:
    """Stands for StudentProcess: runs give what the script says, deaths are written down."""

    def __init__(self, *_: Any) -> None:
        self.client = SimpleNamespace(
            pid=1, mirror=None, failures={}, stopwatch=self.stopwatch, ask=self.ask,
            fetch=lambda names: ({}, {}), forget=lambda: self.log.append("forget"),
        )  # fmt: skip
        self.epoch = self.deaths = 0
        self.reasons: list[str] = []
        self.log: list[Any] = []
        self.answers: list[Any] = []

    def stopwatch(self, seconds: float) -> Any:
        return SimpleNamespace(seconds=seconds, used=lambda: 0.25, waited=lambda: 0.0)

    def ask(self, request: tuple, _watch: Any) -> Any:
        self.log.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer() if callable(answer) else answer

    def run(self, _source: str, _seconds: float) -> CellRun:
        return self.answers.pop(0)

    def ensure(self) -> None:
        self.log.append("ensure")

    def lost(self, error: Any) -> str:
        return f"lost by {type(error).__name__}"

    def died(self, reason: str) -> None:
        self.reasons.append(reason)

    def drop(self) -> None:
        self.log.append("drop")


@pytest.fixture
def session(monkeypatch):
    monkeypatch.setattr(sessions, "StudentProcess", Process)
    made = Session(SimpleNamespace(limits=Limits()))  # type: ignore[arg-type]
    made.budget = SimpleNamespace(
        seconds=5.0, overtime=lambda s: f"took more than {s} s", begin_test=lambda pid: None,
        correct=lambda pid: None, spend=lambda used, waited: made.process.log.append(used),  # type: ignore[attr-defined]
    )  # type: ignore[assignment]  # fmt: skip
    return made


def error(name: str, value: str) -> dict:
    return {"output_type": "error", "ename": name, "evalue": value, "traceback": []}


@pytest.mark.parametrize(
    ("outputs", "told"),
    [
        ([], ""),
        ([{"output_type": "stream", "text": "x"}], ""),
        ([error("NameError", "name 'x' is not defined")], "has a NameError: name 'x' is not "
         "defined"),
        ([error("A", "first"), error("B", "last")], "has a B: last"),
        ([error("SyntaxError", "expected ':' (cell.py, line 12)")], "has a SyntaxError: "
         "expected ':' (line 12)"),
        ([error("E", "one\ntwo")], "has a E: one"),
        ([error("E", "")], "has a E: no message"),
        ([error("E" * 100, "v" * 300)], f"has a {'E' * 80}: {'v' * 200}"),
        ([{"ename": 5, "evalue": "x"}, "text", None], ""),
        ([{"ename": "E", "evalue": 5}], ""),
    ],
)  # fmt: skip
def test_the_error_that_ended_a_cell_is_told_in_a_line(outputs, told):
    assert own_error(outputs) == told


def cell(problem: str = "", *outputs: dict) -> Any:
    return SimpleNamespace(good=not (problem or outputs), problem=problem, outputs=[*outputs])


def test_a_name_is_missing_for_the_error_of_the_last_cell_that_should_have_bound_it(session):
    session.process.answers = [
        cell("ended too late"),
        cell("", error("E", "in f")),
        cell(),
        cell("", error("NameError", "name 'np' is not defined")),
    ]
    for source in ("def f(): pass", "  f = 2\nclass G: pass", "f = 3", "fg = np.zeros(2)"):
        session.run(source, 1.0)
    assert session.cells == ["def f(): pass", "  f = 2\nclass G: pass", "f = 3", "fg = np.zeros(2)"]
    assert session.why_missing("f") == "has a E: in f"
    assert session.why_missing("G") == "has a E: in f"
    assert session.why_missing("fg") == "has a NameError: name 'np' is not defined"
    assert session.why_missing("g") == ""
    assert session.why_missing("zeros") == ""
    assert session.missing_name() == "np"
    session.process.answers = [cell()]
    session.run("x = 1", 1.0)
    assert session.missing_name() == ""


def test_of_other_errors_no_name_is_missing(session):
    assert session.missing_name() == ""
    session.process.answers = [cell("", error("NameError", "something else"))]
    session.run("x", 1.0)
    assert session.missing_name() == ""


def test_a_remark_is_made_once_and_names_three(session):
    for _ in range(2):
        session.remark("f", {"d", "b", "c", "a"})
    assert session.remarks == [
        "f entered a, b, c, which its text does not name; points are not touched"
    ]


def test_an_answer_is_handed_on_and_its_time_is_taken_from_the_budget(session):
    session.process.answers = [("reply", 7, NOTES)]
    assert session.operate("call", "f", (1,), {"k": 2}) == 7
    request = ("op", ("call", "f", (1,), (("k", 2),), session.call_watch.news()))
    assert session.process.log == ["ensure", request, 0.25]
    assert session.depth == 0


def test_an_exception_of_the_students_code_is_raised_with_its_name(session):
    session.process.answers = [("error", ("ValueError", "bad", "line 3", 0), NOTES)]
    with pytest.raises(ValueError, match=r"bad \(line 3\)"):
        session.operate("call", "f", (), {})
    own = KeyError("kept")
    session.client.failures[9] = own
    session.process.answers = [("error", ("ValueError", "bad", "line 3", 9), NOTES)]
    with pytest.raises(KeyError) as caught:
        session.operate("call", "f", (), {})
    assert caught.value is own


@pytest.mark.parametrize(
    ("broken", "raised", "told", "died"),
    [
        (Unsendable("a loop"), TypeError, "cannot be passed to the student's code: a loop", []),
        (Late(), TimeoutError, "took more than 5.0 s", ["a call took more than 5.0 s"]),
        (TooMuchMemory("much"), MemoryError, "lost by TooMuchMemory",
         ["a call lost by TooMuchMemory"]),
        (Closed("gone"), ProcessEnded, "lost by Closed", ["a call lost by Closed"]),
        (WireError("odd"), ProcessEnded, "lost by WireError", ["a call lost by WireError"]),
        (ZeroDivisionError("ours"), GraderFault, "ZeroDivisionError: ours", []),
        (KeyboardInterrupt(), KeyboardInterrupt, "", []),
    ],
)  # fmt: skip
def test_each_end_of_a_call_has_its_exception_and_its_reason(session, broken, raised, told, died):
    session.process.answers = [broken]
    with pytest.raises(raised) as caught:
        session.operate("call", "f", (), {})
    assert told in str(caught.value)
    assert session.reasons == died
    assert ("drop" in session.process.log) == (raised in (GraderFault, KeyboardInterrupt))
    assert session.depth == 0
    assert session.process.log[-1] == 0.25


def test_without_time_nothing_is_asked(session):
    for seconds in (0, -1):
        session.budget.seconds = seconds
        with pytest.raises(TimeoutError, match=f"took more than {seconds} s"):
            session.operate("call", "f", (), {})
    assert session.process.log == ["ensure", 0.25] * 2


def test_calls_into_each_other_are_served_to_a_depth(session):
    reached = []

    def deeper() -> tuple:
        reached.append(session.depth)
        return session.ask(("call", "f", (), ()))

    session.process.answers = [deeper] * MAX_NESTING
    with pytest.raises(GraderFault, match="nested too deep"):
        session.ask(("call", "f", (), ()))
    assert reached == [*range(1, MAX_NESTING + 1)]
    assert session.depth == 0
    assert session.process.log.count("ensure") == 1
    assert session.process.log.count(0.25) == 1


def named(session: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(sessions.proxies, "variable", lambda target: name if target == "f" else "")


def test_a_function_that_did_not_end_is_not_called_again_in_this_cell(session, monkeypatch):
    named(session, monkeypatch, "f")
    session.process.answers = [Late(), ("reply", 1, NOTES), ("reply", 2, NOTES)]
    for operation in ("call", "call each", "call"):
        with pytest.raises(TimeoutError, match="took more than"):
            session.operate(operation, "f", (), {})
    assert len(session.process.answers) == 2
    assert session.operate("attribute", "f", (), {}) == 1  # it may still be looked at
    session.end_test()
    assert session.operate("call", "f", (), {}) == 2


def test_a_function_may_end_its_process_once_and_is_called_again_but_not_a_third_time(
    session, monkeypatch
):
    named(session, monkeypatch, "f")
    session.process.answers = [Closed(), ("reply", 1, NOTES), Closed(), ("reply", 2, NOTES)]
    with pytest.raises(ProcessEnded):
        session.operate("call", "f", (), {})
    assert session.operate("call", "f", (), {}) == 1
    with pytest.raises(ProcessEnded):
        session.operate("call", "f", (), {})
    with pytest.raises(ProcessEnded):
        session.operate("call", "f", (), {})
    assert len(session.process.answers) == 1
    session.process.answers[:0] = [Closed(), Closed()]
    for _ in range(2):  # what has no name is not held against anybody
        with pytest.raises(ProcessEnded):
            session.operate("call", "other", (), {})
    assert session.operate("call", "other", (), {}) == 2


def test_what_a_local_call_would_show_is_shown(session, capsys):
    state = randomness.read()
    moved: list = []
    session.client.random_seen = None
    seen: list = []
    session.call_watch = SimpleNamespace(news=lambda: None, note=seen.append)
    notes = ((("RuntimeWarning", "divide by zero"),), "text", 4, None, "entered")
    session.process.answers = [("reply", 1, notes), ("reply", 1, (*notes[:2], 9, state, None))]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        session.operate("call", "g", (), {})
        assert capsys.readouterr().out == "text"
        np.random.random(3)  # moves what is put back
        session.operate("call", "g", (), {})
    assert [(w.category, str(w.message)) for w in caught] == [
        (RuntimeWarning, "divide by zero")
    ] * 2
    assert capsys.readouterr().out == "text…\n"
    assert seen == ["entered", None]
    assert session.client.random_seen is state
    assert not moved


@pytest.mark.parametrize(
    ("error", "said"), [(Closed("gone"), "gone"), (Late(), "that took too long")]
)
def test_a_process_that_does_not_give_its_variables_has_died(session, error, said):
    def lost(_names: list) -> Any:
        raise error

    session.client.fetch = lost
    with pytest.raises(ProcessEnded, match="its variables could not be read"):
        session.begin_test(["f"])
    assert session.reasons == [f"its variables could not be read ({said})"]


def test_a_new_process_is_told_anew_what_is_watched_and_the_names_mean_its_objects(
    session, monkeypatch
):
    replaced, told = [], []
    monkeypatch.setattr(sessions.proxies, "name", lambda value, name, mirror: (name, value))
    monkeypatch.setattr(
        sessions.proxies, "replace", lambda old, new, mirror: replaced.append((old, new))
    )
    session.call_watch = SimpleNamespace(
        news=lambda: None, note=lambda seen: None, new_process=lambda: told.append(1)
    )
    session.client.fetch = lambda names: (dict.fromkeys(names, session.process.epoch), {"g": "no"})
    assert session.begin_test(["f"]) == ({"f": ("f", 0)}, {"g": "no"})
    assert not told
    session.process.epoch = 1
    session.process.answers = [("reply", 1, NOTES)] * 2
    session.operate("call", "f", (), {})
    session.operate("call", "f", (), {})
    assert told == [1]
    assert replaced == [(("f", 0), ("f", 1))]
    session.end_test()
    assert session.process.log[-1] == "forget"
    session.process.epoch, session.process.answers = 2, [("reply", 1, NOTES)]
    session.operate("call", "f", (), {})
    assert len(replaced) == 1


def test_a_name_of_the_test_cell_is_carried_over_with_its_value_or_without(session):
    session.process.answers = [("reply", None, NOTES)] * 2
    session.carry("x", 5)
    session.carry("x")
    asked = [entry[1][:4] for entry in session.process.log if isinstance(entry, tuple)]
    assert asked == [("let", "x", (5,), ()), ("let", "x", (), ())]
    session.close()
    assert session.process.log[-1] == "drop"
