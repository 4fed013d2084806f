"""The files of a download, a zip file or a folder, read within bounds: nothing of it is trusted."""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.grading.sanitize.walk import RESOURCE_FORK, read_bytes

MAX_FILES = 200_000
MAX_FILE = 256 * 2**20
MAX_ALL = 16 * 2**30
SKIPPED = {"__MACOSX", ".ipynb_checkpoints", ".DS_Store", "Thumbs.db", ".git"}


class UnreadableDownload(ValueError):
    """The download cannot be read; the message says why and what to do."""


@dataclass(frozen=True)
class Member:
    """A file of a download. path: with slashes, none of it "..", absolute or empty."""

    path: str
    size: int


class Download:
    """A zip file or a folder. A context manager."""

    def __init__(self, source: Path) -> None:
        self.source = source
        # path -> why it cannot be taken; paths whose letters may be others
        self.passed_over: dict[str, str] = {}
        self.misread: list[str] = []
        self.zip: zipfile.ZipFile | None = None
        if source.is_dir():
            return
        try:
            self.zip = zipfile.ZipFile(source)
        except (OSError, zipfile.BadZipFile) as error:
            raise UnreadableDownload(
                f"{source} is neither a folder nor a zip file that can be read ({error}); "
                "give the file as the platform hands it out"
            ) from None

    def __enter__(self) -> Download:
        return self

    def __exit__(self, *_: object) -> None:
        if self.zip is not None:
            self.zip.close()

    def members(self) -> list[Member]:
        """Return all regular files, in the order of their names."""
        found: list[Member] = []
        total = 0
        for member in self._zipped() if self.zip is not None else self._lying():
            parts = PurePosixPath(member.path).parts
            if SKIPPED & set(parts) or not parts or parts[-1].startswith(RESOURCE_FORK):
                continue
            total += member.size
            if len(found) >= MAX_FILES or total > MAX_ALL:
                raise UnreadableDownload(
                    f"{self.source} holds more than {MAX_FILES:,} files or {MAX_ALL // 2**30} GiB; "
                    "collect it in parts"
                )
            found.append(member)
        return sorted(found, key=lambda member: member.path)

    def read(self, member: Member) -> bytes:
        """Return a file's content; UnreadableDownload where it is damaged or too large."""
        if member.size > MAX_FILE:
            raise UnreadableDownload(
                f"has {member.size // 2**20} MiB, more than {MAX_FILE // 2**20}"
            )
        try:
            if self.zip is None:
                return read_bytes(self.source / member.path, MAX_FILE)
            with self.zip.open(self.names[member.path]) as file:
                return file.read(MAX_FILE)
        except (
            OSError,
            RuntimeError,
            NotImplementedError,
            zlib.error,
            zipfile.BadZipFile,
            EOFError,
        ) as error:
            raise UnreadableDownload(f"cannot be read ({error or type(error).__name__})") from None

    def _zipped(self) -> Iterator[Member]:
        assert self.zip is not None
        self.names: dict[str, zipfile.ZipInfo] = {}
        for one in self.zip.infolist():
            name, certain = name_of(one)
            path = inside(name)
            if one.is_dir():
                continue
            if not path:
                self._pass_over(name, "its name leads nowhere")
            elif stat.S_ISLNK(one.external_attr >> 16):
                self._pass_over(path, "is a link, no file")
            else:
                if path in self.names:
                    self._pass_over(path, "another file of this name comes later in the zip file")
                self.names[path] = one
                if not certain:
                    self.misread.append(path)
        yield from (Member(path, one.file_size) for path, one in self.names.items())

    def _lying(self) -> Iterator[Member]:
        for where, folders, files in os.walk(self.source):
            here = sorted(set(folders) - SKIPPED)
            folders[:] = [name for name in here if not Path(where, name).is_symlink()]
            for name in files + [name for name in here if name not in folders]:
                path = Path(where, name)
                about = path.lstat()
                relative = path.relative_to(self.source).as_posix()
                if stat.S_ISREG(about.st_mode):
                    yield Member(relative, about.st_size)
                else:
                    self._pass_over(relative, "is a link or a device, no file")

    def _pass_over(self, path: str, why: str) -> None:
        while path in self.passed_over:
            path += "'"
        self.passed_over[path] = why


def name_of(one: zipfile.ZipInfo) -> tuple[str, bool]:
    """Return a zip member's name, and whether it is certain.

    Names are UTF-8 where a flag says so. Canvas writes UTF-8 without the flag, which Python then
    reads in the code page of early PCs; what is no UTF-8 stays as it was read.
    """
    if one.flag_bits & 0x800 or one.filename.isascii():
        return one.filename, True
    try:
        return one.filename.encode("cp437").decode("utf-8"), True
    except UnicodeError:
        return one.filename, False


def inside(path: str) -> str:
    """Return a zip member's path without drives, roots, "..", ".", which lead out of a folder."""
    parts = path.replace("\\", "/").split("/")
    return "/".join(p for p in parts if p not in ("", ".", "..") and not p.endswith(":"))
