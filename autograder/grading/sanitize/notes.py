"""What sanitizing did, in sentences for the instructor."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Note:
    """One thing that was repaired. tampering: it looks like an attempt on the grade, not an accident."""

    text: str
    tampering: bool = False
