"""The survivors that are known, each with its reason: the list in docs/mutation.md."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

LIST = Path(__file__).parents[2] / "docs" / "mutation.md"
# A path in backticks, the two lines as a diff, and the reason below.
ENTRY = re.compile(
    r"`(?P<path>[\w/]+\.py)`\n+```diff\n(?:- (?P<before>.*)\n)?(?:\+ ?(?P<after>.*)\n)?```\n+"
    r"(?P<kind>Equivalent|Survives): (?P<why>.+)"
)


class Known(NamedTuple):
    """Why a mutant is left alive."""

    equivalent: bool
    why: str


def known() -> dict[tuple[str, str, str], Known]:
    """Return the list: (path, line before, line after) -> why it survives."""
    text = LIST.read_text(encoding="utf-8") if LIST.exists() else ""
    return {
        (m["path"], m["before"] or "", m["after"] or ""): Known(m["kind"] == "Equivalent", m["why"])
        for m in ENTRY.finditer(text)
    }
