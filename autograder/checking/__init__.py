"""The engine: cases, oracles, contract clauses, localized differences, diagnosis, the report a
student sees.
"""

from autograder.checking.public import CheckFailed, GraderFault, GradingCheck, check, run_check
from autograder.checking.report import Clause, Report

__all__ = ["CheckFailed", "Clause", "GraderFault", "GradingCheck", "Report", "check", "run_check"]
