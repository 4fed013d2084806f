"""The committed catalogs, read once for all tests of this folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from autograder.building.layout import Layout
from autograder.translation import catalogs

LAYOUT = Layout().edition("zh_CN")
NOTEBOOKS = [text for folder in LAYOUT.chapter_folders() for text in LAYOUT.texts(folder)]
TEXTS = [LAYOUT.start, *NOTEBOOKS, *LAYOUT.manuals]


def each(texts: list[Path]) -> pytest.MarkDecorator:
    """A test for each of the texts, by the name of its catalog."""
    return pytest.mark.parametrize("text", texts, ids=lambda path: LAYOUT.catalog(path).stem)


each_text, each_page = each(TEXTS), each([LAYOUT.start, *NOTEBOOKS])


@cache
def entries(text: Path) -> tuple[Message, ...]:
    """The entries of a text's catalog that are translated and not outdated."""
    return tuple(
        m for m in catalogs.read(LAYOUT.catalog(text)) if m.id and m.string and not m.fuzzy
    )


def kind(entry: Message) -> str:
    """The kind of what an entry translates, such as "paragraph" or "docstring"."""
    return entry.auto_comments[0].split(",")[0]
