"""Releases of a small course and what a learner does to a copy, drawn by hypothesis.

All that the learner types is a word of its own, so that it can be looked for afterwards.
"""

from __future__ import annotations

import random

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import compute_checksum

from autograder.cells import text_id

STUB = "# YOUR CODE HERE\n    raise NotImplementedError()"


def graded(name: str, source: str, kind: str = "code", **marks: object) -> NotebookNode:
    """A cell as a release has it."""
    make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    cell = make(source, id=name)
    cell.metadata["nbgrader"] = nbformat.from_dict(
        {"grade_id": name, "schema_version": 3, "task": False, "cell_type": kind, **marks}
    )
    cell.metadata.nbgrader["checksum"] = compute_checksum(cell)
    return cell


def stub(name: str, text: str) -> NotebookNode:
    """A solution cell."""
    source = f'def {name}(x):\n    """{text}"""\n    {STUB}'
    return graded(name, source, grade=False, solution=True, locked=False)


def check(name: str, text: str) -> NotebookNode:
    """The check of a solution."""
    source = f"check({name})  # {text}"
    return graded(f"check_{name}", source, grade=True, solution=False, locked=True, points=2)


def question(name: str, text: str) -> NotebookNode:
    """A question in words."""
    source = f"Why is {text}?\n\nYOUR ANSWER HERE"
    return graded(name, source, "markdown", grade=True, solution=True, locked=False, points=5)


def plain(kind: str, text: str, seen: set[str]) -> NotebookNode:
    """A text or an experiment, with the id that the build gives it."""
    make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    name = text_id(kind, text)
    while name in seen:
        name += "-2"
    seen.add(name)
    return make(text, id=name, metadata={"tags": ["experiment"]} if kind == "code" else {})


class Course:
    """A course whose author goes on writing: `release` gives the notebook as it stands."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.number = 0
        self.parts: list[tuple[str, str, str]] = []  # kind, name, text
        for _ in range(rng.randint(1, 4)):
            self.add()

    def word(self) -> str:
        """A text of the author's: several words, some of them usual."""
        self.number += 1
        usual = self.rng.choice(["the gradient of the loss", "a line through data", "shapes"])
        return f"{usual} number {self.number}"

    def add(self) -> None:
        """Put a new part somewhere: a text, an experiment, an exercise or a question."""
        kind = self.rng.choice(["markdown", "code", "exercise", "question"])
        self.parts.insert(
            self.rng.randint(0, len(self.parts)), (kind, f"f{self.number}", self.word())
        )

    def change(self) -> None:
        """Do one of the things an author does."""
        what = self.rng.choice(["add", "rewrite", "rewrite", "correct", "remove", "move"])
        if what == "add" or not self.parts:
            self.add()
            return
        at = self.rng.randrange(len(self.parts))
        kind, name, text = self.parts[at]
        if what == "rewrite":
            self.parts[at] = (kind, name, self.word())
        elif what == "correct":
            self.parts[at] = (kind, name, text + " indeed")
        elif what == "remove":
            del self.parts[at]
        else:
            part = self.parts.pop(at)
            self.parts.insert(self.rng.randint(0, len(self.parts)), part)

    def release(self) -> NotebookNode:
        """The notebook as a student gets it."""
        nb = nbformat.v4.new_notebook(metadata={"language_info": {"name": "python"}})
        seen: set[str] = set()
        for kind, name, text in self.parts:
            if kind == "exercise":
                nb.cells += [plain("markdown", f"Write {name}: {text}", seen)]
                nb.cells += [stub(name, text), check(name, text)]
            elif kind == "question":
                nb.cells.append(question(name, text))
            else:
                nb.cells.append(plain(kind, text, seen))
        return nb


class Learner:
    """Somebody who types words of their own into a copy; `typed` has those that must be kept."""

    def __init__(self, rng: random.Random, loses_ids: bool) -> None:
        self.rng = rng
        self.loses_ids = loses_ids
        self.typed: set[str] = set()
        self.number = 0

    def word(self) -> str:
        """A word that stands nowhere else."""
        self.number += 1
        word = f"typed{self.number}x"
        self.typed.add(word)
        return word

    def edit(self, nb: NotebookNode) -> None:
        """Do one of the things learners and their editors do, in place."""
        does = [self.type_into, self.answer, self.add, self.run, self.split, self.copy, self.delete]
        self.rng.choice([*does, self.move, self.kind, self.ids, self.type_into])(nb)

    def some(self, nb: NotebookNode) -> NotebookNode | None:
        return self.rng.choice(nb.cells) if nb.cells else None

    def type_into(self, nb: NotebookNode) -> None:
        cell = self.some(nb)
        if cell is not None:
            at = self.rng.randint(0, len(cell.source))
            self.forget(lambda: None, cell, at)
            cell.source = f"{cell.source[:at]} {self.word()} {cell.source[at:]}"

    def forget(self, _: object, cell: NotebookNode, at: int) -> None:
        """A word that something is typed into the middle of is another word now."""
        for word in list(self.typed):
            start = cell.source.find(word)
            if 0 <= start < at < start + len(word):
                self.typed.discard(word)

    def answer(self, nb: NotebookNode) -> None:
        for cell in nb.cells:
            if STUB in cell.source and self.rng.random() < 0.5:
                cell.source = cell.source.replace(STUB, f"return {self.word()}")
            elif "YOUR ANSWER HERE" in cell.source and self.rng.random() < 0.5:
                cell.source = cell.source.replace("YOUR ANSWER HERE", f"Because {self.word()}.")

    def add(self, nb: NotebookNode) -> None:
        make = self.rng.choice([nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell])
        nb.cells.insert(self.rng.randint(0, len(nb.cells)), make(self.word()))

    def run(self, nb: NotebookNode) -> None:
        for number, cell in enumerate(nb.cells):
            if cell.cell_type == "code":
                cell.execution_count = number + 1
                cell.outputs = [nbformat.v4.new_output("stream", text=f"run {number}\n")]

    def split(self, nb: NotebookNode) -> None:
        cell = self.some(nb)
        if cell is None:
            return
        at = self.rng.randint(0, len(cell.source))
        self.forget(None, cell, at)
        half = nbformat.from_dict(cell)
        half.id = f"half{self.rng.randrange(10**6)}"
        half.source, cell.source = cell.source[at:], cell.source[:at]
        nb.cells.insert(nb.cells.index(cell) + 1, half)

    def copy(self, nb: NotebookNode) -> None:
        cell = self.some(nb)
        if cell is not None:
            twin = nbformat.from_dict(cell)
            twin.id = f"twin{self.rng.randrange(10**6)}"
            nb.cells.insert(self.rng.randint(0, len(nb.cells)), twin)

    def delete(self, nb: NotebookNode) -> None:
        cell = self.some(nb)
        if cell is not None:
            nb.cells.remove(cell)
            left = "".join(c.source for c in nb.cells)
            self.typed = {word for word in self.typed if word in left}

    def move(self, nb: NotebookNode) -> None:
        cell = self.some(nb)
        if cell is not None:
            nb.cells.remove(cell)
            nb.cells.insert(self.rng.randint(0, len(nb.cells)), cell)

    def kind(self, nb: NotebookNode) -> None:
        cell = self.some(nb)
        if cell is not None and cell.cell_type == "markdown":
            cell.cell_type = "raw"
            cell.pop("attachments", None)

    def ids(self, nb: NotebookNode) -> None:
        """An editor that knows no ids has saved the notebook; some keep no metadata either."""
        if not self.loses_ids:
            return
        marks = self.rng.random() < 0.5
        for cell in nb.cells:
            cell.id = f"new{self.rng.randrange(10**9)}"
            if marks:
                cell.metadata = nbformat.from_dict({})
