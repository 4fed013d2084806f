"""Apply the change of a mistake to the syntax tree of its function."""

from __future__ import annotations

import ast
import re
from typing import Any

from autograder.checking.mistakes.reading import Function, SourceFile
from autograder.checking.mistakes.trees import copied

SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Expr)


def apply(change: str, target: Any, root: Function, file: SourceFile) -> None:
    """Change the statement `target` of the function `root` in place, as the comment says.

    Raises ValueError or SyntaxError where the change cannot be read or does not fit.
    """
    old, arrow, new = change.partition("=>")
    if arrow:
        _exchange(old.strip(), new.strip(), target)
    elif isinstance(target, Function):
        _change_definition(change.strip(), target, root, file)
    else:
        body = ast.parse(change).body
        if len(body) == 1 and isinstance(body[0], ast.Expr) and not _is_itself(body[0]):
            _set_value(target, body[0].value)
            return
        kept = [target if _is_itself(b) else b for b in body]
        _replace_statement(root, target, [s for s in kept if not isinstance(s, ast.Pass)])


def _change_definition(change: str, target: Any, root: Function, file: SourceFile) -> None:
    if change.split() == ["del", target.name]:
        _replace_statement(root, target, [])
    elif change.isidentifier() and change != "pass":
        other = file.definition(change)
        target.args, target.body = getattr(other, "args", None), other.body
    else:
        original, body = target.body, ast.parse(change).body
        target.body = [s for b in body for s in (original if _is_itself(b) else [b])]


def _is_itself(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and statement.value.value is ...
    )


def _set_value(target: Any, value: ast.expr) -> None:
    if isinstance(target, SIMPLE):
        target.value = value
    elif isinstance(target, ast.For):
        target.iter = value
    elif isinstance(target, ast.If | ast.While):
        target.test = value
    else:
        raise ValueError(f"a {type(target).__name__} has no value to replace")


def _replace_statement(root: Function, target: ast.stmt, new: list[ast.stmt]) -> None:
    for parent in ast.walk(root):
        for field in ("body", "orelse", "finalbody"):
            listed = getattr(parent, field, None)
            if isinstance(listed, list) and any(s is target for s in listed):
                at = [s is target for s in listed].index(True)
                listed[at : at + 1] = new or ([ast.Pass()] if len(listed) == 1 else [])
                return
    raise ValueError("the statement was changed by an earlier edit of the same mistake")


def _exchange(old: str, new: str, target: Any) -> None:
    """Exchange an expression, or a keyword such as `axis=0`, wherever it stands in a statement."""
    count = 0
    pattern, other = _expression(old), _expression(new) if new else None
    key = _key(pattern)
    bodies = () if isinstance(target, Function) else ("body", "orelse", "finalbody", "handlers")

    def visit(node: ast.AST, top: bool = False) -> Any:
        nonlocal count
        if not top and _key(node) == key:
            count += 1
            return None if other is None else _fresh(other, node)
        for field, value in ast.iter_fields(node):
            if top and field in bodies:
                continue
            if isinstance(value, list):
                seen = [visit(v) if isinstance(v, ast.AST) else v for v in value]
                value[:] = [
                    new
                    for was, new in zip(value, seen, strict=True)
                    if was is None or new is not None
                ]
            elif isinstance(value, ast.AST):
                setattr(node, field, visit(value))
        return node

    visit(target, top=True)
    if isinstance(pattern, ast.keyword) and isinstance(target, ast.FunctionDef):
        count += _exchange_default(target.args, pattern, other)
    if not count:
        raise ValueError(f"`{old}` does not stand in the statement")


def _exchange_default(arguments: ast.arguments, old: ast.keyword, new: Any) -> int:
    names = [a.arg for a in arguments.args][len(arguments.args) - len(arguments.defaults) :]
    count = 0
    for i, name in enumerate(names):
        if name == old.arg and _key(arguments.defaults[i]) == _key(old.value):
            arguments.defaults[i] = new.value
            count += 1
    return count


def _expression(text: str) -> ast.AST:
    """An expression, or the keyword argument in `name=value`."""
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        call = ast.parse(f"_({text})", mode="eval").body
        assert isinstance(call, ast.Call)
        if len(call.keywords) != 1 or call.args:
            raise ValueError(f"`{text}` is neither an expression nor one keyword") from None
        return call.keywords[0]


def _key(node: ast.AST) -> str:
    """Return what makes two nodes the same.

    That is everything but where they stand and whether they are assigned to.
    """
    return re.sub(r"(, )?ctx=(Load|Store|Del)\(\)", "", ast.dump(node))


def _fresh(node: ast.AST, like: ast.AST) -> ast.AST:
    made = copied(node)
    if isinstance(getattr(like, "ctx", None), ast.Store):
        for part in ast.walk(made):
            if isinstance(part, ast.Name | ast.Tuple | ast.List | ast.Starred):
                part.ctx = ast.Store()
        if isinstance(made, ast.Subscript | ast.Attribute):
            made.ctx = ast.Store()
    return made
