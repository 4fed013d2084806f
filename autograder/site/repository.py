"""The repository's name, in one place, and the addresses that are made from it."""

from __future__ import annotations

import os

# On GitHub a workflow is told the name, so that a fork's site has the fork's links.
REPOSITORY = os.environ.get("GITHUB_REPOSITORY", "nn-from-scratch/nn-from-scratch")
BRANCH = "main"
ADDRESS = f"https://github.com/{REPOSITORY}"


def source(path: str) -> str:
    """Return where a file of the repository is shown."""
    return f"{ADDRESS}/blob/{BRANCH}/{path}"


def colab(path: str) -> str:
    """Return the address that opens a notebook of the repository in Colab."""
    return f"https://colab.research.google.com/github/{REPOSITORY}/blob/{BRANCH}/{path}"
