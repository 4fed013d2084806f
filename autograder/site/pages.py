"""The pages that are no notebook: the landing page, the first five minutes, the manuals."""

from __future__ import annotations

import posixpath
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from nbformat import NotebookNode

from autograder.building.layout import MANUALS, PROJECT_ROOT, Layout
from autograder.building.repository import address, source
from autograder.building.source import read_manual
from autograder.site.book import Chapter
from autograder.site.notebook import CHECKED
from autograder.site.reference import PARTS
from autograder.site.reports import Reports
from autograder.site.texts import text
from autograder.translation.edition import translated

HERE = Path(__file__).parent
WORDS = ("begin", "look_up", "reference", "teach", "title")
LINK = re.compile(r"\[([^\]]*)\]\((?!\w+:|#)([^)#\s]+)(#[^)\s]*)?\)")


def write_pages(
    folder: Path,
    chapters: Sequence[Chapter],
    start: NotebookNode,
    reports: Reports,
    language: str,
) -> None:
    """Write the pages below `folder`, where the chapters' pages are already."""
    shutil.copytree(PROJECT_ROOT / "docs" / "images", folder / "images", dirs_exist_ok=True)
    for path in Layout().manuals:
        markdown = manual(path, language)
        (folder / path.name).write_text(with_links(markdown, folder), encoding="utf-8")
    pages = Environment(
        loader=FileSystemLoader([HERE / "pages" / language, HERE / "pages" / "en"]),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    values = {
        "address": address(),
        "chapters": chapters,
        "report": reports["affine_backward: db_averaged"],  # the page says so
        "start": with_links(start_cells(start, reports), folder, "chapters"),
        "words": {key: text(key, language) for key in WORDS},
        "parts": PARTS,
    }
    for name in ("index", "first"):
        made = pages.get_template(f"{name}.md").render(values)
        (folder / f"{name}.md").write_text(made, encoding="utf-8")


def manual(path: Path, language: str) -> str:
    """Return a manual in a language, Markdown."""
    layout = Layout().edition(language)
    text = read_manual(path)
    return (translated(text, layout) if layout.language else text).cells[0].node.source


def start_cells(start: NotebookNode, reports: Reports) -> str:
    """Return the start page as Markdown, below its title, with the report of its one check."""
    parts = []
    for cell in start.cells:
        if cell.cell_type == "markdown":
            parts.append(re.sub(r"\A# .+\n", "", cell.source).strip())
            continue
        parts.append(f"```python\n{cell.source.strip()}\n```")
        parts += [reports[name] for name in CHECKED.findall(cell.source)]
    return "\n\n".join(parts)


def with_links(markdown: str, folder: Path, here: str = "docs") -> str:
    """Return a manual whose links to files that are no pages lead to the repository.

    Where there is none, the file is named and not linked.
    """

    def moved(match: re.Match) -> str:
        if (folder / match[2]).exists() or Path(match[2]).stem in MANUALS:
            return match[0]
        where = source(posixpath.normpath(posixpath.join(here, match[2])))
        return f"[{match[1]}]({where}{match[3] or ''})" if where else match[1]

    return LINK.sub(moved, markdown)
