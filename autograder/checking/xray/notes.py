"""What is seen at the places of a student's function: their first and their last turns."""

from __future__ import annotations

import copy
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.checking.xray import edits
from autograder.checking.xray.places import Place

HITS = 4  # a place in a loop is known by its first and its last turns


class OutOfTime(Exception):
    """The time is up."""


@dataclass(frozen=True)
class Seen:
    """What was seen at a place at one time: local variables, parts and keywords, its value."""

    names: dict[str, Any]
    parts: list[Any]
    keywords: dict[str, Any]
    value: Any


@dataclass
class Spot:
    """A place, and what happens there: its first and its last turns.

    function: compiled with the hook in the place, when it is first changed.  alive: whether it can
    be what is wrong, None while that has not been looked at.
    """

    place: Place
    function: Any = None
    hits: list[Seen] = field(default_factory=list)
    alive: bool | None = None


class Notes:
    """A hook for all places at once that keeps what is seen at their first and last turns.

    A first run counts the turns, a second one keeps: local variables are copied only where needed.
    """

    def __init__(self, listed: list[Place], until: float) -> None:
        self.own = [edits.same(place.node) for place in listed]
        self.turns = [0] * len(listed)
        self.of: list[int] = []
        self.hits: list[list[Seen]] = [[] for _ in listed]
        self.until = until

    def again(self) -> None:
        """Begin the second run."""
        self.of, self.turns = self.turns, [0] * len(self.turns)

    def tick(self) -> None:
        """A turn of a loop."""
        if time.thread_time() > self.until:
            raise OutOfTime

    def __call__(self, index: int, names: dict[str, Any], /, *parts: Any, **keywords: Any) -> Any:
        """The place's own value."""
        self.turns[index] += 1
        if not self.of or HITS // 2 < self.turns[index] <= self.of[index] - HITS // 2:
            return self.own[index](names, *parts, **keywords)
        self.tick()
        before = {k: _kept(v) for k, v in names.items()}
        given = [_kept(v) for v in parts]
        value = self.own[index](names, *parts, **keywords)
        self.hits[index].append(Seen(before, given, keywords, _kept(value)))
        return value


def _kept(value: Any) -> Any:
    return copy.copy(value) if isinstance(value, np.ndarray | list | dict) else value
