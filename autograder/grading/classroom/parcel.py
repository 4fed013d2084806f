"""A submission as a value that travels: its files, bounded as they are when they are read.

What is too large to be read anyway travels as a size; what could not be listed travels as a remark.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.coursefolder.timestamps import submitted_at
from autograder.grading.sanitize.notes import Note
from autograder.grading.sanitize.read import MAX_BYTES
from autograder.grading.sanitize.walk import list_files, read_bytes, said

MOST = 256 * 1024 * 1024


@dataclass(frozen=True)
class Packed:
    """One file. name: its path in the submission, as bytes.  data: None where only the size counts.

    size: in bytes.
    """

    name: bytes
    size: int
    data: bytes | None


@dataclass(frozen=True)
class Parcel:
    """A submission's files and what was remarked on the way. single: it is one file, no folder."""

    files: tuple[Packed, ...]
    notes: tuple[Note, ...]
    single: bool = False


def pack(folder: Path) -> Parcel:
    """Return the submission in `folder`, or the file `folder`; no content makes it raise."""
    listing = list_files(folder)
    notes = [*listing.notes, *(Note(text) for text in submitted_at(folder).remarks)]
    files, left = [], MOST
    for entry in [*listing.files, *listing.checkpoints]:
        data = None
        if entry.size <= min(MAX_BYTES, left):
            try:
                data = read_bytes(entry.path, MAX_BYTES + 1)
            except (OSError, ValueError) as error:
                notes.append(Note(f"{entry.name} cannot be read: {said(error)}"))
                continue
            left -= len(data)
        files.append(Packed(os.fsencode(entry.name), entry.size, data))
    return Parcel(tuple(files), tuple(notes), folder.is_file())


@contextlib.contextmanager
def unpacked(parcel: Parcel) -> Iterator[Path]:
    """Lay the files out in a new folder of this machine, which is gone afterwards.

    Yields the folder, or the file where there is one only.
    """
    with tempfile.TemporaryDirectory(prefix="submission-", ignore_cleanup_errors=True) as made:
        for file in parcel.files:
            path = os.path.join(os.fsencode(made), file.name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as out:
                if file.data is None:
                    out.truncate(file.size)  # a hole: it is refused for its size, unread
                else:
                    out.write(file.data)
        single = parcel.single and len(parcel.files) == 1
        yield Path(made, os.fsdecode(parcel.files[0].name)) if single else Path(made)
