"""A copied syntax tree is equal to the tree and carries nothing that others hang on its nodes."""

import ast
import inspect
from collections.abc import Iterator

import pytest

from autograder.checking.mistakes.trees import copied


@pytest.fixture
def tree() -> Iterator[ast.Module]:
    """A tree of a whole module with a parent on each node, as `executing` leaves it."""
    made = ast.parse(inspect.getsource(ast))
    nodes = list(ast.walk(made))
    for node in nodes:
        for child in ast.iter_child_nodes(node):
            vars(child)["parent"] = node
    yield made
    for node in nodes:  # all trees share those for "is read" and "is assigned"
        vars(node).pop("parent", None)


def test_a_copy_is_equal_and_has_the_trees_own_fields_only(tree):
    assert any(hasattr(node, "parent") for node in ast.walk(ast.parse("x = y")))
    made = copied(tree)
    assert ast.dump(made, include_attributes=True) == ast.dump(tree, include_attributes=True)
    assert not [node for node in ast.walk(made) if hasattr(node, "parent")]


def test_no_node_of_a_copy_is_one_of_the_trees(tree):
    mine, others = ({id(node) for node in ast.walk(one)} for one in (copied(tree), tree))
    assert mine.isdisjoint(others)
