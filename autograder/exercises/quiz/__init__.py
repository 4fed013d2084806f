"""Quiz questions: the right answer, and a leading sentence for each wrong one."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Quiz:
    """One quiz question.

    name: the variable in the notebook, "quiz_…".
    answer: a letter (multiple choice), a number, a string or a tuple of these.
    tolerance: largest absolute difference accepted for a number.
    choices: letter -> text, for multiple choice.
    hints: wrong letter, or wrong number as str -> a sentence that leads, without the answer.
    hint: what to say to any other wrong answer.
    """

    name: str
    answer: float | str | int | tuple
    tolerance: float = 0.0
    choices: dict[str, str] | None = None
    hints: dict[str, str] = field(default_factory=dict)
    hint: str = ""
