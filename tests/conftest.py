"""What every folder of tests may ask for, and how tests are named."""

from __future__ import annotations

import pytest

from tests.browser import page, picture

__all__ = ["page", "picture"]


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name bytes by their place: a zip file holds the second it was made in.

    Workers that collect in two different seconds would find different tests, and stop.
    """
    return argname if isinstance(val, bytes) else None
