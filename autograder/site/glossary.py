"""One glossary, collected from the tables at the ends of the chapters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.site.book import Chapter
from autograder.site.texts import text

CELL = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class Entry:
    """A row of a chapter's table: the term, its name in the other language, one line, where."""

    term: str
    other: str
    line: str
    chapter: int
    page: str


def collect(chapters: Sequence[Chapter], language: str) -> list[Entry]:
    """Return all rows of the chapters' glossaries, sorted by term."""
    entries = [
        Entry(row[0], row[1], row[2], chapter.number, page.name)
        for chapter in chapters
        for page in chapter.pages
        for cell in page.notebook.cells
        if cell.cell_type == "markdown"
        for row in rows(below_heading(cell.source, language))[1:]
    ]
    return sorted(entries, key=lambda entry: (_plain(entry.term), entry.chapter))


def below_heading(source: str, language: str) -> str:
    """Return the Markdown below the glossary's heading; empty where there is none."""
    heading = rf"^#+ .*{re.escape(text('glossary', language))}.*$"
    found = re.search(heading, source, re.MULTILINE)
    return source[found.end() :] if found else ""


def rows(source: str) -> list[list[str]]:
    """Return a Markdown table of at least three columns, cell by cell, its head first."""
    lines = [line.strip() for line in source.splitlines() if line.strip().startswith("|")]
    cells = [[cell.strip() for cell in CELL.split(line.strip("|"))] for line in lines]
    return [row for row in cells if len(row) >= 3 and set(row[0]) != {"-"}]


def _plain(term: str) -> str:
    return term.lower().strip("*$`")


def glossary_page(chapters: Sequence[Chapter], language: str) -> str:
    """Return the page as Markdown: a term that several chapters explain has all their lines."""
    heads = " | ".join(text(key, language) for key in ("term", "other_term", "meaning", "where"))
    lines = [f"# {text('glossary', language)}", "", f"| {heads} |", "|---|---|---|---|"]
    last = ""
    for entry in collect(chapters, language):
        link = f"[{text('chapter', language, number=entry.chapter)}]({entry.page}.ipynb)"
        term = _plain(entry.term)
        head = "| | |" if term == last else f"| **{entry.term}** | {entry.other} |"
        lines.append(f"{head} {entry.line} | {link} |")
        last = term
    return "\n".join([*lines, ""])
