"""The drawings of an exercise: the public one of a notebook, the secret one of a course."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import replace
from functools import lru_cache

import numpy as np

from autograder import exercises
from autograder.checking.drawing import Drawing
from autograder.checking.exercise import Exercise
from autograder.checking.messages import translate as _
from autograder.checking.values import describe

GRADING_PATIENCE = 5


def find_exercises(name: str) -> list[Exercise]:
    """Return the exercise of a name, both of a pair's; ValueError with near names for others."""
    found = exercises.find(name) if isinstance(name, str) else None
    if found is not None:
        return [found]
    known = exercises.everything()
    both = [known[n] for n in (f"{name}_forward", f"{name}_backward") if n in known]
    if both:
        return both
    import difflib

    near = difflib.get_close_matches(str(name), known, n=3)
    bare = str(name).replace("_", "").lower()
    near = near or [n for n in known if len(bare) > 2 and bare in n.replace("_", "").lower()][:3]
    if near:
        text = _("{got} is not an exercise of this course; did you mean {names}?")
    else:
        text = _("{got} is not an exercise of this course; check.progress() lists them.")
    raise ValueError(text.format(got=describe(name), names=", ".join(near)))


def draw(exercise: Exercise, rng: np.random.Generator, draws: int = 1) -> Drawing:
    """Return the drawing of a generator; ordinary cases are drawn so many times."""
    partner = exercises.find(exercise.partner) if exercise.partner else None
    return Drawing.of(exercise, rng, draws=draws, partner=partner)


def public_drawing(exercise: Exercise, seed: int | None) -> Drawing:
    """The drawing of a seed, kept from the last check: a student checks the same function often.

    Most of a failed check's time goes into what the known mistakes give, which is kept too.
    """
    kept = _kept_drawing(exercise.name, seed)
    return kept if kept.exercise is exercise else draw(exercise, public_rng(exercise.name, seed))


@lru_cache(maxsize=8)
def _kept_drawing(name: str, seed: int | None) -> Drawing:
    found = exercises.find(name)
    assert found is not None
    return draw(found, public_rng(name, seed))


@lru_cache(maxsize=1024)
def secret_drawing(name: str, secret: bytes, draws: int) -> Drawing:
    """The drawing by which a class is graded: the same for all, so it is made once in a process."""
    digest = hashlib.blake2b(name.encode(), key=secret[:64]).digest()
    rng = np.random.default_rng(list(np.frombuffer(digest[:32], dtype=np.uint32)))
    exercise = find_exercises(name)[0]
    # A call goes into another process and back, and graders are busy: neither is the student's
    # fault.
    patient = replace(exercise, time_limit=GRADING_PATIENCE * exercise.time_limit)
    return draw(patient, rng, draws)


def public_rng(name: str, seed: int | None) -> np.random.Generator:
    """Return the generator of a public seed; None is the drawing that notebooks use."""
    return np.random.default_rng(
        [zlib.crc32(name.encode()), 0 if seed is None else abs(int(seed)) + 1]
    )
