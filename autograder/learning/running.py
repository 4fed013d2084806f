"""A lab that is open on a working copy already."""

from __future__ import annotations

import contextlib
import json
import socket
from pathlib import Path

from jupyter_core.paths import jupyter_runtime_dir


def open_lab(work: Path) -> str:
    """Return the address of a running lab of this folder; "" where there is none.

    Jupyter's servers leave a file each where `jupyter server list` looks, too; to ask that program
    takes a second.
    """
    for file in sorted(Path(jupyter_runtime_dir()).glob("jpserver-*.json")):
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            about = json.loads(file.read_text(encoding="utf-8"))
            if Path(about["root_dir"]).resolve() == work.resolve():
                socket.create_connection((about["hostname"], about["port"]), 0.5).close()
                return str(about["url"])
    return ""
