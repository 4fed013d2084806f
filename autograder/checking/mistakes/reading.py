"""Read the comments beside a function's lines: which mistake changes which statement, and how."""

from __future__ import annotations

import ast
import functools
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.checking.mistakes.standard import STANDARD
from autograder.checking.mistakes.trees import copied

Function = ast.FunctionDef | ast.ClassDef


class DescriptionError(ValueError):
    """A mistake's comment cannot be read or does not fit its line: file, line and the way out."""


@dataclass
class Edit:
    """One change of one statement; place: the statement's index in `ast.walk` of its function."""

    name: str
    change: str
    hint: str
    place: int
    line: int


@dataclass
class SourceFile:
    """A source file: its tree, its comments, and the lines that hold code."""

    path: str
    tree: ast.Module
    comments: dict[int, tuple[int, str]]
    code: set[int]

    def definition(self, name: str) -> Function:
        """Return a function or class of the file's top level, without its decorators."""
        for node in self.tree.body:
            if isinstance(node, Function) and node.name == name:
                bare = copied(node)
                bare.decorator_list = []  # a mistake is a plain function: nothing registers it
                return bare
        raise DescriptionError(f"{self.path} has no function or class {name} at its top level")


@functools.cache
def read_file(path: str) -> SourceFile:
    """Return the file's tree and comments."""
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
    return SourceFile(path, ast.parse(text), comments, code)


def edits(file: SourceFile, node: Function) -> Iterator[Edit]:
    """Yield the edits of a function, in the order of its lines."""
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


def _written(file: SourceFile, first: int, last: int) -> Iterator[tuple[int, str]]:
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
    name = words if standard.bare or not target else f"{target} {words}"
    if isinstance(standard.change, str):
        return name, standard.change, hint or standard.hint
    if value is None:
        raise DescriptionError(f"{where}: {words!r} changes a value, and this statement has none")
    changed = standard.change(copied(owner), copied(value))
    if changed is None:
        raise DescriptionError(f"{where}: {words!r} does not fit `{ast.unparse(value)}`")
    if isinstance(changed, ast.stmt):
        return name, ast.unparse(changed), hint or standard.hint
    return name, f"{ast.unparse(value)} => {ast.unparse(changed)}", hint or standard.hint


def _target_and_value(owner: ast.stmt) -> tuple[str, ast.expr | None]:
    value = owner.iter if isinstance(owner, ast.For) else getattr(owner, "value", None)
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
