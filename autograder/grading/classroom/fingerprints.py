"""How a kept result is recognized: by the submission, the release and all that judges them."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

import nnkit
from autograder.checking import messages
from autograder.coursefolder.material import Material
from autograder.coursefolder.timestamps import submitted_at
from autograder.grading.sandbox.limits import Limits
from autograder.grading.sanitize.read import MAX_BYTES
from autograder.grading.sanitize.walk import list_files, read_bytes, said

# Whole packages: a fix anywhere in them may change a score or a report.
PACKAGES = (Path(__file__).resolve().parents[2], Path(nnkit.__path__[0]))
MAX_HASHED = 512 * 1024 * 1024
CODE = ("*.py", "*.mo")


def fingerprint(folder: Path, parts: str) -> str:
    """Return a text that changes with the submission's files or with `parts` (of `circumstances`).

    Only what grading looks at is read, and of all files together no more than MAX_HASHED bytes; the
    others are known by size and date. Never raises: "" where nothing can be said.
    """
    try:
        digest = hashlib.sha256(parts.encode())
        listing = list_files(folder)
        left = MAX_HASHED
        for entry in [*listing.files, *listing.checkpoints]:
            digest.update(os.fsencode(entry.name) + b"\0%d\0" % entry.size)
            if entry.size > left or entry.size > MAX_BYTES:
                digest.update(b"%d" % entry.changed)
                continue
            left -= entry.size
            try:
                digest.update(hashlib.sha256(read_bytes(entry.path, entry.size + 1)).digest())
            except OSError as error:
                digest.update(said(error).encode("utf-8", "replace"))
        for note in listing.notes:
            digest.update(note.text.encode("utf-8", "replace") + b"\0")
        when = submitted_at(folder)
        digest.update(repr(when).encode("utf-8", "replace"))
        return digest.hexdigest()
    except Exception:  # what one student handed in must not keep the class from being graded
        return ""


def circumstances(material: Material, limits: Limits, jail: str) -> str:
    """Return what decides a score besides the submission: release, code, language, limits, jail."""
    said_in = messages.for_class(material.language)
    return json.dumps([material.digest(), code_digest(), said_in, dataclasses.asdict(limits), jail])


def code_digest(packages: Sequence[Path] = PACKAGES) -> str:
    """Return a text that changes with the code of checks, exercises, grader or library."""
    digest = hashlib.sha256()
    for package in packages:
        for path in sorted(path for pattern in CODE for path in package.rglob(pattern)):
            digest.update(path.relative_to(package).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
