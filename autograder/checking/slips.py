"""Slips of Python and NumPy possible in any exercise, told from what came back or the text.

What a run shows is the same everywhere; the text of a function is looked at only where it is at
hand, in a notebook.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.checking.compare import Finding
from autograder.checking.messages import output_name
from autograder.checking.messages import translate as _
from autograder.checking.runner import Run
from autograder.checking.slips_in_text import TWO_ARRAYS, calls, of_text, tree_of
from autograder.checking.swaps import extremum
from autograder.checking.values import as_array

NOTHING = re.compile(r"NoneType")
WHOLE_ARRAY = re.compile(r"Cannot cast ufunc .* from dtype\('(float64|bool)'\) to dtype\('u?int")


def in_words(
    run: Run,
    finding: Finding | None,
    function: Any,
    empty: Sequence[str] = (),
    whole: bool = False,
) -> str:
    """One sentence on the slip behind a failure, or "" where none is to be seen.

    empty: the names of the arguments that are None there.  whole: whether whole numbers came in.
    """
    if run.problem:
        return _of_problem(run, function, empty)
    if finding is not None:
        nothing = finding.kind == "structure" and finding.got is None
        sentence = _nothing(run) if nothing else _of_values(finding, whole)
        if sentence:
            return sentence
    if finding is None and run.warnings:
        return _of_warning(run.warnings[0], tree_of(function))
    return next(of_text(function), "")


def _of_warning(text: str, tree: ast.AST | None) -> str:
    if tree is not None and any(calls(tree, "where")):
        return _(
            "np.where computes both of its values for every entry, also the one that is not "
            "chosen: cut the argument off first, so that both are harmless."
        )
    if "overflow" in text:
        return _(
            "A power of e overflows where its exponent is large: rewrite the formula so that no "
            "exponent is large and positive."
        )
    if "divide by zero" in text:
        return _("Something is divided by 0, or the logarithm of 0 is taken: for which inputs?")
    return ""


def _of_problem(run: Run, function: Any, empty: Sequence[str] = ()) -> str:
    kind, text = run.problem or ("", "")
    if kind == "timeout":
        return _(
            "A loop may never end: what has to change for its condition to become false, and does "
            "it?"
        )
    if kind == "slow":
        return _(
            "Each call takes long: what does it do besides computing its result, plots or prints, "
            "and what does it compute again and again?"
        )
    if kind == "structure":
        if "returned None" in text or "is None" in text:
            return _nothing(run)
        if "generator" in text:
            return _(
                "It returned a generator: nothing is computed before somebody loops over it. "
                "Make a list of it."
            )
        if re.search(r"(builtin_function_or_)?method\b|a function\b", text):
            return _("A method stands in the place of its value: it has to be called, with ().")
        if "complex" in text:
            return _complex()
        return next(of_text(function), "")
    if NOTHING.search(text) and empty:
        return _("{name} may be None, as it is here: what has to be left out then?").format(
            name=empty[0]
        )
    if NOTHING.search(text):
        shuffled = [s for s in of_text(function) if "shuffle" in s]
        return (shuffled or [_("None was used like an array: which call returns nothing?")])[0]
    if WHOLE_ARRAY.search(text):
        return _("Fractions do not fit into an array of whole numbers: make it with dtype float.")
    if TWO_ARRAYS.search(text):
        return extremum()
    return next(of_text(function), "")


def _nothing(run: Run) -> str:
    if run.printed.strip():
        return _("It printed something and returned None: print shows a value, return gives it.")
    return _("It returned None: is there a return at its end, and does every way lead there?")


def _of_values(finding: Finding, whole: bool) -> str:
    got, want = as_array(finding.got), as_array(finding.want)
    if got is None or want is None:
        return ""
    if got.dtype.kind == "c":
        return _complex()
    if got.shape != want.shape or got.dtype.kind not in "iuf" or want.dtype.kind != "f":
        return ""
    if not np.isfinite(got).all() or not np.isfinite(want).all():
        return ""
    if want.size == 1 or np.all(want == np.trunc(want)):
        return ""
    if not got.any() and got.dtype.kind not in "iu" and not whole:
        return ""
    name = output_name(finding.name)
    if np.all(got == np.trunc(want)):
        return _(
            "{name} has lost its fractions: an array of whole numbers was to hold them."
        ).format(name=name)
    if np.all(got == np.floor(want)):
        return _(
            "{name} is the right answer rounded down: // drops the fraction, / keeps it."
        ).format(name=name)
    return ""


def _complex() -> str:
    return _(
        "The numbers are complex: np.linalg.eigh, made for symmetric matrices, gives real ones."
    )
