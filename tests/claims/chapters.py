"""All claims, chapter by chapter: every module here whose name begins with ch."""

from __future__ import annotations

import importlib
from pathlib import Path

from tests.claims.claim import Claim


def claims(chapter: str = "ch") -> list[Claim]:
    """Return the claims of the modules whose names begin with `chapter`, in the text's order."""
    names = sorted(path.stem for path in Path(__file__).parent.glob(f"{chapter}*.py"))
    modules = [importlib.import_module(f"tests.claims.{n}") for n in names if n != "chapters"]
    return [c for module in modules for c in vars(module).values() if isinstance(c, Claim)]
