"""What an exercise is: how inputs are drawn, what is right and promised, known mistakes."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder.checking import mistakes
from autograder.checking.messages import translate as _
from autograder.checking.mistakes import Mistake

Trial = Callable[[Any, "Case"], dict[str, Any]]


class StructureError(Exception):
    """A student's function returned something of another form than promised."""


@dataclass(frozen=True)
class Case:
    """One set of inputs.

    label: what a reader calls it ("stride 2, no padding").
    inputs: the function's arguments, in the order of its signature.
    given: what the trial needs besides (the upstream gradient, a second call's inputs).
    sizes: the named sizes (N, D, …), used to recognize constants and to label axes.
    parts: named arrays that a wrong answer may lack or hold twice ("the term lam·w").
    lead: what to think of where this is the first case that fails, and nothing better is known.
    about: the output of which the lead speaks, "" for all.
    """

    label: str
    inputs: dict[str, Any]
    given: dict[str, Any] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    parts: dict[str, np.ndarray] = field(default_factory=dict)
    lead: str = ""
    about: str = ""

    def __getitem__(self, name: str) -> Any:
        return self.inputs[name] if name in self.inputs else self.given[name]

    @property
    def args(self) -> tuple:
        """The inputs as positional arguments."""
        return tuple(self.inputs.values())

    def fresh(self) -> Case:
        """A copy whose arrays, containers and generators are its own; read-only stays read-only."""
        memo: dict[int, Any] = {}
        return Case(
            self.label,
            {k: _copy(v, memo) for k, v in self.inputs.items()},
            {k: _copy(v, memo) for k, v in self.given.items()},
            self.sizes,
            self.parts,
            self.lead,
            self.about,
        )

    def replace(self, label: str | None = None, **values: Any) -> Case:
        """The same case with some inputs or given values exchanged."""
        inputs = {k: values.get(k, v) for k, v in self.inputs.items()}
        given = {**self.given, **{k: v for k, v in values.items() if k not in self.inputs}}
        return Case(label or self.label, inputs, given, self.sizes, self.parts)


def case(label: str = "", **values: Any) -> Case:
    """Build a Case of inputs.

    Capitalized int keywords (N=3) are sizes, `given=`, `parts=` and `lead=` as in Case, the rest
    inputs.
    """
    given, parts, lead = values.pop("given", {}), values.pop("parts", {}), values.pop("lead", "")
    sizes = {k: v for k, v in values.items() if k[0].isupper() and isinstance(v, int)}
    inputs = {k: v for k, v in values.items() if k not in sizes}
    return Case(label or sizes_in_words(sizes), inputs, given, sizes, parts, lead)


def sizes_in_words(sizes: Mapping[str, int]) -> str:
    """The label of a case that has no other: "N = 3, D = 2"."""
    return ", ".join(f"{name} = {size}" for name, size in sizes.items())


def _copy(value: Any, memo: dict[int, Any]) -> Any:
    # One memo for a case: an array given twice stays one array, as in the student's own call.
    if isinstance(value, np.ndarray):
        if id(value) not in memo:
            memo[id(value)] = twin = np.array(value, order="K")
            twin.flags.writeable = value.flags.writeable
        return memo[id(value)]
    if type(value) in (list, tuple):
        return type(value)(_copy(v, memo) for v in value)
    if type(value) is dict:
        return {k: _copy(v, memo) for k, v in value.items()}
    return copy.deepcopy(value, memo) if isinstance(value, np.random.Generator) else value


@dataclass(frozen=True)
class Output:
    """One named result of a trial and how it is judged.

    kind: "float" (float64, or a Python float for a scalar), "int" (labels, counts: exact), "any"
    (numbers of any type).  tol: largest norm-wise relative difference; atol: absolute one that is
    always accepted.  axes: names of its axes, for messages.  blocks: (axis, names), equal blocks
    along an axis (gates).  loose: integer-valued floats are accepted for kind "int".
    strict: a float also where whole numbers came in.
    """

    name: str
    kind: str = "float"
    tol: float = 1e-8
    atol: float = 1e-12
    axes: tuple[str, ...] = ()
    blocks: tuple[int, tuple[str, ...]] | None = None
    loose: bool = False
    strict: bool = False


@dataclass(frozen=True)
class Against:
    """A trial's result, judged against a value known inside the trial, not the reference's."""

    got: Any
    want: Any


@dataclass(frozen=True)
class Probe:
    """One run of a trial and the clause it speaks for.

    quiet: a warning during the run fails the clause.  trial: the exercise's own unless given.
    expected: the right outputs where they do not come from running the trial on the reference.
    """

    clause: str
    case: Case
    trial: Trial | None = None
    quiet: bool = False
    expected: dict[str, Any] | None = None


@dataclass(frozen=True)
class Exercise:
    """The description of one graded function; autograder/checking/kinds has the usual kinds.

    group: its heading in tables that have no room for every exercise.
    beside: names of inputs that an example shows beside each entry of an output of their shape.
    gates: names of the blocks that stand side by side along the last axis of the weights.
    """

    name: str
    chapter: int
    signature: str
    summary: str
    reference: Callable
    cases: Callable[[np.random.Generator], Iterable[Case]]
    trial: Trial
    outputs: tuple[Output, ...]
    companions: dict[str, Callable] = field(default_factory=dict)
    partner: str | None = None
    cache: str = ""
    group: str = ""
    probes: Callable[[Exercise, list[Case], np.random.Generator], list[Probe]] | None = None
    forbids: tuple[str, ...] = ()
    is_class: bool = False
    time_limit: float = 5.0
    may_change: tuple[str, ...] = ()
    randomness: bool = False
    beside: str = ""
    gates: tuple[str, ...] = ()

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """What is known to go wrong, as written beside the reference's lines; read when needed."""
        return mistakes.read(self.reference, self.name)

    def references(self) -> SimpleNamespace:
        """The right functions under the names a trial uses."""
        return SimpleNamespace(**{**self.companions, self.name: self.reference})

    def output(self, name: str) -> Output:
        """The description of one result by its name; facts a trial adds are judged by value."""
        head = name.split("[")[0]
        for output in self.outputs:
            if output.name == head:
                return output
        return Output(head, kind="any")


def unpack(value: Any, names: tuple[str, ...], what: str) -> tuple:
    """Split a returned tuple or list into the promised parts, else raise StructureError."""
    from autograder.checking.values import describe

    promised = ", ".join(names)
    if type(value) not in (tuple, list) and not hasattr(type(value), "_fields"):
        raise StructureError(
            _("{name} returned {got}; expected ({promised})").format(
                name=what, got=describe(value), promised=promised
            )
        )
    if len(value) != len(names):
        raise StructureError(
            _("{name} returned {got} values; expected {n}: ({promised})").format(
                name=what, got=len(value), n=len(names), promised=promised
            )
        )
    return tuple(value)
