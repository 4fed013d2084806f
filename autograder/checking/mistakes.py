"""Mistakes written beside the line they change.

A reference is ordinary code; what may go wrong in a line stands behind it, in comments:

    db = dout.sum(axis=0)  # ~ averaged, wrong axis
    dx = dout @ w.T  # ~ w not transposed: dout @ w | Which side of w meets dout?
    # ~ sign: -dout @ w.T | Check the sign of dx.

A comment belongs to the statement of its line, one on a line of its own to the statement above it.
It holds `name: change | hint`, or names from `autograder.checking.standard`, whose change and hint
stand there. A hint that is left out is that of the mistake before it; a name that comes twice in a
function is one mistake that changes several statements. A line that begins with `#` and two blanks
goes on with the comment above it. The change is applied to the syntax tree:

| change | what it does |
|---|---|
| `EXPR` | becomes the statement's value, a loop's iterable, the condition of an `if` |
| `OLD => NEW` | exchanges OLD for NEW wherever it stands in the statement; `axis=0 => ` drops it |
| `STATEMENT; STATEMENT` | replaces the statement; `...` is the statement itself, `pass` drops it |

Beside a `def`, EXPR is the name of a wrong function of the file, `OLD => NEW` holds for the whole
function, defaults included, statements replace its body, and `del NAME` takes a method away. Beside
a method, or a function in a function, a name puts that function's body in.
"""

from __future__ import annotations

import ast
import copy
import functools
import inspect
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from autograder.checking.standard import STANDARD

Function = ast.FunctionDef | ast.ClassDef
SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Expr)


class DescriptionError(ValueError):
    """A mistake's comment cannot be read or does not fit its line: file, line and the way out."""


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


@dataclass
class Edit:
    """One change of one statement; place: the statement's index in `ast.walk` of its function."""

    name: str
    change: str
    hint: str
    place: int
    line: int


@functools.cache
def read(reference: Any, exercise: str) -> tuple[Mistake, ...]:
    """Return the mistakes beside the lines of a function or class; DescriptionError where one is amiss."""
    source = inspect.getsourcefile(reference)
    assert source is not None
    file = _read_file(source)
    node = file.definition(reference.__name__)
    by_name: dict[str, list[Edit]] = {}
    for edit in _edits(file, node):
        by_name.setdefault(edit.name, []).append(edit)
    made = []
    for name, edits in by_name.items():
        if not edits[0].hint:
            raise DescriptionError(f"{source}:{edits[0].line}: mistake {name!r} has no hint")
        made.append(_mistake(name, edits, node, reference, exercise, file))
    return tuple(made)


def _mistake(
    name: str, edits: list[Edit], node: Function, reference: Any, exercise: str, file: _File
) -> Mistake:
    source = file.path
    scope = vars(inspect.getmodule(reference))
    whole = edits[0].change.strip()
    if len(edits) == 1 and edits[0].place == 0 and whole.isidentifier() and whole != "pass":
        if whole not in scope:
            raise DescriptionError(f"{source}:{edits[0].line}: no function {whole} in this file")
        return Mistake(
            name, edits[0].hint, exercise, inspect.getsource(scope[whole]), lambda: scope[whole]
        )
    changed = copy.deepcopy(node)
    # All places are looked up before the first change moves them.
    nodes = list(ast.walk(changed))
    for edit, target in [(e, nodes[e.place]) for e in edits]:
        try:
            _apply(edit.change, target, changed, file)
        except (ValueError, SyntaxError) as error:
            raise DescriptionError(f"{source}:{edit.line}: mistake {name!r}: {error}") from None
    text = ast.unparse(ast.fix_missing_locations(changed))

    def make() -> Any:
        # Not the reference's module: a call of that one is noticed.
        space = {**scope, "__name__": "mistakes"}
        exec(compile(text, f"<mistake {name}>", "exec"), space)
        return space[reference.__name__]

    return Mistake(name, edits[0].hint, exercise, text, make)


# --- reading ------------------------------------------------------------------------------------


@dataclass
class _File:
    """A source file: its tree, its comments, and the lines that hold code."""

    path: str
    tree: ast.Module
    comments: dict[int, tuple[int, str]]
    code: set[int]

    def definition(self, name: str) -> Function:
        for node in self.tree.body:
            if isinstance(node, Function) and node.name == name:
                bare = copy.deepcopy(node)
                bare.decorator_list = []  # a mistake is a plain function: nothing registers it
                return bare
        raise DescriptionError(f"{self.path} has no function or class {name} at its top level")


@functools.cache
def _read_file(path: str) -> _File:
    with open(path, encoding="utf-8") as stream:
        text = stream.read()
    comments: dict[int, tuple[int, str]] = {}
    code = set[int]()
    skipped = (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            comments[token.start[0]] = token.start[1], token.string
        elif token.type not in skipped:
            code.update(range(token.start[0], token.end[0] + 1))
    return _File(path, ast.parse(text), comments, code)


def _edits(file: _File, node: Function) -> Iterator[Edit]:
    """The edits of a function, in the order of its lines."""
    places = {id(n): i for i, n in enumerate(ast.walk(node))}
    statements = [n for n in ast.walk(node) if isinstance(n, ast.stmt)]
    after = [n.lineno for n in file.tree.body if n.lineno > node.lineno]
    hint = ""
    for line, text in _written(file, node.lineno, min(after, default=max(file.comments) + 1)):
        owner_line = max(n for n in file.code if n <= line)
        owner = max(
            (s for s in statements if s.lineno <= owner_line <= _header_end(s)),
            key=lambda s: s.lineno,
        )
        for name, change, own_hint in _entries(text, owner, f"{file.path}:{line}"):
            hint = own_hint or hint
            yield Edit(name.replace(" ", "_"), change, hint, places[id(owner)], line)


def _header_end(statement: ast.stmt) -> int:
    body = getattr(statement, "body", None)
    end = statement.end_lineno or statement.lineno
    return max(statement.lineno, body[0].lineno - 1) if body else end


def _written(file: _File, first: int, last: int) -> Iterator[tuple[int, str]]:
    """The comments of mistakes between two lines, with what they go on with."""
    line = first
    while line < last:
        column, text = file.comments.get(line, (0, ""))
        start = line
        line += 1
        if not text.startswith("# ~ ") or column == 0:
            continue
        text = text[3:].strip()
        while line not in file.code and re.match("#  ", file.comments.get(line, (0, ""))[1]):
            text += " " + file.comments[line][1][1:].strip()
            line += 1
        yield start, text


def _entries(text: str, owner: ast.stmt, where: str) -> Iterator[tuple[str, str, str]]:
    """(name, change, hint) of each mistake that a comment holds."""
    change, bar, hint = text.rpartition(" | ")
    change, hint = (change, hint.strip()) if bar else (text, "")
    name, colon, rest = change.partition(": ")
    if colon:
        yield name.strip(), rest.strip(), hint
        return
    if change.endswith(":"):
        raise DescriptionError(f"{where}: {change!r} says no change; `pass` drops the statement")
    for words in change.split(","):
        yield _standard(words.strip(), hint, owner, where)


def _standard(words: str, hint: str, owner: ast.stmt, where: str) -> tuple[str, str, str]:
    """A mistake of the standard table: "averaged", or "db averaged" where a line makes several."""
    target, value = _target_and_value(owner)
    for part in zip(*_parts(owner), strict=True):
        if words.startswith(f"{part[0]} "):
            target, value, words = part[0], part[1], words.removeprefix(f"{part[0]} ")
    if words not in STANDARD:
        known = ", ".join(STANDARD)
        raise DescriptionError(f"{where}: {words!r} is neither `name: change` nor one of {known}")
    standard = STANDARD[words]
    if value is None:
        raise DescriptionError(f"{where}: {words!r} changes a value, and this statement has none")
    changed = standard.rewrite(copy.deepcopy(owner), copy.deepcopy(value))
    if changed is None:
        raise DescriptionError(f"{where}: {words!r} does not fit `{ast.unparse(value)}`")
    name = words if standard.bare or not target else f"{target} {words}"
    if isinstance(changed, ast.stmt):
        return name, ast.unparse(changed), hint or standard.hint
    return name, f"{ast.unparse(value)} => {ast.unparse(changed)}", hint or standard.hint


def _target_and_value(owner: ast.stmt) -> tuple[str, ast.expr | None]:
    value = getattr(owner, "value", None)
    if isinstance(owner, ast.Assign) and len(owner.targets) == 1:
        target: ast.expr | None = owner.targets[0]
    else:
        target = getattr(owner, "target", None)
    while isinstance(target, ast.Subscript):
        target = target.value
    return (target.id if isinstance(target, ast.Name) else ""), value


def _parts(owner: ast.stmt) -> tuple[list[str], list[ast.expr]]:
    """Names and values of `du, dw, db = …, …, …`."""
    if isinstance(owner, ast.Assign) and isinstance(owner.value, ast.Tuple):
        target = owner.targets[0]
        if isinstance(target, ast.Tuple) and len(target.elts) == len(owner.value.elts):
            return [ast.unparse(t) for t in target.elts], owner.value.elts
    return [], []


# --- changing -----------------------------------------------------------------------------------


def _apply(change: str, target: Any, root: Function, file: _File | None = None) -> None:
    old, arrow, new = change.partition("=>")
    if arrow:
        _exchange(old.strip(), new.strip(), target)
        return
    if isinstance(target, Function) and change.split() == ["del", target.name]:
        _replace_statement(root, target, [])
        return
    body = ast.parse(change).body
    lone = body[0] if len(body) == 1 else None
    if isinstance(target, ast.FunctionDef) and file and change.strip().isidentifier():
        if change.strip() != "pass":
            other = file.definition(change.strip())
            target.args, target.body = other.args, other.body
            return
    if isinstance(lone, ast.Expr) and not _is_itself(lone):
        _set_value(target, lone.value)
        return
    if isinstance(target, ast.FunctionDef):
        original = target.body
        target.body = [s for b in body for s in (original if _is_itself(b) else [b])]
        return
    kept = [target if _is_itself(b) else b for b in body]
    _replace_statement(root, target, [s for s in kept if not isinstance(s, ast.Pass)])


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
                value[:] = [v for v in seen if v is not None] if pattern is not None else seen
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
    """What makes two nodes the same: everything but where they stand and whether they are assigned to."""
    return re.sub(r"(, )?ctx=(Load|Store|Del)\(\)", "", ast.dump(node))


def _fresh(node: ast.AST, like: ast.AST) -> ast.AST:
    made = copy.deepcopy(node)
    if isinstance(getattr(like, "ctx", None), ast.Store):
        for part in ast.walk(made):
            if isinstance(part, ast.Name | ast.Tuple | ast.List | ast.Starred):
                part.ctx = ast.Store()
        if isinstance(made, ast.Subscript | ast.Attribute):
            made.ctx = ast.Store()
    return made
