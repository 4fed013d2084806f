"""The repository's name, in one place, and the addresses that are made from it.

The place is `Repository` under `[project.urls]` in pyproject.toml. Where it is not set, as before
the course is published, there are no addresses, and no links are made.
"""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"
BRANCH = "main"
GITHUB = "https://github.com/"
# What the start page says where there is no name.
PLACEHOLDER = "OWNER/REPOSITORY"


def repository() -> str:
    """Return the repository's name on GitHub, "owner/name", or "" where none is known.

    A workflow on GitHub is told the name, so that a fork's site has the fork's links.
    """
    return os.environ.get("GITHUB_REPOSITORY") or named()


def named() -> str:
    """Return the name that pyproject.toml gives, or ""."""
    if not PYPROJECT.exists():
        return ""
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    found = re.fullmatch(rf"{GITHUB}([^/]+/[^/]+?)(\.git)?/?", _address(project))
    return found[1] if found else ""


def _address(project: dict) -> str:
    return str(project.get("urls", {}).get("Repository", ""))


def filled(text: str) -> str:
    """Return the start page's text with the name in the place that is kept for it."""
    return text.replace(PLACEHOLDER, named() or PLACEHOLDER)


def address() -> str:
    """Return the repository's address, or ""."""
    return GITHUB + repository() if repository() else ""


def source(path: str) -> str:
    """Return where a file of the repository is shown, or ""."""
    return f"{address()}/blob/{BRANCH}/{path}" if repository() else ""


def colab(path: str) -> str:
    """Return the address that opens a notebook of the repository in Colab, or ""."""
    if not repository():
        return ""
    return f"https://colab.research.google.com/github/{repository()}/blob/{BRANCH}/{path}"
