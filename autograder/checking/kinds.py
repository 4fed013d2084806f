"""The usual kinds of exercise: a plain function, a forward/backward pair, a loss pair.

Each constructor takes the reference, the cases and the mistakes, and adds the probes that hold for
every exercise of its kind: repeated calls, linearity in the upstream gradient, whole numbers,
read-only and column-major memory, extreme values.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from autograder.checking.exercise import (
    Case,
    Exercise,
    Mistake,
    Output,
    Probe,
    StructureError,
    unpack,
)
from autograder.checking.messages import translate
from autograder.checking.remote import remote_of
from autograder.checking.values import NotPlain, leaves, plain, same

Cases = Callable[[np.random.Generator], Iterable[Case]]


def function(
    reference: Callable,
    *,
    chapter: int,
    summary: str,
    cases: Cases,
    outputs: str | Sequence[Output] = "out",
    extreme: Cases | None = None,
    mistakes: Sequence[Any] = (),
    whole: str = "",
    quiet: bool = False,
    tol: float = 1e-7,
    kind: str = "float",
    trial: Any = None,
    more: Callable | None = None,
    **rest: Any,
) -> Exercise:
    """Describe a function that returns a value or a tuple of values.

    outputs: names, separated by blanks, or Output objects.  whole: names of inputs that may be whole numbers.
    quiet: extreme values must not warn.  more(cases, rng) -> further probes.
    """
    listed = output_list(outputs, kind, tol)
    names = tuple(o.name for o in listed)
    fn = reference.__name__

    def once(f: Any, case: Case) -> dict[str, Any]:
        kept = snapshot(case.inputs)
        result = getattr(f, fn)(*case.args)
        return {**named(result, names, fn), "!changed": lambda: changed(kept, case.inputs)}

    # A, B, A, B: results are looked at when all is over, so that a buffer used twice shows.
    def again(f: Any, case: Case) -> dict[str, Any]:
        first = getattr(f, fn)(*case.fresh().args)
        getattr(f, fn)(*case["other"].fresh().args)
        second = getattr(f, fn)(*case.fresh().args)
        getattr(f, fn)(*case["other"].fresh().args)
        return {
            **named(first, names, fn),
            **{f"{k} (again)": v for k, v in named(second, names, fn).items()},
        }

    def probes(exercise: Exercise, drawn: list[Case], rng: np.random.Generator) -> list[Probe]:
        listed = [Probe("values", c) for c in drawn]
        if trial is None:
            listed.append(Probe("repeatable", with_given(drawn[0], other=drawn[-1]), again))
        listed += whole_and_memory(drawn, whole.split())
        if extreme is not None:
            listed += [Probe("extreme values", c, quiet=quiet) for c in extreme(rng)]
        return listed + (list(more(drawn, rng)) if more else [])

    return build(
        reference,
        chapter=chapter,
        summary=summary,
        cases=cases,
        trial=trial or once,
        outputs=listed,
        probes=probes,
        mistakes=mistakes,
        whole_numbers=tuple(whole.split()),
        **rest,
    )


def pair(
    forward: Callable,
    backward: Callable,
    *,
    chapter: int,
    summary: str,
    cases: Cases,
    grads: str | Sequence[Output],
    returns: str | Sequence[Output] = "out",
    cache: str,
    loss: bool = False,
    extreme: Cases | None = None,
    wrong_forward: Sequence[Any] = (),
    wrong_backward: Sequence[Any] = (),
    whole: str = "",
    quiet: bool = False,
    split: Callable[[Any], tuple[dict[str, Any], Any]] | None = None,
    upstream: str = "",
    tol: float = 1e-7,
    forward_options: dict[str, Any] | None = None,
    backward_options: dict[str, Any] | None = None,
) -> tuple[Exercise, Exercise]:
    """Describe an operator: forward(*inputs) -> (*returns, cache), backward(*upstream, cache) -> grads.

    cache: the documented reference cache, as a text for messages.  loss: backward takes the cache alone.
    upstream: names of the upstream gradients, "dout" for one output called out, else "d" + name.
    split: takes forward's result apart where the cache is not the last value -> (outputs by name, cache).
    """
    outs, gradients = output_list(returns, "float", tol), output_list(grads, "float", tol)
    out_names, grad_names = tuple(o.name for o in outs), tuple(o.name for o in gradients)
    fwd, bwd = forward.__name__, backward.__name__
    ups = tuple(upstream.split()) or (
        () if loss else tuple("dout" if n == "out" else f"d{n}" for n in out_names)
    )

    def take(result: Any) -> tuple[dict[str, Any], Any]:
        if split is not None:
            return split(result)
        *values, kept = unpack(result, (*out_names, "cache"), fwd)
        return dict(zip(out_names, values, strict=True)), kept

    def forward_once(f: Any, case: Case) -> dict[str, Any]:
        kept = snapshot(case.inputs)
        values, _ = take(getattr(f, fwd)(*case.args))
        return {**values, "!changed": lambda: changed(kept, case.inputs)}

    def forward_again(f: Any, case: Case) -> dict[str, Any]:
        first, _ = take(getattr(f, fwd)(*case.fresh().args))
        take(getattr(f, fwd)(*case["other"].fresh().args))
        second, _ = take(getattr(f, fwd)(*case.fresh().args))
        take(getattr(f, fwd)(*case["other"].fresh().args))
        return {**first, **{f"{k} (again)": v for k, v in second.items()}}

    def call_backward(f: Any, douts: Sequence[Any], kept: Any) -> dict[str, Any]:
        return named(getattr(f, bwd)(*douts, kept), grad_names, bwd)

    def backward_once(f: Any, case: Case) -> dict[str, Any]:
        _, kept_cache = take(getattr(f, fwd)(*case.args))
        douts = {name: case[name] for name in ups}
        watched = {**case.inputs, **douts, "cache": kept_cache}
        before = snapshot(watched)
        values = call_backward(f, tuple(douts.values()), kept_cache)
        return {**values, "!changed": lambda: changed(before, watched)}

    def backward_again(f: Any, case: Case) -> dict[str, Any]:
        a, b = case.fresh(), case["other"].fresh()
        _, cache_a = take(getattr(f, fwd)(*a.args))
        _, cache_b = take(getattr(f, fwd)(*b.args))
        first = call_backward(f, [a[n].copy() for n in ups], cache_a)
        call_backward(f, [b[n].copy() for n in ups], cache_b)
        second = call_backward(f, [a[n].copy() for n in ups], cache_a)
        call_backward(f, [b[n].copy() for n in ups], cache_b)
        return {**first, **{f"{k} (again)": v for k, v in second.items()}}

    def with_upstream(rng: np.random.Generator, source: Cases) -> list[Case]:
        drawn = []
        for c in source(rng):
            values, _ = take(forward(*c.fresh().args))
            douts = {
                u: rng.standard_normal(np.shape(v))
                for u, v in zip(ups, values.values(), strict=False)
                if u not in c.given
            }
            drawn.append(with_given(c, **douts))
        return drawn

    def forward_probes(
        exercise: Exercise, drawn: list[Case], rng: np.random.Generator
    ) -> list[Probe]:
        listed = [Probe("values", c) for c in drawn]
        listed.append(Probe("repeatable", with_given(drawn[0], other=drawn[-1]), forward_again))
        listed += whole_and_memory(drawn, whole.split())
        if extreme is not None:
            listed += [Probe("extreme values", c, quiet=quiet) for c in extreme(rng)]
        return listed

    def backward_probes(
        exercise: Exercise, drawn: list[Case], rng: np.random.Generator
    ) -> list[Probe]:
        listed = [Probe("values", c) for c in drawn]
        for c in drawn[: 0 if loss else 1]:
            mixed = {u: 2.0 * c[u] - 3.0 * rng.standard_normal(np.shape(c[u])) for u in ups}
            listed.append(Probe("linear in dout", c.replace("another upstream gradient", **mixed)))
            listed.append(
                Probe(
                    "linear in dout",
                    c.replace("upstream gradient of zeros", **{u: 0.0 * c[u] for u in ups}),
                )
            )
        listed.append(Probe("repeatable", with_given(drawn[0], other=drawn[-1]), backward_again))
        listed += whole_and_memory(drawn, whole.split())
        if extreme is not None:
            listed += [Probe("extreme values", c, quiet=quiet) for c in with_upstream(rng, extreme)]
        return listed

    common: dict[str, Any] = {
        "chapter": chapter,
        "cache": cache,
        "whole_numbers": tuple(whole.split()),
    }
    return (
        build(
            forward,
            summary=summary,
            cases=lambda rng: with_upstream(rng, cases),
            trial=forward_once,
            outputs=outs,
            probes=forward_probes,
            mistakes=wrong_forward,
            **common,
            **(forward_options or {}),
        ),
        build(
            backward,
            summary=f"the gradient of {summary}",
            cases=lambda rng: with_upstream(rng, cases),
            trial=backward_once,
            outputs=gradients,
            probes=backward_probes,
            mistakes=wrong_backward,
            companions={fwd: forward},
            partner=fwd,
            **common,
            **(backward_options or {}),
        ),
    )


def build(
    reference: Callable,
    *,
    mistakes: Sequence[Any] = (),
    forbids: tuple[str, ...] = (),
    **fields: Any,
) -> Exercise:
    """Put an Exercise together: signature from the reference, mistakes applied to it, delegation by default names."""
    name = fields.pop("name", reference.__name__)
    made = tuple(m if isinstance(m, Mistake) else m(reference, name) for m in mistakes)
    if len({m.name for m in made}) != len(made):
        raise ValueError(f"{name}: two mistakes share a name")
    stem = name.removesuffix("_forward").removesuffix("_backward")
    own = tuple(f"nnkit.functional.{stem}{end}" for end in ("", "_forward", "_backward"))
    own += (f"autograder.exercises.{name}",)
    signature = fields.pop("signature", f"{name}{inspect.signature(reference)}")
    return Exercise(
        name=name,
        signature=signature,
        reference=reference,
        mistakes=made,
        forbids=(*own, *forbids),
        **fields,
    )


def output_list(outputs: str | Sequence[Output], kind: str, tol: float) -> tuple[Output, ...]:
    """Output objects from names separated by blanks."""
    if isinstance(outputs, str):
        return tuple(Output(name, kind=kind, tol=tol) for name in outputs.split())
    return tuple(outputs)


def named(result: Any, names: tuple[str, ...], what: str) -> dict[str, Any]:
    """Results by name: a lone name takes the value whole, several take a tuple apart."""
    if len(names) == 1:
        if type(result) is tuple and len(result) != 0 and names[0] not in ("grads", "layers"):
            raise StructureError(
                translate("{name} returned a tuple of {n}; expected {output} alone").format(
                    name=what, n=len(result), output=names[0]
                )
            )
        return {names[0]: result}
    return dict(zip(names, unpack(result, names, what), strict=True))


def with_given(case: Case, **given: Any) -> Case:
    """The case with further given values."""
    return Case(case.label, case.inputs, {**case.given, **given}, case.sizes, case.parts)


def whole_and_memory(drawn: list[Case], whole: list[str]) -> list[Probe]:
    """Probes with whole-number inputs, and with read-only, column-major arrays."""
    first = drawn[0]
    frozen = {k: _frozen(v) for k, v in {**first.inputs, **first.given}.items()}
    listed = [Probe("memory layout", first.replace("read-only, column-major arrays", **frozen))]
    if whole:
        ints = {k: np.rint(3 * np.asarray(first[k])).astype(np.int64) for k in whole}
        listed.append(Probe("whole numbers", first.replace("whole-number inputs", **ints)))
    return listed


def _frozen(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiub":
        twin = np.array(value, order="F")
        twin.flags.writeable = False
        return twin
    if type(value) in (list, tuple):
        return type(value)(_frozen(v) for v in value)
    if type(value) is dict:
        return {k: _frozen(v) for k, v in value.items()}
    return value


def snapshot(values: dict[str, Any]) -> dict[str, Any]:
    """Copies of the values that can be compared later; a jailed cache answers for itself."""
    kept = {}
    for name, value in values.items():
        if callable(value) or isinstance(value, np.random.Generator):
            continue
        try:
            remote = remote_of(value)
            kept[name] = plain(remote.snapshot(value) if remote else value)
        except NotPlain:
            continue
    return kept


def changed(before: dict[str, Any], values: dict[str, Any]) -> list[str]:
    """The names whose value is no longer what the snapshot says."""
    after = snapshot({k: values[k] for k in before})
    return [k for k in before if k not in after or not same(before[k], after[k])]


__all__ = ["function", "leaves", "pair"]
