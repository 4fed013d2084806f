"""What sanitizing did, in sentences for the instructor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.coursefolder.shown import shown

MAX_NOTE = 300
MAX_NOTES = 60


@dataclass(frozen=True)
class Note:
    """One thing that was repaired.

    tampering: it looks like an attempt on the grade, not an accident. The text may quote names and
    metadata of a student: it is kept clean and short.
    """

    text: str
    tampering: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", shown(self.text, MAX_NOTE))


def sentences(notes: Sequence[Note], tampering: bool) -> tuple[str, ...]:
    """Return the texts of one kind, each once, a bounded number of them."""
    texts = list(dict.fromkeys(note.text for note in notes if note.tampering == tampering))
    more = len(texts) - MAX_NOTES
    return (*texts[:MAX_NOTES], f"and {more:,} more of this kind") if more > 0 else tuple(texts)
