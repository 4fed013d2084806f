"""A function that returns a value or a tuple of values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Exercise, Output, Probe
from autograder.checking.kinds.custom import register
from autograder.checking.kinds.edges import edge_probes, richest
from autograder.checking.kinds.memory import changed, snapshot, whole_and_memory, with_given
from autograder.checking.kinds.naming import NAMES, by_name
from autograder.checking.kinds.results import in_turn, named, output_list
from autograder.checking.stepwise import Steps, Stepwise

Cases = Callable[[np.random.Generator], Iterable[Case]]


def function(
    *,
    says: str,
    cases: Cases,
    outputs: str | Sequence[Output] = "out",
    extreme: Cases | None = None,
    whole: str = "",
    quiet: bool = False,
    tol: float = 1e-8,
    kind: str = "float",
    trial: Any = None,
    more: Callable | None = None,
    never_one: str = "",
    any_shape: str = "",
    accurate: Cases | None = None,
    options: str = "",
    **rest: Any,
) -> Callable[[Any], Any]:
    """Describe a function; the decorator registers it and gives it back.

    says: what it computes, for messages.  outputs: "components: row column, ratio", names and axes,
    or Output objects.  whole: names of inputs that may be whole numbers.  quiet: extreme values
    must not warn.  accurate: cases judged entry by entry, without a warning, to relative precision.
    more(cases, rng) -> further probes.  never_one: names of sizes that cannot be one, "all" where
    they cannot be equal.  any_shape: names of inputs of one shape, whatever its axes.  options:
    names of arguments that later cells pass by name.  rest: fields of an Exercise (group, forbids,
    …).
    """
    listed = output_list(outputs, kind=kind, tol=tol)
    names = tuple(o.name for o in listed)

    def describe(reference: Any) -> Any:
        fn = reference.__name__

        def once(case: Case) -> Steps:
            kept = snapshot(case.inputs)
            result = yield fn, case.args
            return {**named(result, names, fn), "!changed": lambda: changed(kept, case.inputs)}

        def once_by_name(f: Any, case: Case) -> dict[str, Any]:
            return named(getattr(f, fn)(*case["first"], **case["named"]), names, fn)

        # A, B, A, B: results are looked at when all is over, so that a buffer used twice shows.
        def again(case: Case) -> Steps:
            first = yield fn, case.fresh().args
            between = yield fn, case["other"].fresh().args
            second = yield fn, case.fresh().args
            yield fn, case["other"].fresh().args
            return in_turn(*(named(r, names, fn) for r in (first, between, second)))

        usual = Stepwise(once)

        def probes(exercise: Exercise, drawn: list[Case], rng: np.random.Generator) -> list[Probe]:
            asked = [Probe("values", c) for c in drawn]
            if trial is None:
                # Other shapes and options in between, then other numbers of the same shape.
                for other in (drawn[-1], next(iter(cases(rng)))):
                    asked.append(
                        Probe("repeatable", with_given(drawn[0], other=other), Stepwise(again))
                    )
            asked += whole_and_memory(drawn, whole.split())
            if trial is None:
                asked += [Probe(NAMES, c, once_by_name) for c in by_name(drawn, options)]
            for first in richest(drawn):
                asked += edge_probes(
                    first,
                    lambda c: (trial or usual)(exercise.references(), c),
                    never_one,
                    any_shape,
                )
            if accurate is not None:
                asked += [Probe("accuracy", c, quiet=True) for c in accurate(rng)]
            if extreme is not None:
                asked += [Probe("extreme values", c, quiet=quiet) for c in extreme(rng)]
            return asked + (list(more(drawn, rng)) if more else [])

        register(
            reference,
            says=says,
            cases=cases,
            trial=trial or usual,
            outputs=listed,
            probes=probes,
            **rest,
        )
        return reference

    return describe
