"""Expressions of objects in another process: noted down here, computed there in one message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograder.checking.remote import remote_of

# (what is done, its name, the operands): an operand in a tuple is the result of an earlier step.
Step = tuple[str, str, tuple]
OPERATORS = ("add", "sub", "mul", "truediv", "pow", "matmul")


class Recorded:
    """Stands for an object or for the result of a step; what is done to it is one more step."""

    def __init__(self, steps: list[Step], value: Any) -> None:
        self._steps, self._value = steps, value

    def _then(self, verb: str, name: str, *operands: Any) -> Recorded:
        values = tuple(o._value if type(o) is Recorded else o for o in operands)
        self._steps.append((verb, name, values))
        return Recorded(self._steps, (len(self._steps) - 1,))

    def __getattr__(self, name: str) -> Callable[..., Recorded]:
        return lambda *arguments: self._then("method", name, self, *arguments)


def _operator(name: str, swapped: bool) -> Callable[[Recorded, Any], Recorded]:
    def method(self: Recorded, other: Any) -> Recorded:
        operands = (other, self) if swapped else (self, other)
        return self._then("binary", name, *operands)

    return method


for _name in OPERATORS:
    setattr(Recorded, f"__{_name}__", _operator(_name, False))
    setattr(Recorded, f"__r{_name}__", _operator(_name, True))


def build_each(
    builds: Sequence[Callable[..., dict[str, Any]]], objects: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return build(**objects) of each, made of nothing but operators and methods of the objects.

    Where the objects live in another process and something is raised there, all is built again, one
    operation after the other, so that what is raised is what it always was.
    """
    every = [one for named in objects for one in named.values()]
    remote = remote_of(every[0]) if every else None
    if remote is None or not all(remote_of(one) is remote for one in every):
        return [build(**named) for build, named in zip(builds, objects, strict=True)]
    steps: list[Step] = []
    built = [
        build(**{name: Recorded(steps, one) for name, one in named.items()})
        for build, named in zip(builds, objects, strict=True)
    ]
    try:
        made = remote.compute(every, steps)
    except Exception:
        return [build(**named) for build, named in zip(builds, objects, strict=True)]
    return [{name: _found(one._value, made) for name, one in parts.items()} for parts in built]


def _found(value: Any, made: list[Any]) -> Any:
    return made[value[0]] if type(value) is tuple else value
