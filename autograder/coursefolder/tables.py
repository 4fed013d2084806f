"""Tables that people keep in the course folder, in whatever form a spreadsheet saved them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path


class TableError(ValueError):
    """The table cannot be used; the message says why, and in which line."""


def decoded(data: bytes, source: object) -> str:
    """Return a table's text, UTF-8 or UTF-16; TableError where it is neither."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise TableError(
            f'{source} is not UTF-8: save it in Excel as "CSV UTF-8", or give the file as the '
            "platform exported it"
        ) from None


def split(text: str) -> list[list[str]]:
    """Return the cells of a table; separated by commas, semicolons or tabs, as its head says.

    Excel writes semicolons where numbers have a decimal comma.
    """
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


def read_table(path: Path, needed: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """Return (line, cells by column) of a table with a head, empty lines left out.

    TableError where it is not UTF-8 or lacks a needed column.
    """
    table = split(decoded(path.read_bytes(), path))
    head = [name.strip().lower() for name in table[0]] if table else []
    if not set(needed) <= set(head):
        raise TableError(
            f"{path} needs the columns {', '.join(needed[:-1])} and {needed[-1]} in its first line"
        )
    found = []
    for line, cells in enumerate(table[1:], 2):
        row = dict.fromkeys(head, "") | dict(zip(head, map(str.strip, cells), strict=False))
        if any(row.values()):
            found.append((line, row))
    return found
