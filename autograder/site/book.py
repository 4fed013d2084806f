"""The chapters of the site and their pages, read off the folder of executed notebooks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

# "## 1.2 · Four kinds of learning" below the chapter's own title.
NUMBERED = re.compile(r"^## (\d+\.\d+ · .+)$", re.MULTILINE)
# "**Notebook 2 of 4: training**", whatever the language: what stands behind the colon.
NAMED = re.compile(r"^\*\*[^*:：]*\d[^*:：]*[:：]\s*(.+?)\*\*$", re.MULTILINE)
TITLE = re.compile(r"\A# (.+)$", re.MULTILINE)


@dataclass
class Page:
    """One notebook. name: "03_feedforward/03_training", without ending; title: "3.3 · Training"."""

    name: str
    title: str
    notebook: NotebookNode


@dataclass
class Chapter:
    """One chapter. title: "3 · Feedforward networks and backpropagation"."""

    number: int
    title: str
    pages: list[Page] = field(default_factory=list)


def read_book(notebooks: Path, names: dict[int, str]) -> list[Chapter]:
    """Return the chapters below a folder of executed notebooks; ValueError where there is none.

    names: titles of the chapters by number, as the start page's table has them.
    """
    chapters: dict[int, Chapter] = {}
    for path in sorted(notebooks.glob("[0-9]*/[0-9]*.ipynb")):
        number = int(path.parent.name.split("_")[0])
        place = int(path.stem.split("_")[0])
        nb = nbformat.read(path, as_version=4)
        title = retitle(nb, f"{number}.{place}")
        chapter = chapters.setdefault(number, Chapter(number, names.get(number, str(number))))
        chapter.pages.append(Page(f"{path.parent.name}/{path.stem}", title, nb))
    if not chapters:
        raise ValueError(f"no notebook in {notebooks}: expected NN_chapter/MM_topic.ipynb")
    return list(chapters.values())


def retitle(nb: NotebookNode, number: str) -> str:
    """Give the notebook one title, "3.3 · Training", in place of the chapter's; return it."""
    head = nb.cells[0]
    numbered, named, first = (p.search(head.source) for p in (NUMBERED, NAMED, TITLE))
    if first is None:
        raise ValueError(f"notebook {number} begins with no title: {head.source[:60]!r}")
    if numbered:
        title = numbered[1]
        rest = head.source.replace(numbered[0], "", 1)
    elif named:
        title = f"{number} · {named[1][0].upper()}{named[1][1:]}"
        rest = head.source.replace(named[0], "", 1)
    else:
        title = first[1]
        rest = head.source
    head.source = f"# {title}\n\n{rest.replace(first[0], '', 1).strip()}"
    if numbered:
        _raise_sections(nb)
    return title


def _raise_sections(nb: NotebookNode) -> None:
    """Raise the sections that stood below a title which is now the page's, up to the next one."""
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            if re.search(r"^## ", cell.source, re.MULTILINE):
                return
            cell.source = re.sub(r"^### ", "## ", cell.source, flags=re.MULTILINE)


def chapter_names(start: NotebookNode) -> dict[int, str]:
    """Return the chapters' titles by number from the links of the start page's table."""
    linked = re.compile(r"\[((\d+) · [^\]]+)\]\(\d+_\w+/")
    return {
        int(number): title
        for cell in start.cells
        if cell.cell_type == "markdown"
        for title, number in linked.findall(cell.source)
    }
