"""Functions in another process that are right everywhere: found out in a few messages.

Most functions are, and a call in a message of its own costs ten times what the call does. So the
trials of a check are run beside each other, the same step of all of them in one message. Whatever
is not right there (a result, a warning, a printed text, a changed input, an exception) is no
verdict: the check begins anew, one trial after the other, and finds what it always finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograder.checking.drawing import Drawing
from autograder.checking.exercise import Case
from autograder.checking.remote import call_each
from autograder.checking.runner import Run, Runner, collect
from autograder.checking.sheet import Sheet, collect_failures, differences
from autograder.checking.stepwise import Steps, Stepwise

SECONDS = 2.0  # that one message may take, by what the first call took: each has its limit
ALONE = ("extreme values", "accuracy")  # where a warning is allowed, or is one clause's failure


class NotRight(Exception):
    """A student's forward gave something else than the reference's."""


def runs_if_right(drawing: Drawing, functions: Any, runner: Runner) -> list[Run] | None:
    """Return the run of every probe where all of them are right; None where one is not.

    functions: by name, as attributes; of a backward, the student's forward is among them.
    """
    together = _Together(drawing, functions)
    if not together.possible:
        return None
    beside = [i for i in together.stepwise[1:] if drawing.probes[i].clause not in ALONE]
    rest = [i for i in range(1, len(drawing.probes)) if i not in beside]
    with runner:
        left = runner.left
        # The first by itself: where it is wrong, no other is asked for.
        if not together.right([0], runner, drawing.exercise.name):
            return None
        size = max(1, int(SECONDS / max(left - runner.left, 1e-3)))
        groups = [beside[k : k + size] for k in range(0, len(beside), size)] + [[i] for i in rest]
        if all(together.right(group, runner) for group in groups if group):
            return together.runs
    return None


class _Together:
    """The trials of one drawing. runs: of those that were run.  stepwise: probes in steps.

    possible: whether a forward, where there is one, can be judged beside its backward.
    """

    def __init__(self, drawing: Drawing, functions: Any) -> None:
        self.drawing, self.functions = drawing, functions
        self.exercise, self.partner = drawing.exercise, drawing.partner
        self.runs = [Run() for _ in drawing.probes]
        self.trials = [probe.trial or self.exercise.trial for probe in drawing.probes]
        self.stepwise = [i for i, one in enumerate(self.trials) if isinstance(one, Stepwise)]
        every = len(self.stepwise) == len(self.trials)
        forward = self.partner is None or (every and isinstance(self.partner.trial, Stepwise))
        self.possible = self.stepwise[:1] == [0] and forward
        self.judged: set[tuple[int, ...]] = set()

    def right(self, group: Sequence[int], runner: Runner, watch: str = "") -> bool:
        """Run the trials of some probes beside each other; whether all is right there."""
        probes = self.drawing.probes
        if len(group) == 1 and group[0] not in self.stepwise:
            run = runner.run(self.trials[group[0]], self.functions, probes[group[0]].case)
            self.runs[group[0]] = run
        else:
            run = runner.run(
                lambda f, _case: self.take_steps(f, group), self.functions, NO_CASE, watch
            )
            if len(group) == 1:
                alone = self.runs[group[0]]
                alone.warnings, alone.delegated = run.warnings, run.delegated
            elif run.warnings:
                return False
        if run.problem or run.printed or run.global_random:
            return False
        others = set(range(len(probes))) - set(group)
        return not collect_failures(Sheet(self.drawing, self.runs, others))

    def take_steps(self, functions: Any, group: Sequence[int]) -> dict[str, Any]:
        """Take the same step of all trials, then the next; NotRight where a forward is wrong."""
        waiting: dict[int, tuple[Steps, tuple[str, tuple]]] = {}
        for i in group:
            steps = self.trials[i].parts(self.drawing.probes[i].case.fresh())  # type: ignore[attr-defined]
            waiting[i] = steps, next(steps)
        first = self.partner is not None
        while waiting:
            for name in dict.fromkeys(request[0] for _, request in waiting.values()):
                asked = [i for i, (_, request) in waiting.items() if request[0] == name]
                arguments = [waiting[i][1][1] for i in asked]
                values = call_each(getattr(functions, name), arguments)
                del arguments
                if first:
                    for i, value in zip(asked, values, strict=True):
                        self.judge_forward(i, value)
                for i, value in zip(asked, values, strict=True):
                    try:
                        waiting[i] = waiting[i][0], waiting[i][0].send(value)
                    except StopIteration as end:
                        del waiting[i]  # nothing that it no longer needs is looked at again
                        collect(self.runs[i], end.value)
            first = False
        return {}

    def judge_forward(self, i: int, value: Any) -> None:
        """Raise NotRight unless this is what the forward of probe i should give."""
        partner, probe = self.partner, self.drawing.probes[i]
        assert partner is not None
        inputs = tuple(map(id, probe.case.inputs.values()))
        if inputs in self.judged:  # probes that differ in their upstream gradients only
            return
        self.judged.add(inputs)
        steps, run = partner.trial.parts(probe.case), Run()  # type: ignore[attr-defined]
        next(steps)
        try:
            steps.send(value)
        except StopIteration as end:
            collect(run, {k: v for k, v in end.value.items() if not k.startswith("!")})
        if differences(partner, probe, run, self.drawing.forward[i]):
            raise NotRight


NO_CASE = Case("", {})
