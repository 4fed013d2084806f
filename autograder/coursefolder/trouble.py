"""What may go wrong with the machine under a course, in sentences: gradebook, disk, permissions."""

from __future__ import annotations

import errno

from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

# How long to wait for another program that writes to the gradebook; SQLite's own 5 s are short
# beside a formgrader that saves a whole page.
LOCK_SECONDS = 30.0
DRIVERS = {"psycopg", "psycopg2"}
FULL = {errno.ENOSPC, errno.EDQUOT}


class CourseTrouble(Exception):
    """The course folder cannot be worked with now; the message says why, and what to do."""


def patient(url: str) -> str:
    """Return the gradebook's address with a longer wait for its lock, where it is SQLite's."""
    if not url.startswith("sqlite:///") or "?" in url:
        return url
    return f"{url}?timeout={LOCK_SECONDS:g}"


def trouble(error: BaseException) -> str:
    """Return a sentence on an error of the disk or the database; empty for any other error."""
    kept = "What was finished before is kept; run the command again afterwards."
    if isinstance(error, ArgumentError):
        return (
            f"The gradebook's address cannot be used: {error}. It is written "
            "sqlite:////folder/gradebook.db or postgresql+psycopg://user@host/gradebook."
        )
    if isinstance(error, ModuleNotFoundError) and error.name in DRIVERS:
        return (
            f"The gradebook's database needs {error.name}, which is not installed: "
            "pip install 'nn-from-scratch[postgresql]' and write postgresql+psycopg://..."
        )
    if isinstance(error, DBAPIError):
        words = str(error.orig or error).lower()
        if "locked" in words or "busy" in words:
            return (
                f"Another program has been writing to the gradebook for more than {LOCK_SECONDS:g} "
                "s "
                f"(a second run, or the formgrader). Let it finish or close it. {kept}"
            )
        if "readonly" in words or "read-only" in words:
            return (
                "The gradebook, or its folder, cannot be written to: change its permissions. "
                f"{kept}"
            )
        if "full" in words:
            return f"The disk is full: the gradebook could not be written. Make room. {kept}"
        if "unable to open" in words:
            return "The gradebook cannot be opened: does its folder exist, and may you write to it?"
        if "not a database" in words or "malformed" in words:
            return "The gradebook is damaged or is no SQLite file: put a copy of it back."
        if isinstance(error, OperationalError):
            words = " ".join(str(error.orig or error)[:300].split()).rstrip("?.")
            return f"The gradebook's database says: {words}. {kept}"
    if isinstance(error, OSError) and error.errno is not None:
        where = f" ({error.filename})" if error.filename else ""
        if error.errno in FULL:
            return f"The disk is full{where}. Make room. {kept}"
        if error.errno == errno.EROFS:
            return f"The disk of the course folder is read-only{where}. {kept}"
    return ""
