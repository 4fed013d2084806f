"""What a picture shows, in words: for who cannot see it."""

from __future__ import annotations

import re

from autograder.site.texts import text

SEEN = re.compile(r"\A\*[^*\n]+[:：]\*\s*(.+)")
NUMBER = re.compile(r"^(?:\d+\.\d+ ·|\d+ ·|\d+\.)\s*")
LONG = 300  # characters; the text below the picture says the rest


def description(below: str, section: str, language: str) -> str:
    """Return a description: what the text below says is to be seen, else the section's name.

    below: the Markdown that follows the picture; section: the heading above it.
    """
    seen = SEEN.match(below)
    if seen is None:
        return text("figure", language, section=plain(NUMBER.sub("", section)))
    words = plain(seen[1])
    if len(words) <= LONG:
        return words
    cut = max(words.rfind(mark, 0, LONG) for mark in (". ", "。", "; ", "；"))
    return words[: cut + 1] if cut > 0 else words[:LONG].rsplit(" ", 1)[0] + " …"


def plain(markdown: str) -> str:
    """Return Markdown as plain words; formulas stay as they are typed."""
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    return re.sub(r"[*`$]|\\(?:mathrm|text)\b", "", words).strip()
