"""The graded exercises: one file for a function, or for a forward and its backward.

A file describes what its exercise must satisfy and holds its reference, with the mistakes known by
name beside the lines they change. Exercises are found by walking the chapters' packages; their
order is that in which the chapters' texts check them.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import re
from functools import cache
from pathlib import Path

from autograder.checking.exercise import Exercise
from autograder.checking.kinds import described
from autograder.exercises.quiz import Quiz

CHAPTERS = (1, 2, 3, 4, 5)
# The start page shows an exercise of its own, which is worth nothing and graded nowhere.
START = 0
TEXTS = Path(__file__).parents[2] / "solutions"


@cache
def chapter(number: int) -> dict[str, Exercise]:
    """Return the exercises of a chapter by name, in the order of its texts."""
    package = importlib.import_module(f"{__name__}.ch{number:02d}")
    found: dict[str, Exercise] = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(package.__path__)):
        found |= {exercise.name: exercise for exercise in _described(number, module)}
    order = {name: i for i, name in enumerate(_checked(number))}
    return dict(sorted(found.items(), key=lambda item: order.get(item[0], len(order))))


def _described(number: int, module: str) -> tuple[Exercise, ...]:
    name = f"{__name__}.ch{number:02d}.{module}"
    importlib.import_module(name)
    return described(name)


def _checked(number: int) -> list[str]:
    """The names that the texts of a chapter check, in their order."""
    texts = sorted(TEXTS.glob(f"{number:02d}_*/*.py"))
    return [
        name
        for text in texts
        for name in re.findall(r"^check\((\w+)", text.read_text(encoding="utf-8"), re.MULTILINE)
    ]


@cache
def everything() -> dict[str, Exercise]:
    """Return all exercises by name."""
    return {name: exercise for number in CHAPTERS for name, exercise in chapter(number).items()}


@cache
def find(name: str) -> Exercise | None:
    """Return the exercise of that name, or None.

    Where it has a file of its name, that file alone is loaded.
    """
    stem = name.removesuffix("_forward").removesuffix("_backward").lower()
    for number in (START, *CHAPTERS):
        if stem.isidentifier() and importlib.util.find_spec(f"{__name__}.ch{number:02d}.{stem}"):
            for exercise in _described(number, stem):
                if exercise.name == name:
                    return exercise
    return everything().get(name)


def names(number: int) -> tuple[str, ...]:
    """Return the names of the graded functions of a chapter."""
    return tuple(chapter(number))


@cache
def quizzes() -> dict[str, Quiz]:
    """Return all quiz questions by name."""
    found: dict[str, Quiz] = {}
    for number in CHAPTERS:
        module = f"{__name__}.quiz.ch{number:02d}"
        if importlib.util.find_spec(module) is not None:
            found |= {quiz.name: quiz for quiz in importlib.import_module(module).QUIZZES}
    return found
