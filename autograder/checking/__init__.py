"""The engine: from a description and a student's function to the report that the student sees.

Cases, oracles, contract clauses, localized differences, diagnosis.
"""

from autograder.checking.grading_check import GraderFault, GradingCheck
from autograder.checking.public import CheckFailed, check, run_check
from autograder.checking.report import Clause, Report

__all__ = ["CheckFailed", "Clause", "GraderFault", "GradingCheck", "Report", "check", "run_check"]
