"""By what a kept result is recognized: the submission's files, the release, and all that judges them."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import nnkit
from autograder.checking import messages
from autograder.coursefolder.material import Material
from autograder.grading.sandbox.limits import Limits

# Whole packages: a fix anywhere in them may change a score or a report.
PACKAGES = (Path(__file__).resolve().parents[2], Path(nnkit.__path__[0]))
CODE = ("*.py", "*.mo")


def fingerprint(folder: Path, parts: str) -> str:
    """Return a text that changes with a file of the submission or with `parts` (of `circumstances`)."""
    digest = hashlib.sha256(parts.encode())
    paths = [folder] if folder.is_file() else sorted(folder.rglob("*"))
    for path in paths:
        digest.update(str(path.relative_to(folder)).encode("utf-8", "surrogateescape") + b"\0")
        if path.is_symlink():
            digest.update(b"link" + str(path.readlink()).encode("utf-8", "surrogateescape"))
        elif path.is_file():
            try:
                with path.open("rb") as file:
                    digest.update(hashlib.file_digest(file, "sha256").digest())
            except OSError as error:
                digest.update(str(error.strerror).encode())
    return digest.hexdigest()


def circumstances(material: Material, limits: Limits, jail: str) -> str:
    """Return what decides a score besides the submission: release, code, language, limits, jail."""
    return json.dumps(
        [material.digest(), code_digest(), messages.language(), dataclasses.asdict(limits), jail]
    )


def code_digest(packages: Sequence[Path] = PACKAGES) -> str:
    """Return a text that changes with the code of a check, an exercise, the grader or the library."""
    digest = hashlib.sha256()
    for package in packages:
        for path in sorted(path for pattern in CODE for path in package.rglob(pattern)):
            digest.update(path.relative_to(package).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
