"""The list "Add an operator to nnkit" of CONTRIBUTING.md, followed in a copy of the project."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from tests.setup.test_contributing import code_blocks, copy_files, run

TORCH = '    "softsign": (F.softsign_forward, F.softsign_backward, T.softsign, None),\n'


def insert(path: Path, pattern: str, added: str) -> None:
    """Put `added`, which may name the match's groups, behind every line that fits."""
    text, count = re.subn(pattern, added, path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count, (path, pattern)
    path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """A copy with the operator written, named, listed and put into the tests' lists."""
    there = tmp_path_factory.mktemp("operator")
    parts = ("nnkit", "autograder", "tests/nnkit", "docs/nnkit.md", "conftest.py", "*.toml")
    copy_files(parts, there)
    blocks = code_blocks("## Add an operator", "## Measure the tests")
    assert len(blocks) == 2
    for name, code in blocks.items():
        with (there / name).open("a", encoding="utf-8") as module:
            module.write("\n\n" + textwrap.dedent(code))
    named = r'^( *"?)softplus_(forward|backward)("?,)$'
    insert(there / "nnkit/functional/__init__.py", named, r"\g<0>\n\1softsign_\2\3")
    insert(there / "nnkit/layers/__init__.py", r'^( *"?)Softplus("?,)$', r"\g<0>\n\1Softsign\2")
    insert(there / "docs/nnkit.md", r"Softplus\(\) ", r"\g<0>Softsign() ")
    insert(there / "tests/nnkit/test_pairs_torch.py", r'^    "softplus": .*\n', r"\g<0>" + TORCH)
    insert(there / "tests/nnkit/pointwise.py", r'^    "softplus",$', r'\g<0>\n    "softsign",')
    return there


@pytest.mark.long
def test_the_new_operator_passes_the_tests_that_the_list_names_and_is_documented(
    copy: Path,
) -> None:
    names = ("pairs_torch", "pairs_promises", "pairs_directions", "bad_input", "docs_names")
    files = [f"tests/nnkit/test_{name}.py" for name in names]
    options = ("-p", "no:cacheprovider", "-p", "no:xdist", "-k", "softsign or docs_names")
    done = run(copy, "-m", "pytest", *options, *files)
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) >= 8, done.stdout
