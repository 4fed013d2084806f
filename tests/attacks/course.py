"""A course folder with the assignment released and submissions, hostile ones and honest ones."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import nbformat

from autograder.coursefolder import names
from autograder.coursefolder.nbgrader import load_config
from autograder.coursefolder.release import CONFIG_TEMPLATE, _release_chapter
from tests.attacks.assignment import SECRET, Attack, source

ASSIGNMENT, NOTEBOOK = "02_attacked", "01_functions"
CANARY = "CANARY-20394-GRADEBOOK"
OTHER = "submitted/anna/02_linear_models/01.ipynb"


def make_course(root: Path) -> Path:
    """Release the assignment with nbgrader; what is not to be found is readable for everybody."""
    course = root / "course"
    course.mkdir()
    (course / names.CONFIG).write_text(CONFIG_TEMPLATE.read_text())
    (course / "secret").write_bytes(SECRET)
    files = {f"{NOTEBOOK}.ipynb": nbformat.writes(source())}
    _release_chapter(course, ASSIGNMENT, files, load_config(course), False)
    (course / OTHER).parent.mkdir(parents=True)
    (course / OTHER).write_text(CANARY)
    for path in course.rglob("*"):
        path.chmod(0o777 if path.is_dir() else 0o666)
    for path in [course, *course.parents]:
        if path.stat().st_mode & 0o005 == 0o005:
            break
        path.chmod(0o755)
    return course


def student_of(number: int, attack: Attack) -> str:
    """The student's id: attacks are graded in their order."""
    return f"{number:03d}-{re.sub(r'[^a-z0-9]+', '-', attack.name.lower()).strip('-')}"


def hand_in(course: Path, student: str, attack: Attack) -> Path:
    """Write the submission as a student would: the notebook that was handed out, filled in."""
    nb = json.loads((course / "release" / ASSIGNMENT / f"{NOTEBOOK}.ipynb").read_text())
    write(nb, attack)
    text = json.dumps(nb, indent=1)
    folder = course / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True)
    (folder / f"{NOTEBOOK}.ipynb").write_text(text.replace("COURSE", str(course)))
    if attack.disk is not None:
        attack.disk(folder, course)
    return folder


def write(nb: dict[str, Any], attack: Attack) -> None:
    """Fill in a notebook."""
    cells = nb["cells"]
    for name in ("square", "softmax", "gradient"):
        text = getattr(attack, name)
        if text is not None:
            cell_of(nb, name)["source"] = text
    if attack.tags:
        for name in ("test_square", "test_softmax", "test_gradient"):
            cell_of(nb, name)["metadata"]["tags"] = list(attack.tags)
    if attack.between:
        cells.insert(cells.index(cell_of(nb, "test_square")) + 1, own(attack.between))
    if attack.first:
        cells.insert(1, own(attack.first))
    if attack.last:
        cells.append(own(attack.last))
    if attack.damage is not None:
        attack.damage(nb)


def cell_of(nb: dict[str, Any], name: str) -> dict[str, Any]:
    """The cell with a grade_id."""
    for cell in nb["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == name:
            return cell
    raise KeyError(name)


def own(text: str) -> dict[str, Any]:
    """A code cell that the student added."""
    return {"cell_type": "code", "source": text, "metadata": {}, "outputs": [],
    "execution_count": None}  # fmt: skip


def copy_of(cell: dict[str, Any]) -> dict[str, Any]:
    """A cell copied by hand."""
    return copy.deepcopy(cell)
