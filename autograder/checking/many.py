"""The same thing asked of many objects at once.

Where the student's objects live in a jail, each question is a message, which costs more than the
answer: their stand-ins (autograder.grading.remote.proxies) put many into one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


def call_each(function: Callable, arguments: Sequence[tuple]) -> list[Any]:
    """Return function(*args) for each args, called one after the other."""
    remote = getattr(type(function), "autograder_call_each", None)
    if remote is not None:
        return remote(function, arguments)
    return [function(*args) for args in arguments]


def attribute_of_each(objects: Sequence[Any], name: str) -> list[Any]:
    """Return the attribute of each object."""
    return _ask(objects, "autograder_attribute_of_each", lambda one: getattr(one, name), name)


def method_of_each(objects: Sequence[Any], name: str) -> list[Any]:
    """Return what the method gives, called without arguments on one object after the other."""
    return _ask(objects, "autograder_method_of_each", lambda one: getattr(one, name)(), name)


def _ask(objects: Sequence[Any], hook: str, one_by_one: Callable, name: str) -> list[Any]:
    if objects and all(hasattr(type(one), hook) for one in objects):
        return getattr(type(objects[0]), hook)(objects, name)
    return [one_by_one(one) for one in objects]
