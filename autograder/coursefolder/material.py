"""What grading needs of an assignment, as plain values that can be sent to another machine."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from autograder.cells import is_test, visible
from autograder.coursefolder.earlier import EarlierCell

LONG = 20_000  # characters of a cell that is not worth keeping


@dataclass(frozen=True)
class CellMaterial:
    """A cell the gradebook knows.

    source: the instructor's text, with hidden tests and without solutions.
    """

    name: str
    cell_type: str
    locked: bool
    grade: bool
    solution: bool
    task: bool
    points: float | None
    source: str
    checksum: str | None

    @property
    def is_test(self) -> bool:
        """Whether the cell is graded by running it."""
        return is_test(self.cell_type, vars(self))

    @property
    def is_manual(self) -> bool:
        """Whether a person gives the points."""
        return (self.grade and not self.is_test) or self.task

    @cached_property
    def visible(self) -> str:
        """The text the student was given."""
        return visible(self.source)


@dataclass(frozen=True)
class NotebookMaterial:
    """A notebook of an assignment.

    experiments: ids of its cells that grading leaves out, and marks of their texts.
    plain: marks (`mark_of`) of the texts of its ungraded cells, which are none of a student's.
    earlier: what the cells were in earlier releases, by grade_id.
    """

    name: str
    kernelspec: str
    cells: tuple[CellMaterial, ...]
    experiments: frozenset[str] = frozenset()
    plain: frozenset[str] = frozenset()
    earlier: dict[str, EarlierCell] = field(default_factory=dict, hash=False)

    @cached_property
    def handed_out(self) -> frozenset[str]:
        """Marks of the texts that students were ever given with this notebook."""
        now = {mark_of(text) for cell in self.cells for text in (cell.visible, cell.source)}
        return frozenset(now.union(self.plain, *(cell.texts for cell in self.earlier.values())))

    @cached_property
    def asked(self) -> frozenset[str]:
        """Names that the student is asked to define."""
        texts = [cell.visible for cell in self.cells if cell.solution and cell.cell_type == "code"]
        found = {
            n for text in texts for n in re.findall(r"^(?:def|class) (\w+)", text, re.MULTILINE)
        }
        return frozenset(found | {cell.name for cell in self.cells if cell.solution})

    @cached_property
    def by_name(self) -> dict[str, CellMaterial]:
        """The cells by grade_id."""
        return {cell.name: cell for cell in self.cells}


@dataclass(frozen=True)
class Material:
    """An assignment as the gradebook has it. language: of its reports, "" for none named."""

    assignment: str
    notebooks: tuple[NotebookMaterial, ...]
    secret: bytes = field(repr=False)
    duedate: str = ""
    language: str = ""

    @cached_property
    def by_name(self) -> dict[str, NotebookMaterial]:
        """The notebooks by name."""
        return {notebook.name: notebook for notebook in self.notebooks}

    def digest(self) -> str:
        """Return a text that changes when anything that decides a score changes.

        The due date does not: penalties are worked out anew.
        """
        plain = [
            (nb.name, nb.kernelspec, [vars_of(cell) for cell in nb.cells], sorted(nb.experiments))
            for nb in self.notebooks
        ]
        text = json.dumps([self.assignment, plain, self.secret.hex()])
        return hashlib.sha256(text.encode()).hexdigest()


def vars_of(cell: CellMaterial) -> list:
    """Return a cell's fields in order."""
    return [getattr(cell, name) for name in CellMaterial.__dataclass_fields__]


class UnknownAssignment(LookupError):
    """The gradebook has no such assignment; the message says what to do."""


def squeezed(source: str) -> str:
    """Return text without the blanks that editors add."""
    return "\n".join(line.strip() for line in source.splitlines() if line.strip())


def mark_of(source: str) -> str:
    """Return a short mark that texts share only when they are equal but for blanks."""
    return _kept_mark(source) if len(source) < LONG else _mark(source)


def _mark(source: str) -> str:
    return hashlib.blake2b(squeezed(source).encode("utf-8", "replace"), digest_size=9).hexdigest()


# Most cells of a class are the same texts, and each is asked for its mark a dozen times.
_kept_mark = lru_cache(maxsize=2048)(_mark)
