"""How an optimizer's step is tried: several steps, two parameters in turn, a state for each."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Probe, case, unpack
from autograder.checking.kinds import changed, function, snapshot
from autograder.checking.stepwise import Steps, Stepwise
from autograder.checking.values import as_array, plain

# Gradients of one size would hide what a running mean does.
SCALES = (1.0, 0.3, 2.0, 0.7)


def draw(
    rng: np.random.Generator,
    *,
    shapes: Sequence[tuple[int, ...]],
    start: Any,
    defaults: Sequence[float] = (),
    **options: float,
) -> Case:
    """Parameters, their gradients and a learning rate for each step, the first state."""
    ws = [rng.standard_normal(s) for s in shapes]
    dws = [[scale * rng.standard_normal(s) for scale in SCALES] for s in shapes]
    for gradients in dws:
        for dw in gradients[:2]:
            dw.reshape(-1)[0] = 0.0  # a dead unit: no gradient, no step, no division by zero
    # Of a term too much or missing, a reader is told in the words of the outputs.
    parts = {
        f"dw[step {t + 1}, parameter {k + 1}]": dw
        for k, gradients in enumerate(dws)
        for t, dw in enumerate(gradients)
    }
    listed = "".join(f", {k} = {v:g}" for k, v in options.items())
    return case(
        f"{len(SCALES)} steps from state {start}{listed}",
        ws=ws,
        dws=dws,
        state=start,
        lrs=[0.1, 0.1, 0.02, 0.5],
        options=list(options.values()),
        given={"named": list(options)},
        defaults=list(defaults),
        parts={**parts, **{f"w[parameter {k + 1}]": w for k, w in enumerate(ws)}},
    )


def _call(name: str, case: Case, *arguments: Any) -> Generator[Any, Any, Any]:
    """One step; where the case leaves the options out, a function without defaults is right too.

    Values by default are looked at where a function has them. One that asks for them gets them.
    """
    try:
        return (yield name, (*arguments, *case["options"]))
    except Exception as error:
        if case["options"] or "required positional argument" not in str(error):
            raise
    return (yield name, (*arguments, *case["defaults"]))


def steps(name: str) -> Stepwise:
    """A trial: all steps of all parameters, taken in turn, each with its own state."""

    def trial(case: Case) -> Steps:
        results: dict[str, Any] = {}
        touched: list[str] = []
        ws, states = list(case["ws"]), [case.fresh()["state"] for _ in case["ws"]]
        for t, lr in enumerate(case["lrs"]):
            for k, dws in enumerate(case["dws"]):
                watched = {"w": ws[k], "dw": dws[t], "state": states[k]}
                before = snapshot(watched)
                result = yield from _call(name, case, ws[k], dws[t], watched["state"], lr)
                w_new, states[k] = unpack(result, ("w_new", "state_new"), name)
                touched += changed(before, watched)
                results[f"w_new[step {t + 1}, parameter {k + 1}]"] = got = plain(w_new)
                # The next step starts from the student's own result where that can be a parameter.
                array = as_array(got)
                if (
                    array is not None
                    and array.shape == ws[k].shape
                    and array.dtype.kind == "f"
                    and np.isfinite(array).all()
                ):
                    ws[k] = np.array(array, dtype=float)
        return {**results, "!changed": lambda: list(dict.fromkeys(touched))}

    return Stepwise(trial)


def replay(name: str) -> Stepwise:
    """A trial: two steps, a third, another parameter's, and the third again from the same state."""

    def trial(case: Case) -> Steps:
        dws, options = case["dws"], case["options"]

        def take(w: Any, dw: Any, state: Any) -> Generator[Any, Any, tuple]:
            result = yield name, (w, dw.copy(), state, 0.1, *options)
            return unpack(result, ("w_new", "state_new"), name)

        state, w = case.fresh()["state"], case["ws"][0]
        for t in (0, 1):
            w, state = yield from take(w, dws[0][t], state)
            w = np.array(as_array(plain(w)), dtype=float)
        third, _ = yield from take(w.copy(), dws[0][2], state)
        kept = plain(third)
        yield from take(case["ws"][1].copy(), dws[1][2], case.fresh()["state"])
        # Read now, before the same step is taken again and puts the same numbers back.
        later = plain(third)
        again, _ = yield from take(w.copy(), dws[0][2], state)
        return {"w_new": kept, "w_new (later)": later, "w_new (again)": again}

    return Stepwise(trial)


def optimizer(*, says: str, options: Sequence[dict[str, float]]) -> Callable[[Any], Any]:
    """Describe a step function; options: its further arguments, case by case."""

    def cases(rng: np.random.Generator) -> Iterator[Case]:
        shapes = [((3, 2), (3, 2)), ((4, 1), (2, 3)), ((4,), (2, 1, 3))]
        for i, chosen in enumerate(options):
            start: dict | None = None if i % 2 == 0 else {}
            yield draw(rng, shapes=shapes[i % 3], start=start, defaults=defaults, **chosen)

    defaults: list[float] = []

    def describe(reference: Callable) -> Any:
        name = reference.__name__
        defaults.extend(reference.__defaults__ or ())

        def more(drawn: list[Case], rng: np.random.Generator) -> list[Probe]:
            return [Probe("repeatable", drawn[0], replay(name))]

        return function(
            says=says,
            group="optim.",
            cases=cases,
            outputs="w_new: row column",
            trial=steps(name),
            more=more,
            forbids=("nnkit.optim",),
        )(reference)

    return describe
