"""Files as they are handed in: damaged, foreign, renamed, enormous, or links to others' files."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.grading.sanitize.active import rendered
from tests.attacks.assignment import SOFTMAX, WRONG_SOFTMAX, WRONG_SQUARE, Attack
from tests.attacks.course import NOTEBOOK, OTHER, cell_of, copy_of
from tests.attacks.exhausting import reason

FILE = f"{NOTEBOOK}.ipynb"
Notebook = dict[str, Any]


def says(what: str, text: str) -> Callable[[Any, Any], None]:
    """The result's `evidence` or `repaired` names this."""

    def look(_nb: Any, result: Any) -> None:
        assert any(text in line for line in getattr(result, what)), getattr(result, what)

    return look


def honest(name: str, damage: Callable[[Notebook], None] | None = None, **more: Any) -> Attack:
    """Right answers in a damaged file: nothing is lost."""
    return Attack(name, (2, 3), damage=damage, **more)


def wrong(name: str, damage: Callable[[Notebook], None], **more: Any) -> Attack:
    """Wrong answers, and marks changed to be given points all the same."""
    more.setdefault("look", says("evidence", "put right"))
    return Attack(name, (0, 0), square=WRONG_SQUARE, softmax=WRONG_SOFTMAX, damage=damage, **more)


def ungraded(name: str, why: str, disk: Callable[[Path, Path], None], evidence: str = "") -> Attack:
    """A file that cannot be graded: no points, a named reason, and the run goes on."""

    def look(nb: Any, result: Any) -> None:
        reason(why)(nb, result)
        assert why in str(nb.cells[0].source)
        if evidence:
            says("evidence", evidence)(nb, result)

    return Attack(name, (0, 0, 0), disk=disk, look=look)


def rewritten(change: Callable[[bytes], bytes]) -> Callable[[Path, Path], None]:
    """Change the file's bytes."""

    def disk(folder: Path, _course: Path) -> None:
        (folder / FILE).write_bytes(change((folder / FILE).read_bytes()))

    return disk


def marks(**values: Any) -> Callable[[Notebook], None]:
    """Set these in nbgrader's metadata of all test cells."""

    def damage(nb: Notebook) -> None:
        for name in ("test_square", "test_softmax", "test_gradient"):
            cell_of(nb, name)["metadata"]["nbgrader"] |= values

    return damage


def copied(name: str, source: str = "") -> Callable[[Notebook], None]:
    """A cell copied with its marks, before itself."""

    def damage(nb: Notebook) -> None:
        cell = cell_of(nb, name)
        double = copy_of(cell)
        double["source"] = source or double["source"]
        nb["cells"].insert(nb["cells"].index(cell), double)

    return damage


def deleted(*names: str) -> Callable[[Notebook], None]:
    """Cells deleted."""

    def damage(nb: Notebook) -> None:
        for name in names:
            nb["cells"].remove(cell_of(nb, name))

    return damage


def stripped(nb: Notebook) -> None:
    """All metadata and ids gone, as after a trip through another program."""
    nb["metadata"] = {}
    for cell in nb["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)


def edited(nb: Notebook) -> None:
    """Tests that pass for everybody."""
    cell_of(nb, "test_square")["source"] = "assert True"
    cell_of(nb, "test_softmax")["source"] = "3"


def swapped(nb: Notebook) -> None:
    """The name of an easy test on a hard one: points of one for the answer of the other."""
    one, other = cell_of(nb, "test_square"), cell_of(nb, "test_gradient")
    one["metadata"], other["metadata"] = other["metadata"], one["metadata"]


def lured(nb: Notebook) -> None:
    """Names that would lead out of a folder, were they used as names of files."""
    nb["metadata"]["name"] = "../../../gradebook"
    away = "../../../../pwned"
    answer = {"cell_type": "markdown", "source": "![x](attachment:x)", "id": "a", "metadata": {
        "nbgrader": {"grade_id": away, "grade": True, "solution": True, "points": 9,
        "schema_version": 3}
    }, "attachments": {away: {"image/png": "aGVsbG8="},
    "/etc/passwd": {"text/plain": "x"}}}  # fmt: skip
    nb["cells"].append(answer)
    shown = {away: {"x": 1}, "image/png": "aGVsbG8="}
    nb["cells"][1]["outputs"] = [
        {"output_type": "display_data", "data": shown,
        "metadata": {"filenames": {"image/png": away}}}
    ]  # fmt: skip


def texts(*sources: str) -> Callable[[Notebook], None]:
    """Markdown cells that a browser would act on, were they shown as they are."""

    def damage(nb: Notebook) -> None:
        for source in sources:
            nb["cells"].append({"cell_type": "markdown", "source": source, "metadata": {}})

    return damage


def shown_as_text(nb: Any, result: Any) -> None:
    """Named, and nothing of it is markup on nbgrader's pages."""
    says("evidence", "would act in the browser")(nb, result)
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            assert not re.search(
                r"<(script|img|iframe)|onclick=.alert|href=.javascript", rendered(cell)
            )


def kernel(language: str, name: str) -> Callable[[Notebook], None]:
    """Another kernel."""

    def damage(nb: Notebook) -> None:
        nb["metadata"] = {"kernelspec": {"name": name, "display_name": name, "language": language}}

    return damage


def large(nb: Notebook) -> None:
    """A hundred megabytes of output."""
    cell_of(nb, "square")["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": "x" * 100_000_000}
    ]


def version3(nb: Notebook) -> None:
    """The format of 2013."""
    cells = nb.pop("cells")
    for cell in cells:
        cell["input"] = cell.pop("source")
    nb |= {"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]}


def moved(folder: Path, name: str) -> None:
    """The notebook under another name."""
    (folder / FILE).rename(folder / name)


def linked(target: str) -> Callable[[Path, Path], None]:
    """The notebook is a symbolic link to this path of the course folder."""

    def disk(folder: Path, course: Path) -> None:
        (folder / FILE).unlink()
        (folder / FILE).symlink_to(course / target)

    return disk


def linked_folder(folder: Path, course: Path) -> None:
    """The whole submission is a link to the instructor's solutions."""
    shutil.rmtree(folder)
    folder.symlink_to(course / "source" / folder.name)


def links_beside(folder: Path, course: Path) -> None:
    """Links to the gradebook, the secret and everything beside a right notebook."""
    (folder / "data.db").symlink_to(course / "gradebook.db")
    (folder / "secret.txt").symlink_to(course / "secret")
    (folder / "up").symlink_to(course)
    (folder / "loop").symlink_to(folder)
    (folder / "relative").symlink_to("../../../" + OTHER)


def pipe(folder: Path, _course: Path) -> None:
    """A named pipe: whoever opens it waits for ever."""
    (folder / FILE).unlink()
    os.mkfifo(folder / FILE)


def a_folder(folder: Path, _course: Path) -> None:
    """A folder that is called like the notebook."""
    (folder / FILE).unlink()
    (folder / FILE).mkdir()


def crowded(folder: Path, _course: Path) -> None:
    """Three hundred more files, some with names that no other system allows, and a bomb."""
    for number in range(300):
        (folder / f"!{number:03d}\n<script>.txt").write_text("x")
    (folder / "~other.ipynb").write_bytes(b"[" * 100_000)
    (folder / ".ipynb_checkpoints").mkdir()
    shutil.copy(folder / FILE, folder / ".ipynb_checkpoints" / FILE)


PRY = (
    "for p in ('data.db', 'secret.txt', 'up/secret', 'relative'):\n    try: print(p, open(p, "
    "'rb').read(200))\n    except OSError as e: print(p, e.errno)"
)
ATTACKS = [
    # one cell
    honest("copied cell: a test twice", copied("test_square"), look=says("repaired",
    "exists 2 times")),
    honest("copied cell: a solution tried before", copied("softmax", "def softmax(z):\n    raise "
                                                                     "NotImplementedError()"),
                                                                     look=says("repaired",
                                                                     "exists 2 times")),
    honest("copied cell: the stub left before the answer", copied("square", "def square(x):\n    # "
                                                                            "YOUR CODE HERE\n    "
                                                                            "raise NotImplementedError()")),
    honest("deleted test cell", deleted("test_softmax"), look=says("repaired", "was deleted, put "
                                                                               "back")),
    wrong("deleted test cells of wrong answers", deleted("test_square", "test_softmax",
    "test_gradient"), look=says("repaired", "was deleted, put back")),
    Attack("deleted answer", (0, 3), damage=deleted("square")),
    wrong("edited test", edited, look=says("evidence", "the test was edited")),
    wrong("tests that change places", swapped),
    # marks
    wrong("grade: false metadata on the tests", marks(grade=False)),
    honest("grade: false metadata on right answers", marks(grade=False), look=says("evidence",
    "put right")),
    wrong("points raised in the metadata", marks(points=100)),
    wrong("tests said to be answers", marks(solution=True, locked=False)),
    wrong("tests said to be tasks", marks(task=True, cell_type="markdown")),
    honest("an old schema", marks(schema_version=1), look=says("repaired", "metadata of version 1, "
                                                                           "renewed")),
    honest("a foreign schema", marks(schema_version=99, foreign={"a": [1]}, checksum=7),
    look=says("repaired", "metadata of version 99, renewed")),
    honest("all metadata lost", stripped, look=says("repaired", "found by its text")),
    honest("tags that change the execution, on every cell",
    lambda nb: [c["metadata"].update(tags=["skip-execution", "remove_cell", "experiment",
    "parameters"]) for c in nb["cells"] if "nbgrader" in c["metadata"]] and None,
    look=says("evidence", "tag skip-execution")),
    # the file
    ungraded("invalid JSON", "notebook is not valid JSON: line 17",
    rewritten(lambda data: b"\n".join([*data.split(b"\n")[:16], b" oops",
    *data.split(b"\n")[17:]]))),
    ungraded("half a file", "notebook is not valid JSON",
    rewritten(lambda data: data[: len(data) // 2])),
    ungraded("an empty file", "notebook is an empty file", rewritten(lambda data: b"")),
    ungraded("a picture called notebook", "notebook is not valid JSON",
    rewritten(lambda data: b"\x89PNG\r\n\x1a\n" + data)),
    ungraded("JSON, not a notebook", "no notebook", rewritten(lambda data: b'{"answers": [1, '
                                                                               b'2, 3]}')),
    ungraded("JSON nested a hundred thousand times", "not valid JSON",
    rewritten(lambda data: b'{"cells": ' + b"[" * 100_000)),
    ungraded("JSON of millions of values", "JSON values",
    rewritten(lambda data: b'{"cells": [' + b"[{}]," * 1_100_000 + b"0]}")),
    honest("another encoding: UTF-16", disk=rewritten(lambda data: data.decode().encode("utf-16")),
    look=says("repaired", "utf-16")),
    honest("another encoding: Latin-1", first="# gr\u00fc\u00dfe",
    disk=rewritten(lambda data: json.dumps(json.loads(data),
    ensure_ascii=False).encode("latin-1")), look=says("repaired", "not valid UTF-8")),
    honest("the notebook format of 2013", version3),
    honest("a notebook of 100 MB", large),
    ungraded("a notebook of 200 MB", "more than the 128 MiB", lambda folder,
    course: os.truncate(folder / FILE, 200 * 2**20)),
    honest("a Python kernel of the student's own", kernel("python", "my-env")),
    honest("a kernel's name of another editor", kernel("R", "ir"), look=says("repaired",
    "read as Python")),
    # names and links
    honest("wrong file name", disk=lambda folder, course: moved(folder, "homework (1).ipynb"),
    look=says("repaired", "notebook was renamed")),
    ungraded("no notebook at all", "not handed in", lambda folder,
    course: (folder / FILE).unlink()),
    ungraded("a folder in place of the notebook", "not handed in", a_folder),
    ungraded("a pipe in place of the notebook", "not handed in", pipe, "is no file"),
    ungraded("a symbolic link to the instructor's notebook", "not handed in",
    linked(f"source/02_attacked/{FILE}"), "symbolic link"),
    ungraded("a symbolic link to another submission", "not handed in", linked(OTHER),
    "symbolic link"),
    ungraded("a folder that is a symbolic link", "not handed in", linked_folder, "symbolic link"),
    honest("symbolic links beside the notebook", first=PRY, disk=links_beside,
    look=says("evidence", "symbolic link")),
    honest("paths that leave the submission", lured),
    honest("texts that act in the instructor's browser", texts("<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "[x](java&#115;cript:alert(1))", "<!-- the rest of the page",
    "<div onclick=alert(1) ", "```\n<b>\n```\n<iframe src=//x></iframe>"), look=shown_as_text),
    honest("pictures that did not come along", texts("![a](attachment:lost.png) and "
                                                     "![b](attachment:a%20b.png)"),
                                                     look=says("repaired",
                                                     "2 pictures did not come along")),
    honest("hundreds of other files", disk=crowded, softmax=SOFTMAX, look=says("repaired",
    "more than 200 files")),
]  # fmt: skip
