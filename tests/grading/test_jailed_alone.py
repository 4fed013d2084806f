"""The jail's process loads nothing of the trusted side, and stands in for it."""

from __future__ import annotations

import ast

import pytest

from autograder.checking import run_check
from autograder.checking.public import Check
from autograder.grading.jailed import stub
from autograder.grading.jailed.__main__ import MODULES
from autograder.grading.sandbox.jail import JAILED, JailPool
from tests.attacks.assignment import graded
from tests.grading.test_executor import execute

NOTEBOOKS_USE = ("CheckFailed", "run_check")


def test_no_module_of_the_jail_imports_the_autograder_and_all_are_loaded_before_the_walls() -> None:
    files = {p.relative_to(JAILED): p for p in JAILED.rglob("*.py")}
    for relative, path in files.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level < len(relative.parts) + 1, relative
                assert (node.module or "").split(".")[0] != "autograder", relative
            elif isinstance(node, ast.Import):
                assert all(a.name.split(".")[0] != "autograder" for a in node.names), relative
    known = {".".join(r.with_suffix("").parts) for r in files if not r.name.startswith("__")}
    # What only the walls use is loaded by zygote.py itself.
    assert known - set(MODULES) == {"walls.kernel", "walls.namespaces", "walls.seccomp"}


def test_whatever_a_notebook_may_call_of_the_check_can_be_called_in_the_jail() -> None:
    def public(thing: object) -> set[str]:
        return {name for name in dir(thing) if not name.startswith("_")}

    assert public(Check) <= public(stub.Check)
    report = run_check("relu_forward", {"relu_forward": None})
    assert public(report) <= public(stub.run_check())
    assert set(NOTEBOOKS_USE) <= vars(stub).keys()


@pytest.mark.parametrize(
    "line",
    ["check.hint('tanh_forward')", "check.progress()", "from autograder.checking import run_check",
     "import autograder.checking as c; c.check.quiz('a', 1)",
     "autograder.__file__, autograder.__doc__",
     "assert autograder.run_check('tanh_forward', {}).passed",
     "try:\n    check.example('tanh_forward')\nexcept ValueError:\n    pass"],
)  # fmt: skip
def test_a_call_of_the_check_in_a_cell_does_not_cost_the_cell(pool: JailPool, line: str) -> None:
    _, result = execute(
        pool,
        f"import autograder\nfrom autograder import check\n{line}\nx = 1",
        graded("t", "assert x == 1", 1, ()),
    )
    assert result.verdicts["t"].score == 1
