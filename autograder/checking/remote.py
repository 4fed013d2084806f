"""What the engine asks of functions and objects that live in another process.

A grader's proxies carry one object with these methods as `autograder_remote` of their type; a
student's own objects never do, since the attribute is looked up on the type.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol


class Remote(Protocol):
    """The questions that a proxy cannot answer by being called or asked for an attribute."""

    def watch(self, function: Any, forbids: tuple[str, ...]) -> None:
        """Watch for calls of the functions in `forbids` from here on."""

    def seen(self, function: Any, run: Sequence[str]) -> set[str]:
        """Return the forbidden functions that it used since, and stop watching.

        run: the names of all functions that were run meanwhile.
        """

    def call_each(self, function: Any, arguments: Sequence[tuple]) -> list[Any]:
        """Return function(*args) for each args."""

    def attribute_of_each(self, objects: Sequence[Any], name: str) -> list[Any]:
        """Return the attribute of each object."""

    def method_of_each(self, objects: Sequence[Any], name: str) -> list[Any]:
        """Return what the method of each object gives, called without arguments."""

    def compute(self, objects: Sequence[Any], steps: Sequence[tuple]) -> list[Any]:
        """Return what each step gives; see recording.py."""


def remote_of(value: Any) -> Remote | None:
    """Return what answers for a value in another process, None for a value of this one."""
    return getattr(type(value), "autograder_remote", None)


# Where the objects live in a jail each question is a message, which costs more than the answer: the
# next three put many into one. Measured on the solutions of chapter 3, where `Value` asks most:
# the check cells take 0.92 s without and 0.72 s with it (1.28; medians 0.97 and 0.79), the whole
# chapter 1.19 s and 0.99 s. Run benchmarks/messages.py to measure again.


def call_each(function: Callable, arguments: Sequence[tuple]) -> list[Any]:
    """Return function(*args) for each args, called one after the other."""
    remote = remote_of(function)
    if remote is not None:
        return remote.call_each(function, arguments)
    return [function(*args) for args in arguments]


def attribute_of_each(objects: Sequence[Any], name: str) -> list[Any]:
    """Return the attribute of each object."""
    remote = _remote_of_all(objects)
    if remote is not None:
        return remote.attribute_of_each(objects, name)
    return [getattr(one, name) for one in objects]


def method_of_each(objects: Sequence[Any], name: str) -> list[Any]:
    """Return what the method gives, called without arguments on one object after the other."""
    remote = _remote_of_all(objects)
    if remote is not None:
        return remote.method_of_each(objects, name)
    return [getattr(one, name)() for one in objects]


def _remote_of_all(objects: Sequence[Any]) -> Remote | None:
    if objects and all(remote_of(one) is not None for one in objects):
        return remote_of(objects[0])
    return None
