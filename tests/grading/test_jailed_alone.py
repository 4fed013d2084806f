"""The jail's process loads nothing of the trusted side."""

from __future__ import annotations

import ast

from autograder.grading.jailed.__main__ import MODULES
from autograder.grading.sandbox.jail import JAILED


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
