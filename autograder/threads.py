"""The one list of variables that bind numerical libraries to a single thread."""

from __future__ import annotations

import os

# Threads would multiply with the processes; one each is what a class of notebooks needs.
ONE_THREAD = {
    f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL", "NUMEXPR", "VECLIB_MAXIMUM")
}


def default_to_one_thread() -> None:
    """Set the variables in this process where they are not set, before NumPy is loaded."""
    for name, value in ONE_THREAD.items():
        os.environ.setdefault(name, value)
