"""The committed table of a chapter's claims: read, merged with new rows, compared with the code."""

from __future__ import annotations

import re
from pathlib import Path

from tests.claims.chapters import claims
from tests.claims.claim import Claim, escaped

TABLES = Path(__file__).resolve().parents[2] / "docs" / "claims"
NUMBER = r"(?:-?[0-9.]+(?:e[+-][0-9]+)?|inf|nan)"
HEAD = """# Claims of chapter {number}, measured again

Built by `python -m tests.claims {chapter} --write`. Each line is a sentence of the text; \
seeds are other draws, splits or subsets of the data.

| notebook | the text says that | holds in | measured | control |
|---|---|---|---|---|
"""


def place(chapter: str) -> Path:
    """Return the file of the table of `chapter`, "ch03"."""
    return TABLES / f"{chapter}.md"


def rows(chapter: str) -> list[str]:
    """Return the committed lines of the claims, in their order; none where there is no table."""
    path = place(chapter)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [line for line in lines if re.match(r"\| [0-9]\.[0-9] \|", line)]


def put(chapter: str, new: list[str]) -> None:
    """Write the table with the rows `new` in place of the old ones of the same claims.

    A row that belongs to no claim of the code is left out.
    """
    known = rows(chapter)
    kept = []
    for sentence in claims(chapter):
        row = [line for line in [*new, *known] if line.startswith(sentence.start())][:1]
        kept += row
    text = HEAD.format(number=int(chapter[2:]), chapter=chapter)
    place(chapter).write_text(text + "\n".join(kept) + "\n", encoding="utf-8")


def fault(sentence: Claim, row: str) -> str:
    """Say what is wrong with a committed row: "" where nothing is."""
    ends = "".join(
        rf" {re.escape(name)}: {NUMBER} to {NUMBER} \|"
        for name in map(escaped, (sentence.value, sentence.control))
    )
    found = re.fullmatch(rf"{re.escape(sentence.start())} (\d+) of (\d+) \|{ends}", row)
    if not found:
        return "names another number or control"
    holds, of = map(int, found.groups())
    if of != sentence.long or of < 5:
        return f"was measured {of} times, not {sentence.long}"
    return "" if holds >= sentence.share * of else f"does not survive: {holds} of {of}"
