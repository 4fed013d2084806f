"""An operator: forward(*inputs) -> (*returns, cache), backward(*upstream, cache) -> gradients."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Exercise, Output, Probe, Trial, unpack
from autograder.checking.kinds.custom import register
from autograder.checking.kinds.edges import edge_probes, richest
from autograder.checking.kinds.memory import changed, snapshot, whole_and_memory, with_given
from autograder.checking.kinds.naming import NAMES, by_name
from autograder.checking.kinds.results import in_turn, named, output_list
from autograder.checking.stepwise import Steps, Stepwise

Cases = Callable[[np.random.Generator], Iterable[Case]]
Values = dict[str, Any]


class pair:  # noqa: N801 - read as a word: affine = pair(...)
    """A forward and its backward; `@affine.forward` and `@affine.backward` name them.

    says: what it computes, for messages.  grads, returns: "dw: input output, db: output", names and
    axes, or Output objects.  cache: the documented reference cache, as a text for messages.
    loss: backward takes the cache alone.  whole: names of inputs that may be whole numbers.
    quiet: extreme values must not warn.  upstream: names of the upstream gradients, "dout" for one
    output called out, else "d" + name.  split: takes forward's result apart where the cache is not
    the last value -> (outputs by name, cache).  tol, atol: of the gradients, as in Output; tol of
    the outputs too.  gates: names of the blocks along axes called "gate unit".
    any_shape: names of inputs of one shape, whatever its axes.  accurate: cases judged entry by
    entry, without a warning, to relative precision (forward).  options: names of arguments that
    later cells pass by name.  rest: fields of both Exercises (group, forbids, …).
    """

    def __init__(
        self,
        *,
        says: str,
        cases: Cases,
        grads: str | Sequence[Output],
        cache: str,
        returns: str | Sequence[Output] = "out",
        loss: bool = False,
        extreme: Cases | None = None,
        whole: str = "",
        quiet: bool = False,
        split: Callable[[Any], tuple[Values, Any]] | None = None,
        upstream: str = "",
        tol: float = 1e-8,
        atol: float = 1e-12,
        gates: tuple[str, ...] = (),
        any_shape: str = "",
        accurate: Cases | None = None,
        options: str = "",
        **rest: Any,
    ) -> None:
        self.says, self.rest = says, {**rest, "gates": gates}
        self._draw, self._extreme, self._split = cases, extreme, split
        self.outs = output_list(returns, tol=tol)
        self.grads = output_list(grads, gates, tol=tol, atol=atol)
        self.cache, self.loss, self.whole, self.quiet = cache, loss, whole.split(), quiet
        self._shapes, self._accurate, self._options = any_shape, accurate, options
        outputs = () if loss else tuple(o.name for o in self.outs)
        self.ups = tuple(upstream.split()) or tuple(
            "dout" if name == "out" else f"d{name}" for name in outputs
        )

    def forward(self, reference: Callable) -> Callable:
        """Decorator of the reference forward: registers it and gives it back."""
        self._reference = reference
        self._fwd = reference.__name__
        self._register(
            reference,
            says=self.says,
            trial=Stepwise(self._forward_once),
            outputs=self.outs,
            probes=self._forward_probes,
        )
        return reference

    def backward(self, reference: Callable) -> Callable:
        """Decorator of the reference backward, below its forward."""
        self._bwd = reference.__name__
        self._register(
            reference,
            says=f"the gradient of {self.says}",
            trial=Stepwise(self._backward_once),
            outputs=self.grads,
            probes=self._backward_probes,
            companions={self._fwd: self._reference},
            partner=self._fwd,
        )
        return reference

    def _register(self, reference: Callable, **fields: Any) -> None:
        register(reference, cases=self._cases, cache=self.cache, **fields, **self.rest)

    # --- cases ---

    def _cases(self, rng: np.random.Generator) -> list[Case]:
        return self._with_upstream(rng, self._draw)

    def _with_upstream(self, rng: np.random.Generator, source: Cases) -> list[Case]:
        drawn = []
        for c in source(rng):
            values, _ = self._take(self._reference(*c.fresh().args))
            douts = {
                u: np.array(rng.standard_normal(np.shape(v)))
                for u, v in zip(self.ups, values.values(), strict=False)
                if u not in c.given
            }
            drawn.append(with_given(c, **douts))
        return drawn

    # --- trials ---

    def _take(self, result: Any) -> tuple[Values, Any]:
        if self._split is not None:
            return self._split(result)
        names = tuple(o.name for o in self.outs)
        *values, kept = unpack(result, (*names, "cache"), self._fwd)
        return dict(zip(names, values, strict=True)), kept

    def _call_backward(self, douts: Iterable[Any], kept: Any) -> Generator[Any, Any, Values]:
        result = yield self._bwd, (*douts, kept)
        return named(result, tuple(o.name for o in self.grads), self._bwd)

    def _call_forward(self, case: Case) -> Generator[Any, Any, tuple[Values, Any]]:
        return self._take((yield self._fwd, case.args))

    def _forward_once(self, case: Case) -> Steps:
        kept = snapshot(case.inputs)
        values, cache = yield from self._call_forward(case)
        return {**values, "!cache": cache, "!changed": lambda: changed(kept, case.inputs)}

    # A, B, A, B: results are looked at when all is over, so that a buffer used twice shows.
    def _forward_again(self, case: Case) -> Steps:
        first, _ = yield from self._call_forward(case.fresh())
        between, _ = yield from self._call_forward(case["other"].fresh())
        second, _ = yield from self._call_forward(case.fresh())
        yield from self._call_forward(case["other"].fresh())
        return in_turn(first, between, second)

    def _backward_once(self, case: Case) -> Steps:
        _, kept_cache = yield from self._call_forward(case)
        douts = {name: case[name] for name in self.ups}
        watched = {**case.inputs, **douts, "cache": kept_cache}
        before = snapshot(watched)
        values = yield from self._call_backward(douts.values(), kept_cache)
        return {**values, "!changed": lambda: changed(before, watched)}

    def _backward_again(self, case: Case) -> Steps:
        a, b = case.fresh(), case["other"].fresh()
        _, cache_a = yield from self._call_forward(a)
        _, cache_b = yield from self._call_forward(b)
        first = yield from self._call_backward([a[n].copy() for n in self.ups], cache_a)
        between = yield from self._call_backward([b[n].copy() for n in self.ups], cache_b)
        second = yield from self._call_backward([a[n].copy() for n in self.ups], cache_a)
        yield from self._call_backward([b[n].copy() for n in self.ups], cache_b)
        return in_turn(first, between, second)

    # --- probes ---

    def _repeated(self, drawn: list[Case], rng: np.random.Generator, again: Trial) -> list[Probe]:
        """Other shapes and options in between, then other numbers of the same shape."""
        others = (drawn[-1], self._cases(rng)[0])
        return [Probe("repeatable", with_given(drawn[0], other=o), again) for o in others]

    def _edges(self, first: Case, rng: np.random.Generator) -> list[Probe]:
        """Sizes of one, sizes that are equal, other numbers of axes."""

        def call(c: Case) -> Any:
            return self._reference(*c.args)

        bare = Case(first.label, first.inputs, {}, first.sizes)
        found = edge_probes(bare, call, any_shape=self._shapes)
        drawn = self._with_upstream(rng, lambda _rng: [p.case for p in found])
        return [Probe(p.clause, c) for p, c in zip(found, drawn, strict=True)]

    def _by_name(self, f: Any, case: Case) -> Values:
        values, _ = self._take(getattr(f, self._fwd)(*case["first"], **case["named"]))
        return values

    def _forward_probes(
        self, _exercise: Exercise, drawn: list[Case], rng: np.random.Generator
    ) -> list[Probe]:
        listed = [Probe("values", c) for c in drawn]
        listed += self._repeated(drawn, rng, Stepwise(self._forward_again))
        listed += whole_and_memory(drawn, self.whole)
        for first in richest(drawn):
            listed += self._edges(first, rng)
        listed += [Probe(NAMES, c, self._by_name) for c in by_name(drawn, self._options)]
        if self._extreme is not None:
            listed += [Probe("extreme values", c, quiet=self.quiet) for c in self._extreme(rng)]
        if self._accurate is not None:
            listed += [Probe("accuracy", c, quiet=True) for c in self._accurate(rng)]
        return listed

    def _backward_probes(
        self, _exercise: Exercise, drawn: list[Case], rng: np.random.Generator
    ) -> list[Probe]:
        listed = [Probe("values", c) for c in drawn]
        for c in drawn[: 0 if self.loss else 1]:
            mixed = {u: 2.0 * c[u] - 3.0 * rng.standard_normal(np.shape(c[u])) for u in self.ups}
            zeros = {u: 0.0 * c[u] for u in self.ups}
            for label, douts in (
                ("another upstream gradient", mixed),
                ("upstream gradient of zeros", zeros),
            ):
                listed.append(Probe("linear in dout", c.replace(label, **douts)))
        listed += self._repeated(drawn, rng, Stepwise(self._backward_again))
        listed += whole_and_memory(drawn, self.whole)
        for first in richest(drawn):
            listed += self._edges(first, rng)
        if self._extreme is not None:
            extreme = self._with_upstream(rng, self._extreme)
            listed += [Probe("extreme values", c, quiet=self.quiet) for c in extreme]
        return listed
