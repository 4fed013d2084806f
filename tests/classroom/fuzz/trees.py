"""Trees of files as they are handed in.

Names, kinds of file, links, sizes, permissions, attempts and copies are drawn.
"""

from __future__ import annotations

import contextlib
import copy
import io
import os
import textwrap
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from tests.classroom.fuzz.notebooks import Notebook, as_bytes, damages

NOTEBOOK = "01_ramp.ipynb"
STUDENTS = (
    b"mallory", b"=1+1", b"[ab]c", b"*", b"a\nb", b"\xff\xfe", b"x" * 252, b".hidden",
    b"\x1b[31mred", b"-rf",
    "\u202eevil".encode(), "Jos\u00e9 M\u00fcller".encode(), b"a'b\"c", b"%s", b"{x}", b"y" * 175,
    b"a ", b"?", b"a+b",
    b"<b>", b"anna2", b"..x",
)  # fmt: skip
NAMES = (
    NOTEBOOK.encode(), NOTEBOOK.encode(), b"timestamp.txt", b"01_ramp (1).ipynb",
    b"01_ramp-Copy1.ipynb", b"final.ipynb",
    b"01_ramp.IPYNB", b"\xff.ipynb", b"a\nb.txt", b"\x1b[2J.py", b"tmp", b"timestamp.txt",
    b"work.zip",
    b"01_ramp.py", b"z" * 250 + b".txt", b"=cmd().csv", b"[x].ipynb", b"numpy.py",
    b".ipynb_checkpoints",
    b"01_ramp.html", b"01_ramp.md", b"final.Rmd", b"secret", b"01_ramp", b"\xe2\x80\xae.ipynb",
)  # fmt: skip
FOLDERS = (b"", b"", b"", b"attempt1", b"attempt2", b"attempt10", b"\xff",
b"a/b/c/d/e/f/g/h/i/j/k/l", b"n\nl",
           b"01_ramp.ipynb", b"x" * 255, b"closed", b"old", b"[a]")  # fmt: skip
KINDS = ("notebook", "notebook", "notebook", "blank", "text", "folder", "link out", "link up",
"link nowhere",
         "link anna", "pipe", "sparse", "unreadable", "zip", "script", "app", "page", "light", "many", "bytes")  # fmt: skip
TIMES = (b"2026-03-01 13:00:00 UTC", b"\xef\xbb\xbf2026-03-01", b"1772370000", b"01.03.2026",
b"yesterday",
         b"\x00\xff", b"9" * 300, b"2026-03-01 13:00 CST", b"")  # fmt: skip
# What programs and hands write for a time: every part of it may be odd, the zone most of all.
WRITTEN_TIMES = st.builds(
    "{}-{}-{}{}{}:{}{}{}".format,
    st.sampled_from(["2026", "0001", "9999", "1969", "2299", "0000", "10000", "-1", "\u0662026"]),
    st.sampled_from(["3", "01", "12", "13", "00", "02"]),
    st.sampled_from(["1", "31", "29", "00", "32"]),
    st.sampled_from([" ", "T", "\n", "", "\x00"]),
    st.integers(-1, 25),
    st.sampled_from(["00", "59", "60", "5"]),
    st.sampled_from(["", ":59", ":60", ":00.5", ":00,999999999", ":00.5e3"]),
    st.sampled_from(["", "Z", " UTC", " +1400", " -2359", " +99:99", "+24:00", "-12", " CST", " EST5EDT",
                     " Europe/Berlin", " Etc/GMT+14", " ../etc/passwd", " A/" + "b" * 300, " posix/UTC",
                     " A//B", " +0100 (CET)", " \x1b[2J", " \ud800", " Africa"]),
)  # fmt: skip
STAMPS = st.builds(
    lambda text, how: text.encode(how, "replace"),
    WRITTEN_TIMES,
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"]),
)
PLACES = (
    "chapter",
    "chapter",
    "chapter",
    "chapter",
    "chapter",
    "file",
    "link",
    "loose",
    "wrong name",
    "nothing",
)


# What programs write a notebook as that is no notebook's file.
AS_TEXT: dict[str, Callable[[list[str]], str]] = {
    "script": lambda texts: "# %%\n" + "\n# %%\n".join(texts),
    "page": lambda texts: "\n".join(f"```{{code-cell}} python\n{text}\n```" for text in texts),
    "light": lambda texts: "#   format_name: light\n" + "".join(f"# +\n{t}\n# -\n" for t in texts),
    "app": lambda texts: "import marimo\napp = marimo.App()\n" + "".join(
        "@app.cell\ndef _():\n" + textwrap.indent(text, "    ") + "\n    return\n" for text in texts
    ),
}  # fmt: skip


@dataclass
class Tree:
    """What one student hands in. written(root): puts it below submitted/."""

    student: bytes
    place: str
    files: list[tuple[bytes, bytes, str, int, list[Callable[[Notebook], None]]]]
    closed: bool
    extra: bytes

    def write(self, submitted: Path, chapter: str, solved: Notebook, blank: Notebook) -> None:
        """Make the files, as far as the file system allows."""
        student = os.path.join(os.fsencode(submitted), self.student)
        folder = os.path.join(student, chapter.encode())
        with contextlib.suppress(OSError, ValueError):
            os.makedirs(student)
            if self.place == "file":
                Path(os.fsdecode(folder)).write_bytes(self.extra)
            elif self.place == "link":
                os.symlink(b"/usr", folder)
            elif self.place == "wrong name":
                folder = os.path.join(student, b"chapter3")
            elif self.place == "loose":
                folder = student
            if self.place in ("chapter", "wrong name"):
                os.makedirs(folder)
        if self.place in ("chapter", "loose", "wrong name"):
            for where, name, kind, how, changes in self.files:
                with contextlib.suppress(OSError, ValueError):
                    place = os.path.join(folder, where)
                    # A link to somebody else's folder is handed in; what follows is not put there.
                    if os.path.realpath(place).startswith(os.path.realpath(student)):
                        self._put(place, name, kind, how, changes, solved, blank)
        if self.closed:
            with contextlib.suppress(OSError):
                os.chmod(os.path.join(folder, b"closed"), 0)

    def _put(self, folder, name, kind, how, changes, solved, blank) -> None:
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, name)
        if kind == "folder":
            os.makedirs(path)
        elif kind.startswith("link"):
            target = {
                "out": b"/etc/passwd",
                "up": b"..",
                "nowhere": b"nowhere",
                "anna": b"../../anna/03_fuzz",
            }
            os.symlink(target[kind[5:]], path)
        elif kind == "pipe":
            os.mkfifo(path)
        elif kind == "sparse":
            with open(path, "wb") as file:
                file.truncate(60 * 2**30)
        elif kind == "many":
            for number in range(300):
                with open(path + b"%d" % number, "wb"):
                    pass
        else:
            with open(path, "xb") as file:
                file.write(self._content(kind, name, how, changes, solved, blank))
            if kind == "unreadable":
                os.chmod(path, 0)

    def _content(self, kind, name, how, changes, solved, blank) -> bytes:
        if name == b"timestamp.txt" or kind == "bytes":
            return self.extra
        nb = copy.deepcopy(blank if kind == "blank" else solved)
        for change in changes:
            change(nb)
        data = as_bytes(nb, how)
        if kind == "zip":
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                for inside in (NOTEBOOK, "../../up.ipynb", "/abs.ipynb", "a/b.ipynb"):
                    archive.writestr(inside, data)
                archive.writestr("bomb.ipynb", b"0" * (how * 10**6))
            return packed.getvalue()[: -how or None] if how > 10 else packed.getvalue()
        if kind in AS_TEXT:
            cells = nb.get("cells")
            texts = (
                [c.get("source") for c in cells if isinstance(c, dict)]
                if isinstance(cells, list)
                else []
            )
            plain = ["".join(t) if isinstance(t, list) else str(t) for t in texts]
            return AS_TEXT[kind](plain).encode("utf-8", "replace")
        return b"text" if kind == "text" else data


FILES = st.tuples(
    st.sampled_from(FOLDERS),
    st.sampled_from(NAMES),
    st.sampled_from(KINDS),
    st.integers(0, 18),
    st.lists(damages(), max_size=4),
)
TREES = st.builds(
    Tree,
    student=st.sampled_from(STUDENTS) | st.binary(min_size=1, max_size=20).filter(
        lambda b: not set(b) & {0, 47} and b not in (b".", b"..", b"anna", b"zoe")
    ),
    place=st.sampled_from(PLACES),
    files=st.lists(FILES, min_size=1, max_size=6),
    closed=st.booleans(),
    extra=st.sampled_from(TIMES) | STAMPS | st.binary(max_size=200),
)  # fmt: skip
