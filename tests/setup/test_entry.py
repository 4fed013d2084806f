"""The program `autograder` without its packages, and the wheel in an environment of its own."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import nbformat
import pytest
from packaging.requirements import Requirement

from autograder import entry

ROOT = Path(__file__).parents[2]
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
NETWORK = ("NewConnectionError", "ConnectTimeout", "No matching distribution", "ProxyError")


def test_the_program_knows_the_packages_of_its_extra():
    assert sorted(Requirement(line).name for line in EXTRAS["grading"]) == sorted(entry.NEEDED)


def test_a_lacking_package_is_named_with_the_extra_to_install(monkeypatch):
    monkeypatch.setattr(entry, "find_spec", lambda name: None if name == "click" else object())
    with pytest.raises(SystemExit, match=r"no click, .* pip install 'nn-from-scratch\[grading\]'"):
        entry.main()


def cells(path: Path) -> list[str]:
    nb = nbformat.read(path, as_version=4)
    return [cell.source for cell in nb.cells if cell.cell_type == "code"]


def imports_of_all_notebooks() -> str:
    """Every import that stands in a student's notebook."""
    found = dict.fromkeys(
        ast.unparse(node)
        for path in sorted((ROOT / "chapters").rglob("*.ipynb"))
        for source in cells(path)
        if "%" not in source
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
    )
    return "\n".join(found)


# Runs the cells one after the other, as a notebook would, and says which raised what.
RUN = """
import json, sys
scope = {}
for source in json.load(open("cells.json")):
    try:
        exec(compile(source, "cell", "exec"), scope)
    except BaseException as error:
        print("raised", type(error).__name__, str(error).splitlines()[:1])
print("end")
"""


@pytest.mark.long
def test_the_wheel_is_all_that_a_students_notebook_needs(tmp_path):
    """Built, installed into an empty environment, used in an empty folder."""
    import json

    wheels, home, folder = (tmp_path / name for name in ("wheels", "env", "empty"))
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", str(wheels)]
    done = subprocess.run([*build, str(ROOT)], capture_output=True, text=True, check=False)
    if any(word in done.stdout + done.stderr for word in NETWORK):
        pytest.skip("setuptools could not be fetched to build the wheel")
    assert done.returncode == 0, done.stderr
    (wheel,) = wheels.glob("*.whl")
    venv.create(home, with_pip=True)
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = [python, "-m", "pip", "install", "--quiet", wheel]
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    if any(word in done.stderr for word in NETWORK):
        pytest.skip("the packages could not be fetched")
    assert done.returncode == 0, done.stderr

    folder.mkdir()
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "NN_"))}
    variables |= {"MPLBACKEND": "Agg"}

    def run(sources: list[str]) -> list[str]:
        (folder / "cells.json").write_text(json.dumps(sources))
        command = [python, "-c", RUN]
        ran = subprocess.run(
            command, cwd=folder, env=variables, capture_output=True, text=True, check=False
        )
        assert ran.stdout.rstrip().endswith("end"), ran.stderr
        return [line for line in ran.stdout.splitlines() if line.startswith("raised")]

    assert run(imports_of_all_notebooks().splitlines()) == []
    solved = ROOT / "solutions" / "02_linear_models" / "01_linear_regression.ipynb"
    assert run(cells(solved)) == []
    untouched = ROOT / "chapters" / "02_linear_models" / "01_linear_regression.ipynb"
    kinds = {line.split()[1] for line in run(cells(untouched))}
    assert kinds <= {"NotImplementedError", "CheckFailed", "NameError"}

    program = python.with_name("autograder")
    said = subprocess.run([program, "--help"], capture_output=True, text=True, check=False)
    assert said.returncode == 1
    assert said.stderr.startswith(
        f"autograder: this installation has no {', '.join(entry.NEEDED)}, "
    )
    assert "pip install 'nn-from-scratch[grading]'" in said.stderr
