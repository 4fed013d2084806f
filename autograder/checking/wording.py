"""The sentences of a report: what is wrong with an output, what a run did, what to do next."""

from __future__ import annotations

import numpy as np

from autograder.checking import locate
from autograder.checking.compare import Finding, form_text
from autograder.checking.exercise import Exercise, Probe
from autograder.checking.messages import case_label, output_name
from autograder.checking.messages import translate as _
from autograder.checking.runner import Run
from autograder.checking.values import as_array, describe

MOST_LISTED = 12


def finding_text(finding: Finding, special: str = "") -> str:
    """One or two sentences: what is wrong with an output, and where."""
    name, got, want = output_name(finding.name), finding.got, finding.want
    if finding.kind == "structure":
        return _("{name} is {got}; expected {want}.").format(
            name=name, got=form_text(got), want=form_text(want)
        )
    if finding.kind == "shapes" and is_listed(finding):
        return _("{name} is {got}; expected {want}.").format(
            name=name, got=np.asarray(got).tolist(), want=np.asarray(want).tolist()
        )
    if finding.kind == "shapes":
        return _("{name} has shape {got}; expected {want}.").format(
            name=name, got=np.shape(got), want=np.shape(want)
        )
    if finding.kind == "dtype":
        if is_fraction(finding):
            return _("{name} is {got}, a float; expected a whole number.").format(
                name=name, got=repr(float(np.asarray(got)))
            )
        expected = {"int": "int64"}.get(finding.output.kind, "float64")
        return _("{name} has dtype {got}; expected {want}.").format(
            name=name, got=np.asarray(got).dtype, want=expected
        )
    if finding.kind == "finite":
        kinds = "NaN" if np.isnan(got).any() else "inf"
        return _("{name} contains {kind} where the right answer is a finite number.").format(
            name=name, kind=kinds
        )
    if as_array(want) is None:
        return _("{name} is {got}; expected {want}.").format(
            name=name, got=describe(got), want=describe(want)
        )
    if want is True and got is False:
        return _("This should hold and does not: {statement}.").format(statement=name)
    head = _("{name} is not right.").format(name=name)
    if np.isfinite(finding.error):
        head = _("{name} is not right (relative difference {error}).").format(
            name=name, error=f"{finding.error:.2g}"
        )
    if special:
        head = _("{clause}: {text}").format(clause=_(special), text=head)
    place = locate.where(finding)
    return _("{sentence} {next}").format(sentence=head, next=place) if place else head


def is_listed(finding: Finding) -> bool:
    """Whether an output is a short row of whole numbers, which says more than its length."""
    both = [np.asarray(finding.got), np.asarray(finding.want)]
    return finding.output.kind == "int" and all(
        a.ndim == 1 and a.size <= MOST_LISTED and a.dtype.kind in "iu" for a in both
    )


def is_fraction(finding: Finding) -> bool:
    """Whether a float came where a whole number is asked for, one number and no array."""
    got = np.asarray(finding.got)
    return finding.output.kind == "int" and got.ndim == 0 and got.dtype.kind == "f"


def show_example(
    probe: Probe, finding: Finding | None, beside: str = ""
) -> tuple[str, tuple[tuple[str, str, str], ...]]:
    """The case in words and the entries that differ most."""
    label = case_label(probe.case.label)
    label = _("Example: {label}").format(label=label) if label else ""
    if (
        finding is None
        or finding.kind not in ("values", "finite")
        or as_array(finding.want) is None
        or type(finding.want) is bool
    ):
        return label, ()
    inputs = {k: probe.case[k] for k in beside.split() if k in probe.case.inputs | probe.case.given}
    return label, tuple(locate.examples(finding, beside=inputs))


def step_after(clause: str, finding: Finding | None, run: Run, same_as_floats: bool) -> str:
    """Which of the next steps fits what was seen under a failed clause, for `next_step`.

    same_as_floats: the same numbers as floats give the same wrong result.
    """
    if clause == "shapes" and finding is not None and is_listed(finding):
        return ""
    if clause == "dtype" and finding is not None:
        if is_fraction(finding):
            return "whole"
        if np.asarray(finding.got).dtype.kind == "f":
            return "short"
    if clause == "whole numbers" and same_as_floats:
        return "unlike"
    if clause == "extreme values" and not any("overflow" in text for text in run.warnings):
        if finding is not None and finding.kind == "values":
            return "unlike"
        if finding is not None and finding.kind == "finite":
            return "finite"
    return clause


def next_step(clause: str, exercise: Exercise) -> str:
    """What to do about a failed clause."""
    steps = {
        "whole": _("take // for a quotient without its fraction: of ints it stays an int."),
        "short": _(
            "find where a shorter float comes in, by astype or dtype: float64 is asked for."
        ),
        "unlike": _(
            "ask what is unlike here: these numbers are larger, smaller or other than in the "
            "examples before; where is something cut off, lost or set to a constant?"
        ),
        "time": _("call it once with the example in the text and see how long that takes."),
        "runs": _("make it run once with the example in the text, then check again."),
        "structure": _("return exactly what the signature promises: {signature}.").format(
            signature=exercise.signature
        ),
        "shapes": _(
            "print the shape of every intermediate array and compare it with the text's shapes."
        ),
        "dtype": _(
            "look at the arrays made on the way: np.zeros holds floats, dtype=int whole numbers."
        ),
        "finite": _("look for a division by zero, a log of zero or an exp of a large number."),
        "linear in dout": _("every term of a gradient is multiplied by dout exactly once."),
        "inputs unchanged": _("make a new array instead of writing into one that was passed in."),
        "new arrays": _("return arrays of your own, also where nothing had to change: a copy."),
        "repeatable": _(
            "keep nothing between calls: no global, no buffer that is used again, no cache changed "
            "by backward."
        ),
        "memory layout": _(
            "do not write into inputs, and do not rely on the order of their memory."
        ),
        "whole numbers": _("let arrays you create hold floats, whatever the input holds."),
        "sizes of one": _(
            "let every axis stand, also one of length 1: no squeeze, and no guess at a shape."
        ),
        "any shape": _(
            "let the code ask for no number of axes: a single number, a vector and a stack of "
            "matrices go through too."
        ),
        "equal sizes": _(
            "do not choose a transpose by comparing shapes: where all sizes are equal, every "
            "choice fits."
        ),
        "names of arguments": _(
            "keep the names of the arguments as the signature has them: {signature}."
        ).format(signature=exercise.signature),
        "accuracy": _(
            "look for a difference of two nearly equal numbers; NumPy has log1p and expm1."
        ),
        "extreme values": _(
            "rewrite the formula so that no exp of a large positive number is taken."
        ),
        "randomness": _("use the rng argument for every random draw."),
        "cost": _("visit every node once, however many ways lead to it."),
        "own work": _("write the formula out in NumPy."),
    }
    return steps.get(
        clause,
        _("work the small example of the text through by hand and print your intermediate values."),
    )


def problem_text(exercise: Exercise, probe: Probe, error_type: str, kind: str, text: str) -> str:
    """One sentence: how a run ended without a result."""
    if kind in ("timeout", "slow"):
        return _("{name} {text}; a check allows no more.").format(name=exercise.name, text=text)
    if error_type == "NotPlain":
        return _("{name} returned {got}; expected numbers.").format(name=exercise.name, got=text)
    if kind == "structure":
        return _("{sentence}.").format(sentence=text.removesuffix("."))
    if error_type == "SystemExit":
        return _("{name} tried to leave Python (SystemExit).").format(name=exercise.name)
    if error_type == "KeyboardInterrupt":
        return _("{name} was interrupted.").format(name=exercise.name)
    sentence = _("With {label}, {name} raised {text}").format(
        name=exercise.name, text=text, label=case_label(probe.case.label) or _("ordinary inputs")
    )
    return (
        sentence
        if sentence.endswith((".", "。", ")"))
        else _("{sentence}.").format(sentence=sentence)
    )
