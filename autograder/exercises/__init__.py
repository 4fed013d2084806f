"""The graded exercises, one package a chapter: what each must satisfy, and the mistakes known by name."""

from __future__ import annotations

import importlib
import importlib.util
from functools import cache

from autograder.checking.exercise import Exercise
from autograder.exercises.quiz import Quiz

CHAPTERS = (1, 2, 3, 4, 5)


@cache
def chapter(number: int) -> dict[str, Exercise]:
    """Exercises of a chapter by name, in the order of the course map; empty where none is described."""
    module = f"{__name__}.ch{number:02d}"
    if importlib.util.find_spec(module) is None:
        return {}
    listed = importlib.import_module(module).EXERCISES
    return {exercise.name: exercise for exercise in listed}


@cache
def everything() -> dict[str, Exercise]:
    """All exercises by name."""
    return {name: exercise for number in CHAPTERS for name, exercise in chapter(number).items()}


def find(name: str) -> Exercise | None:
    """The exercise of that name, or None; only the chapters up to its own are loaded."""
    for number in CHAPTERS:
        found = chapter(number).get(name)
        if found is not None:
            return found
    return None


def names(number: int) -> tuple[str, ...]:
    """Names of the graded functions of a chapter."""
    return tuple(chapter(number))


@cache
def quizzes() -> dict[str, Quiz]:
    """All quiz questions by name."""
    found: dict[str, Quiz] = {}
    for number in CHAPTERS:
        module = f"{__name__}.quiz.ch{number:02d}"
        if importlib.util.find_spec(module) is not None:
            found |= {quiz.name: quiz for quiz in importlib.import_module(module).QUIZZES}
    return found
