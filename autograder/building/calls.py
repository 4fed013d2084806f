"""The calls of `check` in a cell: which exercise they judge, and their hidden twin."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from autograder.cells import BEGIN_HIDDEN, END_HIDDEN


@dataclass(frozen=True)
class CheckCall:
    """One statement `check(f, ...)` or `check.quiz("id", answer)` of a cell."""

    call: ast.Call
    quiz: bool

    @property
    def exercise(self) -> str | None:
        """The exercise's name: `exercise="name"`, else the first argument, a name or a string."""
        for keyword in self.call.keywords:
            if keyword.arg == "exercise" and isinstance(keyword.value, ast.Constant):
                return str(keyword.value.value)
        if not self.call.args:
            return None
        first = self.call.args[0]
        if isinstance(first, ast.Name):
            return first.id
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            return first.value
        return None

    def secret(self) -> str:
        """Return the same call on the course's secret seed, as source text."""
        attribute = ast.Attribute(ast.Name("check", ast.Load()), "secret", ast.Load())
        return ast.unparse(ast.Call(attribute, self.call.args, self.call.keywords))


def check_calls(source: str) -> list[CheckCall]:
    """Return the check calls among the statements of `source`, in order.

    SyntaxError as Python raises it.
    """
    found = []
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            function = statement.value.func
            if isinstance(function, ast.Name) and function.id == "check":
                found.append(CheckCall(statement.value, quiz=False))
            elif (
                isinstance(function, ast.Attribute)
                and isinstance(function.value, ast.Name)
                and function.value.id == "check"
                and function.attr == "quiz"
            ):
                found.append(CheckCall(statement.value, quiz=True))
    return found


def with_hidden_tests(source: str) -> str:
    """`source` of a check cell with its hidden region; a quiz has nothing to hide."""
    secrets = [call.secret() for call in check_calls(source) if not call.quiz]
    if not secrets:
        return source
    return "\n".join([source, BEGIN_HIDDEN, *secrets, END_HIDDEN])
