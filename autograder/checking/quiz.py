"""Judge a quiz answer: a number, a letter, a word or a tuple of these."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.checking.messages import translate as _
from autograder.checking.report import Clause, Report, as_text
from autograder.checking.values import NotPlain, as_array, describe, plain
from autograder.exercises.quiz import Quiz


def judge_quiz(quiz: Quiz, answer: Any) -> Report:
    """Compare an answer with the right one; never raises.

    A wrong one gets the hint that was written for it.
    """
    try:
        given = plain(answer)
    except NotPlain as error:
        return _report(
            quiz,
            False,
            _("{name} is {got}; expected {want}.").format(
                name=quiz.name, got=error, want=_expected(quiz)
            ),
        )
    if given is None or given is ... or (isinstance(given, str) and not _letters(given)):
        return _report(
            quiz,
            False,
            _("{name} has no answer yet; expected {want}.").format(
                name=quiz.name, want=_expected(quiz)
            ),
        )
    given = _only(given, quiz.answer)
    if quiz.choices and isinstance(given, str):
        given = _picked(given, quiz.choices)
    readings = [given]
    if isinstance(given, str) and not isinstance(quiz.answer, (str, tuple)):
        readings = _numbers(given) or readings
    given = next(
        (one for one in readings if _agrees(quiz.answer, one, quiz.tolerance)), readings[0]
    )
    right = _agrees(quiz.answer, given, quiz.tolerance)
    if right is None:
        return _report(
            quiz,
            False,
            _("{name} is {got}; expected {want}.").format(
                name=quiz.name, got=describe(answer), want=_expected(quiz)
            ),
        )
    if right:
        return _report(quiz, True, "")
    return _report(
        quiz, False, _("{name} is not right.").format(name=quiz.name), _hint(quiz, given)
    )


def _agrees(answer: Any, given: Any, tolerance: float) -> bool | None:
    """True or False, or None where the given value is of another kind than the answer."""
    if isinstance(answer, str):
        return _letters(given) == answer.lower() if isinstance(given, str) else None
    if isinstance(answer, tuple):
        listed = given.tolist() if isinstance(given, np.ndarray) and given.ndim == 1 else given
        if type(listed) not in (tuple, list) or len(listed) != len(answer):
            return None
        parts = [_agrees(a, g, tolerance) for a, g in zip(answer, listed, strict=True)]
        return None if None in parts else all(parts)
    number = as_array(given)
    if (
        number is None
        or number.size != 1
        or number.dtype.kind not in "iuf"
        or isinstance(given, bool) != isinstance(answer, bool)
    ):
        return None
    value = float(number.reshape(()))
    return abs(value - float(answer)) <= tolerance + 1e-12 or _rounded(value, float(answer))


def _letters(text: str) -> str:
    """A letter or word without what people write around it: " (b) ", "B.", "[b]"."""
    return unicodedata.normalize("NFKC", text).strip(" \t\n()[]{}.,:;\"'`*_$").lower()


def _only(given: Any, answer: Any) -> Any:
    """Return the one answer in a list of one."""
    one = isinstance(given, (list, tuple)) and len(given) == 1 and not isinstance(answer, tuple)
    return given[0] if one else given


def _numbers(text: str) -> list[float]:
    """Return the numbers that a text may be meant as, none where it is none.

    "1/8", "$\\frac{1}{8}$", "0,125" and "１／８" are read; "9,216" as either of its meanings.
    """
    text = unicodedata.normalize("NFKC", text[:100]).strip(" \t\n$`'\"").replace("−", "-")
    text = re.sub(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}", r"\1/\2", text)
    text = re.sub(
        r"\s*(?:[*x×·]|\\cdot|\\times)\s*10\s*(?:\^|\*\*)\s*\{?([+-]?\d+)\}?", r"e\1", text
    )
    grouped = (
        text.replace(",", "") if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", text) else text
    )
    found = []
    for one in dict.fromkeys((text.replace(",", "."), grouped)):
        top, slash, bottom = one.partition("/")
        with contextlib.suppress(ValueError, ZeroDivisionError, OverflowError):
            found.append(float(top) / float(bottom) if slash else float(top))
    return found


def _picked(text: str, choices: Mapping[str, str]) -> str | None:
    """The letter of "(b)", "B: nothing" or "b · nothing"; None where no choice has it."""
    text = unicodedata.normalize("NFKC", text).strip(" \t\n*_$")
    found = re.match(r"""[\s(\[{"'`]*(\w+)\s*(?:[^\w\s,/|&+]|$)""", text)
    letter = found[1].lower() if found else ""
    return letter if letter in {choice.lower() for choice in choices} else None


def _rounded(value: float, answer: float) -> bool:
    """Return whether `value` is the answer rounded to two decimals or more, at most 2 % off."""
    near = abs(value - answer) <= 0.02 * abs(answer)
    return near and any(abs(value - round(answer, k)) < 1e-12 for k in range(2, 9))


def _hint(quiz: Quiz, given: Any) -> str:
    if isinstance(given, str):
        known = {k.lower(): v for k, v in quiz.hints.items()}
        return known.get(_letters(given), quiz.hint)
    for wrong, hint in quiz.hints.items():
        try:
            if _agrees(float(wrong), given, max(quiz.tolerance, 1e-9)):
                return hint
        except ValueError:
            if str(given) == wrong:
                return hint
    return quiz.hint


def _expected(quiz: Quiz) -> str:
    if quiz.choices:
        return _("one of the letters {letters}").format(letters=", ".join(quiz.choices))
    if isinstance(quiz.answer, tuple):
        return _("a tuple of {n}").format(n=len(quiz.answer))
    return _("a word") if isinstance(quiz.answer, str) else _("a number")


def _report(quiz: Quiz, passed: bool, found: str, hint: str = "") -> Report:
    clauses = (Clause("answer", passed, found),)
    text = (
        as_text(quiz.name, passed, clauses, found, "", "", (), _(hint), ())
        if not passed
        else _("{name}: right.").format(name=quiz.name)
    )
    return Report(quiz.name, passed, None, text, clauses, found=found, next_step=_(hint))
