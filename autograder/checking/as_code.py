"""A failing case as lines to paste, and as variables by name."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
import warnings
from typing import Any

import numpy as np

from autograder.checking.compare import Finding
from autograder.checking.exercise import Case, Exercise
from autograder.checking.values import leaves

MOST = 60  # numbers: more are not pasted
DECIMALS = 1


def code_of(exercise: Exercise, case: Case, finding: Finding | None) -> str:
    """Lines to paste: make the inputs, call the function, show what is right; "" for too many."""
    if exercise.is_class:
        return _expression(case, finding)
    if exercise.randomness or not case.inputs:
        return ""
    if "dws" in case.inputs:
        return _steps(exercise, case, finding)
    upstream = {k: v for k, v in case.given.items() if k.startswith("d") and exercise.partner}
    values = {**case.inputs, **upstream}
    size = sum(np.size(v) for _, v in leaves(values))
    if size > MOST or any(callable(v) for v in values.values()):
        return ""
    lines = [f"{name} = {literal(value)}" for name, value in values.items()]
    arguments = ", ".join(case.inputs)
    results = ", ".join(o.name for o in exercise.outputs)
    if exercise.partner:
        parameters = list(inspect.signature(exercise.reference).parameters)
        lines.append(f"*_, cache = {exercise.partner}({arguments})")
        lines.append(f"{results} = {exercise.name}({', '.join(parameters)})")
    elif exercise.name.endswith("_forward"):
        lines.append(f"{_received(exercise, case)} = {exercise.name}({arguments})")
    else:
        lines.append(f"{results} = {exercise.name}({arguments})")
    return "\n".join([*lines, *_shown(finding)]) if _runs(exercise, "\n".join(lines)) else ""


def _received(exercise: Exercise, case: Case) -> str:
    """The names of what a forward returns: its outputs and, where it stands, the cache."""
    names = iter([output.name for output in exercise.outputs])
    returned = exercise.reference(*case.fresh().args)
    return ", ".join("cache" if isinstance(one, (tuple, list)) else next(names) for one in returned)


def _runs(exercise: Exercise, code: str) -> bool:
    """Whether code runs with the right functions: a trial may hand over more than is written."""
    try:
        with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
            exec(code, {"np": np, **vars(exercise.references())})
    except Exception:
        return False
    return True


def _shown(finding: Finding | None) -> list[str]:
    if finding is not None and finding.kind == "shapes":
        return [f"# right: {finding.name} has shape {np.shape(finding.want)}"]
    if finding is None or finding.kind not in ("values", "finite"):
        return []
    right = np.asarray(finding.want)
    if right.size > MOST or right.dtype.kind not in "biuf":
        return []
    return [f"# right: {finding.name} = {plain_text(right)}"]


def plain_text(values: np.ndarray) -> str:
    """Numbers in one line, to four digits, zeros without a sign.

    Where all are small, or some by themselves and not only beside the largest, by powers of ten.
    """
    size = np.abs(values.astype(float))
    small = (size < 5e-5) & (size > 1e-9 * np.max(size, initial=0.0))
    text = np.array2string(
        values + 0,
        precision=4,
        separator=", ",
        suppress_small=not small.any(),
        max_line_width=10**6,
    )
    return re.sub(r"\s+(?=[,\]])", "", re.sub(r"\s+", " ", text)).replace("[ ", "[")


def literal(value: Any) -> str:
    """A value as it is written in code."""
    if isinstance(value, np.ndarray):
        text = np.array2string(
            value, separator=", ", threshold=1000, floatmode="unique", max_line_width=10**6
        )
        text = re.sub(r"\s+(?=[,\]])", "", re.sub(r"\s+", " ", text)).replace("[ ", "[")
        text = re.sub(r"(\d)\.(?=[,\]]|$)", r"\1.0", text)
        return f"np.array({text})"
    if type(value) in (list, tuple):
        parts = ", ".join(map(literal, value))
        return f"[{parts}]" if type(value) is list else f"({parts},)"
    if type(value) is dict:
        return "{" + ", ".join(f"{k!r}: {literal(v)}" for k, v in value.items()) + "}"
    return repr(value)


def _steps(exercise: Exercise, case: Case, finding: Finding | None) -> str:
    """The steps of an optimizer up to the one that fails, of the parameter that fails."""
    last, k = _step_of(finding)
    options = case["options"]
    tail = "".join(f", {v:g}" for v in options)
    w, state = np.round(case["ws"][k], DECIMALS), case["state"]
    lines = [f"w, state = {literal(w)}, {state!r}"]
    for t in range(last):
        dw, lr = np.round(case["dws"][k][t], DECIMALS), case["lrs"][t]
        lines.append(f"dw, lr = {literal(dw)}, {lr:g}")
        lines.append(f"w, state = {exercise.name}(w, dw, state, lr{tail})")
        w, state = exercise.reference(w, dw, state, lr, *options)
    return "\n".join([*lines, f"# right: w = {plain_text(w)}"])


def _step_of(finding: Finding | None) -> tuple[int, int]:
    """(number of the step, index of the parameter) that a finding's name speaks of."""
    found = re.search(r"step (\d+), parameter (\d+)", finding.name if finding else "")
    return (int(found[1]), int(found[2]) - 1) if found else (1, 0)


def variables(exercise: Exercise, case: Case, finding: Finding | None) -> dict[str, Any]:
    """What an example hands over by name."""
    if "dws" in case.inputs:
        last, k = _step_of(finding)
        w, state = case["ws"][k], case["state"]
        for t in range(last - 1):
            w, state = exercise.reference(
                w, case["dws"][k][t], state, case["lrs"][t], *case["options"]
            )
        return {"w": w, "dw": case["dws"][k][last - 1], "state": state, "lr": case["lrs"][last - 1]}
    if exercise.is_class:
        found = re.search(r"\['(.*): \w+'\]", finding.name if finding else "")
        return {**case.inputs, "expression": found[1] if found else case.label}
    return {**case.inputs, **case.given}


def _expression(case: Case, finding: Finding | None) -> str:
    """The expression on Values in which a number or a gradient is wrong."""
    found = re.search(r"\['(.*): (\w+)'\]", finding.name if finding else "")
    expressions = case.given.get("expressions", {})
    if found is None or found[1] not in expressions:
        return ""
    label, node = found[1], found[2]
    attribute = "data" if finding and finding.name.startswith("data") else "grad"
    names = case["used"][label]
    lines = [f"{n} = Value({float(case[n]):.4g})" for n in names]
    lines += _body(expressions[label])
    lines.append("out.backward()")
    shown = "out" if node == "itself" else node
    right = float(np.asarray(finding.want)) if finding else 0.0
    lines.append(f"{shown}.{attribute}  # right: {right:.6g}")
    return "\n".join(lines)


def _body(build: Any) -> list[str]:
    """The lines of an expression's function; its result is called out."""
    tree = ast.parse(_statement(build))
    for node in ast.walk(tree):
        if isinstance(node, ast.Lambda):
            return [f"out = {ast.unparse(_result(node.body))}"]
        if isinstance(node, ast.FunctionDef):
            lines = []
            for statement in node.body:
                if isinstance(statement, ast.Return) and statement.value is not None:
                    lines.append(f"out = {ast.unparse(_result(statement.value))}")
                else:
                    lines += ast.unparse(statement).splitlines()
            return lines
    return []


def _statement(build: Any) -> str:
    text = textwrap.dedent(inspect.getsource(build)).strip()
    return text if text.startswith("def ") else "{" + text.rstrip(",") + "}"


def _result(node: ast.expr) -> ast.expr:
    return node.values[-1] if isinstance(node, ast.Dict) else node
