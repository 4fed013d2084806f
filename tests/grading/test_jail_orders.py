"""The orders to the pre-warmed process, which is played by the other end of a socket."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from autograder.grading.sandbox.jail import JailPool
from autograder.grading.sandbox.limits import Limits
from autograder.grading.sandbox.machine import JailError

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs SEQPACKET")


class Played(JailPool):
    """A jail whose process is this test. answers: one to each order, an exception to raise."""

    def __init__(self, *answers: Any) -> None:
        super().__init__(Limits(message=1000, items=50, depth=7, output=99))
        self.answers, self.closed, self.there = list(answers), 0, None
        self.start()

    def start(self) -> None:
        if self.control is None:
            self.control, self.there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self.there.settimeout(5)

    def close(self) -> None:
        self.closed += 1
        if self.control is not None:
            self.control.close()
            self.control = None

    def _answer(self, serial: int) -> dict[str, Any]:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return {"serial": serial, **answer}

    def order(self) -> dict[str, Any]:
        """The next order that came."""
        assert self.there is not None
        data, descriptors, *_ = socket.recv_fds(self.there, 65536, 4)
        for descriptor in descriptors:
            socket.socket(fileno=descriptor).close()
        return {**json.loads(data), "descriptors": len(descriptors)}


@pytest.fixture
def played() -> Iterator[Any]:
    made: list[Played] = []

    def play(*answers: Any) -> Played:
        made.append(Played(*answers))
        return made[-1]

    yield play
    for jail in made:
        jail.close()
        if jail.there is not None:
            jail.there.close()


def test_a_child_is_asked_for_with_its_limits_and_one_end_of_a_channel(played):
    jail = played({"pid": 77}, {"pid": 78})
    jail.also_load(["b", "a"])
    assert jail.connect().pid == 77
    limits = jail.limits
    assert jail.order() == {
        "do": "spawn", "serial": 1, "message": 1000, "answer": limits.answer, "items": 50,
        "depth": 7, "output": 99, "libraries": ["a", "b"], "descriptors": 1,
    }  # fmt: skip
    assert jail.connect().pid == 78
    assert jail.order()["serial"] == 2
    assert jail.closed == 0


@pytest.mark.parametrize("broken", [OSError("gone"), {"error": "no memory"}, {"pid": "x"}])
def test_a_process_that_answers_badly_is_started_again_once(played, broken):
    jail = played(broken, {"pid": 5})
    assert jail.connect().pid == 5
    assert jail.closed == 1
    twice = played(broken, broken, {"pid": 5})
    with pytest.raises(JailError, match="ended twice while a submission was being started"):
        twice.connect()
    assert twice.closed == 2


def test_a_child_is_ended_by_an_order_and_its_channel_closed(played):
    jail = played({"pid": 5}, {})
    connection = jail.connect()
    jail.order()
    jail.kill(connection)
    assert jail.order() == {"do": "kill", "serial": 2, "descriptors": 0}
    assert jail.closed == 0
    lost = played({"pid": 5}, OSError("gone"))
    lost.kill(lost.connect())
    assert lost.closed == 1
    lost.kill(lost_connection := played({"pid": 6}).connect())  # there is no process to ask
    assert lost.closed == 1
    assert lost_connection.pid == 6


def test_an_interrupt_is_an_order_without_an_answer(played):
    jail = played({"pid": 5})
    connection = jail.connect()
    jail.order()
    jail.interrupt(connection)
    assert jail.order() == {"do": "interrupt", "descriptors": 0}
    jail.there.close()
    jail.interrupt(connection)
    assert jail.closed == 1
    jail.interrupt(connection)
    assert jail.closed == 1


def test_answers_to_orders_that_were_given_up_are_passed_over(played):
    jail = played()
    for answer in ({"serial": 1, "late": True}, {"serial": 3}, {"serial": 2, "pid": 9}):
        jail.there.send(json.dumps(answer).encode())
    assert JailPool._answer(jail, 2) == {"serial": 2, "pid": 9}
    jail.there.send(b'{"ready": true}')
    assert JailPool._answer(jail, 0) == {"ready": True}
    jail.there.close()
    with pytest.raises(OSError, match="ended without a word"):
        JailPool._answer(jail, 3)
