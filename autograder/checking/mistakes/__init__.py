"""Mistakes written beside the line they change.

A reference is ordinary code; what may go wrong in a line stands behind it, in comments:

    db = dout.sum(axis=0)  # ~ averaged, wrong axis
    dx = dout @ w.T  # ~ w not transposed: dout @ w | Which side of w meets dout?
    # ~ sign: -dout @ w.T | Check the sign of dx.

A comment belongs to the statement of its line, one on a line of its own to the statement above it.
It holds `name: change | hint`, or names from `standard.py` of this folder, whose change and hint
stand there. A hint that is left out is that of the mistake before it; a name that comes twice in a
function is one mistake that changes several statements. A line that begins with `#` and two blanks
goes on with the comment above it. The change is applied to the syntax tree:

| change | what it does |
|---|---|
| `EXPR` | becomes the statement's value, a loop's iterable, the condition of an `if` |
| `OLD => NEW` | exchanges OLD for NEW wherever it stands in the statement; `axis=0 => ` drops it |
| `STATEMENT; STATEMENT` | replaces the statement; `...` is the statement itself, `pass` drops it |

OLD and NEW are whole expressions or arguments: `np.max` or `x.max(axis=1)`, not the name `max` of a
method. Beside a `def`, EXPR is the name of a wrong function of the file, `OLD => NEW` holds for the
whole function, defaults included, statements replace its body, and `del NAME` takes a method away.
Beside a method, or a function in a function, a name puts that function's body in.
"""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checking.mistakes.changing import apply
from autograder.checking.mistakes.reading import (
    DescriptionError,
    Edit,
    Function,
    SourceFile,
    read_file,
)
from autograder.checking.mistakes.reading import edits as edits_of
from autograder.checking.mistakes.trees import copied

__all__ = ["DescriptionError", "Mistake", "read", "read_edits"]


@dataclass(frozen=True)
class Mistake:
    """A known wrong implementation; `hint` leads to the mistake and does not give the answer.

    source: the wrong function as text.  make: compiles it.
    """

    name: str
    hint: str
    exercise: str
    source: str
    make: Callable[[], Any]

    @functools.cached_property
    def functions(self) -> dict[str, Any]:
        """The wrong function under the name of the exercise."""
        return {self.exercise: self.make()}

    @property
    def words(self) -> str:
        """The name as it is read ("summed over batch")."""
        return self.name.replace("_", " ")


@functools.cache
def read(reference: Any, exercise: str) -> tuple[Mistake, ...]:
    """Return the mistakes beside the lines of a function or class.

    DescriptionError where one is amiss.
    """
    file, node, by_name = read_edits(reference)
    made = []
    for name, edits in by_name.items():
        if not edits[0].hint:
            raise DescriptionError(f"{file.path}:{edits[0].line}: mistake {name!r} has no hint")
        made.append(_mistake(name, edits, node, reference, exercise, file))
    return tuple(made)


def read_edits(reference: Any) -> tuple[SourceFile, Function, dict[str, list[Edit]]]:
    """Return the file of a function or class, its definition, and its edits by mistake's name."""
    source = inspect.getsourcefile(reference)
    assert source is not None
    file = read_file(source)
    node = file.definition(reference.__name__)
    by_name: dict[str, list[Edit]] = {}
    for edit in edits_of(file, node):
        by_name.setdefault(edit.name, []).append(edit)
    return file, node, by_name


def _mistake(
    name: str, edits: list[Edit], node: Function, reference: Any, exercise: str, file: SourceFile
) -> Mistake:
    source = file.path
    scope = vars(inspect.getmodule(reference))
    whole = edits[0].change.strip()
    if len(edits) == 1 and edits[0].place == 0 and whole.isidentifier() and whole != "pass":
        if whole not in scope:
            raise DescriptionError(f"{source}:{edits[0].line}: no function {whole} in this file")
        text = ast.unparse(ast.parse(inspect.getsource(scope[whole])))
        return Mistake(name, edits[0].hint, exercise, text, lambda: scope[whole])
    changed = copied(node)
    # All places are looked up before the first change moves them.
    nodes = list(ast.walk(changed))
    for edit, target in [(e, nodes[e.place]) for e in edits]:
        try:
            apply(edit.change, target, changed, file)
        except (ValueError, SyntaxError) as error:
            raise DescriptionError(f"{source}:{edit.line}: mistake {name!r}: {error}") from None
    text = ast.unparse(ast.fix_missing_locations(changed))

    def make() -> Any:
        # Not the reference's module: a call of that one is noticed.
        space = {"np": np, **scope, "__name__": "mistakes"}
        exec(compile(text, f"<mistake {name}>", "exec"), space)
        return space[reference.__name__]

    return Mistake(name, edits[0].hint, exercise, text, make)
