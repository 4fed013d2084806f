"""The container that an editor or a cloud opens makes the environment and the working copy."""

from __future__ import annotations

import json
import runpy
import shlex
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_its_command_is_one_of_start_py_and_its_python_the_one_that_this_makes() -> None:
    file = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    start = runpy.run_path(str(ROOT / "start.py"), run_name="start")
    python, script, command = shlex.split(file["postCreateCommand"])
    assert (python, script) == ("python3", "start.py")
    environment = start["Environment"]("FOLDER")
    (line,) = start["commands"](environment, command, [])
    assert line[1:] == ["-m", "autograder.learning", "update"]
    interpreter = file["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"]
    assert interpreter.replace("${containerWorkspaceFolder}", "FOLDER") == environment.python
    version = tuple(int(part) for part in file["image"].rsplit(":", 1)[1].split("."))
    assert version >= start["MINIMUM"]
