"""What a submission may use: plain numbers, for an instructor to read and change."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bounds for one submission; sizes are bytes.

    Seconds are processor time of the student's processes; who sleeps is stopped after three times
    as long.

    cell_seconds: one cell of the student.  submission_seconds: all of them together.
    call_seconds: one call from a test cell.  test_seconds: all calls of one test cell.
    tests_seconds: all calls of all test cells of a notebook.
    cpu_seconds: one process of the jail.  memory: all processes of the jail together.
    address_space: what one process may map beyond the pre-warmed libraries.
    disk: the private folder.  file_size: one file.  open_files, processes: at a time.
    output: what one cell may show.  outputs: what all cells may show.
    message, items, depth: one value passed between the jail and the trusted process.
    answer: what the jail may send at a time; the trusted process holds it several times over.
    worker: what the trusted process may take to read and judge, beyond what it has loaded.
    deaths: how often the process may die before the rest of the submission is left.
    """

    cell_seconds: float = 10.0
    submission_seconds: float = 60.0
    call_seconds: float = 8.0
    test_seconds: float = 30.0
    tests_seconds: float = 120.0
    cpu_seconds: int = 120
    memory: int = 1536 * MIB
    address_space: int = 1024 * MIB
    disk: int = 64 * MIB
    file_size: int = 32 * MIB
    open_files: int = 128
    processes: int = 24
    output: int = MIB
    outputs: int = 4 * MIB
    message: int = 64 * MIB
    answer: int = 16 * MIB
    worker: int = 2048 * MIB
    items: int = 500_000
    depth: int = 32
    deaths: int = 20

    @property
    def longest(self) -> float:
        """Return the seconds a notebook can take when every limit is used up.

        There is time to spare for the checks.
        """
        return 4 * (self.submission_seconds + self.tests_seconds)
