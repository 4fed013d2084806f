"""Every letter of a formula stands in a table of notation that the reader has met before it."""

from __future__ import annotations

import re
from pathlib import Path

import jupytext
import pytest

from tests.claims.notebook import SOLUTIONS

# Where a chapter's table stands: between this heading and this line of its first notebook.
TABLES = {
    "01_ml_overview": ("### Notation and shapes", "\n\n</details>"),
    "02_linear_models": ("## Notation and shapes", "\n\n</details>"),
    "03_feedforward": ("## Notation and shapes", "\n\nA condition in brackets"),
}
# The letters of chapter 1 beside those of chapter 2 stand between these two lines.
TRANSLATION = ("## From chapter 1's letters to these", "## Notation and shapes")
# Letters with two rows that say the same: v is a direction, v_k are directions of the SVD.
ALIKE: dict[str, set[str]] = {
    "01_ml_overview": set(),
    "02_linear_models": {"v"},
    "03_feedforward": set(),
}
TEXTS = [path for chapter in TABLES for path in sorted((SOLUTIONS / chapter).glob("*.py"))]
GREEK = (
    "alpha|beta|gamma|delta|epsilon|varepsilon|zeta|eta|theta|vartheta|iota|kappa|lambda|mu|nu|xi"
    "|rho|sigma|tau|upsilon|phi|varphi|chi|psi|omega|ell"
    "|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Upsilon|Phi|Psi|Omega"
)
# Words inside formulas, environments, functions and the numbers e and \\pi are no letters.
WORDS = re.compile(
    r"\\(?:text|operatorname|begin|end|mathtt|mathrm)\{[^}]*\}|(?<![a-zA-Z])e\^"
    r"|\\(?:top|max|min|log|exp|tanh|sin|frac|tfrac|sqrt|underset|underbrace)(?![a-zA-Z])"
)
LETTER = re.compile(
    rf"\\mathcal [A-Z]|\\mathbb E|\\(?:{GREEK})(?![a-zA-Z])|(?<![a-zA-Z\\])[a-zA-Z](?![a-zA-Z])"
)


def formulas(text: str) -> list[tuple[str, str]]:
    """What stands between dollar signs, displayed or in the line; code in backticks is left out."""
    bare = re.sub(r"```.*?```|`[^`\n]*`", " ", text, flags=re.S)
    return re.findall(r"\$\$(.+?)\$\$|(?<![\\$])\$([^$]+?)\$", bare, re.S)


def letters(text: str) -> set[str]:
    """The letters of a text's formulas, e.g. {"x", "\\eta"}; R of the risk is "\\mathcal R"."""
    found: set[str] = set()
    for pair in formulas(text):
        bare = WORDS.sub(" ", "".join(pair)).replace("{", " ").replace("}", " ")
        bare = re.sub(r"(mathcal|mathbb)\s+", r"\1 ", bare)
        found |= set(LETTER.findall(bare))
    return found


def cells(path: Path) -> str:
    return "\n".join(c.source for c in jupytext.read(path).cells if c.cell_type == "markdown")


def markdown(path: Path) -> str:
    """A notebook's text without the table of another chapter's letters."""
    before, heading, after = cells(path).partition(TRANSLATION[0])
    return before + after[after.find(TRANSLATION[1]) :] if heading else before


def translation() -> tuple[str, str, str]:
    """Both columns of the table of chapter 1's letters, and the sentence of those that stay."""
    text = cells(sorted((SOLUTIONS / "02_linear_models").glob("*.py"))[0])
    table, same = text.split(TRANSLATION[0])[1].split(TRANSLATION[1])[0].rsplit("|\n\n", 1)
    lines = [row.split("|") for row in table.split("\n") if row.startswith("| ")][1:]
    return "\n".join(row[1] for row in lines), "\n".join(row[2] for row in lines), same


def rows(chapter: str) -> list[str]:
    heading, after = TABLES[chapter]
    text = markdown(sorted((SOLUTIONS / chapter).glob("*.py"))[0])
    table = text.split(heading)[1].split(after)[0]
    return [row for row in table.split("\n") if row.startswith("| $")]


def missing(text: str, chapter: str) -> set[str]:
    """Letters of a text's formulas that its chapter's table does not explain."""
    return letters(text) - letters("\n".join(rows(chapter)))


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_letter_of_a_formula_is_in_the_table_of_notation(text: Path) -> None:
    assert missing(markdown(text), text.parent.name) == set()


@pytest.mark.parametrize("chapter", TABLES)
@pytest.mark.parametrize("added", [r"\zeta", r"\omega", "F", r"\Omega"])
def test_a_letter_that_the_table_does_not_explain_is_found(chapter: str, added: str) -> None:
    text = markdown([path for path in TEXTS if path.parent.name == chapter][-1])
    assert missing(text + f" Let ${added}_1$ be given.", chapter) == {added}


@pytest.mark.parametrize("chapter", TABLES)
def test_no_letter_has_two_rows_in_the_table(chapter: str) -> None:
    seen: set[str] = set()
    for row in rows(chapter):
        symbol = row.split("|")[1]
        # Arguments and indices are letters of other rows.
        new = letters(re.sub(r"\(.*?\)|_\w|_\\\w+", "", symbol))
        repeated = (new & seen) - ALIKE[chapter]
        assert not repeated, f"{repeated} in two rows"
        seen |= new


@pytest.mark.parametrize("chapter", TABLES)
def test_the_table_explains_no_letter_that_the_chapter_does_not_use(chapter: str) -> None:
    texts = "\n".join(markdown(path) for path in TEXTS if path.parent.name == chapter)
    for row in rows(chapter):
        texts = texts.replace(row, "")
    symbols = "\n".join(row.split("|")[1] for row in rows(chapter))
    assert letters(symbols) - letters(texts) == set()


def test_a_letter_of_chapters_1_and_2_is_translated_or_said_to_stay() -> None:
    first, second = (letters("\n".join(rows(chapter))) for chapter in list(TABLES)[:2])
    before, after, same = map(letters, translation())
    assert (first & second) - (before | same) == set()
    # Letters of one table must be those of its chapter; g and the like are letters of both.
    assert before - first == set()
    assert after - second == set()
    assert same - (first & second) == set()


# In these chapters each notebook may begin with a table of the letters that it adds.
GROWING = [p for c in ("04_cnn", "05_rnn_lstm") for p in sorted((SOLUTIONS / c).glob("*.py"))]
# Letters that get a second meaning; the notebook's beginning has to say so, in the words below.
AGAIN = {
    "05_rnn_lstm/03_lstm": {"i": "($i$ was the index of a unit before)", "s": "the blocks of $s$"},
    "05_rnn_lstm/04_variants": {"p": "(not the probabilities of 5.1)"},
    "05_rnn_lstm/05_sequences_at_work": {"V": "mean something special", "A": "of notebook 5.1"},
    "05_rnn_lstm/06_encoder_decoder_and_attention": {
        "D": "$D$ the numbers in an input",
        "T": "mean something special",
        "k": "$k$ was a number of cells",
        "q": "(not the $q$ of notebook 5.4)",
        "\\ell": "scores again",
    },
}


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def own_rows(path: Path) -> list[str]:
    """The rows of the table before a notebook's first section; none if it adds no letter."""
    head = cells(path).split("\n## 1 ")[0]
    return [row for row in head.split("\n") if row.startswith(("| $", "| `"))]


def met(path: Path) -> list[str]:
    """The rows of a notebook's table and of those of the notebooks before it in its chapter."""
    before = [p for p in GROWING if p.parent == path.parent and p.stem <= path.stem]
    return [row for p in before for row in own_rows(p)]


def symbols(row: str) -> set[str]:
    """The letters of a row's first column, {"k", "v"} of "$k_s$, $v_s$"; none with a hat."""
    return letters(re.sub(r"\\(?:tilde|hat) \w|_\{.*?\}|_\w|_\\\w+|'", "", row.split("|")[1]))


@pytest.mark.parametrize("path", GROWING, ids=name)
def test_every_letter_of_a_formula_is_in_a_table_that_was_met(path: Path) -> None:
    assert letters(cells(path)) - letters("\n".join(met(path))) == set()


@pytest.mark.parametrize("path", GROWING, ids=name)
@pytest.mark.parametrize("added", [r"\zeta", r"\Omega", r"\kappa"])
def test_a_letter_that_no_table_explains_is_found(path: Path, added: str) -> None:
    text = cells(path) + f" Let ${added}_1$ be given."
    assert letters(text) - letters("\n".join(met(path))) == {added}


@pytest.mark.parametrize("path", GROWING, ids=name)
def test_a_letter_that_gets_a_second_meaning_is_announced(path: Path) -> None:
    earlier: set[str] = set()
    for row in met(path)[: len(met(path)) - len(own_rows(path))]:
        earlier |= symbols(row)
    own: set[str] = set()
    for row in own_rows(path):
        assert not symbols(row) & own, f"twice in one table: {row}"
        own |= symbols(row)
    again = own & earlier
    said = AGAIN.get(name(path), {})
    assert again == set(said)
    head = cells(path).split("\n## 1 ")[0]
    assert {letter for letter, words in said.items() if words not in head} == set()


@pytest.mark.parametrize("chapter", ["04_cnn", "05_rnn_lstm"])
def test_no_table_explains_a_letter_that_its_chapter_does_not_use(chapter: str) -> None:
    paths = [path for path in GROWING if path.parent.name == chapter]
    texts = "\n".join(cells(path) for path in paths)
    table = [row for path in paths for row in own_rows(path)]
    for row in table:
        texts = texts.replace(row, "")
    assert set().union(*map(symbols, table)) - letters(texts) == set()
