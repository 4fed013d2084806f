"""What a file is that has a notebook's name and is none: a reason that says what to ask for."""

from __future__ import annotations

import json
import re

# First bytes, in small letters where they are letters, and what begins so.
BEGINNINGS = {
    b"pk\x03\x04": "a zip file",
    b"\x1f\x8b": "a file compressed with gzip",
    b"7z\xbc\xaf": "a 7z archive",
    b"rar!": "a RAR archive",
    b"%pdf": "a PDF",
    b"{\\rtf": "a text document (RTF)",
    b"\xd0\xcf\x11\xe0": "an old Word document",
    b"<!doctype html": "a web page",
    b"<html": "a web page",
    b"version https://git-lfs": "a pointer of Git LFS, which stands for a file elsewhere",
}


def instead(data: bytes) -> str:
    """Return what else the bytes are, by how they begin; empty where nothing is known of them."""
    head = data[:400].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return next((what for start, what in BEGINNINGS.items() if head.startswith(start)), "")


def broken(text: str, error: json.JSONDecodeError) -> str:
    """Return where a notebook's JSON ends to be JSON, and why where that can be seen."""
    where = f"line {error.lineno} ({error.msg})"
    if any(line.startswith("<<<<<<< ") for line in text.splitlines()):
        return f"{where}; it holds the marks of a conflict in Git"
    rest = text[error.pos :].rstrip()
    if error.msg.startswith("Unterminated") or re.fullmatch(r"[\w.+-]*", rest):
        return f"{where}; the file was cut off"
    return where
