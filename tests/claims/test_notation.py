"""Every letter of chapter 1's formulas stands in the table of notation at its start."""

from __future__ import annotations

import re
from pathlib import Path

import jupytext
import pytest

from tests.claims.notebook import SOLUTIONS

TEXTS = sorted((SOLUTIONS / "01_ml_overview").glob("*.py"))
GREEK = "alpha|gamma|delta|varepsilon|eta|theta|kappa|lambda|mu|nu|sigma|phi|ell"
# Words inside formulas, environments and functions are no letters.
WORDS = re.compile(
    r"\\(?:text|operatorname|begin|end)\{[^}]*\}|\\(?:top|max|min|log|exp|tanh|sin|frac|tfrac|sqrt)\b"
)
LETTER = re.compile(
    rf"\\mathcal [A-Z]|\\mathbb E|\\(?:{GREEK})(?![a-zA-Z])|(?<![a-zA-Z\\])[a-zA-Z](?![a-zA-Z])"
)


def formulas(text: str) -> list[str]:
    """What stands between dollar signs, displayed or in the line."""
    return re.findall(r"\$\$(.+?)\$\$|(?<![\\$])\$([^$]+?)\$", text, re.S)


def letters(text: str) -> set[str]:
    """The letters of a text's formulas, e.g. {"x", "\\eta"}; R of the risk is "\\mathcal R"."""
    found: set[str] = set()
    for pair in formulas(text):
        bare = WORDS.sub(" ", "".join(pair)).replace("{", " ").replace("}", " ")
        bare = re.sub(r"(mathcal|mathbb)\s+", r"\1 ", bare)
        found |= set(LETTER.findall(bare))
    return found


def markdown(path: Path) -> str:
    return "\n".join(c.source for c in jupytext.read(path).cells if c.cell_type == "markdown")


def table() -> set[str]:
    text = markdown(TEXTS[0])
    rows = text.split("### Notation and shapes")[1].split("\n\nRows are examples")[0]
    return letters(rows)


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.stem)
def test_every_letter_of_a_formula_is_in_the_table_of_notation(text: Path) -> None:
    assert letters(markdown(text)) - table() == set()


def test_no_letter_has_two_rows_in_the_table() -> None:
    rows = markdown(TEXTS[0]).split("### Notation and shapes")[1].split("\n\nRows")[0]
    symbols = [row.split("|")[1] for row in rows.split("\n") if row.startswith("| $")]
    seen: set[str] = set()
    for symbol in symbols:
        # Arguments and indices are letters of other rows.
        new = letters(re.sub(r"\(.*?\)|_\w|_\\\w+", "", symbol))
        assert not new & seen, f"{new & seen} in two rows"
        seen |= new
