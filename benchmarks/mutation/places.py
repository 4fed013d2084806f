"""Where a module can be changed, and to what: Cosmic Ray's operators, and statements taken out."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import parso
from cosmic_ray.ast import ast_nodes
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator, operator_names

NEED_ARGUMENTS = ("core/VariableReplacer", "core/VariableInserter")


@dataclass(frozen=True)
class Mutant:
    """One change of one module."""

    path: str
    line: int
    before: str
    after: str
    source: str  # the whole module, changed


class TakeOutStatement(Operator):
    """Replace a call, a raise or an augmented assignment that is a statement by `pass`."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        first = node.children[0] if node.type == "simple_stmt" else None
        if first is None or first.type not in ("raise_stmt", "atom_expr", "expr_stmt"):
            return
        if first.type != "expr_stmt" or first.children[1].type == "operator" != "=":
            operator = first.children[1] if first.type == "expr_stmt" else None
            if operator is None or operator.value != "=":
                yield first.start_pos, first.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        first = node.children[0]
        name = parso.python.tree.Name("pass", first.start_pos, first.get_first_leaf().prefix)
        node.children[0] = name
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


def operators() -> dict[str, Operator]:
    """Return every operator by its name."""
    named = {name: get_operator(name)() for name in operator_names() if name not in NEED_ARGUMENTS}
    return {**named, "TakeOutStatement": TakeOutStatement()}


def family(name: str) -> str:
    """Return an operator's name without what it replaces by what: one family, one place."""
    return name.split("/")[-1].split("_")[0]


def places(
    source: str, every_operator: dict[str, Operator]
) -> dict[tuple[Any, str], list[tuple[str, int]]]:
    """Return the places of a module where it can be changed, each with all changes there."""
    found: dict[tuple[Any, str], list[tuple[str, int]]] = {}
    nodes = [node for node in ast_nodes(parso.parse(source)) if not is_plain(node)]
    for name, operator in every_operator.items():
        occurrence = 0
        for node in nodes:
            for position in operator.mutation_positions(node):
                found.setdefault((position, family(name)), []).append((name, occurrence))
                occurrence += 1
    return dict(sorted(found.items()))


def is_plain(node: Any) -> bool:
    """Return whether no operator changes a node: most nodes are names and punctuation."""
    return node.type in ("name", "newline", "string", "endmarker") or (
        node.type == "operator" and node.value in "()[]{},.:;="
    )


def mutants(root: Path, paths: Iterable[str], sample: int | None, seed: int) -> list[Mutant]:
    """Return one random change at each of `sample` random places, or at all of them for None.

    A change that leaves the tree equal but for annotations and docstrings is none. Equal seeds give
    equal mutants while the modules stay as they are.
    """
    rng = random.Random(seed)
    sources = {path: (root / path).read_text(encoding="utf-8") for path in paths}
    every_operator = operators()
    found = {path: places(text, every_operator) for path, text in drawn(sources, sample, rng)}
    everywhere = [(path, place) for path, text in found.items() for place in text.items()]
    rng.shuffle(everywhere)
    chosen: list[Mutant] = []
    for path, ((position, _), changes) in everywhere:
        if sample is not None and len(chosen) == sample:
            break
        name, occurrence = rng.choice(changes)
        try:
            changed = mutate_code(sources[path], every_operator[name], occurrence)
            if changed is None or bare(changed) == bare(sources[path]):
                continue
        except (SyntaxError, AttributeError):  # Cosmic Ray 8.7 knows no `except module.Error`
            continue
        before, after = first_difference(sources[path], changed)
        chosen.append(Mutant(path, position[0][0], before, after, changed))
    return chosen


def drawn(sources: dict[str, str], sample: int | None, rng: random.Random) -> list[tuple[str, str]]:
    """Return `sample` of the modules, all where there are no more: their places take time."""
    modules = list(sources.items())
    return modules if sample is None or len(modules) <= sample else rng.sample(modules, sample)


def first_difference(old: str, new: str) -> tuple[str, str]:
    """Return the first line of each text in which they differ, '' for one taken out."""
    old_lines, new_lines = old.splitlines(), new.splitlines()
    for index, line in enumerate(old_lines):
        if index >= len(new_lines) or line != new_lines[index]:
            gone = len(new_lines) < len(old_lines) or index >= len(new_lines)
            return line.strip(), "" if gone else new_lines[index].strip()
    return "", ""


class _Bare(ast.NodeTransformer):
    """Take annotations, docstrings and what is there for type checkers alone out of a tree."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(value=None)
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST | None:
        typing_only = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        main = isinstance(node.test, ast.Compare) and "__main__" in ast.dump(node.test)
        return None if typing_only or main else self.generic_visit(node)


def bare(source: str) -> str:
    """Return what of a module's tree can matter to a test."""
    return ast.dump(_Bare().visit(ast.parse(source)))
