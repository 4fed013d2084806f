"""The files that were handed in beside a notebook, put around it."""

from __future__ import annotations

import contextlib
import importlib
import os


def write_files(files: dict[str, bytes]) -> int:
    """Put the submission's other files around the notebook and count those that were written.

    Where some lie above the notebook ("../data.csv"), it moves as many folders down.
    """
    up = max((name.split("/").count("..") for name in files), default=0)
    if up:
        below = "/".join(["notebook"] * up)
        os.makedirs(below, exist_ok=True)
        os.chdir(below)
    written = 0
    for name, content in files.items():
        # One that has no room, or no name that this system allows, must not cost the others.
        with contextlib.suppress(OSError, ValueError):
            folder = os.path.dirname(name)
            if folder:
                os.makedirs(folder, exist_ok=True)
            with open(name, "wb") as file:
                file.write(content)
            written += 1
    seen_from_below()
    importlib.invalidate_caches()
    return written


def seen_from_below() -> None:
    """Let "../data.csv" find what was handed in beside a notebook that lay a folder below it."""
    here, above = os.getcwd(), os.path.dirname(os.getcwd())
    home = os.path.realpath(os.environ.get("HOME", ""))
    if not (above == home or above.startswith(f"{home}/")):
        return  # without a jail, what lies above is not the submission's
    for name in os.listdir(here):
        with contextlib.suppress(OSError):
            os.symlink(os.path.join(here, name), os.path.join(above, name))
