"""The bounds that the manual promises are those of the code, one for one."""

from __future__ import annotations

import re
from pathlib import Path

from autograder.grading.remote.stopwatch import WALL
from autograder.grading.sandbox.limits import Limits
from autograder.grading.sanitize import candidates, foreign, notes, read, walk
from autograder.grading.sanitize.find import MAX_OTHER_BYTES

MANUAL = Path(__file__).parents[2] / "docs" / "teaching.md"
SIZES = {"MiB": 1024 * 1024}


def promised(heading: str) -> list[list[float]]:
    """The numbers of each row of a table, sizes in bytes."""
    table = MANUAL.read_text(encoding="utf-8").split(f"| {heading} | at most |\n|---|---|\n")[1]
    rows = table.split("\n\n")[0].splitlines()
    cells = [row.split("|")[2] for row in rows]
    return [
        [float(number) * SIZES.get(unit, 1) for number, unit in re.findall(r"(\d+) ?(MiB)?", cell)]
        for cell in cells
    ]


def test_what_a_submission_may_use_is_what_the_manual_says():
    found = Limits()
    assert promised("What a submission may use") == [
        [found.cell_seconds, found.submission_seconds],
        [found.call_seconds, found.test_seconds, found.tests_seconds],
        [found.cpu_seconds, found.processes],
        [found.memory, found.address_space],
        [found.disk, found.file_size, found.open_files],
        [found.output, found.outputs],
        [found.message, found.answer],
        [found.items, found.depth],
        [found.deaths],
    ]
    assert WALL == 3
    assert found.longest == 4 * (60 + 120)


def test_what_is_read_of_a_submission_is_what_the_manual_says():
    assert promised("What is read of a submission") == [
        [walk.MAX_FILES, walk.MAX_DEPTH, walk.MAX_SEEN, walk.MAX_NAME],
        [read.MAX_BYTES, candidates.MAX_READ, candidates.MAX_NOTEBOOKS],
        [read.MAX_VALUES, read.MAX_CELLS, read.MAX_SOURCE],
        [foreign.MAX_ZIPPED, foreign.MAX_MEMBERS, foreign.MAX_UNZIPPED, foreign.MAX_OTHERS,
         foreign.MAX_SCRIPT, foreign.MAX_LINES],
        [MAX_OTHER_BYTES, notes.MAX_NOTES, notes.MAX_NOTE],
    ]  # fmt: skip
    assert read.COUNT_FROM / SIZES["MiB"] == 4
