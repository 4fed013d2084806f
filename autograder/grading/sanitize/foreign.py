"""Notebooks in other forms: in a zip file, or as a script with `# %%` marks.

Bounded, and in memory.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator

from autograder.grading.sanitize.read import Unreadable, clean

MAX_ZIPPED = 16 * 1024 * 1024
MAX_MEMBERS = 500
MAX_UNZIPPED = 64 * 1024 * 1024
MAX_SCRIPT = 1_000_000
# The marks of "Export as: executable script".
NBCONVERT = re.compile(r"^# In\[[ \d*]*\]:", re.MULTILINE)


def unzipped(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the notebooks and scripts of a zip file by name.

    Unreadable where it is no zip file or too large.
    """
    if len(data) > MAX_ZIPPED:
        raise Unreadable(f"zip file of more than {MAX_ZIPPED // 2**20} MiB")
    left = MAX_UNZIPPED
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                raise Unreadable(f"zip file of more than {MAX_MEMBERS} files")
            for one in sorted(members, key=lambda member: member.filename):
                parts = one.filename.split("/")
                if one.is_dir() or "__MACOSX" in parts or ".ipynb_checkpoints" in parts:
                    continue
                if not one.filename.lower().endswith(".ipynb"):
                    continue
                with archive.open(one) as file:
                    content = file.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise Unreadable(
                        f"zip file of more than {MAX_UNZIPPED // 2**20} MiB of notebooks"
                    )
                yield one.filename, content
    except Unreadable:
        raise
    except (OSError, RuntimeError, ValueError, NotImplementedError, EOFError, zlib.error,
            zipfile.BadZipFile, zipfile.LargeZipFile, KeyError, IndexError, OverflowError,
            MemoryError) as error:  # fmt: skip
        raise Unreadable(f"zip file cannot be read ({type(error).__name__})") from None


def holds_cells(data: bytes) -> bool:
    """Return whether a file of another name may be a notebook's."""
    return b'"cells"' in data and b'"cell_type"' in data


def from_script(data: bytes) -> bytes:
    """Return a script with `# %%` marks as a notebook's file; Unreadable where it has none."""
    if len(data) > MAX_SCRIPT:
        raise Unreadable(f"script of more than {MAX_SCRIPT:,} bytes")
    text = clean(data.decode("utf-8-sig", "replace"))
    text = NBCONVERT.sub("# %%", text)
    if not any(line.startswith(("# %%", "#%%")) for line in text.splitlines()):
        raise Unreadable("script without '# %%' marks, it is no notebook")
    import jupytext

    try:
        nb = jupytext.reads(text, fmt="py:percent")
    except Exception as error:  # a parser of others', over a text of a student's
        raise Unreadable(f"script cannot be read ({type(error).__name__})") from None
    return json.dumps(nb).encode("utf-8", "replace")
