"""The probes of one drawing of an exercise, with what is right for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from types import SimpleNamespace

import numpy as np

from autograder.checking.exercise import Case, Exercise, Mistake, Probe
from autograder.checking.runner import Run, Runner, collect, in_main_thread
from autograder.checking.values import leaves

MISTAKE_SECONDS = 3.0


@dataclass
class Drawing:
    """What does not depend on who is judged: inputs, right answers, the known mistakes' answers.

    A grader keeps a drawing for a whole class. Nothing in it is changed by running a probe, since
    every run gets a fresh copy of its case.  partner: the description of the forward, for a
    backward.  others: what the reference gives where something is changed, kept by `instead`.
    """

    exercise: Exercise
    partner: Exercise | None
    probes: list[Probe]
    expected: list[Run]
    others: dict[tuple, Run | None] = field(default_factory=dict)
    _mistaken: dict[str, tuple[Runner, SimpleNamespace, dict[int, Run]]] = field(
        default_factory=dict
    )

    @classmethod
    def of(
        cls,
        exercise: Exercise,
        rng: np.random.Generator,
        *,
        draws: int = 1,
        partner: Exercise | None = None,
    ) -> Drawing:
        """Draw the cases (`draws` times) and run the reference on them."""
        probes = in_main_thread(lambda: draw(exercise, rng, draws))
        return cls(exercise, partner, probes, [expect(exercise, p) for p in probes])

    @cached_property
    def forward(self) -> list[Run]:
        """What the reference forward gives for the cases of a backward."""
        assert self.partner is not None
        return [expect(self.partner, Probe("values", p.case)) for p in self.probes]

    def mistaken(self, mistake: Mistake, i: int) -> Run:
        """What a known mistake gives for probe i."""
        if mistake.name not in self._mistaken:
            space = SimpleNamespace(**{**vars(self.exercise.references()), **mistake.functions})
            self._mistaken[mistake.name] = Runner(MISTAKE_SECONDS), space, {}
        runner, space, runs = self._mistaken[mistake.name]
        if i not in runs:
            probe = self.probes[i]
            runner.resume()  # the drawing is kept from an earlier check
            runs[i] = runner.run(probe.trial or self.exercise.trial, space, probe.case)
        return runs[i]


def draw(exercise: Exercise, rng: np.random.Generator, draws: int) -> list[Probe]:
    """The probes of `draws` independent drawings."""
    listed: list[Probe] = []
    for i in range(draws):
        cases = list(exercise.cases(rng))
        more = (
            exercise.probes(exercise, cases, rng)
            if exercise.probes
            else [Probe("values", c) for c in cases]
        )
        # Further drawings add cases; the promises besides the values are asked for once.
        listed += [p for p in more if i == 0 or p.clause == "values"]
    # The smallest case first: the first failure is the one a student is shown.
    return sorted(
        listed, key=lambda p: (p.clause != "values", _size(p.case) if p.clause == "values" else 0)
    )


def _size(case: Case) -> int:
    return sum(np.size(v) for _, v in leaves(case.inputs) if isinstance(v, np.ndarray))


def expect(exercise: Exercise, probe: Probe) -> Run:
    """What the reference gives for a probe."""
    run = Run()
    if probe.expected is not None:
        collect(run, probe.expected)
    else:
        in_main_thread(
            lambda: collect(
                run, (probe.trial or exercise.trial)(exercise.references(), probe.case.fresh())
            )
        )
    return run
