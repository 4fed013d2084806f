"""A cell is cut into pieces that make the cell again, whatever it says."""

from __future__ import annotations

import ast
import json
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograder.translation import messages
from tests.translation.committed import NOTEBOOKS

LINES = st.sampled_from(
    [
        "# A heading", "## Another $x$", "Words of a paragraph,", "and its second line.", "",
        "- an item", "- another", "  continued", "1. first", "2. second", "| a | b |", "|---|---|",
        "| words | $x$ |", "$$x = 1$$", "$$", "x^2 + y", "```python", "x = 1", "```", "~~~",
        "<!-- ### BEGIN SOLUTION -->", "<!-- ### END SOLUTION -->", "> quoted words", "两个字",
        "ends in blanks  ", "\\", "$x$ `code`", "a\u2028b", "   ", "a $$ b",
    ]
)  # fmt: skip
MARKDOWN = st.lists(LINES | st.text(max_size=12), max_size=14).map("\n".join)
WORDS = st.text("abcXYZé两 .,:$`", max_size=20)


@st.composite
def programs(draw: st.DrawFn) -> str:
    """A solution cell: functions with docstrings and comments, of any words."""
    lines = []
    for number in range(draw(st.integers(1, 3))):
        said = draw(WORDS).strip() or "Says"
        more = draw(st.lists(WORDS, max_size=3))
        raw = draw(st.sampled_from(["", "r"]))
        text = "\n    ".join([said, *more]) + ("\n    " if more else "")
        lines += [f"def f{number}(x):", f'    {raw}"""{text}"""', f"    # {draw(WORDS)}"]
        lines += [
            "    ### BEGIN SOLUTION",
            f"    return x  # {draw(WORDS)}",
            "    ### END SOLUTION",
        ]
        lines += [f"#{draw(WORDS)}", 'y = "# no comment"', ""]
    return "\n".join(lines)


@settings(max_examples=60, deadline=None)
@given(MARKDOWN)
def test_pieces_of_a_text_put_together_are_the_text(source: str) -> None:
    assert "".join(piece.text for piece in messages.markdown(source)) == source


def in_own_words(pieces: list[messages.Piece]) -> str:
    """What comes of pieces whose translation is their message."""
    return "".join(p.translated(p.message) if p.message else p.text for p in pieces)


def computed(source: str) -> str:
    """The syntax tree of functions that all have a docstring, without these."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            del node.body[0]
    return ast.dump(tree)


@settings(max_examples=25, deadline=None)
@given(programs(), WORDS)
@example('def f(x):\n    """Says\n     :\n    """\n    return x\n', "")  # indented further
def test_a_program_in_other_words_computes_the_same_and_in_its_own_is_itself(
    source: str, words: str
) -> None:
    pieces = messages.exercise(source)
    assert "".join(piece.text for piece in pieces) == source
    other = "".join(p.translated(f"w {words} w") if p.message else p.text for p in pieces)
    assert computed(other) == computed(source)
    without_blanks = [
        re.sub(r" +$", "", text, flags=re.M) for text in (source, in_own_words(pieces))
    ]
    assert without_blanks[0] == without_blanks[1]


def test_the_course_translated_by_its_own_words_differs_in_line_breaks_alone() -> None:
    for text in NOTEBOOKS:
        for cell in json.loads(text.with_suffix(".ipynb").read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            solution = cell["metadata"].get("nbgrader", {}).get("solution")
            if cell["cell_type"] == "markdown" or solution:
                cut = messages.markdown if cell["cell_type"] == "markdown" else messages.exercise
                pieces = cut(source)
                assert "".join(piece.text for piece in pieces) == source
                assert in_own_words(pieces).split() == source.split()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("# The $x$\n\nTwo\nlines.", [("heading", "# The $x$"), ("paragraph", "Two lines.")]),
        ("- one\n  more\n- two", [("list", "- one more\n- two")]),
        ("| a word |\n|---|\n| $x$ |", [("table", "| a word |\n|---|\n| $x$ |")]),
        ("Is\n$$\nx\n$$\nzero?", [("paragraph", "Is\n$$\nx\n$$"), ("paragraph", "zero?")]),
        ("```python\nwords = 1\n\nmore = 2\n```", []),
        ("$$\\text{a word}$$", []),
        ("`name` $x$ 3.5", []),
        ("So.\n<!-- END -->\nYes,\nso.", [("paragraph", "So.\n<!-- END -->\nYes, so.")]),
    ],
)  # fmt: skip
def test_messages_are_what_a_translator_reads(source: str, found: list[tuple[str, str]]) -> None:
    pieces = messages.markdown(source)
    assert [(piece.kind, piece.message) for piece in pieces if piece.message] == found


def test_messages_of_a_program_are_its_docstrings_and_comments() -> None:
    source = (
        'def f(x):\n    """Twice x.\n\n    x (N,) -> out\n    """\n'
        "    ### BEGIN SOLUTION\n    return 2 * x  # by hand\n    ### END SOLUTION\n# fmt: skip\n"
    )
    pieces = [piece for piece in messages.exercise(source) if piece.message]
    said = [("docstring", "Twice x.\n\nx (N,) -> out"), ("comment", "by hand")]
    assert [(piece.kind, piece.message) for piece in pieces] == said
    new = pieces[0].translated("x 的两倍。\n\nx (N,) -> out")
    assert new == '"""x 的两倍。\n\n    x (N,) -> out\n    """'
