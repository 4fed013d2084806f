"""The catalogs, one a text and language: made from the text, kept up to date, read and written.

An entry is one message of `messages.py`. What the text no longer says is kept at the file's end; an
entry whose English has changed keeps the old translation, marked fuzzy, and is not used until a
translator has looked at it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import denormalize, read_po, write_po
from nbformat import NotebookNode

from autograder.building.layout import write_atomic
from autograder.building.source import SourceNotebook
from autograder.translation import messages

UNWRAPPED = 10**6  # Babel breaks old messages at any blank, where no program reads them
MADE = datetime(2026, 1, 1, tzinfo=UTC)  # a date of today would make a new file of the same texts


def pieces(cell: NotebookNode) -> list[messages.Piece]:
    """Return a cell's pieces; a cell that is the same in all languages is one without a message."""
    if cell.cell_type == "markdown":
        return messages.markdown(cell.source)
    if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
        return messages.exercise(cell.source)
    return [messages.Piece(cell.source)]


def entries(notebook: SourceNotebook) -> Iterator[tuple[str, str]]:
    """Yield each message of a text and where it stands: "paragraph, 2. Forward"."""
    section = ""
    for cell in notebook.cells:
        inside = cell.nbgrader.get("grade_id", "") if cell.node.cell_type == "code" else ""
        for piece in pieces(cell.node):
            if piece.kind == "heading":
                section = piece.message.lstrip("# ").replace("\n", " ")
            if piece.message:
                yield piece.message, f"{piece.kind}, {inside or section}".removesuffix(", ")


def template(notebook: SourceNotebook) -> Catalog:
    """Return a catalog of what a text says today, without translations."""
    catalog = Catalog()
    for message, place in entries(notebook):
        if message not in catalog:
            catalog.add(message, auto_comments=[place])
    return catalog


def updated(old: Catalog, notebook: SourceNotebook, language: str) -> Catalog:
    """Return the catalog of a text as it is today, with the translations that `old` has."""
    new = Catalog(
        locale=language,
        header_comment=f"# {notebook.name}. How to translate: docs/translating.md.",
        project="nn-from-scratch",
        version="1",
        creation_date=MADE,
        revision_date=MADE,
        last_translator="",
        language_team="",
        msgid_bugs_address="",
        fuzzy=False,
    )
    for message in old:
        if message.id:
            new[message.id] = message
    # What was taken out once and is back needs no new translation.
    for message in old.obsolete.values():
        if message.id not in new:
            new[message.id] = message
    new.update(template(notebook), update_creation_date=False)
    for message in new:
        known = old.get(message.id) if message.id and message.fuzzy else None
        if known is not None and not message.previous_id:
            message.previous_id = known.previous_id  # until somebody has looked at it
    return new


def is_stale(old: Catalog, notebook: SourceNotebook) -> bool:
    """Return whether a catalog's entries are not those of its text, in the text's order."""
    return [m.id for m in old if m.id] != [m.id for m in template(notebook) if m.id]


def read(path: Path) -> Catalog:
    """Return the catalog at `path`, an empty one where there is none; ValueError for a broken."""
    if not path.exists():
        return Catalog()
    try:
        text = path.read_text(encoding="utf-8")
        catalog = read_po(io.StringIO(text), abort_invalid=True)
        for message in [*catalog, *catalog.obsolete.values()]:
            # Babel takes the old English, after "#|", for a translator's note.
            notes = [note for note in message.user_comments if not note.startswith("|")]
            message.user_comments = notes
        for message, before in _previous(text):
            catalog[message].previous_id = [before]
        return catalog
    except Exception as error:  # Babel raises whatever the broken file makes it raise
        raise ValueError(f"{path} is no catalog of translations: {error}") from None


def _previous(text: str) -> Iterator[tuple[str, str]]:
    """Yield outdated messages with the English they had before, which Babel writes and skips."""
    for block in text.split("\n\n"):
        before = re.findall(r'^#\| (?:msgid )?(".*")$', block, re.MULTILINE)
        now = re.search(r'^msgid (".*"(?:\n".*")*)$', block, re.MULTILINE)
        if before and now:
            yield denormalize(now[1]), denormalize("\n".join(before))


def write(path: Path, catalog: Catalog) -> bool:
    """Write a catalog; False where the file says the same already."""
    for message in catalog:
        # Babel takes "50 % of" and "{w}" for formats: nothing here is filled in.
        message.flags -= {"python-format", "python-brace-format"}
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=UNWRAPPED, include_previous=True)
    text = re.sub(r"[ \t]+$", "", buffer.getvalue().decode("utf-8"), flags=re.MULTILINE)
    return write_atomic(path, text)


def translation(catalog: Catalog, message: str) -> str:
    """Return what a message is in the catalog's language; "" where that is missing or outdated."""
    found = catalog.get(message) if message else None
    return "" if found is None or found.fuzzy else str(found.string or "")
