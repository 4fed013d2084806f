"""A request's time by a clock and a processor that are turned by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from autograder.grading.jailed.protocol.channel import Late
from autograder.grading.remote import stopwatch
from autograder.grading.remote.stopwatch import Stopwatch


class Hands:
    """What time it is, and the processor time of the process watched; None where unknown."""

    def __init__(self) -> None:
        self.now, self.processor, self.asked = 100.0, 7.0, 0

    def processor_seconds(self, pid: int | None) -> float | None:
        self.asked += 1
        return self.processor if pid == 9 else None


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    made = Hands()
    clock: Any = SimpleNamespace(monotonic=lambda: made.now)
    monkeypatch.setattr(stopwatch, "time", clock)
    monkeypatch.setattr(stopwatch, "processor_seconds", made.processor_seconds)
    return made


def pass_on(hands: Hands, watch: Stopwatch, wall: float, processor: float) -> None:
    hands.now += wall
    hands.processor += processor
    watch.look()


def test_within_the_first_twentieth_of_a_second_the_system_is_not_asked(hands):
    watch = Stopwatch(2.0, 9)
    pass_on(hands, watch, 0.04, 0.04)
    assert hands.asked == 0
    pass_on(hands, watch, 0.02, 0.02)
    assert hands.asked == 1


def test_what_others_computed_in_the_meantime_does_not_count(hands):
    watch = Stopwatch(2.0, 9)
    pass_on(hands, watch, 0.1, 0.0)  # before the first look all time counts
    pass_on(hands, watch, 3.0, 0.5)
    assert watch.used() == pytest.approx(3.1 / 3)  # a third of the wall time, more than 0.6
    assert watch.spent == pytest.approx(0.6)
    pass_on(hands, watch, 1.5, 1.3)
    assert watch.used() == pytest.approx(1.9)
    with pytest.raises(Late):
        pass_on(hands, watch, 0.2, 0.2)


def test_who_sleeps_is_late_after_three_times_the_seconds(hands):
    watch = Stopwatch(2.0, 9)
    assert watch.wall == 106.0
    pass_on(hands, watch, 0.1, 0.0)
    pass_on(hands, watch, 5.9, 0.0)
    assert watch.waited() == pytest.approx(6.0)
    assert watch.used() == pytest.approx(2.0)
    with pytest.raises(Late):
        pass_on(hands, watch, 0.1, 0.0)


def test_many_processors_at_once_count_as_one(hands):
    watch = Stopwatch(2.0, 9)
    pass_on(hands, watch, 0.1, 0.4)
    pass_on(hands, watch, 1.0, 4.0)
    assert watch.spent == pytest.approx(1.1)
    pass_on(hands, watch, 0.1, -1.0)  # a child ended and took its time along
    assert watch.spent == pytest.approx(1.1)


def test_without_a_figure_of_the_system_all_time_counts(hands):
    watch = Stopwatch(2.0, None)
    pass_on(hands, watch, 1.0, 0.0)
    pass_on(hands, watch, 0.9, 0.0)
    assert watch.spent == pytest.approx(1.9)
    hands.now += 0.05
    assert watch.used() == pytest.approx(1.95)
    with pytest.raises(Late):
        pass_on(hands, watch, 0.1, 0.0)
