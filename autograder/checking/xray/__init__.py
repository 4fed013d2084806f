"""X-ray: the line of a wrong function in which one small change makes every result right."""

from autograder.checking.xray.locate import SECONDS, Located, locate

__all__ = ["SECONDS", "Located", "locate"]
