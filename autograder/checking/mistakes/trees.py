"""Copies of syntax trees.

Python gives all trees the same nodes for "is read" and "is assigned". What another program hangs
on them would be copied along by deepcopy and pickle, with all that it leads to: `executing`, by
which IPython shows an exception, hangs a parent on every node, so that after one exception in a
notebook a copy held the tree of a whole module.
"""

from __future__ import annotations

import ast
from typing import TypeVar

T = TypeVar("T")


def copied(node: T) -> T:
    """Return a copy of a node, or of a list of nodes: its own fields and places, nothing else."""
    if isinstance(node, ast.AST):
        made = type(node)()
        for name in (*node._fields, *node._attributes):
            if hasattr(node, name):
                setattr(made, name, copied(getattr(node, name)))
        return made
    if isinstance(node, list):
        return [copied(one) for one in node]  # type: ignore[return-value]
    return node
