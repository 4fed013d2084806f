"""What every folder of tests may ask for."""

from tests.browser import page, picture

__all__ = ["page", "picture"]
