"""The x-ray's sentence: up to where the numbers are the derivation's, where the mistake is."""

from __future__ import annotations

import ast
import linecache
from pathlib import Path
from typing import Any

from autograder.checking.messages import translate as _
from autograder.checking.xray.derivation import Derivation, number
from autograder.checking.xray.source import Source

MOST_NAMES = 3
LONGEST = 80


def sentence(
    source: Source, derivation: Derivation, local: dict[str, Any], first: int, last: int
) -> str:
    """What a student reads. local: the variables as they are where the mistake begins."""
    file = source.file
    path = Path(file)
    where = path.name if path.suffix == ".py" and path.exists() else _("your cell")
    code = linecache.getline(file, first, source.scope).strip()
    if len(code) > LONGEST:
        code = code[: LONGEST - 1] + "…"
    if first == last:
        text = _(
            "The mistake is in line {first} of {where}, `{code}`: "
            "a small change there makes every result right."
        )
    else:
        text = _(
            "The mistake is in lines {first} to {last} of {where}: "
            "a small change in one of them makes every result right."
        )
    found = text.format(first=first, last=last, where=where, code=code)
    known = _known(source.tree, derivation, local, first)
    if not known:
        return found
    before = _("Up to line {n} your numbers are those of the derivation ({names}).").format(
        n=max(known.values()), names=_(", ").join(f"`{name}`" for name in known)
    )
    return _("{sentence} {next}").format(sentence=before, next=found)


def _known(
    tree: ast.AST, derivation: Derivation, local: dict[str, Any], first: int
) -> dict[str, int]:
    """The last variables set before a line that hold the derivation's quantities, with lines."""
    lines: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            lines[node.id] = max(node.lineno, lines.get(node.id, 0))
    found = {}
    for name, line in sorted(lines.items(), key=lambda item: item[1]):
        value = number(local.get(name))
        if line >= first or value is None or value.size < 2:
            continue
        # An input under another name is no step.
        if value in derivation.known and value not in derivation.given:
            found[name] = line
    return dict([*found.items()][-MOST_NAMES:])
