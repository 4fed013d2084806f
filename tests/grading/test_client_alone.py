"""What a submission's process answers is believed only in the one form that each answer has."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.grading.jailed.protocol import randomness
from autograder.grading.jailed.protocol.channel import Closed
from autograder.grading.jailed.protocol.wire import Unsendable, WireError
from autograder.grading.remote import protocol_client
from autograder.grading.remote.protocol_client import ProtocolClient, TooMuchMemory, check_notes
from autograder.grading.sandbox.limits import Limits

WATCH: Any = SimpleNamespace(wall=1.0, look=lambda: None)
STATE = randomness.read()


class Script:
    """A client whose process says what is written down; what it is told is kept."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.said: list[Any] = []
        self.told: list[Any] = []
        self.clocks: list[float] = []
        channel = SimpleNamespace(send=self.send, receive=self.receive)
        self.client = ProtocolClient(Limits(call_seconds=8.0), lambda *_: None, lambda _: ("", ""))
        self.client.connection = SimpleNamespace(pid=None, channel=channel)  # type: ignore[assignment]
        monkeypatch.setattr(protocol_client, "pack", lambda parts, *_: parts)
        monkeypatch.setattr(protocol_client, "unpack", lambda message, *_: message)
        monkeypatch.setattr(protocol_client.time, "monotonic", lambda: 100.0)

    def send(self, data: Any, until: float) -> None:
        self.told.append(data)
        self.clocks.append(until)

    def receive(self, wall: float, look: Any) -> Any:
        look()
        return self.said.pop(0)


@pytest.fixture
def script(monkeypatch):
    return Script(monkeypatch)


def test_a_cell_that_ran_tells_its_outputs_whether_it_was_good_and_its_number(script):
    script.said = [("ran", (["out"], True, 0)), ("ran", ([], False, 10**6 - 1))]
    script.client.run("x = 1")
    assert script.told == [("run", "x = 1", b"", None)]
    assert script.clocks == [100.0 + 3 * 8.0]
    first, last = script.client.ran(WATCH), script.client.ran(WATCH)
    assert (first.outputs, first.good, first.number) == (["out"], True, 0)
    assert (last.outputs, last.good, last.number) == ([], False, 10**6 - 1)


@pytest.mark.parametrize(
    "message",
    [
        (), ("",), (5, ([], True, 1)), ("ran",), ("ran", ([], True, 1), 1), ("run", ([], True, 1)),
        ("ran", [[], True, 1]), ("ran", ([], True)), ("ran", ([], True, 1, 1)),
        ("ran", ((), True, 1)), ("ran", ([], 1, 1)), ("ran", ([], True, True)),
        ("ran", ([], True, -1)), ("ran", ([], True, 10**6)),
    ],
)  # fmt: skip
def test_no_other_answer_ends_a_cell(script, message):
    script.said = [message]
    with pytest.raises(WireError):
        script.client.ran(WATCH)


def test_values_and_reasons_come_by_the_names_that_were_asked_for(script):
    script.client.random_seen = STATE
    np.random.seed(5)
    state = randomness.read()
    script.said = [("reply", ((("f", 1),), (("g", "why"),)), None)]
    assert script.client.fetch(["f", "g"]) == ({"f": 1}, {"g": "why"})
    assert script.told == [("fetch", ("f", "g"), b"", state)]
    assert script.client.random_state() is None  # the process has it now


@pytest.mark.parametrize(
    "body",
    [
        [(), ()], ((),), ((), (), ()), ([], ()), ((), []), ((("f",),), ()), ((("f", 1, 2),), ()),
        ((["f", 1],), ()), (((5, 1),), ()), ((("h", 1),), ()), ((), (("h", "why"),)),
        ((), (("g", 5),)),
    ],
)  # fmt: skip
def test_values_in_another_form_are_refused(script, body):
    script.said = [("reply", body, None)]
    with pytest.raises(WireError):
        script.client.fetch(["f", "g"])
    script.said = [("raise", ("E", "text", "", 0), None)]
    with pytest.raises(WireError):
        script.client.fetch(["f"])


LONG = "x" * 2000


@pytest.mark.parametrize(
    "notes",
    [
        None, ((), "", 0, None, ()), ((("W", LONG),) * 10, "y" * 10_000, 7, STATE, ("z" * 299,)),
        ((), "", 0, None, ("f",) * 20),
    ],
)  # fmt: skip
def test_an_answer_may_bring_notes_up_to_their_bounds(script, notes):
    failure = ("raise", (LONG, LONG, LONG, 3), notes)
    script.said = [("reply", 5, notes), failure]
    assert script.client.answer(WATCH) == ("reply", 5, notes)
    assert script.client.answer(WATCH) == failure


@pytest.mark.parametrize(
    "notes",
    [
        [(), "", 0, None, ()], ((), "", 0, None), ((), "", 0, None, (), ()), ([], "", 0, None, ()),
        ((("W", "a"),) * 11, "", 0, None, ()), ((), b"", 0, None, ()),
        ((), "y" * 10_001, 0, None, ()), ((), "", True, None, ()), ((), "", 0, b"short", ()),
        ((), "", 0, "text", ()), ((), "", 0, None, []), ((), "", 0, None, ("f",) * 21),
        ((), "", 0, None, (5,)), ((), "", 0, None, ("z" * 300,)), ((["W", "a"],), "", 0, None, ()),
        ((("W", 5),), "", 0, None, ()), ((("W",),), "", 0, None, ()),
        ((("W", LONG + "x"),), "", 0, None, ()),
    ],
)  # fmt: skip
def test_notes_in_another_form_are_refused(notes):
    with pytest.raises(WireError, match="malformed notes"):
        check_notes(notes)


@pytest.mark.parametrize(
    "failure",
    [
        ["E", "t", "", 0], ("E", "t", "", True), ("E", "t", ""), ("E", "t", "", 0, 0),
        ("E", 5, "", 0), (LONG + "x", "t", "", 0), ("E", LONG + "x", "", 0),
        ("E", "t", LONG + "x", 0),
    ],
)  # fmt: skip
def test_an_exception_in_another_form_is_refused(script, failure):
    script.said = [("raise", failure, None)]
    with pytest.raises(WireError, match="malformed exception"):
        script.client.answer(WATCH)


@pytest.mark.parametrize(
    "message", [("reply", 5), ("reply", 5, None, None), ("call", 5, None), ("callback", 5)]
)
def test_no_other_message_is_an_answer(script, message):
    script.said = [message]
    with pytest.raises(WireError, match="another question"):
        script.client.answer(WATCH)


def passed_in(script, function):
    script.client.mirror.export_idents = {id(function): 1}
    return function


def test_a_function_that_was_passed_in_is_called_and_its_answer_sent_before_the_reply(script):
    add = passed_in(script, lambda *args, **options: (args, options))
    script.said = [("callback", (add, (1, 2), (("scale", 3),)), None), ("reply", 4, None)]
    assert script.client.answer(WATCH) == ("reply", 4, None)
    assert script.told == [("return", ((1, 2), {"scale": 3}), b"")]


@pytest.mark.parametrize(
    "change",
    [
        lambda f: [f, (), ()], lambda f: (f, ()), lambda f: (f, (), (), ()), lambda f: (f, [], ()),
        lambda f: (f, (), []), lambda f: (f, (), (["a", 1],)), lambda f: (f, (), (("a",),)),
        lambda f: (f, (), ((5, 1),)), lambda f: (len, (), ()), lambda f: (5, (), ()),
    ],
)  # fmt: skip
def test_a_call_in_another_form_or_of_something_else_is_refused(script, change):
    called = []
    function = passed_in(script, lambda *args, **options: called.append(args))
    script.said = [("callback", change(function), None)]
    with pytest.raises(WireError, match=r"malformed call|was not passed in"):
        script.client.answer(WATCH)
    assert not called


def test_what_was_passed_in_and_is_no_function_cannot_be_called(script):
    value = passed_in(script, [1])
    with pytest.raises(WireError, match="was not passed in"):
        script.client.call_back((value, (), ()))


def test_an_exception_out_here_is_kept_by_number_and_told_in_short(script):
    def fails():
        raise ValueError("v" * 400)

    passed_in(script, fails)
    for serial in (1, 2):
        script.client.call_back((fails, (), ()))
        assert script.told[-1] == ("raise", ("ValueError", "v" * 300, serial), b"")
        assert str(script.client.failures[serial]) == "v" * 400
    script.client.failures |= dict.fromkeys(range(3, 1000), ValueError())
    script.client.call_back((fails, (), ()))  # the thousandth
    with pytest.raises(WireError, match="more than 1,000 failing calls"):
        script.client.call_back((fails, (), ()))
    script.client.forget()
    assert script.client.failures == {}


def test_a_result_that_cannot_be_sent_is_told_as_a_type_error(script, monkeypatch):
    def pack(parts, *_):
        if parts[0] == "return":
            raise Unsendable("a set")
        return parts

    monkeypatch.setattr(protocol_client, "pack", pack)
    passed_in(script, set)
    script.client.call_back((set, (), ()))
    words = "the function's result cannot be passed on: a set"
    assert script.told == [("raise", ("TypeError", words, 0), b"")]


def test_memory_is_looked_at_ten_times_a_second_and_ends_the_process(script, monkeypatch):
    used = [script.client.limits.memory, script.client.limits.memory + 1]
    monkeypatch.setattr(protocol_client, "memory_in_use", lambda pid: used.pop(0))
    clock = [100.0]
    monkeypatch.setattr(protocol_client.time, "monotonic", lambda: clock[0])
    script.client.connection.pid = 5
    script.client._look(WATCH)
    clock[0] += 0.09
    script.client._look(WATCH)
    assert len(used) == 1
    clock[0] += 0.02
    with pytest.raises(TooMuchMemory):
        script.client._look(WATCH)


def test_without_a_process_nothing_is_sent_and_it_has_no_number(script):
    script.client.connection = None
    assert script.client.pid is None
    with pytest.raises(Closed, match="the process ended"):
        script.client.run("x = 1")
