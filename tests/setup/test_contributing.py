"""The list "Add an exercise" of CONTRIBUTING.md, followed in a copy of the project."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = "solutions/03_feedforward/01_neurons_and_activations.py"
BLOCK = re.compile(r"^   `([\w/.]+)`\n\n   ```python\n(.*?)^   ```$", re.MULTILINE | re.DOTALL)


def copy_files(parts: tuple[str, ...], there: Path) -> None:
    """Copy what git knows of `parts`, changed files that are not committed included."""
    command = ["git", "ls-files", "-co", "--exclude-standard", *parts]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    for name in filter(lambda n: (ROOT / n).is_file(), listed.stdout.splitlines()):
        target = there / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / name).read_bytes())


def code_blocks(start: str, end: str) -> dict[str, str]:
    """Return the files that CONTRIBUTING.md gives between two headings, by their paths."""
    manual = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return dict(BLOCK.findall(manual[manual.index(start) : manual.index(end)]))


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """A copy of the tracked files with what the list says written into it."""
    there = tmp_path_factory.mktemp("project")
    parts = (
        "autograder",
        "nnkit",
        "solutions",
        "chapters",
        "tests/exercises",
        "conftest.py",
        "*.toml",
    )
    copy_files(parts, there)
    blocks = code_blocks("## Add an exercise", "## Add an operator")
    assert len(blocks) == 3
    for name, code in blocks.items():
        code = textwrap.dedent(code)
        target = there / name
        if target.exists():
            # The text: the new cells go before the next section, their points from a neighbor.
            text = target.read_text(encoding="utf-8")
            taken = '"grade_id": "check_tanh_backward", "grade": true, "points": 2'
            assert taken in text
            text = text.replace(taken, taken.replace("2", "0"))
            code = text.replace(
                "# %% [markdown]\n# ## 7. Ramps", f"{code}\n# %% [markdown]\n# ## 7. Ramps"
            )
        target.write_text(code, encoding="utf-8")
    return there


def run(copy: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(copy), "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, *command], cwd=copy, env=environment, capture_output=True, text=True
    )


def test_every_mistake_is_rejected_and_named_and_every_variant_accepted(copy):
    names = ("softsign_forward", "softsign_backward")
    done = run(
        copy, "-m", "autograder.cli", "audit", *names, "--seeds", "9", "--json", "audit.json"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for exercise in json.loads((copy / "audit.json").read_text())["exercises"]:
        assert exercise["mistakes"] >= 2
        assert exercise["rejected"] == exercise["named"] == exercise["mistakes"], exercise
        assert exercise["variants"] >= 3
        assert exercise["accepted"] == exercise["variants"], exercise
        assert exercise["false_rejections"] == 0


def test_the_description_holds_all_that_is_asked_of_one(copy):
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", "softsign")
    done = run(copy, "-m", "pytest", *options, "tests/exercises/test_every_exercise.py")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_build_finds_the_exercise_and_nothing_to_complain_of_but_the_notebooks_to_be_built(
    copy,
):
    done = run(copy, "-m", "autograder.cli", "build", "--check", "3")
    complaints = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    notebook = Path(TEXT).with_suffix(".ipynb").name
    assert complaints
    assert all(notebook in line for line in complaints), complaints


def test_the_catalogue_says_which_texts_are_to_be_translated(copy):
    done = run(copy, "-m", "autograder.checking.catalogue")
    assert "no translation: How fast does the function approach 1?" in done.stdout, done.stderr
    assert (
        "no translation: What should come out for a negative x?" not in done.stdout
    )  # known from ReLU
