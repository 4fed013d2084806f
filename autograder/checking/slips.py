"""Slips of Python and NumPy possible in any exercise, told from what came back or the text.

What a run shows is the same everywhere; the text of a function is looked at only where it is at
hand, in a notebook.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.checking.compare import Finding
from autograder.checking.messages import output_name
from autograder.checking.messages import translate as _
from autograder.checking.remote import remote_of
from autograder.checking.runner import Run
from autograder.checking.swaps import extremum
from autograder.checking.values import as_array

NOTHING = re.compile(r"NoneType")
# A second argument that is neither a whole number nor a keyword.
TWO_ARRAYS = re.compile(
    r"np\.a?(max|min)\((?:[^(),[\]]|\([^()]*\)|\[[^][]*\])*,\s*(?!\s|axis|keepdims|-?\d+\s*[,)]|None|\()"
)
WHOLE_ARRAY = re.compile(r"Cannot cast ufunc .* from dtype\('(float64|bool)'\) to dtype\('u?int")


def in_words(run: Run, finding: Finding | None, function: Any, whole: bool = False) -> str:
    """One sentence on the slip behind a failure, or "" where none is to be seen.

    whole: whether whole numbers came in.
    """
    if run.problem:
        return _of_problem(run, function)
    if finding is not None:
        nothing = finding.kind == "structure" and finding.got is None
        sentence = _nothing(run) if nothing else _of_values(finding, whole)
        if sentence:
            return sentence
    if finding is None and run.warnings:
        return _of_warning(run.warnings[0], _tree(function))
    return next(of_text(function), "")


def _of_warning(text: str, tree: ast.AST | None) -> str:
    if tree is not None and any(_calls(tree, "where")):
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


def _of_problem(run: Run, function: Any) -> str:
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
    cut = bool(np.all(got == np.trunc(want))) and not np.all(want == np.trunc(want))
    if cut and want.size > 1 and (whole or got.any()):
        return _(
            "{name} has lost its fractions: an array of whole numbers was to hold them."
        ).format(name=output_name(finding.name))
    return ""


def _complex() -> str:
    return _(
        "The numbers are complex: np.linalg.eigh, made for symmetric matrices, gives real ones."
    )


def of_text(function: Any) -> Iterator[str]:
    """Yield a sentence for each slip that stands in a function's text, where that is at hand."""
    tree = _tree(function)
    if tree is None:
        return
    for look in LOOKS:
        sentence = look(tree)
        if sentence:
            yield sentence


def _tree(function: Any) -> ast.AST | None:
    if remote_of(function) is not None or not callable(function):
        return None
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    except Exception:  # no text, or one that is no statement of its own
        return None


def _calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in names:
            yield node


def _maximum(tree: ast.AST) -> str:
    for call in _calls(tree, "max", "min", "amax", "amin"):
        text = ast.unparse(call)
        if TWO_ARRAYS.search(text) or re.match(r"np\.a?(max|min)\(-?[\d.]+, ", text):
            return extremum()
    return ""


def _return_in_loop(tree: ast.AST) -> str:
    for loop in ast.walk(tree):
        if isinstance(loop, ast.For | ast.While) and any(
            isinstance(s, ast.Return) for s in loop.body
        ):
            return _("A return stands inside a loop: the function ends in the first turn.")
    return ""


def _shuffle(tree: ast.AST) -> str:
    for node in ast.walk(tree):
        value = getattr(node, "value", None)
        called = isinstance(node, ast.Assign | ast.Return) and isinstance(value, ast.Call)
        if called and ".shuffle(" in ast.unparse(node):
            return _(
                "rng.shuffle works in place and returns None; rng.permutation returns a new array."
            )
    return ""


def _never_filled(tree: ast.AST) -> str:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)):
            continue
        if ast.unparse(node.value.func) not in ("np.empty", "np.empty_like", "numpy.empty"):
            continue
        names = {t.id for t in node.targets if isinstance(t, ast.Name)}
        text = [
            ast.unparse(n) for n in ast.walk(tree) if isinstance(n, ast.Subscript | ast.keyword)
        ]
        stored = [t for t in text if t.split("[")[0] in names or t.split("=")[-1] in names]
        if names and not stored:
            return _("np.empty holds whatever was in memory: {name} is never filled.").format(
                name=", ".join(names)
            )
    return ""


def _log_of_more(tree: ast.AST) -> str:
    for call in _calls(tree, "log"):
        inside = call.args[0] if call.args else None
        if isinstance(inside, ast.BinOp) and isinstance(inside.op, ast.Add) and _tiny(inside.right):
            return _(
                "A small number added inside the logarithm changes every loss and hides what is "
                "wrong."
            )
    return ""


def _tiny(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float) and 0 < node.value < 1e-3
    return ast.unparse(node).lower() in ("eps", "epsilon")


def _print_for_return(tree: ast.AST) -> str:
    returns = [n for n in ast.walk(tree) if isinstance(n, ast.Return | ast.Yield)]
    if not returns and any(_calls(tree, "print")):
        return _("It printed something and returned None: print shows a value, return gives it.")
    return ""


def clipped(function: Any, clause: str) -> str:
    """A sentence where a function of which the far inputs come out wrong cuts something off.

    Where tiny ones do, only np.clip is told of: the larger of two cuts off no digits.
    """
    names = ("clip",) if clause == "accuracy" else ("clip", "minimum", "maximum")
    tree = _tree(function)
    if tree is None or not any(_calls(tree, *names)):
        return ""
    return _(
        "Something is cut off (np.clip, np.minimum, np.maximum): beyond that place the result "
        "stays the same. Should it?"
    )


LOOKS: tuple[Callable[[ast.AST], str], ...] = (
    _print_for_return,
    _return_in_loop,
    _shuffle,
    _maximum,
    _never_filled,
    _log_of_more,
)
