"""Known mistakes made in right code of another style: what is changed where the same text stands.

A mistake is written for its reference; that it is rejected and named there says little about how a
student would make it. Here its changes are applied to every right variant in which they fit.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from autograder.audit.equivalent import NO_MISTAKES
from autograder.audit.mutate import Changed, changed_functions
from autograder.audit.variants import Variant
from autograder.checking.exercise import Exercise
from autograder.checking.mistakes import read_edits
from autograder.checking.mistakes.changing import apply
from autograder.checking.mistakes.reading import Edit, SourceFile
from autograder.checking.mistakes.trees import copied


def transferred(exercise: Exercise, variant: Variant) -> Iterator[tuple[str, dict[str, Callable]]]:
    """Yield (name of the mistake, functions) for each mistake that fits the variant's text."""
    tree = _tree(variant.functions[exercise.name])
    if tree is None:
        return
    file, original, by_name = read_edits(exercise.reference)
    before = ast.unparse(tree)
    same = NO_MISTAKES.get(exercise.name, {})
    for name, edits in by_name.items():
        if (variant.style, name) in same:
            continue
        changed = copied(tree)
        # An exchange that stands beside two lines is made once: it is made wherever it fits.
        once = {e.change if "=>" in e.change else str(e.place): e for e in reversed(edits)}
        if not all(_made(edit, changed, original, file) for edit in reversed(once.values())):
            continue
        if ast.unparse(changed) != before and not _renamed(tree, changed):
            made = compiled(variant, exercise.name, changed)
            if made is not None:
                yield name, made


def variant_mutants(
    exercise: Exercise, variant: Variant, changed: Changed | None = None
) -> Iterator[tuple[str, dict[str, Callable]]]:
    """Yield (what was changed, functions) for every one-step change of the variant's own tree."""
    tree = _tree(variant.functions[exercise.name])
    if tree is None:
        return
    for text, mutant in (changed or changed_functions)(tree):
        made = compiled(variant, exercise.name, mutant)
        if made is not None:
            yield text, made


def _tree(function: Any) -> Any:
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, SyntaxError, TypeError):
        return None


def _renamed(tree: Any, changed: Any) -> bool:
    """Whether only names differ, each always exchanged for the same one: that computes the same."""
    pairs = [*zip(_names(tree), _names(changed), strict=False)]
    forth, back = dict(pairs), {new: old for old, new in pairs}
    if any(forth[old] != new or back[new] != old for old, new in pairs):
        return False
    return ast.dump(_Anonymous().visit(copied(tree))) == ast.dump(
        _Anonymous().visit(copied(changed))
    )


def _names(tree: Any) -> list[str]:
    return [n.id for n in ast.walk(tree) if isinstance(n, ast.Name)] + [
        a.arg for a in ast.walk(tree) if isinstance(a, ast.arg)
    ]


class _Anonymous(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name("", node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.arg("")


def _made(edit: Edit, root: Any, original: Any, file: SourceFile) -> bool:
    """Apply an edit to each statement that it fits; whether there was one."""
    owner = list(ast.walk(original))[edit.place]
    exchange, old = "=>" in edit.change, edit.change.partition("=>")[0].strip()
    set_there = {
        n.id for n in ast.walk(owner) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    value = getattr(owner, "value", None)
    fitting = 0
    for statement in [n for n in ast.walk(root) if isinstance(n, ast.stmt)]:
        same = ast.dump(statement) == ast.dump(owner)
        alike = value is not None and _dump(getattr(statement, "value", None)) == _dump(value)
        simple = isinstance(statement, ast.Assign | ast.AugAssign | ast.Return | ast.Expr)
        if not (same or alike or (exchange and simple)):
            continue
        before, targets = ast.dump(statement), copied(getattr(statement, "targets", None))
        try:
            apply(edit.change, statement, root, file)
        except (ValueError, SyntaxError, AttributeError, IndexError):
            continue
        # A name read in the reference's line is exchanged where it is read (an index of what is
        # set, too), not where it is set.
        if old.isidentifier() and old not in set_there and targets is not None:
            now = statement.targets  # type: ignore[attr-defined]
            pairs = zip(targets, now, strict=True)
            now[:] = [new if isinstance(t, ast.Subscript) else t for t, new in pairs]
        if exchange and ast.dump(statement) == before:
            continue
        fitting += 1
        if not exchange:
            break
    return fitting > 0


def _dump(node: ast.AST | None) -> str:
    return ast.dump(node) if node is not None else ""


def compiled(variant: Variant, name: str, tree: Any) -> dict[str, Callable] | None:
    """The variant's functions with one replaced by a changed tree, None if it does not compile."""
    function: Any = variant.functions[name]
    scope = dict(getattr(function, "__globals__", vars(inspect.getmodule(function))))
    if inspect.isfunction(function):
        scope |= inspect.getclosurevars(function).nonlocals
    scope["__name__"] = "transferred"
    try:
        module = ast.fix_missing_locations(ast.Module([tree], []))
        exec(compile(module, "<transferred>", "exec"), scope)
    except Exception:
        return None
    return {**variant.functions, name: scope[name]}
