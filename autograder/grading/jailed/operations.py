"""What proxies can ask to be done with a student's objects."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

BINARY = {
    name: getattr(operator, name) for name in ("add", "sub", "mul", "truediv", "pow", "matmul")
}
UNARY: dict[str, Callable[[Any], Any]] = {"neg": operator.neg, "pos": operator.pos}


def _next(value: Any) -> tuple[bool, Any]:
    try:
        return True, next(value)
    except StopIteration:
        return False, None


def _compute(steps: tuple) -> tuple:
    """Return what each step gives; an operand in a tuple is the result of an earlier step."""
    made: list[Any] = []
    for verb, name, operands in steps:
        first, *others = [made[o[0]] if type(o) is tuple else o for o in operands]
        function = BINARY[name] if verb == "binary" else getattr(first, name)
        made.append(function(first, *others) if verb == "binary" else function(*others))
    return tuple(made)


# What is done with (target, args, options), by its name.
OPERATIONS: dict[str, Callable[[Any, tuple, dict], Any]] = {
    "call": lambda target, args, options: target(*args, **options),
    "call each": lambda target, args, _: tuple([target(*one) for one in args]),
    "getattr": lambda target, args, _: getattr(target, *args),
    "getattr each": lambda target, args, _: tuple([getattr(one, *args) for one in target]),
    "method each": lambda target, args, _: tuple([getattr(one, *args)() for one in target]),
    "setattr": lambda target, args, _: setattr(target, *args),
    "binary": lambda target, args, _: BINARY[target](*args),
    "unary": lambda target, args, _: UNARY[target](*args),
    "compute": lambda target, args, _: _compute(target),
    "next": lambda target, args, _: _next(target),
}
