"""An exception in words: what was raised, the student's innermost line, the shapes in it."""

from __future__ import annotations

import linecache
import re
import sysconfig
import traceback
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from autograder.checking.messages import translate

MOST_SHAPES = 6
# A variable's name: no attribute, no part of a number.
NAME = re.compile(r"(?<![\w.])[^\W\d]\w*")
PACKAGES = Path(__file__).parents[2]
FOREIGN = tuple(
    f"{Path(folder)}/".replace("\\", "/")
    for folder in {
        *(str(PACKAGES / name) for name in ("autograder", "nnkit")),
        *(sysconfig.get_paths()[key] for key in ("stdlib", "platstdlib", "purelib", "platlib")),
    }
)
INSTALLED = re.compile(r"/(site|dist)-packages/|^<(frozen |__array_function__)")


def explain(error: BaseException) -> str:
    """Return one or two lines: the exception and the student's own line.

    Whatever the exception's methods do.
    """
    name = type.__getattribute__(type(error), "__name__")
    try:
        text = str(error)[:300]
    except BaseException:
        text = ""
    if type(error) is NotImplementedError and not text:
        text = translate("not written yet, or the last line of the stub is left over")
    line = own_line(error)
    return f"{name}: {text}{line}" if text else f"{name}{line}"


def own_line(error: BaseException) -> str:
    """Return where it happened: the innermost line that is no library's.

    The shapes of its variables stand behind it.
    """
    frames = list(traceback.walk_tb(error.__traceback__))
    for frame, number in reversed(frames):
        file = frame.f_code.co_filename
        code = linecache.getline(file, number, frame.f_globals).strip()
        if not code or is_foreign(file):
            continue
        text = (
            translate(" (line {n} of {file}: {code})")
            if Path(file).suffix == ".py" and Path(file).exists()
            else translate(" (line {n} of your cell: {code})")
        )
        where = text.format(n=number, file=Path(file).name, code=code[:100])
        found = ", ".join(shapes(code, frame))
        return where + (translate(" Shapes there: {shapes}.").format(shapes=found) if found else "")
    return ""


def is_foreign(file: str) -> bool:
    """Whether a file belongs to Python, to a library or to the course's own packages."""
    path = file.replace("\\", "/")
    return path.startswith(FOREIGN) or bool(INSTALLED.search(path))


def shapes(code: str, frame: FrameType) -> list[str]:
    """The arrays that a line names, as "x (3, 4)", in the order in which they stand there."""
    found = []
    for name in dict.fromkeys(NAME.findall(code)):
        value: Any = frame.f_locals.get(name, frame.f_globals.get(name))
        if isinstance(value, np.ndarray):
            found.append(f"{name} {np.ndarray.__getattribute__(value, 'shape')}")
    return found[:MOST_SHAPES]
