"""How far a text is translated: which entries are missing, outdated, or differ in structure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Message

from autograder.building.layout import Layout
from autograder.building.source import SourceNotebook, read_manual, read_source
from autograder.translation import catalogs, structure

MISSING, OUTDATED, DIFFERS, STALE = "missing", "outdated", "differs", "not up to date"


@dataclass(frozen=True)
class Finding:
    """Something a translator has to do. what: MISSING, OUTDATED, DIFFERS or STALE."""

    path: Path
    what: str
    place: str
    text: str
    said: str = ""

    def __str__(self) -> str:
        start = " ".join(self.text.split())
        start = start if len(start) <= 60 else start[:59] + "…"
        said = f" ({self.said})" if self.said else ""
        return f"{self.path.name}: {self.what}: {self.place}: {start}{said}"


@dataclass(frozen=True)
class Coverage:
    """What there is of a catalog: entries, those translated, and what is left to do."""

    path: Path
    entries: int
    done: int
    findings: tuple[Finding, ...]


def texts_of(layout: Layout, targets: Sequence[str] = ()) -> list[Path]:
    """Return the authored texts that `targets` mean: all, with start page and manuals, for none."""
    others = {path.stem: path for path in [layout.start, *layout.manuals] if path.exists()}
    named = [name for name in targets if name not in others]
    chosen = layout.select(named) if named or not targets else []
    wanted = [path for name, path in others.items() if name in targets or not targets]
    return [*wanted, *(text for selection in chosen for text in selection.texts)]


def read_text(path: Path) -> SourceNotebook:
    """Read a notebook's text or a manual."""
    return read_manual(path) if path.suffix == ".md" else read_source(path)


def coverage(text: Path, layout: Layout, *, update: bool) -> Coverage:
    """Return the coverage of a text in the layout's language; update: write the catalog first.

    Raises BuildError for a text and ValueError for a catalog that cannot be read.
    """
    path, notebook = layout.catalog(text), read_text(text)
    old = catalogs.read(path)
    new = catalogs.updated(old, notebook, layout.language)
    findings: list[Finding] = []
    if update:
        catalogs.write(path, new)
    elif catalogs.is_stale(old, notebook):
        message = "the text has changed: run autograder translate"
        findings.append(Finding(path, STALE, path.stem, message))
    entries = [message for message in new if message.id]
    findings += [one for message in entries for one in look_at(path, message)]
    done = sum(bool(catalogs.translation(new, str(message.id))) for message in entries)
    return Coverage(path, len(entries), done, tuple(findings))


def look_at(path: Path, message: Message) -> Iterator[Finding]:
    """Yield what is to be done about an entry."""
    english, other = str(message.id), str(message.string or "")
    place = message.auto_comments[0] if message.auto_comments else ""
    if not other:
        yield Finding(path, MISSING, place, english)
    elif message.fuzzy:
        yield Finding(path, OUTDATED, place, english)
    else:
        kind = place.split(",")[0]
        for said in structure.differences(english, other, kind):
            yield Finding(path, DIFFERS, place, english, said)
