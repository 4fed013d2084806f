"""X-ray: the line of a wrong function in which one small change makes every result right."""

from autograder.checking.xray.locate import SECONDS, Located, locate
from autograder.checking.xray.notebook import with_line

__all__ = ["SECONDS", "Located", "locate", "with_line"]
