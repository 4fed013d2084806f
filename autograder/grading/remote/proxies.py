"""What a test cell sees of a student's functions and objects: proxies that act in the jail.

A proxy holds a number that only the jail can resolve. Calling it passes the arguments by value,
runs the student's code in the jail and brings a plain value back. Nothing of a student's class
comes along: comparing a proxy compares identities, and only instances of a class that the test
cell itself named take part in arithmetic, so that an object made to lie gets no chance to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar, Protocol

from autograder.checking.own_text import used_implementations
from autograder.checking.remote import Remote
from autograder.grading.jailed.protocol.mirror import Mirror
from autograder.grading.jailed.protocol.wire import Unsendable
from autograder.grading.remote.call_watch import CallWatch

MAX_ITEMS = 100_000


class Operator(Protocol):
    """What acts on the objects behind proxies: the session of the submission."""

    call_watch: CallWatch
    cells: list[str]

    def remark(self, function: str, entered: set[str]) -> None:
        """Note for the instructor what a function entered although its text does not use it."""

    def operate(self, operation: str, target: Any, args: tuple, options: dict[str, Any]) -> Any:
        """Do something with an object in the jail; raises what it raised there."""


class Link:
    """What a proxy needs to reach its object. name: the variable it was found in, or empty.

    computes: whether it takes part in arithmetic.  taken: how many values an iterator has given.
    """

    def __init__(self, session: Operator, kind: str, label: str) -> None:
        self.session = session
        self.kind = kind
        self.label = label
        self.name = ""
        self.computes = False
        self.taken = 0


class Handle:
    """An object of the student that stays in the jail."""

    __array_ufunc__ = None  # numpy leaves arithmetic with these to the methods below
    _link: Link

    def __init__(self, link: Link) -> None:
        object.__setattr__(self, "_link", link)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return _do(self, "getattr", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            raise AttributeError(f"{name} cannot be set from outside")
        _do(self, "setattr", self, name, value)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} in the student's process>"

    def __bool__(self) -> bool:
        return True

    def __copy__(self) -> Handle:
        return self

    def __deepcopy__(self, _memo: Any) -> Handle:
        return self

    def __reduce__(self) -> Any:
        raise TypeError("an object of a student's process cannot be stored")

    autograder_remote: ClassVar[Remote]


class CallableHandle(Handle):
    """A function or class of the student."""

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Call it in the jail."""
        link = self._link
        result = link.session.operate("call", self, args, options)
        if link.kind == "k" or link.computes:
            _let_compute(result)
        return result

    @property
    def __name__(self) -> str:  # type: ignore[override]
        return self._link.name or (
            self._link.label if self._link.label.isidentifier() else "function"
        )


class IteratorHandle(Handle):
    """A generator or iterator of the student."""

    def __iter__(self) -> IteratorHandle:
        return self

    def __next__(self) -> Any:
        link = self._link
        link.taken += 1
        if link.taken > MAX_ITEMS:
            raise OverflowError(f"the iterator gave more than {MAX_ITEMS:,} values")
        result = _do(self, "next", self)
        if type(result) is not tuple or len(result) != 2 or type(result[0]) is not bool:
            raise RuntimeError("the iterator answered something else than a value")
        if not result[0]:
            raise StopIteration
        return result[1]


def _do(handle: Handle, operation: str, target: Any, *args: Any) -> Any:
    link = handle._link
    result = link.session.operate(operation, target, args, {})
    if link.computes:
        _let_compute(result)
    return result


def _each(handle: Handle, operation: str, target: Any, args: tuple, count: int) -> list[Any]:
    link = handle._link
    results = link.session.operate(operation, target, args, {})
    if type(results) is not tuple or len(results) != count:
        raise RuntimeError(f"{count} answers were asked for, something else came")
    if link.computes:
        for result in results:
            _let_compute(result)
    return list(results)


def _let_compute(result: Any) -> None:
    if isinstance(result, Handle):
        result._link.computes = True


def _binary(operation: str, swapped: bool) -> Any:
    def method(self: Handle, other: Any) -> Any:
        if not self._link.computes or not isinstance(other, (int, float, Handle)):
            return NotImplemented
        args = (other, self) if swapped else (self, other)
        return _do(self, "binary", operation, *args)

    return method


def _unary(operation: str) -> Any:
    def method(self: Handle) -> Any:
        if not self._link.computes:
            raise TypeError(f"bad operand type: {type(self).__name__!r}")
        return _do(self, "unary", operation, self)

    return method


for _name in ("add", "sub", "mul", "truediv", "pow", "matmul"):
    setattr(Handle, f"__{_name}__", _binary(_name, False))
    setattr(Handle, f"__r{_name}__", _binary(_name, True))
for _name in ("neg", "pos"):
    setattr(Handle, f"__{_name}__", _unary(_name))


class ProxyRemote:
    """What the checking engine asks of proxies beyond what they do by themselves."""

    def watch(self, function: Any, forbids: tuple[str, ...]) -> None:
        """Watch for calls of these functions from here on."""
        function._link.session.call_watch.begin(forbids)

    def seen(self, function: Any, run: Sequence[str]) -> set[str]:
        """Return the forbidden functions that its text uses.

        What was entered and stands in the text of none that was run is a remark.
        """
        link = function._link
        forbids = link.session.call_watch.forbids
        entered = link.session.call_watch.end()
        used = used_implementations(link.session.cells, [link.name], forbids)
        if entered and not used_implementations(link.session.cells, run, forbids):
            link.session.remark(link.name, entered)
        return used

    def call_each(self, function: Any, arguments: Sequence[tuple]) -> list[Any]:
        """Return the results of many calls, made in one message."""
        results = _each(function, "call each", function, tuple(arguments), len(arguments))
        if function._link.kind == "k":
            for result in results:
                _let_compute(result)
        return results

    def attribute_of_each(self, objects: Sequence[Any], name: str) -> list[Any]:
        """Return an attribute of each, asked for in one message."""
        return _each(objects[0], "getattr each", tuple(objects), (name,), len(objects))

    def method_of_each(self, objects: Sequence[Any], name: str) -> list[Any]:
        """Return what a method of each gives, called in one message."""
        return _each(objects[0], "method each", tuple(objects), (name,), len(objects))

    def compute(self, objects: Sequence[Any], steps: Sequence[tuple]) -> list[Any]:
        """Return what each step gives, asked for in one message; TypeError as `a + b` raises it."""
        if not all(one._link.computes for one in objects):
            raise TypeError("objects that take no part in arithmetic")
        return _each(objects[0], "compute", tuple(steps), (), len(steps))


Handle.autograder_remote = ProxyRemote()

_KINDS = {"f": CallableHandle, "k": CallableHandle, "i": IteratorHandle, "o": Handle}
_types: dict[tuple[str, str], type] = {}


def make(session: Operator, kind: str, label: str) -> Handle:
    """Return a proxy whose type carries the label: messages say "a Thing" by the type's name."""
    label = re.sub(r"[^\w .\[\]]", "", label)[:60] or "object"
    if len(_types) > 2000:
        _types.clear()
    found = _types.get((kind, label))
    if found is None:
        shown = "function" if kind == "f" else "type" if kind == "k" else label
        found = _types[kind, label] = type(shown, (_KINDS[kind],), {"__module__": "student"})
    return found(Link(session, kind, label))


def name(value: Any, variable: str, mirror: Mirror) -> Any:
    """Return the proxy of a variable of the test cell; what a student's __name__ says is ignored.

    One object under two names has two proxies, each with its own name.
    """
    if not isinstance(value, Handle):
        return value
    link = value._link
    if link.name and link.name != variable:
        ident = mirror.proxy_idents[id(value)]
        value = make(link.session, link.kind, link.label)
        mirror.proxy_idents[id(value)] = ident
    value._link.name = variable
    return value


def variable(value: Any) -> str:
    """Return the variable a proxy was found in, or empty."""
    return value._link.name if isinstance(value, Handle) else ""


def replace(old: Any, new: Any, mirror: Mirror) -> None:
    """After the process was started again: let an old proxy mean the object of the new one."""
    if not isinstance(old, Handle) or not isinstance(new, Handle):
        return
    ident = mirror.proxy_idents.pop(id(new), None)
    if ident is not None:
        mirror.proxies[ident] = old
        mirror.proxy_idents[id(old)] = ident


def classify(value: Any) -> tuple[str, str]:
    """(kind, label) of an object of the trusted process that is handed to student code."""
    if isinstance(value, Handle):
        raise Unsendable("it belongs to a process that has ended")
    if callable(value):
        label = getattr(value, "__name__", "function")
        return "f", label if isinstance(label, str) and label.isidentifier() else "function"
    return "o", "object"
