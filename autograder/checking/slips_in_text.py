"""Slips of Python and NumPy that stand in a function's text, where that is at hand."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Collection, Iterator
from typing import Any

from autograder.checking.messages import translate as _
from autograder.checking.remote import remote_of
from autograder.checking.swaps import extremum

# A second argument that is neither a whole number nor a keyword's, `axis` or another.
TWO_ARRAYS = re.compile(
    r"np\.a?(max|min)\((?:[^(),[\]]|\([^()]*\)|\[[^][]*\])*,\s*(?!\s|axis|keepdims|\w+\s*=|-?\d+\s*[,)]|None|\()"
)
# Methods that change a list or a dict itself.
CHANGING = ("reverse", "pop", "popitem", "sort", "clear", "remove", "update", "setdefault")


def of_text(function: Any) -> Iterator[str]:
    """Yield a sentence for each slip that stands in a function's text, where that is at hand."""
    tree = tree_of(function)
    if tree is None:
        return
    for look in LOOKS:
        sentence = look(tree)
        if sentence:
            yield sentence


def tree_of(function: Any) -> ast.AST | None:
    """The syntax tree of a function, None where its text is not at hand."""
    if remote_of(function) is not None or not callable(function):
        return None
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    except Exception:  # no text, or one that is no statement of its own
        return None


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """The calls of functions or methods of these names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in names:
            yield node


def _maximum(tree: ast.AST) -> str:
    for call in calls(tree, "max", "min", "amax", "amin"):
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
    for call in calls(tree, "log"):
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
    if not returns and any(calls(tree, "print")):
        return _("It printed something and returned None: print shows a value, return gives it.")
    return ""


def changing_call(function: Any, changed: Collection[str]) -> str:
    """A sentence where a function calls what changes a list or a dict itself, "" elsewhere.

    changed: the names of the inputs that were changed; "cache" stands for all that is in it.
    """
    tree = tree_of(function)
    if tree is None:
        return ""
    new = ast.List | ast.Dict | ast.Call | ast.ListComp | ast.DictComp
    made = {
        name.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, new)
        for target in node.targets
        for name in ast.walk(target)
        if isinstance(name, ast.Name)
    }
    for call in calls(tree, *CHANGING):
        on = getattr(call.func, "value", None)
        if not isinstance(on, ast.Name) or on.id in made:
            continue
        if on.id in changed or "cache" in changed:
            method = ast.unparse(call.func).split(".")[-1]
            return _(
                "{call} changes {name} itself, which is the caller's: work on a copy, or read it "
                "without changing it."
            ).format(call=f"{on.id}.{method}()", name=on.id)
    return ""


def clipped(function: Any, clause: str) -> str:
    """A sentence where a function of which the far inputs come out wrong cuts something off.

    Where tiny ones do, only np.clip is told of: the larger of two cuts off no digits.
    """
    names = ("clip",) if clause == "accuracy" else ("clip", "minimum", "maximum")
    tree = tree_of(function)
    if tree is None or not any(calls(tree, *names)):
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
