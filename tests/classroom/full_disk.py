"""A course on a disk without room: python -m tests.classroom.full_disk RELEASED FOLDER.

It mounts a small disk on FOLDER, so it is started in a namespace of its own (`unshare --user
--map-root-user --mount`), which an ordinary user may have too. What each command said and left is
printed as JSON.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from autograder.grading.commands import feedback, grade, report
from autograder.grading.export import export
from autograder.platforms.commands import extend
from tests.classroom import smallclass
from tests.classroom.smallclass import ASSIGNMENT

STUDENTS = ("ada", "bob", "cleo", "dan")
SIZE = 16 * 2**20
KEPT = ("autograded", "results", "feedback", "reports", "source", "release")


class Disk:
    """The course on its disk, and a file that takes all room but so many bytes."""

    def __init__(self, released: Path, folder: Path) -> None:
        self.folder, self.course = folder, folder / "course"
        mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
        subprocess.run(mount, check=True)
        shutil.copytree(released, self.course)
        for student in STUDENTS:
            smallclass.hand_in(self.course, student, smallclass.solved(self.course))

    def run(self, command: Any, *arguments: str, room: int | None = None) -> tuple[int, str]:
        """The exit status and the words of a command, with so much room."""
        if room is not None:
            disk = os.statvfs(self.folder)
            taken = max(disk.f_bavail * disk.f_bsize - room, 0)
            (self.folder / "ballast").write_bytes(bytes(taken))
        done = CliRunner().invoke(command, [*arguments, "--course", str(self.course)])
        (self.folder / "ballast").unlink(missing_ok=True)
        crash = done.exception
        if crash is not None and not isinstance(crash, SystemExit):
            return done.exit_code, f"Traceback: {crash!r}"
        return done.exit_code, " ".join(done.output.split())

    def half(self) -> list[str]:
        """Whatever is there in part only."""
        found = []
        for path in sorted(p for p in self.course.rglob("*") if p.is_file()):
            text = path.read_text("utf-8", "replace") if path.suffix != ".db" else ""
            ends = {".json": "}", ".ipynb": "}", ".html": "</html>", ".csv": "\n"}
            whole = text.rstrip(" \n" if path.suffix != ".csv" else " ")
            hidden = path.name.startswith(".") or path.parent.name.startswith(".")
            if hidden or not whole.endswith(ends.get(path.suffix, "")):
                found.append(str(path.relative_to(self.course)))
        with sqlite3.connect(self.course / "gradebook.db") as database:
            found += [t for (t,) in database.execute("pragma integrity_check") if t != "ok"]
        return found

    def kept(self) -> dict[str, str]:
        """What grading wrote, without what was measured."""
        found = {}
        paths = (path for top in KEPT for path in (self.course / top).rglob("*"))
        for path in sorted(path for path in paths if path.is_file()):
            text = path.read_text("utf-8")
            text = re.sub(r'"(\w*seconds)": [\d.e-]+|"fingerprint": "\w+"', "", text)
            found[str(path.relative_to(self.course))] = text
        return found

    def forget(self) -> None:
        """As before anything was graded."""
        for top in ("autograded", "results"):
            shutil.rmtree(self.course / top, ignore_errors=True)


def main(released: str, folder: str) -> None:
    """Try the commands with little room, then again with enough."""
    disk, told = Disk(Path(released), Path(folder)), []
    tables = disk.course / "tables"
    page, table = str(tables / "page.html"), str(tables / "grades.csv")
    status, words = disk.run(grade, ASSIGNMENT, "--workers", "1")
    assert status == 0, words
    want = disk.kept()
    for room in (0, 60_000):  # for nothing, and for the notebooks of some
        disk.forget()
        status, words = disk.run(grade, ASSIGNMENT, "--workers", "1", room=room)
        half = disk.half()
        again, _ = disk.run(grade, ASSIGNMENT, "--workers", "1")
        told.append((f"grade, {room}", status, words, half, again, disk.kept() == want))
    commands = {
        "feedback, 0": (feedback, ASSIGNMENT),
        "feedback, 12000": (feedback, ASSIGNMENT),
        "report, 0": (report, ASSIGNMENT, "--to", page),
        "export, 0": (export, "--to", table),
        "export, 0 for csv": (export, "--for", "csv", "--to", table),
        "extend, 0": (extend, ASSIGNMENT, "ada", "--days", "3", "--why", "x" * 9000),
    }
    for name, (command, *arguments) in commands.items():
        shutil.rmtree(disk.course / "feedback", ignore_errors=True)
        shutil.rmtree(tables, ignore_errors=True)
        tables.mkdir()
        status, words = disk.run(command, *arguments, room=int(name.split()[1]))
        half = disk.half()
        again, _ = disk.run(command, *arguments)
        after = disk.kept()
        told.append((name, status, words, half, again, want.items() <= after.items()))
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
