"""How nbgrader is run from here: with the course's configuration, and quietly."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.coursefolder import names


def load_config(root: Path) -> Config:
    """Return the course folder's nbgrader configuration, as nbgrader itself loads it."""
    return PyFileConfigLoader(names.CONFIG, path=str(root)).load_config()


@contextlib.contextmanager
def quiet_nbgrader() -> Iterator[None]:
    """Let nbgrader log errors only, and find alembic where the environment is not activated."""
    path = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), path])
    logger = logging.getLogger("traitlets")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
        os.environ["PATH"] = path
